//! Work that goes on in the background: a durable row for each piece of it, so that it goes on where it was whatever happens
//! to this program.
//!
//! What it promises: what was kept with [`Jobs::keep`] is on the disk when the call returns, and everything before it too; of
//! two who work on one row only the later one writes; the database alone tells nobody whose work it is, nor on what. What it
//! leaves to others: what a task is, and what its place means.

use sqlx::{Row, SqlitePool};

use super::job::{Job, JobStage, hash, id, job, sealed};
use super::{Error, JobId, ServerKey, unix_now};

/// What is done, or was stopped, is remembered for so long, in seconds.
const REMEMBERED: i64 = 7 * 86_400;
/// What waits in vain, or for somebody who never comes back, for so long, in seconds.
const KEPT: i64 = 60 * 86_400;
/// A person has so many pieces of work at most, over or not.
const MOST: u32 = 200;

/// The columns of a job, of the rows that are wanted.
macro_rules! rows {
    ($which:literal) => {
        concat!("SELECT user_hash, id, version, stage, begun, since, due, task, place FROM jobs ", $which)
    };
}

/// The rows; cheap to clone.
#[derive(Debug, Clone)]
pub struct Jobs {
    pool: SqlitePool,
    /// Of connections that wait for the disk.
    lasting: SqlitePool,
}

impl Jobs {
    /// Over connections to one database, all of which wipe what they delete. Those of `lasting` wait for the disk.
    pub(super) fn new(pool: SqlitePool, lasting: SqlitePool) -> Self {
        Self { pool, lasting }
    }

    /// By which a person's rows are known.
    pub fn whose(&self, user: &str, key: &ServerKey) -> [u8; 32] {
        key.sign("whose background work", user.as_bytes())
    }

    /// Writes a new one down; `None` if this person has as many as one may have.
    pub async fn begin(&self, user: &str, task: &str, place: &str, key: &ServerKey) -> Result<Option<JobId>, Error> {
        let (whose, id, now) = (self.whose(user, key), JobId::new()?, unix_now());
        let row = sealed(&whose, &id);
        let begun = sqlx::query(
            "INSERT INTO jobs (user_hash, id, version, stage, begun, since, due, task, place) \
             SELECT ?1, ?2, 1, 'running', ?3, ?3, ?3, ?4, ?5 WHERE (SELECT count(*) FROM jobs WHERE user_hash = ?1) < ?6",
        )
        .bind(whose.as_slice())
        .bind(id.as_bytes().as_slice())
        .bind(now)
        .bind(row.seal(task.as_bytes(), "task", key)?)
        .bind(row.seal(place.as_bytes(), "place", key)?)
        .bind(MOST)
        .execute(&self.lasting)
        .await?;
        Ok((begun.rows_affected() > 0).then_some(id))
    }

    /// A person's job of this name.
    pub async fn find(&self, user: &str, id: &JobId, key: &ServerKey) -> Result<Option<Job>, Error> {
        let found = sqlx::query(rows!("WHERE user_hash = ? AND id = ?"))
            .bind(self.whose(user, key).as_slice())
            .bind(id.as_bytes().as_slice())
            .fetch_optional(&self.pool)
            .await?;
        found.map(|row| job(&row, key)).transpose()
    }

    /// All of a person's, the newest first. What another secret file sealed is left out.
    pub async fn list(&self, user: &str, key: &ServerKey) -> Result<Vec<Job>, Error> {
        let rows = sqlx::query(rows!("WHERE user_hash = ? ORDER BY begun DESC, rowid DESC"))
            .bind(self.whose(user, key).as_slice())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().filter_map(|row| job(row, key).ok()).collect())
    }

    /// Everybody's jobs that are to be gone on with: whose, which, and when each is due; the oldest first.
    pub async fn unfinished(&self) -> Result<Vec<([u8; 32], JobId, i64)>, Error> {
        let rows = sqlx::query(
            "SELECT user_hash, id, CASE WHEN stage = 'running' THEN 0 ELSE due END FROM jobs \
             WHERE stage IN ('running', 'waiting') ORDER BY begun",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok((hash(row, 0)?, id(row, 1)?, row.try_get(2)?))).collect()
    }

    /// Takes it up: from here on nobody who took it up before writes to it. `None`: it is not there, or not to be gone on
    /// with. One that waited runs now.
    pub async fn take_up(&self, user: &str, id: &JobId, key: &ServerKey) -> Result<Option<Job>, Error> {
        let taken = sqlx::query(
            "UPDATE jobs SET version = version + 1, since = CASE WHEN stage = 'running' THEN since ELSE ?3 END, \
             stage = 'running' WHERE user_hash = ?1 AND id = ?2 AND stage IN ('running', 'waiting') \
             RETURNING user_hash, id, version, stage, begun, since, due, task, place",
        )
        .bind(self.whose(user, key).as_slice())
        .bind(id.as_bytes().as_slice())
        .bind(unix_now())
        .fetch_optional(&self.pool)
        .await?;
        taken.map(|row| job(&row, key)).transpose()
    }

    /// Writes how far it is, and waits for the disk: before what can't be taken back. `false`: it is somebody else's now, or
    /// was forgotten, and nothing may be done.
    pub async fn keep(&self, job: &Job, place: &str, key: &ServerKey) -> Result<bool, Error> {
        let kept = sqlx::query("UPDATE jobs SET place = ? WHERE user_hash = ? AND id = ? AND version = ?")
            .bind(sealed(&job.whose, &job.id).seal(place.as_bytes(), "place", key)?)
            .bind(job.whose.as_slice())
            .bind(job.id.as_bytes().as_slice())
            .bind(job.version)
            .execute(&self.lasting)
            .await?;
        Ok(kept.rows_affected() > 0)
    }

    /// Writes how far it is and how it stands with it; what became of that: a job that was stopped meanwhile stays so, unless
    /// it is done. `None`: it is somebody else's now, or was forgotten.
    pub async fn write(
        &self,
        job: &Job,
        place: &str,
        stage: JobStage,
        due: i64,
        key: &ServerKey,
    ) -> Result<Option<JobStage>, Error> {
        let written = sqlx::query(
            "UPDATE jobs SET place = ?4, due = ?6, \
             since = CASE WHEN stage = ?5 OR stage = 'stopped' AND ?5 <> 'done' THEN since ELSE ?7 END, \
             stage = CASE WHEN stage = 'stopped' AND ?5 <> 'done' THEN stage ELSE ?5 END \
             WHERE user_hash = ?1 AND id = ?2 AND version = ?3 RETURNING stage",
        )
        .bind(job.whose.as_slice())
        .bind(job.id.as_bytes().as_slice())
        .bind(job.version)
        .bind(sealed(&job.whose, &job.id).seal(place.as_bytes(), "place", key)?)
        .bind(stage.as_str())
        .bind(due)
        .bind(unix_now())
        .fetch_optional(&self.pool)
        .await?;
        written.map(|row| JobStage::parse(row.try_get(0)?)).transpose()
    }

    /// Changes how it stands with it, if it is one of `from`; whether it was.
    pub async fn change(
        &self,
        user: &str,
        id: &JobId,
        from: &[JobStage],
        to: JobStage,
        key: &ServerKey,
    ) -> Result<bool, Error> {
        let mut is_changed = false;
        for stage in from {
            let changed = sqlx::query(
                "UPDATE jobs SET stage = ?4, since = ?5, due = ?5 WHERE user_hash = ?1 AND id = ?2 AND stage = ?3",
            )
            .bind(self.whose(user, key).as_slice())
            .bind(id.as_bytes().as_slice())
            .bind(stage.as_str())
            .bind(to.as_str())
            .bind(unix_now())
            .execute(&self.lasting)
            .await?;
            is_changed |= changed.rows_affected() > 0;
        }
        Ok(is_changed)
    }

    /// Forgets it; whether it was there.
    pub async fn remove(&self, user: &str, id: &JobId, key: &ServerKey) -> Result<bool, Error> {
        let removed = sqlx::query("DELETE FROM jobs WHERE user_hash = ? AND id = ?")
            .bind(self.whose(user, key).as_slice())
            .bind(id.as_bytes().as_slice())
            .execute(&self.pool)
            .await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Drops what need not be remembered any longer.
    pub(super) async fn sweep(&self, now: i64) -> Result<(), Error> {
        sqlx::query(
            "DELETE FROM jobs WHERE (stage IN ('done', 'stopped') AND since <= ?1) \
             OR (stage IN ('running', 'waiting') AND since <= ?2)",
        )
        .bind(now - REMEMBERED)
        .bind(now - KEPT)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::sample::store;

    async fn begun(jobs: &Jobs, user: &str, key: &ServerKey) -> JobId {
        jobs.begin(user, "a task", "its start", key).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_job_is_its_owners_and_is_found_as_it_was_left() {
        let (_folder, store, key) = store().await;
        let jobs = store.jobs();
        let id = begun(jobs, "ann", &key).await;
        assert!(jobs.find("ben", &id, &key).await.unwrap().is_none()); // C-10
        assert!(!jobs.change("ben", &id, &[JobStage::Running], JobStage::Stopped, &key).await.unwrap());
        assert!(!jobs.remove("ben", &id, &key).await.unwrap());
        let job = jobs.take_up("ann", &id, &key).await.unwrap().unwrap();
        assert!(jobs.keep(&job, "halfway", &key).await.unwrap());
        let found = jobs.find("ann", &id, &key).await.unwrap().unwrap();
        assert_eq!((found.task.as_str(), found.place.as_str(), found.stage), ("a task", "halfway", JobStage::Running));
        assert_eq!(jobs.unfinished().await.unwrap(), [(jobs.whose("ann", &key), id, 0)]);
    }

    #[tokio::test]
    async fn who_took_it_up_before_writes_nothing_any_more() {
        let (_folder, store, key) = store().await;
        let jobs = store.jobs();
        let id = begun(jobs, "ann", &key).await;
        let first = jobs.take_up("ann", &id, &key).await.unwrap().unwrap();
        let second = jobs.take_up("ann", &id, &key).await.unwrap().unwrap();
        assert!(!jobs.keep(&first, "of the first", &key).await.unwrap());
        assert_eq!(jobs.write(&first, "x", JobStage::Done, 0, &key).await.unwrap(), None);
        assert!(jobs.keep(&second, "of the second", &key).await.unwrap());
        assert_eq!(jobs.find("ann", &id, &key).await.unwrap().unwrap().place, "of the second");
    }

    #[tokio::test]
    async fn what_was_stopped_stays_so_unless_it_is_done() {
        let (_folder, store, key) = store().await;
        let jobs = store.jobs();
        let id = begun(jobs, "ann", &key).await;
        let job = jobs.take_up("ann", &id, &key).await.unwrap().unwrap();
        assert!(
            jobs.change("ann", &id, &[JobStage::Running, JobStage::Waiting], JobStage::Stopped, &key).await.unwrap()
        );
        for stage in [JobStage::Running, JobStage::Waiting] {
            assert_eq!(jobs.write(&job, "x", stage, 0, &key).await.unwrap(), Some(JobStage::Stopped));
        }
        assert!(jobs.take_up("ann", &id, &key).await.unwrap().is_none());
        assert_eq!(jobs.write(&job, "x", JobStage::Done, 0, &key).await.unwrap(), Some(JobStage::Done));
        assert!(!jobs.change("ann", &id, &[JobStage::Stopped], JobStage::Running, &key).await.unwrap());
        assert_eq!(jobs.unfinished().await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_is_over_is_remembered_for_a_week_and_what_waits_for_longer() {
        let (_folder, store, key) = store().await;
        let jobs = store.jobs();
        for stage in JobStage::ALL {
            let id = begun(jobs, "ann", &key).await;
            let job = jobs.take_up("ann", &id, &key).await.unwrap().unwrap();
            jobs.write(&job, "x", stage, 0, &key).await.unwrap();
        }
        let count = async || jobs.list("ann", &key).await.unwrap().len();
        jobs.sweep(unix_now() + REMEMBERED - 10).await.unwrap();
        assert_eq!(count().await, 4);
        jobs.sweep(unix_now() + REMEMBERED + 10).await.unwrap();
        assert_eq!(count().await, 2);
        jobs.sweep(unix_now() + KEPT + 10).await.unwrap();
        assert_eq!(count().await, 0);
    }

    #[tokio::test]
    async fn there_is_an_end_to_how_many_one_may_have() {
        let (_folder, store, key) = store().await;
        for _ in 0..MOST {
            begun(store.jobs(), "ann", &key).await;
        }
        assert_eq!(store.jobs().begin("ann", "one more", "", &key).await.unwrap(), None);
        begun(store.jobs(), "ben", &key).await;
    }

    #[tokio::test]
    async fn the_database_alone_tells_nobody_whose_work_it_is_nor_on_what() {
        let (folder, store, key) = store().await;
        let address = format!("sqlite:{}", folder.path().join("test.db").display());
        let id = store.jobs().begin("ann@example.org", "Clients/Harbour", "Lists/canary", &key).await.unwrap().unwrap();
        let other = store.jobs().begin("ann@example.org", "another", "place", &key).await.unwrap().unwrap();
        store.close().await;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for word in ["ann@", "Harbour", "canary"] {
                assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word}"); // S-01
            }
        }
        let store = Store::open(&address).await.unwrap();
        let jobs = store.jobs();
        // S-07: what is sealed opens in its own row and column only
        let swap = "UPDATE jobs SET task = (SELECT task FROM jobs WHERE id = ?2) WHERE id = ?1";
        sqlx::query(swap)
            .bind(id.as_bytes().as_slice())
            .bind(other.as_bytes().as_slice())
            .execute(&jobs.pool)
            .await
            .unwrap();
        assert!(matches!(jobs.find("ann@example.org", &id, &key).await, Err(Error::Damaged)));
        assert_eq!(jobs.list("ann@example.org", &key).await.unwrap().len(), 1);
    }
}
