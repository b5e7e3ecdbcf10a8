//! A signed-in person.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::accounts::Commons;
use super::content::Contents;
use super::conversation::ThreadLists;
use super::devices_check::Checkups;
use super::essence::Essences;
use super::memory::Memory;
use super::namesake::Namesakes;
use super::neighbours::Walks;
use super::overview::Surroundings;
use super::post::{self, Post};
use super::present::Present;
use super::pulse::Pulse;
use super::recent::Recent;
use super::sorted::SortedLists;
use super::sources::Sources;
use super::survey::Surveying;
use super::works::{self, Works};
use super::{Error, Fetcher, Outgoing, Overview, Rule};
use crate::imap::{self, Client, Connections, Dialer, Link, Purpose};
use crate::mail::{MailboxName, Secret};
use crate::mime::Trust;
use crate::pop3;
use crate::store::Uploads;

/// What is remembered for one person, in octets: headers and structures (some thousands of messages), texts of opened
/// messages, and sorted lists (4 for each message).
const ESSENCES: usize = 4 << 20;
const CONTENTS: usize = 4 << 20;
const SORTED: usize = 2 << 20;
/// And for the lists that messages were opened from.
const WALKS: usize = 1 << 20;
/// And for the conversations of mailboxes: 4 octets for each message, and 8 for each conversation.
const THREADS: usize = 4 << 20;
/// Senders whose names were looked up, some hundreds.
const NAMESAKES: usize = 512 << 10;

/// What a person can do. Cheap to clone: all of a person's tabs and sessions share one set of connections.
#[derive(Debug, Clone)]
pub struct Account(pub(super) Arc<Inner>);

/// What a person's tabs share.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) user: String,
    pub(super) connections: Connections,
    /// Where the person's mail leaves; `None`: nowhere.
    pub(super) outgoing: Option<Outgoing>,
    /// Where a POP client would fetch it; `None`: nowhere.
    pub(super) pop: Option<pop3::Dialer>,
    /// What proves the person there.
    pub(super) password: Secret,
    /// What is remembered of what is being sent.
    post: Option<Post>,
    /// What is remembered of what goes on in the background.
    works: Option<Works>,
    /// Where files lie that messages are brought in from.
    pub(super) imports: Option<Uploads>,
    /// What is known of the mailbox that messages are brought into.
    pub(super) present: Mutex<Option<Present>>,
    /// Who of the person's background work may run a window.
    pub(super) windows: Semaphore,
    /// By which that work is known, once it was asked for.
    pub(super) whose: OnceLock<[u8; 32]>,
    /// The person's rules, once they were read.
    pub(super) rules: Mutex<Option<Arc<Vec<Rule>>>>,
    /// Whom the person may believe about senders.
    pub(super) trust: Arc<Trust>,
    /// The last overview and when it was asked for.
    pub(super) surroundings: Mutex<Surroundings>,
    /// What is watched while a page is open.
    pub(super) pulse: Pulse,
    /// Headers and structures, which never change.
    pub(super) essences: Mutex<Essences>,
    /// What opened messages say.
    pub(super) contents: Mutex<Contents>,
    /// Who may decode pictures.
    pub(super) workshop: Arc<Semaphore>,
    /// Lists in other orders than by arrival.
    pub(super) sorted: Mutex<SortedLists>,
    /// Filtered, sorted and searched lists as they were shown.
    pub(super) walks: Mutex<Walks>,
    /// Conversations.
    pub(super) threads: Mutex<ThreadLists>,
    /// How accounts elsewhere are reached; `None`: mail is fetched from nowhere.
    pub(super) fetcher: Option<Fetcher>,
    /// What is known of them.
    pub(super) sources: Sources,
    /// Whether what is said on how to set up devices works, as it was last tried.
    pub(super) checkups: Checkups,
    /// Whose name which sender carries.
    pub(super) namesakes: Mutex<Namesakes>,
    /// Who may look through Sent for people: one, for whom the others wait.
    pub(super) acquainting: Semaphore,
    /// What fills the mailbox.
    pub(super) surveying: Surveying,
    /// Where all of it is weighed.
    pub(super) memory: Arc<Memory>,
}

impl Account {
    pub(super) fn new(dialer: Dialer, user: &str, password: Secret, client: Option<IpAddr>, commons: &Commons) -> Self {
        Self(Arc::new(Inner {
            user: user.to_owned(),
            connections: Connections::new(dialer, user, password.clone(), client),
            outgoing: commons.submission.of(user).cloned(),
            pop: commons.pop_servers.of(user).cloned(),
            password,
            post: commons.post.clone(),
            works: commons.works.clone(),
            imports: commons.imports.clone(),
            present: Mutex::default(),
            windows: Semaphore::new(1),
            whose: OnceLock::new(),
            rules: Mutex::default(),
            trust: commons.trusted.of(user),
            surroundings: Mutex::default(),
            pulse: Pulse::new(commons.crowd.clone(), commons.cadence),
            essences: Mutex::new(Recent::new(ESSENCES, &commons.memory)),
            contents: Mutex::new(Recent::new(CONTENTS, &commons.memory)),
            workshop: commons.workshop.clone(),
            sorted: Mutex::new(Recent::new(SORTED, &commons.memory)),
            walks: Mutex::new(Recent::new(WALKS, &commons.memory)),
            threads: Mutex::new(Recent::new(THREADS, &commons.memory)),
            fetcher: commons.fetcher.clone(),
            sources: Sources::default(),
            checkups: Checkups::default(),
            namesakes: Mutex::new(Recent::new(NAMESAKES, &commons.memory)),
            acquainting: Semaphore::new(1),
            surveying: Surveying::default(),
            memory: commons.memory.clone(),
        }))
    }

    /// The login name.
    pub fn user(&self) -> &str {
        &self.0.user
    }

    /// Whether the person can send mail: the operator named a submission server for them.
    pub fn can_send(&self) -> bool {
        self.0.outgoing.is_some()
    }

    /// What is remembered of what is being sent; [`Error::NotKept`] in a program that was built without.
    pub(super) fn post(&self) -> Result<&Arc<post::Shared>, Error> {
        self.0.post.as_ref().map(|post| &post.0).ok_or(Error::NotKept)
    }

    /// What is remembered of background work; [`Error::NotKept`] in a program that was built without.
    pub(super) fn works(&self) -> Result<&Arc<works::Shared>, Error> {
        self.0.works.as_ref().map(|works| &works.0).ok_or(Error::NotKept)
    }

    /// Whether this is the password the connections use.
    pub fn matches(&self, password: &Secret) -> bool {
        self.0.connections.password_matches(password)
    }

    /// Closes the connections and forgets what was read. Other sessions of the person reconnect on demand.
    pub fn sign_out(&self) {
        self.0.pulse.end();
        self.0.connections.close();
        self.0.sources.forget();
        self.0.forget_read();
        *locked(&self.0.surroundings) = Surroundings::default();
    }

    /// Forgets what was read; it is read again when it is needed.
    pub(super) fn forget_read(&self) {
        self.0.forget_read();
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.0.connections.open()
    }

    /// The person doubts what is shown: the next page asks the mail server, whatever is believed.
    pub fn look_again(&self) {
        locked(&self.0.surroundings).distrust();
    }

    /// The mailboxes, their counts and the quota, as of now. What a listing or an opened message has just learnt
    /// counts as now.
    pub async fn overview(&self) -> Result<Arc<Overview>, Error> {
        if let Some(recent) = locked(&self.0.surroundings).just_now() {
            return Ok(recent);
        }
        let inbox = MailboxName::inbox();
        self.read(Purpose::Mailbox(&inbox), |inner| {
            Box::new(move |link| Box::pin(async move { inner.refresh(link).await }))
        })
        .await
        .map_err(|error| Error::about(error, &inbox))
    }

    /// Runs reading work, and once more on a fresh connection if the first was lost (`R-01`, `R-03`).
    pub(super) async fn read<T: Send + 'static>(
        &self,
        purpose: Purpose<'_>,
        work: impl Fn(Arc<Inner>) -> Work<T>,
    ) -> Result<T, imap::Error> {
        match self.run(purpose, work(self.0.clone())).await {
            Err(error) if error.is_worth_a_retry() => self.run(purpose, work(self.0.clone())).await,
            other => other,
        }
    }

    /// Runs work that changes something: never twice.
    pub(super) async fn run<T: Send + 'static>(&self, purpose: Purpose<'_>, work: Work<T>) -> Result<T, imap::Error> {
        let client: Client = self.0.connections.client(purpose).await?;
        client.run(work).await
    }
}

impl Inner {
    fn forget_read(&self) {
        locked(&self.essences).forget_all();
        locked(&self.contents).forget_all();
        locked(&self.sorted).forget_all();
        locked(&self.walks).forget_all();
        locked(&self.threads).forget_all();
        locked(&self.namesakes).forget_all();
        self.surveying.forget();
        *locked(&self.present) = None;
    }
}

/// Work for a connection.
pub(super) type Work<T> =
    Box<dyn for<'a> FnOnce(&'a mut Link) -> BoxFuture<'a, Result<T, imap::Error>> + Send + 'static>;

/// What a panic in another request left behind is still good: every value here is replaced whole.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
