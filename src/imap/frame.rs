//! Cuts the server's bytes into responses (RFC 9051 2.2.2): a line, with any literals inside it.
//!
//! Pure: bytes go in, responses come out, and every limit is checked before memory is taken.

use bytes::{Buf, Bytes, BytesMut};

/// A line without its literals is at most this long.
const LINE: usize = 8 << 20;
/// A literal that is kept in memory.
const LITERAL: u64 = 32 << 20;
/// A literal that is passed on piece by piece.
const STREAMED: u64 = 256 << 20;
/// How a whole message is announced, up to its octets.
const MESSAGE: &[u8] = b"BODY[] ";
/// All literals of one response together.
const RESPONSE: usize = 48 << 20;

/// What was cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A whole response: lines and literals in one piece, without the last line end.
    Response(Bytes),
    /// A whole message comes next, in [`Cut::Piece`]s: what its response says before it, and its octets.
    Message {
        /// The response so far, without the announcement.
        line: Bytes,
        /// How many octets come.
        size: u64,
    },
    /// A piece of a literal that is being streamed; `left` octets follow.
    Piece {
        /// The octets.
        bytes: Bytes,
        /// How many are still to come.
        left: u64,
    },
}

/// Reads responses from a growing buffer.
#[derive(Debug, Default)]
pub(super) struct Framer {
    /// What came and was not cut yet.
    input: BytesMut,
    /// How far `input` was looked at for a line end.
    scanned: usize,
    /// What stands before the current line in this response: lines and literals.
    before: BytesMut,
    /// Octets of line text in this response.
    line_bytes: usize,
    /// What is being read.
    state: State,
    /// Which literals are to be streamed.
    streaming: Streaming,
}

/// Which literals leave piece by piece, with an empty one in their place.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Streaming {
    /// None.
    #[default]
    Off,
    /// The next one that is announced, and then no more.
    Next,
    /// Each whole message that is announced behind its UID, flags and date: those who read it must know which one it is. Of a
    /// server that tells in another order it is kept in memory like anything else.
    Messages,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Line,
    Literal(u64),
    Streamed(u64),
}

impl Framer {
    /// Room for the reader to put bytes into.
    pub(super) fn input(&mut self) -> &mut BytesMut {
        &mut self.input
    }

    /// Says which literals leave piece by piece from now on.
    pub(super) fn stream(&mut self, streaming: Streaming) {
        self.streaming = streaming;
    }

    /// Whether the next octets belong to a literal that is being streamed.
    pub(super) fn is_streaming(&self) -> bool {
        matches!(self.state, State::Streamed(_))
    }

    /// How many octets of the literal that is being read are still to come.
    pub(super) fn left(&self) -> u64 {
        match self.state {
            State::Literal(left) | State::Streamed(left) => left.saturating_sub(self.input.len() as u64),
            State::Line => 0,
        }
    }

    /// Whether bytes wait that belong to no response yet.
    pub(super) fn is_empty(&self) -> bool {
        self.input.is_empty() && self.before.is_empty() && matches!(self.state, State::Line)
    }

    /// Whether the literal that this line announces is to be streamed.
    fn streams(&self, line: &[u8]) -> bool {
        match self.streaming {
            Streaming::Off => false,
            Streaming::Next => true,
            Streaming::Messages => self.before.is_empty() && announces_message(line),
        }
    }

    /// The next response or piece; `None` if more bytes are needed.
    pub(super) fn cut(&mut self) -> Result<Option<Cut>, &'static str> {
        loop {
            match self.state {
                State::Line => {
                    let Some(at) = memchr::memchr(b'\n', self.input.get(self.scanned..).unwrap_or_default()) else {
                        self.scanned = self.input.len();
                        if self.line_bytes + self.scanned > LINE {
                            return Err("a line without end");
                        }
                        return Ok(None);
                    };
                    let end = self.scanned + at;
                    self.scanned = 0;
                    self.line_bytes += end;
                    if self.line_bytes > LINE {
                        return Err("a line without end");
                    }
                    let with_end = self.input.split_to(end + 1);
                    let mut line = with_end.get(..end).unwrap_or_default();
                    if let [text @ .., b'\r'] = line {
                        line = text;
                    }
                    let starts_as_status = self.before.is_empty() && is_status(line);
                    match announced_literal(line).filter(|_| !starts_as_status) {
                        None => {
                            self.line_bytes = 0;
                            let response = if self.before.is_empty() {
                                let length = line.len();
                                with_end.freeze().slice(..length)
                            } else {
                                self.before.extend_from_slice(line);
                                self.before.split().freeze()
                            };
                            return Ok(Some(Cut::Response(response)));
                        }
                        Some((announcement, size)) if self.streams(line.get(..announcement).unwrap_or_default()) => {
                            if size > STREAMED {
                                return Err("a literal too large");
                            }
                            self.before.extend_from_slice(line.get(..announcement).unwrap_or_default());
                            self.before.extend_from_slice(b"{0}\r\n");
                            self.state = State::Streamed(size);
                            if self.streaming == Streaming::Messages {
                                return Ok(Some(Cut::Message { line: with_end.freeze().slice(..announcement), size }));
                            }
                            self.streaming = Streaming::Off;
                        }
                        Some((_, size)) => {
                            if size > LITERAL || self.before.len() as u64 + size > RESPONSE as u64 {
                                return Err("a literal too large");
                            }
                            self.before.extend_from_slice(line);
                            self.before.extend_from_slice(b"\r\n");
                            self.state = State::Literal(size);
                        }
                    }
                }
                State::Literal(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(self.input.len());
                    self.before.extend_from_slice(self.input.get(..here).unwrap_or_default());
                    self.input.advance(here);
                    let left = left - here as u64;
                    self.state = if left == 0 { State::Line } else { State::Literal(left) };
                    if left > 0 {
                        return Ok(None);
                    }
                }
                State::Streamed(left) => {
                    if left > 0 && self.input.is_empty() {
                        return Ok(None);
                    }
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(self.input.len());
                    let bytes = self.input.split_to(here).freeze();
                    let left = left - here as u64;
                    self.state = if left == 0 { State::Line } else { State::Streamed(left) };
                    return Ok(Some(Cut::Piece { bytes, left }));
                }
            }
        }
    }
}

/// Whether this is the beginning of a FETCH response up to a whole message, and tells of it what is to be known.
fn announces_message(line: &[u8]) -> bool {
    let has = |word: &[u8]| line.windows(word.len()).any(|there| there.eq_ignore_ascii_case(word));
    let tail = line.len().saturating_sub(MESSAGE.len());
    line.get(tail..).is_some_and(|end| end.eq_ignore_ascii_case(MESSAGE))
        && [&b"UID "[..], b"FLAGS (", b"INTERNALDATE \""].into_iter().all(has)
}

/// `* OK …`, tagged and `+` lines end in text that may look like a literal's announcement and is none.
fn is_status(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"* ") else { return true };
    let word = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status))
}

/// `…{12}`, `…{12+}` or `…~{12}` at the end of a line: where the announcement starts, and the size.
fn announced_literal(line: &[u8]) -> Option<(usize, u64)> {
    let inside = line.strip_suffix(b"}")?;
    let open = inside.iter().rposition(|byte| *byte == b'{')?;
    let digits = inside.get(open + 1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let start = if open > 0 && line.get(open - 1) == Some(&b'~') { open - 1 } else { open };
    Some((start, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(framer: &mut Framer) -> Vec<String> {
        let mut cuts = Vec::new();
        while let Some(cut) = framer.cut().unwrap() {
            cuts.push(match cut {
                Cut::Response(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Cut::Message { line, size } => format!("message {size} behind {}", String::from_utf8_lossy(&line)),
                Cut::Piece { bytes, left } => format!("piece {} left {left}", bytes.len()),
            });
        }
        cuts
    }

    #[test]
    fn responses_are_cut_the_same_however_the_bytes_arrive() {
        let wire = b"* 1 FETCH (BODY[] {5}\r\na\r\nb) UID 7)\r\n* OK odd {3}\r\nA1 OK done {9}\r\n+ go\n";
        let expected = ["* 1 FETCH (BODY[] {5}\r\na\r\nb) UID 7)", "* OK odd {3}", "A1 OK done {9}", "+ go"];
        for chunk in [1, 2, 3, 7, 1000] {
            let mut framer = Framer::default();
            let mut cuts = Vec::new();
            for bytes in wire.chunks(chunk) {
                framer.input().extend_from_slice(bytes);
                cuts.extend(all(&mut framer));
            }
            assert_eq!(cuts, expected, "in chunks of {chunk}");
            assert!(framer.is_empty());
        }
    }

    #[test]
    fn an_announced_literal_takes_no_memory_before_it_comes() {
        let mut framer = Framer::default();
        framer.input().extend_from_slice(b"* 1 FETCH (BODY[] {400000000}\r\n"); // I-08
        assert_eq!(framer.cut(), Err("a literal too large"));
    }

    #[test]
    fn a_line_that_never_ends_is_given_up() {
        let mut framer = Framer::default();
        let mut result = Ok(None);
        for _ in 0..9 {
            framer.input().extend_from_slice(&vec![b'a'; 1 << 20]);
            result = framer.cut();
            if result.is_err() {
                break;
            }
        }
        assert_eq!(result, Err("a line without end")); // I-08
    }

    #[test]
    fn a_streamed_literal_leaves_in_pieces_and_the_rest_of_the_response_follows() {
        let mut framer = Framer::default();
        framer.stream(Streaming::Next);
        framer.input().extend_from_slice(b"* 1 FETCH (BODY[2] ~{6}\r\nabc");
        assert_eq!(all(&mut framer), ["piece 3 left 3"]);
        framer.input().extend_from_slice(b"def UID 9)\r\n");
        assert_eq!(all(&mut framer), ["piece 3 left 0", "* 1 FETCH (BODY[2] {0}\r\n UID 9)"]);
    }

    #[test]
    fn whole_messages_are_streamed_where_it_is_known_which_they_are() {
        let mut framer = Framer::default();
        framer.stream(Streaming::Messages);
        let told = "* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \"25-Nov-2026 10:00:00 +0000\" BODY[] {3}\r\nabc)\r\n\
                    * 2 FETCH (BODY[] {3}\r\nabc UID 8)\r\n* 3 FETCH (UID 9 FLAGS () INTERNALDATE \"\" body[] {0}\r\n)\r\n";
        framer.input().extend_from_slice(told.as_bytes());
        assert_eq!(
            all(&mut framer),
            [
                "message 3 behind * 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \"25-Nov-2026 10:00:00 +0000\" BODY[] ",
                "piece 3 left 0",
                "* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE \"25-Nov-2026 10:00:00 +0000\" BODY[] {0}\r\n)",
                "* 2 FETCH (BODY[] {3}\r\nabc UID 8)",
                "message 0 behind * 3 FETCH (UID 9 FLAGS () INTERNALDATE \"\" body[] ",
                "piece 0 left 0",
                "* 3 FETCH (UID 9 FLAGS () INTERNALDATE \"\" body[] {0}\r\n)",
            ]
        );
    }
}
