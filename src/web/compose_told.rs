//! What a page for writing says beside what was typed: what keeps the message, what is asked before it goes, and what is
//! wrong with which line.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::canned::Canned;
use super::locale::Locale;
use super::typed::Complaint;
use super::unsaved::Unsaved;
use crate::account::recipients_field;
use crate::mail::Identity;

/// What a composer shows beside what was typed.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// When it was saved last.
    pub saved: Option<Timestamp>,
    /// One sentence, where there is something to say.
    pub lead: String,
    /// What has to be changed.
    pub complaints: Vec<Complaint>,
    /// What may have been forgotten.
    pub reminders: Vec<String>,
    /// Texts that can be put in.
    pub canned: Vec<Canned>,
    /// Texts that wait to be written on.
    pub unsaved: Vec<Unsaved>,
    /// For how long the mail server for sending holds a message back itself, if that is known.
    pub longest_hold: Option<Duration>,
    /// What to press to send it all the same.
    pub anyway: String,
}

/// Something to choose.
#[derive(Serialize)]
pub(super) struct Choice {
    value: String,
    label: String,
    current: bool,
}

/// As whom one can write, with what goes with that: a script puts it in the place of what went with another one.
#[derive(Serialize)]
pub(super) struct Writer {
    value: String,
    label: String,
    current: bool,
    reply_to: String,
    /// Who gets a copy; empty: nobody.
    copy: String,
    language: String,
    signature: String,
    looks: String,
}

/// A line of the form.
#[derive(Serialize, Default)]
pub(super) struct Line {
    value: String,
    error: String,
}

/// What keeps the message, or what is asked before it goes.
#[derive(Serialize)]
pub(super) struct Problem {
    lead: String,
    lines: Vec<Link>,
    /// Whether it is a question and no refusal.
    question: bool,
}

/// A line of the summary, with the field it leads to.
#[derive(Serialize)]
struct Link {
    field: &'static str,
    text: String,
}

impl Choice {
    /// This one.
    pub(super) fn new(value: impl Into<String>, label: impl Into<String>, current: bool) -> Self {
        Self { value: value.into(), label: label.into(), current }
    }

    /// As whom one can write.
    pub(super) fn of_writers(identities: &[Identity], chosen: u32) -> Vec<Self> {
        let choice = |one: &Identity| {
            let label = recipients_field(std::slice::from_ref(&one.address));
            Self::new(one.id.to_string(), label, one.id == chosen)
        };
        identities.iter().map(choice).collect()
    }
}

impl Writer {
    /// All of them.
    pub(super) fn all(identities: &[Identity], chosen: u32) -> Vec<Self> {
        let writer = |one: &Identity| {
            let label = recipients_field(std::slice::from_ref(&one.address));
            Self {
                value: one.id.to_string(),
                copy: if one.copies_to_self { label.clone() } else { String::new() },
                label,
                current: one.id == chosen,
                reply_to: recipients_field(&one.reply_to),
                language: one.language.clone(),
                signature: one.signature.trim_end().to_owned(),
                looks: one.signature_html.clone().unwrap_or_default(),
            }
        };
        identities.iter().map(writer).collect()
    }
}

impl Line {
    /// With nothing wrong.
    pub(super) fn new(value: String, error: String) -> Self {
        Self { value, error }
    }

    /// Whether there is something to see in it.
    pub(super) fn is_filled(&self) -> bool {
        !self.value.is_empty() || !self.error.is_empty()
    }
}

impl Told {
    /// A line with what is in it and what is wrong with that.
    pub(super) fn line(&self, field: &str, value: &str) -> Line {
        Line::new(value.to_owned(), self.error(field))
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, field: &str) -> String {
        let of_field = self.complaints.iter().filter(|complaint| complaint.field == field);
        let said = |one: &Complaint| if one.hint.is_empty() { one.text.clone() } else { one.hint.clone() };
        let mut said: Vec<String> = of_field.map(said).collect();
        said.dedup();
        said.join(" ")
    }

    /// The summary above the form: what is in the way, or what is asked.
    pub(super) fn problem(&self, locale: &Locale) -> Option<Problem> {
        let link = |field, text: &str| Link { field, text: text.to_owned() };
        let count = u64::try_from(self.complaints.len()).unwrap_or(u64::MAX);
        let lines: Vec<Link> = self.complaints.iter().map(|one| link(one.field, &one.text)).collect();
        match (self.lead.is_empty(), lines.is_empty(), self.reminders.is_empty()) {
            (true, true, true) => None,
            (true, true, false) => Some(Problem {
                lead: locale.text("remind-lead").to_owned(),
                lines: self.reminders.iter().map(|text| link("", text)).collect(),
                question: true,
            }),
            (true, false, _) => {
                Some(Problem { lead: locale.language.count("compose-not-sent", count, []), lines, question: false })
            }
            (false, ..) => Some(Problem { lead: self.lead.clone(), lines, question: false }),
        }
    }
}
