//! The line that begins a message in an mbox file, as programs write it, and as people write what only looks like one.

use memchr::memchr;

use super::date;
use super::incoming::begins_field;
use super::mbox_write::{DAYS, FROM, MONTHS};
use crate::mail::Moment;

/// The longest line that begins a message.
pub(super) const LONGEST_POSTMARK: usize = 1_000;

/// Whether a message begins with this line; `None`: too little of it is here to say.
pub(super) fn begins_message(input: &[u8], is_all: bool) -> Option<bool> {
    let Some(end) = memchr(b'\n', input.get(..LONGEST_POSTMARK.min(input.len())).unwrap_or_default()) else {
        return (is_all || input.len() >= LONGEST_POSTMARK).then(|| postmark(input).is_some() && is_all);
    };
    if postmark(input.get(..end).unwrap_or_default()).is_none() {
        return Some(false);
    }
    let next = input.get(end + 1..).unwrap_or_default();
    let window = next.get(..LONGEST_POSTMARK.min(next.len())).unwrap_or_default();
    match memchr(b'\n', window) {
        Some(end) => {
            let line = window.get(..end).unwrap_or_default();
            Some(line.trim_ascii().is_empty() || begins_field(line) || line.starts_with(b">From "))
        }
        None if is_all || window.len() == LONGEST_POSTMARK => Some(window.is_empty() || begins_field(window)),
        None => None,
    }
}

/// Who sent a message and when it arrived: `From ann@example.org Tue Jan 13 08:30:00 2026`, in UTC where no zone is named (RFC 4155).
/// `None` for a line that only begins so.
pub(super) fn postmark(line: &[u8]) -> Option<(&str, Option<Moment>)> {
    let text = std::str::from_utf8(line.strip_prefix(FROM)?).ok()?.trim();
    let is_day = |at: usize, name: &&str| {
        let before = at == 0 || text.as_bytes().get(at - 1).is_some_and(u8::is_ascii_whitespace);
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let month = rest.trim_start_matches([',', ' ']).get(..3).unwrap_or_default();
        before && MONTHS.contains(&month)
    };
    let start = DAYS
        .iter()
        .filter_map(|name| text.rmatch_indices(name).map(|(at, _)| at).find(|at| is_day(*at, name)))
        .max()?;
    let (sender, written) = text.split_at_checked(start)?;
    let arrived = date::parse(written)?;
    // Netscape and its heirs write the time of the clock on the wall, in no zone
    let sender = sender.trim();
    Some((sender, (sender != "-").then_some(arrived)))
}
