//! Base64 (RFC 2045 6.8).

/// Marks what is outside the alphabet: no sum of four sextets reaches it.
const OTHER: u32 = 1 << 24;

/// The value of each octet as the first of four, before it is shifted down.
const SEXTETS: [u32; 256] = {
    let mut table = [OTHER; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    let mut rest: &[u8] = alphabet;
    while let [letter, after @ ..] = rest {
        #[allow(clippy::indexing_slicing, reason = "an octet is inside a table of 256; evaluated at build time")]
        {
            table[*letter as usize] = value;
        }
        value += 1;
        rest = after;
    }
    table
};

fn sextet(octet: u8) -> u32 {
    SEXTETS.get(usize::from(octet)).copied().unwrap_or(OTHER)
}

/// A line behind the padding is base64 only if all of it is; it need not be held longer than this to be known.
const LONGEST_HELD: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Sextets of an incomplete group, and how many.
    group: u32,
    count: u32,
    /// Padding came. Mailing lists append plain text then; careless programs append another encoded block.
    padded: bool,
    held: Vec<u8>,
    done: bool,
}

impl Decoder {
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.done {
            rest = if self.padded { self.after_padding(rest, out) } else { self.body(rest, out) };
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.padded && !self.done {
            self.held_line(out);
        }
        self.end_group(out);
    }

    /// Decodes up to the padding and returns what follows it.
    fn body<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let mut rest = bytes;
        loop {
            if self.count == 0 {
                rest = whole_groups(rest, out);
            }
            let Some((&octet, after)) = rest.split_first() else { return rest };
            rest = after;
            match sextet(octet) {
                OTHER if octet == b'=' && self.count >= 2 => {
                    self.end_group(out);
                    self.padded = true;
                    return rest;
                }
                OTHER => {} // line ends, and what does not belong here
                value => {
                    self.group = self.group << 6 | value;
                    self.count += 1;
                    if self.count == 4 {
                        let [_, a, b, c] = self.group.to_be_bytes();
                        out.extend_from_slice(&[a, b, c]);
                        (self.group, self.count) = (0, 0);
                    }
                }
            }
        }
    }

    /// Two sextets hold an octet, three hold two; a single one holds nothing whole.
    fn end_group(&mut self, out: &mut Vec<u8>) {
        let [_, a, b, _] = (self.group << (6 * (4 - self.count.min(4)))).to_be_bytes();
        match self.count {
            2 => out.push(a),
            3 => out.extend_from_slice(&[a, b]),
            _ => {}
        }
        (self.group, self.count) = (0, 0);
    }

    /// Collects a line behind the padding and decides about it.
    fn after_padding<'a>(&mut self, bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        // whatever the sizes of the pieces, the decision falls after the same octets
        let room = LONGEST_HELD.saturating_sub(self.held.len());
        let (line, rest) = bytes.split_at(end.min(room));
        self.held.extend_from_slice(line);
        if self.held.last() == Some(&b'\n') || self.held.len() >= LONGEST_HELD {
            self.held_line(out);
        }
        rest
    }

    fn held_line(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.held);
        let content = line.trim_ascii();
        let letters = content.trim_ascii_end().iter().take_while(|octet| **octet != b'=').count();
        let padding = content.get(letters..).unwrap_or_default();
        if padding.iter().any(|octet| *octet != b'=')
            || !content.iter().take(letters).all(|octet| sextet(*octet) != OTHER)
        {
            self.done = true;
        } else if letters > 0 {
            if !content.len().is_multiple_of(4) && line.len() < LONGEST_HELD {
                self.done = true;
                return;
            }
            self.padded = false;
            let rest = self.body(content, out);
            debug_assert!(rest.iter().all(|octet| *octet == b'='));
        }
    }
}

/// Decodes as many groups of four as follow each other without anything between, three octets each; returns the rest.
/// Line ends fall between groups in nearly all mail, so this is where nearly all octets go.
fn whole_groups<'a>(bytes: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let (groups, _) = bytes.as_chunks::<4>();
    let start = out.len();
    out.resize(start + groups.len().min(64) * 3, 0);
    let mut decoded = 0;
    let (places, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>();
    for ([a, b, c, d], place) in groups.iter().zip(places) {
        let value = sextet(*a) << 18 | sextet(*b) << 12 | sextet(*c) << 6 | sextet(*d);
        if (sextet(*a) | sextet(*b) | sextet(*c) | sextet(*d)) >= OTHER {
            break;
        }
        let [_, x, y, z] = value.to_be_bytes();
        *place = [x, y, z];
        decoded += 1;
    }
    out.truncate(start + decoded * 3);
    bytes.get(decoded * 4..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::decode;

    #[track_caller]
    fn reads(encoded: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&decode("base64", encoded.as_bytes())), expected, "{encoded:?}");
    }

    #[test]
    fn padding_may_be_missing_or_wrong() {
        reads("SGVsbG8gd29ybGQhIQ", "Hello world!!");
        reads("SGVsbG8gd29ybGQhIQ=", "Hello world!!");
        reads("SGVsbG8gd29ybGQhIQ====", "Hello world!!");
        reads("SGVsbG8gd29ybGQhI", "Hello world!");
        reads("=", "");
    }

    #[test]
    fn lines_may_be_of_any_length_and_junk_is_passed_over() {
        reads("WsO8\r\ncmlj\r\naCBT\r\ndHJh\r\nw59l\r\n", "Zürich Straße");
        reads("Ws O8*cm\u{0}lj\taA==", "Zürich");
        reads("W\r\ns\r\nO8cmljaA==", "Zürich");
    }

    #[test]
    fn text_behind_the_padding_is_no_content() {
        reads("SGVsbG8=\r\n\r\n_______\r\nList info: x\r\n", "Hello");
        reads("SGVsbG8=\r\n--\r\nAnna\r\n", "Hello");
    }

    #[test]
    fn another_block_behind_the_padding_is_content() {
        reads("SGVsbG8=\r\nIHdvcmxk\r\nISE=\r\n", "Hello world!!");
    }
}
