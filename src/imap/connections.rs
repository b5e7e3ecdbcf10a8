//! A person's connections, shared by all of their tabs.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::connect::connect;
use super::dial::Dialer;
use super::login::Credentials;
use super::shelf::Shelf;
use super::{Attention, Client, Code, Error};
use crate::mail::{MailboxName, Secret};

/// At the server's own limit of connections, and with none of ours open, it is tried again for this long (`R-08`).
const QUEUE: Duration = Duration::from_secs(5);
/// The pause between two such tries.
const QUEUE_STEP: Duration = Duration::from_millis(250);

/// What a connection is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Pages of this mailbox: a connection that has it open serves them fastest.
    Mailbox(&'a MailboxName),
    /// A long transfer, which nothing else shall wait for.
    Transfer,
}

/// At most so many sockets for one person on one server as its [`Dialer`] says.
#[derive(Debug)]
pub struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    dialer: Dialer,
    credentials: Credentials,
    slots: Mutex<Vec<Slot>>,
    /// What ended connections knew.
    shelf: Shelf,
}

#[derive(Debug)]
struct Slot {
    state: State,
    /// The mailbox it was last wanted for; `None` for transfers.
    mailbox: Option<MailboxName>,
    used: Instant,
}

#[derive(Debug)]
enum State {
    /// A task of its own connects, whether or not anybody still waits; how it ended is told to all who do.
    Connecting(watch::Receiver<Option<Result<Client, Error>>>),
    Open(Client),
}

/// What to do for a connection.
enum Step {
    Take(Client),
    Await(watch::Receiver<Option<Result<Client, Error>>>),
}

impl Slot {
    fn client(&self) -> Option<&Client> {
        match &self.state {
            State::Open(client) => Some(client),
            State::Connecting(_) => None,
        }
    }
}

impl Connections {
    /// Connects to nothing yet.
    pub fn new(dialer: Dialer, user: &str, password: Secret, client: Option<IpAddr>) -> Self {
        let credentials = Credentials { user: user.to_owned(), password, client };
        Self(Arc::new(Shared { dialer, credentials, slots: Mutex::default(), shelf: Shelf::default() }))
    }

    /// Whether these are the credentials.
    pub fn password_matches(&self, password: &Secret) -> bool {
        self.0.credentials.password.matches(password)
    }

    /// Proves the credentials on a connection of its own, and keeps that connection.
    pub async fn prove(&self) -> Result<(), Error> {
        let client = match connect(&self.0.dialer, &self.0.credentials, &self.0.shelf).await {
            Err(Error::No(Code::Alert)) => return Err(Error::Refused), // here it says why the password is not taken
            connected => connected?,
        };
        let mut slots = self.0.living();
        if slots.len() < self.most() {
            let mailbox = Some(MailboxName::inbox());
            slots.push(Slot { state: State::Open(client), mailbox, used: Instant::now() });
        }
        Ok(())
    }

    /// A connection for `purpose`: the one that has the mailbox open, else a new one, else the one that was not used
    /// for longest. Whoever waits behind a failing connect fails with it instead of trying again.
    pub async fn client(&self, purpose: Purpose<'_>) -> Result<Client, Error> {
        let mailbox = match purpose {
            Purpose::Mailbox(name) => Some(name),
            Purpose::Transfer => None,
        };
        let mut connecting = match self.0.step(mailbox) {
            Step::Take(client) => return Ok(client),
            Step::Await(connecting) => connecting,
        };
        let connected = match connecting.wait_for(Option::is_some).await {
            Ok(result) => result.clone().unwrap_or(Err(Error::Closed)),
            Err(_) => Err(Error::Closed), // the task that connects is gone
        };
        match connected {
            // the server's own limit, which some say with ALERT: share what there is
            Err(error @ (Error::No(_) | Error::Bye(_))) => self.0.share(mailbox).ok_or(error),
            other => other,
        }
    }

    /// Where connections and what accompanies them live.
    pub fn runtime(&self) -> &tokio::runtime::Handle {
        self.0.dialer.runtime()
    }

    /// How many sockets there may be, at least 1.
    pub fn most(&self) -> usize {
        self.0.dialer.most()
    }

    /// How many sockets are open, or about to be.
    pub fn open(&self) -> usize {
        self.0.living().len()
    }

    /// Nobody watches any more: connections that are not used are closed after their idle minutes.
    pub fn attend_to_none(&self) {
        for client in self.0.living().iter().filter_map(Slot::client) {
            client.attend(Attention::None);
        }
    }

    /// Closes all of them, after the work that is under way.
    pub fn close(&self) {
        self.0.slots().clear();
    }
}

impl Shared {
    fn slots(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The slots without those whose connection has ended.
    fn living(&self) -> MutexGuard<'_, Vec<Slot>> {
        let mut slots = self.slots();
        slots.retain(|slot| match &slot.state {
            State::Open(client) => client.is_alive(),
            // until its task has put the outcome here, or is gone without one
            State::Connecting(outcome) => outcome.has_changed().is_ok(),
        });
        slots
    }

    /// The connection that has the mailbox open, or a new one, or the one to share.
    fn step(self: &Arc<Self>, mailbox: Option<&MailboxName>) -> Step {
        let mut slots = self.living();
        let idle = |slot: &&mut Slot| mailbox.is_some() || slot.client().is_some_and(|client| client.unfinished() == 0);
        if let Some(slot) = slots.iter_mut().filter(|slot| slot.mailbox.as_ref() == mailbox).find(idle) {
            slot.used = Instant::now();
            return match &slot.state {
                State::Open(client) => Step::Take(client.clone()),
                State::Connecting(outcome) => Step::Await(outcome.clone()),
            };
        }
        if slots.len() >= self.dialer.most() {
            if let Some(client) = taken_over(&mut slots, mailbox) {
                return Step::Take(client);
            }
            if let Some(State::Connecting(outcome)) = slots.first().map(|slot| &slot.state) {
                return Step::Await(outcome.clone());
            }
        }
        let (told, outcome) = watch::channel(None);
        slots.push(Slot { state: State::Connecting(outcome.clone()), mailbox: mailbox.cloned(), used: Instant::now() });
        drop(slots);
        let shared = Arc::clone(self);
        let waits = outcome.clone();
        self.dialer.runtime().spawn(async move { shared.fill(&waits, told).await });
        Step::Await(outcome)
    }

    /// Connects, and puts what came of it in the place of the slot that waits for it.
    async fn fill(
        &self,
        waits: &watch::Receiver<Option<Result<Client, Error>>>,
        told: watch::Sender<Option<Result<Client, Error>>>,
    ) {
        let connected = self.connect_or_queue().await;
        {
            let mut slots = self.slots();
            let ours = |slot: &Slot| matches!(&slot.state, State::Connecting(outcome) if outcome.same_channel(waits));
            match (&connected, slots.iter().position(ours)) {
                (Ok(client), Some(at)) => {
                    if let Some(slot) = slots.get_mut(at) {
                        slot.state = State::Open(client.clone());
                    }
                }
                (Err(_), Some(at)) => drop(slots.remove(at)),
                (_, None) => {} // closed meanwhile: the client goes with its last handle
            }
        }
        told.send_replace(Some(connected));
    }

    /// As [`connect`]; at the server's limit again and again for a while, unless there is one to share.
    async fn connect_or_queue(&self) -> Result<Client, Error> {
        let since = Instant::now();
        loop {
            match connect(&self.dialer, &self.credentials, &self.shelf).await {
                Err(Error::No(Code::Limit) | Error::Bye(Code::Limit)) if since.elapsed() < QUEUE && self.is_alone() => {
                    sleep(QUEUE_STEP).await;
                }
                connected => return connected,
            }
        }
    }

    /// Whether no connection is open.
    fn is_alone(&self) -> bool {
        self.living().iter().all(|slot| slot.client().is_none())
    }

    fn share(&self, mailbox: Option<&MailboxName>) -> Option<Client> {
        taken_over(&mut self.living(), mailbox)
    }
}

/// The open connection that is best put to another use: one that is idle; transfers are left alone as long as anything
/// else can be had, and leave the inbox alone.
fn taken_over(slots: &mut [Slot], mailbox: Option<&MailboxName>) -> Option<Client> {
    let is_inbox = |slot: &Slot| slot.mailbox.as_ref().is_some_and(MailboxName::is_inbox);
    let last_choice = |slot: &Slot| match mailbox {
        Some(_) => slot.mailbox.is_none(),
        None => is_inbox(slot),
    };
    let busy = |slot: &Slot| slot.client().is_some_and(|client| client.unfinished() > 0);
    let open = slots.iter_mut().filter(|slot| slot.client().is_some());
    let slot = open.min_by_key(|slot| (busy(slot), last_choice(slot), slot.used))?;
    slot.used = Instant::now();
    // whoever wants the mailbox that it had takes another: this one may be busy for long
    slot.mailbox = mailbox.cloned();
    slot.client().cloned()
}
