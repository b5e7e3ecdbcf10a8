//! A window of messages from an account elsewhere: each is fetched, filed here, and deleted there where that was asked for.

use super::account::Work;
use super::fetching::{Cursor, Fetching, Going};
use super::job::{Notice, Place};
use super::keeper::Keeper;
use super::source::{Asked, Came, Open, Trouble, Waiting, not_kept};
use super::{Account, Error};
use crate::imap::{self, Purpose};
use crate::mail::{Flag, MessageRef, Uid, UidValidity};
use crate::mime::envelope;
use crate::store::FetchedFrom;

/// Messages of one window, and octets after which it ends.
const WINDOW: usize = 20;
const OCTETS: u64 = 16 << 20;
/// Messages that are left there are remembered for one run, so many of them.
const MOST_LEFT: usize = 10_000;

/// What a window needs.
pub(super) struct Run<'a> {
    pub(super) account: &'a Account,
    pub(super) fetching: &'a Fetching,
    pub(super) remembered: FetchedFrom,
    /// The window was begun before: what it fetches may be here.
    pub(super) may_be_here: bool,
}

/// What became of a message.
enum Became {
    /// It was done with before.
    Passed,
    /// It is here.
    Here,
    /// It is here, the same to the octet, and is to be deleted there.
    Goes(Going),
    /// It stays there, or is not as it should be here: why, what it is about, and how it is known again.
    Left(Notice, String, String),
}

impl Run<'_> {
    /// What comes before is done first: what an earlier end of the line left to be deleted.
    pub(super) async fn window(
        &mut self,
        open: &mut Open,
        cursor: &mut Cursor,
        place: &mut Place,
        keeper: &mut Keeper,
    ) -> Result<(), Trouble> {
        if self.fetching.delete && !open.can_delete() {
            place.remark(Notice::CantDelete, String::new(), 0);
        }
        let mut octets = 0;
        for _ in 0..WINDOW {
            if octets > OCTETS || keeper.is_to_end() || open.is_spent() {
                return Ok(());
            }
            if let Some(wanted) = open.going.front().cloned() {
                octets += self.delete_what_came(open, &wanted, cursor, place).await?;
                open.going.pop_front();
                continue;
            }
            let Some(wanted) = open.waiting.front().cloned() else { return Ok(()) };
            let became = match open.ask(&wanted).await? {
                Asked::Came(came) => {
                    octets += came.octets.len() as u64;
                    self.file(open, &wanted, came, cursor, place).await?
                }
                Asked::TooLarge => Became::Left(Notice::TooLarge, String::new(), wanted.known_by("too large")),
                Asked::Gone => Became::Left(Notice::GoneBefore, String::new(), wanted.known_by("gone")),
            };
            match became {
                Became::Passed => {}
                Became::Here => place.done += 1,
                Became::Goes(going) => {
                    place.done += 1;
                    cursor.since =
                        cursor.since.map(|(validity, uid, _)| (validity, uid, open.waiting.len() as u64 - 1));
                    cursor.going.push(going.clone());
                    // before it counts as fetched: whoever goes on from here knows that it is not deleted yet
                    place.put(cursor);
                    keeper.keep(place).await.map_err(Trouble::Here)?;
                    let name = if wanted.name.is_empty() { &going.print } else { &wanted.name };
                    self.remembered.add(name).await.map_err(not_kept)?;
                    mark(open, &wanted, going, cursor, place).await?;
                }
                Became::Left(_, _, known_by) if wanted.name.is_empty() && open.was_left(&known_by) => {}
                Became::Left(notice, about, known_by) => {
                    place.done += 1;
                    // what is here all the same came
                    place.skipped += u64::from(notice != Notice::NotTheSame);
                    place.remark(notice, about, 1);
                    if cursor.left.len() < MOST_LEFT {
                        cursor.left.push(known_by);
                    }
                }
            }
            open.waiting.pop_front();
        }
        Ok(())
    }

    /// Deletes there what was read back from here before the line ended, unless it is another message by now. Its octets.
    async fn delete_what_came(
        &self,
        open: &mut Open,
        wanted: &Waiting,
        cursor: &mut Cursor,
        place: &mut Place,
    ) -> Result<u64, Trouble> {
        let (mut octets, mut print) = (0, None);
        if let Asked::Came(came) = open.ask(wanted).await? {
            octets = came.octets.len() as u64;
            print = Some(self.remembered.name_of(&came.octets));
            if !cursor.going.iter().any(|going| going.name == wanted.name && Some(&going.print) == print.as_ref()) {
                place.remark(Notice::NotTheSame, envelope(&came.octets).subject, 1);
                print = None;
            }
        }
        match print {
            Some(print) => mark(open, wanted, Going { name: wanted.name.clone(), print }, cursor, place).await?,
            None => cursor.going.retain(|going| going.name != wanted.name),
        }
        Ok(octets)
    }

    /// Files what came, unless it is here already.
    async fn file(
        &self,
        open: &mut Open,
        wanted: &Waiting,
        came: Came,
        cursor: &mut Cursor,
        place: &mut Place,
    ) -> Result<Became, Trouble> {
        let subject = || envelope(&came.octets).subject;
        // without a name of the server's, it is called by what it is
        let print = self.remembered.name_of(&came.octets);
        let name = if wanted.name.is_empty() { &print } else { &wanted.name };
        let left = if wanted.name.is_empty() { format!("octets {print}") } else { name.clone() };
        if wanted.name.is_empty() {
            if let Some(going) = cursor.going.iter().find(|going| going.print == print).cloned() {
                mark(open, wanted, going, cursor, place).await?;
                return Ok(Became::Passed);
            }
            if cursor.left.contains(&left) || self.remembered.knows(name).await.map_err(not_kept)? {
                return Ok(Became::Passed);
            }
        }
        let into = &self.fetching.into;
        let since = cursor.since.and_then(|(validity, uid, _)| Some((UidValidity::new(validity)?, Uid::new(uid)?)));
        let here = match since.filter(|_| self.may_be_here) {
            Some(since) => self.account.find_since(into, since, &came.octets).await.map_err(Trouble::Here)?,
            None => None,
        };
        let there = match here {
            Some(there) => Some(there),
            None => match self.append(&came).await {
                Ok(there) => there,
                Err(Error::Refused) => return Ok(Became::Left(Notice::Refused, subject(), left)),
                Err(error) => return Err(Trouble::Here(error)),
            },
        };
        place.octets += came.octets.len() as u64;
        if self.fetching.delete && open.can_delete() {
            let there = match (there, since) {
                (None, Some(since)) => {
                    self.account.find_since(into, since, &came.octets).await.map_err(Trouble::Here)?
                }
                (there, _) => there,
            };
            let read_back = match &there {
                Some(there) => self.account.octets_of(there).await.map_err(Trouble::Here)?,
                None => None,
            };
            if read_back.is_some_and(|read| read == came.octets) {
                return Ok(Became::Goes(Going { name: wanted.name.clone(), print }));
            }
            self.remembered.add(name).await.map_err(not_kept)?;
            return Ok(Became::Left(Notice::NotTheSame, subject(), left));
        }
        self.remembered.add(name).await.map_err(not_kept)?;
        Ok(Became::Here)
    }

    async fn append(&self, came: &Came) -> Result<Option<MessageRef>, Error> {
        let (into, octets, date) = (self.fetching.into.clone(), came.octets.clone(), came.date);
        let mut flags = came.flags.clone();
        if self.fetching.as_read && !flags.contains(&Flag::Seen) {
            flags.push(Flag::Seen);
        }
        let work: Work<Option<MessageRef>> =
            Box::new(move |link| Box::pin(async move { link.append(&into, &flags, date, &octets).await }));
        let filed = self.account.run(Purpose::Transfer, work).await;
        filed.map_err(|error| match error {
            imap::Error::Bad | imap::Error::Argument => Error::Refused,
            error => Error::about(error, &self.fetching.into),
        })
    }
}

/// Marks one to be deleted there; where that is refused it stays, and is not tried again.
async fn mark(
    open: &mut Open,
    wanted: &Waiting,
    going: Going,
    cursor: &mut Cursor,
    place: &mut Place,
) -> Result<(), Trouble> {
    if !open.delete(wanted, going.clone()).await? {
        cursor.going.retain(|one| *one != going);
        place.remark(Notice::StaysThere, String::new(), 1);
    }
    Ok(())
}
