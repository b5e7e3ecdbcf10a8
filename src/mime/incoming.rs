//! A message that comes from a file instead of by mail: its octets as an IMAP server takes them, and what can be known of it from
//! nothing but these.

use memchr::{memchr, memchr_iter};

use super::header_field::{fields, header_length};
use super::{date, envelope};
use crate::mail::{Flag, Flags, Moment};

/// A message to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its octets: every line ends in CR LF, none of them is NUL.
    pub octets: Vec<u8>,
    /// When it came to whoever had it, as far as the file says.
    pub arrived: Option<Moment>,
    /// What was marked on it there.
    pub flags: Flags,
    /// Whether NUL octets, which no server takes, had to be replaced by blanks.
    pub had_nul: bool,
}

impl Incoming {
    /// The message of an `.eml` file, to the octet but for its line ends; `None` if this is no message.
    pub fn of_file(octets: &[u8]) -> Option<Self> {
        let header = octets.get(..header_length(octets)).unwrap_or_default();
        if !is_header(header) {
            return None;
        }
        // Thunderbird writes its marks into files too
        let flags =
            fields(header).filter(|field| field.is("x-mozilla-status")).flat_map(|field| mozilla(field.raw)).collect();
        Some(Self::new(with_line_ends(octets, LineEnd::Any), None, flags))
    }

    pub(super) fn new(mut octets: Vec<u8>, arrived: Option<Moment>, flags: Flags) -> Self {
        let had_nul = memchr(0, &octets).is_some();
        if had_nul {
            octets.iter_mut().filter(|octet| **octet == 0).for_each(|octet| *octet = b' ');
        }
        let arrived = arrived.or_else(|| told_arrival(&octets));
        Self { octets, arrived, flags, had_nul }
    }

    /// Its Message-ID and subject, for whoever asks whether it is there, or says what became of it.
    pub fn told(&self) -> (Option<String>, String) {
        let header = self.octets.get(..header_length(&self.octets)).unwrap_or_default();
        let envelope = envelope(header);
        (envelope.message_id, envelope.subject)
    }
}

/// Whether a header begins here: a field, or what stood before one in an mbox.
fn is_header(octets: &[u8]) -> bool {
    let first = octets.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    first.is_some_and(begins_field) && fields(octets).next().is_some()
}

/// Whether a line is the first of a field: a name and its colon.
pub(super) fn begins_field(line: &[u8]) -> bool {
    let Some(colon) = memchr(b':', line) else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    (1..=100).contains(&name.len()) && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// When the last of the servers that it passed took it, else when it was written.
fn told_arrival(octets: &[u8]) -> Option<Moment> {
    let header = octets.get(..header_length(octets)).unwrap_or_default();
    let received = fields(header).find(|field| field.is("received"));
    let received = received.and_then(|field| {
        let text = field.unfolded(None);
        date::parse(text.rsplit_once(';')?.1)
    });
    received
        .or_else(|| fields(header).find(|field| field.is("date")).and_then(|field| date::parse(&field.unfolded(None))))
}

/// What ends a line in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF alone: a CR before it is part of the line.
    Lf,
    /// CR LF, or LF where somebody was careless.
    Any,
}

/// The same with CR LF at the end of each line.
pub(super) fn with_line_ends(octets: &[u8], ends: LineEnd) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + octets.len() / 32);
    let mut start = 0;
    for end in memchr_iter(b'\n', octets) {
        let line = octets.get(start..end).unwrap_or_default();
        let text = if ends == LineEnd::Any { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        out.extend_from_slice(text);
        out.extend_from_slice(b"\r\n");
        start = end + 1;
    }
    out.extend_from_slice(octets.get(start..).unwrap_or_default());
    out
}

/// `X-Mozilla-Status: 0001`: bits in hexadecimal.
pub(super) fn mozilla(value: &[u8]) -> Vec<Flag> {
    let text = std::str::from_utf8(value).unwrap_or_default().trim();
    let bits = u32::from_str_radix(text, 16).unwrap_or(0);
    [(1, Flag::Seen), (2, Flag::Answered), (4, Flag::Flagged), (8, Flag::Deleted), (0x1000, Flag::Forwarded)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, flag)| flag)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_message_with_its_line_ends_and_date() {
        let text = b"Received: from a by b; Tue, 13 Jan 2026 09:30:00 +0100\nDate: Mon, 12 Jan 2026 00:00:00 +0000\n\
            X-Mozilla-Status: 1005\nSubject: Hi\n\nA\0b\r\nc";
        let read = Incoming::of_file(text).unwrap();
        assert_eq!(read.arrived.unwrap().seconds, 1_768_293_000);
        assert_eq!(read.flags, [Flag::Seen, Flag::Flagged, Flag::Forwarded].into_iter().collect());
        assert!(read.octets.ends_with(b"Subject: Hi\r\n\r\nA b\r\nc") && read.had_nul);
        let plain = Incoming::of_file(b"Date: Tue, 13 Jan 2026 09:30:00 +0100\r\n\r\n").unwrap();
        assert_eq!((plain.arrived.unwrap().seconds, plain.had_nul), (1_768_293_000, false));
    }

    #[test]
    fn what_is_no_message_is_none() {
        for other in
            [&b""[..], b"\n\n", b"PK\x03\x04", b"Dear Ann,\n\nhello: you\n", b"\xff\xd8\xff:\n", b"{\"a\": 1}\n"]
        {
            assert_eq!(Incoming::of_file(other), None, "{:?}", String::from_utf8_lossy(other));
        }
    }
}
