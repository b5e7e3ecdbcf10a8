//! What is known of accounts elsewhere while their mail is fetched: passwords and open connections, in memory alone.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::account::locked;
use super::devices_check::{self, Finding};
use super::fetcher::{Fetcher, Source};
use super::fetching::Fetching;
use super::job::{Job, Order};
use super::source::Open;
use super::{Account, Error};
use crate::imap::{self, Capability};
use crate::mail::{MailboxName, Secret};
use crate::store::JobId;

/// Of one person.
#[derive(Default)]
pub(super) struct Sources {
    passwords: Mutex<HashMap<Source, Secret>>,
    open: Mutex<HashMap<JobId, (Instant, Open)>>,
}

/// How long a connection is left open for the next window: others may have their turn meanwhile, and whoever stopped it does not
/// say so here.
const LEFT_OPEN: Duration = Duration::from_secs(60);
/// How long somebody waits for the folders of another account.
const PATIENCE: Duration = Duration::from_secs(20);

impl Sources {
    /// What was left open by the window before.
    pub(super) fn take(&self, id: &JobId) -> Option<Open> {
        let mut open = locked(&self.open);
        open.retain(|_, (since, _)| since.elapsed() < LEFT_OPEN);
        open.remove(id).map(|(_, open)| open)
    }

    /// Leaves it open for the next window.
    pub(super) fn put(&self, id: JobId, open: Open) {
        locked(&self.open).insert(id, (Instant::now(), open));
    }

    /// Lets go of everything.
    pub(super) fn forget(&self) {
        locked(&self.passwords).clear();
        locked(&self.open).clear();
    }
}

impl Account {
    /// How accounts elsewhere are reached; `None`: mail is fetched from nowhere.
    pub(super) fn fetcher(&self) -> Option<&Fetcher> {
        self.0.fetcher.as_ref()
    }

    /// Fetches mail from an account elsewhere in the background, with its password, which is in memory until that is done and
    /// nowhere else. [`Error::Refused`]: the operator does not name that server, or there is too much to do already.
    pub async fn begin_fetch(&self, fetching: Fetching, password: Secret) -> Result<JobId, Error> {
        if !self.fetcher().is_some_and(|fetcher| fetcher.allows(&fetching.from)) {
            return Err(Error::Refused);
        }
        locked(&self.0.sources.passwords).insert(fetching.from.clone(), password);
        let from = fetching.from.clone();
        let begun = self.begin_job(Order::Fetch(fetching)).await;
        if begun.is_err() {
            self.forget_source_password(&from);
        }
        begun
    }

    /// The folders of an account elsewhere, in its own words, and whether messages can be deleted there. Its password is in memory from then on, until mail was fetched from
    /// there or its owner signs out. [`Finding::NoAnswer`] too where the operator does not name that server.
    pub async fn source_folders(&self, source: &Source, password: Secret) -> Result<(Vec<MailboxName>, bool), Finding> {
        let fetcher = self.fetcher().filter(|fetcher| fetcher.allows(source)).ok_or(Finding::NoAnswer)?;
        let looking = async {
            let mut link = fetcher.imap(source, self.user())?.sign_in_to_read(&source.user, &password).await?;
            let folders = link.mailboxes().await?;
            let can_delete = link.capabilities().has(Capability::UidPlus);
            link.sign_off().await;
            Ok((folders.into_iter().filter(|one| one.selectable).map(|one| one.name).collect(), can_delete))
        };
        let found = timeout(PATIENCE, looking).await.unwrap_or(Err(imap::Error::TimedOut));
        let found = found.map_err(|error| devices_check::of_imap(&error))?;
        locked(&self.0.sources.passwords).insert(source.clone(), password);
        Ok(found)
    }

    /// Whether the password of an account elsewhere is in memory.
    pub fn knows_source(&self, source: &Source) -> bool {
        self.source_password(source).is_some()
    }

    /// As [`Self::begin_fetch`], with the password that is in memory; [`Error::Refused`] where none is.
    pub async fn begin_known_fetch(&self, fetching: Fetching) -> Result<JobId, Error> {
        let password = self.source_password(&fetching.from).ok_or(Error::Refused)?;
        self.begin_fetch(fetching, password).await
    }

    /// The password once more, for a fetch that waits for it, which goes on then.
    pub async fn go_on_fetch(&self, id: &JobId, password: Secret) -> Result<(), Error> {
        if let Order::Fetch(fetching) = self.job(id).await?.order {
            locked(&self.0.sources.passwords).insert(fetching.from, password);
        }
        self.go_on_job(id).await
    }

    /// What is fetched, was fetched lately, or waits to be.
    pub async fn fetches(&self) -> Result<Vec<(Job, Fetching)>, Error> {
        let jobs = self.jobs().await?.into_iter();
        Ok(jobs
            .filter_map(|job| match job.order.clone() {
                Order::Fetch(fetching) => Some((job, fetching)),
                _ => None,
            })
            .collect())
    }

    pub(super) fn source_password(&self, source: &Source) -> Option<Secret> {
        locked(&self.0.sources.passwords).get(source).cloned()
    }

    pub(super) fn forget_source_password(&self, source: &Source) {
        locked(&self.0.sources.passwords).remove(source);
    }
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}
