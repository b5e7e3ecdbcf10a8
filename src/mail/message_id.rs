//! `Message-ID` (RFC 5322 3.6.4): the name that a message keeps wherever it goes.

use std::fmt;

/// The longest one, in octets: a line of a header may have 998.
const LONGEST: usize = 900;

/// A message's name, without its angle brackets: visible ASCII without brackets, quotes of lines or spaces, so that it can
/// stand in a header and in a SEARCH as it is (`I-03`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(String);

/// The text can't be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAMessageId;

impl MessageId {
    /// Reads one, with its brackets or without.
    pub fn parse(text: &str) -> Result<Self, NotAMessageId> {
        let text = text.trim();
        let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"<>()\"\\,;".contains(&byte);
        match (1..=LONGEST).contains(&bare.len()) && bare.contains('@') && bare.bytes().all(fits) {
            true => Ok(Self(bare.to_owned())),
            false => Err(NotAMessageId),
        }
    }

    /// A new one: 16 random octets, so that nobody has or guesses the same, at the writer's domain (ASCII). A domain that can't
    /// stand in one is left out.
    pub fn from_bytes(bytes: [u8; 16], domain: &str) -> Self {
        let left: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::parse(&format!("{left}@{domain}"))
            .ok()
            .filter(|_| !domain.is_empty() && !domain.contains('@'))
            .unwrap_or_else(|| Self(format!("{left}@localhost")))
    }

    /// Without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_one_can_stand_in_a_header_whatever_the_domain() {
        let made = |domain: &str| MessageId::from_bytes([0xab; 16], domain);
        assert_eq!(made("b.example").as_str(), format!("{}@b.example", "ab".repeat(16)));
        for odd in ["", "x y", "x>\r\nBcc: a@b", "\u{e9}.example", "a@b", &"x".repeat(LONGEST)] {
            assert_eq!(made(odd).as_str(), format!("{}@localhost", "ab".repeat(16)), "{odd:?}"); // I-05
        }
    }

    #[test]
    fn only_what_can_stand_in_a_header_as_it_is_names_a_message() {
        for (text, bare) in
            [("<a.1@b.example>", "a.1@b.example"), (" x@y ", "x@y"), ("<a@[127.0.0.1]>", "a@[127.0.0.1]")]
        {
            assert_eq!(MessageId::parse(text).unwrap().as_str(), bare);
        }
        let long = format!("{}@x", "a".repeat(LONGEST));
        for wrong in ["", "<>", "a", "a@b c@d", "<a@b", "a@b\r\nBcc: c@d", "a\0@b", "\u{e9}@b", "<a@b><c@d>", &long] {
            assert_eq!(MessageId::parse(wrong), Err(NotAMessageId), "{wrong:?}"); // I-03
        }
    }
}
