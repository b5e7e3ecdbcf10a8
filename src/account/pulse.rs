//! Somebody has a page open: the mailboxes it shows are kept true, and whoever watches is woken when they change.
//!
//! One task per person, as long as anybody watches and a little longer. It asks the mail server again and again on the
//! connections that have the mailboxes open (a *beat*: NOOP, and the folders with their counts), so often that a change
//! by another device is known within a fraction of a second; pages asked for meanwhile are made from memory. Servers
//! tell of changes on their own too, but late: Dovecot 2.3 (2022) gathers them for half a second. Where asking is dear
//! (a server far away, thousands of folders, many people at once), beats become rare, and the server is asked to tell.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::account::{Account, Inner, Work, locked};
use super::tempo::{Cadence, Tempo};
use super::{Error, Overview};
use crate::imap::{self, Attention, Client, Purpose};
use crate::mail::MailboxName;

/// Nobody watches: the next page of the same person is likely to come within this time.
const LINGER: Duration = Duration::from_secs(20);
/// First and longest pause after the server could not be had.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How the person's mail server is, as of the last beat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// Nothing was asked yet.
    #[default]
    Unknown,
    /// What is shown is what it has.
    Fine,
    /// It can't be had at the moment; what is shown may be old.
    Trouble(Error),
    /// The mail server refuses the password.
    SignedOut,
    /// The account was closed here: one of the person's sessions was signed out, or the program stops.
    Closed,
}

impl Health {
    /// Whether nothing more will come.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::SignedOut | Self::Closed)
    }
}

/// What watchers are woken with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulsed {
    /// Changes whenever anything that is watched may have changed.
    pub changes: u64,
    /// How the mail server is.
    pub health: Health,
}

/// What is watched, and who waits for news of it.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    watched: Mutex<Watched>,
    pulsed: watch::Sender<Pulsed>,
    hurry: Notify,
    /// How many people of this process have a pulse.
    crowd: Crowd,
    cadence: Cadence,
}

/// How many people are being watched for, in the whole process.
pub(super) type Crowd = Arc<AtomicUsize>;

#[derive(Debug, Default)]
struct Watched {
    /// The mailboxes that are looked at, how often, and when somebody last began to.
    mailboxes: HashMap<MailboxName, (usize, Option<Instant>)>,
    watchers: usize,
    /// A task is there.
    runs: bool,
}

impl Pulse {
    pub(super) fn new(crowd: Crowd, cadence: Cadence) -> Self {
        Self { crowd, cadence, ..Self::default() }
    }

    /// Something was done here: look at once, for the person's other tabs.
    pub(super) fn hurry(&self) {
        self.hurry.notify_one();
    }

    fn is_over(&self) -> bool {
        self.pulsed.borrow().health.is_over()
    }

    /// The account is closed.
    pub(super) fn end(&self) {
        self.pulsed.send_modify(|pulsed| pulsed.health = Health::Closed);
        self.hurry();
    }
}

/// Somebody looks at mailboxes. Dropped when they look away.
#[derive(Debug)]
pub struct Watch {
    account: Account,
    mailboxes: Vec<MailboxName>,
    pulsed: watch::Receiver<Pulsed>,
}

impl Account {
    /// Keeps these mailboxes true, and the folders with their counts, until the [`Watch`] is dropped.
    pub fn watch(&self, mailboxes: Vec<MailboxName>) -> Watch {
        let pulse = &self.0.pulse;
        let starts = {
            let mut watched = locked(&pulse.watched);
            watched.watchers += 1;
            for mailbox in &mailboxes {
                let (count, since) = watched.mailboxes.entry(mailbox.clone()).or_default();
                *count += 1;
                *since = Some(Instant::now());
            }
            !std::mem::replace(&mut watched.runs, true)
        };
        if starts {
            self.0.connections.runtime().spawn(beat_on(self.clone()));
        } else {
            pulse.hurry();
        }
        let mut pulsed = pulse.pulsed.subscribe();
        pulsed.mark_unchanged();
        Watch { account: self.clone(), mailboxes, pulsed }
    }
}

impl Account {
    /// How many watch.
    pub fn watchers(&self) -> usize {
        locked(&self.0.pulse.watched).watchers
    }
}

impl Watch {
    /// How things are.
    pub fn now(&self) -> Pulsed {
        self.pulsed.borrow().clone()
    }

    /// Waits until something may have changed since this was last told.
    pub async fn changed(&mut self) -> Pulsed {
        // the sender lives in the account, which this holds
        self.pulsed.changed().await.ok();
        self.pulsed.borrow_and_update().clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = locked(&self.account.0.pulse.watched);
        watched.watchers -= 1;
        for mailbox in &self.mailboxes {
            if let Some((count, _)) = watched.mailboxes.get_mut(mailbox) {
                *count -= 1;
            }
        }
    }
}

/// What one beat found.
struct Beat {
    /// Changes when anything of a mailbox, or any count, does.
    state: u64,
    client: Client,
    can_listen: bool,
    /// Of the connection, from before the beat: what is told in the meantime wakes the next one.
    news: watch::Receiver<u64>,
}

/// The task.
async fn beat_on(account: Account) {
    let inner = &account.0;
    let mut running = Running::new(&inner.pulse);
    let mut tempo = Tempo::new(inner.pulse.cadence);
    let mut state = 0;
    let mut failures = 0_u32;
    let mut seen = Instant::now();
    loop {
        let Some(mailboxes) = inner.to_watch(&mut seen) else {
            running.has_ended = true;
            break;
        };
        let (pause, news) = match inner.beat(&account, &mailboxes, &mut tempo).await {
            Ok(beats) => {
                failures = 0;
                let now = beats.iter().fold(0, |sum: u64, beat| sum.rotate_left(7) ^ beat.state);
                inner.pulse.pulsed.send_if_modified(|pulsed| {
                    let news = !pulsed.health.is_over() && (now != state || pulsed.health != Health::Fine);
                    if news {
                        pulsed.changes += 1;
                        pulsed.health = Health::Fine;
                    }
                    news
                });
                state = now;
                let can_listen = beats.iter().all(|beat| beat.can_listen);
                let crowd = inner.pulse.crowd.load(Ordering::Relaxed);
                let pause = tempo.pause(crowd, can_listen);
                let attention = if pause.listens { Attention::Listen } else { Attention::Stay };
                beats.iter().for_each(|beat| beat.client.attend(attention));
                (pause.time, beats.into_iter().map(|beat| beat.news).collect())
            }
            Err(error) => {
                failures += 1;
                let health = match Error::about(error, &MailboxName::inbox()) {
                    Error::SignedOut => Health::SignedOut,
                    trouble => Health::Trouble(trouble),
                };
                inner.pulse.pulsed.send_if_modified(|pulsed| {
                    let differs = !pulsed.health.is_over() && pulsed.health != health;
                    if differs {
                        pulsed.health = health;
                    }
                    differs
                });
                (again_after(failures), Vec::new())
            }
        };
        if !inner.pulse.is_over() {
            wait(&inner.pulse, pause, news).await;
        }
        if inner.pulse.is_over() {
            break; // and no connection is made any more for somebody who left
        }
    }
    inner.connections.attend_to_none();
    locked(&inner.surroundings).believe(Duration::ZERO);
}

/// Until it is time again, something was done here, or the server has told something.
async fn wait(pulse: &Pulse, pause: Duration, news: Vec<watch::Receiver<u64>>) {
    let until = Instant::now() + pause;
    let told: Vec<_> = news.into_iter().map(|mut news| Box::pin(async move { news.changed().await.ok() })).collect();
    let any_told = async {
        match told.is_empty() {
            true => std::future::pending().await,
            false => futures_util::future::select_all(told).await,
        }
    };
    tokio::select! {
        () = sleep_until(until) => {}
        () = pulse.hurry.notified() => {}
        _ = any_told => {}
    }
}

/// A growing pause with jitter, so that a server that comes back is not met by everybody at once (`R-51`).
fn again_after(failures: u32) -> Duration {
    let (first, longest) = PAUSE;
    let pause = first.saturating_mul(1 << failures.min(7).saturating_sub(1)).min(longest);
    use std::hash::BuildHasher;
    let drawn = std::hash::RandomState::new().hash_one(failures) % 500;
    pause.mul_f64(0.75 + f64::from(u16::try_from(drawn).unwrap_or(0)) / 1000.0)
}

impl Inner {
    /// The mailboxes to keep true, most recently wanted first, as many as there are connections to spare; `None` when
    /// nobody has watched for a while.
    fn to_watch(&self, seen: &mut Instant) -> Option<Vec<MailboxName>> {
        let mut watched = locked(&self.pulse.watched);
        if watched.watchers > 0 {
            *seen = Instant::now();
            watched.mailboxes.retain(|_, (count, _)| *count > 0);
        } else if seen.elapsed() > LINGER {
            watched.mailboxes.clear();
            watched.runs = false; // under the lock: whoever begins to watch now starts another task
            return None;
        }
        let mut mailboxes: Vec<_> = watched.mailboxes.iter().map(|(name, (_, since))| (*since, name.clone())).collect();
        mailboxes.sort_by_key(|(since, _)| std::cmp::Reverse(*since));
        mailboxes.truncate(self.connections.most().saturating_sub(1).max(1));
        let mut mailboxes: Vec<_> = mailboxes.into_iter().map(|(_, name)| name).collect();
        if mailboxes.is_empty() {
            mailboxes.push(MailboxName::inbox()); // for the folders and their counts
        }
        Some(mailboxes)
    }

    /// Looks at each mailbox once, and at the folders with the first.
    async fn beat(
        &self,
        account: &Account,
        mailboxes: &[MailboxName],
        tempo: &mut Tempo,
    ) -> Result<Vec<Beat>, imap::Error> {
        let mut beats = Vec::new();
        for (at, mailbox) in mailboxes.iter().enumerate() {
            let with_tree = at == 0 && tempo.wants_tree();
            let start = Instant::now();
            let client = self.connections.client(Purpose::Mailbox(mailbox)).await?;
            let mut news = client.news();
            news.mark_unchanged();
            locked(&self.surroundings).believe(tempo.tree_age());
            let (age, inner, name) = (tempo.age(), account.0.clone(), mailbox.clone());
            let work: Work<(u64, bool, bool)> = Box::new(move |link| {
                Box::pin(async move {
                    let open = match link.select(&name).await {
                        Ok(_) => true,
                        Err(error) if error.ends_connection() => return Err(error),
                        Err(_) => false, // gone, or renamed: the page says so when it looks
                    };
                    link.believe(age);
                    let tree = with_tree || link.has_unasked_news() || !open;
                    let overview = if tree {
                        inner.refresh_now(link).await?
                    } else {
                        link.sync().await?;
                        inner.refresh(link).await?
                    };
                    if open && overview.find(&name).is_none() {
                        link.forget_selected(); // renamed or deleted behind our back
                    }
                    let mut hasher = DefaultHasher::new();
                    link.view().map(|view| view.version()).hash(&mut hasher);
                    overview.hash_into(&mut hasher);
                    Ok((hasher.finish(), link.can_listen(), tree))
                })
            });
            let (state, can_listen, tree) = client.run(work).await?;
            tempo.took(start.elapsed(), tree);
            beats.push(Beat { state, client, can_listen, news });
        }
        Ok(beats)
    }
}

impl Overview {
    /// What a page shows of it.
    pub fn hash_into(&self, hasher: &mut impl Hasher) {
        for mailbox in &self.mailboxes {
            (&mailbox.name, mailbox.role, mailbox.selectable, mailbox.subscribed).hash(hasher);
            mailbox.counts.map(|counts| (counts.messages, counts.unseen)).hash(hasher);
        }
        self.quota.hash(hasher);
    }
}

/// One more in the crowd, until dropped; however the task ends, another can begin.
struct Running<'a> {
    pulse: &'a Pulse,
    /// That another can begin has been said already.
    has_ended: bool,
}

impl<'a> Running<'a> {
    fn new(pulse: &'a Pulse) -> Self {
        pulse.crowd.fetch_add(1, Ordering::Relaxed);
        Self { pulse, has_ended: false }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.pulse.crowd.fetch_sub(1, Ordering::Relaxed);
        if !self.has_ended {
            locked(&self.pulse.watched).runs = false;
        }
    }
}
