//! What fills the mailbox: by folder, year, sender and list, with the largest messages and what is there twice.
//!
//! A survey reads the size, the arrival and five header fields of every message, and the structure of large ones. It runs in the
//! background on a connection that no page waits for, in windows; it can be stopped, and ends by itself when nobody asks for it any
//! more. What was read of a message never changes, so that the next survey reads what is new and nothing else: a folder whose
//! UIDVALIDITY, UIDNEXT and number of messages are the same has neither lost nor got any. Nothing here changes anything.

mod builder;
mod folder;
mod found;
mod pile;
mod reading;
mod rows;
mod state;
mod sum;
mod taking;

use std::sync::Arc;

use tokio::time::Duration;

pub use found::{FolderUse, Heap, ListUse, OLD_DAYS, Piled, SenderUse, Survey, Surveyed, Twins, Weighed, YearUse};
pub(super) use state::Surveying;

use super::account::locked;
use super::{Account, Error, What};
use crate::mail::{MailboxName, PageNumber, Pages};
use crate::store::unix_now;
use state::Snapshot;

/// A survey that has nothing to read ends within this time, and whoever asks is told the end at once.
const GRACE: Duration = Duration::from_millis(20);
/// Rows on a page of a heap.
const PER_PAGE: u32 = 50;

impl Account {
    /// Begins a survey, unless one is under way, or the last one is so young that nothing can have changed.
    pub fn begin_survey(&self) {
        let changed = locked(&self.0.surroundings).changed();
        if let Some((run, stop)) = self.0.surveying.begin(changed) {
            self.0.connections.runtime().spawn(taking::take(self.clone(), run, stop));
        }
    }

    /// Stops the survey that is under way; what it knows stays.
    pub fn stop_survey(&self) {
        self.0.surveying.stop();
    }

    /// How far the survey is. Whoever asks keeps it going: it rests when nobody has asked for some minutes, and goes on when somebody
    /// does.
    pub async fn surveyed(&self) -> Surveyed {
        if self.0.surveying.snapshot().is_some_and(|snapshot| snapshot.is_deserted()) {
            self.begin_survey();
        }
        self.0.surveying.ended_within(GRACE).await;
        let Some(snapshot) = self.0.surveying.snapshot() else { return Surveyed::None };
        let survey = self.summed(&snapshot).await;
        snapshot.surveyed(survey)
    }

    /// Waits until the survey that is under way has ended, for so long at most.
    pub async fn survey_ended(&self, within: Duration) {
        self.0.surveying.ended_within(within).await;
    }

    /// What belongs to `heap`, as of the last survey, with the rows of one page; what changed since is looked for. [`What::Survey`] if
    /// there was none, or it is forgotten.
    pub async fn heap(&self, heap: &Heap, page: PageNumber) -> Result<Piled, Error> {
        let unknown = || Error::NotFound(What::Survey);
        if self.0.surveying.snapshot().ok_or_else(unknown)?.wants_another() {
            self.begin_survey();
            self.0.surveying.ended_within(GRACE).await;
        }
        let (snapshot, delimiters) = {
            let state = self.0.surveying.asked();
            let delimiters = state.plan.iter().map(|planned| (planned.mailbox.clone(), planned.delimiter));
            (state.snapshot().ok_or_else(unknown)?, delimiters.collect::<Vec<_>>())
        };
        let complete = snapshot.has_all_of(heap);
        let wanted = heap.clone();
        let folders = snapshot.folders.clone();
        let found = tokio::task::spawn_blocking(move || {
            let delimiter = |mailbox: &MailboxName| delimiters.iter().find(|(name, _)| name == mailbox)?.1;
            let found = pile::pile(&folders, &wanted, unix_now(), delimiter);
            let selections = pile::selections(&folders, &found);
            (found, selections)
        });
        let (found, selections) = found.await.map_err(|_| unknown())?;
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let pages = Pages { page, per_page: PER_PAGE, total };
        let on_page = usize::try_from(pages.rows().start).ok().zip(usize::try_from(pages.rows().end).ok());
        let on_page = on_page.and_then(|(start, end)| found.get(start..end)).unwrap_or_default();
        Ok(Piled {
            messages: u64::from(total),
            octets: found.iter().map(|(_, kept)| u64::from(kept.octets)).sum(),
            rows: self.weighed_rows(&snapshot.folders, on_page).await?,
            selections,
            pages,
            complete,
        })
    }

    /// The sum of what is known.
    async fn summed(&self, snapshot: &Snapshot) -> Arc<Survey> {
        if let Some(summed) = &snapshot.summed {
            return summed.clone();
        }
        let survey = Arc::new(sum_up(snapshot).await.0);
        self.0.surveying.keep(snapshot.version, &survey);
        survey
    }

    /// The sum of a survey that has looked at everything: with the subject of each row, as far as it can be had.
    async fn summed_at_the_end(&self) -> Option<Survey> {
        let mut snapshot = self.0.surveying.snapshot()?;
        snapshot.complete = snapshot.told.is_empty() && snapshot.left_out.is_empty();
        let (mut survey, stay) = sum_up(&snapshot).await;
        for row in self.weighed_rows(&snapshot.folders, &stay).await.unwrap_or_default() {
            if let Some(twins) = survey.duplicates.iter_mut().find(|twins| twins.kept.message == row.message) {
                twins.kept = row;
            }
        }
        Some(survey)
    }
}

/// What is known, and which messages stay of those that are there twice.
async fn sum_up(snapshot: &Snapshot) -> (Survey, Vec<sum::Found>) {
    let folders = snapshot.folders.clone();
    let summing = tokio::task::spawn_blocking(move || sum::sum(&folders, unix_now()));
    let (mut survey, stay) = summing.await.unwrap_or_default();
    for folder in &snapshot.told {
        survey.messages += u64::from(folder.messages);
        survey.octets = survey.octets.saturating_add(folder.octets);
        survey.folders.push(folder.clone());
    }
    survey.folders.sort_by(|a, b| (b.octets, &a.mailbox).cmp(&(a.octets, &b.mailbox)));
    (survey.left_out, survey.complete) = (snapshot.left_out.clone(), snapshot.complete);
    (survey, stay)
}
