//! Commands under way, and what was answered to them.

use super::fetch::Fetched;
use super::response::{Response, Status};
use super::token::Value;
use super::{Code, Error};
use crate::mail::UidSet;

/// More data than this in answer to one batch is a server gone wild (`I-08`); values weigh a few times their octets.
const WEIGHT: usize = 24 << 20;

/// What the server said to a batch of commands.
///
/// Data belongs to the batch, not to one of its commands: Dovecot (2.3, 2022) answers a NOOP only after the commands
/// that were sent behind it, so the order tells nothing. No batch has two commands whose data could be mistaken.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// How each command ended, in their order.
    pub(super) results: Vec<Result<Code, Error>>,
    /// Codes of untagged status responses.
    pub(super) codes: Vec<Code>,
    /// FETCH responses.
    pub(super) fetched: Vec<Fetched>,
    /// The server complained beside its answers (an untagged NO): something could not be done as it should.
    pub(super) complains: bool,
    /// What is gone since the state that was named.
    pub(super) earlier: Vec<UidSet>,
    /// Other data: name and values.
    data: Vec<(String, Vec<Value>)>,
}

impl Answers {
    /// The answers, if no command was refused; else the first refusal.
    pub(super) fn ok(self) -> Result<Self, Error> {
        match self.results.iter().find_map(|result| result.as_ref().err()) {
            Some(error) => Err(error.clone()),
            None => Ok(self),
        }
    }

    /// Whether the command at this place was not refused.
    pub(super) fn result(&self, at: usize) -> Result<(), Error> {
        match self.results.get(at) {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(error.clone()),
            None => Err(Error::Garbled("no answer")),
        }
    }

    /// Of commands that go in pairs, each about one of `sets`: the messages whose deed was done, the deed being the
    /// `place`-th of its pair. `Err` with the first refusal if none was.
    pub(super) fn deeds(&self, sets: &[UidSet], place: usize) -> Result<UidSet, Error> {
        let (mut done, mut refusal) = (Vec::new(), None);
        for (at, set) in sets.iter().enumerate() {
            match self.result(2 * at + place) {
                Ok(()) => done.extend_from_slice(set.ranges()),
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        match refusal {
            Some(error) if done.is_empty() => Err(error),
            _ => Ok(done.into()),
        }
    }

    /// All codes, of tagged and untagged responses.
    pub(super) fn all_codes(&self) -> impl Iterator<Item = &Code> {
        self.codes.iter().chain(self.results.iter().filter_map(|result| result.as_ref().ok()))
    }

    /// All data of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [Value]> {
        self.data.iter().filter(move |(known, _)| known == name).map(|(_, values)| values.as_slice())
    }
}

/// Several commands sent together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Tags, and how each command ended.
    commands: Vec<(String, Option<Result<Code, Error>>)>,
    /// The tag of an IDLE that ends with this batch; its result is nobody's.
    aside: Option<String>,
    answers: Answers,
    open: usize,
    go_ahead: bool,
    /// Octets of data taken in.
    weight: usize,
}

impl Batch {
    /// A command with this tag was sent.
    pub(super) fn expect(&mut self, tag: String) {
        self.commands.push((tag, None));
        self.open += 1;
    }

    /// A command that was sent before this batch ends within it.
    pub(super) fn expect_aside(&mut self, tag: String) {
        self.aside = Some(tag);
        self.open += 1;
    }

    /// A literal was announced.
    pub(super) fn await_go_ahead(&mut self) {
        self.go_ahead = true;
    }

    /// Whether the server has not said `+` yet, nor refused.
    pub(super) fn awaits_go_ahead(&self) -> bool {
        self.go_ahead
    }

    /// Whether the command that was sent last was answered.
    pub(super) fn last_is_answered(&self) -> bool {
        self.commands.last().is_some_and(|(_, result)| result.is_some())
    }

    /// Whether every command was answered.
    pub(super) fn is_complete(&self) -> bool {
        self.open == 0
    }

    /// How many commands were not answered yet.
    pub(super) fn under_way(&self) -> usize {
        self.open
    }

    /// What was fetched so far, for whoever hands it on: it weighs no more here.
    pub(super) fn take_fetched(&mut self) -> Vec<Fetched> {
        self.weight = 0;
        std::mem::take(&mut self.answers.fetched)
    }

    /// Counts what a response weighs, if a command is under way.
    pub(super) fn weigh(&mut self, octets: usize) -> Result<(), Error> {
        if self.open > 0 {
            self.weight += octets;
        }
        if self.weight > WEIGHT { Err(Error::Garbled("more than can be meant")) } else { Ok(()) }
    }

    /// Sorts a response in; what comes while no command is under way is not kept.
    pub(super) fn take(&mut self, response: Response) -> Result<(), Error> {
        match response {
            Response::Tagged { tag, status, code } => return self.finish(&tag, status, code),
            Response::Continue(_) => self.go_ahead = false,
            _ if self.open == 0 => {}
            Response::Status { status, code } => {
                self.answers.complains |= status == Status::No && code != Code::Alert;
                self.answers.codes.push(code);
            }
            Response::Fetch(fetched) => self.answers.fetched.push(fetched),
            Response::Data(name, values) => self.answers.data.push((name, values)),
            Response::VanishedEarlier(gone) => self.answers.earlier.push(gone),
            Response::Exists(_) | Response::Expunge(_) | Response::Vanished(_) => {}
        }
        Ok(())
    }

    /// The tag of the command that was sent last.
    pub(super) fn into_last_tag(mut self) -> Option<String> {
        self.commands.pop().map(|(tag, _)| tag)
    }

    /// The answers.
    pub(super) fn into_answers(self) -> Answers {
        let results = self.commands.into_iter().map(|(_, result)| result.unwrap_or(Err(Error::Garbled("no answer"))));
        Answers { results: results.collect(), ..self.answers }
    }

    fn finish(&mut self, tag: &[u8], status: Status, code: Code) -> Result<(), Error> {
        if self.aside.take_if(|aside| aside.as_bytes() == tag).is_some() {
            self.open -= 1;
            return Ok(());
        }
        let waiting = self.commands.iter_mut().find(|(waiting, result)| waiting.as_bytes() == tag && result.is_none());
        let Some((_, result)) = waiting else { return Err(Error::Garbled("an answer to no command")) };
        *result = Some(match status {
            Status::Ok | Status::PreAuth => Ok(code),
            Status::No | Status::Bye => Err(Error::No(code)),
            Status::Bad => Err(Error::Bad),
        });
        self.open -= 1;
        self.go_ahead = false;
        Ok(())
    }
}
