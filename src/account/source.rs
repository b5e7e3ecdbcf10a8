//! An account elsewhere, while its mail is fetched: signed in to, and what of it is still to come.

use std::collections::VecDeque;

use bytes::Bytes;

use super::fetcher::{FetchBy, Fetcher};
use super::fetching::{Cursor, Fetching, Going};
use super::job::Obstacle;
use super::{Account, Error};
use crate::imap::{self, Capability, Code, Item, Link};
use crate::mail::{Flag, MailboxName, Moment, PartPath, Secret, Uid, UidSet};
use crate::mime::envelope;
use crate::pop3::{self, Maildrop};

/// Larger messages are not fetched, in octets: one is held in memory while it is filed.
pub(super) const LARGEST: u64 = 30 << 20;
/// Sizes are asked for so many messages at once.
const SIZED: usize = 500;

/// A message that is still to come.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// What it is called there, the same each time; empty where the server has no such names.
    pub(super) name: String,
    /// Its number there for as long as this connection holds, or its UID.
    number: u32,
    octets: u64,
}

impl Waiting {
    /// How it is known again when it is left there: by its name, else by what can be told of it without its octets.
    pub(super) fn known_by(&self, what: &str) -> String {
        // no server's name has a blank in it
        if self.name.is_empty() { format!("{what} {}", self.octets) } else { self.name.clone() }
    }
}

/// A message that came.
pub(super) struct Came {
    pub(super) octets: Bytes,
    /// Its marks there; none by POP3, which knows none.
    pub(super) flags: Vec<Flag>,
    /// When it arrived there, else when it was written.
    pub(super) date: Option<Moment>,
}

/// What became of asking for one.
pub(super) enum Asked {
    Came(Came),
    TooLarge,
    /// It is not there any more.
    Gone,
}

/// Signed in.
pub(super) struct Open {
    held: Held,
    pub(super) waiting: VecDeque<Waiting>,
    /// What is here already, and was to be deleted there when the line ended.
    pub(super) going: VecDeque<Waiting>,
    /// Messages without a name that were left there before: an entry speaks for one.
    left: Vec<String>,
    /// What is marked to be deleted.
    pub(super) marked: Vec<Going>,
    /// And, by IMAP, which of its messages that is.
    doomed: Vec<Uid>,
    /// The connection is of no further use.
    is_spent: bool,
}

enum Held {
    Pop3(Maildrop),
    Imap(Box<Link>),
}

/// What became of the messages that were marked.
pub(super) struct Carried {
    /// What is left of the connection.
    pub(super) open: Option<Open>,
    /// Whether the server was asked; else they are there as before.
    pub(super) is_done: bool,
    /// How many of them may be there still, as the server says.
    pub(super) refused: u64,
}

/// Why there is nothing to be had from there.
pub(super) enum Trouble {
    /// That account: it can't be had, or the password is not known any more.
    There(Obstacle),
    /// This one, or this machine.
    Here(Error),
}

impl Open {
    /// Signs in with the password that is in memory, and finds out what is new there.
    pub(super) async fn new(
        account: &Account,
        fetcher: &Fetcher,
        fetching: &Fetching,
        cursor: &Cursor,
    ) -> Result<Self, Trouble> {
        let password = account.source_password(&fetching.from).ok_or(Trouble::There(Obstacle::NoSourcePassword))?;
        let opened = match fetching.from.by {
            FetchBy::Pop3 => by_pop3(account, fetcher, fetching, &password).await,
            FetchBy::Imap => by_imap(account, fetcher, fetching, &password).await,
        };
        if let Err(Trouble::There(Obstacle::NoSourcePassword)) = &opened {
            // refused: it is asked for again, and not tried again (S-09)
            account.forget_source_password(&fetching.from);
        }
        let mut open = opened?;
        let remembered = fetcher.remembered(account.user(), &fetching.from, &fetching.folder);
        let names = open.waiting.iter().map(|one| one.name.clone()).filter(|name| !name.is_empty()).collect();
        let known = remembered.known(names).await.map_err(not_kept)?;
        let is_going = |one: &Waiting| cursor.going.iter().any(|going| going.name == one.name);
        for one in std::mem::take(&mut open.waiting) {
            match one.name.as_str() {
                // what it is shows when it came
                "" => open.waiting.push_back(one),
                _ if is_going(&one) => open.going.push_back(one),
                name if known.contains(name) || cursor.left.iter().any(|left| left == name) => {}
                _ => open.waiting.push_back(one),
            }
        }
        open.left.clone_from(&cursor.left);
        Ok(open)
    }

    fn over(held: Held, waiting: VecDeque<Waiting>) -> Self {
        Self {
            held,
            waiting,
            going: VecDeque::new(),
            left: Vec::new(),
            marked: Vec::new(),
            doomed: Vec::new(),
            is_spent: false,
        }
    }

    /// Whether everything there was looked at.
    pub(super) fn is_through(&self) -> bool {
        self.waiting.is_empty() && self.going.is_empty()
    }

    /// Whether the connection is of no further use.
    pub(super) fn is_spent(&self) -> bool {
        self.is_spent
    }

    /// Whether messages can be deleted there, each by itself.
    pub(super) fn can_delete(&self) -> bool {
        match &self.held {
            Held::Pop3(_) => true,
            // without it whatever other programs marked would go too
            Held::Imap(link) => link.capabilities().has(Capability::UidPlus),
        }
    }

    /// Whether one of the messages that were left there before is known by this; from now on that is said of one less.
    pub(super) fn was_left(&mut self, known_by: &str) -> bool {
        let at = self.left.iter().position(|left| left == known_by);
        at.map(|at| self.left.swap_remove(at)).is_some()
    }

    /// Fetches one, whole; nothing there changes.
    pub(super) async fn ask(&mut self, wanted: &Waiting) -> Result<Asked, Trouble> {
        if wanted.octets > LARGEST || wanted.name.is_empty() && self.left.contains(&wanted.known_by("too large")) {
            return Ok(Asked::TooLarge);
        }
        match &mut self.held {
            Held::Pop3(maildrop) => {
                let mut octets = Vec::new();
                match maildrop.retrieve(wanted.number, &mut octets, LARGEST).await {
                    Ok(_) => {
                        let date = envelope(&octets).sent_date;
                        Ok(Asked::Came(Came { octets: octets.into(), flags: Vec::new(), date }))
                    }
                    Err(pop3::Error::Refused) => Ok(Asked::Gone),
                    // more than LIST said: the rest of it was not read, and nobody knows where it ends
                    Err(pop3::Error::TooLarge) => {
                        self.is_spent = true;
                        Ok(Asked::TooLarge)
                    }
                    Err(error) => Err(of_pop3(&error)),
                }
            }
            Held::Imap(link) => {
                let Some(uid) = Uid::new(wanted.number) else { return Ok(Asked::Gone) };
                let items = [Item::Uid, Item::Flags, Item::InternalDate, Item::Part(PartPath::root(), None)];
                let fetched = link.fetch(&UidSet::new([uid]), &items).await.map_err(|error| of_imap(&error))?;
                let Some(one) = fetched.into_iter().find(|one| one.uid == Some(uid)) else { return Ok(Asked::Gone) };
                let Some(octets) = one.body("").cloned() else { return Ok(Asked::Gone) };
                let date = one.internal_date.or_else(|| envelope(&octets).sent_date);
                let kept = |flag: &Flag| matches!(flag, Flag::Seen | Flag::Flagged | Flag::Answered);
                let flags = one.flags.unwrap_or_default().iter().filter(|flag| kept(flag)).cloned().collect();
                Ok(Asked::Came(Came { octets, flags, date }))
            }
        }
    }

    /// Marks one to be deleted there, which [`Self::carry_out`] does; `false` where that is refused.
    pub(super) async fn delete(&mut self, done: &Waiting, going: Going) -> Result<bool, Trouble> {
        match &mut self.held {
            Held::Pop3(maildrop) => match maildrop.delete(done.number).await {
                Ok(()) => {
                    self.marked.push(going);
                    Ok(true)
                }
                Err(pop3::Error::Refused) => Ok(false),
                Err(error) => Err(of_pop3(&error)),
            },
            Held::Imap(_) => {
                self.marked.push(going);
                self.doomed.extend(Uid::new(done.number));
                Ok(true)
            }
        }
    }

    /// Has the server delete what was marked. An error: nobody knows whether it did.
    pub(super) async fn carry_out(self) -> Result<Carried, Trouble> {
        if self.is_spent {
            // a connection that just ends has deleted nothing (RFC 1939 6)
            return Ok(Carried { open: None, is_done: self.marked.is_empty(), refused: 0 });
        }
        if let Held::Imap(_) = &self.held {
            return self.expunge().await;
        }
        match self.held {
            Held::Pop3(maildrop) if !self.marked.is_empty() => match maildrop.quit().await {
                Ok(()) => Ok(Carried { open: None, is_done: true, refused: 0 }),
                Err(pop3::Error::Refused) => {
                    Ok(Carried { open: None, is_done: true, refused: self.marked.len() as u64 })
                }
                Err(error) => Err(of_pop3(&error)),
            },
            _ => Ok(Carried { open: Some(self), is_done: true, refused: 0 }),
        }
    }

    /// Removes what is marked in the open folder: those messages, and no others.
    async fn expunge(mut self) -> Result<Carried, Trouble> {
        let uids: UidSet = std::mem::take(&mut self.doomed).into_iter().collect();
        let marked = std::mem::take(&mut self.marked).len() as u64;
        let Held::Imap(link) = &mut self.held else { return Err(Trouble::There(Obstacle::NoSource)) };
        let expunged: Result<u64, imap::Error> = async {
            if uids.is_empty() || !link.capabilities().has(Capability::UidPlus) {
                return Ok(0);
            }
            let now = link.weigh(&uids).await?;
            link.expunge_and_weigh(&now, &UidSet::default()).await?;
            // some servers say OK and do nothing, where a folder may only be read
            Ok(link.weigh(&uids).await?.there.len() as u64)
        }
        .await;
        let refused = match expunged {
            Ok(there) => there,
            Err(error) if error.ends_connection() => return Err(of_imap(&error)),
            Err(_) => marked,
        };
        Ok(Carried { open: Some(self), is_done: true, refused })
    }

    /// Signs off. Nothing is marked any more, so it is of no interest what comes of it.
    pub(super) async fn end(self) {
        match self.held {
            Held::Pop3(maildrop) => maildrop.quit().await.unwrap_or_default(),
            Held::Imap(mut link) => link.sign_off().await,
        }
    }
}

async fn by_pop3(
    account: &Account,
    fetcher: &Fetcher,
    fetching: &Fetching,
    password: &Secret,
) -> Result<Open, Trouble> {
    let from = &fetching.from;
    let opened = async {
        let mut maildrop = fetcher.pop3(from, account.user())?.sign_in(&from.user, password).await?;
        let sizes = maildrop.sizes().await?;
        let names = match maildrop.unique_ids().await {
            Err(pop3::Error::Refused) => Default::default(),
            other => other?,
        };
        let waiting = sizes.into_iter().map(|(number, octets)| {
            let name = names.get(&number).cloned().unwrap_or_default();
            Waiting { name, number, octets }
        });
        Ok(Open::over(Held::Pop3(maildrop), waiting.collect()))
    };
    opened.await.map_err(|error: pop3::Error| of_pop3(&error))
}

async fn by_imap(
    account: &Account,
    fetcher: &Fetcher,
    fetching: &Fetching,
    password: &Secret,
) -> Result<Open, Trouble> {
    let from = &fetching.from;
    let no_folder = Trouble::There(Obstacle::NoSourceFolder);
    let Ok(folder) = MailboxName::new(&fetching.folder) else { return Err(no_folder) };
    let signed_in = async {
        let dialer = fetcher.imap(from, account.user())?;
        match fetching.delete {
            true => dialer.sign_in_to_take(&from.user, password).await,
            false => dialer.sign_in_to_read(&from.user, password).await,
        }
    };
    let signed_in = signed_in.await;
    let mut link = signed_in.map_err(|error| of_imap(&error))?;
    let opened = link.select(&folder).await.map(|view| view.uid_validity);
    let uid_validity = opened.map_err(|error| match error {
        imap::Error::No(Code::Busy | Code::Limit) => of_imap(&error),
        imap::Error::No(_) => no_folder,
        error => of_imap(&error),
    })?;
    let opened = async {
        let uids: Vec<Uid> = link.all_uids().await?;
        let mut waiting = VecDeque::with_capacity(uids.len());
        for some in uids.chunks(SIZED) {
            let sized = link.fetch(&UidSet::new(some.iter().copied()), &[Item::Uid, Item::Size]).await?;
            waiting.extend(sized.into_iter().filter_map(|one| {
                let uid = one.uid?;
                let name = format!("{uid_validity}/{}", uid.number());
                Some(Waiting { name, number: uid.number(), octets: one.size.unwrap_or(u64::MAX) })
            }));
        }
        Ok(Open::over(Held::Imap(Box::new(link)), waiting))
    };
    opened.await.map_err(|error: imap::Error| of_imap(&error))
}

fn of_pop3(error: &pop3::Error) -> Trouble {
    Trouble::There(match error {
        pop3::Error::SignIn => Obstacle::NoSourcePassword,
        _ => Obstacle::NoSource,
    })
}

fn of_imap(error: &imap::Error) -> Trouble {
    Trouble::There(match error {
        imap::Error::Refused => Obstacle::NoSourcePassword,
        _ => Obstacle::NoSource,
    })
}

pub(super) fn not_kept(error: crate::store::Error) -> Trouble {
    tracing::error!(%error, "what was fetched can't be read or written");
    Trouble::Here(Error::NotKept)
}
