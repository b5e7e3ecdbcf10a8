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
use super::errand::{Errand, not_kept};
use super::letter::{Letter, MadeOf, Place};
use super::post::{Busy, Shared};
use super::queue::{Made, Sending, When, Why};
use super::rewritten::content as content_of;
use super::{Account, Error};
use crate::mail::{Draft, MessageRef, Moment};
use crate::mime;
use crate::smtp;
use crate::store::{Begun, Entry, RowId, Stage, unix_now};

/// How long somebody who asks for the same message waits for what becomes of it; then they are told how far it is.
const PATIENCE: Duration = Duration::from_secs(60);
impl Account {
    /// Sends a message: saves it as a draft in the place of `replaces`, and hands it to the submission server, now or when it
    /// is due. Goes on to its end, whether or not the answer is waited for.
    ///
    /// Whoever asks a second time for the same Message-ID gets the first one's result (`R-31`); what has failed or was called
    /// off is sent after all, and what waits goes as it is written now. Where that is not what was sent, or may have been, nothing is
    /// done, and [`Sending::is_other`] says so. An error means that nothing was sent, and nothing will be; but what waited
    /// under this name waits on, as it was.
    pub async fn send(&self, draft: &Draft, replaces: Option<&MessageRef>, when: When) -> Result<Sending, Error> {
        let (account, draft, replaces) = (self.clone(), draft.clone(), replaces.cloned());
        self.to_its_end(async move { account.send_once(&draft, Content::Written { replaces }, when).await }).await
    }

    /// As [`Self::send`], of what is no draft and never was one: its octets wait in the outbox, and not among the drafts.
    /// `outline` has its name, its envelope, its subject and what it is about.
    pub(super) async fn send_made(
        &self,
        outline: Draft,
        octets: Bytes,
        made: Made,
        when: When,
    ) -> Result<Sending, Error> {
        let account = self.clone();
        self.to_its_end(async move { account.send_once(&outline, Content::Made { octets, made }, when).await }).await
    }

    async fn send_once(&self, draft: &Draft, content: Content, when: When) -> Result<Sending, Error> {
        if draft.recipients().next().is_none() {
            return Err(Error::Refused);
        }
        let post = self.post()?.clone();
        let row = post.outbox.row(self.user(), draft.message_id.as_str(), &post.key);
        // 1. that it is to be sent is written down: from here on there is one of it
        let now = unix_now();
        let due = match when {
            When::Now => now,
            When::After(time) => now.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)),
            When::At(time) => time.max(now),
        };
        let mut letter = Letter::new(self.user(), draft, content.replaces(), due);
        letter.made = content.made().map(MadeOf::from);
        letter.content = letter.made.is_none().then(|| content_of(draft, &post.key));
        let busy = match self.take(&post, row).await? {
            Ok(busy) => busy,
            Err(sending) => return Ok(self.told_of_others(&post, sending, &letter).await),
        };
        letter.unconfirmed = draft.asks_delivery && self.confirms_delivery() == Some(false);
        let (due, is_now) = match when {
            When::At(time) if self.server_holds(time - now).await => {
                letter.held_until = Some(time); // RFC 4865: the server sends it later, and it is handed over now
                (now, true)
            }
            _ => (due, when == When::Now),
        };
        let begun = post.outbox.begin(self.user(), draft.message_id.as_str(), &letter.write(), &post.key).await;
        let (mut errand, anew) = match begun.map_err(not_kept)? {
            Begun::New(entry) => (Errand::new(post, entry, letter, busy), None),
            Begun::Known(entry) => {
                let Some(before) = Letter::read(&entry.letter) else { return Err(Error::NotKept) };
                let errand = Errand::new(post, entry, before, busy);
                let is_other = errand.letter.is_other_than(&letter);
                match errand.entry.stage {
                    // what may have gone out under this name is the only one that goes under it
                    _ if is_other && errand.letter.perhaps_sent => return errand.told_other(),
                    Stage::New | Stage::Failed | Stage::Cancelled => {}
                    // written on meanwhile: it is called off, and goes as it is now
                    Stage::Waiting if is_other => {}
                    // left so by an end of the program: it goes on at once, and this one is told what becomes of it
                    Stage::Waiting if errand.entry.due <= now => return self.submit(errand, None).await,
                    Stage::Accepted if !is_other => return self.settle(errand, None).await,
                    _ if is_other => return errand.told_other(),
                    _ => return errand.told(),
                }
                (errand, Some(letter))
            }
        };
        // 2. the draft, first; where there is no room for it its octets are kept here. It is the same whichever press it comes by
        let draft = &Draft { saved_by: None, ..draft.clone() };
        let former = if anew.is_some() { errand.former().await? } else { None };
        let octets = match self.keep_anew(draft, content, anew, &mut errand).await {
            Ok(octets) => octets,
            Err(error) => {
                errand.give_up(former, &error).await;
                return Err(error);
            }
        };
        if former.is_some() {
            errand.post.let_go(&errand.entry);
            errand.entry.has_password = false;
        }
        // 3. what is to be sent now goes on; else it waits until it is due, and is not lost from here on
        if is_now {
            return self.submit(errand, Some(octets)).await;
        }
        if matches!(when, When::At(_)) {
            errand.keep_password(self).await?;
        }
        errand.write(Stage::Waiting, due).await?;
        self.let_go_of_replaced(&mut errand.letter).await;
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

    /// Makes the octets and keeps them. `anew` is what a row says from here on that was there before; it is as it was until they are
    /// made.
    async fn keep_anew(
        &self,
        draft: &Draft,
        content: Content,
        anew: Option<Letter>,
        errand: &mut Errand,
    ) -> Result<Bytes, Error> {
        let (octets, is_written) = match content {
            Content::Written { .. } => (self.build(draft).await?, true),
            Content::Made { octets, .. } => (octets, false),
        };
        let mut begun = None;
        if let Some(mut letter) = anew {
            let before = &mut errand.letter;
            begun = (errand.entry.stage == Stage::New).then(|| before.date());
            letter.replaces_too = before.draft.clone().or(before.replaces_too.clone());
            letter.perhaps_sent = before.perhaps_sent;
            (errand.letter, errand.entry.tries) = (letter, 0);
            errand.write(Stage::New, unix_now()).await?;
        }
        if is_written { self.keep_first(draft, octets, begun, errand).await } else { keep_here(octets, errand).await }
    }

    /// Saves the draft, or keeps its octets. Where it was begun before, and it is not known how that ended, the draft of then
    /// may be there: it says when it was written, and else the same.
    async fn keep_first(
        &self,
        draft: &Draft,
        octets: Bytes,
        begun: Option<Moment>,
        errand: &mut Errand,
    ) -> Result<Bytes, Error> {
        if let Some(date) = begun {
            let before = Draft { date, ..draft.clone() };
            let octets = self.build(&before).await?;
            if let Some(message) = self.find_draft(&before, &octets).await? {
                errand.letter.draft = Some(Place::from(&message));
                return Ok(octets);
            }
        }
        let kept = self.keep_octets(draft, &octets).await;
        match kept {
            Ok(Some(message)) => errand.letter.draft = Some(Place::from(&message)),
            Ok(None) | Err(Error::OverQuota | Error::NoRole(_) | Error::Refused) => {
                return keep_here(octets, errand).await;
            }
            Err(error) => return Err(error),
        }
        Ok(octets)
    }

    /// Hands a waiting message over; `octets`, if they are at hand.
    pub(super) async fn submit(&self, errand: Errand, octets: Option<Bytes>) -> Result<Sending, Error> {
        let sending = self.submit_once(errand, octets).await?;
        if !sending.perhaps_sent {
            self.reopen_receipt(&sending).await;
        }
        Ok(sending)
    }

    async fn submit_once(&self, mut errand: Errand, octets: Option<Bytes>) -> Result<Sending, Error> {
        // 4. claimed. Whoever finds it so after a crash may send it: no octet has left
        let now = unix_now();
        if let Err(error) = errand.write(Stage::Submitting, now).await {
            return if errand.entry.stage == Stage::Waiting { errand.told() } else { Err(error) };
        }
        self.let_go_of_replaced(&mut errand.letter).await;
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
        let outcome = match self.hand_over(&mut errand, &outgoing.submitter, message.clone()).await {
            // before a word of it was said: it must be made of other octets
            Err(smtp::Error::NeedsEightBit) => {
                let message = mime::seven_bit(&message).into_owned().into();
                self.hand_over(&mut errand, &outgoing.submitter, message).await
            }
            // a server that knows whose addresses are whose may take nobody for one who is not signed in
            Err(error @ (smtp::Error::Sender(_) | smtp::Error::Recipients(_) | smtp::Error::Refused(_)))
                if errand.is_nobodys && !error.is_temporary() =>
            {
                errand.is_nobodys = false;
                self.hand_over(&mut errand, &outgoing.submitter, message).await
            }
            outcome => outcome,
        };
        match outcome {
            Ok(accepted) => errand.letter.unconfirmed = errand.letter.asks_delivery && !accepted.asked_delivery,
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

    async fn hand_over(
        &self,
        errand: &mut Errand,
        submitter: &smtp::Submitter,
        message: Bytes,
    ) -> Result<smtp::Accepted, smtp::Error> {
        let envelope = errand.envelope();
        let known = Arc::new(Mutex::new(errand.entry.clone()));
        let before_data = write_handed(errand.post.clone(), known.clone());
        let outcome = submitter.submit(self.user(), &self.0.password, &envelope, message, before_data).await;
        errand.entry = locked(&known).clone();
        outcome
    }

    async fn was_filed(&self, errand: &Errand) -> bool {
        match errand.letter.name() {
            Some(name) => self.is_in_sent(&name).await.unwrap_or(false),
            None => false,
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

/// What is to be sent.
#[derive(Debug)]
enum Content {
    /// A draft, in the place of an older one.
    Written { replaces: Option<MessageRef> },
    /// These octets.
    Made { octets: Bytes, made: Made },
}

impl Content {
    fn replaces(&self) -> Option<&MessageRef> {
        if let Self::Written { replaces } = self { replaces.as_ref() } else { None }
    }

    fn made(&self) -> Option<&Made> {
        if let Self::Made { made, .. } = self { Some(made) } else { None }
    }
}

/// Keeps octets beside the row, sealed: there is no draft of them.
async fn keep_here(octets: Bytes, errand: &Errand) -> Result<Bytes, Error> {
    let Errand { post, entry, .. } = errand;
    post.outbox.keep_message(entry, &octets, &post.key).await.map_err(not_kept)?;
    Ok(octets)
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
