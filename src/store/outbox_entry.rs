//! A message on its way out, as it is remembered; and how far it can be.

use super::sealed_row::SealedRow;
use super::{Error, ServerKey};

/// How far it is (decision 0008). Each is on the disk before what follows from it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Asked for; not yet kept as a draft. Nobody was told anything yet.
    New,
    /// Kept, and to be handed over when it is due.
    Waiting,
    /// Being handed over. No octet of the message has left.
    Submitting,
    /// The octets leave now: whoever finds it so does not know whether they arrived.
    Handed,
    /// The submission server has taken it. From here on nothing is an error.
    Accepted,
    /// Accepted, and its copy is where it belongs, or nothing more can be done about it.
    Filed,
    /// Not sent, for a reason that waiting does not mend.
    Failed,
    /// Nobody knows whether it was sent. Never sent again by itself.
    Uncertain,
    /// Not sent, since its writer did not want it any more.
    Cancelled,
}

impl Stage {
    const ALL: [Self; 9] = [
        Self::New,
        Self::Waiting,
        Self::Submitting,
        Self::Handed,
        Self::Accepted,
        Self::Filed,
        Self::Failed,
        Self::Uncertain,
        Self::Cancelled,
    ];

    /// As the database spells it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Waiting => "waiting",
            Self::Submitting => "submitting",
            Self::Handed => "handed",
            Self::Accepted => "accepted",
            Self::Filed => "filed",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
            Self::Cancelled => "cancelled",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).ok_or(Error::Damaged)
    }

    /// Whether nothing is done from here on unless somebody asks for it.
    pub fn is_at_rest(self) -> bool {
        matches!(self, Self::Filed | Self::Failed | Self::Uncertain | Self::Cancelled)
    }

    /// Whether it has to survive a power failure from the moment on at which it is written. Of the others nobody was told
    /// anything, or what they say can be found out again.
    pub(super) fn must_last(self) -> bool {
        !matches!(self, Self::New | Self::Submitting | Self::Filed)
    }
}

/// A row, open: change what is public and hand it to `Outbox::write`.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) row: RowId,
    pub(super) version: i64,
    /// How far it is.
    pub stage: Stage,
    /// Unix seconds: when it got that far.
    pub since: i64,
    /// Unix seconds: nothing is done with it before.
    pub due: i64,
    /// How often something was tried in vain at this stage.
    pub tries: u32,
    /// What is known of the message, in the words of the floor above.
    pub letter: String,
    /// Whether its owner's password is kept with it.
    pub has_password: bool,
}

impl Entry {
    /// Which row it is: the same for the same person and message, for ever.
    pub fn row(&self) -> RowId {
        self.row
    }
}

/// Whose message, and which: keyed hashes, that say neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowId {
    pub(super) whose: [u8; 32],
    pub(super) which: [u8; 32],
}

/// What is sealed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Letter,
    Message,
    Password,
}

impl RowId {
    pub(super) fn new(user: &str, message_id: &str, key: &ServerKey) -> Self {
        let whose = Self::whose(user, key);
        let which = key.sign("message in the outbox", &[&whose[..], message_id.as_bytes()].concat());
        Self { whose, which }
    }

    pub(super) fn whose(user: &str, key: &ServerKey) -> [u8; 32] {
        key.sign("whose outbox", user.as_bytes())
    }

    pub(super) fn seal(&self, text: &[u8], column: Column, key: &ServerKey) -> Result<Vec<u8>, Error> {
        self.sealed().seal(text, column.as_str(), key)
    }

    pub(super) fn open(
        &self,
        sealed: &[u8],
        column: Column,
        key: &ServerKey,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        self.sealed().open(sealed, column.as_str(), key)
    }

    fn sealed(&self) -> SealedRow<'_> {
        SealedRow { purpose: "seal of the outbox", whose: &self.whose, which: &self.which }
    }
}

impl Column {
    fn as_str(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Message => "message",
            Self::Password => "password",
        }
    }
}
