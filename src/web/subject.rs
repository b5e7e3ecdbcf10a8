//! What an open page is about, as it says itself when it asks for live updates: its own address below the base path,
//! and the state it was made from.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::params::ListQuery;
use super::urls::decode_mailbox;
use crate::account::{Listing, Opened, Overview};
use crate::mail::{MailboxName, MessageRef};

/// More pages of one browser than these are not kept live.
const MOST: usize = 8;

/// What a page shows, beside the folders.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    /// A message list.
    List(MailboxName, ListQuery),
    /// A message, the list it was opened from, and what its address says of remote pictures.
    Message(MessageRef, ListQuery, String),
    /// Nothing that changes.
    Nothing,
}

impl Subject {
    /// Reads `mailbox/INBOX?page=2`, `message/INBOX/7/42` or anything else.
    pub(super) fn parse(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let Some(query) = ListQuery::parse(query) else { return Self::Nothing };
        let query = ListQuery { select: false, ..query };
        let segments: Vec<&str> = path.split('/').collect();
        let subject = match segments.as_slice() {
            ["mailbox", mailbox] => decode_mailbox(mailbox).map(|name| Self::List(name, query)),
            ["message", mailbox, uid_validity, uid] => (|| {
                let (uid_validity, uid) = (uid_validity.parse().ok()?, uid.parse().ok()?);
                let message = MessageRef { mailbox: decode_mailbox(mailbox)?, uid_validity, uid };
                let asked = address.split_once('?').map_or("", |(_, asked)| asked);
                let mut fields = url::form_urlencoded::parse(asked.as_bytes());
                let show = fields.find(|(name, _)| name == "show").map(|(_, value)| value.into_owned());
                Some(Self::Message(message, query, show.unwrap_or_default()))
            })(),
            _ => None,
        };
        subject.unwrap_or(Self::Nothing)
    }

    /// The mailbox it is in.
    pub(super) fn mailbox(&self) -> Option<&MailboxName> {
        match self {
            Self::List(mailbox, _) => Some(mailbox),
            Self::Message(message, ..) => Some(&message.mailbox),
            Self::Nothing => None,
        }
    }
}

/// What a page was made from, in two numbers: equal ones mean that it would be made the same again, by any instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Made {
    /// Of the list or the message; `None`: not known.
    pub(super) main: Option<u64>,
    /// Of the folders, their counts, and the quota.
    pub(super) sidebar: Option<u64>,
}

impl Made {
    /// Reads what [`fmt::Display`] wrote; anything else is "not known".
    pub(super) fn parse(text: &str) -> Self {
        let number = |part: Option<&str>| u64::from_str_radix(part?, 16).ok();
        let mut parts = text.split('-');
        Self { main: number(parts.next()), sidebar: number(parts.next()) }
    }

    /// Of a page that shows these.
    pub(super) fn of(main: u64, overview: &Overview) -> Self {
        let mut hasher = DefaultHasher::new();
        overview.hash_into(&mut hasher);
        Self { main: Some(main), sidebar: Some(hasher.finish()) }
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.main, self.sidebar) {
            (Some(main), Some(sidebar)) => write!(f, "{main:x}-{sidebar:x}"),
            _ => Ok(()),
        }
    }
}

/// What a list page shows of a listing.
pub(super) fn of_listing(listing: &Listing) -> u64 {
    let mut hasher = DefaultHasher::new();
    (listing.uid_validity.number(), listing.counts.messages, listing.counts.unseen).hash(&mut hasher);
    (listing.pages.total, listing.pages.page.number()).hash(&mut hasher);
    for row in &listing.rows {
        row.uid.hash(&mut hasher);
        row.flags.iter().for_each(|flag| flag.hash(&mut hasher));
    }
    hasher.finish()
}

/// What a message page shows that can change.
pub(super) fn of_message(opened: &Opened) -> u64 {
    let mut hasher = DefaultHasher::new();
    opened.flags.iter().for_each(|flag| flag.hash(&mut hasher));
    let beside = &opened.neighbours;
    (beside.before, beside.after, beside.place, beside.total).hash(&mut hasher);
    hasher.finish()
}

/// `on=…&at=…&on=…&at=…`: the pages of a browser, each with what it was made from.
pub(super) fn asked(query: &str) -> Vec<(String, Made)> {
    let mut pages: Vec<(String, Made)> = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "on" if pages.len() < MOST => pages.push((value.into_owned(), Made::default())),
            "at" => {
                if let Some((_, made)) = pages.last_mut() {
                    *made = Made::parse(&value);
                }
            }
            _ => {}
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_is_about_by_its_address() {
        let list = Subject::parse("mailbox/Work~2FKunden?page=2&select=page");
        assert_eq!(list.mailbox().unwrap().as_str(), "Work/Kunden");
        assert!(matches!(&list, Subject::List(_, query) if query.asked.page.number() == 2 && !query.select));
        assert!(
            matches!(Subject::parse("message/INBOX/7/42?page=2"), Subject::Message(message, _, show) if message.uid.number() == 42 && show.is_empty())
        );
        assert!(
            matches!(Subject::parse("message/INBOX/7/42?page=2&show=x"), Subject::Message(_, _, show) if show == "x")
        );
        for other in ["", "settings", "mailbox/INBOX?page=x", "message/INBOX/0/1", "mailbox/a~b", "mailbox/INBOX/empty"]
        {
            assert_eq!(Subject::parse(other), Subject::Nothing, "{other}");
        }
    }

    #[test]
    fn a_state_reads_back_as_it_was_written_and_nonsense_is_not_known() {
        let made = Made { main: Some(0xabc), sidebar: Some(7) };
        assert_eq!(Made::parse(&made.to_string()), made);
        assert_eq!(Made::parse("").to_string(), "");
        assert_eq!(Made::parse("zz-1").main, None);
    }

    #[test]
    fn pages_and_states_come_in_pairs_and_only_so_many() {
        let pages = asked("on=mailbox%2FINBOX&at=a-b&on=settings&on=&at=1-2");
        assert_eq!(pages[0], ("mailbox/INBOX".into(), Made { main: Some(10), sidebar: Some(11) }));
        assert_eq!((pages[1].1, pages[2].1.sidebar), (Made::default(), Some(2)));
        assert_eq!(asked(&"on=x&".repeat(100)).len(), MOST);
    }
}
