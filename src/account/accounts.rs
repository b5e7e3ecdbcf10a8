//! The signed-in people of this process.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::account::locked;
use super::memory::Memory;
use super::pictures::workshop;
use super::post::Post;
use super::pulse::Crowd;
use super::works::Works;
use super::{Account, Cadence, Error, Fetcher, PopServers, Servers, Submission, Trusted};
use crate::mail::{MailboxName, Secret};
use crate::store::Uploads;

/// One per process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Accounts {
    servers: Servers,
    live: Arc<Mutex<HashMap<String, Live>>>,
    commons: Commons,
}

/// What all accounts of a process share.
#[derive(Debug, Clone)]
pub(super) struct Commons {
    pub(super) crowd: Crowd,
    pub(super) cadence: Cadence,
    pub(super) memory: Arc<Memory>,
    pub(super) trusted: Arc<Trusted>,
    pub(super) submission: Arc<Submission>,
    pub(super) pop_servers: Arc<PopServers>,
    pub(super) workshop: Arc<Semaphore>,
    pub(super) post: Option<Post>,
    pub(super) works: Option<Works>,
    /// Where files lie that messages are brought in from.
    pub(super) imports: Option<Uploads>,
    pub(super) fetcher: Option<Fetcher>,
}

/// A person, and when they were last heard of.
#[derive(Debug)]
struct Live {
    account: Account,
    heard: Instant,
}

impl Live {
    fn new(account: &Account) -> Self {
        Self { account: account.clone(), heard: Instant::now() }
    }
}

/// How much there is of everything that a process holds for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Census {
    /// Who is signed in and was heard of lately.
    pub people: usize,
    /// To mail servers, of all of them.
    pub connections: usize,
    /// Pages, or groups of pages, that somebody has open: one a browser.
    pub watchers: usize,
    /// Octets of mail.
    pub remembered: usize,
}

/// What is remembered of mail for all people together, unless the operator says otherwise.
const MEMORY: usize = 256 << 20;

impl Accounts {
    /// Nobody is signed in yet.
    pub fn new(servers: Servers) -> Self {
        let memory = Arc::new(Memory::new(MEMORY));
        let (crowd, cadence) = (Crowd::default(), Cadence::default());
        let commons = Commons {
            crowd,
            cadence,
            memory,
            trusted: Arc::default(),
            submission: Arc::default(),
            pop_servers: Arc::default(),
            workshop: workshop(),
            post: None,
            works: None,
            imports: None,
            fetcher: None,
        };
        Self { servers, live: Arc::default(), commons }
    }

    /// The same, asking mail servers at another cadence while somebody watches.
    #[must_use]
    pub fn with_cadence(self, cadence: Cadence) -> Self {
        Self { commons: Commons { cadence, ..self.commons }, ..self }
    }

    /// The same, remembering so many octets of mail at most.
    #[must_use]
    pub fn with_memory(self, octets: usize) -> Self {
        Self { commons: Commons { memory: Arc::new(Memory::new(octets)), ..self.commons }, ..self }
    }

    /// The same, believing these servers about senders.
    #[must_use]
    pub fn with_trusted(self, trusted: Trusted) -> Self {
        Self { commons: Commons { trusted: Arc::new(trusted), ..self.commons }, ..self }
    }

    /// The same, sending mail by these servers.
    #[must_use]
    pub fn with_submission(self, submission: Submission) -> Self {
        Self { commons: Commons { submission: Arc::new(submission), ..self.commons }, ..self }
    }

    /// The same, asking these servers what a POP client would see.
    #[must_use]
    pub fn with_pop_servers(self, pop_servers: PopServers) -> Self {
        Self { commons: Commons { pop_servers: Arc::new(pop_servers), ..self.commons }, ..self }
    }

    /// The same, fetching mail from accounts elsewhere.
    #[must_use]
    pub fn with_fetcher(self, fetcher: Fetcher) -> Self {
        Self { commons: Commons { fetcher: Some(fetcher), ..self.commons }, ..self }
    }

    /// The same, remembering what is being sent.
    #[must_use]
    pub fn with_post(self, post: Post) -> Self {
        Self { commons: Commons { post: Some(post), ..self.commons }, ..self }
    }

    /// The same, remembering what goes on in the background.
    #[must_use]
    pub fn with_works(self, works: Works) -> Self {
        Self { commons: Commons { works: Some(works), ..self.commons }, ..self }
    }

    /// The same, with a place for files that messages are brought in from.
    #[must_use]
    pub fn with_imports(self, imports: Uploads) -> Self {
        Self { commons: Commons { imports: Some(imports), ..self.commons }, ..self }
    }

    pub(super) fn post(&self) -> Option<&Post> {
        self.commons.post.as_ref()
    }

    pub(super) fn works(&self) -> Option<&Works> {
        self.commons.works.as_ref()
    }

    /// Everybody who was heard of lately; it does not count as hearing of them.
    pub(super) fn people(&self) -> Vec<Account> {
        locked(&self.live).values().map(|known| known.account.clone()).collect()
    }

    /// Whether this account is still the one of its owner, who has not signed out.
    pub(super) fn is_live(&self, account: &Account) -> bool {
        self.live(account.user()).is_some_and(|known| Arc::ptr_eq(&known.0, &account.0))
    }

    /// The account of somebody who was heard of lately; it does not count as hearing of them.
    pub(super) fn live(&self, user: &str) -> Option<Account> {
        locked(&self.live).get(user).map(|known| known.account.clone())
    }

    /// How many octets of mail are remembered.
    pub fn remembered(&self) -> usize {
        self.commons.memory.used()
    }

    /// Proves the password by IMAP LOGIN; [`Error::SignedOut`] means refused. `client` is the browser's address, which
    /// the mail server is told (`L-05`).
    pub async fn sign_in(&self, user: &str, password: Secret, client: Option<IpAddr>) -> Result<Account, Error> {
        let account = self.make(user, password.clone(), client)?;
        let proved = account.0.connections.prove().await;
        proved.map_err(|error| Error::about(error, &MailboxName::inbox()))?;
        let account = {
            let mut live = locked(&self.live);
            // who is signed in already keeps the connections, unless the password changed meanwhile
            match live.get(user).filter(|known| known.account.matches(&password)) {
                Some(known) => known.account.clone(),
                None => {
                    live.insert(user.to_owned(), Live::new(&account));
                    account
                }
            }
        };
        if let Some(works) = self.works() {
            works.0.run_rules_soon(&account);
        }
        self.is_there(&account);
        Ok(account)
    }

    /// A person whose password was proved before; nothing is sent before something is asked for (`R-51`).
    pub fn resume(&self, user: &str, password: Secret) -> Result<Account, Error> {
        let mut live = locked(&self.live);
        if self.commons.memory.is_over() {
            relieve(&mut live, &self.commons.memory);
        }
        if let Some(known) = live.get_mut(user).filter(|known| known.account.matches(&password)) {
            known.heard = Instant::now();
            return Ok(known.account.clone());
        }
        let account = self.make(user, password, None)?;
        live.entry(user.to_owned()).or_insert_with(|| {
            self.is_there(&account);
            Live::new(&account)
        });
        Ok(account)
    }

    /// Somebody is there whose messages and work may have waited for that.
    fn is_there(&self, account: &Account) {
        if let Some(works) = self.works() {
            works.0.welcome(account);
        }
        if let Some(post) = self.post() {
            post.0.wake.notify_one();
        }
    }

    /// Forgets a person whose last session ended, or whose password is refused.
    pub fn sign_out(&self, account: &Account) {
        let known = {
            let mut live = locked(&self.live);
            let same = live.get(account.user()).is_some_and(|known| Arc::ptr_eq(&known.account.0, &account.0));
            if same { live.remove(account.user()).map(|known| known.account) } else { None }
        };
        known.unwrap_or_else(|| account.clone()).sign_out();
    }

    /// Forgets everybody who holds no connection and whom no request is about: a session brings them back with its
    /// cookie. Until then no password is in memory.
    pub fn forget_idle(&self) {
        // the one reference is the map's own
        locked(&self.live)
            .retain(|_, known| known.account.connections() > 0 || Arc::strong_count(&known.account.0) > 1);
    }

    /// What the process holds at this moment.
    pub fn census(&self) -> Census {
        let live = locked(&self.live);
        let sum = |count: fn(&Account) -> usize| live.values().map(|known| count(&known.account)).sum();
        Census {
            people: live.len(),
            connections: sum(Account::connections),
            watchers: sum(Account::watchers),
            remembered: self.remembered(),
        }
    }

    /// Closes every connection.
    pub fn shut_down(&self) {
        for (_, known) in locked(&self.live).drain() {
            known.account.sign_out();
        }
    }

    pub(super) fn make(&self, user: &str, password: Secret, client: Option<IpAddr>) -> Result<Account, Error> {
        let dialer = self.servers.of(user).ok_or(Error::SignedOut)?;
        let ours = client.filter(|ip| !ip.is_unspecified());
        Ok(Account::new(dialer.clone(), user, password, ours, &self.commons))
    }
}

/// Forgets what was read for those who were not heard of for longest, until there is room again.
fn relieve(live: &mut HashMap<String, Live>, memory: &Memory) {
    let mut oldest: Vec<(Instant, &Account)> = live.values().map(|known| (known.heard, &known.account)).collect();
    oldest.sort_by_key(|(heard, _)| *heard);
    for (_, account) in oldest {
        if memory.is_relieved() {
            return;
        }
        account.forget_read();
    }
}
