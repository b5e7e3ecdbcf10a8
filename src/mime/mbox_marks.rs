//! The fields in which programs keep what is marked on a message of an mbox file.

use memchr::memchr;

use super::header_field::header_length;
use super::incoming::mozilla;
use crate::mail::{Flag, Flags};

/// The marks as they are written here: three fields, first of all.
pub(super) fn is_ours(head: &[u8]) -> bool {
    let Some(end) = memchr(b'\n', head) else { return false };
    let mut lines = head.get(end + 1..).unwrap_or_default().split(|byte| *byte == b'\n');
    [&b"Status: "[..], b"X-Status: ", b"X-Keywords: "]
        .iter()
        .all(|name| lines.next().is_some_and(|line| line.starts_with(name) && !line.ends_with(b"\r")))
}

/// The marks of the first three lines, and the message behind them. `None` for what is deleted.
pub(super) fn own_marks(text: &[u8]) -> (Option<Flags>, Vec<u8>) {
    let mut rest = text;
    let mut flags = Vec::new();
    for _ in 0..3 {
        let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        if let Some(colon) = memchr(b':', line) {
            let (name, value) = line.split_at(colon);
            mark(name, value.get(1..).unwrap_or_default(), &mut flags);
        }
        rest = after;
    }
    // what is marked so is marked so again: it is one's own mail, taken along as it was
    (Some(flags.into_iter().collect()), rest.to_vec())
}

/// The marks that other programs write, wherever in the header they stand, and the message without these fields.
pub(super) fn foreign_marks(text: &[u8]) -> (Option<Flags>, Vec<u8>) {
    let (header, body) = text.split_at_checked(header_length(text)).unwrap_or((text, b""));
    let mut kept = Vec::with_capacity(text.len());
    let mut flags = Vec::new();
    let mut is_note = false;
    let mut is_left_out = false;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            if !is_left_out {
                kept.extend_from_slice(line);
            }
            continue;
        }
        is_left_out = memchr(b':', line).is_some_and(|colon| {
            let (name, value) = line.split_at(colon);
            // the first message of a file may be notes of an IMAP server
            is_note |= name.eq_ignore_ascii_case(b"x-imap");
            mark(name, value.get(1..).unwrap_or_default(), &mut flags)
        });
        if !is_left_out {
            kept.extend_from_slice(line);
        }
    }
    kept.extend_from_slice(body);
    let is_deleted = is_note || flags.contains(&Flag::Deleted);
    ((!is_deleted).then(|| flags.into_iter().collect()), kept)
}

/// Reads a field that a program keeps its marks in; whether it is one.
fn mark(name: &[u8], value: &[u8], flags: &mut Vec<Flag>) -> bool {
    let value = value.trim_ascii();
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    let letters = |known: &[u8]| value.len() <= 8 && value.iter().all(|letter| known.contains(letter));
    if is("status") && letters(b"ROUN ") {
        flags.extend(value.contains(&b'R').then_some(Flag::Seen));
        return true;
    }
    if is("x-status") && letters(b"AFTDRON ") {
        let known = [(b'A', Flag::Answered), (b'F', Flag::Flagged), (b'T', Flag::Draft), (b'D', Flag::Deleted)];
        flags.extend(known.into_iter().filter(|(letter, _)| value.contains(letter)).map(|(_, flag)| flag));
        return true;
    }
    if is("x-mozilla-status") {
        flags.extend(mozilla(value));
        return true;
    }
    if is("x-keywords") || is("x-mozilla-keys") {
        let words = value.split(u8::is_ascii_whitespace).filter(|word| is_keyword(word));
        flags.extend(words.filter_map(|word| Some(Flag::from_wire(std::str::from_utf8(word).ok()?))));
        return true;
    }
    ["x-mozilla-status2", "x-uid", "x-imap", "x-imapbase", "content-length"].into_iter().any(is)
}

/// Whether a server takes it as a keyword (RFC 9051 9, `flag-keyword`).
fn is_keyword(word: &[u8]) -> bool {
    let special = |byte: &u8| b"(){%*\"\\]".contains(byte);
    (1..=60).contains(&word.len()) && word.iter().all(|byte| byte.is_ascii_graphic() && !special(byte))
}
