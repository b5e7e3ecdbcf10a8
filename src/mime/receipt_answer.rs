//! A receipt that a message was opened: whether one is asked for, and the answer (RFC 8098).

use mail_builder::MessageBuilder;

use super::addr_spec::wire_address;
use super::build::Copy;
use super::build_header::raw;
use super::header_field::{Field, fields, visible};
use super::{address_list, build_header, build_parts, content_type, domain};
use crate::mail::{Address, Draft, Envelope, MessageId, ReceiptAsked};

/// One receipt goes to no more people than these: who names more has found a way to have others send.
const MOST: usize = 3;
/// Octets of an `Original-Recipient`.
const LONGEST: usize = 300;

/// What a message asks for; `None`: nothing that can be answered. A report is never answered (RFC 8098 3), and neither is what
/// nobody sent, or what wants a receipt of a kind that we don't know (2.2).
pub fn receipt_asked(header: &[u8], envelope: &Envelope) -> Option<ReceiptAsked> {
    let mut to: Vec<Address> = Vec::new();
    for one in &envelope.receipt_to {
        let is_known = to.iter().any(|known| known.addr.eq_ignore_ascii_case(&one.addr));
        if !is_known && wire_address(&one.addr).is_some_and(|addr| addr.is_ascii()) {
            // at once: each of many would be compared with all before it
            if to.len() == MOST {
                return None;
            }
            to.push(one.clone());
        }
    }
    if to.is_empty() {
        return None;
    }
    let mut asked = ReceiptAsked { to, ..ReceiptAsked::default() };
    let mut path = None;
    for field in fields(header) {
        let value = || field.unfolded(None);
        if field.is("return-path") && path.is_none() {
            path = Some(value().trim().to_owned());
        } else if cannot_be_answered(&field) {
            return None;
        } else if field.is("original-recipient") {
            asked.original_recipient = visible(&value()).trim().to_owned();
        }
    }
    let original = &mut asked.original_recipient;
    if !original.is_ascii() || !original.contains(';') || original.len() > LONGEST {
        original.clear();
    }
    match path.as_deref() {
        Some("<>") => return None,
        Some(path) => {
            let from = address_list::parse(path).into_iter().next().map(|one| one.addr).unwrap_or_default();
            asked.is_elsewhere = asked.to.iter().any(|one| !one.addr.eq_ignore_ascii_case(&from));
        }
        None => {}
    }
    Some(asked)
}

/// Whether a field says that the message is a report itself, or wants a receipt of a kind that we don't know.
fn cannot_be_answered(field: &Field<'_>) -> bool {
    let value = || field.unfolded(None);
    match field.name.to_ascii_lowercase().as_slice() {
        b"content-type" => content_type::parse(&value()).0 == "multipart/report",
        b"disposition-notification-options" => value().to_ascii_lowercase().contains("required"),
        _ => false,
    }
}

/// Builds the answer: what people read, and what programs do. `draft` has who says it to whom, and in which words; `original` is the
/// name of the message that was opened. `None`: the writer has an address that such a report has no form for.
pub fn receipt_answer(draft: &Draft, asked: &ReceiptAsked, original: Option<&MessageId>) -> Option<Vec<u8>> {
    let reader = wire_address(&draft.from.addr).filter(|addr| addr.is_ascii())?;
    let mut lines = format!("Reporting-UA: {}; Fernpost\r\n", domain::of(&reader));
    if !asked.original_recipient.is_empty() {
        lines.push_str(&format!("Original-Recipient: {}\r\n", asked.original_recipient));
    }
    lines.push_str(&format!("Final-Recipient: rfc822;{reader}\r\n"));
    if let Some(original) = original {
        lines.push_str(&format!("Original-Message-ID: <{original}>\r\n"));
    }
    lines.push_str("Disposition: manual-action/MDN-sent-manually; displayed\r\n");
    let mut headers = build_header::fields(draft, Copy::Outgoing);
    headers.push(("Auto-Submitted".into(), raw("auto-replied"))); // RFC 3834 5.1
    let mut octets = Vec::new();
    let body = build_parts::report(draft, "disposition-notification", lines);
    MessageBuilder { headers, ..MessageBuilder::new() }.body(body).serialize(&mut octets);
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::envelope;

    fn asked(header: &str) -> Option<ReceiptAsked> {
        receipt_asked(header.as_bytes(), &envelope(header.as_bytes()))
    }

    const TO: &str = "Disposition-Notification-To: Bo <bo@b.example>, BO@b.example\r\n";

    #[test]
    fn who_asks_and_whether_the_message_came_from_there() {
        let of = |more: &str| asked(&format!("{more}{TO}\r\n"));
        let plain = of("").unwrap();
        assert_eq!((plain.to.len(), plain.to[0].addr.as_str(), plain.is_elsewhere), (1, "bo@b.example", false));
        assert!(!of("Return-Path: <bo@B.example>\r\n").unwrap().is_elsewhere);
        assert!(of("Return-Path: <list@lists.example>\r\n").unwrap().is_elsewhere);
        let original = of("Original-Recipient: rfc822;ann@a.example\r\n").unwrap().original_recipient;
        assert_eq!(original, "rfc822;ann@a.example");
    }

    #[test]
    fn what_can_or_must_not_be_answered_asks_for_nothing() {
        assert_eq!(asked("Disposition-Notification-To: nobody\r\n\r\n"), None);
        let many = "a@x.example, b@x.example, c@x.example, d@x.example";
        assert_eq!(asked(&format!("Disposition-Notification-To: {many}\r\n\r\n")), None);
        for more in [
            "Return-Path: <>\r\n",
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n",
            "Disposition-Notification-Options: signed-receipt-protocol=required,pkcs7-signature\r\n",
        ] {
            assert_eq!(asked(&format!("{more}{TO}\r\n")), None, "{more}");
        }
    }

    #[test]
    fn hostile_lists_cost_linear_time() {
        let address = |at: usize| Address { name: String::new(), addr: format!("{at:05}@b.example") };
        let envelope = Envelope { receipt_to: (0..60_000).map(address).collect(), ..Envelope::default() };
        let (asked, spent) = crate::spent::spent(|| receipt_asked(b"", &envelope));
        assert_eq!(asked, None);
        assert!(spent.as_secs() < 3, "{spent:?}"); // D-04
    }

    #[test]
    fn no_line_of_a_stranger_begins_a_field_of_the_answer() {
        // I-05
        let asked = asked(&format!("Original-Recipient: rfc822;a\r\n Bcc: x@y\r\n{TO}\r\n")).unwrap();
        let moment = crate::mail::Moment { seconds: 0, offset_minutes: 0 };
        let draft = Draft {
            from: Address { name: "Ann".into(), addr: "ann@b\u{fc}cher.example".into() },
            to: asked.to.clone(),
            ..Draft::new(MessageId::parse("1@a").unwrap(), moment)
        };
        let octets = receipt_answer(&draft, &asked, MessageId::parse("<o@x>").ok().as_ref()).unwrap();
        let text = String::from_utf8(octets).unwrap();
        assert!(text.contains("Final-Recipient: rfc822;ann@xn--bcher-kva.example\r\n"), "{text}");
        assert!(text.contains("Original-Message-ID: <o@x>\r\n") && !text.contains("\nBcc"), "{text}");
        let odd = Draft { from: Address { name: String::new(), addr: "\u{e4}nn@a.example".into() }, ..draft };
        assert_eq!(receipt_answer(&odd, &asked, None), None);
    }
}
