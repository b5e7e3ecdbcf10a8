//! What may go by SMTP (RFC 5321 2.3.8, 4.5.3.1.6): lines that end in CRLF, and are not too long.

use super::Error;

/// The longest line, in octets, its CRLF not counted (RFC 5322 2.1.1).
const LONGEST_LINE: usize = 998;

/// What the server must know before it gets a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nature {
    /// The header is not ASCII alone.
    pub(super) header_needs_utf8: bool,
    /// Something is not ASCII.
    pub(super) is_eight_bit: bool,
}

/// Looks at every octet (`I-06`): a CR or LF alone could end a message early on one server and not on the next (smuggling).
/// `mime` makes none; whatever else does is refused here.
pub(super) fn look_at(message: &[u8]) -> Result<Nature, Error> {
    let mut start = 0;
    let mut header_end = None;
    for end in memchr::memchr_iter(b'\n', message) {
        let line = message.get(start..end).unwrap_or_default();
        let Some(line) = line.strip_suffix(b"\r") else {
            return Err(Error::NotSendable("a line that ends in LF alone"));
        };
        if memchr::memchr2(b'\r', 0, line).is_some() {
            return Err(Error::NotSendable("a CR or NUL within a line"));
        }
        if line.len() > LONGEST_LINE {
            return Err(Error::NotSendable("a line longer than 998 octets"));
        }
        if line.is_empty() {
            header_end.get_or_insert(start);
        }
        start = end + 1;
    }
    if message.is_empty() || start != message.len() {
        return Err(Error::NotSendable("a last line without an end"));
    }
    let header = message.get(..header_end.unwrap_or(message.len())).unwrap_or_default();
    Ok(Nature { header_needs_utf8: !header.is_ascii(), is_eight_bit: !message.is_ascii() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_of_a_sane_length_may_go() {
        let longest = format!("{}\r\n", "x".repeat(LONGEST_LINE));
        for fine in ["Subject: x\r\n\r\nhello\r\n", "a: b\r\n", "\r\n", "a: b\r\n\r\n.\r\n..\r\n", &longest] {
            assert!(look_at(fine.as_bytes()).is_ok(), "{fine:?}");
        }
        let long = format!("x{longest}");
        for wrong in ["", "a", "a\r\nb", "a\nb\r\n", "\n", "a\r\n.\n", "a\rb\r\n", "a\r\r\n", "a\0b\r\n", "a\r", &long]
        {
            assert!(matches!(look_at(wrong.as_bytes()), Err(Error::NotSendable(_))), "{wrong:?}"); // I-06
        }
    }

    #[test]
    fn a_message_says_what_it_needs() {
        let nature = |text: &str| look_at(text.as_bytes()).map(|found| (found.header_needs_utf8, found.is_eight_bit));
        assert_eq!(nature("a: b\r\n\r\nc\r\n"), Ok((false, false)));
        assert_eq!(nature("a: b\r\n\r\n\u{e9}\r\n"), Ok((false, true)));
        assert_eq!(nature("a: \u{e9}\r\n\r\nc\r\n"), Ok((true, true)));
    }
}
