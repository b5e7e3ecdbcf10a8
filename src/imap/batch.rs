//! Commands under way, and what was answered to each.

use std::collections::VecDeque;

use super::fetch::Fetched;
use super::response::{Response, Status};
use super::token::Value;
use super::{Code, Error};

/// What the server said to one command.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The tagged status: its code, or the refusal.
    result: Option<Result<Code, Error>>,
    /// Codes of untagged status responses on the way.
    pub(super) codes: Vec<Code>,
    /// FETCH responses.
    pub(super) fetched: Vec<Fetched>,
    /// Other data: name and values.
    pub(super) data: Vec<(String, Vec<Value>)>,
    /// How many messages were expunged meanwhile.
    pub(super) expunged: u32,
}

impl Answer {
    /// The answer, if the command was not refused.
    pub(super) fn ok(self) -> Result<Self, Error> {
        match &self.result {
            Some(Ok(_)) => Ok(self),
            Some(Err(error)) => Err(error.clone()),
            None => Err(Error::Garbled("no answer")),
        }
    }

    /// The code of the tagged OK.
    pub(super) fn code(&self) -> Option<&Code> {
        self.result.as_ref()?.as_ref().ok()
    }

    /// All data of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [Value]> {
        self.data.iter().filter(move |(known, _)| known == name).map(|(_, values)| values.as_slice())
    }
}

/// Several commands sent together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    waiting: VecDeque<(usize, String, Answer)>,
    done: Vec<(usize, Answer)>,
    sent: usize,
    go_ahead: bool,
    /// Octets of data taken in.
    weight: usize,
}

/// More data than this in answer to one batch is a server gone wild (`I-08`); values weigh a few times their octets.
const WEIGHT: usize = 24 << 20;

impl Batch {
    /// A command with this tag was sent.
    pub(super) fn expect(&mut self, tag: String) {
        self.waiting.push_back((self.sent, tag, Answer::default()));
        self.sent += 1;
    }

    /// A literal was announced.
    pub(super) fn await_go_ahead(&mut self) {
        self.go_ahead = true;
    }

    /// Whether the server has not said `+` yet, nor refused.
    pub(super) fn awaits_go_ahead(&self) -> bool {
        self.go_ahead
    }

    /// Whether every command was answered.
    pub(super) fn is_complete(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Counts what a response weighs, if it belongs to a command.
    pub(super) fn weigh(&mut self, octets: usize) -> Result<(), Error> {
        if !self.waiting.is_empty() {
            self.weight += octets;
        }
        if self.weight > WEIGHT { Err(Error::Garbled("more than can be meant")) } else { Ok(()) }
    }

    /// Sorts a response to the oldest command that is not answered yet.
    pub(super) fn take(&mut self, response: Response) -> Result<(), Error> {
        match response {
            Response::Tagged { tag, status, code } => return self.finish(&tag, status, code),
            Response::Continue(_) => self.go_ahead = false,
            Response::Status { code, .. } => {
                if let Some(answer) = self.current() {
                    answer.codes.push(code);
                }
            }
            Response::Fetch(fetched) => {
                if let Some(answer) = self.current() {
                    answer.fetched.push(fetched);
                }
            }
            Response::Expunge(_) => {
                if let Some(answer) = self.current() {
                    answer.expunged += 1;
                }
            }
            Response::Data(name, values) => {
                if let Some(answer) = self.current() {
                    answer.data.push((name, values));
                }
            }
            Response::Exists(_) | Response::Vanished(_) => {}
        }
        Ok(())
    }

    /// The answers, in the order of the commands.
    pub(super) fn into_answers(mut self) -> Vec<Answer> {
        self.done.sort_by_key(|(at, _)| *at);
        self.done.into_iter().map(|(_, answer)| answer).collect()
    }

    fn current(&mut self) -> Option<&mut Answer> {
        self.waiting.front_mut().map(|(_, _, answer)| answer)
    }

    fn finish(&mut self, tag: &[u8], status: Status, code: Code) -> Result<(), Error> {
        let Some(at) = self.waiting.iter().position(|(_, waiting, _)| waiting.as_bytes() == tag) else {
            return Err(Error::Garbled("an answer to no command"));
        };
        let Some((place, _, mut answer)) = self.waiting.remove(at) else { return Ok(()) };
        answer.result = Some(match status {
            Status::Ok | Status::PreAuth => Ok(code),
            Status::No | Status::Bye => Err(Error::No(code)),
            Status::Bad => Err(Error::Bad),
        });
        self.done.push((place, answer)); // a server may answer out of order (RFC 9051 5.5)
        self.go_ahead = false;
        Ok(())
    }
}
