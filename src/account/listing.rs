//! A page of a mailbox.

use std::sync::Arc;

use crate::mail::{Counts, Envelope, Flags, Mailbox, Moment, PageNumber, Pages, Uid, UidValidity};

/// Which rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those without `\Seen`.
    Unread,
    /// Those with `\Flagged`.
    Flagged,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// As they arrived, newest first.
    #[default]
    Newest,
    /// As they arrived, oldest first.
    Oldest,
    /// By the sender's name.
    Sender,
    /// By the subject without its prefixes.
    Subject,
    /// Largest first.
    Size,
}

/// What a list page asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which page.
    pub page: PageNumber,
    /// Which rows.
    pub filter: Filter,
    /// In which order; where the server can't sort, [`Sort::Newest`] is given and the listing says so.
    pub sort: Sort,
    /// Words to find in subject, sender, recipients or text; empty finds all.
    pub query: String,
}

impl Default for Asked {
    fn default() -> Self {
        Self { page: PageNumber::FIRST, filter: Filter::All, sort: Sort::Newest, query: String::new() }
    }
}

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The message's UID.
    pub uid: Uid,
    /// Its marks.
    pub flags: Flags,
    /// Who, what, when.
    pub envelope: Arc<Envelope>,
    /// When the server got it (INTERNALDATE).
    pub internal_date: Moment,
    /// Since when it is in this mailbox; when the server got it, where that is not known.
    pub saved: Moment,
    /// Its size in octets.
    pub size: u64,
    /// When it goes by itself, by a rule for the folder.
    pub goes: Option<Moment>,
    /// Whether it carries files.
    pub has_attachments: bool,
    /// The start of its text, one line; empty where it could not be had.
    pub preview: Arc<str>,
}

/// A page of a mailbox as the server has it at this moment.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its UIDVALIDITY.
    pub uid_validity: UidValidity,
    /// What it holds, from the same view as the rows.
    pub counts: Counts,
    /// Which page of how many, of the rows that the filter lets through.
    pub pages: Pages,
    /// The order given.
    pub sort: Sort,
    /// Whether the server can give other orders.
    pub can_sort: bool,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Messages that left the mailbox lately, as far as that was seen.
    pub departed: Vec<Uid>,
    /// Changes whenever anything above does; equal versions mean equal listings of one process.
    pub version: u64,
}
