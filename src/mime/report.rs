//! Delivery reports, read receipts and complaints, read from the fields that machines write for machines.

use super::bounce_cause::{cause, find_status, in_words};
use super::date;
use super::header_field::{Field, fields, visible};
use crate::mail::{Cause, Complaint, Delivery, Disposed, Outcome, Receipt, Recipient};

/// Recipients that are told of; a report can name thousands.
const MOST: usize = 50;
/// Characters of a field that are kept.
const LONGEST: usize = 2000;

/// Reads `message/delivery-status` (RFC 3464 2), decoded: a block about the message, then one for each recipient.
pub fn delivery(content: &[u8]) -> Delivery {
    let mut delivery = Delivery::default();
    for block in blocks(content) {
        let mut recipient = Recipient::default();
        let (mut original, mut named) = (String::new(), false);
        for field in fields(block) {
            if field.is("reporting-mta") {
                delivery.reporter = typed(&field);
            } else if field.is("final-recipient") {
                recipient.final_addr = address(&field);
                named = true;
            } else if field.is("original-recipient") {
                original = address(&field);
                named = true;
            } else if field.is("action") {
                recipient.outcome = outcome(&word(&field));
                named = true;
            } else if field.is("status") {
                recipient.status = find_status(&said(&field)).unwrap_or_default();
            } else if field.is("diagnostic-code") {
                recipient.diagnostic = typed(&field);
            } else if field.is("remote-mta") {
                recipient.server = typed(&field);
            } else if field.is("will-retry-until") {
                recipient.until = date::parse(&field.unfolded(None));
            }
        }
        if !named {
            continue;
        }
        if delivery.recipients.len() >= MOST {
            delivery.more += 1;
            continue;
        }
        recipient.addr = if original.is_empty() { recipient.final_addr.clone() } else { original };
        if recipient.final_addr.eq_ignore_ascii_case(&recipient.addr) {
            recipient.final_addr.clear();
        }
        if recipient.outcome == Outcome::Unknown {
            recipient.outcome = match recipient.status.as_bytes().first() {
                Some(b'2') => Outcome::Delivered,
                Some(b'4') => Outcome::Delayed,
                Some(b'5') => Outcome::Failed,
                _ => Outcome::Unknown,
            };
        }
        explain(&mut recipient);
        delivery.recipients.push(recipient);
    }
    delivery
}

/// What a bounce of Exim says in its own header, where it says nothing in a part (`X-Failed-Recipients`).
pub fn failed_recipients(header: &[u8]) -> Option<Delivery> {
    let field = fields(header).find(|field| field.is("x-failed-recipients"))?;
    let text = said(&field);
    let mut delivery = Delivery::default();
    for addr in text.split(',').map(str::trim).filter(|addr| addr.contains('@')) {
        if delivery.recipients.len() < MOST {
            let addr = addr.to_owned();
            delivery.recipients.push(Recipient { addr, outcome: Outcome::Failed, ..Recipient::default() });
        } else {
            delivery.more += 1;
        }
    }
    (!delivery.recipients.is_empty()).then_some(delivery)
}

/// Reads `message/disposition-notification` (RFC 8098 3.2), decoded.
pub fn receipt(content: &[u8]) -> Receipt {
    let mut receipt = Receipt::default();
    for field in blocks(content).flat_map(fields) {
        if field.is("final-recipient") || field.is("original-recipient") && receipt.addr.is_empty() {
            receipt.addr = address(&field);
        } else if field.is("disposition") {
            let text = said(&field).to_ascii_lowercase();
            let (modes, kind) = text.split_once(';').unwrap_or(("", &text));
            receipt.automatic = modes.contains("automatic-action");
            let kind = kind.split(['/', ',']).next().unwrap_or_default().trim();
            receipt.disposition = match kind {
                "displayed" | "read" => Disposed::Displayed,
                "deleted" => Disposed::Deleted,
                "dispatched" => Disposed::Dispatched,
                "processed" => Disposed::Processed,
                "denied" => Disposed::Denied,
                "failed" => Disposed::Failed,
                _ => Disposed::Unknown,
            };
        }
    }
    receipt
}

/// Reads `message/feedback-report` (RFC 5965 3), decoded.
pub fn complaint(content: &[u8]) -> Complaint {
    let mut complaint = Complaint::default();
    for field in blocks(content).flat_map(fields) {
        if field.is("feedback-type") {
            complaint.kind = word(&field);
        } else if field.is("source-ip") {
            complaint.source = said(&field);
        } else if field.is("original-rcpt-to") && complaint.recipient.is_empty() {
            complaint.recipient = said(&field).trim_matches(['<', '>']).to_owned();
        }
    }
    complaint
}

/// The blocks between blank lines.
fn blocks(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = content;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let mut end = 0;
            for line in rest.split_inclusive(|byte| *byte == b'\n') {
                end += line.len();
                if line.trim_ascii().is_empty() {
                    break;
                }
            }
            let (block, after) = rest.split_at(end);
            rest = after;
            if !block.trim_ascii().is_empty() {
                return Some(block);
            }
        }
        None
    })
}

fn said(field: &Field<'_>) -> String {
    let text = field.unfolded(None);
    visible(&text).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn word(field: &Field<'_>) -> String {
    let text = said(field).to_ascii_lowercase();
    text.split([' ', ';', '(']).next().unwrap_or_default().to_owned()
}

/// `dns; mx.example.org` without its type.
fn typed(field: &Field<'_>) -> String {
    let text = said(field);
    match text.split_once(';') {
        Some((kind, rest)) if !kind.trim().contains(' ') => rest.trim().to_owned(),
        _ => text,
    }
}

/// `rfc822; ann@example.org`, `utf-8; …` with the escapes of RFC 6533 3, `<…>` that do not belong there.
fn address(field: &Field<'_>) -> String {
    let text = typed(field);
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let mut addr = String::with_capacity(bare.len());
    let mut rest = bare;
    while let Some((before, after)) = rest.split_once("\\x{") {
        addr.push_str(before);
        match after.split_once('}').and_then(|(hex, behind)| Some((u32::from_str_radix(hex, 16).ok()?, behind))) {
            Some((code, behind)) => {
                addr.extend(char::from_u32(code).filter(|c| !c.is_control()));
                rest = behind;
            }
            None => {
                addr.push_str("\\x{");
                rest = after;
            }
        }
    }
    addr + rest
}

fn outcome(action: &str) -> Outcome {
    match action {
        "failed" | "failure" => Outcome::Failed,
        "delayed" => Outcome::Delayed,
        "delivered" => Outcome::Delivered,
        "relayed" => Outcome::Relayed,
        "expanded" => Outcome::Expanded,
        _ => Outcome::Unknown,
    }
}

/// Finds the cause in the status; in the server's words where the status says nothing (`5.0.0`).
fn explain(recipient: &mut Recipient) {
    let of = |status: &str| {
        let mut numbers = status.split('.').skip(1).map(|number| number.parse().unwrap_or(0));
        cause(numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    };
    recipient.cause = of(&recipient.status);
    if recipient.cause == Cause::Unknown
        && let Some(status) = find_status(&recipient.diagnostic)
        && of(&status) != Cause::Unknown
    {
        recipient.cause = of(&status);
        recipient.status = status;
    }
    if matches!(recipient.cause, Cause::Unknown | Cause::Refused) {
        let told = in_words(&recipient.diagnostic);
        if told != Cause::Unknown {
            recipient.cause = told;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(fields: &str) -> Recipient {
        let text = format!("Reporting-MTA: dns; mx.example.com\r\n\r\n{fields}\r\n\r\n");
        let mut delivery = delivery(text.as_bytes());
        assert_eq!(delivery.reporter, "mx.example.com");
        delivery.recipients.remove(0)
    }

    #[test]
    fn a_bounce_says_who_what_and_why() {
        let told =
            one("Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1 (bad mailbox)\r\n\
            Diagnostic-Code: smtp; 550 5.1.1\r\n User unknown\r\nRemote-MTA: dns; mail.example.net");
        assert_eq!((told.addr.as_str(), told.final_addr.as_str()), ("nobody@example.net", ""));
        assert_eq!((told.outcome, told.cause, told.status.as_str()), (Outcome::Failed, Cause::NoAddress, "5.1.1"));
        assert_eq!((told.diagnostic.as_str(), told.server.as_str()), ("550 5.1.1 User unknown", "mail.example.net"));
    }

    #[test]
    fn the_address_that_was_written_to_comes_before_the_one_it_was_sent_on_to() {
        let told =
            one("Original-Recipient: rfc822;ann@example.org\r\nFinal-Recipient: RFC822; <a.long@other.example>\r\n\
            Action: delayed\r\nStatus: 4.4.1\r\nWill-Retry-Until: Tue, 13 Jan 2026 09:30:00 +0100");
        assert_eq!((told.addr.as_str(), told.final_addr.as_str()), ("ann@example.org", "a.long@other.example"));
        assert_eq!((told.outcome, told.cause), (Outcome::Delayed, Cause::NoAnswer));
        assert_eq!(told.until.unwrap().seconds, 1_768_293_000);
    }

    #[test]
    fn a_status_that_says_nothing_is_helped_by_the_servers_words() {
        let cause = |status: &str, diagnostic: &str| {
            one(&format!("Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}"))
                .cause
        };
        assert_eq!(cause("5.0.0", "smtp; 552-5.2.2 The email account is over quota"), Cause::Full);
        assert_eq!(cause("5.0.0", "X-Postfix; unknown user: \"ann\""), Cause::NoAddress);
        assert_eq!(cause("5.0.0", "smtp; 550 go away"), Cause::Unknown);
        assert_eq!(cause("5.7.1", "smtp; 550 5.7.1 Recipient not found"), Cause::NoAddress);
        assert_eq!(cause("5.7.1", "smtp; 554 5.7.1 listed at 192.0.2.1"), Cause::Refused);
        assert_eq!(cause("5.7.26", "smtp; 550 5.7.26 This mail is unauthenticated"), Cause::Unproven);
        assert_eq!(cause("5.1.2", ""), Cause::NoDomain);
        assert_eq!(cause("nonsense", ""), Cause::Unknown);
    }

    #[test]
    fn a_missing_action_is_read_off_the_status() {
        assert_eq!(one("Final-Recipient: rfc822; a@b.example\r\nStatus: 2.1.5").outcome, Outcome::Delivered);
        assert_eq!(one("Action: relayed\r\nFinal-Recipient: rfc822; a@b.example").outcome, Outcome::Relayed);
    }

    #[test]
    fn international_addresses_are_unescaped() {
        let told = one("Final-Recipient: utf-8; J\\x{F6}rg@\\x{4F8B}.example\r\nAction: failed\r\nStatus: 5.2.1");
        assert_eq!(told.addr, "Jörg@例.example");
        assert_eq!(one("Final-Recipient: utf-8; a\\x{zz}b\r\nAction: failed").addr, "a\\x{zz}b");
    }

    #[test]
    fn thousands_of_recipients_are_counted_and_not_kept() {
        // D-03
        let text = "\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n".repeat(3000);
        let delivery = delivery(text.as_bytes());
        assert_eq!((delivery.recipients.len(), delivery.more), (MOST, 2950));
    }

    #[test]
    fn a_receipt_says_what_was_done_and_by_whom() {
        let read = |disposition: &str| {
            let text = format!(
                "Reporting-UA: x\r\nFinal-Recipient: rfc822; joe@example.com\r\nDisposition: {disposition}\r\n"
            );
            receipt(text.as_bytes())
        };
        let shown = read("manual-action/MDN-sent-manually; displayed");
        assert_eq!(
            (shown.addr.as_str(), shown.disposition, shown.automatic),
            ("joe@example.com", Disposed::Displayed, false)
        );
        let gone = read("automatic-action/MDN-sent-automatically;\r\n deleted/error");
        assert_eq!((gone.disposition, gone.automatic), (Disposed::Deleted, true));
        assert_eq!(read("nonsense").disposition, Disposed::Unknown);
    }

    #[test]
    fn a_complaint_says_of_what_kind_it_is() {
        let told = complaint(
            b"Feedback-Type: Abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <u@example.com>\r\nSource-IP: 192.0.2.1\r\n",
        );
        assert_eq!(
            (told.kind.as_str(), told.recipient.as_str(), told.source.as_str()),
            ("abuse", "u@example.com", "192.0.2.1")
        );
    }

    #[test]
    fn exim_names_the_failed_ones_in_the_header() {
        let told =
            failed_recipients(b"Subject: x\r\nX-Failed-Recipients: a@b.example,\r\n c@d.example\r\n\r\n").unwrap();
        assert_eq!(told.recipients.len(), 2);
        assert!(failed_recipients(b"Subject: x\r\n\r\n").is_none());
    }

    proptest! {
        #[test]
        fn anything_is_a_report_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (delivery(&bytes), receipt(&bytes), complaint(&bytes));
        }
    }
}
