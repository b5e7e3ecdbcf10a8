//! Where an answer of several lines ends, and which of its dots are none of the text (RFC 1939 3).

/// Takes such an answer apart, in whatever pieces it comes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dots(At);

#[derive(Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    LineStart,
    Text,
    /// A line began with a dot, which says nothing yet.
    Dot,
    /// And a CR followed it.
    DotCr,
}

impl Dots {
    /// The text of this piece goes to the end of `text`. Whether it was the last, and how many octets of the piece were used: all
    /// of them, unless it was.
    pub(super) fn take(&mut self, piece: &[u8], text: &mut Vec<u8>) -> (bool, usize) {
        let mut rest = piece;
        while let Some((&octet, after)) = rest.split_first() {
            match (&self.0, octet) {
                (At::LineStart, b'.') => (self.0, rest) = (At::Dot, after),
                (At::Dot, b'\r') => (self.0, rest) = (At::DotCr, after),
                (At::Dot | At::DotCr, b'\n') => return (true, piece.len() - after.len()),
                (At::DotCr, _) => {
                    // it was a dot before a line that begins with CR
                    text.push(b'\r');
                    self.0 = At::Text;
                }
                (At::LineStart | At::Dot | At::Text, _) => {
                    let end = memchr::memchr(b'\n', rest);
                    let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
                    text.extend_from_slice(line);
                    (self.0, rest) = (if end.is_some() { At::LineStart } else { At::Text }, after);
                }
            }
        }
        (false, piece.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(octets: &[u8], piece: usize) -> (Vec<u8>, bool, usize) {
        let (mut dots, mut text, mut used) = (Dots::default(), Vec::new(), 0);
        for piece in octets.chunks(piece) {
            let (ended, taken) = dots.take(piece, &mut text);
            used += taken;
            if ended {
                return (text, true, used);
            }
        }
        (text, false, used)
    }

    #[test]
    fn dots_are_taken_away_and_the_last_line_is_found_in_whatever_pieces_it_comes() {
        for (said, text, ended, left) in [
            (&b"a\r\n.\r\n"[..], &b"a\r\n"[..], true, 0),
            (b".\r\n", b"", true, 0),
            (b"..\r\n.\r\n+OK", b".\r\n", true, 3),
            (b"..a.\r\n...\r\n.\r\n", b".a.\r\n..\r\n", true, 0),
            (b"a.\r\n.b\r\n.\r\n", b"a.\r\nb\r\n", true, 0),
            (b"a\n.\nrest", b"a\n", true, 4),
            (b".\rx\r\n.\r\n", b"\rx\r\n", true, 0),
            (b"a\r\n.", b"a\r\n", false, 0),
            (b"a", b"a", false, 0),
        ] {
            for piece in 1..=said.len() {
                let (found, is_end, used) = whole(said, piece);
                assert_eq!((found.as_slice(), is_end, said.len() - used), (text, ended, if ended { left } else { 0 }));
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_stuffed_with_dots_comes_out_as_it_was(lines in prop::collection::vec("[.a\r]{0,4}", 0..8), piece in 1..7usize) {
            // a CR before the end of a line would be another line's end
            let lines: Vec<&str> = lines.iter().map(|line| line.trim_end_matches('\r')).collect();
            let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let stuffed: String = lines.iter().map(|line| {
                format!("{}{line}\r\n", if line.starts_with('.') { "." } else { "" })
            }).collect();
            let (found, ended, _) = whole(format!("{stuffed}.\r\n").as_bytes(), piece);
            prop_assert!(ended);
            prop_assert_eq!(String::from_utf8(found).unwrap(), text);
        }
    }
}
