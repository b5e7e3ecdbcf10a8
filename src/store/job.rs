//! A piece of background work as its row has it: how it stands, what is to be done and how far it is, both sealed.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::sealed_row::SealedRow;
use super::{Error, JobId, ServerKey};

/// How it stands with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStage {
    /// To be gone on with at once.
    Running,
    /// To be tried again when it is due.
    Waiting,
    /// Its owner stopped it; it can be gone on with.
    Stopped,
    /// Over.
    Done,
}

impl JobStage {
    pub(super) const ALL: [Self; 4] = [Self::Running, Self::Waiting, Self::Stopped, Self::Done];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).ok_or(Error::Damaged)
    }
}

/// A row, open.
#[derive(Debug, Clone)]
pub struct Job {
    pub(super) whose: [u8; 32],
    /// Its name.
    pub id: JobId,
    pub(super) version: i64,
    /// How it stands with it.
    pub stage: JobStage,
    /// Unix seconds: when it was ordered.
    pub begun: i64,
    /// Unix seconds: when it came to this stage.
    pub since: i64,
    /// Unix seconds: a waiting one is not tried before.
    pub due: i64,
    /// What is to be done, in the words of the floor above.
    pub task: String,
    /// How far it is, likewise.
    pub place: String,
}

impl Job {
    /// Whose it is: a keyed hash, that does not say it.
    pub fn whose(&self) -> [u8; 32] {
        self.whose
    }
}

pub(super) fn sealed<'a>(whose: &'a [u8; 32], id: &'a JobId) -> SealedRow<'a> {
    SealedRow { purpose: "seal of background work", whose, which: id.as_bytes() }
}

pub(super) fn hash(row: &SqliteRow, at: usize) -> Result<[u8; 32], Error> {
    row.try_get::<&[u8], _>(at)?.try_into().map_err(|_| Error::Damaged)
}

pub(super) fn id(row: &SqliteRow, at: usize) -> Result<JobId, Error> {
    JobId::from_bytes(row.try_get(at)?).ok_or(Error::Damaged)
}

pub(super) fn job(row: &SqliteRow, key: &ServerKey) -> Result<Job, Error> {
    let (whose, id) = (hash(row, 0)?, id(row, 1)?);
    let text = |at: usize, column: &str| {
        let opened = sealed(&whose, &id).open(row.try_get(at)?, column, key)?;
        String::from_utf8(opened.to_vec()).map_err(|_| Error::Damaged)
    };
    Ok(Job {
        whose,
        id,
        version: row.try_get(2)?,
        stage: JobStage::parse(row.try_get(3)?)?,
        begun: row.try_get(4)?,
        since: row.try_get(5)?,
        due: row.try_get(6)?,
        task: text(7, "task")?,
        place: text(8, "place")?,
    })
}
