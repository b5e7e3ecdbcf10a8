//! Which messages of other accounts a person has fetched already, so that the next time only what is new comes.
//!
//! The database can't tell whose they are, from where, nor what they are called there: all of it is one keyed hash each, which
//! needs the secret file.

use std::collections::HashSet;

use sqlx::{Row, SqlitePool};

use super::{Error, ServerKey, unix_now};

/// Octets of a name's hash that are kept: two messages of one person have the same once in 2^64 of them.
const KEPT: usize = 16;

/// The names; cheap to clone.
#[derive(Debug, Clone)]
pub struct Fetched {
    pool: SqlitePool,
    /// Of connections that wait for the disk.
    lasting: SqlitePool,
}

/// One account elsewhere, of one person.
#[derive(Debug)]
pub struct FetchedFrom {
    names: Fetched,
    key: ServerKey,
    whose: [u8; 32],
}

impl Fetched {
    pub(super) fn new(pool: SqlitePool, lasting: SqlitePool) -> Self {
        Self { pool, lasting }
    }

    /// What `user` has fetched from `source`: a text that is the same for the same account each time.
    pub fn from(&self, user: &str, source: &str, key: &ServerKey) -> FetchedFrom {
        let purpose = format!("whose fetched mail, and from where {}", source.len());
        FetchedFrom {
            names: self.clone(),
            key: key.derived("names of fetched mail"),
            whose: key.sign(&purpose, format!("{source}{user}").as_bytes()),
        }
    }
}

impl FetchedFrom {
    /// Those of the names that were fetched already.
    pub async fn known(&self, names: Vec<String>) -> Result<HashSet<String>, Error> {
        let rows = sqlx::query("SELECT name_hash FROM fetched WHERE user_hash = ?")
            .bind(self.whose.as_slice())
            .fetch_all(&self.names.pool)
            .await?;
        let known: HashSet<Vec<u8>> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(names.into_iter().filter(|name| known.contains(&self.hash(name))).collect())
    }

    /// Whether this one was fetched already.
    pub async fn knows(&self, name: &str) -> Result<bool, Error> {
        let found = sqlx::query("SELECT 1 FROM fetched WHERE user_hash = ? AND name_hash = ?")
            .bind(self.whose.as_slice())
            .bind(self.hash(name))
            .fetch_optional(&self.names.pool)
            .await?;
        Ok(found.is_some())
    }

    /// What a message is called that has no name there: by what it is.
    pub fn name_of(&self, octets: &[u8]) -> String {
        let hash = self.key.sign("a message", octets);
        hash.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// This one was fetched. It is on the disk when this returns.
    pub async fn add(&self, name: &str) -> Result<(), Error> {
        sqlx::query("INSERT OR IGNORE INTO fetched (user_hash, name_hash, fetched) VALUES (?, ?, ?)")
            .bind(self.whose.as_slice())
            .bind(self.hash(name))
            .bind(unix_now())
            .execute(&self.names.lasting)
            .await?;
        Ok(())
    }

    fn hash(&self, name: &str) -> Vec<u8> {
        let hash = self.key.sign("a name", &[self.whose.as_slice(), name.as_bytes()].concat());
        hash.into_iter().take(KEPT).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{ServerKey, Store};

    #[tokio::test]
    async fn what_was_fetched_is_known_again_and_nobody_reads_it_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let key = Arc::new(ServerKey::open_or_make(&folder.path().join("secret")).unwrap());
        let store = Store::open(&format!("sqlite:{}", database.display())).await.unwrap();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let from = |user: &str, source: &str| store.fetched().from(user, source, &key);
        from("ann@x.example", "pop.y.example").add("canary-name-1").await.unwrap();
        from("ann@x.example", "pop.y.example").add("canary-name-1").await.unwrap();
        let known =
            from("ann@x.example", "pop.y.example").known(names(&["canary-name-1", "canary-name-2"])).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), ["canary-name-1"]);
        for (user, source) in
            [("bo@x.example", "pop.y.example"), ("ann@x.example", "pop.z.example"), ("mpleann@x.example", "pop.y.exa")]
        {
            assert!(from(user, source).known(names(&["canary-name-1"])).await.unwrap().is_empty(), "{user} {source}");
        }
        store.close().await;
        for file in [database.clone(), database.with_extension("db-wal")] {
            let octets = std::fs::read(file).unwrap_or_default();
            for word in ["canary", "ann@x", "pop.y"] {
                assert!(!octets.windows(word.len()).any(|piece| piece == word.as_bytes()), "{word}");
            }
        }
    }
}
