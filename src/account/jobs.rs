//! Background work, as its owner orders it, sees it, stops it and goes on with it.

use std::time::Duration;

use tokio::time::timeout;

use super::account::Work;
use super::job::{Job, Order, Place, Written};
use super::works;
use super::{Account, Error, What, importing};
use crate::imap::{self, Code, Purpose};
use crate::store::{self, JobId, JobStage};

/// How long somebody who forgets a piece of work waits for the window that runs.
const PATIENCE: Duration = Duration::from_secs(60);

impl Account {
    /// Orders work. It is on the disk when this returns, and goes on whether or not anybody looks at it, as long as its owner
    /// is signed in. [`Error::Refused`]: there is too much already.
    pub async fn begin_job(&self, order: Order) -> Result<JobId, Error> {
        let works = self.works()?;
        let place = Written::new(Place { total: order.total(), ..Place::default() });
        let begun =
            works.jobs.begin(self.user(), &order.write(), &place.write(), &works.key).await.map_err(not_kept)?;
        works.wake.notify_one();
        begun.ok_or(Error::Refused)
    }

    /// One of one's own.
    pub async fn job(&self, id: &JobId) -> Result<Job, Error> {
        let works = self.works()?;
        let row = works.jobs.find(self.user(), id, &works.key).await.map_err(not_kept)?;
        row.and_then(|row| Job::of(&row)).ok_or(Error::NotFound(What::Job))
    }

    /// All of one's own that are remembered, the newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>, Error> {
        let works = self.works()?;
        let rows = works.jobs.list(self.user(), &works.key).await.map_err(not_kept)?;
        Ok(rows.iter().filter_map(Job::of).collect())
    }

    /// Stops it at the end of the window that runs. What is done stays done; it can be gone on with.
    pub async fn stop_job(&self, id: &JobId) -> Result<(), Error> {
        self.change_job(id, &[JobStage::Running, JobStage::Waiting], JobStage::Stopped).await
    }

    /// Goes on with what was stopped, or with what waits, at once.
    pub async fn go_on_job(&self, id: &JobId) -> Result<(), Error> {
        self.change_job(id, &[JobStage::Stopped, JobStage::Waiting], JobStage::Running).await
    }

    /// Makes the mailbox again that messages were to come into, and goes on.
    pub async fn go_on_anew(&self, id: &JobId) -> Result<(), Error> {
        if let Some(into) = self.job(id).await?.order.comes_into() {
            let name = into.clone();
            let work: Work<()> = Box::new(move |link| Box::pin(async move { link.create(&name).await }));
            match self.run(Purpose::Transfer, work).await {
                Ok(()) | Err(imap::Error::No(Code::AlreadyExists)) => self.0.counts_changed(),
                Err(error) => return Err(Error::about(error, &into)),
            }
        }
        self.go_on_job(id).await
    }

    /// Forgets it; what is not over is stopped first.
    pub async fn forget_job(&self, id: &JobId) -> Result<(), Error> {
        self.stop_job(id).await?;
        let works = self.works()?;
        let row: works::Row = (works.jobs.whose(self.user(), &works.key), *id);
        let _mine = loop {
            match works.rows.take(row) {
                Ok(mine) => break mine,
                Err(mut others) => {
                    let ended = async { while others.changed().await.is_ok() {} };
                    timeout(PATIENCE, ended).await.map_err(|_| Error::Unknown)?;
                }
            }
        };
        if let Some(row) = works.jobs.find(self.user(), id, &works.key).await.map_err(not_kept)? {
            importing::forget(self, &row).await;
        }
        works.jobs.remove(self.user(), id, &works.key).await.map(drop).map_err(not_kept)
    }

    async fn change_job(&self, id: &JobId, from: &[JobStage], to: JobStage) -> Result<(), Error> {
        let works = self.works()?;
        let is_changed = works.jobs.change(self.user(), id, from, to, &works.key).await.map_err(not_kept)?;
        works.wake.notify_one();
        if is_changed { Ok(()) } else { self.job(id).await.map(drop) }
    }
}

pub(super) fn not_kept(error: store::Error) -> Error {
    tracing::error!(%error, "background work can't be read or written");
    Error::NotKept
}
