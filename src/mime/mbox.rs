//! Reading mbox files (RFC 4155 and its relatives), as they come, one message after the other.
//!
//! Where a message begins is a matter of judgement: a line `From `, with a date as programs write it, behind an empty line and
//! before a field. Bodies with such lines that nobody quoted stay whole if their `Content-Length` is right. What mboxrd and mboxo
//! quoted is unquoted; which of the two it was can't be seen, and mboxo has lost what differs.

use bytes::{Buf, BytesMut};
use memchr::{memchr, memmem};

use super::header_field::header_length;
use super::incoming::Incoming;
use super::mbox_item::item;
use super::mbox_marks::is_ours;
use super::mbox_write::FROM;
use super::postmark::{LONGEST_POSTMARK, begins_message, postmark};

/// Octets of a message that is read; what is larger is passed over.
pub const LARGEST_INCOMING: usize = 64 << 20;
/// What stays of a message that is passed over, for the next one's beginning to be seen.
const OVERLAP: usize = 64 << 10;
/// So much of a message is waited for, for its header to end.
const LONGEST_HEADER: usize = 256 << 10;

/// Cuts an mbox file into messages.
#[derive(Debug)]
pub struct MboxReader {
    /// What came from the beginning of a message on.
    input: BytesMut,
    /// Where that stands in the file.
    at: u64,
    /// How far it was looked at for the next message.
    scanned: usize,
    /// Its header was looked at for where it ends.
    is_looked_at: bool,
    is_ended: bool,
    /// Octets of this message that were let go, since it is too large.
    passed: u64,
    largest: usize,
}

/// What stands at a place of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MboxEntry {
    /// Where the next one begins.
    pub next: u64,
    /// What it is.
    pub what: MboxItem,
}

/// A message, or why it is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MboxItem {
    /// A message.
    Message(Incoming),
    /// It was deleted in the program that wrote the file, which had not tidied up yet; or a program's own notes.
    Deleted,
    /// It has more octets than this many are read of one.
    TooLarge(u64),
    /// There is no message in it.
    NotAMessage,
}

impl MboxReader {
    /// Reads from here on, which is the beginning of the file or what an entry called the next.
    pub fn new(at: u64) -> Self {
        Self {
            input: BytesMut::new(),
            at,
            scanned: 0,
            is_looked_at: false,
            is_ended: false,
            passed: 0,
            largest: LARGEST_INCOMING,
        }
    }

    /// More of the file.
    pub fn push(&mut self, octets: &[u8]) {
        self.input.extend_from_slice(octets);
    }

    /// That was all of it.
    pub fn end(&mut self) {
        self.is_ended = true;
    }

    /// The next message; `None`: more of the file is needed, or all of it was read.
    pub fn read(&mut self) -> Option<MboxEntry> {
        let end = match self.find_end() {
            Some(end) => end,
            None if self.is_ended && !self.input.is_empty() => self.input.len(),
            None => {
                self.pass_over();
                return None;
            }
        };
        let entry = self.input.split_to(end);
        let octets = self.passed + u64::try_from(entry.len()).unwrap_or(u64::MAX);
        self.at += u64::try_from(entry.len()).unwrap_or(u64::MAX);
        let what =
            if self.passed > 0 || entry.len() > self.largest { MboxItem::TooLarge(octets) } else { item(&entry) };
        (self.scanned, self.is_looked_at, self.passed) = (0, false, 0);
        Some(MboxEntry { next: self.at, what })
    }

    /// Where this message ends, if that is seen.
    fn find_end(&mut self) -> Option<usize> {
        if !self.is_looked_at {
            match promised_end(&self.input) {
                Promised::Holds(end) => return Some(end),
                Promised::NotSeen(end) if !self.is_ended && end <= self.largest => return None,
                Promised::NoHeader if !self.is_ended && self.input.len() < LONGEST_HEADER => return None,
                Promised::NotSeen(_) | Promised::NoHeader | Promised::None => self.is_looked_at = true,
            }
        }
        loop {
            let from = self.scanned;
            let found = memmem::find(self.input.get(from..)?, b"\nFrom ");
            let Some(found) = found else {
                // the line end before `From ` may be the last octets that are here
                self.scanned = self.input.len().saturating_sub(b"\nFrom".len()).max(from);
                return None;
            };
            let at = from + found + 1;
            match begins_message(self.input.get(at..)?, self.is_ended) {
                None => {
                    self.scanned = at - 1;
                    return None;
                }
                Some(true) if ends_blank(self.input.get(..at)?) => return Some(at),
                Some(_) => self.scanned = at,
            }
        }
    }

    /// Lets go of what is too large for a message.
    fn pass_over(&mut self) {
        if self.input.len() > self.largest {
            let gone = self.input.len() - OVERLAP.min(self.input.len());
            self.input.advance(gone);
            self.scanned = self.scanned.saturating_sub(gone);
            let gone = u64::try_from(gone).unwrap_or(u64::MAX);
            self.passed += gone;
            self.at += gone;
        }
    }
}

/// What `Content-Length` says of where a message ends.
enum Promised {
    /// The header has not come to its end yet.
    NoHeader,
    /// Nothing that counts.
    None,
    /// There, and what stands there agrees.
    Holds(usize),
    /// There, and that has not come yet.
    NotSeen(usize),
}

fn promised_end(input: &[u8]) -> Promised {
    let header = header_length(input);
    let head = input.get(..header).unwrap_or_default();
    if header == input.len() {
        return Promised::NoHeader;
    }
    // what is written here is quoted, and needs no promise
    if is_ours(head) {
        return Promised::None;
    }
    let fields = super::header_field::fields(head);
    let Some(length) = fields
        .filter(|field| field.is("content-length"))
        .find_map(|field| std::str::from_utf8(field.raw).ok()?.trim().parse::<usize>().ok())
    else {
        return Promised::None;
    };
    let Some(end) = header.checked_add(length) else { return Promised::None };
    let Some(behind) = input.get(end..).filter(|behind| behind.len() >= 2) else { return Promised::NotSeen(end) };
    let next = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).unwrap_or(behind);
    let line = next.get(..LONGEST_POSTMARK.min(next.len())).unwrap_or_default();
    let Some(line_end) = memchr(b'\n', line) else {
        return if line.len() < LONGEST_POSTMARK && FROM.starts_with(line.get(..5).unwrap_or(line)) {
            Promised::NotSeen(end)
        } else {
            Promised::None
        };
    };
    let is_there = postmark(line.get(..line_end).unwrap_or_default()).is_some();
    if is_there { Promised::Holds(input.len() - next.len()) } else { Promised::None }
}

/// Whether an empty line is the last one.
fn ends_blank(octets: &[u8]) -> bool {
    octets.ends_with(b"\n\n") || octets.ends_with(b"\n\r\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::mbox_write::MboxWriter;
    use super::*;
    use crate::mail::{Flag, Flags, Moment};

    fn read(octets: &[u8], piece: usize) -> Vec<MboxItem> {
        let mut reader = MboxReader::new(0);
        let mut items = Vec::new();
        let mut next = 0;
        for piece in octets.chunks(piece.max(1)) {
            reader.push(piece);
            while let Some(entry) = reader.read() {
                next = entry.next;
                items.push(entry.what);
            }
        }
        reader.end();
        while let Some(entry) = reader.read() {
            next = entry.next;
            items.push(entry.what);
        }
        assert_eq!(next, octets.len() as u64);
        items
    }

    fn messages(text: &str) -> Vec<String> {
        let all = read(text.as_bytes(), text.len());
        assert_eq!(all, read(text.as_bytes(), 1), "{text}");
        let message = |item| match item {
            MboxItem::Message(message) => String::from_utf8(message.octets).unwrap(),
            other => format!("{other:?}"),
        };
        all.into_iter().map(message).collect()
    }

    const MARK: &str = "From ann@example.org Tue Jan 13 08:30:00 2026\n";

    #[test]
    fn messages_come_with_date_and_marks() {
        let text = format!(
            "{MARK}Subject: a\nStatus: RO\nX-Status: AF\nX-Keywords: Work (x \n\nHello\n\n{MARK}Subject: b\n\nBye\n"
        );
        let all = read(text.as_bytes(), 7);
        let [MboxItem::Message(a), MboxItem::Message(b)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(a.octets, b"Subject: a\r\n\r\nHello\r\n");
        assert_eq!(a.arrived.unwrap().seconds, 1_768_293_000);
        let flags = [Flag::Seen, Flag::Answered, Flag::Flagged, Flag::Keyword("Work".into())];
        assert_eq!(a.flags, flags.into_iter().collect());
        assert_eq!((b.octets.as_slice(), &b.flags), (&b"Subject: b\r\n\r\nBye\r\n"[..], &Flags::default()));
    }

    #[test]
    fn a_line_of_a_body_that_only_looks_like_a_beginning_is_none() {
        for line in [
            "From me to you",
            "From ann@example.org Tue Jan 13 08:30:00 2026", // no empty line before it
            "\nFrom here on it is Tuesday",
            "\nFrom ann@example.org Tue Jan 13 08:30:00 2026\nno field", // no field behind it
        ] {
            let text = format!("{MARK}Subject: a\n\nx\n{line}\ny\n\n{MARK}Subject: b\n\n");
            assert_eq!(messages(&text).len(), 2, "{line}");
            assert!(messages(&text)[0].contains("From "), "{line}");
        }
    }

    #[test]
    fn other_programs_write_the_line_in_their_own_ways() {
        for mark in [
            "From - Tue Jan 13 08:30:00 2026",
            "From ann@example.org Tue Jan 13 08:30:00 +0100 2026",
            "From ann@example.org  Tue Jan 13 08:30 2026",
            "From John Doe Tue, Jan 13 08:30:00 2026",
            "From \"a b\"@c Tue Jan  3 08:30:00 UTC 2026 remote from x",
            "From Tue@example.org Tue Jan 13 08:30:00 2026 -0800",
        ] {
            let text = format!("{MARK}A: b\n\nx\n\n{mark}\nC: d\n\ny\n");
            assert_eq!(messages(&text), ["A: b\r\n\r\nx\r\n", "C: d\r\n\r\ny\r\n"], "{mark}");
            let crlf = text.replace('\n', "\r\n");
            assert_eq!(messages(&crlf), messages(&text), "{mark}");
        }
        // of a clock on the wall nothing is known: what the servers said counts
        let text = "From - Tue Jan 13 08:30:00 2026\nReceived: by x; Tue, 13 Jan 2026 09:30:00 +0300\nA: b\n\n";
        let MboxItem::Message(message) = &read(text.as_bytes(), 99)[0] else { panic!() };
        assert_eq!(message.arrived.unwrap().seconds, 1_768_285_800);
    }

    #[test]
    fn a_length_that_is_right_keeps_a_body_whole() {
        let body = format!("x\n\n{MARK}Subject: quoted\n\n>From y\n");
        let text = format!("{MARK}Subject: a\nContent-Length: {}\n\n{body}\n{MARK}Subject: b\n\n", body.len());
        let all = messages(&text);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], format!("Subject: a\r\n\r\n{}", body.replace('\n', "\r\n")));
        // one that is wrong says nothing
        let wrong = text.replace(&format!("Content-Length: {}", body.len()), "Content-Length: 3");
        assert_eq!(messages(&wrong).len(), 3);
    }

    #[test]
    fn deleted_messages_and_notes_of_programs_stay_out() {
        let text = format!(
            "{MARK}Subject: DON'T DELETE\nX-IMAP: 1 2\n\n\n{MARK}A: b\nX-Mozilla-Status: 0009\n\n\n{MARK}A: c\nStatus: R\nX-Status: D\n\n\n{MARK}\n"
        );
        assert_eq!(messages(&text), ["Deleted", "Deleted", "Deleted", "NotAMessage"]);
    }

    #[test]
    fn what_is_no_mbox_is_read_to_its_end_all_the_same() {
        assert_eq!(messages("A: b\n\nc"), ["A: b\r\n\r\nc"]);
        assert_eq!(messages(""), [""; 0]);
        assert_eq!(messages("\n\n\n"), ["NotAMessage"]);
    }

    #[test]
    fn a_message_that_is_too_large_is_passed_over_and_the_next_one_is_not() {
        let mut reader = MboxReader { largest: 200_000, ..MboxReader::new(0) };
        let text = format!("{MARK}A: b\n\n{}\n\n{MARK}C: d\n\n", "x".repeat(500_000));
        let mut found = Vec::new();
        for piece in text.as_bytes().chunks(10_000) {
            reader.push(piece);
            assert!(reader.input.len() < 300_000);
            found.extend(std::iter::from_fn(|| reader.read()));
        }
        reader.end();
        found.extend(std::iter::from_fn(|| reader.read()));
        let first = MARK.len() as u64 + 6 + 500_002;
        assert_eq!(found[0], MboxEntry { next: first, what: MboxItem::TooLarge(first) });
        assert!(matches!(&found[1].what, MboxItem::Message(_)));
        assert_eq!(found[1].next, text.len() as u64);
    }

    fn lines() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "[ -~]{0,20}",
            Just(MARK.trim_end().to_owned()),
            Just("Status: RO".to_owned()),
            Just("X-Status: D".to_owned()),
            Just("Content-Length: 10".to_owned()),
            Just(String::new()),
            "(>{0,3})From [a-z]{0,3}",
            "\\PC{0,8}\r?",
        ];
        proptest::collection::vec(line, 0..12)
            .prop_map(|lines| lines.iter().map(|line| format!("{line}\r\n")).collect())
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_to_the_octet(
            bodies in proptest::collection::vec(lines(), 1..5),
            piece in 1_usize..200,
            seen in any::<bool>(),
        ) {
            let flags: Flags = seen.then_some(Flag::Seen).into_iter().chain([Flag::Deleted, Flag::Junk]).collect();
            let arrived = Moment { seconds: 1_768_293_000, offset_minutes: 60 };
            let mut mbox = Vec::new();
            // a message has a field at least, or it would be none
            let all: Vec<String> = bodies.iter().map(|body| format!("Subject: x\r\n{body}")).collect();
            for message in &all {
                let mut writer = MboxWriter::begin("ann@example.org", arrived, &flags, &mut mbox);
                message.as_bytes().chunks(piece).for_each(|piece| writer.push(piece, &mut mbox));
                writer.end(&mut mbox);
            }
            let read = read(&mbox, piece);
            prop_assert_eq!(read.len(), all.len());
            for (item, message) in read.iter().zip(&all) {
                let MboxItem::Message(read) = item else { panic!("{item:?}") };
                prop_assert_eq!(String::from_utf8_lossy(&read.octets), message.as_str());
                prop_assert_eq!(&read.flags, &flags);
                prop_assert_eq!(read.arrived.map(|at| at.seconds), Some(arrived.seconds));
            }
        }

        #[test]
        fn any_octets_are_read_to_their_end(octets in proptest::collection::vec(any::<u8>(), 0..500), piece in 1_usize..50) {
            read(&octets, piece);
        }
    }
}
