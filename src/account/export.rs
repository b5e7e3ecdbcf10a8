//! Taking mail along: which messages, and their octets as a stream, whatever archive is made of it.
//!
//! Any number of gigabytes pass through a few messages' worth of memory; how they travel is in `carrying`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use super::account::Inner;
use super::carrying::Carrier;
use super::{Account, Asked, Error, What, sorted};
use crate::imap::{self, Item, Link, Purpose};
use crate::mail::{Envelope, Flag, Flags, MailboxName, Moment, Selection, Uid, UidSet};

/// What is taken along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking {
    /// These messages.
    Chosen(Vec<Selection>),
    /// All of a mailbox.
    Mailbox(MailboxName),
    /// All of a mailbox and of those below it.
    Tree(MailboxName),
    /// What a list shows that was asked for so, on all of its pages.
    Listed(MailboxName, Asked),
}

/// The messages that are taken along, as they were when they were asked for: mailbox by mailbox, none of them without messages.
#[derive(Debug, Clone)]
pub struct Export {
    /// The messages.
    pub selections: Vec<Selection>,
}

/// What an export is made of, in its order: messages, each with its octets and an end, and those that are left out.
#[derive(Debug)]
pub enum Carriage {
    /// A message begins.
    Begin(Box<Carried>),
    /// A piece of it.
    Octets(Bytes),
    /// All of it has come.
    End,
    /// It will not come.
    LeftOut(LeftOut),
}

/// A message on its way.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Where it lies.
    pub mailbox: MailboxName,
    /// Its UID.
    pub uid: Uid,
    /// Its marks.
    pub flags: Flags,
    /// When the server got it.
    pub arrived: Moment,
    /// Its octets: exactly, where the message was in memory when it began; else as the server tells.
    pub size: u64,
    /// What its header says.
    pub envelope: Envelope,
}

/// What is not in the archive, though it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it was.
    pub mailbox: MailboxName,
    /// The message; `None`: all those of the mailbox that had not come yet.
    pub uid: Option<Uid>,
    /// How many messages.
    pub messages: u64,
    /// Its subject, where it is known.
    pub subject: String,
    /// When the server got it, where that is known.
    pub arrived: Option<Moment>,
    /// Why.
    pub why: WhyLeftOut,
}

/// Why something is not in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// It was moved or deleted meanwhile.
    Gone,
    /// The mailbox was removed, renamed or rebuilt meanwhile.
    MailboxGone,
    /// The mail server would not give it.
    Refused,
}

/// The stream of an export; dropping it ends the transfer. After an error nothing follows: what came is not the whole.
pub struct Carriages {
    ready: mpsc::Receiver<Result<Carriage, Error>>,
    /// What fills that. It is a part of whoever reads and no task of its own: each piece would wake both.
    carrier: Option<BoxFuture<'static, ()>>,
}

impl Carriages {
    /// What comes next; `None` when all of it has come.
    pub async fn next(&mut self) -> Option<Result<Carriage, Error>> {
        poll_fn(|cx| {
            if let Poll::Ready(next) = self.ready.poll_recv(cx) {
                return Poll::Ready(next);
            }
            if self.carrier.as_mut().is_some_and(|carrier| carrier.as_mut().poll(cx).is_ready()) {
                self.carrier = None;
            }
            self.ready.poll_recv(cx)
        })
        .await
    }
}

impl std::fmt::Debug for Carriages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carriages").field("ready", &self.ready.len()).finish_non_exhaustive()
    }
}

impl Export {
    /// How many messages there are.
    pub fn messages(&self) -> u64 {
        self.selections.iter().map(|selection| u64::try_from(selection.uids.len()).unwrap_or(u64::MAX)).sum()
    }
}

/// What an export weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// Octets.
    pub octets: u64,
    /// Whether every message was asked; else it is what some of them let expect.
    pub is_exact: bool,
}

/// Pieces that wait for whoever reads them; none is larger than what was read from the mail server at once.
const READY: usize = 16;
/// Messages of a mailbox whose size is asked, about; of one with more an estimate is made from these.
const WEIGHED: usize = 20_000;

impl Account {
    /// Finds out which messages are meant. A mailbox that is none, or was rebuilt, is an error now and not a file that breaks off.
    pub async fn export(&self, wanted: &Taking) -> Result<Export, Error> {
        let selections = match wanted {
            Taking::Chosen(selections) => {
                for selection in selections {
                    self.is_there(selection).await?;
                }
                selections.clone()
            }
            Taking::Mailbox(mailbox) => vec![self.find(mailbox, &Asked::default()).await?],
            Taking::Listed(mailbox, asked) => vec![self.find(mailbox, asked).await?],
            Taking::Tree(top) => {
                let overview = self.overview().await?;
                let known = overview.find(top).ok_or_else(|| Error::NotFound(What::Mailbox(top.clone())))?;
                let below = known.delimiter.map(|delimiter| format!("{top}{delimiter}"));
                let is_meant = |name: &MailboxName| {
                    name == top || below.as_ref().is_some_and(|below| name.as_str().starts_with(below.as_str()))
                };
                let mut selections = Vec::new();
                for mailbox in overview.mailboxes.iter().filter(|one| one.selectable && is_meant(&one.name)) {
                    selections.push(self.find(&mailbox.name, &Asked::default()).await?);
                }
                selections
            }
        };
        let selections = selections.into_iter().filter(|selection| !selection.uids.is_empty()).collect();
        Ok(Export { selections })
    }

    /// What it weighs; of large mailboxes an estimate from messages all over them.
    pub async fn weigh(&self, export: &Export) -> Result<Weight, Error> {
        let mut weight = Weight { octets: 0, is_exact: true };
        for selection in &export.selections {
            let all = selection.uids.len();
            let step = u32::try_from(all.div_ceil(WEIGHED).max(1)).unwrap_or(u32::MAX);
            weight.is_exact &= step == 1;
            // scattered: a few large ones among many small make the weight, and may come at regular distances
            let is_asked = |uid: &Uid| scattered(uid.number()).is_multiple_of(step);
            let asked: UidSet = selection.uids.iter().filter(is_asked).collect();
            let (count, sizes) = self.sizes(selection, asked).await?;
            let share = u128::from(sizes) * u128::try_from(all).unwrap_or(u128::MAX) / u128::from(count.max(1));
            weight.octets = weight.octets.saturating_add(u64::try_from(share).unwrap_or(u64::MAX));
        }
        Ok(weight)
    }

    /// Carries it. Lost connections are made anew, and it goes on where it was; an error comes when that is of no use.
    pub fn carry(&self, export: &Export) -> Carriages {
        let (out, ready) = mpsc::channel(READY);
        let carrier = Carrier::new(self.clone(), out).run(export.selections.clone());
        Carriages { ready, carrier: Some(Box::pin(carrier)) }
    }

    /// What a list of the mailbox has on all of its pages, ascending.
    async fn find(&self, mailbox: &MailboxName, asked: &Asked) -> Result<Selection, Error> {
        let (name, asked) = (mailbox.clone(), asked.clone());
        let found = self.read(Purpose::Transfer, move |_| {
            let (name, asked) = (name.clone(), asked.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select(&name).await?;
                    link.sync_now().await?;
                    let (criteria, words) = sorted::criteria(&asked);
                    let uids = link.search(&criteria, &words, None).await?;
                    let uids = shown(link, uids.into_iter().collect()).await?;
                    let uid_validity = link.select(&name).await?.uid_validity;
                    Ok(Selection { mailbox: name, uid_validity, uids })
                })
            })
        });
        found.await.map_err(|error| Error::about(error, mailbox))
    }

    /// Whether its mailbox is the one that it was chosen from.
    async fn is_there(&self, selection: &Selection) -> Result<(), Error> {
        let wanted = selection.clone();
        let looked = self.read(Purpose::Transfer, move |_| {
            let wanted = wanted.clone();
            Box::new(move |link| {
                Box::pin(async move { link.select_true(&wanted.mailbox, wanted.uid_validity).await.map(drop) })
            })
        });
        looked.await.map_err(|error| Error::about(error, &selection.mailbox))
    }

    /// How many of these messages are there, and their octets together.
    async fn sizes(&self, selection: &Selection, asked: UidSet) -> Result<(u64, u64), Error> {
        let wanted = selection.clone();
        let read = self.read(Purpose::Transfer, move |_: Arc<Inner>| {
            let (wanted, asked) = (wanted.clone(), asked.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_same(&wanted.mailbox, wanted.uid_validity).await?;
                    let fetched = link.fetch(&asked, &[Item::Uid, Item::Size]).await?;
                    let sizes = fetched.iter().filter_map(|one| one.size);
                    Ok(sizes.fold((0, 0), |(count, sum), size| (count + 1, size.saturating_add(sum))))
                })
            })
        });
        read.await.map_err(|error| Error::about(error, &selection.mailbox))
    }
}

/// Those of them that a person sees: where nothing can be expunged, what is marked `\Deleted` is out of sight.
async fn shown(link: &mut Link, uids: UidSet) -> Result<UidSet, imap::Error> {
    if !link.hides_deleted() || uids.is_empty() {
        return Ok(uids);
    }
    let fetched = link.fetch(&uids, &[Item::Uid, Item::Flags]).await?;
    let is_deleted = |one: &imap::Fetched| one.flags.as_ref().is_some_and(|flags| flags.contains(&Flag::Deleted));
    Ok(fetched.iter().filter(|one| !is_deleted(one)).filter_map(|one| one.uid).collect::<UidSet>().intersection(&uids))
}

/// A number whose multiples are as good as drawn by lot (Knuth, The Art of Computer Programming 6.4).
fn scattered(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_of_many_are_spread_over_all_of_them() {
        for step in [2, 5, 50] {
            for (from, every) in [(1, 1), (3, 40), (39, 40), (1, 2)] {
                let asked = (0..20_000).filter(|at| scattered(from + at * every).is_multiple_of(step)).count();
                let expected = 20_000 / usize::try_from(step).unwrap();
                assert!(asked.abs_diff(expected) < expected / 4, "{step} {from} {every}: {asked}");
            }
        }
    }
}
