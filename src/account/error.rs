//! What went wrong, in the person's terms.

use crate::imap::{self, Code};
use crate::mail::MailboxName;

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// No mailbox of this name.
    Mailbox(MailboxName),
    /// The message was moved or deleted elsewhere.
    Message(MailboxName),
    /// The message has no such part.
    Part(MailboxName),
    /// The list has no such page.
    Page(MailboxName),
    /// The file of this name, that was uploaded, is not here any more.
    Upload(String),
    /// No background work of this name, or it is forgotten.
    Job,
    /// Nothing is known of what fills the mailbox: no survey was taken, or it is forgotten by now.
    Survey,
}

/// Why the mail server can't be had; the difference tells the operator where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing answers at its address.
    NoConnection,
    /// It answered too late.
    TooSlow,
    /// Its certificate is not the one we may trust, or TLS failed.
    Insecure,
    /// It closed the connection or said BYE in the middle.
    Closed,
    /// It says that it is busy, or that there are too many connections (`[UNAVAILABLE]`, `[INUSE]`, `[LIMIT]`).
    Busy,
    /// It sent what is no IMAP.
    Garbled,
}

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The mail server refused name and password: the one error that ends a session (`R-05`).
    #[error("the mail server refused the credentials")]
    SignedOut,
    /// It is not there (any more). Nothing was changed.
    #[error("not there: {0:?}")]
    NotFound(What),
    /// The mailbox got a new UIDVALIDITY: references of before mean nothing (`R-11`). Nothing was changed.
    #[error("the mailbox was rebuilt: {0:?}")]
    MailboxRebuilt(MailboxName),
    /// The quota does not allow it (`R-16`). The source is untouched.
    #[error("over quota")]
    OverQuota,
    /// The server understood and refused; it is not about quota. Nothing was changed.
    #[error("the mail server refused")]
    Refused,
    /// There is no mailbox for the role the action needs, and it could not be made.
    #[error("no mailbox with the role {0:?}")]
    NoRole(crate::mail::Role),
    /// The server can't be had. Nothing was changed: it can be tried again.
    #[error("the mail server is unreachable: {0:?}")]
    Unreachable(Unreachable),
    /// The connection was lost while something was being changed, and what came of it could not be found out: it may
    /// be done, in part, or not at all.
    #[error("it is not known whether it was done")]
    Unknown,
    /// What has to be written down here before anything is sent could not be (a full disk): nothing was sent.
    #[error("it could not be written down")]
    NotKept,
}

impl Error {
    /// What an IMAP failure means for the person, when the command was about `mailbox`.
    pub(super) fn about(error: imap::Error, mailbox: &MailboxName) -> Self {
        match error {
            imap::Error::Rebuilt => Self::MailboxRebuilt(mailbox.clone()),
            imap::Error::No(Code::NonExistent | Code::TryCreate) => Self::NotFound(What::Mailbox(mailbox.clone())),
            imap::Error::Refused => Self::SignedOut,
            imap::Error::Connect(_) => Self::Unreachable(Unreachable::NoConnection),
            imap::Error::TimedOut => Self::Unreachable(Unreachable::TooSlow),
            imap::Error::Insecure(_) => Self::Unreachable(Unreachable::Insecure),
            imap::Error::Closed | imap::Error::NotSent => Self::Unreachable(Unreachable::Closed),
            imap::Error::Garbled(_) => Self::Unreachable(Unreachable::Garbled),
            imap::Error::Bye(Code::Busy | Code::Limit) | imap::Error::No(Code::Busy | Code::Limit | Code::Alert) => {
                Self::Unreachable(Unreachable::Busy)
            }
            imap::Error::Bye(_) => Self::Unreachable(Unreachable::Closed),
            imap::Error::No(Code::OverQuota) => Self::OverQuota,
            imap::Error::No(_) | imap::Error::Bad | imap::Error::Argument => Self::Refused,
        }
    }
}
