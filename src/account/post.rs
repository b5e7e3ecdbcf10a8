//! What sending needs beside a person's servers: uploaded files, the outbox, and who is at which of its rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::Account;
use super::account::locked;
use crate::store::{Entry, Outbox, RowId, ServerKey, Uploads};

/// Messages that are handed over or filed at the same time by the program itself.
const AT_ONCE: usize = 16;

/// One for the process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Post(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) outbox: Outbox,
    pub(super) uploads: Uploads,
    pub(super) key: Arc<ServerKey>,
    /// Rows that somebody is at, in this process.
    busy: Mutex<HashMap<RowId, watch::Receiver<()>>>,
    /// Who waits for something to be done, with their passwords: signing out calls off nothing that was begun. In memory
    /// alone; after a restart it is their next request that goes on with it.
    held: Mutex<HashMap<RowId, Account>>,
    /// Grows when one of them is done with.
    done: watch::Sender<u64>,
    /// Something may be due.
    pub(super) wake: Notify,
    pub(super) places: Semaphore,
    /// Cancelled when the program is to stop: nothing is begun any more.
    pub(super) stop: CancellationToken,
}

/// Somebody is at this row, until this is dropped.
#[derive(Debug)]
pub(super) struct Busy {
    row: RowId,
    shared: Arc<Shared>,
    // dropped last: whoever waits then finds the row free
    _told: watch::Sender<()>,
}

impl Post {
    /// Over these; nobody is at anything yet.
    pub fn new(outbox: Outbox, uploads: Uploads, key: Arc<ServerKey>) -> Self {
        Self(Arc::new(Shared {
            outbox,
            uploads,
            key,
            busy: Mutex::default(),
            held: Mutex::default(),
            done: watch::Sender::new(0),
            wake: Notify::new(),
            places: Semaphore::new(AT_ONCE),
            stop: CancellationToken::new(),
        }))
    }
}

impl Shared {
    /// Takes the row; `Err`: somebody is at it, and the channel is closed when they are done.
    pub(super) fn take(self: &Arc<Self>, row: RowId) -> Result<Busy, watch::Receiver<()>> {
        let mut busy = locked(&self.busy);
        if let Some(others) = busy.get(&row) {
            return Err(others.clone());
        }
        let (told, waits) = watch::channel(());
        busy.insert(row, waits);
        Ok(Busy { row, shared: self.clone(), _told: told })
    }

    /// This row is gone on with when it is due, whether or not its writer is signed in then.
    pub(super) fn hold(&self, entry: &Entry, writer: &Account) {
        locked(&self.held).insert(entry.row(), writer.clone());
        self.wake.notify_one();
    }

    /// Nothing more is to be done, or nothing more can be.
    pub(super) fn let_go(&self, entry: &Entry) {
        locked(&self.held).remove(&entry.row());
    }

    /// Who holds this row.
    pub(super) fn holder(&self, row: RowId) -> Option<Account> {
        locked(&self.held).get(&row).cloned()
    }

    /// Whether somebody is at it.
    pub(super) fn is_busy(&self, row: RowId) -> bool {
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

impl Drop for Busy {
    fn drop(&mut self) {
        locked(&self.shared.busy).remove(&self.row);
        self.shared.done.send_modify(|count| *count += 1);
    }
}
