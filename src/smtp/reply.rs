//! What the server says, cut into whole replies (RFC 5321 4.2).

use bytes::{Buf, BytesMut};

use super::Said;

/// The longest reply, in octets: EHLO of a talkative server has two thousand.
const LONGEST: usize = 64 << 10;
/// Characters of a reply's text that a person is shown.
const SHOWN: usize = 500;

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// 200 to 599.
    pub(super) code: u16,
    /// The text of each line, without control characters.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Whether what was asked for is done.
    pub(super) fn is_done(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether the server ends the connection with it (RFC 5321 3.8).
    pub(super) fn is_farewell(&self) -> bool {
        self.code == 421
    }

    /// Code and text, for the person; an enhanced code (RFC 2034) that stands on each line is said once.
    pub(super) fn said(&self) -> Said {
        let status = self.lines.first().and_then(|line| line.split(' ').next()).filter(|word| is_status(word));
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let again = status.filter(|_| at > 0).and_then(|status| line.strip_prefix(status));
            let line = again.unwrap_or(line).trim();
            if !text.is_empty() && !line.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
        }
        Said { code: self.code, text: text.chars().take(SHOWN).collect() }
    }
}

/// `5.7.1`
fn is_status(word: &str) -> bool {
    let mut numbers = word.split('.');
    let fits = numbers.by_ref().take(3).filter(|part| (1..=3).contains(&part.len())).count() == 3;
    fits && numbers.next().is_none() && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Octets on their way to become replies.
#[derive(Default)]
pub(super) struct Cutter {
    octets: BytesMut,
    lines: Vec<String>,
    size: usize,
}

impl Cutter {
    /// More came.
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.octets.extend_from_slice(octets);
    }

    /// Whether nothing waits, not even a piece.
    pub(super) fn is_empty(&self) -> bool {
        self.octets.is_empty() && self.lines.is_empty()
    }

    /// The next whole reply, if all of it has come. Lines may end in LF alone, and their text may be in any charset; codes are
    /// as RFC 5321 has them, or any other number from 200 to 599.
    pub(super) fn cut(&mut self) -> Result<Option<Reply>, &'static str> {
        while let Some(end) = memchr::memchr(b'\n', &self.octets) {
            self.size += end + 1;
            let line = self.octets.split_to(end);
            self.octets.advance(1);
            let Some((code, rest)) = line.split_first_chunk::<3>() else { return Err("a line without a code") };
            let code = std::str::from_utf8(code).ok().and_then(|code| code.parse::<u16>().ok());
            let code = code.filter(|code| (200..600).contains(code)).ok_or("a line without a code")?;
            let (is_last, text) = match rest.split_first() {
                None | Some((b'\r', _)) => (true, &[][..]),
                Some((b' ', text)) => (true, text),
                Some((b'-', text)) => (false, text),
                Some(_) => return Err("a line without a code"),
            };
            let text = String::from_utf8_lossy(text);
            self.lines.push(text.trim_end().replace(char::is_control, " "));
            if self.size > LONGEST {
                return Err("a reply without an end");
            }
            if is_last {
                self.size = 0;
                return Ok(Some(Reply { code, lines: std::mem::take(&mut self.lines) }));
            }
        }
        if self.size + self.octets.len() > LONGEST { Err("a reply without an end") } else { Ok(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(octets: &[u8]) -> Result<Option<Reply>, &'static str> {
        let mut cutter = Cutter::default();
        cutter.push(octets);
        cutter.cut()
    }

    #[test]
    fn a_reply_ends_with_the_line_that_says_so() {
        for (octets, code, lines) in [
            (&b"250 ok\r\n"[..], 250, vec!["ok"]),
            (b"250-one\r\n250-two\r\n250 three\r\n", 250, vec!["one", "two", "three"]),
            (b"354\r\n", 354, vec![""]),
            (b"571 not here\n", 571, vec!["not here"]), // no digit of RFC 5321, and said all the same
            (b"550 Empf\xe4nger\x07 fehlt\r\n", 550, vec!["Empf\u{fffd}nger  fehlt"]),
        ] {
            assert_eq!(cut(octets), Ok(Some(Reply { code, lines: lines.into_iter().map(str::to_owned).collect() })));
        }
        for part in ["", "2", "250 ok", "250-one\r\n", "250-one\r\n250"] {
            assert_eq!(cut(part.as_bytes()), Ok(None), "{part:?}");
        }
    }

    #[test]
    fn what_is_no_reply_or_has_no_end_is_refused() {
        let endless = "250-more\r\n".repeat(LONGEST / 8);
        for wrong in ["HTTP/1.1 400 Bad\r\n", "\r\n", "99\r\n", "600 x\r\n", "25x ok\r\n", "2500 ok\r\n", &endless] {
            assert!(cut(wrong.as_bytes()).is_err(), "{:?}", &wrong[..10.min(wrong.len())]);
        }
        assert!(cut(&[b'2'; LONGEST + 1]).is_err());
    }

    #[test]
    fn replies_come_one_by_one_however_they_arrive() {
        let mut cutter = Cutter::default();
        let mut codes = Vec::new();
        for octet in b"250 a\r\n550-5.1.1 no\r\n550 5.1.1 body\r\n354 go\r\n" {
            cutter.push(&[*octet]);
            codes.extend(cutter.cut().unwrap().map(|reply| reply.said().to_string()));
        }
        assert_eq!(codes, ["250 a", "550 5.1.1 no body", "354 go"]);
        assert!(cutter.is_empty());
    }
}
