//! What a survey keeps of a folder: some 32 octets a message, and each sender and list once.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::found::FolderUse;
use crate::account::memory::Memory;
use crate::mail::{MailboxName, Moment, Uid, UidValidity};

/// The largest messages of each folder whose subjects are kept, by their size and by that of their files.
pub(super) const TITLED: usize = 100;
/// While a folder is read so many more are kept, since it is not known yet what is largest.
pub(super) const TITLED_MEANWHILE: usize = 4 * TITLED;
/// A message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) uid: u32,
    /// Seconds since the epoch; 0: the server does not say.
    pub(super) arrived: u32,
    pub(super) octets: u32,
    pub(super) file_octets: u32,
    /// Places among the folder's senders and lists.
    pub(super) sender: u32,
    pub(super) list: u32,
    /// What its copies share; 0: nothing tells.
    pub(super) identity: u64,
}

/// Of no list.
pub(super) const NO_LIST: u32 = u32::MAX;

/// Somebody, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Address or identifier, lower case.
    pub(super) id: Box<str>,
    /// What stands beside it; may be empty.
    pub(super) name: Box<str>,
}

/// A folder as it was under one UIDVALIDITY, at one moment.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) mailbox: MailboxName,
    pub(super) uid_validity: UidValidity,
    /// The UID that the next message was to get before anything was read; `None`: not known.
    pub(super) uid_next: Option<Uid>,
    /// By UID, ascending.
    pub(super) messages: Vec<Kept>,
    pub(super) senders: Vec<Named>,
    pub(super) lists: Vec<Named>,
    /// Subjects of the largest, by UID.
    pub(super) titles: HashMap<u32, Box<str>>,
    pub(super) octets: u64,
    pub(super) file_octets: u64,
    weight: usize,
    pub(super) memory: Arc<Memory>,
}

impl Folder {
    /// Without a message, to be filled.
    pub(super) fn new(
        mailbox: &MailboxName,
        uid_validity: UidValidity,
        uid_next: Option<Uid>,
        memory: &Arc<Memory>,
    ) -> Self {
        Self {
            mailbox: mailbox.clone(),
            uid_validity,
            uid_next,
            messages: Vec::new(),
            senders: Vec::new(),
            lists: Vec::new(),
            titles: HashMap::new(),
            octets: 0,
            file_octets: 0,
            weight: 0,
            memory: memory.clone(),
        }
    }

    pub(super) fn find(&self, uid: u32) -> Option<&Kept> {
        self.messages.binary_search_by_key(&uid, |kept| kept.uid).ok().and_then(|at| self.messages.get(at))
    }

    pub(super) fn sender(&self, kept: &Kept) -> Option<&Named> {
        self.senders.get(usize::try_from(kept.sender).ok()?)
    }

    pub(super) fn usage(&self) -> FolderUse {
        FolderUse {
            mailbox: self.mailbox.clone(),
            messages: u32::try_from(self.messages.len()).unwrap_or(u32::MAX),
            octets: self.octets,
            file_octets: self.file_octets,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.memory.give_back(self.weight);
    }
}

impl Folder {
    /// Forgets subjects but for the larger half of `largest`; octets of the smallest that stays.
    pub(super) fn keep_titles_of(&mut self, largest: &mut Vec<(u32, u32)>) -> u32 {
        largest.sort_unstable_by(|one, other| other.cmp(one));
        for (_, uid) in largest.drain(TITLED_MEANWHILE / 2..) {
            self.titles.remove(&uid);
        }
        largest.last().map_or(0, |(octets, _)| *octets)
    }

    /// Forgets the subjects of all but the largest, and those with the largest files.
    fn keep_titles(&mut self) {
        let mut titled: Vec<Kept> = self.titles.keys().filter_map(|uid| self.find(*uid).copied()).collect();
        let mut stay: HashSet<u32> = HashSet::new();
        for size in [|kept: &Kept| kept.octets, |kept: &Kept| kept.file_octets] {
            titled.sort_unstable_by_key(|kept| Reverse((size(kept), kept.uid)));
            stay.extend(titled.iter().take(TITLED).filter(|kept| size(kept) > 0).map(|kept| kept.uid));
        }
        self.titles.retain(|uid, _| stay.contains(uid));
        self.titles.shrink_to_fit();
    }

    /// All was read: what is not needed goes, the sums are made, and it is weighed.
    pub(super) fn finish(mut self) -> Self {
        self.keep_titles();
        self.messages.shrink_to_fit();
        self.octets = self.messages.iter().map(|kept| u64::from(kept.octets)).sum();
        self.file_octets = self.messages.iter().map(|kept| u64::from(kept.file_octets)).sum();
        self.weight = self.weigh();
        self.memory.take(self.weight);
        self
    }

    fn weigh(&self) -> usize {
        // two boxes and their allocations; a place in a map
        let named = |all: &[Named]| -> usize { all.iter().map(|one| one.id.len() + one.name.len() + 64).sum() };
        let titles: usize = self.titles.values().map(|title| title.len() + 48).sum();
        size_of::<Self>()
            + self.mailbox.as_str().len()
            + self.messages.capacity() * size_of::<Kept>()
            + named(&self.senders)
            + named(&self.lists)
            + titles
    }
}

/// When a message arrived, as pages tell it.
pub(super) fn moment(arrived: u32) -> Option<Moment> {
    (arrived > 0).then(|| Moment { seconds: i64::from(arrived), offset_minutes: 0 })
}
