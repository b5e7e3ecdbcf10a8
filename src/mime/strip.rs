//! Attachments taken out of a message that stays: in the place of each stands a note, and everything else is as it was, to the
//! octet.
//!
//! What was made is read again before it is given away: the same parts in the same places, those that stay with the same
//! octets. Where that is not so the message is not touched.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::build_parts::base64_lines;
use super::strip_choice::{choose, seal};
use super::{file_name, reading, structure, transfer};
use crate::mail::{Part, PartKind, PartPath, Seal};

/// What is taken out beside attachments, and of which messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Pictures that stand in the text go as well.
    pub inline_pictures: bool,
    /// Signed messages too, though their signature does not hold any more.
    pub signed: bool,
}

/// A message without its attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// All of it.
    pub octets: Vec<u8>,
    /// What was taken out, in its order.
    pub taken: Vec<Taken>,
}

/// An attachment that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its name as a file, never empty.
    pub name: String,
    /// Its type, lower case.
    pub media_type: String,
    /// Octets, decoded.
    pub size: u64,
}

/// Why a message stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intact {
    /// It is signed, and that was not insisted on.
    Signed,
    /// It is encrypted.
    Encrypted,
    /// There is nothing to take out.
    Nothing,
    /// It is of a form that can't be taken apart safely.
    Damaged,
}

/// Takes the attachments out of a message; `note` is what stands in the place of each, of one or more lines. The same message
/// with the same notes makes the same octets.
pub fn strip(message: &[u8], wanted: &Wanted, note: impl Fn(&Taken) -> String) -> Result<Stripped, Intact> {
    let before = structure(message);
    match seal(message, &before) {
        Some(Seal::LockedPgp | Seal::LockedSmime) => return Err(Intact::Encrypted),
        Some(Seal::SignedPgp | Seal::SignedSmime) if !wanted.signed => return Err(Intact::Signed),
        _ => {}
    }
    let told = reading(&before.part);
    let mut chosen = Vec::new();
    choose(&before.part, None, wanted, &told.attachments, &mut chosen);
    if chosen.is_empty() {
        return Err(Intact::Nothing);
    }
    if told.damaged {
        return Err(Intact::Damaged);
    }
    let (mut octets, mut taken, mut from) = (Vec::with_capacity(message.len() / 4), Vec::new(), 0);
    for part in &chosen {
        let range = before.entities.get(&part.path).cloned().unwrap_or(0..message.len());
        let one = taken_of(part, message, before.ranges.get(&part.path));
        octets.extend_from_slice(message.get(from..range.start).ok_or(Intact::Damaged)?);
        if !before.entities.contains_key(&part.path) {
            // the message is nothing but this file: its own header says what it is
            let header = before.headers.get(&PartPath::root()).and_then(|range| message.get(range.clone()));
            octets.extend_from_slice(&without_content(header.ok_or(Intact::Damaged)?));
        }
        octets.extend_from_slice(&noted(&note(&one)));
        from = range.end;
        taken.push(one);
    }
    octets.extend_from_slice(message.get(from..).ok_or(Intact::Damaged)?);
    let paths: Vec<&PartPath> = chosen.iter().map(|part| &part.path).collect();
    if is_same_but(message, &before, &octets, &paths) { Ok(Stripped { octets, taken }) } else { Err(Intact::Damaged) }
}

fn taken_of(part: &Part, message: &[u8], range: Option<&Range<usize>>) -> Taken {
    let octets = range.and_then(|range| message.get(range.clone())).unwrap_or_default();
    let size = u64::try_from(transfer::decode(&part.encoding, octets).len()).unwrap_or(u64::MAX);
    Taken { name: file_name(part), media_type: part.media_type.clone(), size }
}

/// A note as a part, without the line end that belongs to the delimiter. In base64 it can't hold a delimiter.
fn noted(text: &str) -> Vec<u8> {
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let part = format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64_lines(text.as_bytes())
    );
    part.trim_end().as_bytes().to_vec()
}

/// A header without the fields that say what the content is, and without its empty line.
fn without_content(header: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(header.len());
    let mut is_kept = true;
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            is_kept = !line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
        }
        if is_kept {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// Whether both have the same parts, and all but these the same octets.
fn is_same_but(message: &[u8], before: &super::Parsed, made: &[u8], changed: &[&PartPath]) -> bool {
    let after = structure(made);
    let (old, new): (Vec<&Part>, Vec<&Part>) = (before.part.walk().collect(), after.part.walk().collect());
    let inside = |path: &PartPath| changed.iter().any(|outer| path.numbers().starts_with(outer.numbers()));
    let kept: Vec<&Part> = old.into_iter().filter(|part| !inside(&part.path)).collect();
    let others: Vec<&Part> = new.iter().copied().filter(|part| !inside(&part.path)).collect();
    let octets = |message: &[u8], parsed: &super::Parsed, part: &Part| {
        let range = parsed.entities.get(&part.path).or(parsed.ranges.get(&part.path))?;
        message.get(range.clone()).map(<[u8]>::to_vec)
    };
    let is_same = |(old, new): (&&Part, &&Part)| {
        old.path == new.path
            && old.media_type == new.media_type
            && (is_multipart(old) || octets(message, before, old) == octets(made, &after, new))
    };
    let is_noted = |path: &&PartPath| after.part.find(path).is_some_and(|part| part.media_type == "text/plain");
    kept.len() == others.len() && kept.iter().zip(&others).all(is_same) && changed.iter().all(is_noted)
}

fn is_multipart(part: &Part) -> bool {
    matches!(part.kind, PartKind::Multipart(_))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn note(taken: &Taken) -> String {
        format!("{} ({}, {}) was removed.", taken.name, taken.media_type, taken.size)
    }

    fn stripped(message: &str) -> Result<Stripped, Intact> {
        strip(message.as_bytes(), &Wanted::default(), note)
    }

    fn multi(kind: &str, boundary: &str, parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
        format!("Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\npreamble\r\n{parts}--{boundary}--\r\n")
    }

    const TEXT: &str = "Content-Type: text/plain\r\n\r\nHello\r\n";
    const HTML: &str = "Content-Type: text/html\r\n\r\n<img src=\"cid:a@x\">";
    const PDF: &str = "Content-Type: application/pdf; name=\"offer.pdf\"\r\nContent-Disposition: attachment\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK";
    const INLINE: &str =
        "Content-Type: image/png\r\nContent-ID: <a@x>\r\nContent-Disposition: inline; filename=a.png\r\n\r\nPNG";

    #[test]
    fn an_attachment_becomes_a_note_and_all_else_stays_as_it_is() {
        let message =
            format!("Subject: Offer\r\nX-Odd:  kept \r\n{}epilogue\r\n", multi("mixed", "b", &[TEXT, PDF, HTML]));
        let made = stripped(&message).unwrap();
        let taken = Taken { name: "offer.pdf".into(), media_type: "application/pdf".into(), size: 9 };
        assert_eq!(made.taken, [taken]);
        let made = String::from_utf8(made.octets).unwrap();
        let (front, rest) = message.split_once(PDF).unwrap();
        assert!(made.starts_with(front) && made.ends_with(rest), "{made}");
        let parsed = structure(made.as_bytes());
        let note = parsed.part.find(&"2".parse().unwrap()).unwrap();
        let octets = &made.as_bytes()[parsed.ranges[&note.path].clone()];
        let text = String::from_utf8(transfer::decode(&note.encoding, octets)).unwrap();
        assert_eq!(text, "offer.pdf (application/pdf, 9) was removed.");
        assert_eq!(stripped(&made), Err(Intact::Nothing), "done once it is done");
    }

    #[test]
    fn pictures_of_the_text_stay_unless_they_are_asked_for() {
        let related = multi("related", "r", &[HTML, INLINE]);
        let message = multi("mixed", "m", &[&multi("alternative", "a", &[TEXT, &related]), PDF]);
        let made = stripped(&message).unwrap();
        assert_eq!(made.taken.len(), 1);
        assert!(String::from_utf8(made.octets).unwrap().contains("\r\n\r\nPNG\r\n"));
        // one that is told to be an attachment, and stands in the text all the same
        let odd = INLINE.replace("inline", "attachment");
        assert_eq!(stripped(&multi("related", "r", &[HTML, &odd])), Err(Intact::Nothing));
        let picture = "Content-Type: image/png\r\n\r\nPNG";
        let message = multi("mixed", "m", &[TEXT, picture]);
        assert_eq!(stripped(&message), Err(Intact::Nothing));
        let all = Wanted { inline_pictures: true, ..Wanted::default() };
        assert_eq!(strip(message.as_bytes(), &all, note).unwrap().taken.len(), 1);
        // those that HTML refers to go as well, at the first time: also where a note becomes the best text that there is
        let empty = "Content-Type: text/html\r\n\r\n";
        let untyped = "Content-Disposition: attachment; filename=f.bin\r\n\r\n";
        for message in [multi("related", "r", &[HTML, INLINE, PDF]), multi("related", "r", &[empty, INLINE, untyped])] {
            let made = strip(message.as_bytes(), &all, note).unwrap();
            assert_eq!(made.taken.len(), 2);
            assert_eq!(strip(&made.octets, &all, note), Err(Intact::Nothing));
        }
        let photo = "Content-Type: image/png\r\nContent-Disposition: attachment; filename=p.png\r\n\r\nPNG";
        assert_eq!(stripped(&multi("mixed", "m", &[TEXT, photo])).unwrap().taken.len(), 1);
    }

    #[test]
    fn other_forms_of_the_text_are_no_attachments() {
        let calendar = "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR";
        assert_eq!(stripped(&multi("alternative", "a", &[TEXT, calendar, HTML])), Err(Intact::Nothing));
        let report = "Content-Type: message/delivery-status\r\n\r\nAction: failed";
        assert_eq!(stripped(&multi("report", "a", &[TEXT, report])), Err(Intact::Nothing));
        let tnef = "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment\r\n\r\nx";
        assert_eq!(stripped(&multi("mixed", "a", &[TEXT, tnef])), Err(Intact::Nothing));
        assert_eq!(stripped(TEXT), Err(Intact::Nothing));
    }

    #[test]
    fn an_attached_message_goes_as_a_whole() {
        let inner = multi("mixed", "i", &[TEXT, PDF]);
        let attached =
            format!("Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: In\r\n{inner}");
        let made = stripped(&multi("mixed", "o", &[TEXT, &attached, PDF])).unwrap();
        assert_eq!(made.taken.len(), 2);
        assert!(!String::from_utf8(made.octets).unwrap().contains("Subject: In"));
        // one that is read in place stays, and what is in it too
        let shown = attached.replace("Content-Disposition: attachment\r\n", "");
        assert_eq!(stripped(&multi("mixed", "o", &[TEXT, &shown])), Err(Intact::Nothing));
    }

    #[test]
    fn a_message_that_is_nothing_but_a_file_becomes_a_note() {
        let message = format!("Subject: Scan\r\nMIME-Version: 1.0\r\n{PDF}").replace("name=", "\r\n name=");
        let made = String::from_utf8(stripped(&message).unwrap().octets).unwrap();
        assert!(made.starts_with("Subject: Scan\r\nMIME-Version: 1.0\r\nContent-Type: text/plain"), "{made}");
        assert_eq!(made.matches("Content-Type").count(), 1);
    }

    #[test]
    fn what_is_signed_is_left_alone_unless_somebody_insists_and_what_is_locked_always() {
        let signature = "Content-Type: application/pgp-signature\r\n\r\nx";
        let signed = multi(
            "signed; protocol=\"application/pgp-signature\"",
            "s",
            &[&multi("mixed", "m", &[TEXT, PDF]), signature],
        );
        assert_eq!(stripped(&signed), Err(Intact::Signed));
        let insists = Wanted { signed: true, ..Wanted::default() };
        assert_eq!(strip(signed.as_bytes(), &insists, note).unwrap().taken.len(), 1);
        let opaque = "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nx";
        assert_eq!(stripped(opaque), Err(Intact::Signed));
        assert_eq!(strip(opaque.as_bytes(), &insists, note), Err(Intact::Nothing), "the text is in it");
        let locked = multi(
            "encrypted; protocol=\"application/pgp-encrypted\"",
            "e",
            &["Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", PDF],
        );
        assert_eq!(strip(locked.as_bytes(), &insists, note), Err(Intact::Encrypted));
        let in_text = "Content-Type: text/plain\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc";
        assert_eq!(strip(multi("mixed", "m", &[in_text, PDF]).as_bytes(), &insists, note), Err(Intact::Encrypted));
    }

    #[test]
    fn a_name_from_outside_can_end_nothing() {
        let evil = PDF.replace("name=\"offer.pdf\"", "name*=utf-8''a%0D%0A--b--%0D%0ABcc:%20x");
        let made = stripped(&multi("mixed", "b", &[TEXT, &evil, HTML])).unwrap();
        assert_eq!(structure(&made.octets).part.children().len(), 3); // I-05
        assert!(!String::from_utf8(made.octets).unwrap().contains("Bcc"));
    }

    /// A tree of parts; what stands in it is drawn from what makes trouble.
    fn part(depth: u32) -> BoxedStrategy<String> {
        let body = proptest::collection::vec(
            prop_oneof![
                Just("--b0"),
                Just("--b1--"),
                Just("--"),
                Just("text"),
                Just(""),
                Just("Subject: x"),
                Just(".")
            ],
            0..4,
        );
        let leaf = (
            prop_oneof![
                Just(""),
                Just("Content-Type: text/html\r\n"),
                Just("Content-Type: application/pdf; name=a.pdf\r\n"),
                Just("Content-Type: image/png\r\nContent-ID: <a@x>\r\n"),
                Just("Content-Type: message/rfc822\r\n"),
                Just("Content-Type: image/gif\r\n"),
                Just("Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"),
            ],
            prop_oneof![
                Just(""),
                Just("Content-Disposition: attachment; filename=f.bin\r\n"),
                Just("Content-Disposition: inline\r\n")
            ],
            body,
        )
            .prop_map(|(kind, disposition, body)| format!("{kind}{disposition}\r\n{}", body.join("\r\n")));
        if depth == 0 {
            return leaf.boxed();
        }
        let kind = prop_oneof![Just("mixed"), Just("alternative"), Just("related"), Just("x-odd"), Just("report")];
        let inner = proptest::collection::vec(part(depth - 1), 1..4);
        prop_oneof![
            leaf,
            (kind, inner).prop_map(move |(kind, parts)| {
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                multi(kind, &format!("b{depth}"), &parts)
            })
        ]
        .boxed()
    }

    proptest! {
        #[test]
        fn every_part_that_is_kept_has_the_same_octets_and_the_result_is_read_the_same(
            top in part(3), inline_pictures in any::<bool>(),
        ) {
            let message = format!("Subject: x\r\n{top}");
            let wanted = Wanted { inline_pictures, signed: false };
            if let Ok(made) = strip(message.as_bytes(), &wanted, note) {
                let (before, after) = (structure(message.as_bytes()), structure(&made.octets));
                let leaves = |parsed: &crate::mime::Parsed, octets: &[u8]| -> Vec<(PartPath, Vec<u8>)> {
                    let parts = parsed.part.walk().filter(|part| parsed.entities.contains_key(&part.path) && !is_multipart(part));
                    parts.map(|part| (part.path.clone(), octets[parsed.entities[&part.path].clone()].to_vec())).collect()
                };
                let (old, new) = (leaves(&before, message.as_bytes()), leaves(&after, &made.octets));
                prop_assert_eq!(old.len(), new.len());
                let differ = old.iter().zip(&new).filter(|(old, new)| old != new).count();
                prop_assert!(differ <= made.taken.len() && !made.taken.is_empty());
                // done once more it finds nothing, or nothing that it took before
                prop_assert_eq!(strip(&made.octets, &wanted, note), Err(Intact::Nothing));
            }
        }

        #[test]
        fn no_message_makes_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..300)) { // D-05
            let _ = strip(&octets, &Wanted { inline_pictures: true, signed: true }, note);
        }
    }
}
