//! What the scripted server keeps: mailboxes in memory.

use std::collections::{BTreeMap, BTreeSet};

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    pub(crate) flags: BTreeSet<String>,
    pub(crate) text: String,
}

/// A mailbox.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) messages: Vec<Message>,
    pub(crate) subscribed: bool,
}

impl Mailbox {
    pub(crate) fn add(&mut self, text: &str, flags: &BTreeSet<String>) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        self.messages.push(Message { uid, flags: flags.clone(), text: text.to_owned() });
        uid
    }

    pub(crate) fn uids(&self) -> Vec<u32> {
        self.messages.iter().map(|message| message.uid).collect()
    }
}

/// All of a person's mailboxes, by name as on the wire.
pub(crate) type Mailboxes = BTreeMap<String, Mailbox>;

/// An empty mailbox; each has a UIDVALIDITY of its own.
pub(crate) fn empty(uid_validity: u32) -> Mailbox {
    Mailbox { uid_validity, uid_next: 1, messages: Vec::new(), subscribed: true }
}

/// A short mail.
pub(crate) fn mail(subject: &str) -> String {
    format!(
        "From: Ann <ann@example.org>\r\nTo: ben@example.org\r\nSubject: {subject}\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nText of {subject}.\r\n"
    )
}

/// The numbers of `1:3,7` among those there are.
pub(crate) fn numbers(set: &str, there: &[u32]) -> Vec<u32> {
    let highest = there.last().copied().unwrap_or(0);
    let number = |text: &str| if text == "*" { highest } else { text.parse().expect("a number") };
    let ranges: Vec<(u32, u32)> = set
        .split(',')
        .map(|range| {
            let (first, last) = range.split_once(':').unwrap_or((range, range));
            (number(first).min(number(last)), number(first).max(number(last)))
        })
        .collect();
    there.iter().copied().filter(|n| ranges.iter().any(|(first, last)| first <= n && n <= last)).collect()
}

/// `1,2,3` of numbers.
pub(crate) fn set(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
