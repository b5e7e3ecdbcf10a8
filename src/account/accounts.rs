//! The signed-in people of this process.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use super::account::locked;
use super::pulse::Crowd;
use super::{Account, Cadence, Error, Servers};
use crate::mail::{MailboxName, Secret};

/// One per process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Accounts {
    servers: Servers,
    live: Arc<Mutex<HashMap<String, Account>>>,
    crowd: Crowd,
    cadence: Cadence,
}

impl Accounts {
    /// Nobody is signed in yet.
    pub fn new(servers: Servers) -> Self {
        Self { servers, live: Arc::default(), crowd: Crowd::default(), cadence: Cadence::default() }
    }

    /// The same, asking mail servers at another cadence while somebody watches.
    #[must_use]
    pub fn with_cadence(self, cadence: Cadence) -> Self {
        Self { cadence, ..self }
    }

    /// Proves the password by IMAP LOGIN; [`Error::SignedOut`] means refused. `client` is the browser's address, which
    /// the mail server is told (`L-05`).
    pub async fn sign_in(&self, user: &str, password: Secret, client: Option<IpAddr>) -> Result<Account, Error> {
        let account = self.make(user, password.clone(), client)?;
        let proved = account.0.connections.prove().await;
        proved.map_err(|error| Error::about(error, &MailboxName::inbox()))?;
        let mut live = locked(&self.live);
        // who is signed in already keeps the connections, unless the password changed meanwhile
        if let Some(known) = live.get(user).filter(|known| known.matches(&password)) {
            return Ok(known.clone());
        }
        live.insert(user.to_owned(), account.clone());
        Ok(account)
    }

    /// A person whose password was proved before; nothing is sent before something is asked for (`R-51`).
    pub fn resume(&self, user: &str, password: Secret) -> Result<Account, Error> {
        let mut live = locked(&self.live);
        if let Some(known) = live.get(user).filter(|known| known.matches(&password)) {
            return Ok(known.clone());
        }
        let account = self.make(user, password, None)?;
        live.entry(user.to_owned()).or_insert_with(|| account.clone());
        Ok(account)
    }

    /// Forgets a person whose last session ended, or whose password is refused.
    pub fn sign_out(&self, account: &Account) {
        let known = {
            let mut live = locked(&self.live);
            let same = live.get(account.user()).is_some_and(|known| Arc::ptr_eq(&known.0, &account.0));
            if same { live.remove(account.user()) } else { None }
        };
        known.unwrap_or_else(|| account.clone()).sign_out();
    }

    /// Forgets everybody who holds no connection and whom no request is about: a session brings them back with its
    /// cookie. Until then no password is in memory.
    pub fn forget_idle(&self) {
        let live: Vec<Account> = locked(&self.live).values().cloned().collect();
        for account in live {
            if account.connections() == 0 {
                // one is the map's, one is ours
                locked(&self.live)
                    .retain(|_, known| !Arc::ptr_eq(&known.0, &account.0) || Arc::strong_count(&account.0) > 2);
            }
        }
    }

    /// How many people, and how many connections they hold.
    pub fn census(&self) -> (usize, usize) {
        let live: Vec<Account> = locked(&self.live).values().cloned().collect();
        (live.len(), live.iter().map(Account::connections).sum())
    }

    /// Closes every connection.
    pub fn shut_down(&self) {
        let live: Vec<Account> = locked(&self.live).drain().map(|(_, account)| account).collect();
        for account in live {
            account.sign_out();
        }
    }

    fn make(&self, user: &str, password: Secret, client: Option<IpAddr>) -> Result<Account, Error> {
        let dialer = self.servers.serving(user).ok_or(Error::SignedOut)?;
        let ours = client.filter(|ip| !ip.is_unspecified());
        Ok(Account::new(dialer.clone(), user, password, ours, &self.crowd, self.cadence))
    }
}
