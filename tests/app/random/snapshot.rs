//! An account as a fresh IMAP connection reads it, and the pages as they must be then.

use std::collections::{BTreeMap, BTreeSet};

use super::super::helpers::{Credentials, MailClient, Page, encode, mail_server};

/// A message; what is not its UID goes with it wherever it goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Message {
    pub(super) subject: String,
    pub(super) flags: BTreeSet<String>,
    /// INTERNALDATE; all of one month, so that texts sort as dates.
    pub(super) arrived: String,
    pub(super) uid: u32,
}

/// A mailbox, its messages in their sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) uid_validity: u32,
    pub(super) messages: Vec<Message>,
}

/// All mailboxes by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshot(pub(super) BTreeMap<String, Mailbox>);

/// Subject, flags, arrival.
type Content<'a> = (&'a str, &'a BTreeSet<String>, &'a str);

/// Rows of a page.
const ROWS: usize = 50;
/// Flags that no other program sees.
const PRIVATE: &str = "\\Recent";

impl Message {
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }
}

impl Snapshot {
    /// Reads everything, on a connection of its own.
    pub(super) async fn read(who: &Credentials) -> Self {
        let mut mail = MailClient::sign_in(mail_server(), who).await;
        let mut mailboxes = BTreeMap::new();
        for line in mail.command("LIST \"\" \"*\"").await {
            let name = line.rsplit_once(" \"/\" ").expect("a name behind the delimiter").1.trim_matches('"').to_owned();
            if line.contains("\\Noselect") || line.contains("\\NonExistent") {
                continue;
            }
            let lines = mail.command(&format!("EXAMINE \"{name}\"")).await;
            let code =
                lines.iter().find_map(|line| line.split("[UIDVALIDITY ").nth(1)?.split(']').next()?.parse().ok());
            let fetch = "UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT)])";
            let messages = mail.command(fetch).await.iter().filter_map(|line| read(line)).collect();
            mailboxes.insert(name, Mailbox { uid_validity: code.expect("UIDVALIDITY"), messages });
        }
        mail.command("LOGOUT").await;
        Self(mailboxes)
    }

    /// What is the same whichever UIDs the server gave: every message, in every mailbox, with its flags.
    pub(super) fn contents(&self) -> BTreeMap<&str, Vec<Content<'_>>> {
        self.0
            .iter()
            .map(|(name, mailbox)| {
                let mut messages: Vec<_> = mailbox
                    .messages
                    .iter()
                    .map(|message| (message.subject.as_str(), &message.flags, message.arrived.as_str()))
                    .collect();
                messages.sort();
                (name.as_str(), messages)
            })
            .collect()
    }

    /// The mailbox that a form's field names.
    pub(super) fn named(&self, field: &str) -> Option<&str> {
        self.0.keys().find(|name| encode(name) == field || *name == field).map(String::as_str)
    }

    /// Takes messages out of a mailbox.
    pub(super) fn take(&mut self, mailbox: &str, uids: &BTreeSet<u32>) -> Vec<Message> {
        let messages = &mut self.0.get_mut(mailbox).unwrap().messages;
        let (taken, left) = std::mem::take(messages).into_iter().partition(|message| uids.contains(&message.uid));
        *messages = left;
        taken
    }

    /// Puts messages into a mailbox.
    pub(super) fn put(&mut self, mailbox: &str, messages: Vec<Message>) {
        self.0.get_mut(mailbox).unwrap().messages.extend(messages);
    }

    /// Marks messages.
    pub(super) fn mark(&mut self, mailbox: &str, uids: &BTreeSet<u32>, flag: &str, on: bool) {
        for message in &mut self.0.get_mut(mailbox).unwrap().messages {
            if uids.contains(&message.uid) {
                if on {
                    message.flags.insert(flag.to_owned());
                } else {
                    message.flags.remove(flag);
                }
            }
        }
    }

    /// Where the page of this mailbox differs, if it does.
    pub(super) fn differs(&self, mailbox: &str, page: &Page) -> Option<String> {
        let Some(expected) = self.0.get(mailbox) else {
            let gone = (page.status, page.texts("h1")) == (404, vec!["There is no folder of this name".to_owned()]);
            return (!gone).then(|| format!("{mailbox} is gone, and the page is {} {}", page.status, page.text()));
        };
        if page.status != 200 {
            return Some(format!("{mailbox}: {} {}", page.status, page.text()));
        }
        // those that came here last; by arrival, newest first; what arrived in the same second, by sequence
        let mut rows: Vec<&Message> = expected.messages.iter().rev().take(ROWS).collect();
        rows.sort_by(|one, other| other.arrived.cmp(&one.arrived));
        let rows: Vec<_> = rows
            .iter()
            .map(|message| {
                let marks = if message.has("\\Answered") { "Answered." } else { "" };
                let address = format!("/webmail/message/{}/{}/{}", encode(mailbox), expected.uid_validity, message.uid);
                (address, message.subject.clone(), !message.has("\\Seen"), message.has("\\Flagged"), marks.to_owned())
            })
            .collect();
        let shown = page
            .all_rows()
            .into_iter()
            .map(|row| (opened(&row.address), row.subject, row.unread, row.flagged, row.marks));
        let shown: Vec<_> = shown.collect();
        if shown != rows {
            return Some(format!("rows of {mailbox}:\n page {shown:?}\n IMAP {rows:?}"));
        }
        let unread = |mailbox: &Mailbox| mailbox.messages.iter().filter(|message| !message.has("\\Seen")).count();
        let summary = match (unread(expected), expected.messages.len()) {
            (0, 1) => "1 message".to_owned(),
            (0, all) => format!("{all} messages"),
            (unread, _) => format!("{unread} unread"),
        };
        let said = page.texts(".pane__title .soft");
        if said != [summary.as_str()] {
            return Some(format!("summary of {mailbox}: {said:?}, not {summary:?}"));
        }
        let title = page.texts("title").concat();
        let name = if mailbox == "INBOX" { "Inbox" } else { mailbox };
        let expected_title = match unread(expected) {
            0 => format!("{name} · Fernpost"),
            unread => format!("{name} ({unread}) · Fernpost"),
        };
        if title != expected_title {
            return Some(format!("title of {mailbox}: {title:?}, not {expected_title:?}"));
        }
        let beside: BTreeMap<String, String> = page.tree().into_iter().collect();
        let counts = self.0.iter().map(|(name, mailbox)| {
            // nobody needs to be told of those they wrote or threw away
            let count = if matches!(name.as_str(), "Drafts" | "Sent" | "Trash") { 0 } else { unread(mailbox) };
            let name = if name == "INBOX" { "Inbox" } else { name };
            (name.to_owned(), if count == 0 { String::new() } else { count.to_string() })
        });
        let counts: BTreeMap<String, String> = counts.collect();
        (beside != counts).then(|| format!("beside folders, on the page of {mailbox}: {beside:?}, not {counts:?}"))
    }
}

/// The address of the message that a row leads to: of a draft, by way of the composer.
pub(super) fn opened(address: &str) -> String {
    match address.split_once('?') {
        Some(("/webmail/compose", query)) => {
            let edited = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "edit");
            edited.map_or_else(|| address.to_owned(), |(_, message)| format!("/webmail/message/{message}"))
        }
        Some((path, _)) => path.to_owned(),
        None => address.to_owned(),
    }
}

fn read(line: &str) -> Option<Message> {
    let word = |before: &str, after: &str| Some(line.split_once(before)?.1.split_once(after)?.0.to_owned());
    let mut flags: BTreeSet<String> = word("FLAGS (", ")")?.split_whitespace().map(str::to_owned).collect();
    flags.remove(PRIVATE);
    Some(Message {
        subject: word("Subject: ", "\r\n")?,
        flags,
        arrived: word("INTERNALDATE \"", "\"")?,
        uid: line.split_once("UID ")?.1.split([' ', ')']).next()?.parse().ok()?,
    })
}
