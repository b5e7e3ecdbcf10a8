//! Views whose connection has ended, kept for the next one (RFC 7162): it then asks what changed since, not for all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::View;
use crate::mail::{Flags, MailboxName, ModSeq, Uid, UidSet, UidValidity};

/// Mailboxes of one person that are kept.
const MAILBOXES: usize = 8;
/// Of each, the newest messages, as far as they were looked at.
const MESSAGES: usize = 1_000;

/// One person's shelf.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf(Arc<Mutex<Vec<(MailboxName, Rested)>>>);

/// What is known of a mailbox as of a mod-sequence.
#[derive(Debug, Clone)]
pub(super) struct Rested {
    pub(super) uid_validity: UidValidity,
    /// Everything up to this is known; some of what came later may be.
    pub(super) mod_seq: ModSeq,
    /// How many messages there were, and the UID that the next one was to get, if nothing has come since it was told.
    pub(super) exists: u32,
    pub(super) uid_next: Option<Uid>,
    /// The newest messages without a gap, ascending.
    pub(super) uids: Vec<u32>,
    pub(super) flags: HashMap<Uid, Flags>,
}

impl Shelf {
    fn views(&self) -> MutexGuard<'_, Vec<(MailboxName, Rested)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is worth it of a view.
    pub(super) fn put(&self, view: View) {
        let mailbox = view.mailbox.clone();
        if let Some(rested) = view.rest(MESSAGES) {
            let mut views = self.views();
            views.retain(|(name, _)| *name != mailbox);
            if views.len() >= MAILBOXES {
                views.remove(0);
            }
            views.push((mailbox, rested));
        }
    }

    /// What is kept of a mailbox; it is no more, then.
    pub(super) fn take(&self, mailbox: &MailboxName) -> Option<Rested> {
        let mut views = self.views();
        let at = views.iter().position(|(name, _)| name == mailbox)?;
        Some(views.remove(at).1)
    }
}

impl Rested {
    /// The messages that are known, as a set.
    pub(super) fn set(&self) -> UidSet {
        self.uids.iter().filter_map(|uid| Uid::new(*uid)).collect()
    }
}
