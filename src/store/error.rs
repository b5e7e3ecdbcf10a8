//! What can go wrong with what is kept.

use std::path::PathBuf;

/// Why something could not be kept or read back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database said no; the text is for the log.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this version's form.
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The address of the database is none that this build knows.
    #[error("{0}")]
    Address(&'static str),
    /// The file with the server's key, or the database's, can't be read or made.
    #[error("{}: {what}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandom,
    /// What is kept under this key is not what was put there.
    #[error("a stored session can't be read")]
    Damaged,
}
