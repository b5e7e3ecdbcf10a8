//! What a person's survey knows, and how far it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use tokio::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::folder::Folder;
use super::found::{FolderUse, Heap, Survey, Surveyed};
use super::sum::Known;
use crate::account::Error;
use crate::account::account::locked;
use crate::mail::{MailboxName, Role};

/// A survey that ended less than this ago is not taken anew, unless something was done here since.
const FRESH: Duration = Duration::from_secs(5);
/// A survey that nobody asks for any more is stopped.
pub(super) const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// One for each account.
#[derive(Debug, Default)]
pub(in crate::account) struct Surveying {
    state: Mutex<State>,
    /// How many surveys have ended.
    ended: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// What was read, whenever it was.
    pub(super) known: HashMap<MailboxName, Arc<Folder>>,
    /// The folders of the survey.
    pub(super) plan: Vec<Planned>,
    pub(super) left_out: Vec<MailboxName>,
    stage: Stage,
    /// Whose news count: that of the last one that was begun.
    run: u64,
    /// Changes with everything above.
    version: u64,
    summed: Option<(u64, Arc<Survey>)>,
    begun: Option<Instant>,
    ended: Option<Instant>,
    asked: Option<Instant>,
    stop: CancellationToken,
}

/// A folder of a survey.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) mailbox: MailboxName,
    pub(super) role: Option<Role>,
    pub(super) delimiter: Option<char>,
    /// What the server told of it at the beginning.
    pub(super) told: FolderUse,
    pub(super) is_done: bool,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) enum Stage {
    #[default]
    None,
    Running,
    Done,
    /// By somebody.
    Stopped,
    /// Because nobody asked any more: it goes on when somebody does.
    Deserted,
    Failed(Error),
}

/// What can be summed up.
pub(super) struct Snapshot {
    pub(super) version: u64,
    pub(super) folders: Vec<Known>,
    /// What the server told of those that were not read yet.
    pub(super) told: Vec<FolderUse>,
    pub(super) left_out: Vec<MailboxName>,
    pub(super) complete: bool,
    /// The sum of this very state, if it was made before.
    pub(super) summed: Option<Arc<Survey>>,
    stage: Stage,
    /// Folders that are done with, and all.
    progress: (u32, u32),
}

impl Surveying {
    /// Begins one, if it is time: its number, and what stops it.
    pub(super) fn begin(&self, changed: Option<Instant>) -> Option<(u64, CancellationToken)> {
        let mut state = locked(&self.state);
        state.asked = Some(Instant::now());
        let is_fresh = state.stage == Stage::Done
            && state.ended.is_some_and(|ended| ended.elapsed() < FRESH)
            && state.begun.zip(changed).is_none_or(|(begun, changed)| changed < begun);
        if state.stage == Stage::Running || is_fresh {
            return None;
        }
        state.run += 1;
        state.version += 1;
        state.stage = Stage::Running;
        state.begun = Some(Instant::now());
        state.stop = CancellationToken::new();
        state.plan.iter_mut().for_each(|planned| planned.is_done = false);
        Some((state.run, state.stop.clone()))
    }

    pub(super) fn stop(&self) {
        locked(&self.state).stop.cancel();
    }

    /// Forgets everything, and stops what is under way.
    pub(in crate::account) fn forget(&self) {
        let mut state = locked(&self.state);
        state.stop.cancel();
        let (run, version) = (state.run + 1, state.version + 1);
        *state = State { run, version, ..State::default() };
        drop(state);
        self.ended.send_modify(|count| *count += 1);
    }

    /// What survey `run` has to say, unless another was begun or all was forgotten since.
    pub(super) fn tell<T>(&self, run: u64, tell: impl FnOnce(&mut State) -> T) -> Option<T> {
        let mut state = locked(&self.state);
        (state.run == run).then(|| {
            state.version += 1;
            tell(&mut state)
        })
    }

    /// Survey `run` has ended, with this sum if it was made already.
    pub(super) fn end(&self, run: u64, stage: Stage, summed: Option<Survey>) {
        let told = self.tell(run, |state| {
            state.stage = stage;
            state.ended = Some(Instant::now());
            state.summed = summed.map(|survey| (state.version, Arc::new(survey)));
        });
        if told.is_some() {
            self.ended.send_modify(|count| *count += 1);
        }
    }

    /// Waits until the survey has ended, for so long at most.
    pub(super) async fn ended_within(&self, time: Duration) {
        let mut ended = self.ended.subscribe();
        if locked(&self.state).stage == Stage::Running {
            tokio::time::timeout(time, ended.changed()).await.ok();
        }
    }

    /// Somebody asks, and wants it to go on.
    pub(super) fn asked(&self) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.asked = Some(Instant::now());
        state
    }

    /// Whether nobody has asked for long.
    pub(super) fn is_deserted(&self) -> bool {
        locked(&self.state).asked.is_none_or(|asked| asked.elapsed() > PATIENCE)
    }

    /// Keeps a sum, unless it is old by now.
    pub(super) fn keep(&self, version: u64, survey: &Arc<Survey>) {
        let mut state = locked(&self.state);
        if state.version == version {
            state.summed = Some((version, survey.clone()));
        }
    }

    /// What all folders take, if a survey has looked at all of them.
    pub(in crate::account) fn octets(&self) -> Option<u64> {
        let state = locked(&self.state);
        let is_known = state.begun.is_some() && !matches!(state.stage, Stage::None);
        let known = |planned: &Planned| state.known.get(&planned.mailbox).map(|folder| folder.octets);
        let sum = state.plan.iter().map(known).sum::<Option<u64>>();
        sum.filter(|_| is_known && !state.plan.is_empty())
    }

    pub(super) fn snapshot(&self) -> Option<Snapshot> {
        self.asked().snapshot()
    }
}

impl Snapshot {
    /// Whether it is at its end, and not because somebody wants it so: asking is to begin another.
    pub(super) fn wants_another(&self) -> bool {
        matches!(self.stage, Stage::Done | Stage::Deserted)
    }

    /// Whether it ended because nobody asked.
    pub(super) fn is_deserted(&self) -> bool {
        self.stage == Stage::Deserted
    }

    /// How far it was, with what is known. Not as it is by now: the sum of a survey under way must not pass for its end.
    pub(super) fn surveyed(self, survey: Arc<Survey>) -> Surveyed {
        match self.stage {
            Stage::None => Surveyed::None,
            Stage::Running | Stage::Deserted => {
                let (done, total) = self.progress;
                Surveyed::Running { done, total, so_far: survey }
            }
            Stage::Done => Surveyed::Done(survey),
            Stage::Stopped => Surveyed::Stopped(survey),
            Stage::Failed(error) => Surveyed::Failed(error, survey),
        }
    }

    /// Whether everything that may belong to `heap` was looked at.
    pub(super) fn has_all_of(&self, heap: &Heap) -> bool {
        match heap {
            Heap::Folder(mailbox) | Heap::OlderThan { mailbox, below: false, .. } => {
                self.folders.iter().any(|(folder, _)| folder.mailbox == *mailbox)
            }
            _ => self.complete,
        }
    }
}

impl State {
    /// `None` if there was no survey, or it is forgotten.
    pub(super) fn snapshot(&self) -> Option<Snapshot> {
        if self.stage == Stage::None {
            return None;
        }
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut folders = Vec::new();
        let mut told = Vec::new();
        for planned in &self.plan {
            match self.known.get(&planned.mailbox) {
                Some(folder) => folders.push((folder.clone(), planned.role)),
                None if !self.left_out.contains(&planned.mailbox) => told.push(planned.told.clone()),
                None => {}
            }
        }
        let complete = self.stage == Stage::Done && told.is_empty() && self.left_out.is_empty();
        let summed = self.summed.as_ref().filter(|(version, _)| *version == self.version);
        Some(Snapshot {
            version: self.version,
            folders,
            told,
            left_out: self.left_out.clone(),
            complete,
            summed: summed.map(|(_, survey)| survey.clone()),
            stage: self.stage.clone(),
            progress: (count(self.plan.iter().filter(|planned| planned.is_done).count()), count(self.plan.len())),
        })
    }

    /// A folder is done with, whatever came of it.
    pub(super) fn done(&mut self, mailbox: &MailboxName, folder: Option<Arc<Folder>>) {
        if let Some(planned) = self.plan.iter_mut().find(|planned| planned.mailbox == *mailbox) {
            planned.is_done = true;
        }
        match folder {
            Some(folder) => drop(self.known.insert(mailbox.clone(), folder)),
            None => {
                self.known.remove(mailbox);
                self.left_out.push(mailbox.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_on_the_way_never_passes_for_the_end() {
        let surveying = Surveying::default();
        let (run, _) = surveying.begin(None).unwrap();
        let on_the_way = surveying.snapshot().unwrap();
        surveying.end(run, Stage::Done, None);
        assert!(matches!(on_the_way.surveyed(Arc::default()), Surveyed::Running { .. }));
        assert!(matches!(surveying.snapshot().unwrap().surveyed(Arc::default()), Surveyed::Done(_)));
    }

    #[test]
    fn a_young_survey_is_taken_anew_only_after_a_change() {
        let surveying = Surveying::default();
        let before = Instant::now();
        let (run, _) = surveying.begin(None).unwrap();
        assert!(surveying.begin(None).is_none(), "one is under way");
        surveying.end(run, Stage::Done, None);
        assert!(surveying.begin(Some(before)).is_none());
        assert!(surveying.begin(Some(Instant::now())).is_some());
    }

    #[test]
    fn what_nobody_asked_for_goes_on_when_somebody_does_and_what_was_stopped_does_not() {
        let after = |stage: Stage| {
            let surveying = Surveying::default();
            let (run, _) = surveying.begin(None).unwrap();
            surveying.end(run, stage, None);
            let snapshot = surveying.snapshot().unwrap();
            (snapshot.is_deserted(), snapshot.wants_another(), surveying.begin(None).is_some())
        };
        assert_eq!(after(Stage::Deserted), (true, true, true));
        assert_eq!(after(Stage::Stopped), (false, false, true), "unless it is begun");
        assert_eq!(after(Stage::Failed(Error::Refused)), (false, false, true));
        assert_eq!(after(Stage::Done), (false, true, false), "which it is when it is older");
    }

    #[test]
    fn whoever_was_forgotten_has_nothing_to_say() {
        let surveying = Surveying::default();
        let (run, stop) = surveying.begin(None).unwrap();
        surveying.forget();
        assert!(stop.is_cancelled() && surveying.tell(run, |_| ()).is_none());
        surveying.end(run, Stage::Done, None);
        assert!(surveying.snapshot().is_none());
        assert!(surveying.begin(None).is_some());
    }
}
