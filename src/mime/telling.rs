//! Parts that say something to people in the words of machines: reports, invitations, contacts.

use super::file_name;
use super::reading::MOST;
use crate::mail::{Part, PartKind, PartPath};

/// Such parts that are read in one message; the rest stay files.
const MOST_READ: usize = 20;
/// Encoded octets of one; longer ones stay files (`D-02`).
const LONGEST: u64 = 256 << 10;

/// A part to be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The part.
    pub path: PartPath,
    /// What it is.
    pub what: Told,
}

/// What a part tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// `message/delivery-status` (RFC 3464).
    Delivery,
    /// `message/disposition-notification` (RFC 8098).
    Receipt,
    /// `message/feedback-report` (RFC 5965).
    Complaint,
    /// The header of the message that a report is about (`text/rfc822-headers`, RFC 6522 3).
    Original,
    /// iCalendar (RFC 5545).
    Calendar,
    /// vCard (RFC 6350).
    Contact,
}

/// The parts of a message that are to be explained, in their order; not those of messages inside it, whose sender is
/// somebody else.
pub fn tellings(top: &Part) -> Vec<Telling> {
    let mut found = Vec::new();
    let mut waiting = vec![top];
    let mut seen = 0;
    while let Some(part) = waiting.pop() {
        seen += 1;
        if seen > MOST || found.len() >= MOST_READ {
            break;
        }
        match &part.kind {
            PartKind::Multipart(parts) => waiting.extend(parts.iter().rev()),
            PartKind::Message(_) => {}
            PartKind::Leaf => {
                found.extend(
                    told(part).filter(|_| part.size <= LONGEST).map(|what| Telling { path: part.path.clone(), what }),
                );
            }
        }
    }
    found
}

fn told(part: &Part) -> Option<Told> {
    match part.media_type.as_str() {
        "message/delivery-status" | "message/global-delivery-status" => Some(Told::Delivery),
        "message/disposition-notification" | "message/global-disposition-notification" => Some(Told::Receipt),
        "message/feedback-report" => Some(Told::Complaint),
        "text/rfc822-headers" | "message/global-headers" => Some(Told::Original),
        "text/calendar" | "text/x-vcalendar" | "application/ics" | "application/x-ics" => Some(Told::Calendar),
        "text/vcard" | "text/x-vcard" | "text/directory" | "application/vcard" => Some(Told::Contact),
        // mailers that know no types go by the name
        "application/octet-stream" | "text/plain" => match file_name::said(part)?.rsplit_once('.')?.1 {
            "ics" | "ICS" => Some(Told::Calendar),
            "vcf" | "VCF" => Some(Told::Contact),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_words_are_found_and_those_of_attached_messages_are_left_alone() {
        let message = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n\
            --b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\
            --b\r\nContent-Type: application/octet-stream; name=meeting.ics\r\n\r\nBEGIN:VCALENDAR\r\n\
            --b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\n--b--\r\n";
        let found = tellings(&super::super::structure(message).part);
        let found: Vec<_> = found.iter().map(|one| (one.path.to_string(), one.what)).collect();
        assert_eq!(found, [("2".to_owned(), Told::Delivery), ("3".to_owned(), Told::Calendar)]);
    }

    #[test]
    fn what_is_too_long_stays_a_file() {
        // D-02
        let part = Part { size: LONGEST + 1, ..Part::leaf(PartPath::root().child(1), "text/calendar") };
        assert_eq!(tellings(&part), []);
    }
}
