//! Sessions: text kept under an id that only its holder knows, until it was idle too long or reached its end.
//!
//! A cache stands in front of the table: a session in use costs no disk I/O but one write a minute. One process
//! owns a SQLite file, so the cache is never behind it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use sqlx::{Row, SqlitePool};

use super::{Error, unix_now};

/// The time of the last request is written at most this often, in seconds.
const WRITE_SEEN_EVERY: i64 = 60;
/// A session without a request for this long leaves the memory; in seconds.
const REMEMBERED: i64 = 15 * 60;

/// What a session says: names and texts of the floor above.
pub type SessionState = HashMap<String, String>;

/// SHA-256 of the id in the cookie: a copy of the database signs nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 32]);

impl SessionId {
    /// Of the text in the cookie.
    pub fn of(cookie: &str) -> Self {
        Self(Sha256::digest(cookie.as_bytes()).into())
    }
}

/// How long a session lives, by the server's clock (`S-05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Seconds without a request after which it ends.
    pub idle: i64,
    /// Unix seconds: the end that no request moves.
    pub ends: i64,
}

/// All sessions; cheap to clone.
#[derive(Debug, Clone)]
pub struct Sessions {
    pool: SqlitePool,
    cache: Arc<Mutex<Cache>>,
}

#[derive(Debug, Default)]
struct Cache {
    sessions: HashMap<SessionId, Remembered>,
    // A row read before a deletion must not come back into the cache after it.
    deletions: u64,
}

#[derive(Debug, Clone)]
struct Remembered {
    state: Arc<SessionState>,
    lifetime: Lifetime,
    seen: i64,
    seen_written: i64,
}

impl Remembered {
    fn has_ended(&self, now: i64) -> bool {
        now >= self.lifetime.ends || now - self.seen >= self.lifetime.idle
    }
}

impl Sessions {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool, cache: Arc::default() }
    }

    /// What the session says, if it still lives; counts as a request of its owner.
    pub async fn load(&self, id: SessionId) -> Result<Option<Arc<SessionState>>, Error> {
        self.load_at(id, unix_now()).await
    }

    async fn load_at(&self, id: SessionId, now: i64) -> Result<Option<Arc<SessionState>>, Error> {
        let (remembered, deletions) = {
            let cache = self.cache();
            (cache.sessions.get(&id).cloned(), cache.deletions)
        };
        let session = match remembered {
            Some(session) => session,
            None => match self.read(id).await? {
                Some(session) => session,
                None => return Ok(None),
            },
        };
        if session.has_ended(now) {
            self.delete(id).await?;
            return Ok(None);
        }
        let write = now - session.seen_written >= WRITE_SEEN_EVERY;
        let state = Arc::clone(&session.state);
        {
            let mut cache = self.cache();
            if cache.deletions == deletions {
                cache.sessions.entry(id).or_insert(session);
            }
            if let Some(session) = cache.sessions.get_mut(&id) {
                session.seen = now;
                if write {
                    session.seen_written = now;
                }
            }
        }
        if write {
            sqlx::query("UPDATE sessions SET last_seen = ? WHERE id_hash = ?")
                .bind(now)
                .bind(id.0.as_slice())
                .execute(&self.pool)
                .await?;
        }
        Ok(Some(state))
    }

    /// Keeps a session under a new id.
    pub async fn insert(&self, id: SessionId, state: SessionState, lifetime: Lifetime) -> Result<(), Error> {
        self.insert_at(id, state, lifetime, unix_now()).await
    }

    async fn insert_at(&self, id: SessionId, state: SessionState, lifetime: Lifetime, now: i64) -> Result<(), Error> {
        sqlx::query("INSERT INTO sessions (id_hash, state, last_seen, idle, ends) VALUES (?, ?, ?, ?, ?)")
            .bind(id.0.as_slice())
            .bind(serde_json::to_string(&state).map_err(|_| Error::Damaged)?)
            .bind(now)
            .bind(lifetime.idle)
            .bind(lifetime.ends)
            .execute(&self.pool)
            .await?;
        let session = Remembered { state: Arc::new(state), lifetime, seen: now, seen_written: now };
        self.cache().sessions.insert(id, session);
        Ok(())
    }

    /// Changes what a living session says; its lifetime stays. `false` when there is no such session.
    pub async fn update(&self, id: SessionId, state: SessionState) -> Result<bool, Error> {
        let changed = sqlx::query("UPDATE sessions SET state = ? WHERE id_hash = ?")
            .bind(serde_json::to_string(&state).map_err(|_| Error::Damaged)?)
            .bind(id.0.as_slice())
            .execute(&self.pool)
            .await?
            .rows_affected();
        if let Some(session) = self.cache().sessions.get_mut(&id) {
            session.state = Arc::new(state);
        }
        Ok(changed > 0)
    }

    /// Ends a session now (`S-04`).
    pub async fn delete(&self, id: SessionId) -> Result<(), Error> {
        sqlx::query("DELETE FROM sessions WHERE id_hash = ?").bind(id.0.as_slice()).execute(&self.pool).await?;
        let mut cache = self.cache();
        cache.sessions.remove(&id);
        cache.deletions += 1;
        Ok(())
    }

    /// How many sessions are kept.
    pub async fn count(&self) -> Result<i64, Error> {
        Ok(sqlx::query("SELECT count(*) FROM sessions").fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// Drops the ended ones, and forgets those that were quiet for a while.
    pub(super) async fn sweep(&self, now: i64) -> Result<(), Error> {
        self.write_seen().await?;
        self.cache().sessions.retain(|_, session| !session.has_ended(now) && now - session.seen < REMEMBERED);
        sqlx::query("DELETE FROM sessions WHERE ends <= ?1 OR last_seen + idle <= ?1")
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Writes the times of last requests that are only in memory.
    pub(super) async fn write_seen(&self) -> Result<(), Error> {
        let behind: Vec<(SessionId, i64)> = self
            .cache()
            .sessions
            .iter_mut()
            .filter(|(_, session)| session.seen > session.seen_written)
            .map(|(id, session)| {
                session.seen_written = session.seen;
                (*id, session.seen)
            })
            .collect();
        if behind.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        for (id, seen) in behind {
            sqlx::query("UPDATE sessions SET last_seen = ? WHERE id_hash = ?")
                .bind(seen)
                .bind(id.0.as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn read(&self, id: SessionId) -> Result<Option<Remembered>, Error> {
        let Some(row) = sqlx::query("SELECT state, last_seen, idle, ends FROM sessions WHERE id_hash = ?")
            .bind(id.0.as_slice())
            .fetch_optional(&self.pool)
            .await?
        else {
            return Ok(None);
        };
        let state = serde_json::from_str(row.try_get(0)?).map_err(|_| Error::Damaged)?;
        let seen = row.try_get(1)?;
        let lifetime = Lifetime { idle: row.try_get(2)?, ends: row.try_get(3)? };
        Ok(Some(Remembered { state: Arc::new(state), lifetime, seen, seen_written: seen }))
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        // Each critical section is a few map operations that can't panic: nothing half-done is ever seen.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const HALF_AN_HOUR: Lifetime = Lifetime { idle: 1800, ends: 10_000 };

    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        (folder, store)
    }

    fn state(user: &str) -> SessionState {
        HashMap::from([("user".to_owned(), user.to_owned())])
    }

    #[tokio::test]
    async fn a_session_outlives_the_process() {
        let (folder, store) = store().await;
        let id = SessionId::of("x");
        store.sessions().insert_at(id, state("ann"), HALF_AN_HOUR, 0).await.unwrap();
        assert!(store.sessions().load_at(id, 50).await.unwrap().is_some());
        store.close().await;
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        // The request at 50 was in memory only: closing wrote it.
        assert_eq!(store.sessions().load_at(id, 1849).await.unwrap().unwrap()["user"], "ann");
    }

    #[tokio::test]
    async fn an_idle_session_ends_and_a_used_one_lives_until_its_end() {
        let (_folder, store) = store().await;
        let sessions = store.sessions();
        let (idle, used) = (SessionId::of("idle"), SessionId::of("used"));
        sessions.insert_at(idle, state("ann"), HALF_AN_HOUR, 0).await.unwrap();
        sessions.insert_at(used, state("bob"), HALF_AN_HOUR, 0).await.unwrap();
        for now in (0..10_000).step_by(1000) {
            assert!(sessions.load_at(used, now).await.unwrap().is_some(), "at {now}"); // S-05
        }
        assert!(sessions.load_at(idle, 1800).await.unwrap().is_none()); // S-05: idle
        assert!(sessions.load_at(used, 10_000).await.unwrap().is_none()); // S-05: absolute
        assert_eq!(sessions.count().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_sweep_drops_what_ended_and_keeps_the_rest() {
        let (_folder, store) = store().await;
        let sessions = store.sessions();
        for (name, seen) in [("old", 0), ("new", 3000)] {
            sessions.insert_at(SessionId::of(name), state(name), HALF_AN_HOUR, seen).await.unwrap();
        }
        sessions.sweep(4500).await.unwrap();
        assert_eq!(sessions.count().await.unwrap(), 1);
        assert!(sessions.cache().sessions.is_empty(), "quiet sessions leave the memory");
        assert!(sessions.load_at(SessionId::of("new"), 4600).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_deleted_session_is_gone_at_once() {
        let (_folder, store) = store().await;
        let id = SessionId::of("x");
        store.sessions().insert_at(id, state("ann"), HALF_AN_HOUR, 0).await.unwrap();
        store.sessions().delete(id).await.unwrap();
        assert!(store.sessions().load_at(id, 1).await.unwrap().is_none()); // S-04
        assert!(!store.sessions().update(id, state("eve")).await.unwrap());
    }
}
