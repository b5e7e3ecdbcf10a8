//! What a person set up: as whom, with which ready-made texts and in which manner they write, and what is thrown away by itself. And
//! what they wrote that found no room elsewhere.
//!
//! What the texts say is for the floors above. The database can't tell whose they are, nor read them: the owner stands
//! there as a keyed hash, another one for each kind, and the text is sealed. Hash and seal need the secret file. What is
//! removed can be brought back for an hour.

use sqlx::{Row, SqlitePool};

use super::{Error, SealKey, ServerKey, random, unix_now};

/// How long what was removed can be brought back, in seconds.
const REPENTANCE: i64 = 60 * 60;
/// How long a text is kept that nobody comes back to, in seconds: as long as what waits in the outbox.
const UNSAVED: i64 = 60 * 24 * 60 * 60;

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// A name and address to write from.
    Identity,
    /// A text to begin a message with.
    Canned,
    /// What is thrown away by itself, a folder each.
    Rule,
    /// How this person likes to write; there is one, number 0.
    Writing,
    /// A text that found no room among the drafts.
    Unsaved,
}

impl Belonging {
    /// More than this for one person are not taken.
    pub fn most(self) -> u32 {
        match self {
            Self::Identity => 50,
            Self::Canned => 200,
            Self::Rule => 100,
            Self::Writing => 1,
            Self::Unsaved => 20,
        }
    }

    /// How long one is kept after it was last put, in seconds; `None`: until it is removed.
    fn lasts(self) -> Option<i64> {
        (self == Self::Unsaved).then_some(UNSAVED)
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::Identity => "whose identities",
            Self::Canned => "whose canned texts",
            Self::Rule => "whose rules",
            Self::Writing => "whose way of writing",
            Self::Unsaved => "whose unsaved texts",
        }
    }
}

/// The belongings; cheap to clone.
#[derive(Debug, Clone)]
pub struct Belongings {
    pool: SqlitePool,
}

impl Belongings {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// All of a kind with their numbers, in the order they were added. What another secret file sealed is left out.
    pub async fn list(&self, user: &str, kind: Belonging, key: &ServerKey) -> Result<Vec<(u32, String)>, Error> {
        let owner = owner(user, kind, key);
        let rows = sqlx::query(
            "SELECT number, sealed FROM belongings WHERE owner_hash = ? AND removed IS NULL ORDER BY added, number",
        )
        .bind(owner.as_slice())
        .fetch_all(&self.pool)
        .await?;
        let seal = seal(&owner, key)?;
        let mut texts = Vec::with_capacity(rows.len());
        for row in rows {
            let number: u32 = row.try_get(0)?;
            let opened = seal.open(row.try_get(1)?, &context(&owner, number));
            texts.extend(opened.and_then(|text| Some((number, String::from_utf8(text.to_vec()).ok()?))));
        }
        Ok(texts)
    }

    /// Keeps one more and tells its number, which is never 0; `None` if there are as many as one may have.
    pub async fn add(&self, user: &str, kind: Belonging, text: &str, key: &ServerKey) -> Result<Option<u32>, Error> {
        let owner = owner(user, kind, key);
        let number = u32::from_ne_bytes(random()?).max(1);
        let sealed = seal(&owner, key)?.seal(text.as_bytes(), &context(&owner, number))?;
        let added = sqlx::query(
            "INSERT INTO belongings (owner_hash, number, sealed, added) SELECT ?1, ?2, ?3, ?4 \
             WHERE (SELECT count(*) FROM belongings WHERE owner_hash = ?1 AND removed IS NULL) < ?5",
        )
        .bind(owner.as_slice())
        .bind(number)
        .bind(sealed)
        .bind(unix_now())
        .bind(kind.most())
        .execute(&self.pool)
        .await?;
        Ok((added.rows_affected() > 0).then_some(number))
    }

    /// Keeps `text` under a number that was given before, or under 0. One that was removed meanwhile is there again:
    /// what was typed is not lost.
    pub async fn put(
        &self,
        user: &str,
        kind: Belonging,
        number: u32,
        text: &str,
        key: &ServerKey,
    ) -> Result<(), Error> {
        let owner = owner(user, kind, key);
        let sealed = seal(&owner, key)?.seal(text.as_bytes(), &context(&owner, number))?;
        sqlx::query(
            "INSERT INTO belongings (owner_hash, number, sealed, added, expires) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (owner_hash, number) \
             DO UPDATE SET sealed = excluded.sealed, expires = excluded.expires, removed = NULL",
        )
        .bind(owner.as_slice())
        .bind(number)
        .bind(sealed)
        .bind(unix_now())
        .bind(kind.lasts().map(|lasts| unix_now() + lasts))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes one away; whether it was there.
    pub async fn remove(&self, user: &str, kind: Belonging, number: u32, key: &ServerKey) -> Result<bool, Error> {
        let removed =
            sqlx::query("UPDATE belongings SET removed = ? WHERE owner_hash = ? AND number = ? AND removed IS NULL")
                .bind(unix_now())
                .bind(owner(user, kind, key).as_slice())
                .bind(number)
                .execute(&self.pool)
                .await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Brings back what was removed within the last hour; whether it was still there to be brought back.
    pub async fn restore(&self, user: &str, kind: Belonging, number: u32, key: &ServerKey) -> Result<bool, Error> {
        let restored = sqlx::query(
            "UPDATE belongings SET removed = NULL WHERE owner_hash = ? AND number = ? AND removed IS NOT NULL",
        )
        .bind(owner(user, kind, key).as_slice())
        .bind(number)
        .execute(&self.pool)
        .await?;
        Ok(restored.rows_affected() > 0)
    }

    pub(super) async fn sweep(&self, now: i64) -> Result<(), Error> {
        sqlx::query("DELETE FROM belongings WHERE removed <= ? OR expires <= ?")
            .bind(now - REPENTANCE)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn owner(user: &str, kind: Belonging, key: &ServerKey) -> [u8; 32] {
    key.sign(kind.purpose(), user.as_bytes())
}

fn seal(owner: &[u8; 32], key: &ServerKey) -> Result<SealKey, Error> {
    SealKey::from_bytes(&key.sign("seal of belongings", owner)).ok_or(Error::Damaged)
}

/// A sealed text opens in its own row and in no other.
fn context(owner: &[u8; 32], number: u32) -> Vec<u8> {
    [&owner[..], &number.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::sample::store;

    #[tokio::test]
    async fn what_was_added_is_there_for_its_owner_in_its_order_until_removed() {
        let (_folder, store, key) = store().await;
        let belongings = store.belongings();
        let kind = Belonging::Canned;
        let first = belongings.add("ann", kind, "first", &key).await.unwrap().unwrap();
        belongings.put("ann", kind, 0, "nought", &key).await.unwrap();
        belongings.put("ann", kind, first, "first, again", &key).await.unwrap();
        let list = async |user: &str, kind| belongings.list(user, kind, &key).await.unwrap();
        let mut texts = list("ann", kind).await;
        texts.sort_unstable();
        assert_eq!(texts, [(0, "nought".to_owned()), (first, "first, again".to_owned())]);
        assert_eq!(list("ben", kind).await, []);
        assert_eq!(list("ann", Belonging::Identity).await, []);
        assert!(!belongings.remove("ben", kind, first, &key).await.unwrap(), "it is not his");
        assert!(belongings.remove("ann", kind, first, &key).await.unwrap());
        assert!(!belongings.remove("ann", kind, first, &key).await.unwrap(), "it is gone already");
        assert_eq!(list("ann", kind).await, [(0, "nought".to_owned())]);
    }

    #[tokio::test]
    async fn a_text_that_found_no_room_is_kept_for_two_months_and_settings_for_good() {
        let (_folder, store, key) = store().await;
        let belongings = store.belongings();
        for kind in [Belonging::Unsaved, Belonging::Canned] {
            belongings.put("ann", kind, 7, "text", &key).await.unwrap();
        }
        let there = async |kind| belongings.list("ann", kind, &key).await.unwrap().len();
        belongings.sweep(unix_now() + UNSAVED - 10).await.unwrap();
        assert_eq!((there(Belonging::Unsaved).await, there(Belonging::Canned).await), (1, 1));
        belongings.sweep(unix_now() + UNSAVED + 10).await.unwrap();
        assert_eq!((there(Belonging::Unsaved).await, there(Belonging::Canned).await), (0, 1));
    }

    #[tokio::test]
    async fn what_was_removed_can_be_brought_back_for_an_hour() {
        let (_folder, store, key) = store().await;
        let belongings = store.belongings();
        let kind = Belonging::Identity;
        let number = belongings.add("ann", kind, "office", &key).await.unwrap().unwrap();
        belongings.remove("ann", kind, number, &key).await.unwrap();
        belongings.sweep(unix_now() + REPENTANCE - 10).await.unwrap();
        assert!(!belongings.restore("ben", kind, number, &key).await.unwrap());
        assert!(belongings.restore("ann", kind, number, &key).await.unwrap());
        assert_eq!(belongings.list("ann", kind, &key).await.unwrap(), [(number, "office".to_owned())]);
        belongings.remove("ann", kind, number, &key).await.unwrap();
        belongings.sweep(unix_now() + REPENTANCE).await.unwrap();
        assert!(!belongings.restore("ann", kind, number, &key).await.unwrap());
        // what somebody was still typing is kept
        belongings.put("ann", kind, number, "office, typed on", &key).await.unwrap();
        assert_eq!(belongings.list("ann", kind, &key).await.unwrap(), [(number, "office, typed on".to_owned())]);
    }

    #[tokio::test]
    async fn there_is_an_end_to_how_many_one_may_have() {
        let (_folder, store, key) = store().await;
        for _ in 0..Belonging::Identity.most() {
            assert!(store.belongings().add("ann", Belonging::Identity, "x", &key).await.unwrap().is_some());
        }
        assert_eq!(store.belongings().add("ann", Belonging::Identity, "x", &key).await.unwrap(), None);
        assert!(store.belongings().add("ben", Belonging::Identity, "x", &key).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn the_database_alone_tells_nobody_as_whom_or_what_a_person_writes() {
        let (folder, store, key) = store().await;
        let address = format!("sqlite:{}", folder.path().join("test.db").display());
        for kind in [Belonging::Identity, Belonging::Canned, Belonging::Writing, Belonging::Rule, Belonging::Unsaved] {
            store.belongings().put("ann@example.org", kind, 0, "Ann, Harbour Office", &key).await.unwrap();
        }
        store.close().await;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for word in ["ann@", "Harbour"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}"); // S-01
            }
        }
        let store = Store::open(&address).await.unwrap();
        let other = ServerKey::open_or_make(&folder.path().join("other")).unwrap();
        let list = async |key| store.belongings().list("ann@example.org", Belonging::Identity, key).await.unwrap();
        assert_eq!(list(&other).await, []);
        assert_eq!(list(&key).await, [(0, "Ann, Harbour Office".to_owned())]);
        // S-07: a row put in the place of another does not open
        sqlx::query("UPDATE belongings SET number = 7").execute(&store.belongings().pool).await.unwrap();
        assert_eq!(list(&key).await, []);
    }
}
