//! The way of an export from the mail server to whoever makes an archive of it.
//!
//! Messages go a window at a time: first what the server tells of them all, then the small ones, many in a command and some
//! commands at once, then each large one by itself, piece by piece. A lost connection is made anew, and only what had not
//! come yet is asked for again, a large message from the octet on where it broke off. Whoever does not read slows all of it
//! down to the mail server's socket.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::account::{Work, locked};
use super::export::{Carriage, Carried, LeftOut, WhyLeftOut};
use super::{Account, Error};
use crate::imap::{self, Fetched, Item, Purpose};
use crate::mail::{Flags, Moment, PartPath, Selection, Uid, UidSet};
use crate::mime;

/// Pieces on their way to the reader; none is larger than a small message.
pub(super) const PIECES: usize = 4;
/// Messages that the server is asked about at once.
const WINDOW: usize = 1_000;
/// Octets of a message that is read whole; a larger one is streamed.
const SMALL: u64 = 256 << 10;
/// Messages and octets of a command.
const TOGETHER: usize = 200;
const TOGETHER_OCTETS: u64 = 1 << 20;
/// Small messages that wait to be handed on.
const WAITING: usize = 8;
/// Of a message that is streamed, octets that are looked at for the end of its header.
const LONGEST_HEADER: usize = 64 << 10;
/// The pauses before a connection is made anew; they begin anew when something has come (`R-01`).
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Carries messages.
pub(super) struct Carrier {
    account: Account,
    out: mpsc::Sender<Result<Carriage, Error>>,
    failures: usize,
}

/// What the server tells of a message ahead.
#[derive(Debug, Clone)]
struct About {
    flags: Flags,
    arrived: Moment,
    size: u64,
}

/// Why no more is carried.
enum Stop {
    /// Nobody reads any more.
    Left,
    /// The rest of this mailbox can't be had.
    MailboxGone,
    /// Nothing more can be had.
    Failed(Error),
}

impl Carrier {
    /// Sends into `out`.
    pub(super) fn new(account: Account, out: mpsc::Sender<Result<Carriage, Error>>) -> Self {
        Self { account, out, failures: 0 }
    }

    /// Carries all of it.
    pub(super) async fn run(mut self, selections: Vec<Selection>) {
        for selection in selections {
            let mut left: BTreeSet<Uid> = selection.uids.iter().collect();
            match self.selection(&selection, &mut left).await {
                Ok(()) => {}
                Err(Stop::Left) => return,
                Err(Stop::MailboxGone) => {
                    let lost = LeftOut {
                        mailbox: selection.mailbox.clone(),
                        uid: None,
                        messages: u64::try_from(left.len()).unwrap_or(u64::MAX),
                        subject: String::new(),
                        arrived: None,
                        why: WhyLeftOut::MailboxGone,
                    };
                    if self.send(Carriage::LeftOut(lost)).await.is_err() {
                        return;
                    }
                }
                Err(Stop::Failed(error)) => {
                    self.out.send(Err(error)).await.ok();
                    return;
                }
            }
        }
    }

    async fn selection(&mut self, selection: &Selection, left: &mut BTreeSet<Uid>) -> Result<(), Stop> {
        let uids: Vec<Uid> = selection.uids.iter().collect();
        for window in uids.chunks(WINDOW) {
            let mut known = self.look(selection, window.iter().copied().collect()).await?;
            for uid in window.iter().filter(|uid| !known.contains_key(uid)) {
                left.remove(uid);
                self.leave_out(selection, *uid, None, WhyLeftOut::Gone).await?;
            }
            let mut small: BTreeMap<Uid, About> = BTreeMap::new();
            let large: Vec<(Uid, About)> = known.extract_if(.., |_, about| about.size > SMALL).collect();
            small.append(&mut known);
            let count = small.len();
            self.small(selection, &mut small, left).await?;
            let mut missing = large;
            if !small.is_empty() {
                // they are gone, or the server would not give one of those that were asked for with them: one by one, then
                tracing::debug!(of = count, missing = small.len(), "some messages did not come");
                let there = self.look(selection, small.keys().copied().collect()).await?;
                for (uid, about) in small {
                    if there.contains_key(&uid) {
                        missing.push((uid, about));
                    } else {
                        left.remove(&uid);
                        self.leave_out(selection, uid, Some(about.arrived), WhyLeftOut::Gone).await?;
                    }
                }
            }
            for (uid, about) in missing {
                self.large(selection, uid, &about).await?;
                left.remove(&uid);
            }
        }
        Ok(())
    }

    /// What the server tells of these messages; those that are gone are missing.
    async fn look(&mut self, selection: &Selection, uids: UidSet) -> Result<BTreeMap<Uid, About>, Stop> {
        loop {
            let (place, asked) = (selection.clone(), uids.clone());
            let work: Work<Vec<Fetched>> = Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&place.mailbox, place.uid_validity).await?;
                    link.fetch(&asked, &[Item::Uid, Item::Flags, Item::InternalDate, Item::Size]).await
                })
            });
            match self.account.run(Purpose::Transfer, work).await {
                Ok(fetched) => {
                    self.failures = 0;
                    let about = |one: Fetched| {
                        let arrived = one.internal_date.unwrap_or(Moment { seconds: 0, offset_minutes: 0 });
                        let flags = one.flags.unwrap_or_default();
                        // of unknown size: streamed, which any size is good for
                        Some((one.uid?, About { flags, arrived, size: one.size.unwrap_or(u64::MAX) }))
                    };
                    let all = fetched.into_iter().filter_map(about);
                    return Ok(all.filter(|(uid, _)| uids.contains(*uid)).collect());
                }
                Err(error) => self.again(error, selection).await?,
            }
        }
    }

    /// Carries small messages, and takes those that went from `small`: what is left there did not come.
    async fn small(
        &mut self,
        selection: &Selection,
        small: &mut BTreeMap<Uid, About>,
        left: &mut BTreeSet<Uid>,
    ) -> Result<(), Stop> {
        while !small.is_empty() {
            let (sink, mut fetched) = mpsc::channel::<Fetched>(WAITING);
            let (place, sets) = (selection.clone(), together(small));
            let work: Work<()> = Box::new(move |link| {
                Box::pin(async move {
                    link.select_same(&place.mailbox, place.uid_validity).await?;
                    let whole = Item::Part(PartPath::root(), None);
                    link.fetch_onward(&sets, &[Item::Uid, whole], &sink).await
                })
            });
            let account = self.account.clone();
            let transfer = account.run(Purpose::Transfer, work);
            let handing_on = async {
                while let Some(one) = fetched.recv().await {
                    let Some(octets) = one.body("").cloned() else { continue };
                    let Some(uid) = one.uid else { continue };
                    let Some(about) = small.remove(&uid) else { continue };
                    left.remove(&uid);
                    self.failures = 0;
                    let size = u64::try_from(octets.len()).unwrap_or(u64::MAX);
                    self.begin(selection, uid, &About { size, ..about }, &octets).await?;
                    self.send(Carriage::Octets(octets)).await?;
                    self.send(Carriage::End).await?;
                }
                // dropped with this: whoever fetches learns that nobody listens
                Ok(())
            };
            let (came, handed_on) = join(transfer, handing_on).await;
            handed_on?;
            match came {
                Ok(()) => return Ok(()),
                Err(error) => self.again(error, selection).await?,
            }
        }
        Ok(())
    }

    /// Carries a large message.
    async fn large(&mut self, selection: &Selection, uid: Uid, about: &About) -> Result<(), Stop> {
        let mut at: u64 = 0;
        let mut head = Some(BytesMut::new());
        loop {
            let (sink, mut pieces) = mpsc::channel::<Bytes>(PIECES);
            let place = selection.clone();
            let from = u32::try_from(at).map_err(|_| Stop::Failed(Error::Refused))?;
            let work: Work<bool> = Box::new(move |link| {
                Box::pin(async move {
                    link.select_same(&place.mailbox, place.uid_validity).await?;
                    link.fetch_rest_into(uid, &PartPath::root(), from, sink).await
                })
            });
            let account = self.account.clone();
            let transfer = account.run(Purpose::Transfer, work);
            let handing_on = async {
                while let Some(piece) = pieces.recv().await {
                    at += u64::try_from(piece.len()).unwrap_or(u64::MAX);
                    self.failures = 0;
                    match head.as_mut() {
                        None => self.send(Carriage::Octets(piece)).await?,
                        Some(so_far) => {
                            so_far.extend_from_slice(&piece);
                            if so_far.len() >= LONGEST_HEADER || ends_header(so_far) {
                                let octets = head.take().unwrap_or_default().freeze();
                                self.begin(selection, uid, about, &octets).await?;
                                self.send(Carriage::Octets(octets)).await?;
                            }
                        }
                    }
                }
                Ok(())
            };
            let (came, handed_on) = join(transfer, handing_on).await;
            handed_on?;
            match came {
                Ok(true) => {
                    if let Some(octets) = head.take() {
                        let size = u64::try_from(octets.len()).unwrap_or(u64::MAX);
                        let octets = octets.freeze();
                        self.begin(selection, uid, &About { size, ..about.clone() }, &octets).await?;
                        self.send(Carriage::Octets(octets)).await?;
                    }
                    return self.send(Carriage::End).await;
                }
                // of a message that has begun nothing is left out any more
                Ok(false) if head.is_none() => {
                    return Err(Stop::Failed(Error::Unreachable(super::Unreachable::Closed)));
                }
                Ok(false) => return self.leave_out(selection, uid, Some(about.arrived), WhyLeftOut::Gone).await,
                Err(imap::Error::No(_) | imap::Error::Bad) if head.is_some() => {
                    return self.leave_out(selection, uid, Some(about.arrived), WhyLeftOut::Refused).await;
                }
                Err(error) => self.again(error, selection).await?,
            }
        }
    }

    async fn begin(&mut self, selection: &Selection, uid: Uid, about: &About, octets: &Bytes) -> Result<(), Stop> {
        let carried = Carried {
            mailbox: selection.mailbox.clone(),
            uid,
            flags: about.flags.clone(),
            arrived: about.arrived,
            size: about.size,
            envelope: mime::envelope(octets.get(..mime::header_length(octets)).unwrap_or_default()),
        };
        self.send(Carriage::Begin(Box::new(carried))).await
    }

    async fn leave_out(
        &mut self,
        selection: &Selection,
        uid: Uid,
        arrived: Option<Moment>,
        why: WhyLeftOut,
    ) -> Result<(), Stop> {
        let known = locked(&self.account.0.essences).find(&(selection.mailbox.clone(), selection.uid_validity, uid));
        let lost = LeftOut {
            mailbox: selection.mailbox.clone(),
            uid: Some(uid),
            messages: 1,
            subject: known.as_ref().map(|essence| essence.envelope.subject.clone()).unwrap_or_default(),
            arrived: arrived.or(known.map(|essence| essence.internal_date)),
            why,
        };
        self.send(Carriage::LeftOut(lost)).await
    }

    async fn send(&self, carriage: Carriage) -> Result<(), Stop> {
        self.out.send(Ok(carriage)).await.map_err(|_| Stop::Left)
    }

    /// After a failure: waits a little if it may go better, else says why not.
    async fn again(&mut self, error: imap::Error, selection: &Selection) -> Result<(), Stop> {
        let may_pass = error.is_worth_a_retry() || matches!(error, imap::Error::TimedOut | imap::Error::Connect(_));
        if let (true, Some(pause)) = (may_pass, PAUSES.get(self.failures)) {
            self.failures += 1;
            tokio::time::sleep(*pause).await;
            return if self.out.is_closed() { Err(Stop::Left) } else { Ok(()) };
        }
        Err(match Error::about(error, &selection.mailbox) {
            Error::NotFound(_) | Error::MailboxRebuilt(_) => Stop::MailboxGone,
            error => Stop::Failed(error),
        })
    }
}

/// Sets for commands, none of them too large.
fn together(small: &BTreeMap<Uid, About>) -> Vec<UidSet> {
    let mut sets = Vec::new();
    let (mut set, mut octets) = (Vec::new(), 0);
    for (uid, about) in small {
        if set.len() == TOGETHER || octets + about.size > TOGETHER_OCTETS && !set.is_empty() {
            sets.push(std::mem::take(&mut set).into_iter().collect());
            octets = 0;
        }
        set.push(*uid);
        octets += about.size;
    }
    if !set.is_empty() {
        sets.push(set.into_iter().collect());
    }
    sets
}

fn ends_header(octets: &[u8]) -> bool {
    mime::header_length(octets) < octets.len()
}

/// Waits for both; when the reader stops early, the transfer is not waited for: it ends by itself.
async fn join<T>(
    transfer: impl Future<Output = Result<T, imap::Error>>,
    reading: impl Future<Output = Result<(), Stop>>,
) -> (Result<T, imap::Error>, Result<(), Stop>) {
    let mut transfer = std::pin::pin!(transfer);
    let mut reading = std::pin::pin!(reading);
    tokio::select! {
        read = &mut reading => match read {
            Ok(()) => (transfer.await, Ok(())),
            Err(stop) => (Err(imap::Error::Closed), Err(stop)),
        },
        came = &mut transfer => (came, reading.await),
    }
}
