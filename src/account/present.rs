//! What is in a mailbox already, for whoever brings messages in and does not want them twice.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::account::{Work, locked};
use super::gathering::Found;
use super::{Account, Error};
use crate::imap::{Criteria, Fetched, Item, Purpose};
use crate::mail::{MailboxName, PartPath, Uid, UidSet, UidValidity};
use crate::mime;

/// Messages that the server is asked about at once.
const WINDOW: usize = 1_000;

/// The messages of a mailbox by what tells them apart: a few octets for each.
#[derive(Debug)]
pub(super) struct Present {
    mailbox: MailboxName,
    uid_validity: UidValidity,
    /// Up to this UID it is known.
    up_to: u32,
    /// Hashes of Message-ID and size.
    named: HashSet<u64>,
    /// Those without a Message-ID, by their size.
    nameless: HashMap<u64, Vec<Uid>>,
    /// And those that were filed since, by a hash of their octets.
    filed: HashSet<u64>,
    hashes: RandomState,
}

/// How a mailbox stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub(super) uid_validity: UidValidity,
    /// The UID of the newest message; 0 where there is none.
    pub(super) newest: u32,
}

/// What the server tells of a message.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) uid: Uid,
    pub(super) size: u64,
    /// Its Message-ID; empty where it has none.
    pub(super) id: String,
}

impl Present {
    fn new(mailbox: &MailboxName, uid_validity: UidValidity) -> Self {
        Self {
            mailbox: mailbox.clone(),
            uid_validity,
            up_to: 0,
            named: HashSet::new(),
            nameless: HashMap::new(),
            filed: HashSet::new(),
            hashes: RandomState::new(),
        }
    }

    fn learn(&mut self, told: &Told) {
        self.up_to = self.up_to.max(told.uid.number());
        if told.id.is_empty() {
            let uids = self.nameless.entry(told.size).or_default();
            if !uids.contains(&told.uid) {
                uids.push(told.uid);
            }
        } else {
            self.named.insert(self.hashes.hash_one((&told.id, told.size)));
        }
    }

    /// A message was filed.
    pub(super) fn add(&mut self, one: &Found) {
        if one.id().is_empty() {
            self.filed.insert(self.hashes.hash_one(&one.message.octets));
        } else {
            self.named.insert(self.hashes.hash_one((one.id(), size(one))));
        }
    }
}

fn size(one: &Found) -> u64 {
    u64::try_from(one.message.octets.len()).unwrap_or(u64::MAX)
}

impl Account {
    /// How the mailbox stands now.
    pub(super) async fn stand(&self, mailbox: &MailboxName) -> Result<Stand, Error> {
        let name = mailbox.clone();
        let read = self.read(Purpose::Transfer, move |_| {
            let name = name.clone();
            Box::new(move |link| {
                Box::pin(async move {
                    link.select(&name).await?;
                    link.sync_now().await?;
                    if link.select(&name).await?.exists() > 0 {
                        link.window(0..1, &[Item::Uid, Item::Flags]).await?;
                    }
                    let view = link.select(&name).await?;
                    let newest = view.from_newest(0).map_or(0, Uid::number);
                    Ok(Stand { uid_validity: view.uid_validity, newest })
                })
            })
        });
        read.await.map_err(|error| Error::about(error, mailbox))
    }

    /// What is in the mailbox, as of now: what was known of it, and what came since.
    pub(super) async fn present(&self, mailbox: &MailboxName, stand: &Stand) -> Result<Present, Error> {
        let known = locked(&self.0.present).take();
        let known = known.filter(|known| known.mailbox == *mailbox && known.uid_validity == stand.uid_validity);
        let mut present = known.unwrap_or_else(|| Present::new(mailbox, stand.uid_validity));
        if stand.newest > present.up_to {
            for told in self.told_above(mailbox, present.up_to).await? {
                present.learn(&told);
            }
        }
        Ok(present)
    }

    /// Whether a message is among them.
    pub(super) async fn is_present(&self, present: &Present, one: &Found) -> Result<bool, Error> {
        if !one.id().is_empty() {
            return Ok(present.named.contains(&present.hashes.hash_one((one.id(), size(one)))));
        }
        if present.filed.contains(&present.hashes.hash_one(&one.message.octets)) {
            return Ok(true);
        }
        for uid in present.nameless.get(&size(one)).into_iter().flatten() {
            if self.is_same(&present.mailbox, Some(*uid), one).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the message of this UID is this one, to the octet.
    pub(super) async fn is_same(&self, mailbox: &MailboxName, uid: Option<Uid>, one: &Found) -> Result<bool, Error> {
        let Some(uid) = uid else { return Ok(false) };
        let (name, most) =
            (mailbox.clone(), u32::try_from(one.message.octets.len()).unwrap_or(u32::MAX).saturating_add(1));
        let read = self.read(Purpose::Transfer, move |_| {
            let name = name.clone();
            Box::new(move |link| {
                Box::pin(async move {
                    link.select(&name).await?;
                    link.fetch(&UidSet::new([uid]), &[Item::Uid, Item::Part(PartPath::root(), Some(most))]).await
                })
            })
        });
        let fetched = read.await.map_err(|error| Error::about(error, mailbox))?;
        let there = fetched.iter().find(|fetched| fetched.uid == Some(uid)).and_then(|fetched| fetched.body(""));
        Ok(there.is_some_and(|octets| **octets == *one.message.octets))
    }

    /// What the server tells of the messages above a UID, ascending.
    pub(super) async fn told_above(&self, mailbox: &MailboxName, above: u32) -> Result<Vec<Told>, Error> {
        let uids = self.uids_above(mailbox, above).await?;
        let mut all = Vec::with_capacity(uids.len());
        for window in uids.chunks(WINDOW) {
            let (name, asked) = (mailbox.clone(), window.iter().copied().collect::<UidSet>());
            let read = self.read(Purpose::Transfer, move |_| {
                let (name, asked) = (name.clone(), asked.clone());
                let work: Work<Vec<Fetched>> = Box::new(move |link| {
                    Box::pin(async move {
                        link.select(&name).await?;
                        link.fetch(&asked, &[Item::Uid, Item::Size, Item::MessageId]).await
                    })
                });
                work
            });
            let fetched = read.await.map_err(|error| Error::about(error, mailbox))?;
            all.extend(fetched.iter().filter_map(told));
        }
        Ok(all)
    }

    async fn uids_above(&self, mailbox: &MailboxName, above: u32) -> Result<Vec<Uid>, Error> {
        let Some(first) = above.checked_add(1) else { return Ok(Vec::new()) };
        let name = mailbox.clone();
        let read = self.read(Purpose::Transfer, move |_| {
            let name = name.clone();
            Box::new(move |link| {
                Box::pin(async move {
                    link.select(&name).await?;
                    link.search(&Criteria::Uids(vec![(first, u32::MAX)].into()), &[], None).await
                })
            })
        });
        read.await.map_err(|error| Error::about(error, mailbox))
    }
}

fn told(fetched: &Fetched) -> Option<Told> {
    let header = fetched.header_fields().map(|octets| octets.as_ref()).unwrap_or_default();
    let id = mime::envelope(header).message_id.unwrap_or_default();
    Some(Told { uid: fetched.uid?, size: fetched.size?, id })
}
