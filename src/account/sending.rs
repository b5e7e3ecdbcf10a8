//! Sending, once: the order of effects, from the top to the bottom (decision 0008).
//!
//! Every step is in the outbox before what follows from it is done, so that whoever goes on after an end of the program knows
//! what is left to do. What can't be taken back is one: the submission server's answer. Before it each failure is an error,
//! and the draft is there; behind it none is, only something still to do, which is [`super::after_sending`]'s.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::timeout;

use super::account::locked;
use super::drafts::Replaced;
use super::letter::{Letter, Place};
use super::post::{Busy, Shared};
use super::queue::{Sending, When, Why};
use super::{Account, Error};
use crate::mail::{Draft, MessageId, MessageRef};
use crate::mime;
use crate::smtp::{self, Envelope};
use crate::store::{self, Begun, Entry, RowId, Stage, unix_now};

/// How long somebody who asks for the same message waits for what becomes of it; then they are told how far it is.
const PATIENCE: Duration = Duration::from_secs(60);
/// Seconds between two tries of what may go better later; the last one again and again.
const PAUSES: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];
/// After so many seconds it is not tried any more: the usual patience of mail servers (RFC 5321 4.5.4.1) is for mail that its
/// writer believes sent; this one is told of each try.
const GIVES_UP: i64 = 2 * 86_400;

/// A message that is being sent, in the hands of the one who is at it.
pub(super) struct Errand {
    pub(super) post: Arc<Shared>,
    pub(super) entry: Entry,
    pub(super) letter: Letter,
    /// Nobody else is at it, as long as this is there.
    _busy: Busy,
}

impl Account {
    /// Sends a message: saves it as a draft in the place of `replaces`, and hands it to the submission server, now or when it
    /// is due. Goes on to its end, whether or not the answer is waited for.
    ///
    /// Whoever asks a second time for the same Message-ID gets the first one's result (`R-31`); what has failed or was called
    /// off is sent after all. An error means that nothing was sent, and nothing will be.
    pub async fn send(&self, draft: &Draft, replaces: Option<&MessageRef>, when: When) -> Result<Sending, Error> {
        let (account, draft, replaces) = (self.clone(), draft.clone(), replaces.cloned());
        self.to_its_end(async move { account.send_once(&draft, replaces.as_ref(), when).await }).await
    }

    async fn send_once(&self, draft: &Draft, replaces: Option<&MessageRef>, when: When) -> Result<Sending, Error> {
        if draft.recipients().next().is_none() {
            return Err(Error::Refused);
        }
        let post = self.post()?.clone();
        let row = post.outbox.row(self.user(), draft.message_id.as_str(), &post.key);
        let busy = match self.take(&post, row).await? {
            Ok(busy) => busy,
            Err(sending) => return Ok(sending),
        };
        // 1. that it is to be sent is written down: from here on there is one of it
        let now = unix_now();
        let due = match when {
            When::Now => now,
            When::After(time) => now.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)),
            When::At(time) => time.max(now),
        };
        let mut letter = Letter::new(self.user(), draft, replaces, due);
        let (due, is_now) = match when {
            When::At(time) if self.server_holds(time - now).await => {
                letter.held_until = Some(time); // RFC 4865: the server sends it later, and it is handed over now
                (now, true)
            }
            _ => (due, when == When::Now),
        };
        let begun = post.outbox.begin(self.user(), draft.message_id.as_str(), &letter.write(), &post.key).await;
        let begun = begun.map_err(not_kept)?;
        let is_again = matches!(begun, Begun::Known(_));
        let mut errand = match begun {
            Begun::New(entry) => Errand { post, entry, letter, _busy: busy },
            Begun::Known(entry) => {
                let Some(before) = Letter::read(&entry.letter) else { return Err(Error::NotKept) };
                if !matches!(entry.stage, Stage::New | Stage::Failed | Stage::Cancelled) {
                    return Sending::of(&entry, &before).ok_or(Error::NotKept);
                }
                // once more: its draft of then is the one that this one replaces, unless the form knows better
                let mut letter = letter;
                letter.replaces = letter.replaces.or(before.draft);
                let mut errand = Errand { post, entry, letter, _busy: busy };
                errand.entry.tries = 0;
                errand.write(Stage::New, now).await?;
                errand
            }
        };
        // 2. the draft, first; where there is no room for it its octets are kept here
        let octets = match self.keep_first(draft, is_again, &mut errand).await {
            Ok(octets) => octets,
            // perhaps the draft is there: whoever sends it once more looks first
            Err(Error::Unknown) => return Err(Error::Unknown),
            Err(error) => {
                errand.forget().await;
                return Err(error);
            }
        };
        // 3. it waits until it is due: from here on it is not lost, whatever happens
        if matches!(when, When::At(_)) && !is_now {
            errand.keep_password(self).await?;
        }
        errand.write(Stage::Waiting, due).await?;
        self.let_go_of_replaced(&mut errand.letter).await;
        if is_now {
            return self.submit(errand, Some(octets)).await;
        }
        errand.post.hold(&errand.entry, self);
        errand.told()
    }

    /// Whether the submission server holds messages back for so many seconds.
    async fn server_holds(&self, seconds: i64) -> bool {
        let (Some(outgoing), Ok(seconds @ 1..)) = (&self.0.outgoing, u64::try_from(seconds)) else { return false };
        let offers = outgoing.submitter.offers(Some((self.user(), &self.0.password))).await;
        let longest = offers.ok().and_then(|offers| offers.longest_hold);
        longest.is_some_and(|longest| longest > Duration::from_secs(seconds))
    }

    /// Saves the draft, or keeps its octets. Where it was begun before, the very draft may be there already.
    async fn keep_first(&self, draft: &Draft, is_again: bool, errand: &mut Errand) -> Result<Bytes, Error> {
        let octets = self.build(draft).await?;
        let known = if is_again { self.find_draft(draft, &octets).await? } else { None };
        let kept = match known {
            Some(message) => Ok(Some(message)),
            None => self.keep_octets(draft, &octets).await,
        };
        match kept {
            Ok(Some(message)) => errand.letter.draft = Some(Place::from(&message)),
            Ok(None) | Err(Error::OverQuota | Error::NoRole(_) | Error::Refused) => {
                let Errand { post, entry, .. } = errand;
                post.outbox.keep_message(entry, &octets, &post.key).await.map_err(not_kept)?;
            }
            Err(error) => return Err(error),
        }
        Ok(octets)
    }

    /// Hands a waiting message over; `octets`, if they are at hand.
    pub(super) async fn submit(&self, mut errand: Errand, octets: Option<Bytes>) -> Result<Sending, Error> {
        // 4. claimed. Whoever finds it so after a crash may send it: no octet has left
        let now = unix_now();
        if errand.write(Stage::Submitting, now).await.is_err() {
            return errand.told(); // it waits as before
        }
        let octets = match octets {
            Some(octets) => octets,
            None => match self.kept_octets(&errand).await {
                Ok(Some(octets)) => octets,
                Ok(None) => return errand.fail(Why::DraftGone).await,
                Err(Error::SignedOut) => return errand.wait_for_writer().await,
                Err(Error::NotKept) => return errand.try_later(Why::NotKept, self).await,
                Err(_) => return errand.try_later(Why::NoMailServer, self).await,
            },
        };
        let Some(outgoing) = self.0.outgoing.clone() else { return errand.fail(Why::NoServer).await };
        let message = match mime::without_bcc(&octets) {
            std::borrow::Cow::Borrowed(_) => octets.clone(),
            std::borrow::Cow::Owned(without) => without.into(), // I-07
        };
        // 5. handed over. "Handed" is on the disk before the first octet leaves; what is found so was in doubt
        let envelope = errand.envelope();
        let known = Arc::new(Mutex::new(errand.entry.clone()));
        let before_data = write_handed(errand.post.clone(), known.clone());
        let user = self.user();
        let outcome = outgoing.submitter.submit(user, &self.0.password, &envelope, message, before_data).await;
        errand.entry = locked(&known).clone();
        match outcome {
            Ok(_) => {}
            // a server that files what it sends tells by its copy
            Err(smtp::Error::Uncertain) if outgoing.files_sent && self.was_filed(&errand).await => {}
            Err(smtp::Error::Uncertain) => return errand.rest(Stage::Uncertain, None).await,
            Err(smtp::Error::Stopped) if errand.post.stop.is_cancelled() => {
                return errand.rest(Stage::Waiting, None).await;
            }
            Err(smtp::Error::Stopped) => return errand.try_later(Why::NotKept, self).await,
            Err(error) if error.is_temporary() => return errand.try_later(Why::of(error), self).await,
            Err(error) => return errand.fail(Why::of(error)).await,
        }
        // 6. accepted: the point of no return. Nothing is an error from here on
        errand.entry.tries = 0;
        errand.letter.why = None;
        if let Err(error) = errand.write(Stage::Accepted, now).await {
            tracing::error!(%error, "a message was accepted, and that could not be written down");
            errand.entry.stage = Stage::Accepted;
        }
        // 7. to 9. the copy in Sent, the mark on what it answers, and that all is done
        self.settle(errand, Some(octets)).await
    }

    async fn was_filed(&self, errand: &Errand) -> bool {
        match MessageId::parse(&errand.letter.message_id) {
            Ok(id) => self.is_in_sent(&id).await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// The octets of a waiting message: its draft's, or those that were kept; `None` if the draft is not there any more.
    pub(super) async fn kept_octets(&self, errand: &Errand) -> Result<Option<Bytes>, Error> {
        match errand.letter.draft.as_ref().and_then(Place::message) {
            Some(draft) => self.octets_of(&draft).await,
            None => {
                let kept = errand.post.outbox.message(&errand.entry, &errand.post.key).await.map_err(not_kept)?;
                Ok(kept.map(Bytes::from))
            }
        }
    }

    /// Removes the draft before this one, once.
    pub(super) async fn let_go_of_replaced(&self, letter: &mut Letter) {
        let Some(old) = letter.replaces.as_ref().and_then(Place::message) else { return };
        let new = letter.draft.as_ref().and_then(Place::message);
        if self.remove_replaced(&old, new.as_ref()).await != Replaced::Left {
            letter.replaces = None;
        }
    }

    /// The row for oneself; or, if somebody is at it, what became of it.
    pub(super) async fn take(&self, post: &Arc<Shared>, row: RowId) -> Result<Result<Busy, Sending>, Error> {
        loop {
            let others = match post.take(row) {
                Ok(busy) => return Ok(Ok(busy)),
                Err(others) => others,
            };
            let is_over = timeout(PATIENCE, ended(others)).await.is_ok();
            let entry = post.outbox.read(row, &post.key).await.map_err(not_kept)?;
            // what was begun and left is nobody's, and this one's turn
            let known = entry.filter(|entry| !(is_over && entry.stage == Stage::New));
            let told = known.and_then(|entry| Sending::of(&entry, &Letter::read(&entry.letter)?));
            match told {
                Some(sending) => return Ok(Err(sending)),
                None if is_over => {}
                None => return Err(Error::Unknown),
            }
        }
    }

    /// Runs work to its end, whether or not its answer is waited for, where the connections live: a browser that goes away, or
    /// a worker that ends, takes nothing with it.
    pub(super) async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.0.connections.runtime().spawn(work).await.unwrap_or(Err(Error::Unknown))
    }
}

/// Writes that the octets leave now; `false`: they must not.
async fn write_handed(post: Arc<Shared>, known: Arc<Mutex<Entry>>) -> bool {
    if post.stop.is_cancelled() {
        return false;
    }
    let mut handed = locked(&known).clone();
    handed.stage = Stage::Handed;
    match post.outbox.write(handed, &post.key).await {
        Ok(Some(entry)) => {
            *locked(&known) = entry;
            true
        }
        Ok(None) => false,
        Err(error) => {
            tracing::error!(%error, "nothing is sent, since it could not be written down");
            false
        }
    }
}

/// Waits until whoever is at a row is done with it.
async fn ended(mut others: watch::Receiver<()>) {
    while others.changed().await.is_ok() {}
}

pub(super) fn not_kept(error: store::Error) -> Error {
    tracing::error!(%error, "the outbox can't be read or written");
    Error::NotKept
}

impl Errand {
    pub(super) fn new(post: Arc<Shared>, entry: Entry, letter: Letter, busy: Busy) -> Self {
        Self { post, entry, letter, _busy: busy }
    }

    /// Writes how far it is, with what is known of it.
    pub(super) async fn write(&mut self, stage: Stage, due: i64) -> Result<(), Error> {
        let mut entry = self.entry.clone();
        (entry.stage, entry.due, entry.letter) = (stage, due, self.letter.write());
        let written = self.post.outbox.write(entry, &self.post.key).await.map_err(not_kept)?;
        self.entry = written.ok_or(Error::NotKept)?;
        Ok(())
    }

    async fn keep_password(&mut self, account: &Account) -> Result<(), Error> {
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
    async fn rest(mut self, stage: Stage, why: Option<Why>) -> Result<Sending, Error> {
        self.letter.why = why;
        self.note(stage, unix_now()).await;
        if stage.is_at_rest() {
            self.post.let_go(&self.entry);
        }
        self.told()
    }

    async fn fail(self, why: Why) -> Result<Sending, Error> {
        self.rest(Stage::Failed, Some(why)).await
    }

    /// It is tried again after a pause that grows, and after two days no more.
    async fn try_later(mut self, why: Why, account: &Account) -> Result<Sending, Error> {
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
    async fn wait_for_writer(mut self) -> Result<Sending, Error> {
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
    async fn forget(self) {
        if let Err(error) = self.post.outbox.remove(&self.entry).await {
            tracing::warn!(%error, "a row of the outbox could not be removed");
        }
    }

    /// What is told of it.
    pub(super) fn told(&self) -> Result<Sending, Error> {
        Sending::of(&self.entry, &self.letter).ok_or(Error::NotKept)
    }

    fn envelope(&self) -> Envelope {
        let held = self.letter.held_until.map_or(0, |time| time - unix_now());
        Envelope {
            hold_for: u64::try_from(held).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs),
            from: self.letter.from.clone(),
            to: self.letter.to.clone(),
            asks_delivery: self.letter.asks_delivery,
            envelope_id: self.letter.message_id.clone(),
        }
    }
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
