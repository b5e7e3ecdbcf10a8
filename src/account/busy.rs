//! Rows that are worked on: who is at which, and who holds what is to be gone on with.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::Account;
use super::account::locked;

/// What makes a name of a row.
pub(super) trait RowName: Copy + Eq + Hash + Debug {}

impl<K: Copy + Eq + Hash + Debug> RowName for K {}

/// Of one table, in this process.
#[derive(Debug)]
pub(super) struct Rows<K> {
    /// Rows that somebody is at.
    busy: Mutex<HashMap<K, watch::Receiver<()>>>,
    /// Who waits for something to be done, with their passwords. In memory alone.
    held: Mutex<HashMap<K, Account>>,
    /// Grows when one of them is done with.
    done: watch::Sender<u64>,
}

/// Somebody is at this row, until this is dropped.
#[derive(Debug)]
pub(super) struct Busy<K: RowName> {
    row: K,
    rows: Arc<Rows<K>>,
    // dropped last: whoever waits then finds the row free
    _told: watch::Sender<()>,
}

impl<K> Default for Rows<K> {
    fn default() -> Self {
        Self { busy: Mutex::default(), held: Mutex::default(), done: watch::Sender::new(0) }
    }
}

impl<K: RowName> Rows<K> {
    /// Takes the row; `Err`: somebody is at it, and the channel is closed when they are done.
    pub(super) fn take(self: &Arc<Self>, row: K) -> Result<Busy<K>, watch::Receiver<()>> {
        let mut busy = locked(&self.busy);
        if let Some(others) = busy.get(&row) {
            return Err(others.clone());
        }
        let (told, waits) = watch::channel(());
        busy.insert(row, waits);
        Ok(Busy { row, rows: self.clone(), _told: told })
    }

    /// This row is gone on with when it is due, whether or not its owner is signed in then.
    pub(super) fn hold(&self, row: K, owner: &Account) {
        locked(&self.held).insert(row, owner.clone());
    }

    /// Nothing more is to be done, or nothing more can be.
    pub(super) fn let_go(&self, row: K) {
        locked(&self.held).remove(&row);
    }

    /// Who holds this row.
    pub(super) fn holder(&self, row: K) -> Option<Account> {
        locked(&self.held).get(&row).cloned()
    }

    /// Whether somebody is at it.
    pub(super) fn is_busy(&self, row: K) -> bool {
        locked(&self.busy).contains_key(&row)
    }

    /// Waits until nobody is at any row, and holds none any more.
    pub(super) async fn settled(&self) {
        let mut done = self.done.subscribe();
        while !locked(&self.busy).is_empty() {
            if done.changed().await.is_err() {
                break;
            }
        }
        locked(&self.held).clear();
    }
}

impl<K: RowName> Drop for Busy<K> {
    fn drop(&mut self) {
        locked(&self.rows.busy).remove(&self.row);
        self.rows.done.send_modify(|count| *count += 1);
    }
}
