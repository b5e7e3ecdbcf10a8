//! The header of a draft, read back: our own, and those of other programs.

use super::build_header::{ABOUT, ASKS, SAVED_BY};
use super::draft_about::read_about;
use super::envelope::envelope;
use super::header_field::fields;
use crate::mail::{Address, Draft, Envelope, MessageId, Moment, Priority, SavedBy};

/// What a header says of a draft, without its text and files. A name that is none is replaced by `fresh`; a date that is
/// missing is `now`. People without an address stay: a draft is not finished.
pub fn draft_of_header(header: &[u8], fresh: MessageId, now: Moment) -> Draft {
    let read = envelope(header);
    let ids = |texts: &[String]| texts.iter().filter_map(|text| MessageId::parse(text).ok()).collect();
    let id = read.message_id.as_deref().and_then(|text| MessageId::parse(text).ok()).unwrap_or(fresh);
    let mut draft = Draft {
        from: read.from.first().cloned().unwrap_or_default(),
        reply_to: read.reply_to.clone(),
        to: read.to.clone(),
        cc: read.cc.clone(),
        bcc: read.bcc.clone(),
        subject: read.subject.clone(),
        in_reply_to: ids(&read.in_reply_to),
        references: ids(&read.references),
        asks_receipt: !read.receipt_to.is_empty(),
        ..Draft::new(id, read.sent_date.unwrap_or(now))
    };
    for field in fields(header) {
        if field.is("organization") || field.is("organisation") {
            draft.organisation = field.text(None);
        } else if field.is("x-priority") || field.is("importance") || field.is("x-msmail-priority") {
            draft.priority = urgency(&field.text(None)).unwrap_or(draft.priority);
        } else if field.is(ASKS) {
            draft.asks_delivery |= field.text(None).eq_ignore_ascii_case("delivery");
        } else if field.is(ABOUT) {
            draft.about = read_about(&field.text(None));
        } else if field.is("x-mozilla-draft-info") {
            // Thunderbird: `internal/draft; vcard=0; receipt=1; DSN=1; …`
            let says = |what: &str| field.text(None).split(';').any(|one| one.trim().eq_ignore_ascii_case(what));
            draft.asks_receipt |= says("receipt=1");
            draft.asks_delivery |= says("dsn=1");
        }
    }
    draft
}

/// Which page saved the draft of this header.
pub fn saved_by(header: &[u8]) -> Option<SavedBy> {
    let said = fields(header).into_iter().find(|field| field.is(SAVED_BY))?;
    SavedBy::parse(&said.text(None))
}

fn urgency(text: &str) -> Option<Priority> {
    let word = text.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "1" | "2" | "high" | "highest" | "urgent" => Some(Priority::High),
        "4" | "5" | "low" | "lowest" | "non-urgent" => Some(Priority::Low),
        _ => None,
    }
}

/// A message's header as the one above a forwarded text tells it: nobody who was told in secret is in it.
pub fn told_openly(envelope: &Envelope) -> Envelope {
    Envelope { bcc: Vec::<Address>::new(), ..envelope.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_other_programs_are_read() {
        let fresh = MessageId::from_bytes([1; 16], "a.example");
        let now = Moment { seconds: 5, offset_minutes: 0 };
        let draft = draft_of_header(
            b"X-Mozilla-Draft-Info: internal/draft; vcard=0; receipt=1; DSN=1; uuencode=0\r\nFrom: Ann <ann@a.example>\r\n\
              To: ben\r\nX-Priority: 2 (High)\r\nMessage-ID: <x y>\r\nOrganization: =?utf-8?Q?B=C3=BCcher?=\r\n\r\n",
            fresh.clone(),
            now,
        );
        assert_eq!((draft.message_id, draft.date, draft.priority), (fresh, now, Priority::High));
        assert_eq!((draft.asks_receipt, draft.asks_delivery, draft.organisation.as_str()), (true, true, "Bücher"));
        assert_eq!(draft.to, [Address { name: String::new(), addr: "ben".into() }]);
    }
}
