//! The fields of a header block (RFC 5322 2.2), whatever stands between them.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::{charset, encoded_word};

/// Octets of a header block that are looked at (`D-03`).
const LIMIT: usize = 256 * 1024;
/// Fields that the page of all headers shows (`D-03`).
const MOST_SHOWN: usize = 500;

/// One field, as it stands in the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    /// With its folds.
    pub(super) raw: &'a [u8],
}

/// The fields of a block up to its blank line. Lines that are none (an mbox `From `, a line without colon) are left
/// out; what follows them is read on.
pub(super) fn fields(header: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let header = header.get(..LIMIT).unwrap_or(header);
    // editors on Windows put a byte order mark before all they write
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    // an old Macintosh ends its lines with CR alone
    let line_end = if memchr(b'\n', header).is_none() { b'\r' } else { b'\n' };
    let mut rest = header;
    std::iter::from_fn(move || {
        loop {
            let mut length = memchr(line_end, rest).map_or(rest.len(), |end| end + 1);
            let first = trim_end(rest.get(..length)?);
            if first.is_empty() {
                return None; // the blank line, or the end
            }
            while matches!(rest.get(length), Some(b' ' | b'\t')) {
                let more = rest.get(length..)?;
                length += memchr(line_end, more).map_or(more.len(), |end| end + 1);
            }
            let (line, after) = rest.split_at(length);
            rest = after;
            if let Some(field) = split(line) {
                return Some(field);
            }
        }
    })
}

/// The field in a line, with those that it is folded onto; `None` where it is none.
pub(super) fn split(line: &[u8]) -> Option<Field<'_>> {
    let colon = memchr(b':', line)?;
    let name = line.get(..colon)?.trim_ascii_end();
    let plausible = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    plausible.then_some(Field { name, raw: trim_end(line.get(colon + 1..)?).trim_ascii_start() })
}

/// Without the line end and blanks before it.
fn trim_end(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

impl<'a> Field<'a> {
    /// Whether it is called `name`, in whatever case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value on one line, as text but with its encoded words. Bytes that are no UTF-8 are read as
    /// `fallback`, the charset of the message, since whoever writes raw bytes writes them all alike.
    pub(super) fn unfolded(&self, fallback: Option<&str>) -> Cow<'a, str> {
        let text = match std::str::from_utf8(self.raw) {
            Ok(text) if !self.raw.contains(&0x1B) => Cow::Borrowed(text),
            Ok(_) => Cow::Owned(charset::guess(self.raw)),
            Err(_) => Cow::Owned(charset::decode(
                fallback.filter(|label| charset::says_something(label)).map(eight_bit),
                self.raw,
            )),
        };
        match memchr2(b'\r', b'\n', text.as_bytes()) {
            None => text,
            Some(_) => Cow::Owned(text.replace(['\r', '\n'], "")),
        }
    }

    /// The value for people: one line, decoded, without control characters.
    pub(super) fn text(&self, fallback: Option<&str>) -> String {
        let unfolded = self.unfolded(fallback);
        visible(&encoded_word::decode(&unfolded)).trim().to_owned()
    }
}

/// The charset of raw bytes beside text in `label`: ISO-2022-JP has none beyond 7 bits, its users write Shift_JIS then.
fn eight_bit(label: &str) -> &str {
    if label.trim().to_ascii_lowercase().starts_with("iso-2022-jp") { "shift_jis" } else { label }
}

/// One line of text without control characters; tabs and line ends become blanks.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\r' => Some(' '),
        _ if c.is_control() => None,
        _ => Some(c),
    });
    Cow::Owned(kept.collect())
}

/// Every field in order, its value on one line and decoded, for the page that shows them all.
/// At most 500 of them, from the first 256 KiB (`D-03`).
pub fn headers(header: &[u8]) -> Vec<(String, String)> {
    fields(header)
        .take(MOST_SHOWN)
        .map(|field| (String::from_utf8_lossy(field.name).into_owned(), field.text(None)))
        .collect()
}

/// Octets of a message up to where its body begins, behind the empty line; a message without one is a header.
pub fn header_length(octets: &[u8]) -> usize {
    match octets {
        [b'\r', b'\n', ..] => return 2,
        [b'\n', ..] => return 1,
        _ => {}
    }
    let blank = memchr_iter(b'\n', octets).find_map(|end| match octets.get(end + 1..) {
        Some([b'\n', ..]) => Some(end + 2),
        Some([b'\r', b'\n', ..]) => Some(end + 3),
        _ => None,
    });
    blank.unwrap_or(octets.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(header: &str) -> Vec<(String, String)> {
        headers(header.as_bytes())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn fields_are_unfolded_and_end_at_the_blank_line() {
        assert_eq!(
            listed("A: 1\r\n 2\r\n\t3\r\nb : x\r\n\r\nC: body"),
            [pair("A", "1 2\t3".replace('\t', " ").as_str()), pair("b", "x")]
        );
        assert_eq!(listed("A: 1\nB: 2\n"), [pair("A", "1"), pair("B", "2")]);
        assert_eq!(listed("A: 1\rB: 2\r"), [pair("A", "1"), pair("B", "2")]);
    }

    #[test]
    fn lines_that_are_no_fields_are_left_out() {
        assert_eq!(
            listed("From anna@example.com Tue Jan 13 09:30:00 2026\r\nA: 1\r\nno colon here\r\nB: 2\r\n"),
            [pair("A", "1"), pair("B", "2")]
        );
        assert_eq!(listed(" stray fold\r\nA: 1"), [pair("A", "1")]);
        assert_eq!(listed("\u{feff}A: 1\r\nB: 2"), [pair("A", "1"), pair("B", "2")]);
    }

    #[test]
    fn no_header_block_is_read_without_end() {
        assert_eq!(listed(&"X: y\r\n".repeat(2000)).len(), 500); // D-03
        assert!(listed(&format!("A: {}\r\nB: 2\r\n", "x".repeat(300_000))).len() == 1); // D-03
    }

    #[test]
    fn control_characters_do_not_reach_the_page() {
        assert_eq!(
            listed("Subject: null\0byte \x07bell\ttab \x1b[31mred"),
            [pair("Subject", "nullbyte bell tab [31mred")]
        );
        assert_eq!(listed("Subject: =?utf-8?Q?a=0D=0ABcc:_x?="), [pair("Subject", "a  Bcc: x")]);
    }

    #[test]
    fn raw_bytes_are_read_as_utf_8_or_as_the_message_says() {
        let raw = b"Subject: Gr\xfc\xdfe";
        assert_eq!(headers(raw), [pair("Subject", "Grüße")]);
        let field = fields(b"Subject: \xf0\xf2\xe9").next().map(|field| field.text(Some("koi8-r")));
        assert_eq!(field.as_deref(), Some("ПРИ"));
    }
}
