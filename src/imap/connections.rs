//! A person's connections, shared by all of their tabs.

use std::net::IpAddr;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::connect::connect;
use super::dial::Dialer;
use super::login::Credentials;
use super::{Client, Code, Error};
use crate::mail::{MailboxName, Secret};

/// What a connection is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Pages of this mailbox: a connection that has it open serves them fastest.
    Mailbox(&'a MailboxName),
    /// A long transfer, which nothing else shall wait for.
    Transfer,
}

/// At most `max_connections` sockets for one person on one server.
#[derive(Debug)]
pub struct Connections {
    dialer: Dialer,
    credentials: Credentials,
    slots: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    open: Vec<Slot>,
    /// When connecting failed last, and how.
    failed: Option<(Instant, Error)>,
}

#[derive(Debug)]
struct Slot {
    client: Client,
    /// The mailbox it was last wanted for; `None` for transfers.
    mailbox: Option<MailboxName>,
    used: Instant,
}

impl Connections {
    /// Connects to nothing yet.
    pub fn new(dialer: Dialer, user: &str, password: Secret, client: Option<IpAddr>) -> Self {
        let credentials = Credentials { user: user.to_owned(), password, client };
        Self { dialer, credentials, slots: Mutex::default() }
    }

    /// Whether these are the credentials.
    pub fn password_matches(&self, password: &Secret) -> bool {
        self.credentials.password.matches(password)
    }

    /// Proves the credentials on a connection of its own, and keeps that connection.
    pub async fn prove(&self) -> Result<(), Error> {
        let client = match connect(&self.dialer, &self.credentials).await {
            Err(Error::No(Code::Alert)) => return Err(Error::Refused), // here it says why the password is not taken
            connected => connected?,
        };
        let slots = &mut self.slots.lock().await.open;
        slots.retain(|slot| slot.client.is_alive());
        if slots.len() < self.dialer.server().max_connections {
            slots.push(Slot { client, mailbox: Some(MailboxName::inbox()), used: Instant::now() });
        }
        Ok(())
    }

    /// A connection for `purpose`: the one that has the mailbox open, else a new one, else the one that was not used
    /// for longest. Whoever waits behind a failing connect fails with it instead of trying again.
    pub async fn client(&self, purpose: Purpose<'_>) -> Result<Client, Error> {
        let asked = Instant::now();
        let Slots { open: slots, failed } = &mut *self.slots.lock().await;
        slots.retain(|slot| slot.client.is_alive());
        let mailbox = match purpose {
            Purpose::Mailbox(name) => Some(name),
            Purpose::Transfer => None,
        };
        let idle = |slot: &&mut Slot| mailbox.is_some() || slot.client.unfinished() == 0;
        let found = slots.iter_mut().filter(|slot| slot.mailbox.as_ref() == mailbox).find(idle);
        if let Some(slot) = found {
            slot.used = Instant::now();
            return Ok(slot.client.clone());
        }
        if let Some((_, error)) = failed.as_ref().filter(|(at, _)| *at > asked && slots.is_empty()) {
            return Err(error.clone());
        }
        if slots.len() < self.dialer.server().max_connections {
            match connect(&self.dialer, &self.credentials).await {
                Ok(client) => {
                    slots.push(Slot { client: client.clone(), mailbox: mailbox.cloned(), used: Instant::now() });
                    return Ok(client);
                }
                // the server's own limit, which some say with ALERT: share what there is
                Err(Error::No(_) | Error::Bye(_)) if !slots.is_empty() => {}
                Err(error) => {
                    *failed = Some((Instant::now(), error.clone()));
                    return Err(error);
                }
            }
        }
        // one that is idle; transfers are left alone as long as anything else can be had, and leave the inbox alone
        let is_inbox = |slot: &Slot| slot.mailbox.as_ref().is_some_and(MailboxName::is_inbox);
        let last_choice = |slot: &Slot| match mailbox {
            Some(_) => slot.mailbox.is_none(),
            None => is_inbox(slot),
        };
        let oldest = slots.iter_mut().min_by_key(|slot| (slot.client.unfinished() > 0, last_choice(slot), slot.used));
        let slot = oldest.ok_or(Error::Closed)?;
        slot.used = Instant::now();
        // whoever wants the mailbox that it had takes another: this one may be busy for long
        slot.mailbox = mailbox.cloned();
        Ok(slot.client.clone())
    }

    /// Where connections and what accompanies them live.
    pub fn runtime(&self) -> &tokio::runtime::Handle {
        self.dialer.runtime()
    }

    /// How many sockets are open.
    pub async fn open(&self) -> usize {
        let slots = &mut self.slots.lock().await.open;
        slots.retain(|slot| slot.client.is_alive());
        slots.len()
    }

    /// Closes all of them, after the work that is under way.
    pub async fn close(&self) {
        self.slots.lock().await.open.clear();
    }
}
