//! Work that goes on in the background, in the person's terms: what is to be done, and how far it is.

use serde::{Deserialize, Serialize};

use super::fetching::Fetching;
use super::importing::Importing;
use super::removal::Removal;
use super::stripping::Stripping;
use crate::mail::MailboxName;
use crate::store::{self, JobId, JobStage};

/// The form of what is written down; one of another version is not understood, and left alone.
const VERSION: u8 = 1;
/// So many remarks are kept of a job; of what is over that the number.
const REMARKS: usize = 100;

/// What is to be done. Each kind in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Messages go: for good, to Trash or into a mailbox.
    Remove(Removal),
    /// Messages stay, and their attachments go.
    Strip(Stripping),
    /// Messages come, from files.
    Import(Importing),
    /// Messages come from an account elsewhere.
    Fetch(Fetching),
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What is to be done.
    pub order: Order,
    /// How it stands with it.
    pub state: JobState,
    /// Unix seconds: when it was ordered.
    pub begun: i64,
    /// Unix seconds: since when it is in this state.
    pub since: i64,
    /// Messages, or what else it is made of, that were done.
    pub done: u64,
    /// Of those: how many were not there any more, or are as they were.
    pub skipped: u64,
    /// All of them, as far as it is known.
    pub total: u64,
    /// Octets that were freed, or added.
    pub octets: u64,
    /// What did not go as one would think, at most 100.
    pub report: Vec<Remark>,
    /// How many more remarks there would be.
    pub left_out: u64,
}

/// How it stands with a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It goes on.
    Running,
    /// It can't go on now. It is tried again by itself, and by [`super::Account::go_on_job`].
    Waiting(Obstacle),
    /// Its owner stopped it.
    Stopped,
    /// All is done that could be.
    Done,
}

/// Why it can't go on now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obstacle {
    /// There is no room in the mailbox.
    OverQuota,
    /// The mail server can't be had, or the connection was lost.
    NoServer,
    /// Its owner is not signed in, or the password is not taken any more.
    SignedOut,
    /// The server understood, and refused.
    Refused,
    /// What has to be written down before could not be written here.
    NotKept,
    /// The other account, where mail is fetched from, can't be had.
    NoSource,
    /// The password of that account is not known any more, or was refused.
    NoSourcePassword,
    /// The other account has no such folder, or does not open it.
    NoSourceFolder,
    /// The mailbox that messages were to come into is not there any more.
    NoFolder,
}

/// What did not go as one would think.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What it was.
    pub notice: Notice,
    /// A mailbox, a subject or a file, as a person knows it.
    pub about: String,
    /// How many messages it is about.
    pub count: u64,
}

/// What a [`Remark`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// The mailbox is not there any more.
    MailboxGone,
    /// The mailbox was numbered anew: what was chosen can't be found any more, and nothing was touched.
    MailboxRebuilt,
    /// They had gone already.
    GoneBefore,
    /// The server refused it for this mailbox or message.
    Refused,
    /// The message is signed: the signature would not hold any more.
    Signed,
    /// The message is encrypted: nobody but its reader can look into it.
    Encrypted,
    /// There is nothing to take out of the message.
    NothingToRemove,
    /// The message is too large, or of a form that can't be taken apart safely.
    NotTakenApart,
    /// What the server kept is not what was given to it: the message stayed as it was.
    NotTheSame,
    /// What was brought in: it is in the mailbox already, and was left out as its owner wished.
    AlreadyThere,
    /// It is no message.
    NotAMessage,
    /// It had been deleted in the program that it comes from.
    DeletedThere,
    /// It has more octets than are read of a message.
    TooLarge,
    /// It is an archive inside an archive, or one of a kind that is not read.
    ArchiveInside,
    /// It is broken, encrypted, or packed in a way that is not known here.
    Unreadable,
    /// It unpacks to far more than mail does.
    Bursts,
    /// It held octets that no mail server takes; blanks stand in their place.
    Repaired,
    /// The file that was brought is not here any more.
    FileGone,
    /// The server would not take the message.
    NotTaken,
    /// It came from another account and was to be deleted there, and the server there did not do it.
    StaysThere,
    /// The other server has no safe way to delete single messages.
    CantDelete,
    /// What a rule was to remove does not fall under it any more, or there is no such rule any more.
    Exempt,
    /// The old message is gone, and what was to stand in its place is not there as it was given to the server.
    Doubtful,
}

/// One step of work came to its end.
#[derive(Debug)]
pub(super) enum Step {
    /// There is more to do.
    More(Place),
    /// That was all.
    Done(Place),
    /// It can't go on now.
    Blocked(Place, Obstacle),
}

/// How far a piece of work is: what is on the disk of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) octets: u64,
    /// Of those done: how many were not there any more, or are as they were.
    #[serde(default)]
    pub(super) skipped: u64,
    pub(super) left_out: u64,
    pub(super) report: Vec<Remark>,
    /// The kind's own cursor; null in the beginning.
    pub(super) at: serde_json::Value,
}

/// What is on the disk beside the place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) version: u8,
    pub(super) place: Place,
    /// Why it waits, if it does.
    pub(super) obstacle: Option<Obstacle>,
    /// How often it was tried in vain.
    pub(super) tries: u32,
}

/// An order as it is written.
#[derive(Serialize, Deserialize)]
struct Task<T> {
    version: u8,
    order: T,
}

impl Order {
    /// How many messages it is about, as far as that is known.
    pub(super) fn total(&self) -> u64 {
        match self {
            Self::Remove(removal) => removal.total(),
            Self::Strip(stripping) => stripping.total(),
            Self::Import(importing) => importing.total(),
            Self::Fetch(_) => 0,
        }
    }

    /// The mailbox that messages come into from elsewhere.
    pub fn comes_into(&self) -> Option<MailboxName> {
        match self {
            Self::Remove(_) | Self::Strip(_) => None,
            Self::Import(importing) => Some(importing.into.clone()),
            Self::Fetch(fetching) => Some(fetching.into.clone()),
        }
    }

    /// A structure of texts and numbers always has a form; an empty one is never understood.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(&Task { version: VERSION, order: self }).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|task: &Task<Self>| task.version == VERSION).map(|task| task.order)
    }
}

impl Place {
    /// Says something; over the hundred it is only counted.
    pub(super) fn remark(&mut self, notice: Notice, about: impl Into<String>, count: u64) {
        let about = about.into();
        if let Some(known) = self.report.iter_mut().find(|one| one.notice == notice && one.about == about) {
            known.count += count;
        } else if self.report.len() < REMARKS {
            self.report.push(Remark { notice, about, count });
        } else {
            self.left_out += 1;
        }
    }

    /// The kind's own cursor, as it was put with [`Self::put`]; its beginning where there is none yet.
    pub(super) fn cursor<T: Default + for<'de> Deserialize<'de>>(&self) -> Option<T> {
        match &self.at {
            serde_json::Value::Null => Some(T::default()),
            at => T::deserialize(at).ok(),
        }
    }

    /// Puts the kind's own cursor: a structure of texts and numbers, which always has a form.
    pub(super) fn put<T: Serialize>(&mut self, cursor: &T) {
        self.at = serde_json::to_value(cursor).unwrap_or_default();
    }
}

impl Written {
    pub(super) fn new(place: Place) -> Self {
        Self { version: VERSION, place, obstacle: None, tries: 0 }
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|written: &Self| written.version == VERSION)
    }
}

impl Job {
    /// What a row says; `None` for one that another version wrote.
    pub(super) fn of(row: &store::Job) -> Option<Self> {
        let (order, written) = (Order::read(&row.task)?, Written::read(&row.place)?);
        let Place { done, total, octets, skipped, left_out, report, .. } = written.place;
        let state = match row.stage {
            JobStage::Running => JobState::Running,
            JobStage::Waiting => JobState::Waiting(written.obstacle.unwrap_or(Obstacle::NoServer)),
            JobStage::Stopped => JobState::Stopped,
            JobStage::Done => JobState::Done,
        };
        let (id, begun, since) = (row.id, row.begun, row.since);
        Some(Self { id, order, state, begun, since, done, skipped, total, octets, report, left_out })
    }

    /// Whether it goes on, now or by itself later.
    pub fn is_open(&self) -> bool {
        matches!(self.state, JobState::Running | JobState::Waiting(_))
    }
}
