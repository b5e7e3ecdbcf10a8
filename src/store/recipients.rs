//! Whom a person wrote to, the most used first.
//!
//! The database can't tell who they are, nor whose they are: both stand there as keyed hashes, and name and address once
//! more sealed. Hashes and seal need the secret file. Each use weighs one, and half as much every two months; what all
//! of them weigh is kept as one moment, at which they would weigh one: the later, the higher, today as in a year.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

use super::{Error, SealKey, ServerKey};

/// More than this for one person are not kept; those of the lowest rank go.
const MOST: u32 = 2000;
/// After how many seconds a use weighs half.
const HALF_LIFE: f64 = 60.0 * 24.0 * 60.0 * 60.0;

/// Somebody who was written to.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipient {
    /// The name that went with the address when one last did; may be empty.
    pub name: String,
    /// The mail address.
    pub address: String,
    /// How often and how lately; the highest are the most used.
    pub rank: f64,
}

/// The recipients; cheap to clone.
#[derive(Debug, Clone)]
pub struct Recipients {
    pool: SqlitePool,
}

impl Recipients {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Remembers that a person wrote to these: each a name, perhaps empty, a mail address, and when, in Unix seconds.
    pub async fn note(&self, user: &str, people: &[(&str, &str, i64)], key: &ServerKey) -> Result<(), Error> {
        let whose = hash_of(user, key);
        let seal = seal(&whose, key)?;
        // reading and writing are one step: of two letters sent at once each counts
        let mut step = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for (name, address, at) in people {
            let who = hash_of_address(&whose, address, key);
            let row = sqlx::query("SELECT sealed, rank FROM recipients WHERE user_hash = ? AND recipient_hash = ?")
                .bind(whose.as_slice())
                .bind(who.as_slice())
                .fetch_optional(&mut *step)
                .await?;
            let known = row.map(|row| opened(&row, &seal, &whose)).transpose()?.flatten();
            let rank = rank_after(known.as_ref().map(|known| known.rank), *at);
            let name = match known {
                Some(known) if name.is_empty() => known.name,
                _ => (*name).to_owned(),
            };
            let recipient = Recipient { name, address: (*address).to_owned(), rank };
            insert(&mut step, &whose, &who, &recipient, &seal).await?;
        }
        drop_least(&mut step, &whose).await?;
        step.commit().await?;
        Ok(())
    }

    /// All of a person's, the most used first. What another secret file sealed is left out.
    pub async fn list(&self, user: &str, key: &ServerKey) -> Result<Vec<Recipient>, Error> {
        let whose = hash_of(user, key);
        let rows =
            sqlx::query("SELECT sealed, rank FROM recipients WHERE user_hash = ? ORDER BY rank DESC, recipient_hash")
                .bind(whose.as_slice())
                .fetch_all(&self.pool)
                .await?;
        let seal = seal(&whose, key)?;
        let mut recipients = Vec::with_capacity(rows.len());
        for row in &rows {
            recipients.extend(opened(row, &seal, &whose)?);
        }
        Ok(recipients)
    }

    /// Forgets one and tells what was known, for [`Self::restore`]; `None` if it was forgotten already.
    pub async fn forget(&self, user: &str, address: &str, key: &ServerKey) -> Result<Option<Recipient>, Error> {
        let whose = hash_of(user, key);
        let row =
            sqlx::query("DELETE FROM recipients WHERE user_hash = ? AND recipient_hash = ? RETURNING sealed, rank")
                .bind(whose.as_slice())
                .bind(hash_of_address(&whose, address, key).as_slice())
                .fetch_optional(&self.pool)
                .await?;
        let seal = seal(&whose, key)?;
        Ok(row.map(|row| opened(&row, &seal, &whose)).transpose()?.flatten())
    }

    /// Knows one again, with the rank it had.
    pub async fn restore(&self, user: &str, recipient: &Recipient, key: &ServerKey) -> Result<(), Error> {
        let whose = hash_of(user, key);
        let who = hash_of_address(&whose, &recipient.address, key);
        let seal = seal(&whose, key)?;
        let mut step = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        insert(&mut step, &whose, &who, recipient, &seal).await?;
        drop_least(&mut step, &whose).await?;
        step.commit().await?;
        Ok(())
    }

    /// Forgets all of a person's; how many there were.
    pub async fn forget_all(&self, user: &str, key: &ServerKey) -> Result<u64, Error> {
        let forgotten = sqlx::query("DELETE FROM recipients WHERE user_hash = ?")
            .bind(hash_of(user, key).as_slice())
            .execute(&self.pool)
            .await?;
        Ok(forgotten.rows_affected())
    }
}

/// The rank after a use at `at`: r + H·log2(1 + 2^((at − r) / H)), from the one it was or from none, put in a way that
/// does not overflow.
fn rank_after(rank: Option<f64>, at: i64) -> f64 {
    // until 2106; what is said to be older than 1970 is of 1970
    let at = f64::from(u32::try_from(at.max(0)).unwrap_or(u32::MAX));
    let Some(rank) = rank else { return at };
    let (later, earlier) = if rank > at { (rank, at) } else { (at, rank) };
    later + HALF_LIFE * ((earlier - later) / HALF_LIFE).exp2().ln_1p() / std::f64::consts::LN_2
}

async fn insert(
    step: &mut sqlx::SqliteConnection,
    whose: &[u8; 32],
    who: &[u8; 32],
    recipient: &Recipient,
    seal: &SealKey,
) -> Result<(), Error> {
    let text = serde_json::to_vec(&(&recipient.name, &recipient.address)).map_err(|_| Error::Damaged)?;
    sqlx::query("INSERT OR REPLACE INTO recipients (user_hash, recipient_hash, sealed, rank) VALUES (?, ?, ?, ?)")
        .bind(whose.as_slice())
        .bind(who.as_slice())
        .bind(seal.seal(&text, whose)?)
        .bind(recipient.rank)
        .execute(step)
        .await?;
    Ok(())
}

/// Of too many the least used go.
async fn drop_least(step: &mut sqlx::SqliteConnection, whose: &[u8; 32]) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM recipients WHERE user_hash = ?1 AND recipient_hash NOT IN \
         (SELECT recipient_hash FROM recipients WHERE user_hash = ?1 ORDER BY rank DESC, recipient_hash LIMIT ?2)",
    )
    .bind(whose.as_slice())
    .bind(MOST)
    .execute(step)
    .await?;
    Ok(())
}

/// What a row says; `None` if another secret file sealed it.
fn opened(row: &SqliteRow, seal: &SealKey, whose: &[u8; 32]) -> Result<Option<Recipient>, Error> {
    let rank = row.try_get(1)?;
    let text = seal.open(row.try_get(0)?, whose);
    let said = text.and_then(|text| serde_json::from_slice::<(String, String)>(&text).ok());
    Ok(said.map(|(name, address)| Recipient { name, address, rank }))
}

fn hash_of(user: &str, key: &ServerKey) -> [u8; 32] {
    key.sign("whose recipients", user.as_bytes())
}

/// A mail address is the same in any case of its letters (RFC 5321 2.4 in practice).
fn hash_of_address(whose: &[u8; 32], address: &str, key: &ServerKey) -> [u8; 32] {
    key.sign("recipient", &[&whose[..], address.to_lowercase().as_bytes()].concat())
}

fn seal(whose: &[u8; 32], key: &ServerKey) -> Result<SealKey, Error> {
    SealKey::from_bytes(&key.sign("seal of recipients", whose)).ok_or(Error::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::sample::store;

    const DAY: i64 = 24 * 60 * 60;
    const NOW: i64 = 1_790_000_000;

    async fn addresses(store: &Store, user: &str, key: &ServerKey) -> Vec<String> {
        let list = store.recipients().list(user, key).await.unwrap();
        list.into_iter().map(|recipient| recipient.address).collect()
    }

    #[tokio::test]
    async fn whoever_is_written_to_often_and_lately_stands_first() {
        let (_folder, store, key) = store().await;
        let recipients = store.recipients();
        for day in 0..5 {
            recipients.note("ann", &[("Often", "often@x.example", NOW + day * DAY)], &key).await.unwrap();
        }
        recipients.note("ann", &[("", "once@x.example", NOW), ("Old", "old@x.example", NOW)], &key).await.unwrap();
        recipients.note("ann", &[("", "late@x.example", NOW + 10 * DAY)], &key).await.unwrap();
        assert_eq!(addresses(&store, "ann", &key).await[..2], ["often@x.example", "late@x.example"]);
        // five uses weigh less than one when three half-lives lie between
        recipients.note("ann", &[("", "late@x.example", NOW + 190 * DAY)], &key).await.unwrap();
        assert_eq!(addresses(&store, "ann", &key).await[0], "late@x.example");
        assert_eq!(addresses(&store, "ben", &key).await, [""; 0]);
    }

    #[test]
    fn two_uses_at_once_weigh_as_much_as_one_a_half_life_later() {
        let moment = f64::from(1_790_000_000_u32);
        assert!((rank_after(Some(rank_after(None, NOW)), NOW) - moment - HALF_LIFE).abs() < 1.0);
        assert!((rank_after(Some(0.0), NOW) - moment).abs() < 1.0, "what is very old weighs nothing");
        assert!(rank_after(Some(f64::MAX), NOW).is_finite() && rank_after(Some(-1e300), NOW).is_finite());
    }

    #[tokio::test]
    async fn the_last_name_that_was_said_is_kept_and_one_address_stands_once() {
        let (_folder, store, key) = store().await;
        let recipients = store.recipients();
        for (name, address) in [("Bo", "bo@x.example"), ("Bo Berg", "Bo@X.example"), ("", "bo@x.example")] {
            recipients.note("ann", &[(name, address, NOW)], &key).await.unwrap();
        }
        let list = recipients.list("ann", &key).await.unwrap();
        assert_eq!((list.len(), list[0].name.as_str(), list[0].address.as_str()), (1, "Bo Berg", "bo@x.example"));
    }

    #[tokio::test]
    async fn one_is_forgotten_and_known_again_with_its_rank_and_all_are_forgotten() {
        let (_folder, store, key) = store().await;
        let recipients = store.recipients();
        recipients.note("ann", &[("Bo", "bo@x.example", NOW), ("Cy", "cy@x.example", NOW)], &key).await.unwrap();
        recipients.note("ann", &[("Bo", "bo@x.example", NOW)], &key).await.unwrap();
        recipients.note("ben", &[("Bo", "bo@x.example", NOW)], &key).await.unwrap();
        let bo = recipients.forget("ann", "BO@x.example", &key).await.unwrap().unwrap();
        assert_eq!(recipients.forget("ann", "bo@x.example", &key).await.unwrap(), None);
        assert_eq!(addresses(&store, "ann", &key).await, ["cy@x.example"]);
        recipients.restore("ann", &bo, &key).await.unwrap();
        assert_eq!(recipients.list("ann", &key).await.unwrap()[0], bo);
        assert_eq!(recipients.forget_all("ann", &key).await.unwrap(), 2);
        assert_eq!(addresses(&store, "ann", &key).await, [""; 0]);
        assert_eq!(addresses(&store, "ben", &key).await, ["bo@x.example"]);
    }

    #[tokio::test]
    async fn of_too_many_the_least_used_go() {
        let (_folder, store, key) = store().await;
        let recipients = store.recipients();
        let all: Vec<String> = (0..MOST).map(|number| format!("{number}@x.example")).collect();
        let at = |at| all.iter().map(|address| ("", address.as_str(), at)).collect::<Vec<_>>();
        recipients.note("ann", &at(NOW), &key).await.unwrap();
        recipients.note("ann", &at(NOW + DAY)[1..], &key).await.unwrap();
        recipients.note("ann", &[("", "new@x.example", NOW + DAY)], &key).await.unwrap();
        let kept = addresses(&store, "ann", &key).await;
        assert_eq!(kept.len(), all.len());
        assert!(kept.iter().any(|address| address == "new@x.example"));
        assert!(!kept.iter().any(|address| address == "0@x.example"), "the one that was used once, and before");
    }

    #[tokio::test]
    async fn the_database_alone_tells_nobody_whom_a_person_writes_to() {
        let (folder, store, key) = store().await;
        store.recipients().note("ann@example.org", &[("Tove Berg", "tove@kontor.example", NOW)], &key).await.unwrap();
        store.close().await;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for word in ["ann@", "Tove", "tove", "kontor"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}"); // S-01
            }
        }
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let other = ServerKey::open_or_make(&folder.path().join("other")).unwrap();
        assert_eq!(addresses(&store, "ann@example.org", &other).await, [""; 0]);
        assert_eq!(addresses(&store, "ann@example.org", &key).await, ["tove@kontor.example"]);
    }
}
