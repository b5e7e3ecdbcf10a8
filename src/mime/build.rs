//! A draft as octets (RFC 5322, RFC 2045): what is saved, and what is sent.
//!
//! Everything that comes out is 7-bit, with two exceptions that RFC 2046 and RFC 6532 leave no other way for: attached messages
//! that are 8-bit themselves, and addresses whose local part is not ASCII. The same draft gives the same octets. No field can
//! break its line and begin another one (`I-05`), no line is longer than 998 octets, no CR or LF stands alone (`I-06`).

use bytes::Bytes;
use mail_builder::MessageBuilder;

use super::{build_header, build_parts};
use crate::mail::Draft;

/// For whom a message is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// For one's own mailboxes: `Bcc` is in it.
    WithBcc,
    /// For those it goes to: it is not (`I-07`).
    Outgoing,
}

/// Builds a message. `files` are the octets of the draft's attachments, decoded, one for each and in their order.
///
/// What stands where an address belongs and is none is written as a name without one: a draft may be saved before it is
/// finished. Whoever sends must have refused it before ([`super::recipients()`]).
pub fn build(draft: &Draft, files: &[Bytes], copy: Copy) -> Vec<u8> {
    debug_assert_eq!(draft.attachments.len(), files.len(), "a file for each attachment");
    let message = MessageBuilder { headers: build_header::fields(draft, copy), ..MessageBuilder::new() };
    let mut octets = Vec::new();
    message.body(build_parts::body(draft, files)).serialize(&mut octets);
    octets
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
