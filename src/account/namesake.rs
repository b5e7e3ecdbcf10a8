//! Whether a sender nobody heard of carries the name of somebody whom the person writes to.
//!
//! There is no address book; whom the person writes to stands in Sent. It is asked once for each sender, on a connection
//! of its own, and only for names of two words or more; the answer is remembered, so a page that was seen before asks
//! nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::account::{Inner, locked};
use super::memory::Weighed;
use super::recent::Recent;
use super::{Account, Opened};
use crate::imap::{Criteria, Error, Item, Link, Purpose};
use crate::mail::{Address, Doubt, MailboxName, MessageRef, Role, Uid, UidSet};
use crate::mime;

/// How long the first page of a sender waits. The question goes on, and the next page has its answer.
pub(super) const PATIENCE: Duration = Duration::from_millis(300);
/// How far back UIDs are looked through, in Sent and where the message lies.
const BACK: u32 = 2_000;
/// Messages found whose recipients are read.
const MOST: usize = 10;

/// By the sender's name, as it looks, and address.
pub(super) type Namesakes = Recent<(String, String), Namesake>;

/// The address of the other one with this name; empty if there is none, or the sender is known.
#[derive(Debug, Clone)]
pub(super) struct Namesake(Arc<str>);

impl Weighed for Namesake {
    fn weight(&self) -> usize {
        self.0.len() + 100
    }
}

/// Who is asked about.
#[derive(Debug, Clone)]
struct Asked {
    /// As it was written, for the mail server.
    name: String,
    /// As it looks.
    looks: String,
    /// The address, in small letters.
    addr: String,
}

impl Account {
    /// What is doubtful about the sender's name, as far as it is known; `ask`: find out.
    pub(super) async fn doubt_of_name(&self, opened: &Opened, ask: bool) -> Option<Doubt> {
        let asked = Asked::of(opened.envelope.from.first()?)?;
        let user = self.user().to_lowercase();
        let ours = matches!(opened.mailbox.role, Some(Role::Sent | Role::Drafts));
        if ours || opened.envelope.list_id.is_some() || asked.addr == user {
            return None;
        }
        let own_name = user.split('@').next().unwrap_or_default().replace(['.', '_', '-'], " ");
        if mime::looks(&own_name) == asked.looks {
            return Some(Doubt::OwnName);
        }
        let key = (asked.looks.clone(), asked.addr.clone());
        let mut known = locked(&self.0.namesakes).find(&key);
        if known.is_none() && ask {
            known = timeout(PATIENCE, self.ask(asked, &opened.message)).await.ok().flatten();
        }
        known.filter(|known| !known.0.is_empty()).map(|known| Doubt::KnownName { known: known.0.to_string() })
    }

    /// First Sent; only if somebody else of this name is there, whether the sender is known from before. A failure is
    /// no answer, and is not remembered.
    async fn ask(&self, asked: Asked, message: &MessageRef) -> Option<Namesake> {
        let overview = self.overview().await.ok()?;
        let sent = overview.with_role(Role::Sent).map(|mailbox| mailbox.name.clone());
        let namesake = match &sent {
            Some(sent) => self.ask_sent(&asked, sent).await?,
            None => String::new(),
        };
        if !namesake.is_empty() && self.has_read_from(&asked, message).await? {
            return Some(self.0.remember_namesake(&asked, ""));
        }
        Some(self.0.remember_namesake(&asked, &namesake))
    }

    async fn ask_sent(&self, asked: &Asked, sent: &MailboxName) -> Option<String> {
        let work = |inner: Arc<Inner>| -> super::account::Work<String> {
            let (asked, sent) = (asked.clone(), sent.clone());
            Box::new(move |link| Box::pin(async move { inner.find_in_sent(link, &asked, &sent).await }))
        };
        self.read(Purpose::Mailbox(sent), work).await.ok()
    }

    /// Whether a message of this address was read before the one that is open, where that one lies.
    async fn has_read_from(&self, asked: &Asked, message: &MessageRef) -> Option<bool> {
        let Some(before) = before(message.uid) else { return Some(false) };
        let work = |_: Arc<Inner>| -> super::account::Work<bool> {
            let (message, before, addr) = (message.clone(), before.clone(), asked.addr.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_same(&message.mailbox, message.uid_validity).await?;
                    Ok(!link.search(&Criteria::ReadFrom(before, addr), &[], None).await?.is_empty())
                })
            })
        };
        self.read(Purpose::Mailbox(&message.mailbox), work).await.ok()
    }
}

impl Inner {
    async fn find_in_sent(&self, link: &mut Link, asked: &Asked, sent: &MailboxName) -> Result<String, Error> {
        link.select(sent).await?;
        link.window(0..1, &[Item::Uid]).await?;
        let Some(newest) = link.view().and_then(|view| view.from_newest(0)) else { return Ok(String::new()) };
        let Some(range) = range(newest.number().saturating_sub(BACK).max(1), newest.number()) else {
            return Ok(String::new());
        };
        let mut found = link.search(&Criteria::To(range, asked.name.clone()), &[], None).await?;
        found.reverse();
        found.truncate(MOST);
        let essences = self.essences(link, &found, Vec::new()).await?;
        let people = found.iter().filter_map(|uid| essences.get(uid)).flat_map(|essence| {
            let envelope = &essence.envelope;
            envelope.to.iter().chain(&envelope.cc).chain(&envelope.bcc)
        });
        let same_name: Vec<&Address> = people.filter(|person| mime::looks(&person.name) == asked.looks).collect();
        let is_known = same_name.iter().any(|person| person.addr.eq_ignore_ascii_case(&asked.addr));
        Ok(same_name.first().filter(|_| !is_known).map(|person| person.addr.clone()).unwrap_or_default())
    }

    fn remember_namesake(&self, asked: &Asked, namesake: &str) -> Namesake {
        let namesake = Namesake(namesake.into());
        locked(&self.namesakes).remember((asked.looks.clone(), asked.addr.clone()), namesake.clone());
        namesake
    }
}

impl Asked {
    /// `None` for names that say too little: many people are called Ann.
    fn of(from: &Address) -> Option<Self> {
        let name = from.name.trim();
        let words = name.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        let says_enough = words >= 2 && name.len() <= 200 && !name.contains('@') && !from.addr.is_empty();
        says_enough.then(|| Self { name: name.to_owned(), looks: mime::looks(name), addr: from.addr.to_lowercase() })
    }
}

/// The UIDs before this one, not all the way back.
fn before(uid: Uid) -> Option<UidSet> {
    let last = uid.number().checked_sub(1).filter(|last| *last > 0)?;
    range(last.saturating_sub(BACK).max(1), last)
}

fn range(first: u32, last: u32) -> Option<UidSet> {
    UidSet::parse(&format!("{first}:{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_too_little_are_not_asked_about() {
        let asks = |name: &str| Asked::of(&Address { name: name.into(), addr: "A@b.example".into() });
        assert_eq!(asks("Ilse Brandt").map(|asked| asked.addr).as_deref(), Some("a@b.example"));
        for name in ["", "Ann", "Ann 2", "a@b.example (Ann Bell)", &"x ".repeat(200)] {
            assert!(asks(name).is_none(), "{name}");
        }
    }

    #[test]
    fn only_so_far_back_is_looked() {
        let set = |uid| before(Uid::new(uid).unwrap()).map(|set| set.ranges().to_vec());
        assert_eq!((set(1), set(2), set(9_000)), (None, Some(vec![(1, 1)]), Some(vec![(6_999, 8_999)])));
    }
}
