//! Reads a folder for a survey: in windows, on a connection that no page waits for.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant};

use super::builder::Builder;
use super::folder::Folder;
use crate::account::Account;
use crate::account::account::Work;
use crate::imap::{Client, Error, Fetched, Item, MailboxState, Purpose};
use crate::mail::{MailboxName, Uid, UidSet, UidValidity};

/// Messages of the first window. A server that is quick is asked for more at once, one that is slow for less: pages may have to share
/// its attention, and a window must not reach the deadline.
const WINDOW: usize = 1_000;
const WINDOWS: (usize, usize) = (10, 4_000);
const QUICK: Duration = Duration::from_millis(500);
const SLOW: Duration = Duration::from_secs(3);
/// Structures that are read at once.
const STRUCTURES: usize = 200;
/// A lost connection is replaced so often, with a pause that grows, before the survey gives up.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);

/// What is read of each message.
const ITEMS: [Item; 4] = [Item::Uid, Item::Size, Item::InternalDate, Item::SurveyFields];

/// Reads one folder after the other.
pub(super) struct Reader {
    account: Account,
    client: Option<Client>,
    window: usize,
}

/// A folder on its way.
struct Reading {
    mailbox: MailboxName,
    told: MailboxState,
    /// What is known of it from before.
    known: Option<Arc<Folder>>,
    /// What was read until a connection was lost.
    builder: Option<Builder>,
}

impl Reader {
    pub(super) fn new(account: &Account) -> Self {
        Self { account: account.clone(), client: None, window: WINDOW }
    }

    /// Runs reading work; on another connection if one is lost.
    pub(super) async fn read<T: Send + 'static>(&mut self, work: impl Fn() -> Work<T>) -> Result<T, Error> {
        let mut tries = 1;
        loop {
            match self.run(work()).await {
                Err(error) if may_go_better(&error) && tries < TRIES => {
                    tokio::time::sleep(PAUSE * tries).await;
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn run<T: Send + 'static>(&mut self, work: Work<T>) -> Result<T, Error> {
        let client = match self.client.take().filter(Client::is_alive) {
            Some(client) => client,
            None => self.account.0.connections.client(Purpose::Transfer).await?,
        };
        self.client = Some(client.clone());
        client.run(work).await
    }

    /// The folder as it is now; what `known` has of it is not read again.
    pub(super) async fn folder(
        &mut self,
        mailbox: &MailboxName,
        told: MailboxState,
        known: Option<Arc<Folder>>,
    ) -> Result<Folder, Error> {
        let mut reading = Reading { mailbox: mailbox.clone(), told, known, builder: None };
        let mut tries = 1;
        loop {
            match self.go_on(&mut reading).await {
                Ok(folder) => {
                    self.look_away(mailbox).await;
                    return Ok(folder);
                }
                Err(error) if tries < TRIES && (error == Error::Rebuilt || may_go_better(&error)) => {
                    if matches!(error, Error::TimedOut | Error::Garbled(_)) {
                        self.window = (self.window / 8).max(WINDOWS.0); // too much at once, perhaps
                    }
                    tokio::time::sleep(PAUSE * tries).await;
                    tries += 1;
                }
                Err(error) => {
                    self.look_away(mailbox).await;
                    return Err(error);
                }
            }
        }
    }

    async fn go_on(&mut self, reading: &mut Reading) -> Result<Folder, Error> {
        let few = usize::try_from(reading.told.messages).is_ok_and(|messages| messages <= self.window);
        let is_new = reading.known.is_none() && reading.builder.is_none();
        if few && is_new {
            self.all_at_once(reading).await?;
        } else {
            self.in_windows(reading).await?;
        }
        self.structures(reading).await?;
        reading.builder.take().map(Builder::finish).ok_or(LOST)
    }

    /// Opens the folder and reads all of it in one round trip.
    async fn all_at_once(&mut self, reading: &mut Reading) -> Result<(), Error> {
        let mailbox = reading.mailbox.clone();
        let (state, fetched) = self
            .run(Box::new(move |link| {
                Box::pin(async move {
                    let (state, mut fetched) = link.look_into_all(&mailbox, &ITEMS).await?;
                    if link.hides_deleted() {
                        let there = link.all_uids().await?;
                        fetched.retain(|one| one.uid.is_some_and(|uid| there.binary_search(&uid).is_ok()));
                    }
                    Ok((state, fetched))
                })
            }))
            .await?;
        let memory = &self.account.0.memory;
        let builder = Builder::new(&reading.mailbox, state.uid_validity, state.uid_next, memory);
        reading.builder = taking(builder, fetched).await.ok();
        Ok(())
    }

    /// Reads what is not known of the folder. While one window is taken in, the next is under way.
    async fn in_windows(&mut self, reading: &mut Reading) -> Result<(), Error> {
        let mailbox = reading.mailbox.clone();
        let (state, uids) = self
            .run(Box::new(move |link| {
                Box::pin(async move { Ok((link.look_into(&mailbox).await?, link.all_uids().await?)) })
            }))
            .await?;
        let builder = reading.at(&state, &uids, &self.account);
        let unknown: Vec<Uid> = uids.iter().filter(|uid| !builder.knows(**uid)).copied().collect();
        let mut taken = taking(builder, Vec::new());
        let mut rest = unknown.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.window.min(rest.len()));
            let start = Instant::now();
            let fetched = self.fetch(&reading.mailbox, state.uid_validity, span(now, &uids), ITEMS.to_vec()).await;
            let builder = taken.await.map_err(|_| LOST)?;
            let mut fetched = match fetched {
                Ok(fetched) => fetched,
                Err(error) => {
                    reading.builder = Some(builder); // the next connection goes on from here
                    return Err(error);
                }
            };
            fetched.retain(|one| one.uid.is_some_and(|uid| now.binary_search(&uid).is_ok()));
            taken = taking(builder, fetched);
            self.took(start.elapsed());
            rest = later;
        }
        reading.builder = Some(taken.await.map_err(|_| LOST)?);
        Ok(())
    }

    /// Reads the structures of large messages, for the sizes of their files. A server that does not tell them leaves these unknown.
    async fn structures(&mut self, reading: &mut Reading) -> Result<(), Error> {
        let Some(builder) = &mut reading.builder else { return Err(LOST) };
        let large: Vec<Uid> = builder.large(reading.known.as_deref()).iter().collect();
        for uids in large.chunks(STRUCTURES) {
            let set = uids.iter().copied().collect();
            let items = vec![Item::Uid, Item::Structure];
            match self.fetch(&reading.mailbox, builder.uid_validity(), set, items).await {
                Ok(fetched) => builder.take_structures(&fetched),
                Err(Error::No(_) | Error::Bad) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn fetch(
        &mut self,
        mailbox: &MailboxName,
        uid_validity: UidValidity,
        uids: UidSet,
        items: Vec<Item>,
    ) -> Result<Vec<Fetched>, Error> {
        self.run(fetching(mailbox.clone(), uid_validity, uids, items)).await
    }

    /// What the server tells of some messages of a folder.
    pub(super) async fn messages(
        &mut self,
        mailbox: &MailboxName,
        uid_validity: UidValidity,
        uids: &UidSet,
        items: &[Item],
    ) -> Result<Vec<Fetched>, Error> {
        let fetched = self.read(|| fetching(mailbox.clone(), uid_validity, uids.clone(), items.to_vec())).await;
        self.look_away(mailbox).await;
        fetched
    }

    /// The next window is as large as suits the server.
    fn took(&mut self, time: Duration) {
        if time < QUICK {
            self.window = (self.window * 2).min(WINDOWS.1);
        } else if time > SLOW {
            self.window = (self.window / 2).max(WINDOWS.0);
        }
    }

    /// Nothing of the folder is kept by the connection.
    async fn look_away(&mut self, mailbox: &MailboxName) {
        let mailbox = mailbox.clone();
        let looking_away = self.run(Box::new(move |link| {
            Box::pin(async move {
                if link.has_open(&mailbox) {
                    link.look_away();
                }
                Ok(())
            })
        }));
        looking_away.await.ok();
    }
}

impl Reading {
    /// What is known of the folder in this state, and still there.
    fn at(&mut self, state: &MailboxState, uids: &[Uid], account: &Account) -> Builder {
        self.known.take_if(|known| known.uid_validity != state.uid_validity);
        match (self.builder.take().filter(|builder| builder.uid_validity() == state.uid_validity), &self.known) {
            (Some(builder), _) => builder.with(uids),
            (None, Some(known)) => Builder::from_known(known, uids, state.uid_next),
            (None, None) => Builder::new(&self.mailbox, state.uid_validity, state.uid_next, &account.0.memory),
        }
    }
}

/// A thread that takes in what was read panicked.
const LOST: Error = Error::Garbled("what was read of messages was lost");

/// Reads headers on a thread of its own: a thousand of them would hold up who waits for this one.
fn taking(mut builder: Builder, fetched: Vec<Fetched>) -> JoinHandle<Builder> {
    tokio::task::spawn_blocking(move || {
        builder.take(fetched);
        builder
    })
}

fn fetching(mailbox: MailboxName, uid_validity: UidValidity, uids: UidSet, items: Vec<Item>) -> Work<Vec<Fetched>> {
    Box::new(move |link| {
        Box::pin(async move {
            // between two windows another transfer may have opened another mailbox
            if link.look_into(&mailbox).await?.uid_validity != uid_validity {
                return Err(Error::Rebuilt);
            }
            link.fetch(&uids, &items).await
        })
    })
}

/// `some` of `all`, as one range where none of the others lies between.
fn span(some: &[Uid], all: &[Uid]) -> UidSet {
    if let (Some(first), Some(last)) = (some.first(), some.last()) {
        let place = |uid: &Uid| all.binary_search(uid).unwrap_or(usize::MAX);
        if place(last).wrapping_sub(place(first)) == some.len() - 1 {
            return UidSet::from(vec![(first.number(), last.number())]);
        }
    }
    some.iter().copied().collect()
}

/// Whether the same may be answered on another connection.
fn may_go_better(error: &Error) -> bool {
    error.ends_connection() && !matches!(error, Error::Refused | Error::Insecure(_))
}
