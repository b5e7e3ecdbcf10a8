//! Who goes on with background work: one task of the process looks after all of it, and gives each piece a task of its own.
//!
//! A piece goes on while its owner is signed in, one window after the other. Of one person one window runs at a time, of all
//! of their pieces in turn; so nobody's pages wait, and no piece waits for another one that is stuck. After a restart it goes
//! on with its owner's next request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::account::locked;
use super::busy::Rows;
use super::job::{Obstacle, Order, Place, Step, Written};
use super::keeper::Keeper;
use super::rules::run_rules;
use super::{Account, Accounts, Error, What, job_steps};
use crate::store::{Belongings, JobId, JobStage, Jobs, ServerKey, unix_now};

/// Windows of all people that run at the same time.
const AT_ONCE: usize = 16;
/// The longest time between two looks, whatever is due: clocks are set, and machines sleep.
const LOOKS_AGAIN: Duration = Duration::from_secs(60);

/// What background work needs beside a person's server; one for the process, cheap to clone.
#[derive(Debug, Clone)]
pub struct Works(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) jobs: Jobs,
    pub(super) belongings: Belongings,
    pub(super) key: Arc<ServerKey>,
    /// Who is at which row, by whose it is and its name.
    pub(super) rows: Arc<Rows<Row>>,
    /// Something may be to do.
    pub(super) wake: Notify,
    places: Semaphore,
    /// Who came since the last look: their rules are run soon.
    pub(super) newcomers: Mutex<Vec<Account>>,
    /// When whose rules are to be run again.
    pub(super) ruled: Mutex<HashMap<[u8; 32], Instant>>,
    /// Cancelled when the program is to stop: no window is begun any more.
    pub(super) stop: CancellationToken,
}

/// Seconds between two tries of what may go better later; the last one again and again.
const PAUSES: [i64; 5] = [2, 15, 60, 5 * 60, 15 * 60];

/// A row: whose, and which.
pub(super) type Row = ([u8; 32], JobId);

impl Works {
    /// Over these; nobody is at anything yet.
    pub fn new(jobs: Jobs, belongings: Belongings, key: Arc<ServerKey>) -> Self {
        Self(Arc::new(Shared {
            jobs,
            belongings,
            key,
            rows: Arc::default(),
            wake: Notify::new(),
            places: Semaphore::new(AT_ONCE),
            newcomers: Mutex::default(),
            ruled: Mutex::default(),
            stop: CancellationToken::new(),
        }))
    }
}

impl Shared {
    /// By which a person's rows are known.
    pub(super) fn whose(&self, account: &Account) -> [u8; 32] {
        *account.0.whose.get_or_init(|| self.jobs.whose(account.user(), &self.key))
    }

    /// Somebody is there whose work may have waited for that.
    pub(super) fn welcome(&self, account: &Account) {
        locked(&self.newcomers).push(account.clone());
        self.wake.notify_one();
    }
}

impl Accounts {
    /// Goes on with everybody's background work, until [`Self::finish_jobs`]. One for the process.
    pub async fn run_jobs(&self) {
        let Some(Works(works)) = self.works().cloned() else { return };
        let mut looked = Instant::now();
        loop {
            let newcomers = std::mem::take(&mut *locked(&works.newcomers));
            run_rules(newcomers, &works);
            if looked.elapsed() >= LOOKS_AGAIN {
                looked = Instant::now();
                run_rules(self.people(), &works);
            }
            let pause = self.go_on_with_jobs(&works).await;
            tokio::select! {
                () = works.stop.cancelled() => return,
                () = works.wake.notified() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Begins no window any more, and waits for those that run, for so long at most. What they leave goes on at the next start.
    pub async fn finish_jobs(&self, patience: Duration) {
        let Some(Works(works)) = self.works() else { return };
        works.stop.cancel();
        if timeout(patience, works.rows.settled()).await.is_err() {
            tracing::warn!("background work is left in the middle of a window; it is looked through at the next start");
        }
    }

    /// Gives a task to whatever is due and has none; how long until there may be more.
    async fn go_on_with_jobs(&self, works: &Arc<Shared>) -> Duration {
        let unfinished = match works.jobs.unfinished().await {
            Ok(unfinished) => unfinished,
            Err(error) => {
                tracing::error!(%error, "background work can't be read");
                return LOOKS_AGAIN;
            }
        };
        if unfinished.is_empty() {
            return LOOKS_AGAIN;
        }
        let people: HashMap<[u8; 32], Account> =
            self.people().into_iter().map(|one| (works.whose(&one), one)).collect();
        let now = unix_now();
        let mut pause = LOOKS_AGAIN;
        for (whose, id, due) in unfinished {
            let Some(account) = people.get(&whose).cloned() else { continue };
            if due > now {
                pause = pause.min(Duration::from_secs(due.abs_diff(now)));
                continue;
            }
            let Ok(busy) = works.rows.take((whose, id)) else { continue };
            let (accounts, works) = (self.clone(), works.clone());
            account.0.connections.runtime().clone().spawn(async move {
                let waits = account.work_on(&id, &accounts, works.clone()).await;
                account.0.counts_changed();
                drop(busy);
                if waits {
                    works.wake.notify_one(); // when it is due is known now
                }
            });
        }
        pause
    }
}

impl Account {
    /// Goes on with a piece of work until it is over, can't go on, or is not to; whether it waits now.
    async fn work_on(&self, id: &JobId, accounts: &Accounts, works: Arc<Shared>) -> bool {
        let row = match works.jobs.take_up(self.user(), id, &works.key).await {
            Ok(Some(row)) => row,
            Ok(None) => return false,
            Err(error) => {
                tracing::error!(%error, "background work can't be taken up");
                return false;
            }
        };
        // what another version wrote is left alone
        let (Some(order), Some(written)) = (Order::read(&row.task), Written::read(&row.place)) else { return false };
        let mut place = written.place.clone();
        let mut keeper = Keeper { works: works.clone(), row, written };
        loop {
            let Ok(_mine) = self.0.windows.acquire().await else { return false };
            let Ok(_place) = works.places.acquire().await else { return false };
            if works.stop.is_cancelled() {
                return false;
            }
            if !accounts.is_live(self) {
                return keeper.wait(place, Obstacle::SignedOut).await;
            }
            match job_steps::step(self, &order, place.clone(), &mut keeper).await {
                Ok(Step::More(next)) => {
                    keeper.written.tries = 0;
                    if keeper.write(next.clone(), None, JobStage::Running, 0).await != Some(JobStage::Running) {
                        return false;
                    }
                    place = next;
                }
                Ok(Step::Done(last)) => {
                    keeper.write(last, None, JobStage::Done, 0).await;
                    return false;
                }
                Ok(Step::Blocked(next, obstacle)) => return keeper.wait(next, obstacle).await,
                Err(error) => {
                    let known = keeper.written.place.clone();
                    keeper.wait(known, obstacle(&error)).await;
                    if error == Error::SignedOut {
                        // it is tried again when they have signed in again, and not before (S-09)
                        accounts.sign_out(self);
                    }
                    return true;
                }
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Keeper {
    /// Writes how far it is and how it stands with it; `None`: it is somebody else's now, or can't be written.
    async fn write(&mut self, place: Place, obstacle: Option<Obstacle>, stage: JobStage, due: i64) -> Option<JobStage> {
        (self.written.place, self.written.obstacle) = (place, obstacle);
        let Self { works, row, written } = self;
        works.jobs.write(row, &written.write(), stage, due, &works.key).await.unwrap_or_else(|error| {
            tracing::error!(%error, "how far background work is could not be written down");
            None
        })
    }

    /// It can't go on now: it is tried again after a pause that grows, or when its owner is there again. True.
    async fn wait(&mut self, place: Place, obstacle: Obstacle) -> bool {
        let pause = if obstacle == Obstacle::SignedOut { 0 } else { pause(self.written.tries) };
        self.written.tries = self.written.tries.saturating_add(1);
        self.write(place, Some(obstacle), JobStage::Waiting, unix_now() + pause).await;
        true
    }
}

/// Seconds to wait after so many tries in vain before the one that just failed.
fn pause(tries: u32) -> i64 {
    let [.., longest] = PAUSES;
    usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)).copied().unwrap_or(longest)
}

fn obstacle(error: &Error) -> Obstacle {
    match error {
        Error::SignedOut => Obstacle::SignedOut,
        Error::OverQuota => Obstacle::OverQuota,
        Error::Unreachable(_) | Error::Unknown => Obstacle::NoServer,
        Error::NotKept => Obstacle::NotKept,
        Error::NotFound(What::Mailbox(_)) => Obstacle::NoFolder,
        Error::NotFound(_) | Error::MailboxRebuilt(_) | Error::Refused | Error::NoRole(_) => Obstacle::Refused,
    }
}
