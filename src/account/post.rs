//! What sending needs beside a person's servers: uploaded files, the outbox, and who is at which of its rows.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::Account;
use super::busy::{self, Rows};
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
    /// Who is at which row; and who waits for something to be done: signing out calls off nothing that was begun. After a
    /// restart it is their next request that goes on with it.
    rows: Arc<Rows<RowId>>,
    /// Something may be due.
    pub(super) wake: Notify,
    pub(super) places: Semaphore,
    /// Cancelled when the program is to stop: nothing is begun any more.
    pub(super) stop: CancellationToken,
}

/// Somebody is at this row, until this is dropped.
pub(super) type Busy = busy::Busy<RowId>;

impl Post {
    /// Over these; nobody is at anything yet.
    pub fn new(outbox: Outbox, uploads: Uploads, key: Arc<ServerKey>) -> Self {
        Self(Arc::new(Shared {
            outbox,
            uploads,
            key,
            rows: Arc::default(),
            wake: Notify::new(),
            places: Semaphore::new(AT_ONCE),
            stop: CancellationToken::new(),
        }))
    }
}

impl Shared {
    /// Takes the row; `Err`: somebody is at it, and the channel is closed when they are done.
    pub(super) fn take(&self, row: RowId) -> Result<Busy, watch::Receiver<()>> {
        self.rows.take(row)
    }

    /// This row is gone on with when it is due, whether or not its writer is signed in then.
    pub(super) fn hold(&self, entry: &Entry, writer: &Account) {
        self.rows.hold(entry.row(), writer);
        self.wake.notify_one();
    }

    /// Nothing more is to be done, or nothing more can be.
    pub(super) fn let_go(&self, entry: &Entry) {
        self.rows.let_go(entry.row());
    }

    /// Who holds this row.
    pub(super) fn holder(&self, row: RowId) -> Option<Account> {
        self.rows.holder(row)
    }

    /// Whether somebody is at it.
    pub(super) fn is_busy(&self, row: RowId) -> bool {
        self.rows.is_busy(row)
    }

    /// Waits until nobody is at any row, and holds none any more.
    pub(super) async fn settled(&self) {
        self.rows.settled().await;
    }
}
