//! People, folders and times of the samples.

use jiff::Timestamp;

use crate::account::Overview;
use crate::mail::{Address, Counts, Mailbox, MailboxName, Moment, Quota, QuotaRoot, Role, Use};

pub(super) fn name(name: &str) -> MailboxName {
    MailboxName::new(name).unwrap()
}

pub(super) fn mailbox(full: &str, role: Option<Role>, unseen: u32) -> Mailbox {
    Mailbox {
        name: name(full),
        delimiter: Some('/'),
        role,
        selectable: true,
        subscribed: true,
        shared: full.starts_with("shared/"),
        gathers: false,
        counts: Some(Counts { messages: 1284, unseen }),
    }
}

pub(super) fn overview() -> Overview {
    Overview {
        personal_prefix: String::new(),
        mailboxes: vec![
            mailbox("INBOX", Some(Role::Inbox), 12),
            mailbox("Drafts", Some(Role::Drafts), 3),
            mailbox("Sent", Some(Role::Sent), 0),
            mailbox("Archive", Some(Role::Archive), 0),
            mailbox("Junk", Some(Role::Junk), 4),
            mailbox("Trash", Some(Role::Trash), 0),
            mailbox("Clients", None, 0),
            mailbox("Clients/Hafenmuseum", None, 2),
            mailbox("Clients/Kontor 7", None, 0),
            mailbox("Clients/Kontor 7/Invoices 2026", None, 1),
            mailbox("Clients/Kontor 7/Drawings", None, 0),
            mailbox("Family", None, 1),
            mailbox("Lists", None, 148),
            mailbox("Lists/rust-users", None, 131),
            mailbox("Reisen und Unterkünfte 2026", None, 0),
            mailbox("写真", None, 0),
            mailbox("shared/Office", None, 0),
        ],
        quota: quota(7_400_000_000),
    }
}

/// So many octets of 10 GB.
pub(super) fn quota(used: u64) -> Quota {
    let storage = Some(Use { used, limit: Some(10_000_000_000) });
    Quota { roots: vec![QuotaRoot { name: "User quota".into(), storage, messages: None }], estimate: None }
}

pub(super) fn ago(minutes: i64) -> Moment {
    Moment { seconds: Timestamp::now().as_second() - minutes * 60, offset_minutes: 60 }
}

pub(super) fn person(name: &str, addr: &str) -> Address {
    Address { name: name.into(), addr: addr.into() }
}
