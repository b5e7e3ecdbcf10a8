//! Removing many messages: for good, to Trash or into a mailbox, a window at a time, and none but the chosen ones.
//!
//! Of each window it is written down what was there of it before anything is done to it, so that whoever goes on after an end
//! of the program counts it once. Removing is done again without harm; moving too where the server has MOVE. Where it has
//! not, what is copied before it is removed, and the mailbox that it is copied to is looked through first.

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::account::Work;
use super::job::{Notice, Obstacle, Place, Step};
use super::keeper::Keeper;
use super::removal_cursor::{Cursor, Target, Window};
use super::rules::Rule;
use super::{Account, Error, What, on_paper};
use crate::imap::{self, Capability, Code, Purpose, Weighed};
use crate::mail::{MailboxName, Role, Selection, Uid, UidSet, UidValidity};

/// Which messages go, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// These, and no others, whatever arrives meanwhile.
    #[serde(with = "on_paper::selections")]
    pub from: Vec<Selection>,
    /// Where to.
    pub how: How,
    /// A rule of the person's ordered it, not they themselves.
    #[serde(default)]
    pub by_rule: bool,
}

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// They can't be had back. Works over quota, where a move to Trash would not.
    ForGood,
    /// To the mailbox with that role, which is made if there is none.
    ToTrash,
    /// Into this mailbox.
    To(#[serde(with = "on_paper::mailbox")] MailboxName),
}

impl Removal {
    pub(super) fn total(&self) -> u64 {
        self.from.iter().map(|one| one.uids.len() as u64).sum()
    }
}

/// What became of a window.
enum Outcome {
    /// It is gone, and this is there of the next one.
    Gone(Weighed),
    /// The mailbox that it should have gone to is not there.
    NoTarget,
}

/// Removes a window, or looks at the first one of a selection.
pub(super) async fn step(
    account: &Account,
    removal: &Removal,
    mut place: Place,
    keeper: &mut Keeper,
) -> Result<Step, Error> {
    let Some(mut cursor) = place.cursor::<Cursor>() else { return Err(Error::NotKept) };
    let Some(selection) = removal.from.get(cursor.at) else { return Ok(Step::Done(place)) };
    let target = match target(account, removal, &mut cursor).await {
        Ok(target) => target,
        // nothing can be moved; what is left stays where it is
        Err(Error::NotFound(What::Mailbox(gone))) => {
            place.remark(Notice::MailboxGone, gone.as_str(), 0);
            return Ok(pass_over(removal, selection, cursor, place));
        }
        Err(error) => return Err(error),
    };
    if target.as_ref() == Some(&selection.mailbox) {
        // they are there already
        return Ok(pass_over(removal, selection, cursor, place));
    }
    let rule = if removal.by_rule { account.rule_of(selection).await? } else { None };
    if removal.by_rule && rule.is_none() {
        place.remark(Notice::Exempt, selection.mailbox.as_str(), left(selection, &cursor));
        return Ok(pass_over(removal, selection, cursor, place));
    }
    let mut stays = 0;
    let result = match &cursor.next {
        None => first_look(account, selection, &mut cursor, &mut place).await,
        Some(window) => match of_rule(account, rule, selection, window.clone()).await {
            Ok((window, stay)) => {
                stays = stay;
                window_gone(account, selection, target.as_ref(), &window, &mut cursor, &mut place, keeper).await
            }
            Err(error) => Err(error),
        },
    };
    let notice = match result {
        Ok(()) => {
            if stays > 0 {
                place.skipped += stays;
                place.remark(Notice::Exempt, selection.mailbox.as_str(), stays);
            }
            place.put(&cursor);
            return Ok(Step::More(place));
        }
        Err(Error::MailboxRebuilt(_)) => Notice::MailboxRebuilt,
        Err(Error::NotFound(_)) => Notice::MailboxGone,
        Err(Error::Refused) => Notice::Refused,
        Err(Error::OverQuota) => {
            place.put(&cursor);
            return Ok(Step::Blocked(place, Obstacle::OverQuota));
        }
        Err(error) => return Err(error),
    };
    let left = left(selection, &cursor);
    place.remark(notice, selection.mailbox.as_str(), left);
    Ok(pass_over(removal, selection, cursor, place))
}

/// What of a window may go, and how many of it stay: all of it may, unless a rule ordered it.
async fn of_rule(
    account: &Account,
    rule: Option<Rule>,
    selection: &Selection,
    window: Window,
) -> Result<(Window, u64), Error> {
    match rule {
        Some(rule) => account.still_due(rule, selection, &window).await,
        None => Ok((window, 0)),
    }
}

/// Messages of a selection that are not done with.
fn left(selection: &Selection, cursor: &Cursor) -> u64 {
    let after = cursor.after.and_then(Uid::new);
    selection.uids.window(after, usize::MAX, usize::MAX).len() as u64
}

/// Goes on with the next selection; what is left of this one is not done.
fn pass_over(removal: &Removal, selection: &Selection, cursor: Cursor, mut place: Place) -> Step {
    let left = left(selection, &cursor);
    place.done += left;
    place.skipped += left;
    let cursor = Cursor { at: cursor.at + 1, target: cursor.target, size: cursor.size, ..Cursor::default() };
    place.put(&cursor);
    if removal.from.get(cursor.at).is_some() { Step::More(place) } else { Step::Done(place) }
}

/// Where messages go; `None`: nowhere.
async fn target(account: &Account, removal: &Removal, cursor: &mut Cursor) -> Result<Option<MailboxName>, Error> {
    match (&removal.how, &cursor.target) {
        (How::ForGood, _) => Ok(None),
        (How::To(mailbox), _) => {
            // asked once: afterwards the server says if it is gone
            if cursor.target.is_none() {
                let overview = account.overview().await?;
                if overview.find(mailbox).is_none_or(|mailbox| !mailbox.selectable) {
                    return Err(Error::NotFound(What::Mailbox(mailbox.clone())));
                }
                cursor.target = Some(Target(mailbox.clone()));
            }
            Ok(Some(mailbox.clone()))
        }
        (How::ToTrash, Some(Target(mailbox))) => Ok(Some(mailbox.clone())),
        (How::ToTrash, None) => {
            let overview = account.overview().await?;
            let mailbox = match overview.with_role(Role::Trash) {
                Some(trash) => trash.name.clone(),
                None => account.make_role(Role::Trash, &overview).await?,
            };
            cursor.target = Some(Target(mailbox.clone()));
            Ok(Some(mailbox))
        }
    }
}

/// Looks what is there of a selection's first window.
async fn first_look(
    account: &Account,
    selection: &Selection,
    cursor: &mut Cursor,
    place: &mut Place,
) -> Result<(), Error> {
    let wanted = cursor.window(selection, cursor.after);
    if wanted.is_empty() {
        *cursor = Cursor { at: cursor.at + 1, target: cursor.target.take(), size: cursor.size, ..Cursor::default() };
        return Ok(());
    }
    let (mailbox, uid_validity, uids) = (selection.mailbox.clone(), selection.uid_validity, wanted.clone());
    let work: Work<Weighed> = Box::new(move |link| {
        Box::pin(async move {
            link.select_true(&mailbox, uid_validity).await?;
            link.weigh(&uids).await
        })
    });
    let weighed = account.run(Purpose::Transfer, work).await;
    let weighed = weighed.map_err(|error| Error::about(error, &selection.mailbox))?;
    found(selection, &wanted, &weighed, cursor, place);
    Ok(())
}

/// Notes what was found of the next window. What is not there was gone before anything was done.
fn found(selection: &Selection, wanted: &UidSet, weighed: &Weighed, cursor: &mut Cursor, place: &mut Place) {
    cursor.next = Window::new(wanted, weighed);
    let gone = wanted.len().saturating_sub(weighed.there.len()) as u64;
    if gone > 0 {
        place.skipped += gone;
        place.remark(Notice::GoneBefore, selection.mailbox.as_str(), gone);
    }
}

/// Removes the window that was looked at, and looks at the next one.
async fn window_gone(
    account: &Account,
    selection: &Selection,
    target: Option<&MailboxName>,
    window: &Window,
    cursor: &mut Cursor,
    place: &mut Place,
    keeper: &mut Keeper,
) -> Result<(), Error> {
    let next = cursor.window(selection, Some(window.through));
    let began = Instant::now();
    let now = window.weighed();
    let gone = match target {
        None => expunge(account, selection, &now, &next).await,
        Some(target) => {
            let copying = match note_copying(account, selection, target, cursor, place, keeper).await {
                Err(Error::NotFound(_)) => return target_gone(target, cursor),
                other => other?,
            };
            match moved(account, selection, &now, target, copying, &next).await? {
                Outcome::Gone(weighed) => Ok(weighed),
                Outcome::NoTarget => return target_gone(target, cursor),
            }
        }
    };
    let weighed = gone?;
    match next.is_empty() {
        true => account.0.counts_changed(),
        false => account.0.worked_on(),
    }
    cursor.learn(began.elapsed(), window.chosen);
    place.done += window.chosen;
    place.octets += if target.is_none() { window.octets } else { 0 };
    (cursor.after, cursor.next, cursor.copying) = (Some(window.through), None, None);
    if !next.is_empty() {
        found(selection, &next, &weighed, cursor, place);
    }
    Ok(())
}

/// It was there before: the next step looks, and makes one for a role anew. Else it is an error there.
fn target_gone(target: &MailboxName, cursor: &mut Cursor) -> Result<(), Error> {
    tracing::debug!("a mailbox that messages are moved to is not there");
    match cursor.target.take() {
        Some(_) => Ok(()),
        None => Err(Error::NotFound(What::Mailbox(target.clone()))),
    }
}

async fn expunge(account: &Account, selection: &Selection, now: &Weighed, next: &UidSet) -> Result<Weighed, Error> {
    let (mailbox, uid_validity) = (selection.mailbox.clone(), selection.uid_validity);
    let (now, next) = (now.clone(), next.clone());
    let work: Work<Weighed> = Box::new(move |link| {
        Box::pin(async move {
            open(link, &mailbox, uid_validity).await?;
            link.expunge_and_weigh(&now, &next).await
        })
    });
    account.run(Purpose::Transfer, work).await.map_err(|error| Error::about(error, &selection.mailbox))
}

/// Where the server has no MOVE: writes down since when copies may be in the target, before there are some. What was written
/// by an earlier try, whose end nobody knows.
async fn note_copying(
    account: &Account,
    selection: &Selection,
    target: &MailboxName,
    cursor: &mut Cursor,
    place: &Place,
    keeper: &mut Keeper,
) -> Result<Option<(UidValidity, Uid)>, Error> {
    if let Some((uid_validity, uid)) = cursor.copying {
        return Ok(UidValidity::new(uid_validity).zip(Uid::new(uid)));
    }
    let name = target.clone();
    let work: Work<Option<(UidValidity, Uid)>> = Box::new(move |link| {
        Box::pin(async move {
            if link.capabilities().has(Capability::Move) {
                return Ok(None);
            }
            link.next_uid(&name).await.map(Some)
        })
    });
    let since = account.run(Purpose::Transfer, work).await.map_err(|error| about_target(error, target, selection))?;
    if let Some((uid_validity, uid)) = since {
        cursor.copying = Some((uid_validity.number(), uid.number()));
        let mut noted = place.clone();
        noted.put(cursor);
        keeper.keep(&noted).await?;
    }
    Ok(None)
}

/// Moves what is there, but what was copied by an earlier try, which is only removed.
async fn moved(
    account: &Account,
    selection: &Selection,
    now: &Weighed,
    target: &MailboxName,
    copied: Option<(UidValidity, Uid)>,
    next: &UidSet,
) -> Result<Outcome, Error> {
    let (mailbox, uid_validity) = (selection.mailbox.clone(), selection.uid_validity);
    let (there, next, to) = (now.there.clone(), next.clone(), target.clone());
    let work: Work<Outcome> = Box::new(move |link| {
        Box::pin(async move {
            open(link, &mailbox, uid_validity).await?;
            let mut left = there.clone();
            if let Some(since) = copied {
                let done = match link.copied_since(&there, &to, since).await {
                    // what was made there is gone with it
                    Err(imap::Error::Rebuilt | imap::Error::No(Code::NonExistent | Code::TryCreate)) => {
                        link.select_same(&mailbox, uid_validity).await?;
                        UidSet::default()
                    }
                    other => other?,
                };
                if !done.is_empty() {
                    link.expunge(&done).await?;
                    left = there.iter().filter(|uid| !done.contains(*uid)).collect();
                }
            }
            if !left.is_empty() {
                match link.move_to(&left, &to).await {
                    Err(imap::Error::No(Code::TryCreate | Code::NonExistent)) => return Ok(Outcome::NoTarget),
                    other => other?,
                };
            }
            link.weigh(&next).await.map(Outcome::Gone)
        })
    });
    account.run(Purpose::Transfer, work).await.map_err(|error| Error::about(error, &selection.mailbox))
}

fn about_target(error: imap::Error, target: &MailboxName, selection: &Selection) -> Error {
    match error {
        imap::Error::No(_) => Error::NotFound(What::Mailbox(target.clone())),
        error => Error::about(error, &selection.mailbox),
    }
}

/// Opens the mailbox, unless this connection has it open: then it is as true as the last window left it.
async fn open(link: &mut imap::Link, mailbox: &MailboxName, uid_validity: UidValidity) -> Result<(), imap::Error> {
    if link.has_open(mailbox) {
        link.select_same(mailbox, uid_validity).await.map(drop)
    } else {
        link.select_true(mailbox, uid_validity).await
    }
}
