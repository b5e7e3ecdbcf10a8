//! Which message, which messages.

use super::{MailboxName, Uid, UidSet, UidValidity};

/// Where a message lies. Names the same message for ever, or none: never another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageRef {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// The mailbox's UIDVALIDITY when the reference was made.
    pub uid_validity: UidValidity,
    /// The message's UID.
    pub uid: Uid,
}

/// Messages of one mailbox, chosen on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// Its UIDVALIDITY when the page was made.
    pub uid_validity: UidValidity,
    /// The chosen ones.
    pub uids: UidSet,
}

impl From<&MessageRef> for Selection {
    fn from(message: &MessageRef) -> Self {
        Self { mailbox: message.mailbox.clone(), uid_validity: message.uid_validity, uids: UidSet::new([message.uid]) }
    }
}
