//! Bringing messages in from files: `.eml`, mbox, and ZIP archives of these.
//!
//! A window of messages at a time is read from the file, and filed one by one. Before the first of a window is filed it stands on
//! the disk where the window begins, and behind which message of the mailbox all of it will lie: killed anywhere and run again,
//! what is there already is found there, to the octet, and not filed twice. Nothing is ever removed.

use serde::{Deserialize, Serialize};

use super::account::{Work, locked};
use super::gathering::{Found, Gatherer, Sheaf};
use super::job::{Notice, Obstacle, Order, Place, Step, Written};
use super::keeper::Keeper;
use super::{Account, Error, on_paper};
use crate::imap::{self, Code, Purpose};
use crate::mail::{Flag, MailboxName};
use crate::store;

/// What is to be brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Importing {
    /// The files, in their order.
    pub files: Vec<Brought>,
    /// Where the messages go.
    #[serde(with = "on_paper::mailbox")]
    pub into: MailboxName,
    /// What becomes of those that are there already.
    pub duplicates: Duplicates,
}

/// A file that was brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// Its name among the uploads.
    pub upload: String,
    /// What it is called.
    pub name: String,
    /// Its octets.
    pub octets: u64,
}

/// What becomes of messages that are in the mailbox already: with the same Message-ID and size, or without one and to the octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duplicates {
    /// They are left out.
    Skip,
    /// They are filed once more.
    Keep,
}

impl Importing {
    /// How many messages there are is seen when they are read.
    pub(super) fn total(&self) -> u64 {
        0
    }
}

/// How far it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Files that are done.
    pub(super) file: usize,
    /// Of an archive: entries that are done.
    pub(super) entry: usize,
    /// Of an mbox file: octets that are done.
    pub(super) offset: u64,
    /// The next entry of the archive is an mbox file, which is unpacked first.
    pub(super) unpacks: bool,
    /// Where it lies, unpacked.
    pub(super) unpacked: Option<String>,
    /// Octets that came out of the archive.
    pub(super) grown: u64,
    /// The window that was begun.
    pub(super) begun: Option<Begun>,
}

/// A window of which some messages may be filed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    /// How the mailbox stood before.
    uid_validity: u32,
    above: u32,
    /// Messages of it that are done.
    done: usize,
    /// What is no message was told of already.
    told: bool,
}

/// What became of a message.
enum Filed {
    /// It is there.
    There,
    /// It, or one like it, was there already.
    Duplicate,
    /// The server would not take it.
    Refused,
    /// There is no room.
    OverQuota,
}

pub(super) async fn step(
    account: &Account,
    importing: &Importing,
    mut place: Place,
    keeper: &mut Keeper,
) -> Result<Step, Error> {
    // what another version wrote is not understood, and left as it is
    let Some(mut cursor) = place.cursor::<Cursor>() else { return Ok(Step::Blocked(place, Obstacle::Refused)) };
    let uploads = account.0.imports.clone().ok_or(Error::NotKept)?;
    let gatherer = Gatherer { uploads: &uploads, user: account.user(), importing };
    gatherer.touch(&cursor).await?;
    let Sheaf { found, remarks, mut next, is_all, share } = gatherer.gather(&cursor).await?;
    if !cursor.begun.as_ref().is_some_and(|begun| begun.told) {
        for (notice, about) in remarks {
            place.done += 1;
            place.skipped += 1;
            place.remark(notice, about, 1);
        }
    }
    if !found.is_empty() {
        match file(account, importing, &found, &mut place, &mut cursor, keeper).await? {
            Window::Done => {}
            Window::Ends => return Ok(Step::More(place)),
            Window::NoRoom => return Ok(Step::Blocked(place, Obstacle::OverQuota)),
        }
    }
    place.total = expected(place.done, share, is_all);
    next.begun = None;
    let is_done_with = cursor.unpacked.clone().filter(|_| next.unpacked.is_none());
    place.put(&next);
    if let Some(unpacked) = is_done_with {
        gatherer.remove(&unpacked).await;
    }
    if !is_all {
        return Ok(Step::More(place));
    }
    *locked(&account.0.present) = None;
    // on the disk first: what is done must not find its files gone
    keeper.keep(&place).await?;
    for file in &importing.files {
        gatherer.remove(&file.upload).await;
    }
    Ok(Step::Done(place))
}

/// Deletes the files of an import that is not wanted any more.
pub(super) async fn forget(account: &Account, row: &store::Job) {
    let (Some(Order::Import(importing)), Some(uploads)) = (Order::read(&row.task), &account.0.imports) else { return };
    let gatherer = Gatherer { uploads, user: account.user(), importing: &importing };
    for file in &importing.files {
        gatherer.remove(&file.upload).await;
    }
    let cursor = Written::read(&row.place).and_then(|written| written.place.cursor::<Cursor>());
    if let Some(unpacked) = cursor.and_then(|cursor| cursor.unpacked) {
        gatherer.remove(&unpacked).await;
    }
}

/// How many messages there will be, if the rest of the files is like what was read of them.
fn expected(done: u64, share: (u64, u64), is_all: bool) -> u64 {
    let (read, all) = share;
    if is_all || read == 0 {
        return done;
    }
    let expected = u128::from(done) * u128::from(all) / u128::from(read);
    u64::try_from(expected).unwrap_or(u64::MAX).max(done)
}

/// What became of a window.
enum Window {
    Done,
    /// The program is to stop.
    Ends,
    NoRoom,
}

/// Files a window of messages: those that are not there yet.
async fn file(
    account: &Account,
    importing: &Importing,
    found: &[Found],
    place: &mut Place,
    cursor: &mut Cursor,
    keeper: &mut Keeper,
) -> Result<Window, Error> {
    let stand = account.stand(&importing.into).await?;
    let mut there = vec![false; found.len()];
    let mut begun = match cursor.begun.clone() {
        Some(begun) => {
            // of a mailbox that was made anew meanwhile nothing is known: all of it is looked through
            let above = if begun.uid_validity == stand.uid_validity.number() { begun.above } else { 0 };
            there = account.found_above(&importing.into, above, found, begun.done).await?;
            begun
        }
        None => Begun { uid_validity: stand.uid_validity.number(), above: stand.newest, done: 0, told: false },
    };
    let mut present = match importing.duplicates {
        Duplicates::Skip => Some(account.present(&importing.into, &stand).await?),
        Duplicates::Keep => None,
    };
    keep_begun(&mut begun, cursor, place, keeper).await?;
    let mut window = Window::Done;
    for (at, one) in found.iter().enumerate().skip(begun.done) {
        let filed = if there.get(at).copied().unwrap_or_default() {
            Filed::There
        } else if let Some(present) = &mut present
            && account.is_present(present, one).await?
        {
            Filed::Duplicate
        } else {
            account.file_one(&importing.into, one).await?
        };
        match filed {
            Filed::There => {
                place.octets += u64::try_from(one.message.octets.len()).unwrap_or(u64::MAX);
                if one.message.had_nul {
                    place.remark(Notice::Repaired, one.about(), 1);
                }
                if let Some(present) = &mut present {
                    present.add(one);
                }
            }
            Filed::Duplicate => {
                place.skipped += 1;
                place.remark(Notice::AlreadyThere, String::new(), 1);
            }
            Filed::Refused => {
                place.skipped += 1;
                place.remark(Notice::NotTaken, one.about(), 1);
            }
            Filed::OverQuota => {
                begun.done = at;
                put(&begun, cursor, place);
                window = Window::NoRoom;
                break;
            }
        }
        place.done += 1;
        if keeper.is_to_end() && at + 1 < found.len() {
            begun.done = at + 1;
            put(&begun, cursor, place);
            window = Window::Ends;
            break;
        }
    }
    *locked(&account.0.present) = present;
    Ok(window)
}

/// Writes down that this window begins, before anything of it is filed.
async fn keep_begun(
    begun: &mut Begun,
    cursor: &mut Cursor,
    place: &mut Place,
    keeper: &mut Keeper,
) -> Result<(), Error> {
    if cursor.begun.is_some() {
        return Ok(()); // it stands there
    }
    // the remarks about what is no message are made again when it is run again
    let mut ahead = keeper.written.place.clone();
    cursor.begun = Some(begun.clone());
    ahead.put(cursor);
    place.at = ahead.at.clone();
    keeper.keep(&ahead).await
}

fn put(begun: &Begun, cursor: &mut Cursor, place: &mut Place) {
    cursor.begun = Some(Begun { told: true, ..begun.clone() });
    place.put(cursor);
}

impl Account {
    /// Files a message; once, since whether it is there is looked up before it is tried again.
    async fn file_one(&self, into: &MailboxName, one: &Found) -> Result<Filed, Error> {
        let (to, message, inner) = (into.clone(), one.message.clone(), self.0.clone());
        // what is marked so is gone with the next program that tidies up
        let flags: Vec<Flag> = message.flags.iter().filter(|flag| **flag != Flag::Deleted).cloned().collect();
        let work: Work<()> = Box::new(move |link| {
            Box::pin(async move {
                let mut added = link.append(&to, &flags, message.arrived, &message.octets).await;
                if added == Err(imap::Error::Bad)
                    || matches!(added, Err(imap::Error::No(Code::None))) && !flags.is_empty()
                {
                    // a server that does not know a keyword; nothing was filed
                    let plain: Vec<Flag> =
                        flags.iter().filter(|flag| flag.as_wire().starts_with('\\')).cloned().collect();
                    if plain.len() < flags.len() {
                        added = link.append(&to, &plain, message.arrived, &message.octets).await;
                    }
                }
                inner.counts_changed();
                added.map(drop)
            })
        });
        match self.run(Purpose::Transfer, work).await {
            Ok(()) => Ok(Filed::There),
            Err(imap::Error::No(Code::OverQuota)) => Ok(Filed::OverQuota),
            Err(error @ imap::Error::No(Code::NonExistent | Code::TryCreate | Code::Busy | Code::Limit)) => {
                Err(Error::about(error, into))
            }
            Err(imap::Error::No(_) | imap::Error::Bad | imap::Error::Argument) => Ok(Filed::Refused),
            Err(error) => Err(Error::about(error, into)),
        }
    }

    /// Which of these messages lie above that UID: those of a window that was broken off. Each message there counts once.
    async fn found_above(
        &self,
        mailbox: &MailboxName,
        above: u32,
        found: &[Found],
        done: usize,
    ) -> Result<Vec<bool>, Error> {
        let mut candidates = self.told_above(mailbox, above).await?;
        let mut there = vec![false; found.len()];
        for (at, one) in found.iter().enumerate() {
            // what is done is there too, and must not be taken for another one like it
            let size = u64::try_from(one.message.octets.len()).unwrap_or(u64::MAX);
            let id = one.id();
            let exact = candidates.iter().position(|told| told.id == id && told.size == size);
            let same = exact.or_else(|| candidates.iter().position(|told| !id.is_empty() && told.id == id));
            let Some(place) = same else { continue };
            if id.is_empty() && !self.is_same(mailbox, candidates.get(place).map(|told| told.uid), one).await? {
                continue;
            }
            candidates.remove(place);
            if let Some(there) = there.get_mut(at) {
                *there = at >= done;
            }
        }
        Ok(there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_grows_with_what_was_read() {
        assert_eq!(expected(10, (100, 1_000), false), 100);
        assert_eq!(expected(10, (0, 1_000), false), 10);
        assert_eq!(expected(10, (900, 1_000), true), 10);
        assert_eq!(expected(u64::MAX, (1, u64::MAX), false), u64::MAX);
    }

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let importing = Importing {
            files: vec![Brought { upload: "x".into(), name: "a.mbox".into(), octets: 7 }],
            into: MailboxName::new("Work/Kunden").unwrap(),
            duplicates: Duplicates::Skip,
        };
        let text = serde_json::to_string(&importing).unwrap();
        assert_eq!(serde_json::from_str::<Importing>(&text).unwrap(), importing);
    }
}
