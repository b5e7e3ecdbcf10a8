//! The outbox: a durable row for each message that is being sent, so that whatever happens to this program it is sent once.
//!
//! What it promises: a stage that something follows from is on the disk when a call returns, and everything before it
//! too ([`Stage::must_last`]); a change is made by one of those who know the row as it is, and by nobody who knows an
//! older one; the database alone tells nobody who writes to whom. What it leaves to others: what a letter says, and what
//! a stage means to a person.

use std::sync::Arc;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use super::outbox_entry::Column;
use super::outbox_open::Open;
use super::{Entry, Error, RowId, ServerKey, Stage, unix_now};

/// What was sent, or called off, is remembered for so long, in seconds: a form that is sent once more is answered with
/// what became of it (`R-31`).
const REMEMBERED: i64 = 14 * 86_400;
/// What could not be sent stays for so long, in seconds, for its writer to see.
const KEPT: i64 = 60 * 86_400;
/// A row that was begun and never got further, as after a crash; in seconds.
const BEGUN: i64 = 86_400;

/// The columns of an entry, of the rows that are wanted.
macro_rules! rows {
    ($which:literal) => {
        concat!(
            "SELECT user_hash, id_hash, version, stage, since, due, tries, letter, password IS NOT NULL FROM outbox ",
            $which
        )
    };
}

/// What [`Outbox::begin`] found.
#[derive(Debug, Clone)]
pub enum Begun {
    /// There was none: this is a new one, at [`Stage::New`], and the caller's.
    New(Entry),
    /// It is known already.
    Known(Entry),
}

/// The rows; cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    pub(super) pool: SqlitePool,
    /// Of connections that wait for the disk.
    lasting: SqlitePool,
    open: Arc<Open>,
}

impl Outbox {
    /// Over connections to one database, all of which wipe what they delete. Those of `lasting` wait for the disk
    /// (`synchronous = FULL`), with whatever was written before.
    pub(super) fn new(pool: SqlitePool, lasting: SqlitePool) -> Self {
        Self { pool, lasting, open: Arc::default() }
    }

    /// The name of a person's row for a message, whether or not there is one.
    pub fn row(&self, user: &str, message_id: &str, key: &ServerKey) -> RowId {
        RowId::new(user, message_id, key)
    }

    /// How many of a person's messages wait, are on their way, or did not go.
    pub async fn open(&self, user: &str, key: &ServerKey) -> Result<u32, Error> {
        let whose = RowId::whose(user, key);
        match self.open.known(&whose) {
            Some(count) => Ok(count),
            None => self.open.count(&whose, &self.pool).await,
        }
    }

    /// As [`Self::open`], from memory: zero if nobody asked yet.
    pub fn open_known(&self, user: &str, key: &ServerKey) -> u32 {
        self.open.known(&RowId::whose(user, key)).unwrap_or_default()
    }

    /// Begins to send a message, unless it is known already: of many who ask at once one is told [`Begun::New`].
    pub async fn begin(&self, user: &str, message_id: &str, letter: &str, key: &ServerKey) -> Result<Begun, Error> {
        let row = RowId::new(user, message_id, key);
        let now = unix_now();
        let inserted = sqlx::query(
            "INSERT INTO outbox (user_hash, id_hash, version, stage, since, due, tries, letter) \
             VALUES (?1, ?2, 1, 'new', ?3, ?3, 0, ?4) ON CONFLICT DO NOTHING",
        )
        .bind(row.whose.as_slice())
        .bind(row.which.as_slice())
        .bind(now)
        .bind(row.seal(letter.as_bytes(), Column::Letter, key)?)
        .execute(&self.pool)
        .await?;
        if inserted.rows_affected() == 0 {
            return self.read(row, key).await?.map(Begun::Known).ok_or(Error::Damaged);
        }
        let letter = letter.to_owned();
        let (stage, has_password) = (Stage::New, false);
        Ok(Begun::New(Entry { row, version: 1, stage, since: now, due: now, tries: 0, letter, has_password }))
    }

    /// The row of a message, if there is one.
    pub async fn find(&self, user: &str, message_id: &str, key: &ServerKey) -> Result<Option<Entry>, Error> {
        self.read(RowId::new(user, message_id, key), key).await
    }

    /// The row as it is now.
    pub async fn read(&self, row: RowId, key: &ServerKey) -> Result<Option<Entry>, Error> {
        let found = sqlx::query(rows!("WHERE user_hash = ? AND id_hash = ?"))
            .bind(row.whose.as_slice())
            .bind(row.which.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        found.map(|found| entry(&found, key)).transpose()
    }

    /// All of a person's, the newest first. What another secret file sealed is left out.
    pub async fn list(&self, user: &str, key: &ServerKey) -> Result<Vec<Entry>, Error> {
        let rows = sqlx::query(rows!("WHERE user_hash = ? ORDER BY since DESC"))
            .bind(RowId::whose(user, key).as_slice())
            .fetch_all(&self.pool)
            .await?;
        Ok(readable(&rows, key))
    }

    /// Everybody's rows that are not at rest, the most urgent first. What another secret file sealed is left out.
    pub async fn unfinished(&self, key: &ServerKey) -> Result<Vec<Entry>, Error> {
        let rows = sqlx::query(rows!("WHERE stage IN ('waiting', 'submitting', 'handed', 'accepted') ORDER BY due"))
            .fetch_all(&self.pool)
            .await?;
        Ok(readable(&rows, key))
    }

    /// Writes what was changed in an entry that was read; the entry as it is now. `None`: somebody else was faster, and
    /// nothing was written. A password is wiped when it comes to rest, the message's octets
    /// when they are filed, or when it begins anew.
    pub async fn write(&self, entry: Entry, key: &ServerKey) -> Result<Option<Entry>, Error> {
        let Entry { row, version, .. } = entry;
        let pool = if entry.stage.must_last() { &self.lasting } else { &self.pool };
        let written = sqlx::query(
            "UPDATE outbox SET version = version + 1, since = CASE WHEN stage = ?4 THEN since ELSE ?5 END, stage = ?4, \
             due = ?6, tries = ?7, letter = ?8, password = CASE WHEN ?9 THEN NULL ELSE password END, \
             message = CASE WHEN ?10 THEN NULL ELSE message END \
             WHERE user_hash = ?1 AND id_hash = ?2 AND version = ?3 RETURNING since",
        )
        .bind(row.whose.as_slice())
        .bind(row.which.as_slice())
        .bind(version)
        .bind(entry.stage.as_str())
        .bind(unix_now())
        .bind(entry.due)
        .bind(entry.tries)
        .bind(row.seal(entry.letter.as_bytes(), Column::Letter, key)?)
        .bind(entry.stage.is_at_rest() || !entry.has_password)
        .bind(matches!(entry.stage, Stage::New | Stage::Filed))
        .fetch_optional(pool)
        .await?;
        let Some(written) = written else { return Ok(None) };
        self.open.changed(&row.whose, &self.pool).await;
        let has_password = entry.has_password && !entry.stage.is_at_rest();
        Ok(Some(Entry { version: version + 1, since: written.try_get(0)?, has_password, ..entry }))
    }

    /// Forgets a row that is as the caller knows it.
    pub async fn remove(&self, entry: &Entry) -> Result<bool, Error> {
        let removed = sqlx::query("DELETE FROM outbox WHERE user_hash = ? AND id_hash = ? AND version = ?")
            .bind(entry.row.whose.as_slice())
            .bind(entry.row.which.as_slice())
            .bind(entry.version)
            .execute(&self.pool)
            .await?;
        self.open.changed(&entry.row.whose, &self.pool).await;
        Ok(removed.rows_affected() > 0)
    }

    /// At start, before anything is sent: what an end of the program left half done. What was being handed over, and of
    /// which no octet had left, waits again; of what was leaving nobody knows (`R-33`, `R-39`).
    pub async fn recover(&self) -> Result<(), Error> {
        for (from, to) in [(Stage::Submitting, Stage::Waiting), (Stage::Handed, Stage::Uncertain)] {
            let changed = "UPDATE outbox SET version = version + 1, stage = ?2, since = ?3, \
                           password = CASE WHEN ?4 THEN NULL ELSE password END WHERE stage = ?1";
            sqlx::query(changed)
                .bind(from.as_str())
                .bind(to.as_str())
                .bind(unix_now())
                .bind(to.is_at_rest())
                .execute(&self.lasting)
                .await?;
        }
        Ok(())
    }

    /// Drops what need not be remembered any longer.
    pub(super) async fn sweep(&self, now: i64) -> Result<(), Error> {
        let ended = "DELETE FROM outbox WHERE (stage IN ('filed', 'cancelled') AND since <= ?1) \
                     OR (stage IN ('failed', 'uncertain', 'accepted') AND since <= ?2) OR (stage = 'new' AND since <= ?3)";
        self.open.forget();
        sqlx::query(ended).bind(now - REMEMBERED).bind(now - KEPT).bind(now - BEGUN).execute(&self.pool).await?;
        Ok(())
    }

    pub(super) async fn close(&self) {
        self.lasting.close().await;
    }
}

fn entry(row: &SqliteRow, key: &ServerKey) -> Result<Entry, Error> {
    let hash =
        |at: usize| -> Result<[u8; 32], Error> { row.try_get::<&[u8], _>(at)?.try_into().map_err(|_| Error::Damaged) };
    let id = RowId { whose: hash(0)?, which: hash(1)? };
    let letter = id.open(row.try_get(7)?, Column::Letter, key)?;
    Ok(Entry {
        row: id,
        version: row.try_get(2)?,
        stage: Stage::parse(row.try_get(3)?)?,
        since: row.try_get(4)?,
        due: row.try_get(5)?,
        tries: row.try_get(6)?,
        letter: String::from_utf8(letter.to_vec()).map_err(|_| Error::Damaged)?,
        has_password: row.try_get(8)?,
    })
}

fn readable(rows: &[SqliteRow], key: &ServerKey) -> Vec<Entry> {
    rows.iter().filter_map(|row| entry(row, key).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Secret;
    use crate::store::Store;
    use crate::store::sample::store;

    async fn begun(outbox: &Outbox, id: &str, key: &ServerKey) -> Entry {
        match outbox.begin("ann", id, "a letter", key).await.unwrap() {
            Begun::New(entry) => entry,
            Begun::Known(entry) => panic!("{entry:?} was there"),
        }
    }

    async fn at(outbox: &Outbox, id: &str, stage: Stage, key: &ServerKey) -> Entry {
        let entry = begun(outbox, id, key).await;
        outbox.write(Entry { stage, ..entry }, key).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn of_many_who_begin_at_once_one_does() {
        let (_folder, store, key) = store().await;
        let outbox = store.outbox();
        let begins = (0..20).map(|_| outbox.begin("ann", "a@x", "a letter", &key));
        let begun = futures_util::future::join_all(begins).await;
        let new = begun.iter().filter(|begun| matches!(begun, Ok(Begun::New(_)))).count();
        let known = begun.iter().filter(|begun| matches!(begun, Ok(Begun::Known(_)))).count();
        assert_eq!((new, known), (1, 19));
        assert!(matches!(outbox.begin("ben", "a@x", "", &key).await.unwrap(), Begun::New(_)), "another person's");
    }

    #[tokio::test]
    async fn what_is_open_is_counted_as_it_is() {
        let (_folder, store, key) = store().await;
        let outbox = store.outbox();
        assert_eq!((outbox.open_known("ann", &key), outbox.open("ann", &key).await.unwrap()), (0, 0));
        let waiting = at(outbox, "a@x", Stage::Waiting, &key).await;
        at(outbox, "b@x", Stage::Failed, &key).await;
        at(outbox, "c@x", Stage::Filed, &key).await;
        begun(outbox, "d@x", &key).await;
        assert_eq!((outbox.open_known("ann", &key), outbox.open_known("ben", &key)), (2, 0));
        outbox.write(Entry { stage: Stage::Filed, ..waiting }, &key).await.unwrap().unwrap();
        assert_eq!(outbox.open("ann", &key).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn of_many_who_claim_a_row_one_gets_it() {
        let (_folder, store, key) = store().await;
        let waiting = at(store.outbox(), "a@x", Stage::Waiting, &key).await;
        let claims = (0..20).map(|_| {
            let claim = Entry { stage: Stage::Submitting, ..waiting.clone() };
            store.outbox().write(claim, &key)
        });
        let claimed = futures_util::future::join_all(claims).await;
        assert_eq!(claimed.iter().filter(|claimed| matches!(claimed, Ok(Some(_)))).count(), 1);
        let now = store.outbox().find("ann", "a@x", &key).await.unwrap().unwrap();
        assert_eq!(now.stage, Stage::Submitting);
        assert!(!store.outbox().remove(&waiting).await.unwrap(), "known from before");
    }

    #[tokio::test]
    async fn what_a_crash_left_half_done_waits_again_or_is_uncertain() {
        let (folder, store, key) = store().await;
        for (id, stage) in [
            ("a@x", Stage::Waiting),
            ("b@x", Stage::Submitting),
            ("c@x", Stage::Handed),
            ("d@x", Stage::Accepted),
            ("e@x", Stage::Filed),
        ] {
            at(store.outbox(), id, stage, &key).await;
        }
        drop(store);
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        store.outbox().recover().await.unwrap();
        let mut stages = Vec::new();
        for id in ["a@x", "b@x", "c@x", "d@x", "e@x"] {
            stages.push(store.outbox().find("ann", id, &key).await.unwrap().unwrap().stage);
        }
        let expected = [Stage::Waiting, Stage::Waiting, Stage::Uncertain, Stage::Accepted, Stage::Filed];
        assert_eq!(stages, expected);
        assert_eq!(store.outbox().unfinished(&key).await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn a_password_is_wiped_when_the_row_comes_to_rest_and_octets_when_it_is_filed() {
        let (_folder, store, key) = store().await;
        let outbox = store.outbox();
        for (stage, keeps_message) in [(Stage::Filed, false), (Stage::Failed, true), (Stage::Cancelled, true)] {
            let id = stage.as_str();
            let mut entry = begun(outbox, id, &key).await;
            outbox.keep_password(&mut entry, &Secret::new("hunter2"), &key).await.unwrap();
            outbox.keep_message(&entry, b"octets", &key).await.unwrap();
            let waiting = outbox.write(Entry { stage: Stage::Waiting, ..entry }, &key).await.unwrap().unwrap();
            assert!(outbox.password(&waiting, &key).await.unwrap().unwrap().matches(&Secret::new("hunter2")));
            let ended = outbox.write(Entry { stage, ..waiting }, &key).await.unwrap().unwrap();
            assert!(!ended.has_password && outbox.password(&ended, &key).await.unwrap().is_none()); // S-01
            assert_eq!(outbox.message(&ended, &key).await.unwrap().is_some(), keeps_message, "{stage:?}");
        }
    }

    #[tokio::test]
    async fn the_database_alone_tells_nobody_who_writes_to_whom() {
        let (folder, store, key) = store().await;
        let begun = store.outbox().begin("ann@example.org", "secret-id@x", "to bo@example.org", &key).await.unwrap();
        let Begun::New(mut entry) = begun else { panic!("{begun:?}") };
        store.outbox().keep_message(&entry, b"dear bo, we meet at noon", &key).await.unwrap();
        store.outbox().keep_password(&mut entry, &Secret::new("hunter2"), &key).await.unwrap();
        store.close().await;
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for word in ["ann@", "secret-id", "bo@", "noon", "hunter2"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}"); // S-01
            }
        }
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let other = ServerKey::open_or_make(&folder.path().join("other")).unwrap();
        assert!(store.outbox().list("ann@example.org", &other).await.unwrap().is_empty());
        assert_eq!(store.outbox().list("ann@example.org", &key).await.unwrap()[0].letter, "to bo@example.org");
    }

    #[tokio::test]
    async fn what_ended_is_remembered_for_a_while_and_what_waits_for_ever() {
        let (_folder, store, key) = store().await;
        let outbox = store.outbox();
        for (id, stage) in [("a@x", Stage::Filed), ("b@x", Stage::Uncertain), ("c@x", Stage::Waiting)] {
            at(outbox, id, stage, &key).await;
        }
        begun(outbox, "d@x", &key).await;
        let left = async |days: i64| {
            outbox.sweep(unix_now() + days * 86_400).await.unwrap();
            outbox.list("ann", &key).await.unwrap().len()
        };
        assert_eq!((left(0).await, left(13).await, left(15).await, left(61).await), (4, 3, 2, 1));
    }
}
