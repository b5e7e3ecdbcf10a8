//! Uuencode (POSIX `uuencode`), which some mailers still name `x-uuencode`.

use memchr::memchr;

/// A line holds at most 62 characters; a longer one is none, and is passed over.
const LONGEST_HELD: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Decoder {
    held: Vec<u8>,
    begun: bool,
    done: bool,
}

impl Decoder {
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.done {
            let end = memchr(b'\n', rest).map(|end| end + 1);
            let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
            let room = LONGEST_HELD.saturating_sub(self.held.len());
            self.held.extend_from_slice(line.get(..room).unwrap_or(line));
            rest = after;
            if end.is_some() {
                self.line(out);
            }
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.line(out);
    }

    fn line(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        let line = held.trim_ascii_end();
        if !self.begun {
            self.begun = line.starts_with(b"begin ");
            return;
        }
        let Some((&first, content)) = line.split_first() else { return };
        let length = usize::from(first.wrapping_sub(b' ') & 0x3F);
        self.done = self.done || line == b"end";
        if self.done || length == 0 || first < b' ' || content.len() > LONGEST_HELD / 2 {
            return;
        }
        let start = out.len();
        for four in content.chunks(4) {
            let value = four.iter().chain(std::iter::repeat(&b' ')).take(4);
            let value = value.fold(0_u32, |value, octet| value << 6 | u32::from(octet.wrapping_sub(b' ') & 0x3F));
            let [_, a, b, c] = value.to_be_bytes();
            out.extend_from_slice(&[a, b, c]);
        }
        // blanks at the end of a line, lost on the way, were zeros
        out.resize(start + length, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode;

    #[test]
    fn a_file_comes_out_of_its_lines() {
        let encoded = b"text before\r\nbegin 644 a.txt\r\n+2&5L;&\\@=V]R;&0\r\n`\r\nend\r\nafter\r\n";
        assert_eq!(decode("x-uuencode", encoded), b"Hello world");
    }
}
