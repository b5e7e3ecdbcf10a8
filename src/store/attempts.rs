//! Failed sign-ins of the last quarter of an hour, and who must wait because of them (`L-02`, `L-03`).
//!
//! Nobody is locked out: a wait grows with each failure and ends, and failures from elsewhere never make an address
//! wait that did not fail itself on this account.

use std::net::IpAddr;
use std::sync::Arc;

use sqlx::{Row, SqlitePool};
use tokio::sync::Mutex;

use super::{Error, unix_now};

/// Failures count for this long, in seconds; also the longest wait.
const WINDOW: i64 = 15 * 60;
/// The wait after the failure that reached a limit, in seconds; doubled by each further one.
const FIRST_WAIT: i64 = 30;

/// How many failures within the window make one wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one account from one address.
    pub per_account_and_address: u32,
    /// Of one address, whatever the account.
    pub per_address: u32,
    /// Of one account, whatever the address; makes only those wait who failed on it themselves.
    pub per_account: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_account_and_address: 5, per_address: 20, per_account: 50 }
    }
}

/// Whether one may try now.
#[derive(Debug)]
pub enum Verdict {
    /// Yes; the attempt counts as failed until it is said to be otherwise.
    Try(Attempt),
    /// Not before this many seconds.
    Wait {
        /// From 1 to 900.
        seconds: u32,
    },
}

/// A sign-in that is being tried: counted as failed unless [`Attempts::succeeded`] or [`Attempts::undecided`].
#[derive(Debug)]
pub struct Attempt {
    id: i64,
    account: [u8; 32],
    address: String,
}

/// The failed sign-ins; cheap to clone.
#[derive(Debug, Clone)]
pub struct Attempts {
    pool: SqlitePool,
    // Counting and noting are one step: many tries at once don't slip through together.
    one_at_a_time: Arc<Mutex<()>>,
}

impl Attempts {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool, one_at_a_time: Arc::default() }
    }

    /// Asks to try `account` (a keyed hash of the user name) from `address`.
    pub async fn begin(&self, account: [u8; 32], address: IpAddr, limits: Limits) -> Result<Verdict, Error> {
        self.begin_at(account, address, limits, unix_now()).await
    }

    async fn begin_at(&self, account: [u8; 32], address: IpAddr, limits: Limits, now: i64) -> Result<Verdict, Error> {
        let address = network(address);
        let _guard = self.one_at_a_time.lock().await;
        let row = sqlx::query(
            "SELECT count(*) FILTER (WHERE account = ?1 AND address = ?2), \
                    max(at)  FILTER (WHERE account = ?1 AND address = ?2), \
                    count(*) FILTER (WHERE address = ?2), \
                    max(at)  FILTER (WHERE address = ?2), \
                    count(*) FILTER (WHERE account = ?1) \
             FROM attempts WHERE at > ?3 AND (account = ?1 OR address = ?2)",
        )
        .bind(account.as_slice())
        .bind(&address)
        .bind(now - WINDOW)
        .fetch_one(&self.pool)
        .await?;
        let (both, last_both): (u32, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let (of_address, last_of_address): (u32, Option<i64>) = (row.try_get(2)?, row.try_get(3)?);
        let of_account: u32 = row.try_get(4)?;
        let waits = [
            wait(both, limits.per_account_and_address, last_both, now),
            wait(of_address, limits.per_address, last_of_address, now),
            // `last_both` is none for an address that never failed here: its first try is always free.
            wait(of_account, limits.per_account, last_both, now),
        ];
        if let Some(seconds) = waits.into_iter().flatten().max() {
            return Ok(Verdict::Wait { seconds });
        }
        let id = sqlx::query("INSERT INTO attempts (account, address, at) VALUES (?, ?, ?)")
            .bind(account.as_slice())
            .bind(&address)
            .bind(now)
            .execute(&self.pool)
            .await?
            .last_insert_rowid();
        Ok(Verdict::Try(Attempt { id, account, address }))
    }

    /// The password was right: what this address did wrong on this account before is forgotten.
    pub async fn succeeded(&self, attempt: Attempt) -> Result<(), Error> {
        sqlx::query("DELETE FROM attempts WHERE account = ? AND address = ?")
            .bind(attempt.account.as_slice())
            .bind(attempt.address)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Nobody could say whether the password was right: the attempt does not count.
    pub async fn undecided(&self, attempt: Attempt) -> Result<(), Error> {
        sqlx::query("DELETE FROM attempts WHERE id = ?").bind(attempt.id).execute(&self.pool).await?;
        Ok(())
    }

    pub(super) async fn sweep(&self, now: i64) -> Result<(), Error> {
        sqlx::query("DELETE FROM attempts WHERE at <= ?").bind(now - WINDOW).execute(&self.pool).await?;
        Ok(())
    }
}

/// Seconds still to wait after `failures`, the last one at `last`; `None`: go on.
fn wait(failures: u32, limit: u32, last: Option<i64>, now: i64) -> Option<u32> {
    let last = last.filter(|_| failures >= limit)?;
    let whole = FIRST_WAIT.checked_shl(failures - limit).filter(|wait| (1..WINDOW).contains(wait)).unwrap_or(WINDOW);
    u32::try_from(last + whole - now).ok().filter(|left| *left > 0)
}

/// Who an address is: one IPv4 address, or the /64 that an IPv6 customer gets.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const ANN: [u8; 32] = [1; 32];
    const BOB: [u8; 32] = [2; 32];

    async fn attempts() -> (tempfile::TempDir, Attempts) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        (folder, store.attempts().clone())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    async fn fail(attempts: &Attempts, account: [u8; 32], address: &str, now: i64) -> bool {
        matches!(attempts.begin_at(account, ip(address), Limits::default(), now).await.unwrap(), Verdict::Try(_))
    }

    #[tokio::test]
    async fn the_sixth_try_must_wait_and_each_failure_doubles_the_wait() {
        let (_folder, attempts) = attempts().await;
        for _ in 0..5 {
            assert!(fail(&attempts, ANN, "192.0.2.1", 1000).await);
        }
        let wait = async |now| match attempts.begin_at(ANN, ip("192.0.2.1"), Limits::default(), now).await.unwrap() {
            Verdict::Wait { seconds } => seconds,
            Verdict::Try(_) => 0,
        };
        assert_eq!(wait(1000).await, 30); // L-02
        assert_eq!(wait(1029).await, 1);
        assert_eq!(wait(1030).await, 0); // tried, and failed a sixth time
        assert_eq!(wait(1030).await, 60);
        assert_eq!(wait(1000 + WINDOW + 60).await, 0); // never for ever
    }

    #[tokio::test]
    async fn others_do_not_wait_for_an_attacker() {
        let (_folder, attempts) = attempts().await;
        for round in 0..60 {
            fail(&attempts, ANN, &format!("198.51.100.{round}"), 1000).await;
        }
        // L-02: fifty failures on the account, and still its owner may sign in from an address of her own.
        assert!(fail(&attempts, ANN, "192.0.2.1", 1000).await);
        assert!(!fail(&attempts, ANN, "198.51.100.7", 1001).await);
    }

    #[tokio::test]
    async fn an_address_that_tries_many_accounts_must_wait() {
        let (_folder, attempts) = attempts().await;
        for account in 0..20 {
            assert!(fail(&attempts, [account; 32], "2001:db8::1", 1000).await);
        }
        assert!(!fail(&attempts, BOB, "2001:db8::2", 1001).await, "the same /64"); // L-02
        assert!(fail(&attempts, BOB, "2001:db8:0:1::1", 1001).await);
    }

    #[tokio::test]
    async fn a_success_forgets_and_an_outage_does_not_count() {
        let (_folder, attempts) = attempts().await;
        for _ in 0..4 {
            assert!(fail(&attempts, ANN, "192.0.2.1", 1000).await);
        }
        for _ in 0..10 {
            match attempts.begin_at(ANN, ip("192.0.2.1"), Limits::default(), 1000).await.unwrap() {
                Verdict::Try(attempt) => attempts.undecided(attempt).await.unwrap(),
                Verdict::Wait { .. } => panic!("an outage counted"),
            }
        }
        match attempts.begin_at(ANN, ip("192.0.2.1"), Limits::default(), 1000).await.unwrap() {
            Verdict::Try(attempt) => attempts.succeeded(attempt).await.unwrap(),
            Verdict::Wait { .. } => panic!("four failures are no five"),
        }
        for _ in 0..5 {
            assert!(fail(&attempts, ANN, "192.0.2.1", 1000).await);
        }
        assert!(!fail(&attempts, ANN, "192.0.2.1", 1000).await);
    }

    #[tokio::test]
    async fn failures_are_remembered_over_a_restart() {
        let (folder, attempts) = attempts().await;
        for _ in 0..5 {
            fail(&attempts, ANN, "192.0.2.1", 1000).await;
        }
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        assert!(!fail(store.attempts(), ANN, "192.0.2.1", 1001).await); // L-03
    }

    #[tokio::test]
    async fn many_tries_at_once_do_not_slip_through_together() {
        let (_folder, attempts) = attempts().await;
        let tries = (0..30).map(|_| fail(&attempts, ANN, "192.0.2.1", 1000));
        let tried = futures_util::future::join_all(tries).await.into_iter().filter(|tried| *tried).count();
        assert_eq!(tried, 5);
    }
}
