//! What the server or the wire did.

use super::Code;

/// Why a command has no answer, or not the wished one. Texts of the server are for logs of last resort only: they may
/// contain names of mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing answers at the address.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// TLS failed: wrong name, unknown or expired certificate, or no STARTTLS where it is demanded.
    #[error("not secure: {0}")]
    Insecure(String),
    /// LOGIN or AUTHENTICATE was answered NO for the credentials' sake.
    #[error("credentials refused")]
    Refused,
    /// A tagged NO: understood, and refused.
    #[error("NO")]
    No(Code),
    /// A tagged BAD: not understood. Ours is the fault, or the server's.
    #[error("BAD")]
    Bad,
    /// An untagged BYE: the server ends the connection and says why.
    #[error("BYE")]
    Bye(Code),
    /// The socket was closed, before or inside an answer.
    #[error("connection closed")]
    Closed,
    /// The connection ended before any of this work was begun: nothing was sent for it.
    #[error("connection closed before anything was sent")]
    NotSent,
    /// No answer within the deadline.
    #[error("no answer in time")]
    TimedOut,
    /// What came is no IMAP, or more of it than can be meant.
    #[error("not IMAP: {0}")]
    Garbled(&'static str),
    /// The argument can't be sent to any server (CR, LF, NUL).
    #[error("argument with a control character")]
    Argument,
    /// The mailbox is not the one the UIDs belong to: UIDVALIDITY differs.
    #[error("UIDVALIDITY changed")]
    Rebuilt,
}

impl Error {
    /// Whether the connection is of no further use.
    pub fn ends_connection(&self) -> bool {
        !matches!(self, Self::No(_) | Self::Bad | Self::Argument | Self::Rebuilt)
    }

    /// Whether the same read may succeed on a fresh connection (`R-01`).
    pub fn is_worth_a_retry(&self) -> bool {
        matches!(self, Self::Closed | Self::NotSent | Self::Bye(_))
    }
}

impl From<super::NotAnArgument> for Error {
    fn from(_: super::NotAnArgument) -> Self {
        Self::Argument
    }
}
