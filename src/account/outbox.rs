//! The outbox: what is not sent yet, or not filed; and what goes on with it when it is due.
//!
//! One task of the process looks after all of it. It goes on with a row when its time has come and its writer's password is
//! at hand: because they are there, or because it was held or kept for this. It finds rows of before a restart as it finds its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::errand::{Errand, not_kept};
use super::letter::Letter;
use super::post::{Post, Shared};
use super::queue::{Queued, Sending, Why};
use super::{Account, Accounts, Error};
use crate::mail::MessageId;
use crate::store::{Entry, RowId, Stage, unix_now};

/// The longest time between two looks, whatever is due: clocks are set, and machines sleep.
const LOOKS_AGAIN: Duration = Duration::from_secs(60);

impl Account {
    /// What is not sent yet, not filed, or not known, the newest first.
    pub async fn outbox(&self) -> Result<Vec<Queued>, Error> {
        let post = self.post()?;
        let entries = post.outbox.list(self.user(), &post.key).await.map_err(not_kept)?;
        let is_over = |entry: &Entry| matches!(entry.stage, Stage::New | Stage::Filed | Stage::Cancelled);
        Ok(entries.iter().filter(|entry| !is_over(entry)).filter_map(Queued::of).collect())
    }

    /// How many messages [`Self::outbox`] has; a page asks for it, so it is counted once and then remembered.
    pub async fn count_outbox(&self) -> u32 {
        let Ok(post) = self.post() else { return 0 };
        post.outbox.open(self.user(), &post.key).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox could not be counted");
            0
        })
    }

    /// As [`Self::count_outbox`], as far as that is known.
    pub fn outbox_size(&self) -> u32 {
        self.post().map_or(0, |post| post.outbox.open_known(self.user(), &post.key))
    }

    /// What became of a message that was to be sent; `None` if nothing was begun with it, or nothing came of that.
    pub async fn sending(&self, id: &MessageId) -> Result<Option<Sending>, Error> {
        let post = self.post()?;
        let entry = post.outbox.find(self.user(), id.as_str(), &post.key).await.map_err(not_kept)?;
        let begun = entry.filter(|entry| entry.stage != Stage::New || post.is_busy(entry.row()));
        Ok(begun.and_then(|entry| Sending::of(&entry, &Letter::read(&entry.letter)?)))
    }

    /// Calls a waiting message off, or takes one that failed, or that is uncertain, from the list. Its draft stays. What is
    /// on its way already is told as it is.
    pub async fn cancel(&self, id: &MessageId) -> Result<Sending, Error> {
        let (account, id) = (self.clone(), id.clone());
        self.to_its_end(async move {
            let mut errand = match account.errand(&id).await? {
                Ok(errand) => errand,
                Err(sending) => return Ok(sending),
            };
            if matches!(errand.entry.stage, Stage::Waiting | Stage::Failed | Stage::Uncertain) {
                errand.letter.perhaps_sent |= errand.entry.stage == Stage::Uncertain;
                errand.write(Stage::Cancelled, unix_now()).await?;
                errand.post.let_go(&errand.entry);
            }
            let sending = errand.told()?;
            // of a receipt that may have gone nobody is asked for another one
            if !sending.perhaps_sent {
                account.reopen_receipt(&sending).await;
            }
            Ok(sending)
        })
        .await
    }

    /// Sends a waiting message at once.
    pub async fn send_now(&self, id: &MessageId) -> Result<Sending, Error> {
        self.send_if(id, |stage| stage == Stage::Waiting).await
    }

    /// Sends a message once more that failed; or that is uncertain, when its writer says that it did not arrive.
    pub async fn retry(&self, id: &MessageId) -> Result<Sending, Error> {
        self.send_if(id, |stage| matches!(stage, Stage::Waiting | Stage::Failed | Stage::Uncertain)).await
    }

    /// Files the copy of a message that was sent; sends nothing.
    pub async fn save_copy(&self, id: &MessageId) -> Result<Sending, Error> {
        let (account, id) = (self.clone(), id.clone());
        self.to_its_end(async move {
            match account.errand(&id).await? {
                Ok(errand) if errand.entry.stage == Stage::Accepted => account.settle(errand, None).await,
                Ok(errand) => errand.told(),
                Err(sending) => Ok(sending),
            }
        })
        .await
    }

    async fn send_if(&self, id: &MessageId, wanted: impl Fn(Stage) -> bool + Send + 'static) -> Result<Sending, Error> {
        let (account, id) = (self.clone(), id.clone());
        self.to_its_end(async move {
            let mut errand = match account.errand(&id).await? {
                Ok(errand) => errand,
                Err(sending) => return Ok(sending),
            };
            if !wanted(errand.entry.stage) {
                return errand.told();
            }
            let now = unix_now();
            errand.letter.perhaps_sent |= errand.entry.stage == Stage::Uncertain;
            (errand.entry.tries, errand.letter.begun, errand.letter.why) = (0, now, None);
            errand.write(Stage::Waiting, now).await?;
            account.submit(errand, None).await
        })
        .await
    }

    /// A row that is known, for oneself; or, if somebody is at it, what became of it. [`Error::Refused`]: there is none.
    async fn errand(&self, id: &MessageId) -> Result<Result<Errand, Sending>, Error> {
        let post = self.post()?.clone();
        let row = post.outbox.row(self.user(), id.as_str(), &post.key);
        let busy = match self.take(&post, row).await? {
            Ok(busy) => busy,
            Err(sending) => return Ok(Err(sending)),
        };
        let entry = post.outbox.read(row, &post.key).await.map_err(not_kept)?.ok_or(Error::Refused)?;
        let letter = Letter::read(&entry.letter).ok_or(Error::NotKept)?;
        Ok(Ok(Errand::new(post, entry, letter, busy)))
    }

    /// Goes on with a row that is due; why it waits, if it still does.
    async fn go_on(&self, post: Arc<Shared>, row: RowId) -> Result<Option<Why>, Error> {
        let Ok(busy) = post.take(row) else { return Ok(None) };
        let Ok(_place) = post.places.acquire().await else { return Ok(None) };
        // as it is now: it was read before somebody else may have been at it
        let entry = post.outbox.read(row, &post.key).await.map_err(not_kept)?;
        let Some(entry) = entry.filter(|entry| entry.due <= unix_now() && !post.stop.is_cancelled()) else {
            return Ok(None);
        };
        let Some(letter) = Letter::read(&entry.letter) else { return Ok(None) };
        let errand = Errand::new(post.clone(), entry, letter, busy);
        match errand.entry.stage {
            Stage::Waiting => self.submit(errand, None).await.map(drop)?,
            Stage::Accepted => self.settle(errand, None).await.map(drop)?,
            _ => {}
        }
        let entry = post.outbox.read(row, &post.key).await.map_err(not_kept)?;
        Ok(entry.and_then(|entry| Letter::read(&entry.letter)?.why))
    }
}

impl Accounts {
    /// Goes on with whatever is due, until [`Self::finish_outbox`]. One for the process.
    pub async fn run_outbox(&self) {
        let Some(Post(post)) = self.post().cloned() else { return };
        loop {
            let pause = self.go_on_with_due(&post).await;
            tokio::select! {
                () = post.stop.cancelled() => return,
                () = post.wake.notified() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Begins nothing any more, and waits until what was begun has ended or can be left as it is, for so long at most.
    pub async fn finish_outbox(&self, patience: Duration) {
        let Some(Post(post)) = self.post() else { return };
        post.stop.cancel();
        if timeout(patience, post.settled()).await.is_err() {
            tracing::warn!("messages are left on their way; what becomes of them is found out at the next start");
        }
    }

    /// Begins with what is due; how long until there may be more.
    async fn go_on_with_due(&self, post: &Arc<Shared>) -> Duration {
        let entries = match post.outbox.unfinished(&post.key).await {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, "the outbox can't be read");
                return LOOKS_AGAIN;
            }
        };
        let now = unix_now();
        let mut pause = LOOKS_AGAIN;
        for entry in entries {
            if entry.due > now {
                // rows come in the order of their time
                let left = Duration::from_secs(entry.due.abs_diff(now));
                pause = pause.min(left);
                break;
            }
            if matches!(entry.stage, Stage::Submitting | Stage::Handed) {
                if !post.is_busy(entry.row()) {
                    abandoned(post, entry).await;
                }
                continue;
            }
            if let Some(account) = self.writer_of(post, &entry).await {
                let (accounts, post) = (self.clone(), post.clone());
                account.0.connections.runtime().clone().spawn(async move {
                    match account.go_on(post, entry.row()).await {
                        // it is tried again when they have signed in again, and not before (S-09)
                        Ok(Some(Why::SignedOut)) => accounts.sign_out(&account),
                        Ok(_) => {}
                        Err(error) => tracing::error!(%error, "a message in the outbox could not be gone on with"),
                    }
                });
            }
        }
        pause
    }

    /// The account of a row's writer, if their password is at hand.
    async fn writer_of(&self, post: &Arc<Shared>, entry: &Entry) -> Option<Account> {
        let user = Letter::read(&entry.letter)?.user;
        // whoever is signed in has the newer password
        if let Some(account) = self.live(&user).or_else(|| post.holder(entry.row())) {
            return Some(account);
        }
        if !entry.has_password {
            return None;
        }
        let password = post.outbox.password(entry, &post.key).await.ok().flatten()?;
        self.make(&user, password, None).ok()
    }
}

/// A row that nobody is at, though it says so: whoever was could not write what became of it, or ended by a mistake of ours.
/// It is as after an end of the program.
async fn abandoned(post: &Arc<Shared>, mut entry: Entry) {
    tracing::error!("a message was left on its way");
    entry.stage = if entry.stage == Stage::Handed { Stage::Uncertain } else { Stage::Waiting };
    // somebody may have come to an end with it in this very moment: then this changes nothing
    if let Err(error) = post.outbox.write(entry, &post.key).await {
        tracing::error!(%error, "what became of it could not be written down");
    }
}
