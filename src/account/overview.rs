//! What surrounds every page: the mailboxes, what they hold, how full the account is.

use crate::mail::{Mailbox, MailboxName, Quota, Role};

/// The mailbox tree and the quota, as the server told.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Inbox and the other roles first, then the rest by name; a mailbox stands after its parent.
    pub mailboxes: Vec<Mailbox>,
    /// The storage quota of the inbox's root, where the server has one.
    pub quota: Option<Quota>,
}

impl Overview {
    /// The mailbox of this name.
    pub fn find(&self, name: &MailboxName) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.name == *name)
    }

    /// The mailbox with this role.
    pub fn with_role(&self, role: Role) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.role == Some(role))
    }
}
