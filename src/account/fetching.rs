//! Fetching mail from an account elsewhere: one message after the other, into a mailbox here.
//!
//! The order of effects: where new messages will come is written down; a message is fetched; it is filed here; that it came is written
//! down. Killed anywhere and run again it finds what it filed by its octets, so that nothing comes twice. Only where it was asked for
//! the message is then deleted there, after it was read back from here and is the same to the octet.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::account::Work;
use super::fetcher::{FetchBy, Source};
use super::job::{Notice, Obstacle, Place, Step};
use super::keeper::Keeper;
use super::source::{Asked, Came, Open, Trouble, Waiting, not_kept};
use super::{Account, Error, on_paper};
use crate::imap::{self, Item, Purpose};
use crate::mail::{Flag, MailboxName, MessageRef, Uid, UidSet, UidValidity};
use crate::mime::envelope;

/// Messages of one window, and octets after which it ends.
const WINDOW: usize = 20;
const OCTETS: u64 = 16 << 20;
/// Messages that are left there are remembered for one run, so many of them.
const MOST_LEFT: usize = 10_000;
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
    /// Whether it is deleted there when it is here; by POP3 alone.
    pub delete: bool,
}

/// Where it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Cursor {
    /// The window that runs: UIDVALIDITY, a UID that nothing it files is less than, and how many messages were still to come.
    since: Option<(u32, u32, u64)>,
    /// Messages that are left where they are.
    left: Vec<String>,
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
        None => match Open::new(account, &fetcher, fetching, &cursor.left).await {
            Ok(open) => open,
            Err(Trouble::There(obstacle)) => return Ok(Step::Blocked(place, obstacle)),
            Err(Trouble::Here(error)) => return Err(error),
        },
    };
    let waiting = open.waiting.len() as u64;
    // what came before the program was killed is known there, and was not counted here
    place.done += cursor.since.map_or(0, |(_, _, waited)| waited.saturating_sub(waiting));
    place.total = place.done + waiting;
    if open.waiting.is_empty() {
        let ended = open.end().await;
        account.forget_source_password(&fetching.from);
        return Ok(match ended {
            Err(Trouble::There(obstacle)) if fetching.delete => Step::Blocked(place, obstacle),
            _ => Step::Done(place),
        });
    }
    let may_be_here = cursor.since.is_some();
    if cursor.since.is_none() {
        let (uid_validity, uid) = account.next_of(&fetching.into).await?;
        cursor.since = Some((uid_validity, uid, waiting));
        place.put(&cursor);
        keeper.keep(&place).await?;
    }
    let mut run =
        Run { account, fetching, remembered: fetcher.remembered(account.user(), &fetching.from, &fetching.folder) };
    let outcome = run.window(&mut open, &mut cursor, &mut place, may_be_here, keeper).await;
    account.0.counts_changed();
    let waiting = open.waiting.len() as u64;
    place.total = place.done + waiting;
    let outcome = match outcome {
        Ok(()) if fetching.delete => open.end().await,
        Ok(()) => {
            account.0.sources.put(id, open);
            Ok(())
        }
        Err(trouble) => Err(trouble),
    };
    cursor.since = match outcome {
        Ok(()) => None,
        Err(_) => cursor.since.map(|(uid_validity, uid, _)| (uid_validity, uid, waiting)),
    };
    place.put(&cursor);
    match outcome {
        Ok(()) => Ok(Step::More(place)),
        Err(Trouble::There(obstacle)) => Ok(Step::Blocked(place, obstacle)),
        Err(Trouble::Here(error)) => {
            keeper.keep(&place).await?;
            Err(error)
        }
    }
}

/// What a window needs.
struct Run<'a> {
    account: &'a Account,
    fetching: &'a Fetching,
    remembered: crate::store::FetchedFrom,
}

impl Run<'_> {
    async fn window(
        &mut self,
        open: &mut Open,
        cursor: &mut Cursor,
        place: &mut Place,
        may_be_here: bool,
        keeper: &Keeper,
    ) -> Result<(), Trouble> {
        let mut octets = 0;
        for _ in 0..WINDOW {
            let Some(wanted) = open.waiting.front().cloned() else { return Ok(()) };
            if octets > OCTETS || keeper.is_to_end() {
                return Ok(());
            }
            let notice = match open.ask(&wanted).await? {
                Asked::Came(came) => {
                    octets += came.octets.len() as u64;
                    self.file(open, &wanted, came, cursor, place, may_be_here).await?
                }
                Asked::TooLarge => Some((Notice::TooLarge, String::new())),
                Asked::Gone => Some((Notice::GoneBefore, String::new())),
            };
            if let Some((notice, about)) = notice {
                // what is here all the same came
                place.skipped += u64::from(notice != Notice::NotTheSame);
                place.remark(notice, about, 1);
                if cursor.left.len() < MOST_LEFT {
                    cursor.left.push(wanted.name.clone());
                }
            }
            place.done += 1;
            open.waiting.pop_front();
        }
        Ok(())
    }

    /// Files what came, unless it is here already; what has to be remarked about it.
    async fn file(
        &self,
        open: &mut Open,
        wanted: &Waiting,
        came: Came,
        cursor: &Cursor,
        place: &mut Place,
        may_be_here: bool,
    ) -> Result<Option<(Notice, String)>, Trouble> {
        let subject = || envelope(&came.octets).subject;
        // without a name of the server's, it is called by what it is
        let name = if wanted.name.is_empty() { self.remembered.name_of(&came.octets) } else { wanted.name.clone() };
        if wanted.name.is_empty() && self.remembered.knows(&name).await.map_err(not_kept)? {
            return Ok(None);
        }
        let into = &self.fetching.into;
        let since = cursor.since.and_then(|(validity, uid, _)| Some((UidValidity::new(validity)?, Uid::new(uid)?)));
        let here = match since.filter(|_| may_be_here) {
            Some(since) => self.account.find_since(into, since, &came.octets).await.map_err(Trouble::Here)?,
            None => None,
        };
        let there = match here {
            Some(there) => Some(there),
            None => match self.append(&came).await {
                Ok(there) => there,
                Err(Error::Refused) => return Ok(Some((Notice::Refused, subject()))),
                Err(error) => return Err(Trouble::Here(error)),
            },
        };
        self.remembered.add(&name).await.map_err(not_kept)?;
        place.octets += came.octets.len() as u64;
        if self.fetching.delete && self.fetching.from.by == FetchBy::Pop3 {
            let there = match (there, since) {
                (None, Some(since)) => {
                    self.account.find_since(into, since, &came.octets).await.map_err(Trouble::Here)?
                }
                (there, _) => there,
            };
            let read_back = match &there {
                Some(there) => self.account.octets_of(there).await.map_err(Trouble::Here)?,
                None => None,
            };
            if read_back.is_none_or(|read| read != came.octets) {
                return Ok(Some((Notice::NotTheSame, subject())));
            }
            open.delete(wanted).await?;
        }
        Ok(None)
    }

    async fn append(&self, came: &Came) -> Result<Option<MessageRef>, Error> {
        let (into, octets, date) = (self.fetching.into.clone(), came.octets.clone(), came.date);
        let mut flags = came.flags.clone();
        if self.fetching.as_read && !flags.contains(&Flag::Seen) {
            flags.push(Flag::Seen);
        }
        let work: Work<Option<MessageRef>> =
            Box::new(move |link| Box::pin(async move { link.append(&into, &flags, date, &octets).await }));
        let filed = self.account.run(Purpose::Transfer, work).await;
        filed.map_err(|error| match error {
            imap::Error::Bad | imap::Error::Argument => Error::Refused,
            error => Error::about(error, &self.fetching.into),
        })
    }
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
    async fn find_since(
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
        for uid in same.filter(|uid| *uid >= since).take(COMPARED) {
            let message = MessageRef { mailbox: mailbox.clone(), uid_validity, uid };
            if self.octets_of(&message).await?.is_some_and(|read| read == *octets) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }
}
