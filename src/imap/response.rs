//! One response of the server, sorted by kind (RFC 9051 7).

use bytes::Bytes;

use super::token::{self, Value};
use super::{Code, fetch, fetch::Fetched};

/// The word of a status response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    PreAuth,
}

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Response {
    /// The end of a command.
    Tagged { tag: Bytes, status: Status, code: Code },
    /// `+`: go on.
    Continue(Bytes),
    /// `* OK …` and its like.
    Status { status: Status, code: Code },
    /// `* n EXISTS`.
    Exists(u32),
    /// `* n EXPUNGE`.
    Expunge(u32),
    /// `* n FETCH (…)`.
    Fetch(Fetched),
    /// `* VANISHED …` (RFC 7162 3.2.10).
    Vanished(crate::mail::UidSet),
    /// `* VANISHED (EARLIER) …`: gone since a state that the client named.
    VanishedEarlier(crate::mail::UidSet),
    /// Anything else: its name, upper case, and what follows.
    Data(String, Vec<Value>),
}

impl Response {
    /// Sorts one; `None` for a line that says nothing.
    pub(super) fn read(line: &Bytes) -> Option<Self> {
        if line.first() == Some(&b'+') {
            return Some(Self::Continue(line.slice(1..)));
        }
        let Some(rest) = line.strip_prefix(b"* ") else {
            let (tag, rest) = split_word(line)?;
            let (word, text) = split_word(&rest)?;
            let status = status_of(&word)?;
            return Some(Self::Tagged { tag, status, code: Code::read(&text) });
        };
        let rest = line.slice_ref(rest);
        let (word, text) = split_word(&rest)?;
        if let Some(status) = status_of(&word) {
            return Some(Self::Status { status, code: Code::read(&text) });
        }
        if let Some(number) = number_of(&word) {
            let (name, data) = split_word(&text)?;
            return match name.to_ascii_uppercase().as_slice() {
                b"EXISTS" => Some(Self::Exists(number)),
                b"EXPUNGE" => Some(Self::Expunge(number)),
                b"FETCH" => Some(Self::Fetch(fetch::read(number, token::values(&data)))),
                _ => None,
            };
        }
        let values = token::values(&text);
        if word.eq_ignore_ascii_case(b"VANISHED") {
            let read = |set: &Value| set.text().as_deref().and_then(crate::mail::UidSet::parse);
            return match values.as_slice() {
                [set] => read(set).map(Self::Vanished),
                [Value::List(_), set] => read(set).map(Self::VanishedEarlier),
                _ => None,
            };
        }
        Some(Self::Data(token::lenient(&word).to_ascii_uppercase(), values))
    }
}

/// The first word, and what follows after its spaces.
fn split_word(line: &Bytes) -> Option<(Bytes, Bytes)> {
    let start = line.iter().position(|byte| *byte != b' ')?;
    let line = line.slice(start..);
    let end = memchr::memchr(b' ', &line).unwrap_or(line.len());
    let rest = line.slice(end..);
    let skip = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
    Some((line.slice(..end), rest.slice(skip..)))
}

fn status_of(word: &[u8]) -> Option<Status> {
    let known: [(&[u8], Status); 5] = [
        (b"OK", Status::Ok),
        (b"NO", Status::No),
        (b"BAD", Status::Bad),
        (b"BYE", Status::Bye),
        (b"PREAUTH", Status::PreAuth),
    ];
    known.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, status)| status)
}

fn number_of(word: &[u8]) -> Option<u32> {
    std::str::from_utf8(word).ok()?.parse().ok()
}
