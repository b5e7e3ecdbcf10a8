//! The way of an export from the mail server to whoever makes an archive of it.
//!
//! Messages go many in a command and some commands at once, each piece by piece ([`imap::Onward`]). A lost connection is made
//! anew, and only what had not come yet is asked for again, the message that it broke off in from that octet on. What did not
//! come though it was asked for is asked for once more by itself. Whoever does not read slows all of it down to the mail
//! server's socket.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::account::{Work, locked};
use super::export::{Carriage, Carried, LeftOut, WhyLeftOut};
use super::{Account, Error};
use crate::imap::{self, Coming, Fetched, Item, Onward, Purpose};
use crate::mail::{Moment, PartPath, Selection, Uid, UidSet};
use crate::mime;

/// Pieces of a message on their way from its connection.
const PIECES: usize = 4;
/// Messages that are asked for before what did not come of them is looked at.
const WINDOW: usize = 5_000;
/// Messages of a command.
const TOGETHER: usize = 50;
/// Octets of a message that are looked at for the end of its header.
const LONGEST_HEADER: usize = 64 << 10;
/// The pauses before a connection is made anew; they begin anew when something has come (`R-01`).
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Carries messages.
pub(super) struct Carrier {
    account: Account,
    out: mpsc::Sender<Result<Carriage, Error>>,
    failures: usize,
    /// Messages of this selection that neither came nor were left out yet.
    left: u64,
}

/// A message that is being handed on.
struct Passing {
    message: Coming,
    /// How many of its octets have come.
    at: u64,
    /// They, as long as the end of the header is not among them: nothing was handed on yet.
    head: Option<BytesMut>,
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
        Self { account, out, failures: 0, left: 0 }
    }

    /// Carries all of it.
    pub(super) async fn run(mut self, selections: Vec<Selection>) {
        for selection in selections {
            self.left = selection.uids.len() as u64;
            match self.selection(&selection).await {
                Ok(()) => {}
                Err(Stop::Left) => return,
                Err(Stop::MailboxGone) => {
                    let lost = LeftOut {
                        mailbox: selection.mailbox.clone(),
                        uid: None,
                        messages: self.left,
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

    async fn selection(&mut self, selection: &Selection) -> Result<(), Stop> {
        let uids: Vec<Uid> = selection.uids.iter().collect();
        for window in uids.chunks(WINDOW) {
            let mut wanted: BTreeSet<Uid> = window.iter().copied().collect();
            self.together(selection, &mut wanted).await?;
            if wanted.is_empty() {
                continue;
            }
            // they are gone, or the server would not give one of those that were asked for with them: one by one, then
            tracing::debug!(of = window.len(), missing = wanted.len(), "some messages did not come");
            let mut there = self.look(selection, wanted.iter().copied().collect()).await?;
            for uid in wanted {
                match there.remove(&uid) {
                    Some(message) => self.alone(selection, Passing::new(message)).await?,
                    None => self.leave_out(selection, uid, None, WhyLeftOut::Gone).await?,
                }
            }
        }
        Ok(())
    }

    /// What the server tells of these messages; those that are gone are missing.
    async fn look(&mut self, selection: &Selection, uids: UidSet) -> Result<BTreeMap<Uid, Coming>, Stop> {
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
                    let all = fetched.iter().filter_map(|one| Coming::of(one, one.size.unwrap_or_default()));
                    return Ok(all.map(|one| (one.uid, one)).filter(|(uid, _)| uids.contains(*uid)).collect());
                }
                Err(error) => self.again(error, selection).await?,
            }
        }
    }

    /// Carries messages, and takes those that went from `wanted`: what is left there did not come.
    async fn together(&mut self, selection: &Selection, wanted: &mut BTreeSet<Uid>) -> Result<(), Stop> {
        while !wanted.is_empty() {
            let (sink, mut onward) = imap::onward();
            let uids: Vec<Uid> = wanted.iter().copied().collect();
            let place = selection.clone();
            let work: Work<()> = Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&place.mailbox, place.uid_validity).await?;
                    let sets: Vec<UidSet> = uids.chunks(TOGETHER).map(|some| some.iter().copied().collect()).collect();
                    link.fetch_onward(&sets, sink).await
                })
            });
            let account = self.account.clone();
            let transfer = account.run(Purpose::Transfer, work);
            let mut passing: Option<Passing> = None;
            let handing_on = async {
                while let Some(piece) = onward.next().await {
                    self.failures = 0;
                    match piece {
                        // what was not asked for, or told twice, is passed over
                        Onward::Begin(message) => {
                            passing = wanted.remove(&message.uid).then(|| Passing::new(message));
                        }
                        Onward::Octets(octets) => {
                            if let Some(passing) = &mut passing {
                                self.pass(selection, passing, octets).await?;
                            }
                        }
                        Onward::End => {
                            if let Some(passing) = passing.take() {
                                self.end(selection, passing).await?;
                            }
                        }
                    }
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
            if let Some(passing) = passing.take() {
                self.alone(selection, passing).await?;
            }
        }
        Ok(())
    }

    /// Carries one message, or the rest of it.
    async fn alone(&mut self, selection: &Selection, mut passing: Passing) -> Result<(), Stop> {
        loop {
            let (sink, mut pieces) = mpsc::channel::<Bytes>(PIECES);
            let (place, uid) = (selection.clone(), passing.message.uid);
            let from = u32::try_from(passing.at).map_err(|_| Stop::Failed(Error::Refused))?;
            let work: Work<bool> = Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&place.mailbox, place.uid_validity).await?;
                    link.fetch_rest_into(uid, &PartPath::root(), from, sink).await
                })
            });
            let account = self.account.clone();
            let transfer = account.run(Purpose::Transfer, work);
            let handing_on = async {
                while let Some(piece) = pieces.recv().await {
                    self.failures = 0;
                    self.pass(selection, &mut passing, piece).await?;
                }
                Ok(())
            };
            let (came, handed_on) = join(transfer, handing_on).await;
            handed_on?;
            let arrived = passing.message.arrived;
            match came {
                Ok(true) => return self.end(selection, passing).await,
                // of a message that has begun nothing is left out any more
                Ok(false) if passing.head.is_none() => {
                    return Err(Stop::Failed(Error::Unreachable(super::Unreachable::Closed)));
                }
                Ok(false) => return self.leave_out(selection, uid, Some(arrived), WhyLeftOut::Gone).await,
                Err(imap::Error::No(_) | imap::Error::Bad) if passing.head.is_some() => {
                    return self.leave_out(selection, uid, Some(arrived), WhyLeftOut::Refused).await;
                }
                Err(error) => self.again(error, selection).await?,
            }
        }
    }

    /// Hands a piece on, as soon as the whole header is there.
    async fn pass(&mut self, selection: &Selection, passing: &mut Passing, piece: Bytes) -> Result<(), Stop> {
        passing.at += piece.len() as u64;
        let octets = match &mut passing.head {
            None => piece,
            // most messages come in one piece
            Some(head) if head.is_empty() && ends_header(&piece) => {
                passing.head = None;
                self.begin(selection, passing, &piece).await?;
                piece
            }
            Some(head) => {
                head.extend_from_slice(&piece);
                if head.len() < LONGEST_HEADER && !ends_header(head) {
                    return Ok(());
                }
                let octets = passing.head.take().unwrap_or_default().freeze();
                self.begin(selection, passing, &octets).await?;
                octets
            }
        };
        self.send(Carriage::Octets(octets)).await
    }

    /// All of it has come.
    async fn end(&mut self, selection: &Selection, mut passing: Passing) -> Result<(), Stop> {
        if let Some(head) = passing.head.take() {
            let octets = head.freeze();
            passing.message.size = octets.len() as u64;
            self.begin(selection, &passing, &octets).await?;
            self.send(Carriage::Octets(octets)).await?;
        }
        self.left = self.left.saturating_sub(1);
        self.send(Carriage::End).await
    }

    async fn begin(&mut self, selection: &Selection, passing: &Passing, octets: &Bytes) -> Result<(), Stop> {
        let carried = Carried {
            mailbox: selection.mailbox.clone(),
            uid: passing.message.uid,
            flags: passing.message.flags.clone(),
            arrived: passing.message.arrived,
            size: passing.message.size,
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
        self.left = self.left.saturating_sub(1);
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

impl Passing {
    fn new(message: Coming) -> Self {
        Self { message, at: 0, head: Some(BytesMut::new()) }
    }
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
