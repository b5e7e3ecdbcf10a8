//! Delivery reports, read receipts and complaints, in sentences. A returned message is where people get stuck: who did
//! not get it, why, and what they can do stands there first; what the server said is one click away.

use serde::Serialize;

use super::dates::Dates;
use super::locale::Locale;
use super::shown::clean;
use crate::account::Explained;
use crate::mail::{Cause, Complaint, Delivery, Disposed, Envelope, Outcome, Receipt, Recipient, Report};

/// One report.
#[derive(Serialize)]
pub(super) struct ReportCard {
    title: String,
    about: String,
    lines: Vec<Line>,
    more: String,
}

/// What became of it for one person.
#[derive(Serialize)]
struct Line {
    kind: &'static str,
    icon: &'static str,
    text: String,
    advice: String,
    details: Vec<Detail>,
}

/// What a server said, in its own words.
#[derive(Serialize)]
struct Detail {
    label: String,
    text: String,
}

/// The reports in a message.
pub(super) fn reports(explained: &Explained, locale: &Locale, dates: &Dates<'_>) -> Vec<ReportCard> {
    let teller = Teller { locale, dates };
    explained.reports.iter().map(|report| teller.card(report)).collect()
}

struct Teller<'a> {
    locale: &'a Locale,
    dates: &'a Dates<'a>,
}

impl Teller<'_> {
    fn card(&self, report: &Report) -> ReportCard {
        match report {
            Report::Delivery(delivery) => self.delivery(delivery),
            Report::Receipt(receipt) => ReportCard {
                title: self.locale.text("receipt").to_owned(),
                about: String::new(),
                lines: vec![self.receipt(receipt)],
                more: String::new(),
            },
            Report::Complaint(complaint) => ReportCard {
                title: self.locale.text("complaint").to_owned(),
                about: self.about(complaint.original.as_deref()),
                lines: vec![self.complaint(complaint)],
                more: String::new(),
            },
        }
    }

    fn delivery(&self, delivery: &Delivery) -> ReportCard {
        let more = u64::try_from(delivery.more).unwrap_or(u64::MAX);
        ReportCard {
            title: self.locale.text("delivery-report").to_owned(),
            about: self.about(delivery.original.as_deref()),
            lines: delivery.recipients.iter().map(|one| self.recipient(one, &delivery.reporter)).collect(),
            more: match more {
                0 => String::new(),
                more => self.locale.language.count("report-more", more, []),
            },
        }
    }

    fn about(&self, original: Option<&Envelope>) -> String {
        let Some(original) = original else { return String::new() };
        let subject = clean(&original.subject);
        let subject = if subject.is_empty() { self.locale.text("no-subject").to_owned() } else { subject };
        match original.sent_date {
            Some(date) => self
                .locale
                .language
                .say("report-about-dated", [("subject", subject.into()), ("date", self.dates.medium(date).into())]),
            None => self.locale.language.say("report-about", [("subject", subject.into())]),
        }
    }

    fn recipient(&self, recipient: &Recipient, reporter: &str) -> Line {
        let language = &self.locale.language;
        let addr = clean(&recipient.addr);
        let why = why(recipient.cause).map(|key| language.text(key));
        let plain = |key: &str| language.say(key, [("addr", addr.as_str().into())]);
        let caused = |key: &str, plain_key: &str| match why {
            Some(why) => language.say(key, [("addr", addr.as_str().into()), ("why", why.into())]),
            None => plain(plain_key),
        };
        let (kind, icon, text) = match recipient.outcome {
            Outcome::Failed => ("bad", "circle-alert", caused("report-failed", "report-failed-plain")),
            Outcome::Delayed => ("warn", "triangle-alert", caused("report-delayed", "report-delayed-plain")),
            Outcome::Delivered => ("good", "circle-check", plain("report-delivered")),
            Outcome::Relayed => ("good", "circle-check", plain("report-relayed")),
            Outcome::Expanded => ("good", "circle-check", plain("report-expanded")),
            Outcome::Unknown => ("plain", "info", plain("report-unknown")),
        };
        let advice = match (recipient.outcome, recipient.until) {
            (Outcome::Failed, _) => {
                advice(recipient.cause).map(|key| language.text(key).to_owned()).unwrap_or_default()
            }
            (Outcome::Delayed, Some(until)) => {
                language.say("advice-wait-until", [("date", self.dates.medium(until).into())])
            }
            (Outcome::Delayed, None) => language.text("advice-wait").to_owned(),
            _ => String::new(),
        };
        let mut details = Vec::new();
        let mut detail = |key: &str, text: &str| {
            if !text.is_empty() {
                details.push(Detail { label: language.text(key).to_owned(), text: clean(text) });
            }
        };
        detail("detail-said", &recipient.diagnostic);
        detail("detail-status", &recipient.status);
        detail("detail-server", &recipient.server);
        detail("detail-sent-on", &recipient.final_addr);
        detail("detail-reporter", reporter);
        Line { kind, icon, text, advice, details }
    }

    fn receipt(&self, receipt: &Receipt) -> Line {
        let language = &self.locale.language;
        let who = match clean(&receipt.addr) {
            nobody if nobody.is_empty() => language.text("somebody").to_owned(),
            who => who,
        };
        let say = |key: &str| language.say(key, [("who", who.as_str().into())]);
        let (kind, icon, text) = match receipt.disposition {
            Disposed::Displayed => ("good", "mail-open", say("receipt-displayed")),
            Disposed::Deleted => ("plain", "trash-2", say("receipt-deleted")),
            Disposed::Dispatched => ("plain", "info", say("receipt-dispatched")),
            Disposed::Processed => ("plain", "info", say("receipt-processed")),
            Disposed::Denied => ("plain", "info", say("receipt-denied")),
            Disposed::Failed => ("warn", "triangle-alert", say("receipt-failed")),
            Disposed::Unknown => ("plain", "info", say("receipt-unknown")),
        };
        let advice = match (receipt.disposition, receipt.automatic) {
            (Disposed::Displayed, false) => language.text("receipt-note").to_owned(),
            (_, true) => language.text("receipt-automatic").to_owned(),
            _ => String::new(),
        };
        Line { kind, icon, text, advice, details: Vec::new() }
    }

    fn complaint(&self, complaint: &Complaint) -> Line {
        let language = &self.locale.language;
        let key = match complaint.kind.as_str() {
            "abuse" => "complaint-abuse",
            "fraud" => "complaint-fraud",
            "virus" => "complaint-virus",
            "not-spam" => "complaint-not-spam",
            "auth-failure" => "complaint-auth-failure",
            _ => "complaint-other",
        };
        let mut details = Vec::new();
        for (key, text) in [("detail-recipient", &complaint.recipient), ("detail-source", &complaint.source)] {
            if !text.is_empty() {
                details.push(Detail { label: language.text(key).to_owned(), text: clean(text) });
            }
        }
        let (kind, icon) = match key {
            "complaint-not-spam" => ("good", "circle-check"),
            _ => ("warn", "shield-alert"),
        };
        Line { kind, icon, text: language.text(key).to_owned(), advice: String::new(), details }
    }
}

fn why(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::NoAddress => "why-no-address",
        Cause::NoDomain => "why-no-domain",
        Cause::BadAddress => "why-bad-address",
        Cause::Moved => "why-moved",
        Cause::BadSender => "why-bad-sender",
        Cause::Disabled => "why-disabled",
        Cause::Full => "why-full",
        Cause::TooLarge => "why-too-large",
        Cause::ListTrouble => "why-list-trouble",
        Cause::NoRoom => "why-no-room",
        Cause::Closed => "why-closed",
        Cause::NoAnswer => "why-no-answer",
        Cause::NoRoute => "why-no-route",
        Cause::Busy => "why-busy",
        Cause::Loop => "why-loop",
        Cause::Expired => "why-expired",
        Cause::Protocol => "why-protocol",
        Cause::Form => "why-form",
        Cause::Refused => "why-refused",
        Cause::NotAllowed => "why-not-allowed",
        Cause::Unproven => "why-unproven",
        Cause::Insecure => "why-insecure",
        Cause::Unknown => return None,
    })
}

/// What a person can do about it.
fn advice(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::NoAddress | Cause::BadAddress | Cause::Moved => "advice-address",
        Cause::NoDomain => "advice-domain",
        Cause::Full | Cause::Disabled => "advice-other-way",
        Cause::TooLarge => "advice-smaller",
        Cause::NoAnswer | Cause::Busy | Cause::Closed | Cause::NoRoom | Cause::Expired | Cause::NoRoute => {
            "advice-later"
        }
        Cause::NotAllowed => "advice-owner",
        Cause::Refused | Cause::Unproven | Cause::BadSender | Cause::Insecure | Cause::Loop => "advice-host",
        Cause::ListTrouble | Cause::Protocol | Cause::Form | Cause::Unknown => "advice-words",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    #[test]
    fn every_cause_has_its_words_and_every_sentence_its_end() {
        let locale = Locale::new(&Words::load().unwrap(), "en", None).unwrap();
        let dates = Dates::now(&locale);
        let causes = [
            Cause::NoAddress,
            Cause::NoDomain,
            Cause::BadAddress,
            Cause::Moved,
            Cause::BadSender,
            Cause::Disabled,
            Cause::Full,
            Cause::TooLarge,
            Cause::ListTrouble,
            Cause::NoRoom,
            Cause::Closed,
            Cause::NoAnswer,
            Cause::NoRoute,
            Cause::Busy,
            Cause::Loop,
            Cause::Expired,
            Cause::Protocol,
            Cause::Form,
            Cause::Refused,
            Cause::NotAllowed,
            Cause::Unproven,
            Cause::Insecure,
            Cause::Unknown,
        ];
        let outcomes = [
            Outcome::Failed,
            Outcome::Delayed,
            Outcome::Delivered,
            Outcome::Relayed,
            Outcome::Expanded,
            Outcome::Unknown,
        ];
        let mut said = Vec::new();
        for cause in causes {
            for outcome in outcomes {
                let one = Recipient { addr: "ann@example.org".into(), outcome, cause, ..Recipient::default() };
                let line = Teller { locale: &locale, dates: &dates }.recipient(&one, "");
                assert!(line.text.contains("ann@example.org") && line.text.ends_with('.'), "{}", line.text);
                assert!(!line.text.contains("why-") && !line.advice.contains("advice-"), "{}", line.text);
                assert_eq!(line.advice.is_empty(), !matches!(outcome, Outcome::Failed | Outcome::Delayed));
                said.push(line.text);
            }
        }
        assert!(said.contains(&"Could not be delivered to ann@example.org: the mailbox is full.".to_owned()));
    }
}
