//! How many messages of each person wait or need a look: every page says so, and asks nobody for it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{Row, SqlitePool};

use super::Error;

/// People who are remembered; then all are counted anew.
const MOST: usize = 20_000;

/// The counts, by whose they are.
#[derive(Debug, Default)]
pub(super) struct Open(Mutex<HashMap<[u8; 32], u32>>);

impl Open {
    /// The number, if it was counted.
    pub(super) fn known(&self, whose: &[u8; 32]) -> Option<u32> {
        self.counts().get(whose).copied()
    }

    /// Counts, and remembers.
    pub(super) async fn count(&self, whose: &[u8; 32], pool: &SqlitePool) -> Result<u32, Error> {
        let row = sqlx::query(
            "SELECT count(*) FROM outbox WHERE user_hash = ? AND stage NOT IN ('new', 'filed', 'cancelled')",
        )
        .bind(whose.as_slice())
        .fetch_one(pool)
        .await?;
        let count = row.try_get(0)?;
        let mut counts = self.counts();
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(*whose, count);
        Ok(count)
    }

    /// Counts anew after a change. The change is made, whatever becomes of the counting: then the number is not known.
    pub(super) async fn changed(&self, whose: &[u8; 32], pool: &SqlitePool) {
        if self.count(whose, pool).await.is_err() {
            self.counts().remove(whose);
        }
    }

    /// Forgets all: rows went that nobody named.
    pub(super) fn forget(&self) {
        self.counts().clear();
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<[u8; 32], u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
