//! Removing attachments and keeping their messages: one message after the other.
//!
//! The order of effects: what is about to be done is written down; the new message is put beside the old one, with its date and
//! marks; it is read back, and compared to the octet; that is written down; only then the old one goes, that UID and no other. Killed anywhere and
//! run again it finds what it put there by its octets. Where the server has REPLACE (RFC 8508) the first and the last step are
//! one; then what was put there is compared behind it, and the old message put back if it is not the same. A hash of what is to stand
//! there is written down before, so that whoever goes on in between can compare too.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::account::Work;
use super::job::{Notice, Obstacle, Place, Step};
use super::keeper::Keeper;
use super::strip_note::Note;
use super::successor::{Found, Put, copies_like, copies_since, put, remove};
use super::{Account, Error, on_paper};
use crate::imap::{self, Fetched, Item, Purpose};
use crate::mail::{BodyStructure, Flag, MessageRef, Selection, Uid, UidSet};
use crate::mime::{self, Intact, Wanted};

/// Messages whose structure is asked for at once: most have no attachments.
const WINDOW: usize = 50;
/// Octets of a window's written form.
const LINE: usize = 7_500;
/// Whose attachments go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stripping {
    /// Of these messages, and of no others.
    #[serde(with = "on_paper::selections")]
    pub from: Vec<Selection>,
    /// What is removed beside attachments, and from what.
    pub wanted: Wanted,
    /// What stands in the place of each.
    pub note: Note,
}

impl Stripping {
    pub(super) fn total(&self) -> u64 {
        self.from.iter().map(|one| one.uids.len() as u64).sum()
    }
}

/// Where it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Cursor {
    /// Which selection.
    at: usize,
    /// The last of its UIDs that is done with.
    after: Option<u32>,
    /// The message that is about to be changed.
    intent: Option<Intent>,
}

/// Written down before anything is put anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Intent {
    uid: u32,
    /// The UID of the new message is no less than this.
    since: u32,
    /// Octets that will be freed.
    octets: u64,
    /// The new message, once it was compared; and others of the same octets that an earlier try put there. From here on the
    /// old one goes, though it may look gone: it may have its mark already.
    copy: Option<u32>,
    doubles: Vec<u32>,
    /// Octets of the new message, and a keyed hash of them: by that it is known when there is no old one to make it of any more.
    #[serde(default)]
    size: u64,
    #[serde(default)]
    print: String,
}

/// What became of one message.
enum Outcome {
    /// So many octets were freed.
    Stripped(u64),
    /// It stays as it was.
    Left(Notice),
}

/// Looks at some messages, and changes the first that has something to be removed.
pub(super) async fn step(
    account: &Account,
    stripping: &Stripping,
    mut place: Place,
    keeper: &mut Keeper,
) -> Result<Step, Error> {
    let Some(mut cursor) = place.cursor::<Cursor>() else { return Err(Error::NotKept) };
    let Some(selection) = stripping.from.get(cursor.at) else { return Ok(Step::Done(place)) };
    let result = window(account, stripping, selection, &mut cursor, &mut place, keeper).await;
    let notice = match result {
        Ok(()) => None,
        Err(Error::MailboxRebuilt(_)) => Some(Notice::MailboxRebuilt),
        Err(Error::NotFound(_)) => Some(Notice::MailboxGone),
        Err(Error::OverQuota) => {
            place.put(&cursor);
            return Ok(Step::Blocked(place, Obstacle::OverQuota));
        }
        Err(error) => return Err(error),
    };
    if let Some(notice) = notice {
        let left = selection.uids.window(cursor.after.and_then(Uid::new), usize::MAX, usize::MAX).len() as u64;
        place.remark(notice, selection.mailbox.as_str(), left);
        place.done += left;
        place.skipped += left;
        cursor = Cursor { at: cursor.at + 1, ..Cursor::default() };
    }
    place.put(&cursor);
    Ok(if stripping.from.get(cursor.at).is_some() { Step::More(place) } else { Step::Done(place) })
}

async fn window(
    account: &Account,
    stripping: &Stripping,
    selection: &Selection,
    cursor: &mut Cursor,
    place: &mut Place,
    keeper: &mut Keeper,
) -> Result<(), Error> {
    let wanted = selection.uids.window(cursor.after.and_then(Uid::new), WINDOW, LINE);
    let Some(last) = wanted.last() else {
        *cursor = Cursor { at: cursor.at + 1, ..Cursor::default() };
        return Ok(());
    };
    let (next, before) = first_with_files(account, selection, &wanted).await?;
    let begun = cursor.intent.as_ref().and_then(|intent| Uid::new(intent.uid)).filter(|uid| wanted.contains(*uid));
    // what was begun is looked after though its message may be gone by now
    let uid = match (begun, &next) {
        (Some(uid), _) => Some(uid),
        (None, Some(found)) => Some(found.message.uid),
        (None, None) => None,
    };
    let through = uid.unwrap_or(last);
    let passed = wanted.iter().filter(|one| *one <= through).count() as u64;
    let mut skipped = passed - u64::from(uid.is_some());
    let gone =
        skipped.saturating_sub(before.iter().filter(|one| Some(**one) != uid && **one <= through).count() as u64);
    if gone > 0 {
        place.remark(Notice::GoneBefore, selection.mailbox.as_str(), gone);
    }
    if let Some(uid) = uid {
        let found = next.filter(|found| found.message.uid == uid);
        match one(account, stripping, selection, uid, found, cursor, place, keeper).await? {
            Outcome::Stripped(octets) => place.octets += octets,
            Outcome::Left(notice) => {
                skipped += 1;
                if notice != Notice::NothingToRemove {
                    place.remark(notice, selection.mailbox.as_str(), 1);
                }
            }
        }
        account.0.counts_changed();
    }
    place.done += passed;
    place.skipped += skipped;
    (cursor.after, cursor.intent) = (Some(through.number()), None);
    Ok(())
}

/// The first message that has files, or of which the server can't tell; and all that are there.
async fn first_with_files(
    account: &Account,
    selection: &Selection,
    wanted: &UidSet,
) -> Result<(Option<Found>, Vec<Uid>), Error> {
    let (mailbox, uid_validity, uids) = (selection.mailbox.clone(), selection.uid_validity, wanted.clone());
    let found = account
        .read(Purpose::Transfer, move |_| {
            let (mailbox, uids) = (mailbox.clone(), uids.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&mailbox, uid_validity).await?;
                    let items = [Item::Uid, Item::Flags, Item::InternalDate, Item::Structure];
                    let fetched = link.fetch(&uids, &items).await?;
                    let next = link.view().and_then(imap::View::uid_next);
                    Ok((fetched, next))
                })
            })
        })
        .await;
    let (mut fetched, next) = found.map_err(|error| Error::about(error, &selection.mailbox))?;
    fetched.retain(|one| one.flags.as_ref().is_none_or(|flags| !flags.contains(&Flag::Deleted)));
    fetched.sort_by_key(|one| one.uid);
    let there = fetched.iter().filter_map(|one| one.uid).collect();
    let has_files = |one: &Fetched| match &one.structure {
        Some(BodyStructure::Known(top)) => mime::has_attachments(top),
        _ => true,
    };
    let found = fetched.into_iter().find(has_files).and_then(|one| {
        let uid = one.uid?;
        let message = MessageRef { mailbox: selection.mailbox.clone(), uid_validity: selection.uid_validity, uid };
        let behind = Uid::new(uid.number().saturating_add(1))?;
        let since = next.filter(|next| *next > uid).unwrap_or(behind);
        Some(Found { message, flags: one.flags.unwrap_or_default(), date: one.internal_date, since })
    });
    Ok((found, there))
}

/// Changes one message, or finishes what was begun with it.
#[expect(clippy::too_many_arguments, reason = "all of a window's state, taken apart by its only caller")]
async fn one(
    account: &Account,
    stripping: &Stripping,
    selection: &Selection,
    uid: Uid,
    found: Option<Found>,
    cursor: &mut Cursor,
    place: &Place,
    keeper: &mut Keeper,
) -> Result<Outcome, Error> {
    let begun = cursor.intent.clone().filter(|intent| intent.uid == uid.number());
    let message = MessageRef { mailbox: selection.mailbox.clone(), uid_validity: selection.uid_validity, uid };
    if let Some((copy, begun)) = begun.as_ref().and_then(|begun| Some((Uid::new(begun.copy?)?, begun))) {
        let doubles: Vec<Uid> = begun.doubles.iter().filter_map(|uid| Uid::new(*uid)).collect();
        let is_done = remove(account, &message, copy, &doubles).await?;
        return Ok(if is_done { Outcome::Stripped(begun.octets) } else { Outcome::Left(Notice::NotTheSame) });
    }
    let old = match &found {
        Some(_) => account.octets_by(Purpose::Transfer, &message).await,
        None => Ok(None),
    };
    let old = match old {
        Ok(Some(old)) => old,
        Ok(None) => {
            return match begun {
                Some(begun) => old_is_gone(account, &message, begun, cursor, place, keeper).await,
                None => Ok(Outcome::Left(Notice::GoneBefore)),
            };
        }
        Err(Error::Refused) => return Ok(Outcome::Left(Notice::NotTakenApart)),
        Err(error) => return Err(error),
    };
    let Some(found) = found else { return Ok(Outcome::Left(Notice::GoneBefore)) };
    let new: Bytes = match mime::strip(&old, &stripping.wanted, |taken| stripping.note.of(taken)) {
        Ok(stripped) => stripped.octets.into(),
        Err(intact) => return Ok(Outcome::Left(notice(intact))),
    };
    let freed = (old.len() as u64).saturating_sub(new.len() as u64);
    if new.contains(&0) || freed == 0 {
        return Ok(Outcome::Left(Notice::NotTakenApart));
    }
    let since = match &begun {
        Some(begun) => Uid::new(begun.since).unwrap_or(found.since),
        None => found.since,
    };
    let mut copies = Vec::new();
    if begun.is_some() {
        copies = copies_since(account, &found.message, since, &new).await?;
    } else {
        let (uid, since) = (uid.number(), since.number());
        let (size, print) = (new.len() as u64, print(&new, keeper));
        cursor.intent = Some(Intent { uid, since, octets: freed, copy: None, doubles: Vec::new(), size, print });
        note_down(cursor, place, keeper).await?;
    }
    if copies.is_empty() {
        match put(account, &found, &new).await? {
            Put::Beside => {}
            Put::InPlace => return in_place(account, &found, since, &old, &new, freed).await,
            Put::Refused => return Ok(Outcome::Left(Notice::Refused)),
        }
        copies = copies_since(account, &found.message, since, &new).await?;
    }
    let Some((copy, doubles)) = copies.split_first() else { return Ok(Outcome::Left(Notice::NotTheSame)) };
    let is_done = instead(account, &found.message, *copy, doubles, cursor, place, keeper).await?;
    Ok(if is_done { Outcome::Stripped(freed) } else { Outcome::Left(Notice::NotTheSame) })
}

/// The new message was compared: that is written down, and then the old one goes.
async fn instead(
    account: &Account,
    old: &MessageRef,
    copy: Uid,
    doubles: &[Uid],
    cursor: &mut Cursor,
    place: &Place,
    keeper: &mut Keeper,
) -> Result<bool, Error> {
    if let Some(intent) = &mut cursor.intent {
        intent.copy = Some(copy.number());
        intent.doubles = doubles.iter().map(|uid| uid.number()).collect();
    }
    note_down(cursor, place, keeper).await?;
    remove(account, old, copy, doubles).await
}

/// The old one went before anything was compared: by REPLACE, whose end nobody heard, or by somebody else. It was changed if what
/// was given to the server is there, to the octet.
async fn old_is_gone(
    account: &Account,
    old: &MessageRef,
    begun: Intent,
    cursor: &mut Cursor,
    place: &Place,
    keeper: &mut Keeper,
) -> Result<Outcome, Error> {
    let since = Uid::new(begun.since).unwrap_or(old.uid);
    let copies =
        copies_like(account, old, since, None, begun.size, |octets| print(octets, keeper) == begun.print).await?;
    let Some((copy, doubles)) = copies.split_first() else { return Ok(Outcome::Left(Notice::Doubtful)) };
    let is_done = instead(account, old, *copy, doubles, cursor, place, keeper).await?;
    Ok(if is_done { Outcome::Stripped(begun.octets) } else { Outcome::Left(Notice::Doubtful) })
}

/// A keyed hash of a message's octets.
fn print(octets: &Bytes, keeper: &Keeper) -> String {
    let hash = keeper.works.key.sign("a message in the place of another", octets);
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

async fn note_down(cursor: &Cursor, place: &Place, keeper: &mut Keeper) -> Result<(), Error> {
    let mut noted = place.clone();
    noted.put(cursor);
    keeper.keep(&noted).await
}

fn notice(intact: Intact) -> Notice {
    match intact {
        Intact::Signed => Notice::Signed,
        Intact::Encrypted => Notice::Encrypted,
        Intact::Nothing => Notice::NothingToRemove,
        Intact::Damaged => Notice::NotTakenApart,
    }
}

/// What the server put in the old one's place is compared; if it is not the same the old one is put back.
async fn in_place(
    account: &Account,
    found: &Found,
    since: Uid,
    old: &Bytes,
    new: &Bytes,
    freed: u64,
) -> Result<Outcome, Error> {
    if !copies_since(account, &found.message, since, new).await?.is_empty() {
        return Ok(Outcome::Stripped(freed));
    }
    tracing::error!("a server did not keep what it was given in the place of a message; the message is put back");
    let (mailbox, date, old) = (found.message.mailbox.clone(), found.date, old.clone());
    let flags: Vec<Flag> = found.flags.iter().cloned().collect();
    let work: Work<()> =
        Box::new(move |link| Box::pin(async move { link.append(&mailbox, &flags, date, &old).await.map(drop) }));
    account.run(Purpose::Transfer, work).await.map_err(|error| Error::about(error, &found.message.mailbox))?;
    Ok(Outcome::Left(Notice::NotTheSame))
}
