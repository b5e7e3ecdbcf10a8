//! What a survey finds: what fills the mailbox, from each side.

use std::sync::Arc;

use crate::account::Error;
use crate::mail::{Address, MailboxName, MessageRef, Moment, Pages, Selection};

/// What fills the mailbox, as far as it was looked at. Octets are those that the server tells of messages, and those of files
/// as they are once decoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// When it was taken: seconds since the epoch.
    pub taken: i64,
    /// One's own folders that can be opened, largest first.
    pub folders: Vec<FolderUse>,
    /// Years in which messages arrived, earliest first.
    pub years: Vec<YearUse>,
    /// The hundred senders whose messages take most, largest first.
    pub senders: Vec<SenderUse>,
    /// The hundred largest messages, largest first.
    pub biggest: Vec<Weighed>,
    /// The hundred messages whose files are largest, largest first.
    pub with_files: Vec<Weighed>,
    /// Messages that are there more than once, what frees most first; a hundred at most, [`Heap::Duplicates`] has all.
    pub duplicates: Vec<Twins>,
    /// Mailing lists and newsletters with old messages, largest first; a hundred at most.
    pub lists: Vec<ListUse>,
    /// All messages.
    pub messages: u64,
    /// What they take.
    pub octets: u64,
    /// What the files in them take.
    pub file_octets: u64,
    /// Messages that are there once more than needed.
    pub extra: u64,
    /// What removing those frees.
    pub extra_octets: u64,
    /// Folders that went away while they were looked at, or that the server refuses to open. They are not in the sums.
    pub left_out: Vec<MailboxName>,
    /// Whether every folder was looked at whole.
    pub complete: bool,
}

/// What a folder takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderUse {
    /// Which.
    pub mailbox: MailboxName,
    /// How many messages are in it.
    pub messages: u32,
    /// What they take.
    pub octets: u64,
    /// What the files in them take.
    pub file_octets: u64,
}

/// What arrived in a year, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearUse {
    /// Which; 1970 has what the server gives no date for.
    pub year: i32,
    /// How many messages.
    pub messages: u32,
    /// What they take.
    pub octets: u64,
}

/// What somebody's messages take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderUse {
    /// The address, lower case; empty for messages without a sender.
    pub address: String,
    /// The name beside it in the newest message that has one; may be empty.
    pub name: String,
    /// How many messages.
    pub messages: u32,
    /// What they take.
    pub octets: u64,
}

/// What a mailing list's or newsletter's messages take (`List-Id`, RFC 2919). Messages in Trash, Junk, Drafts and Sent are not
/// among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListUse {
    /// The list's identifier, lower case, without brackets.
    pub list_id: String,
    /// What it calls itself; may be empty.
    pub name: String,
    /// How many messages are older than [`OLD_DAYS`]: those that [`Heap::List`] has.
    pub messages: u32,
    /// What these take.
    pub octets: u64,
    /// When its newest message arrived, whatever its age.
    pub newest: Moment,
}

/// Bulk mail is old when it arrived longer ago than this.
pub const OLD_DAYS: u32 = 90;

/// A message, and what it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Which.
    pub message: MessageRef,
    /// What it takes.
    pub octets: u64,
    /// What the files in it take.
    pub file_octets: u64,
    /// Its subject; empty without one.
    pub subject: String,
    /// Its first sender.
    pub from: Option<Address>,
    /// When it arrived.
    pub date: Option<Moment>,
}

/// A message that is there more than once: the same Message-ID, and the same size.
#[derive(Debug, Clone, PartialEq)]
pub struct Twins {
    /// The one that stays.
    pub kept: Weighed,
    /// The others.
    pub extra: Vec<MessageRef>,
    /// What removing the others frees.
    pub octets: u64,
}

/// Messages that belong together in one respect, to be looked at and cleared away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heap {
    /// All of a folder.
    Folder(MailboxName),
    /// What arrived in this year, in all folders.
    Year(i32),
    /// What arrived before this year began.
    Before(i32),
    /// What somebody sent: the address, in any letter case.
    Sender(String),
    /// What is old of a mailing list, by its identifier.
    List(String),
    /// The hundred largest messages.
    Biggest,
    /// The hundred messages with the largest files.
    WithFiles,
    /// What is there once more than needed.
    Duplicates,
    /// What arrived so many days ago or earlier.
    OlderThan {
        /// Where.
        mailbox: MailboxName,
        /// In the folders below it too.
        below: bool,
        /// How long ago.
        days: u32,
    },
}

/// What a [`Heap`] holds, as of the last survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Piled {
    /// Exactly these messages, by folder.
    pub selections: Vec<Selection>,
    /// How many they are.
    pub messages: u64,
    /// What removing all of them frees, as the server tells their sizes.
    pub octets: u64,
    /// The rows of the page that was asked for, largest first.
    pub rows: Vec<Weighed>,
    /// Which rows these are.
    pub pages: Pages,
    /// Whether the survey has looked at everything that may belong here.
    pub complete: bool,
}

/// How far a survey is.
#[derive(Debug, Clone, PartialEq)]
pub enum Surveyed {
    /// Nobody has asked for one.
    None,
    /// It is under way.
    Running {
        /// Folders that were looked at.
        done: u32,
        /// All folders.
        total: u32,
        /// What is known: of the last survey too, where a folder has not changed since.
        so_far: Arc<Survey>,
    },
    /// It was finished.
    Done(Arc<Survey>),
    /// It was stopped; what was known then.
    Stopped(Arc<Survey>),
    /// The mail server could not be had; what was known then. Another survey goes on from there.
    Failed(Error, Arc<Survey>),
}

impl Surveyed {
    /// What is known.
    pub fn survey(&self) -> Option<&Arc<Survey>> {
        match self {
            Self::None => None,
            Self::Running { so_far: survey, .. }
            | Self::Done(survey)
            | Self::Stopped(survey)
            | Self::Failed(_, survey) => Some(survey),
        }
    }
}
