//! What may be taken out of a message: its real attachments, and none of what is sealed.

use super::seal::{seal_of_text, seals};
use super::strip::Wanted;
use super::usage::{Use, is_attachment, usage, usage_of_type};
use super::{Parsed, file_name, transfer};
use crate::mail::{Part, PartKind, PartPath, Seal};

/// Octets of a text that are looked at for a seal.
const LOOKED_AT: usize = 64 << 10;

/// The strongest seal of the message: a lock before a signature.
pub(super) fn seal(message: &[u8], parsed: &Parsed) -> Option<Seal> {
    let mut all = seals(&parsed.part);
    for part in parsed.part.walk().filter(|part| usage(part) == Use::Text) {
        let octets = parsed.ranges.get(&part.path).and_then(|range| message.get(range.clone())).unwrap_or_default();
        let octets = octets.get(..LOOKED_AT).unwrap_or(octets);
        all.extend(seal_of_text(&String::from_utf8_lossy(&transfer::decode(&part.encoding, octets))));
    }
    let is_lock = |seal: &Seal| matches!(seal, Seal::LockedPgp | Seal::LockedSmime);
    all.iter().copied().find(is_lock).or(all.first().copied())
}

/// Real attachments: what a person would call so, and would not miss where it stands.
pub(super) fn choose<'a>(
    part: &'a Part,
    parent: Option<&Part>,
    wanted: &Wanted,
    offered: &[PartPath],
    chosen: &mut Vec<&'a Part>,
) {
    if let PartKind::Multipart(parts) = &part.kind {
        // a report is told by its parts, and a digest is them
        if !matches!(part.media_type.as_str(), "multipart/report" | "multipart/digest" | "multipart/encrypted") {
            parts.iter().for_each(|inner| choose(inner, Some(part), wanted, offered, chosen));
        }
        return;
    }
    // pictures that HTML may refer to: only an open message knows which of them it does not show
    let is_asked_for = wanted.inline_pictures && usage_of_type(part) == Use::Picture;
    if (is_asked_for || offered.contains(&part.path)) && is_real(part, parent, wanted) {
        chosen.push(part);
    }
}

fn is_real(part: &Part, parent: Option<&Part>, wanted: &Wanted) -> bool {
    let is_sealing = matches!(
        part.media_type.as_str(),
        "application/pgp-signature"
            | "application/pgp-encrypted"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
            | "application/pkcs7-mime"
            | "application/x-pkcs7-mime"
    );
    // the text itself may be in there
    let is_container = matches!(part.media_type.as_str(), "application/ms-tnef" | "application/vnd.ms-tnef")
        || file_name(part).eq_ignore_ascii_case("winmail.dat");
    if is_sealing || is_container {
        return false;
    }
    let is_told = is_attachment(part);
    let is_within = |media_type: &str| parent.is_some_and(|parent| parent.media_type == media_type);
    match usage_of_type(part) {
        Use::Picture => {
            let stands_in_text = !is_told || (is_within("multipart/related") && part.id.is_some());
            !stands_in_text || wanted.inline_pictures
        }
        Use::Text | Use::Html => is_told,
        Use::File if matches!(part.kind, PartKind::Message(_)) => is_told,
        // another form of the text, like an invitation
        Use::File => is_told || !is_within("multipart/alternative"),
    }
}
