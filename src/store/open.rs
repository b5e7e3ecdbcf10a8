//! Opening the database.

use std::io::ErrorKind;
use std::str::FromStr;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::server_key::private_file;
use super::{Attempts, Belongings, Error, Fetched, Jobs, Outbox, Recipients, Senders, Sessions, unix_now};

/// The open database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    sessions: Sessions,
    attempts: Attempts,
    senders: Senders,
    outbox: Outbox,
    jobs: Jobs,
    fetched: Fetched,
    belongings: Belongings,
    recipients: Recipients,
}

impl Store {
    /// Opens `sqlite:PATH`, makes the file where there is none, and brings it to this version's form.
    pub async fn open(url: &str) -> Result<Self, Error> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Err(Error::Address("PostgreSQL is not in this version; use sqlite:PATH"));
        }
        if !url.starts_with("sqlite:") {
            return Err(Error::Address("must begin with sqlite:"));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            // a password that is wiped is gone from the file
            .pragma("secure_delete", "ON");
        make_private(&options)?;
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options.clone())
            .await?;
        // what was told to be sent must be known after a power failure too
        let lasting = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.synchronous(SqliteSynchronous::Full));
        sqlx::migrate!("src/store/migrations").run(&pool).await?;
        Ok(Self {
            sessions: Sessions::new(pool.clone()),
            attempts: Attempts::new(pool.clone()),
            senders: Senders::new(pool.clone()),
            outbox: Outbox::new(pool.clone(), lasting.clone()),
            jobs: Jobs::new(pool.clone(), lasting.clone()),
            fetched: Fetched::new(pool.clone(), lasting),
            belongings: Belongings::new(pool.clone()),
            recipients: Recipients::new(pool.clone()),
            pool,
        })
    }

    /// Who is signed in.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What was fetched from accounts elsewhere.
    pub fn fetched(&self) -> &Fetched {
        &self.fetched
    }

    /// Who tried to sign in and failed.
    pub fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    /// Whose pictures people always want to see.
    pub fn senders(&self) -> &Senders {
        &self.senders
    }

    /// What is being sent.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// What goes on in the background.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// What people set up for writing.
    pub fn belongings(&self) -> &Belongings {
        &self.belongings
    }

    /// Whom people wrote to.
    pub fn recipients(&self) -> &Recipients {
        &self.recipients
    }

    /// Whether the database answers now.
    pub async fn answers(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Drops what has ended and what the memory need not hold; called every minute.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = unix_now();
        self.sessions.sweep(now).await?;
        self.attempts.sweep(now).await?;
        self.outbox.sweep(now).await?;
        self.jobs.sweep(now).await?;
        self.belongings.sweep(now).await
    }

    /// Writes what is not yet on the disk and closes the database.
    pub async fn close(&self) {
        if let Err(error) = self.sessions.write_seen().await {
            tracing::warn!(%error, "the times of the last requests could not be written");
        }
        self.outbox.close().await;
        self.pool.close().await;
    }
}

/// Makes the database's file before SQLite does, with mode 0600, which the files beside it (`-wal`, `-shm`) get too:
/// who is signed in is nobody else's business.
fn make_private(options: &SqliteConnectOptions) -> Result<(), Error> {
    let path = options.get_filename();
    if path.as_os_str() == ":memory:" || path.exists() {
        return Ok(());
    }
    match private_file(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::File { path: path.to_owned(), what: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_owner_may_read_the_database() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        store.sweep().await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let error = Store::open("sqlite:/nowhere/fernpost.db").await.unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/fernpost.db: "), "{error}");
    }

    #[tokio::test]
    async fn an_address_of_another_database_is_refused_with_a_sentence() {
        let error = Store::open("postgres://db/fernpost").await.unwrap_err();
        assert!(error.to_string().contains("PostgreSQL is not in this version"));
    }
}
