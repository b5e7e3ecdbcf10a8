//! Messages as an mbox file has them (RFC 4155), quoted so that every message comes back as it was: "mboxrd", in which each
//! line of `>` and `From ` gets one `>` more. Lines end in LF; what programs keep beside a message, its marks, stands in fields of
//! its header that all of them know.

use memchr::memchr;

use crate::mail::{Civil, Flag, Flags, Moment};

/// As `date-time` has them in every line that begins a message.
pub(super) const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// What may be doubled by mistake.
pub(super) const FROM: &[u8] = b"From ";

/// Writes one message of an mbox file, as it comes.
#[derive(Debug)]
pub struct MboxWriter {
    /// Whether a line begins, if nothing but `>` stands on it.
    at_start: bool,
    /// What can't be decided yet: a beginning of `From `, or a CR.
    tail: Vec<u8>,
    /// Whether the last octet ended a line.
    is_ended: bool,
}

impl MboxWriter {
    /// Begins a message from this address (where it is none, from the mail system), which arrived then.
    pub fn begin(sender: &str, arrived: Moment, flags: &Flags, out: &mut Vec<u8>) -> Self {
        let is_plain = !sender.is_empty() && sender.bytes().all(|byte| byte.is_ascii_graphic());
        let sender = if is_plain && sender.len() < 255 { sender } else { "MAILER-DAEMON" };
        if let Some(at) = Civil::from_seconds(arrived.seconds).or_else(|| Civil::from_seconds(0)) {
            let day = DAYS.get(usize::from(at.weekday())).unwrap_or(&"Mon");
            let month = usize::from(at.month).checked_sub(1).and_then(|at| MONTHS.get(at)).unwrap_or(&"Jan");
            let Civil { year, day: date, hour, minute, second, .. } = at;
            let line = format!("From {sender} {day} {month} {date:2} {hour:02}:{minute:02}:{second:02} {year:04}\n");
            out.extend_from_slice(line.as_bytes());
        }
        out.extend_from_slice(marks(flags).as_bytes());
        Self { at_start: true, tail: Vec::new(), is_ended: true }
    }

    /// A piece of it.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let joined;
        let mut rest = piece;
        if !self.tail.is_empty() && !piece.is_empty() {
            joined = [std::mem::take(&mut self.tail).as_slice(), piece].concat();
            rest = &joined;
        }
        while !rest.is_empty() {
            if self.at_start {
                let (quotes, line) = rest.split_at(rest.iter().take_while(|byte| **byte == b'>').count());
                out.extend_from_slice(quotes);
                self.is_ended &= quotes.is_empty();
                rest = line;
                let begins = rest.get(..FROM.len()).unwrap_or(rest);
                if FROM.starts_with(begins) {
                    if begins.len() < FROM.len() {
                        self.tail = begins.to_vec();
                        return;
                    }
                    out.push(b'>');
                }
                self.at_start = false;
            }
            match memchr(b'\n', rest) {
                Some(end) => {
                    let (line, after) = rest.split_at(end);
                    out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                    out.push(b'\n');
                    (self.at_start, self.is_ended) = (true, true);
                    rest = after.get(1..).unwrap_or_default();
                }
                None => {
                    let text = rest.strip_suffix(b"\r").unwrap_or(rest);
                    out.extend_from_slice(text);
                    self.tail = rest.get(text.len()..).unwrap_or_default().to_vec();
                    self.is_ended = false;
                    return;
                }
            }
        }
    }

    /// That was all of it. A message that does not end its last line gets that end: the file could not be read without.
    pub fn end(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.tail);
        out.extend_from_slice(if self.is_ended && self.tail.is_empty() { b"\n" } else { b"\n\n" });
    }
}

/// The fields in which programs keep what is marked on a message. All three always, and first: so that whoever reads them
/// here takes out exactly what was put in.
fn marks(flags: &Flags) -> String {
    let one = |flag: Flag, letter: &'static str| if flags.contains(&flag) { letter } else { "" };
    let keywords: Vec<&str> = flags.iter().map(Flag::as_wire).filter(|word| !word.starts_with('\\')).collect();
    format!(
        "Status: {}O\nX-Status: {}{}{}{}\nX-Keywords: {}\n",
        one(Flag::Seen, "R"),
        one(Flag::Answered, "A"),
        one(Flag::Flagged, "F"),
        one(Flag::Draft, "T"),
        one(Flag::Deleted, "D"),
        keywords.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&str]) -> String {
        let mut out = Vec::new();
        let flags = [Flag::Seen, Flag::Flagged, Flag::Forwarded].into_iter().collect();
        let arrived = Moment { seconds: 1_768_293_000, offset_minutes: 60 };
        let mut writer = MboxWriter::begin("ann@example.org", arrived, &flags, &mut out);
        pieces.iter().for_each(|piece| writer.push(piece.as_bytes(), &mut out));
        writer.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    const HEAD: &str =
        "From ann@example.org Tue Jan 13 08:30:00 2026\nStatus: RO\nX-Status: F\nX-Keywords: $Forwarded\n";

    #[test]
    fn lines_that_begin_a_message_are_quoted_wherever_pieces_end() {
        let message = "A: b\r\n\r\nFrom me\r\n>From you\r\nFromage\r\n From us\r\n>>>From\r\n";
        let expected = format!("{HEAD}A: b\n\n>From me\n>>From you\nFromage\n From us\n>>>From\n\n");
        assert_eq!(written(&[message]), expected);
        for cut in 1..message.len() {
            let (one, other) = message.split_at(cut);
            assert_eq!(written(&[one, "", other]), expected, "{cut}");
        }
        let octets: Vec<String> = message.chars().map(String::from).collect();
        assert_eq!(written(&octets.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn a_last_line_without_end_gets_one() {
        for end in ["x", "From", ">", "x\r", ""] {
            let begun = written(&["A: b\r\n\r\n", end]);
            let expected =
                if end.is_empty() { format!("{HEAD}A: b\n\n\n") } else { format!("{HEAD}A: b\n\n{end}\n\n") };
            assert_eq!(begun, expected, "{end:?}");
        }
        assert_eq!(written(&[]), format!("{HEAD}\n"));
    }

    #[test]
    fn whoever_has_no_address_is_the_mail_system() {
        for sender in ["", "a b@c", "a\r\nFrom x", "ü@example.org"] {
            let mut out = Vec::new();
            MboxWriter::begin(sender, Moment { seconds: 0, offset_minutes: 0 }, &Flags::default(), &mut out);
            assert!(out.starts_with(b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\nStatus: O\nX-Status: \n"));
        }
    }
}
