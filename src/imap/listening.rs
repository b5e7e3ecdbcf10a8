//! What the server tells on its own: NOTIFY (RFC 5465), else IDLE (RFC 2177), else nothing between two questions.
//!
//! All of it is a signal: it is folded into the view at once, and whoever watches asks for the rest. A server may tell
//! late (Dovecot 2.3 gathers changes for half a second, 2022), so what must be true as of now still asks.

use std::time::Duration;

use tokio::time::Instant;

use super::argument::Command;
use super::batch::Batch;
use super::response::Response;
use super::{Capability, Error, Link};

/// An IDLE is begun anew after this time: servers may end it after 30 minutes (RFC 2177), and what stands between often
/// forgets a silent connection after five (`R-09`).
pub(super) const IDLE_AGAIN: Duration = Duration::from_secs(4 * 60 + 30);

/// How the server was asked to tell of changes.
#[derive(Debug, Default)]
pub(super) struct Listening {
    /// The tag of the IDLE that is under way, and since when.
    idle: Option<(String, Instant)>,
    /// NOTIFY is set.
    notify: bool,
    /// It was refused once: it is not asked for again.
    notify_refused: bool,
    /// As was IDLE.
    idle_refused: bool,
    /// What is read now answers no command.
    unasked: bool,
}

impl Link {
    /// Whether the server can tell of changes on its own.
    pub fn can_listen(&self) -> bool {
        (self.capabilities.has(Capability::Notify) && !self.listening.notify_refused)
            || (self.capabilities.has(Capability::Idle) && !self.listening.idle_refused)
    }

    /// Whether it is asked to, now.
    pub(super) fn is_listening(&self) -> bool {
        self.listening.notify || self.listening.idle.is_some()
    }

    /// Whether an IDLE is under way that should be begun anew.
    pub(super) fn idles_for_long(&self) -> bool {
        self.listening.idle.as_ref().is_some_and(|(_, since)| since.elapsed() >= IDLE_AGAIN)
    }

    /// Asks the server to tell of changes, in the best way it has. A refusal is remembered and no failure.
    pub(super) async fn begin_listening(&mut self) -> Result<(), Error> {
        if self.capabilities.has(Capability::Notify) && !self.listening.notify_refused {
            // the open mailbox at once, counts of the person's own others
            let events = "(MessageNew MessageExpunge FlagChange)";
            let command = Command::new("NOTIFY SET (selected").raw(&format!("{events}) (personal {events})"));
            match self.command(command).await {
                Ok(_) => {
                    self.listening.notify = true;
                    return Ok(());
                }
                Err(error) if error.ends_connection() => return Err(error),
                Err(_) => self.listening.notify_refused = true,
            }
        }
        if self.capabilities.has(Capability::Idle) && !self.listening.idle_refused && self.view.is_some() {
            self.begin_idle().await?;
        }
        Ok(())
    }

    /// Takes back what [`Self::begin_listening`] asked for.
    pub(super) async fn end_listening(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.listening.notify) {
            // not NOTIFY NONE, after which the server tells nothing of the open mailbox any more, not even of messages
            // that this connection removes (RFC 5465 3.1, and Dovecot 2.3 does so): what IMAP tells without NOTIFY.
            // A refusal leaves more news than are needed
            let command = Command::new("NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))");
            self.batch(vec![command]).await?;
        } else if self.listening.idle.is_some() {
            self.batch(Vec::new()).await?;
        }
        Ok(())
    }

    async fn begin_idle(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + self.deadline;
        let mut batch = Batch::default();
        self.send_idle(&mut batch, deadline).await?;
        while batch.awaits_go_ahead() {
            self.read(&mut batch, deadline).await?;
        }
        if batch.is_complete() {
            self.listening.idle_refused = true; // answered at once: NO, BAD, or an IDLE that is none
        } else if let Some(tag) = batch.into_last_tag() {
            self.listening.idle = Some((tag, Instant::now()));
        }
        Ok(())
    }

    async fn send_idle(&mut self, batch: &mut Batch, deadline: Instant) -> Result<(), Error> {
        self.send("IDLE", &mut false, batch, deadline).await?;
        self.flush(deadline).await?;
        batch.await_go_ahead();
        Ok(())
    }

    /// Ends an IDLE that is under way, in the same write as what follows; its answer is awaited with the batch.
    pub(super) async fn stop_idling(&mut self, batch: &mut Batch, deadline: Instant) -> Result<(), Error> {
        let Some((tag, _)) = self.listening.idle.take() else { return Ok(()) };
        self.send("DONE", &mut true, batch, deadline).await?;
        batch.expect_aside(tag);
        Ok(())
    }

    /// Reads what the server says of itself, until somebody asks for something. Never returns but for an end.
    pub(super) async fn listen(&mut self) -> Error {
        loop {
            let response = self.session.read_response().await;
            let mut batch = Batch::default();
            if let Some((tag, _)) = &self.listening.idle {
                batch.expect_aside(tag.clone());
            }
            let idles = !batch.is_complete();
            let known = *self.news.borrow();
            self.listening.unasked = true;
            let taken = self.take_in(response.map(|some| some.is_some()), &mut batch);
            self.listening.unasked = false;
            if let Err(error) = taken {
                return error;
            }
            if idles && batch.is_complete() {
                self.listening.idle = None; // ended by the server
            }
            if *self.news.borrow() != known {
                self.told = Some(Instant::now());
            }
        }
    }

    /// Notes what is told of other mailboxes while no command is under way: NOTIFY sends their STATUS.
    pub(super) fn hear_of_others(&mut self, response: &Response) {
        if self.listening.unasked
            && let Response::Data(name, _) = response
            && matches!(name.as_str(), "STATUS" | "LIST")
        {
            self.news.send_modify(|count| *count += 1);
        }
    }
}
