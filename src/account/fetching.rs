//! Fetching mail from an account elsewhere: one message after the other, into a mailbox here.
//!
//! The order of effects: where new messages will come is written down; a message is fetched; it is filed here; that it came is written
//! down. Killed anywhere and run again it finds what it filed by its octets, so that nothing comes twice. Only where it was asked for
//! the message is then deleted there, after it was read back from here and is the same to the octet; that it is to be deleted is
//! written down before, and forgotten when the server said that it is done.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::fetch_window::Run;
use super::fetcher::Source;
use super::job::{Notice, Obstacle, Place, Step};
use super::keeper::Keeper;
use super::source::{Carried, Open, Trouble};
use super::{Account, Error, on_paper};
use crate::imap::{self, Item, Purpose};
use crate::mail::{MailboxName, MessageRef, Uid, UidSet, UidValidity};

/// How many messages of the same size are compared with one that may have been filed before.
const COMPARED: usize = 8;

/// From where and into what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetching {
    /// The account.
    pub from: Source,
    /// The folder there; by POP3 there is one, and it is empty here.
    pub folder: String,
    /// The mailbox here.
    #[serde(with = "on_paper::mailbox")]
    pub into: MailboxName,
    /// Whether what comes counts as read; by IMAP each keeps its own marks.
    pub as_read: bool,
    /// Whether it is deleted there when it is here.
    pub delete: bool,
}

/// Where it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The window that runs: UIDVALIDITY, a UID that nothing it files is less than, and how many messages were still to come.
    pub(super) since: Option<(u32, u32, u64)>,
    /// Messages that are left where they are: by their names there, else by what can be told of them, and then each entry speaks
    /// for one message.
    pub(super) left: Vec<String>,
    /// Messages that are here, and of which the server has not said yet that it deleted them.
    #[serde(default)]
    pub(super) going: Vec<Going>,
}

/// A message that is to be deleted there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Going {
    /// What it is called there; empty where the server has no such names.
    pub(super) name: String,
    /// A keyed hash of its octets: nothing else is deleted.
    pub(super) print: String,
}

/// Fetches some messages.
pub(super) async fn step(
    account: &Account,
    fetching: &Fetching,
    mut place: Place,
    keeper: &mut Keeper,
) -> Result<Step, Error> {
    let Some(mut cursor) = place.cursor::<Cursor>() else { return Err(Error::NotKept) };
    let fetcher = account.fetcher().filter(|fetcher| fetcher.allows(&fetching.from));
    // what the operator does not name any more is not asked any more
    let Some(fetcher) = fetcher.cloned() else { return Ok(Step::Blocked(place, Obstacle::NoSource)) };
    let id = keeper.row.id;
    let mut open = match account.0.sources.take(&id) {
        Some(open) => open,
        None => match Open::new(account, &fetcher, fetching, &cursor).await {
            Ok(open) => open,
            Err(Trouble::There(obstacle)) => return Ok(Step::Blocked(place, obstacle)),
            Err(Trouble::Here(error)) => return Err(error),
        },
    };
    let waiting = open.waiting.len() as u64;
    // what came before the program was killed is known there, and was not counted here
    place.done += cursor.since.map_or(0, |(_, _, waited)| waited.saturating_sub(waiting));
    place.total = place.done + waiting;
    if open.is_through() {
        return Ok(done(account, fetching, open, place).await);
    }
    let may_be_here = cursor.since.is_some();
    if cursor.since.is_none() {
        let (uid_validity, uid) = account.next_of(&fetching.into).await?;
        cursor.since = Some((uid_validity, uid, waiting));
        place.put(&cursor);
        keeper.keep(&place).await?;
    }
    let remembered = fetcher.remembered(account.user(), &fetching.from, &fetching.folder);
    let mut run = Run { account, fetching, remembered, may_be_here };
    let outcome = run.window(&mut open, &mut cursor, &mut place, keeper).await;
    account.0.counts_changed();
    let (waiting, is_through, marked) = (open.waiting.len() as u64, open.is_through(), open.marked.clone());
    place.total = place.done + waiting;
    let outcome = match outcome {
        Ok(()) => open.carry_out().await,
        Err(trouble) => Err(trouble),
    };
    cursor.since = match outcome {
        Ok(_) => None,
        Err(_) => cursor.since.map(|(uid_validity, uid, _)| (uid_validity, uid, waiting)),
    };
    if let Ok(Carried { is_done: true, refused, .. }) = outcome {
        cursor.going.retain(|going| !marked.contains(going));
        if refused > 0 {
            place.remark(Notice::StaysThere, String::new(), refused);
        }
    }
    place.put(&cursor);
    match outcome {
        Ok(Carried { open: Some(open), .. }) if is_through => Ok(done(account, fetching, open, place).await),
        Ok(Carried { open: None, is_done: true, .. }) if is_through => {
            account.forget_source_password(&fetching.from);
            Ok(Step::Done(place))
        }
        Ok(Carried { open, .. }) => {
            if let Some(open) = open {
                account.0.sources.put(id, open);
            }
            Ok(Step::More(place))
        }
        Err(Trouble::There(obstacle)) => Ok(Step::Blocked(place, obstacle)),
        Err(Trouble::Here(error)) => {
            keeper.keep(&place).await?;
            Err(error)
        }
    }
}

/// Nothing is left to be done there.
async fn done(account: &Account, fetching: &Fetching, open: Open, place: Place) -> Step {
    open.end().await;
    account.forget_source_password(&fetching.from);
    Step::Done(place)
}

impl Account {
    /// UIDVALIDITY of a mailbox, and a UID that is greater than all that are in it.
    async fn next_of(&self, mailbox: &MailboxName) -> Result<(u32, u32), Error> {
        let name = mailbox.clone();
        let found = self
            .read(Purpose::Transfer, move |_| {
                let name = name.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        let uid_validity = link.select(&name).await?.uid_validity;
                        link.select_true(&name, uid_validity).await?;
                        link.window(0..1, &[Item::Uid]).await?;
                        let newest = link.view().and_then(|view| view.from_newest(0)).map_or(0, Uid::number);
                        Ok((uid_validity.number(), newest.saturating_add(1)))
                    })
                })
            })
            .await;
        found.map_err(|error| Error::about(error, mailbox))
    }

    /// The message with these octets among those that came into a mailbox since then.
    pub(super) async fn find_since(
        &self,
        mailbox: &MailboxName,
        (uid_validity, since): (UidValidity, Uid),
        octets: &Bytes,
    ) -> Result<Option<MessageRef>, Error> {
        let (name, size) = (mailbox.clone(), octets.len() as u64);
        let found = self
            .read(Purpose::Transfer, move |_| {
                let name = name.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        link.select_true(&name, uid_validity).await?;
                        let newer: UidSet = vec![(since.number(), u32::MAX)].into();
                        link.fetch(&newer, &[Item::Uid, Item::Size]).await
                    })
                })
            })
            .await;
        let found = match found {
            Err(imap::Error::Rebuilt) => return Ok(None),
            found => found.map_err(|error| Error::about(error, mailbox))?,
        };
        let same = found.into_iter().filter(|one| one.size == Some(size)).filter_map(|one| one.uid);
        let mut same: Vec<Uid> = same.filter(|uid| *uid >= since).collect();
        same.sort_unstable_by(|one, other| other.cmp(one)); // it came last, if it came
        for uid in same.into_iter().take(COMPARED) {
            let message = MessageRef { mailbox: mailbox.clone(), uid_validity, uid };
            if self.octets_of(&message).await?.is_some_and(|read| read == *octets) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }
}
