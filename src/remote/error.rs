//! Why nothing came.

/// Why nothing was fetched. The texts are for the log; none of them holds an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The operator switched it off (`P-05`).
    #[error("switched off")]
    Off,
    /// Not an address that may be asked: another scheme or port, a name or password in it.
    #[error("an address that is not asked: {0}")]
    Address(&'static str),
    /// It leads into a network that is nobody else's business (`P-02`), or its name leads nowhere.
    #[error("no address that may be asked")]
    NotPublic,
    /// No connection, no TLS, no HTTP.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// It took too long.
    #[error("too slow")]
    TooSlow,
    /// It sends more than is taken.
    #[error("too large")]
    TooLarge,
    /// It leads on and on.
    #[error("too many redirects")]
    Redirects,
    /// It answered with this status.
    #[error("status {0}")]
    Status(u16),
    /// What it sent is no picture of a kind that is shown.
    #[error("no picture")]
    NoPicture,
    /// Too much is being fetched already.
    #[error("busy")]
    Busy,
}
