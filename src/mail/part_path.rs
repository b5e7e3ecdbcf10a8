//! Where a part stands in a message (RFC 9051 6.4.5.1).

use std::fmt;
use std::str::FromStr;

/// A text that is no part path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a part path")]
pub struct NotAPartPath;

/// `1.2.3`: the numbers of a part and its parents, from the outside in. Empty is the message itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartPath(Vec<u16>);

impl PartPath {
    /// The message itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The `number`th part below this one, counted from 1.
    pub fn child(&self, number: u16) -> Self {
        let mut numbers = self.0.clone();
        numbers.push(number);
        Self(numbers)
    }

    /// Whether this is the message itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers, outermost first.
    pub fn numbers(&self) -> &[u16] {
        &self.0
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, number) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            number.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for PartPath {
    type Err = NotAPartPath;

    /// At least one number; no sign, no leading zero, at most 100 levels.
    fn from_str(text: &str) -> Result<Self, NotAPartPath> {
        let numbers = text
            .split('.')
            .map(|number| match number.as_bytes() {
                [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => {
                    number.parse().map_err(|_| NotAPartPath)
                }
                _ => Err(NotAPartPath),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if numbers.len() > 100 { Err(NotAPartPath) } else { Ok(Self(numbers)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_and_write_alike() {
        assert_eq!("1.2.10".parse::<PartPath>().unwrap().to_string(), "1.2.10");
        for wrong in ["", ".", "1.", "0", "1.0", "-1", "1.HEADER", "99999", "1..2"] {
            assert!(wrong.parse::<PartPath>().is_err(), "{wrong:?}"); // C-09
        }
    }
}
