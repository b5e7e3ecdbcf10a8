//! Removing attachments and keeping their messages: one message after the other.
//!
//! The order of effects: what is about to be done is written down; the new message is put beside the old one, with its date and
//! marks; it is read back, and compared to the octet; that is written down; only then the old one goes, that UID and no other. Killed anywhere and
//! run again it finds what it put there by its octets. Where the server has REPLACE (RFC 8508) the first and the last step are
//! one; then what was put there is compared behind it, and the old message put back if it is not the same.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::account::Work;
use super::job::{Notice, Obstacle, Place, Step};
use super::keeper::Keeper;
use super::successor::{Found, Put, copies_since, put, remove};
use super::{Account, Error, on_paper};
use crate::imap::{self, Fetched, Item, Purpose};
use crate::mail::{BodyStructure, Flag, MessageRef, Selection, Uid, UidSet, in_units};
use crate::mime::{self, Intact, Taken, Wanted};

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

/// What stands in the place of a removed part: the page brings its words along, since nobody here speaks a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A text of one or more lines in which `{name}`, `{type}`, `{size}` and `{date}` are put in.
    pub text: String,
    /// When they are removed, as it is shown.
    pub date: String,
    /// How a number of bytes, kilobytes, … terabytes is said: texts in which `{shown}` is put in.
    #[serde(default)]
    pub sizes: Vec<String>,
}

impl Stripping {
    pub(super) fn total(&self) -> u64 {
        self.from.iter().map(|one| one.uids.len() as u64).sum()
    }
}

impl Note {
    /// Of this attachment.
    fn of(&self, taken: &Taken) -> String {
        let in_units = in_units(taken.size);
        let shown = match in_units.tenth {
            0 => in_units.whole.to_string(),
            tenth => format!("{}.{tenth}", in_units.whole),
        };
        let size = self
            .sizes
            .get(in_units.unit)
            .map_or_else(|| taken.size.to_string(), |unit| unit.replace("{shown}", &shown));
        // one after the other from the left, so that a file's name that looks like a place is none
        let mut text = String::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            let places =
                [("{name}", &taken.name), ("{type}", &taken.media_type), ("{size}", &size), ("{date}", &self.date)];
            match places.into_iter().find_map(|(place, value)| Some((after.strip_prefix(place)?, value))) {
                Some((behind, value)) => {
                    text.push_str(value);
                    rest = behind;
                }
                None => {
                    text.push('{');
                    rest = after.strip_prefix('{').unwrap_or_default();
                }
            }
        }
        text + rest
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
        // the old one went: by us, behind what was put in its place, or by somebody else
        Ok(None) => return Ok(begun.map_or(Outcome::Left(Notice::GoneBefore), |begun| Outcome::Stripped(begun.octets))),
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
        cursor.intent = Some(Intent { uid, since, octets: freed, copy: None, doubles: Vec::new() });
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
    if let Some(intent) = &mut cursor.intent {
        intent.copy = Some(copy.number());
        intent.doubles = doubles.iter().map(|uid| uid.number()).collect();
    }
    note_down(cursor, place, keeper).await?;
    let is_done = remove(account, &found.message, *copy, doubles).await?;
    Ok(if is_done { Outcome::Stripped(freed) } else { Outcome::Left(Notice::NotTheSame) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_was_there_and_a_name_that_looks_like_a_place_is_a_name() {
        let note = Note {
            text: "{name} ({type}, {size}) {x} was removed on {date}.".to_owned(),
            date: "3 Dec".to_owned(),
            sizes: ["{shown} bytes", "{shown} KB", "{shown} MB"].map(str::to_owned).to_vec(),
        };
        let taken = |name: &str, size| Taken { name: name.to_owned(), media_type: "a/b".to_owned(), size };
        assert_eq!(note.of(&taken("{date}.pdf", 5_100_000)), "{date}.pdf (a/b, 5.1 MB) {x} was removed on 3 Dec.");
        assert_eq!(note.of(&taken("x", 999)), "x (a/b, 999 bytes) {x} was removed on 3 Dec.");
    }
}
