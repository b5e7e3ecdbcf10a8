//! A message that is being sent, in the hands of the one who is at it: how far it is, and what is written down of that.

use std::sync::Arc;
use std::time::Duration;

use super::letter::{Letter, MadeOf};
use super::post::{Busy, Shared};
use super::queue::{Sending, Why};
use super::{Account, Error};
use crate::smtp::Envelope;
use crate::store::{self, Entry, Stage, unix_now};

/// Seconds between two tries of what may go better later; the last one again and again.
const PAUSES: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];
/// After so many seconds it is not tried any more: the usual patience of mail servers (RFC 5321 4.5.4.1) is for mail that its
/// writer believes sent; this one is told of each try.
const GIVES_UP: i64 = 2 * 86_400;

/// What is known of it.
pub(super) struct Errand {
    pub(super) post: Arc<Shared>,
    pub(super) entry: Entry,
    pub(super) letter: Letter,
    /// Whether its envelope names nobody as the sender, so that no failure of it is ever reported (RFC 8098 3).
    pub(super) is_nobodys: bool,
    /// Nobody else is at it, as long as this is there.
    _busy: Busy,
}

/// What a row was before it was begun anew.
pub(super) struct Former {
    entry: Entry,
    letter: Letter,
    /// The octets that were kept beside it, where there was no draft of them.
    octets: Option<Vec<u8>>,
}

impl Errand {
    pub(super) fn new(post: Arc<Shared>, entry: Entry, letter: Letter, busy: Busy) -> Self {
        let is_nobodys = matches!(letter.made, Some(MadeOf::Receipt(_)));
        Self { post, entry, letter, is_nobodys, _busy: busy }
    }

    /// Writes how far it is, with what is known of it.
    pub(super) async fn write(&mut self, stage: Stage, due: i64) -> Result<(), Error> {
        let mut entry = self.entry.clone();
        (entry.stage, entry.due, entry.letter) = (stage, due, self.letter.write());
        let written = self.post.outbox.write(entry, &self.post.key).await.map_err(not_kept)?;
        self.entry = written.ok_or(Error::NotKept)?;
        Ok(())
    }

    pub(super) async fn keep_password(&mut self, account: &Account) -> Result<(), Error> {
        let Self { post, entry, .. } = self;
        post.outbox.keep_password(entry, &account.0.password, &post.key).await.map_err(not_kept)
    }

    /// As [`Self::write`], of what has happened and is told, whether or not it can be written.
    pub(super) async fn note(&mut self, stage: Stage, due: i64) {
        if let Err(error) = self.write(stage, due).await {
            tracing::error!(%error, "what became of a message could not be written down");
            (self.entry.stage, self.entry.due) = (stage, due);
        }
    }

    /// It comes to rest, or waits as before.
    pub(super) async fn rest(mut self, stage: Stage, why: Option<Why>) -> Result<Sending, Error> {
        self.letter.why = why;
        self.note(stage, unix_now()).await;
        if stage.is_at_rest() {
            self.post.let_go(&self.entry);
        }
        self.told()
    }

    pub(super) async fn fail(self, why: Why) -> Result<Sending, Error> {
        self.rest(Stage::Failed, Some(why)).await
    }

    /// It is tried again after a pause that grows, and after two days no more.
    pub(super) async fn try_later(mut self, why: Why, account: &Account) -> Result<Sending, Error> {
        let now = unix_now();
        let due = now + pause(self.entry.tries);
        self.entry.tries = self.entry.tries.saturating_add(1);
        if due - self.letter.begun > GIVES_UP {
            return self.fail(why).await;
        }
        self.letter.why = Some(why);
        self.note(Stage::Waiting, due).await;
        self.post.hold(&self.entry, account);
        self.told()
    }

    /// The password is not taken any more: it is tried when the writer has signed in again, and not before (`S-09`).
    pub(super) async fn wait_for_writer(mut self) -> Result<Sending, Error> {
        self.entry.has_password = false;
        self.letter.why = Some(Why::SignedOut);
        self.note(Stage::Waiting, unix_now()).await;
        self.post.let_go(&self.entry);
        self.told()
    }

    /// Whether the password is still taken, as far as it is known.
    pub(super) fn may_go_on(&self) -> bool {
        self.letter.why != Some(Why::SignedOut)
    }

    /// Nothing was begun: there is no trace of it.
    pub(super) async fn forget(self) {
        if let Err(error) = self.post.outbox.remove(&self.entry).await {
            tracing::warn!(%error, "a row of the outbox could not be removed");
        }
    }

    /// What it is, to be put back; `None` where it was begun and nobody was told anything yet.
    pub(super) async fn former(&self) -> Result<Option<Former>, Error> {
        let Self { post, entry, letter, .. } = self;
        if entry.stage == Stage::New {
            return Ok(None);
        }
        let octets = match letter.draft {
            Some(_) => None,
            None => post.outbox.message(entry, &post.key).await.map_err(not_kept)?,
        };
        Ok(Some(Former { entry: entry.clone(), letter: letter.clone(), octets }))
    }

    /// Nothing came of beginning it, or of beginning it anew: then it is what it was. Its password was not wiped meanwhile.
    pub(super) async fn give_up(mut self, former: Option<Former>, error: &Error) {
        // perhaps the draft is there: whoever sends it once more looks first. What waited goes on waiting all the same
        let may_be_there = *error == Error::Unknown;
        let Some(Former { entry, letter, octets }) = former else {
            if !may_be_there {
                self.forget().await;
            }
            return;
        };
        if may_be_there && entry.stage != Stage::Waiting {
            return;
        }
        if let Some(octets) = octets
            && let Err(error) = self.post.outbox.keep_message(&self.entry, &octets, &self.post.key).await
        {
            tracing::error!(%error, "what waited in the outbox could not be kept");
        }
        self.letter = letter;
        (self.entry.tries, self.entry.has_password) = (entry.tries, entry.has_password);
        if let Err(error) = self.write(entry.stage, entry.due).await {
            tracing::error!(%error, "what waited in the outbox could not be put back");
        }
        self.post.wake.notify_one();
    }

    /// What is told of it.
    pub(super) fn told(&self) -> Result<Sending, Error> {
        Sending::of(&self.entry, &self.letter).ok_or(Error::NotKept)
    }

    /// The same, to somebody who asked for something else under its name.
    pub(super) fn told_other(&self) -> Result<Sending, Error> {
        self.told().map(|sending| Sending { is_other: true, ..sending })
    }

    pub(super) fn envelope(&self) -> Envelope {
        let held = self.letter.held_until.map_or(0, |time| time - unix_now());
        Envelope {
            hold_for: u64::try_from(held).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs),
            from: if self.is_nobodys { String::new() } else { self.letter.from.clone() },
            to: self.letter.to.clone(),
            asks_delivery: self.letter.asks_delivery,
            envelope_id: self.letter.message_id.clone(),
        }
    }
}

pub(super) fn not_kept(error: store::Error) -> Error {
    tracing::error!(%error, "the outbox can't be read or written");
    Error::NotKept
}

/// Seconds to wait after so many tries in vain before the one that just failed.
pub(super) fn pause(tries: u32) -> i64 {
    let [.., longest] = PAUSES;
    usize::try_from(tries).ok().and_then(|tries| PAUSES.get(tries)).copied().unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        assert_eq!([0, 1, 2, 3, 4, 400].map(pause), [60, 300, 900, 3600, 3600, 3600]);
    }
}
