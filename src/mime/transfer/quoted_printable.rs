//! Quoted-printable (RFC 2045 6.7).

use memchr::memchr;

use crate::mime::encoded_word::hex;

/// A line is held until its end is known, since blanks before it go; no longer than this.
const LONGEST_HELD: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Decoder {
    held: Vec<u8>,
}

impl Decoder {
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        // the line that began earlier
        while !self.held.is_empty() && !rest.is_empty() {
            let room = LONGEST_HELD - self.held.len().min(LONGEST_HELD - 1);
            let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1).min(room);
            let (more, after) = rest.split_at(end);
            self.held.extend_from_slice(more);
            rest = after;
            let held = std::mem::take(&mut self.held);
            self.held = self.take(&held, out).to_vec();
        }
        let left = self.take(rest, out);
        self.held.extend_from_slice(left);
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        let line = held.trim_ascii_end();
        escapes(line.strip_suffix(b"=").unwrap_or(line), out);
    }

    /// Decodes whole lines, and of an endless one what its end can't change; returns what must wait.
    fn take<'a>(&self, bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let mut rest = bytes;
        out.reserve(rest.len());
        loop {
            // looked for in windows of one size, so that the size of the pieces never shows
            let window = rest.get(..LONGEST_HELD).unwrap_or(rest);
            if let Some(end) = memchr(b'\n', window) {
                let (line, after) = rest.split_at(end + 1);
                whole_line(line, out);
                rest = after;
            } else if window.len() == LONGEST_HELD {
                let mut safe = window.trim_ascii_end();
                // an escape at the end may be cut
                let cut = safe.iter().rev().take(3).position(|octet| *octet == b'=').map_or(0, |back| back + 1);
                safe = safe.get(..safe.len() - cut).unwrap_or_default();
                let safe = if safe.is_empty() { window } else { safe };
                escapes(safe, out);
                rest = rest.get(safe.len()..).unwrap_or_default();
            } else {
                return rest;
            }
        }
    }
}

/// A line with its line end: blanks before the end go, and the end itself where `=` stands before it.
fn whole_line(line: &[u8], out: &mut Vec<u8>) {
    let without = line.strip_suffix(b"\n").unwrap_or(line);
    let without = without.strip_suffix(b"\r").unwrap_or(without);
    let content = blanks_off(without);
    match content.strip_suffix(b"=") {
        Some(content) => escapes(content, out),
        None => {
            escapes(content, out);
            out.extend_from_slice(line.get(without.len()..).unwrap_or_default());
        }
    }
}

fn blanks_off(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|octet| !matches!(octet, b' ' | b'\t' | b'\r')).map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

/// Undoes `=XX`; an `=` before anything else stays.
fn escapes(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(b'=', rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let pair = match from {
            [_, high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        let (octet, length) = pair.map_or((b'=', 1), |(high, low)| (high << 4 | low, 3));
        out.push(octet);
        rest = from.get(length..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::super::decode;

    #[track_caller]
    fn reads(encoded: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&decode("quoted-printable", encoded.as_bytes())), expected, "{encoded:?}");
    }

    #[test]
    fn soft_breaks_join_and_blanks_at_line_ends_go() {
        reads("Hello wide =  \r\nworld\r\n", "Hello wide world\r\n");
        reads("first   \r\nsecond=20\r\nthird\t\r\n", "first\r\nsecond \r\nthird\r\n");
        reads("a=\nb \nc", "ab\nc");
        reads("ends in=", "ends in");
        reads("ends in  ", "ends in");
    }

    #[test]
    fn escapes_are_read_in_either_case_and_false_ones_stay() {
        reads("caf=c3=a9 =C3=A9", "café é");
        reads("100=ZZ sure, a=b, end=\r\n", "100=ZZ sure, a=b, end");
        reads("==3D=4", "===4");
    }

    #[test]
    fn a_line_without_end_is_decoded_all_the_same() {
        let long = "w=C3=A9 ".repeat(5000);
        reads(&format!("{long}x"), &format!("{}x", "wé ".repeat(5000)));
        reads(&" ".repeat(10_000), &" ".repeat(8192));
    }
}
