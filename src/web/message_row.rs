//! The lines of a message list.

use serde::Serialize;

use super::dates::Dates;
use super::locale::Locale;
use super::params::ListQuery;
use super::shown::{clean, initials_of, tone};
use super::urls::{Begin, Urls};
use crate::account::{Listing, Row, Sort};
use crate::mail::{Address, Flag, MessageRef, Role};

/// Lines under one heading.
#[derive(Serialize)]
pub(super) struct Group {
    title: String,
    rows: Vec<Line>,
}

/// One line.
#[derive(Serialize)]
struct Line {
    uid: u32,
    url: String,
    who: String,
    initials: String,
    tone: &'static str,
    subject: String,
    preview: String,
    date: String,
    datetime: String,
    unread: bool,
    flagged: bool,
    answered: bool,
    forwarded: bool,
    files: bool,
    /// "goes on 3 Dec"; empty where no rule is.
    goes: String,
    chosen: bool,
}

/// What lines are made of.
pub(super) struct Rows<'a> {
    /// The page of the mailbox.
    pub listing: &'a Listing,
    /// What was asked for.
    pub query: &'a ListQuery,
    /// Today.
    pub dates: Dates<'a>,
    /// Language.
    pub locale: &'a Locale,
    /// Where messages are.
    pub urls: &'a Urls,
}

impl Rows<'_> {
    /// The lines, under a heading for each day where they are sorted by date.
    pub(super) fn groups(&self) -> Vec<Group> {
        let by_date = matches!(self.listing.sort, Sort::Newest | Sort::Oldest);
        let mailbox = self.urls.messages_of(&self.listing.mailbox.name, self.listing.uid_validity);
        let suffix = ListQuery { select: false, ..self.query.clone() }.suffix();
        let mut groups: Vec<Group> = Vec::new();
        for row in &self.listing.rows {
            let title = if by_date { self.dates.group(row.internal_date) } else { String::new() };
            let line = self.line(row, &mailbox, &suffix);
            match groups.last_mut() {
                Some(group) if group.title == title => group.rows.push(line),
                _ => groups.push(Group { title, rows: vec![line] }),
            }
        }
        groups
    }

    /// When a rule throws it away.
    fn goes(&self, row: &Row) -> String {
        let told = |goes| match self.dates.to_come(goes) {
            Some(day) => self.locale.language.say("row-goes", [("day", day.into())]),
            None => self.locale.text("row-goes-soon").to_owned(),
        };
        row.goes.map(told).unwrap_or_default()
    }

    fn line(&self, row: &Row, mailbox: &str, suffix: &str) -> Line {
        let outgoing = matches!(self.listing.mailbox.role, Some(Role::Sent | Role::Drafts));
        let envelope = &row.envelope;
        let first = if outgoing { envelope.to.first() } else { envelope.from.first() };
        let subject = clean(&envelope.subject);
        Line {
            uid: row.uid.number(),
            url: match self.listing.mailbox.role {
                Some(Role::Drafts) => self.draft(row),
                _ => format!("{mailbox}/{}{suffix}", row.uid),
            },
            who: if outgoing { self.recipients(&envelope.to) } else { self.senders(&envelope.from) },
            initials: first.map_or_else(|| "?".to_owned(), initials_of),
            tone: first.map_or("", |address| tone(&address.addr)),
            subject: if subject.is_empty() { self.locale.text("no-subject").to_owned() } else { subject },
            preview: clean(&row.preview),
            date: self.dates.short(row.internal_date),
            datetime: self.dates.machine(row.internal_date),
            goes: self.goes(row),
            unread: !row.flags.contains(&Flag::Seen),
            flagged: row.flags.contains(&Flag::Flagged),
            answered: row.flags.contains(&Flag::Answered),
            forwarded: row.flags.contains(&Flag::Forwarded),
            files: row.has_attachments,
            chosen: self.query.select,
        }
    }

    /// A draft is opened to be written on.
    fn draft(&self, row: &Row) -> String {
        let Listing { mailbox, uid_validity, .. } = self.listing;
        let message = MessageRef { mailbox: mailbox.name.clone(), uid_validity: *uid_validity, uid: row.uid };
        let list = ListQuery { select: false, ..self.query.clone() }.url(&mailbox.name, self.urls);
        self.urls.begin(Begin::Edit, &message, &list)
    }

    fn senders(&self, from: &[Address]) -> String {
        match from {
            [] => self.locale.text("no-sender").to_owned(),
            [one] if one.label().is_empty() => self.locale.text("no-sender").to_owned(),
            [one] => clean(one.label()),
            several => labels(several, self.locale),
        }
    }

    fn recipients(&self, to: &[Address]) -> String {
        let people = match to {
            [] => self.locale.text("row-nobody").to_owned(),
            some => labels(some, self.locale),
        };
        self.locale.language.say("row-to", [("people", people.into())])
    }
}

/// The first three by name, and how many more.
fn labels(people: &[Address], locale: &Locale) -> String {
    let mut said = people.iter().take(3).map(|person| clean(person.label())).collect::<Vec<_>>().join(", ");
    if people.len() > 3 {
        let more = (people.len() - 3).to_string();
        said = format!("{said} {}", locale.language.say("more-people", [("count", more.into())]));
    }
    said
}
