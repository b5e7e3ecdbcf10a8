//! What stands between two beginnings in an mbox file: a message with its marks, its body unquoted, or none.

use memchr::{memchr, memmem};

use super::header_field::header_length;
use super::incoming::{Incoming, LineEnd, with_line_ends};
use super::mbox::MboxItem;
use super::mbox_marks::{foreign_marks, is_ours, own_marks};
use super::mbox_write::FROM;
use super::postmark::postmark;

/// What an entry is, from its first line to the empty one that separates it from the next.
pub(super) fn item(entry: &[u8]) -> MboxItem {
    let line_end = memchr(b'\n', entry).map_or(entry.len(), |end| end + 1);
    let (first, rest) = entry.split_at(line_end);
    let (arrived, text) = match first.starts_with(FROM) {
        true => (postmark(first.trim_ascii_end()).and_then(|(_, arrived)| arrived), rest),
        false => (None, entry),
    };
    if text.trim_ascii().is_empty() {
        return MboxItem::NotAMessage;
    }
    let second_ends = memchr(b'\n', text).and_then(|end| end.checked_sub(1)).and_then(|end| text.get(end));
    let is_crlf = first.ends_with(b"\r\n") || second_ends == Some(&b'\r');
    let text = without_separator(text);
    let ours = is_ours(entry.get(..header_length(entry)).unwrap_or_default());
    let (marks, text) = if ours { own_marks(text) } else { foreign_marks(text) };
    let Some(flags) = marks else { return MboxItem::Deleted };
    let plain = unquoted(&text);
    let octets = with_line_ends(&plain, if is_crlf { LineEnd::Any } else { LineEnd::Lf });
    MboxItem::Message(Incoming::new(octets, arrived, flags))
}

/// Without the empty line behind a message.
fn without_separator(text: &[u8]) -> &[u8] {
    match text {
        [rest @ .., b'\r', b'\n'] if rest.ends_with(b"\n") => rest,
        [rest @ .., b'\n'] if rest.ends_with(b"\n") => rest,
        _ => text,
    }
}

/// Every line of `>` and `From ` without one `>`. In a file that did not quote at all, nothing is taken away.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let is_unquoted = text.starts_with(FROM) || memmem::find(text, b"\nFrom ").is_some();
    if is_unquoted {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(FROM));
        out.extend_from_slice(if is_quoted { line.get(1..).unwrap_or_default() } else { line });
    }
    out
}
