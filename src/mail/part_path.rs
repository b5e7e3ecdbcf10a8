//! Where a part stands in a message (RFC 9051 6.4.5.1).

use std::fmt;
use std::str::FromStr;

/// A text that is no part path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a part path")]
pub struct NotAPartPath;

/// `1.2.3`: the numbers of a part and its parents, from the outside in. Empty is the message itself.
///
/// `2.0.1` is a part that no server knows of: the first one in what part 2 holds, once it is opened (`winmail.dat`, what
/// S/MIME signed in one piece).
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

    /// The part that the server knows, in which this one is found; itself, if the server knows it.
    #[must_use]
    pub fn on_the_server(&self) -> Self {
        Self(self.0.iter().copied().take_while(|number| *number > 0).collect())
    }

    /// Whether it is found only when a part is opened.
    pub fn is_inside_a_container(&self) -> bool {
        self.0.contains(&0)
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

    /// At least one number; no sign, no leading zero, at most 100 levels. 0 stands between two others only.
    fn from_str(text: &str) -> Result<Self, NotAPartPath> {
        let numbers = text
            .split('.')
            .map(|number| match number.as_bytes() {
                [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => {
                    number.parse().map_err(|_| NotAPartPath)
                }
                b"0" => Ok(0),
                _ => Err(NotAPartPath),
            })
            .collect::<Result<Vec<u16>, _>>()?;
        let zeros_stand_between = numbers.first() != Some(&0)
            && numbers.last() != Some(&0)
            && !numbers.windows(2).any(|two| matches!(two, [0, 0]));
        if numbers.len() <= 100 && zeros_stand_between { Ok(Self(numbers)) } else { Err(NotAPartPath) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_and_write_alike() {
        assert_eq!("1.2.10".parse::<PartPath>().unwrap().to_string(), "1.2.10");
        let inside: PartPath = "2.0.1.3".parse().unwrap();
        assert_eq!((inside.to_string().as_str(), inside.on_the_server().to_string().as_str()), ("2.0.1.3", "2"));
        for wrong in ["", ".", "1.", "0", "1.0", "0.1", "1.0.0.1", "1.00.1", "-1", "1.HEADER", "99999", "1..2"] {
            assert!(wrong.parse::<PartPath>().is_err(), "{wrong:?}"); // C-09
        }
    }
}
