//! Whose remote pictures a person always wants to see.
//!
//! The database can't tell who they are, nor whose they are: both stand there as keyed hashes, and the address once more
//! sealed, so that the person can be shown the list. Hashes and seal need the secret file.

use sqlx::{Row, SqlitePool};

use super::{Error, SealKey, ServerKey, unix_now};

/// More than this for one person are not kept; the oldest goes.
const MOST: i64 = 1000;

/// The senders; cheap to clone.
#[derive(Debug, Clone)]
pub struct Senders {
    pool: SqlitePool,
}

impl Senders {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Remembers a sender, by mail address, for a person.
    pub async fn add(&self, user: &str, sender: &str, key: &ServerKey) -> Result<(), Error> {
        let (whose, who) = hashes(user, sender, key);
        let sealed = seal(&whose, key)?.seal(sender.as_bytes(), &whose)?;
        sqlx::query("INSERT OR REPLACE INTO senders (user_hash, sender_hash, sealed, added) VALUES (?, ?, ?, ?)")
            .bind(whose.as_slice())
            .bind(who.as_slice())
            .bind(sealed)
            .bind(unix_now())
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM senders WHERE user_hash = ?1 AND sender_hash NOT IN \
             (SELECT sender_hash FROM senders WHERE user_hash = ?1 ORDER BY added DESC, sender_hash LIMIT ?2)",
        )
        .bind(whose.as_slice())
        .bind(MOST)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether a sender is among them.
    pub async fn contains(&self, user: &str, sender: &str, key: &ServerKey) -> Result<bool, Error> {
        let (whose, who) = hashes(user, sender, key);
        let found = sqlx::query("SELECT 1 FROM senders WHERE user_hash = ? AND sender_hash = ?")
            .bind(whose.as_slice())
            .bind(who.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    /// Forgets a sender; one that is not there is forgotten already.
    pub async fn remove(&self, user: &str, sender: &str, key: &ServerKey) -> Result<(), Error> {
        let (whose, who) = hashes(user, sender, key);
        sqlx::query("DELETE FROM senders WHERE user_hash = ? AND sender_hash = ?")
            .bind(whose.as_slice())
            .bind(who.as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// All of a person's, as they were written, in the order of the alphabet. What another secret file sealed is left
    /// out: nobody is shown pictures because of it either.
    pub async fn list(&self, user: &str, key: &ServerKey) -> Result<Vec<String>, Error> {
        let whose = hash_of(user, key);
        let rows = sqlx::query("SELECT sealed FROM senders WHERE user_hash = ?")
            .bind(whose.as_slice())
            .fetch_all(&self.pool)
            .await?;
        let seal = seal(&whose, key)?;
        let mut senders = Vec::with_capacity(rows.len());
        for row in rows {
            let opened = seal.open(row.try_get(0)?, &whose);
            senders.extend(opened.and_then(|text| String::from_utf8(text.to_vec()).ok()));
        }
        senders.sort_unstable();
        Ok(senders)
    }
}

fn hash_of(user: &str, key: &ServerKey) -> [u8; 32] {
    key.sign("whose senders", user.as_bytes())
}

/// Whose, and who; a mail address is the same in any case of its letters (RFC 5321 2.4 in practice).
fn hashes(user: &str, sender: &str, key: &ServerKey) -> ([u8; 32], [u8; 32]) {
    let whose = hash_of(user, key);
    let who = [&whose[..], sender.to_lowercase().as_bytes()].concat();
    (whose, key.sign("sender", &who))
}

fn seal(whose: &[u8; 32], key: &ServerKey) -> Result<SealKey, Error> {
    SealKey::from_bytes(&key.sign("seal of senders", whose)).ok_or(Error::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::sample::store;

    #[tokio::test]
    async fn a_sender_is_remembered_for_one_person_until_forgotten() {
        let (_folder, store, key) = store().await;
        let senders = store.senders();
        for sender in ["news@green.example", "Bo@Example.org", "news@green.example"] {
            senders.add("ann", sender, &key).await.unwrap();
        }
        assert!(senders.contains("ann", "NEWS@green.example", &key).await.unwrap());
        assert!(!senders.contains("ben", "news@green.example", &key).await.unwrap());
        assert_eq!(senders.list("ann", &key).await.unwrap(), ["Bo@Example.org", "news@green.example"]);
        assert_eq!(senders.list("ben", &key).await.unwrap(), [""; 0]);
        senders.remove("ann", "bo@example.org", &key).await.unwrap();
        senders.remove("ann", "nobody@example.org", &key).await.unwrap();
        assert_eq!(senders.list("ann", &key).await.unwrap(), ["news@green.example"]);
    }

    #[tokio::test]
    async fn the_database_alone_tells_nobody_whom_a_person_reads() {
        let (folder, store, key) = store().await;
        store.senders().add("ann@example.org", "news@green.example", &key).await.unwrap();
        store.close().await;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for word in ["ann@", "green", "news"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}"); // S-01
            }
        }
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let other = ServerKey::open_or_make(&folder.path().join("other")).unwrap();
        assert!(!store.senders().contains("ann@example.org", "news@green.example", &other).await.unwrap());
        assert_eq!(store.senders().list("ann@example.org", &other).await.unwrap(), [""; 0]);
        assert!(store.senders().contains("ann@example.org", "news@green.example", &key).await.unwrap());
    }
}
