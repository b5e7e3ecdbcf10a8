//! One signed-in connection: the only place where a command meets its answer.
//!
//! A batch of commands leaves in one write; each ends in the tagged status that the server gave it. Everything the
//! server says on the way is folded into the [`View`] before the answer is given.

use std::time::Duration;

use async_imap::Session;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::batch::{Answers, Batch};
use super::list::Namespaces;
use super::listening::Listening;
use super::response::{Response, Status};
use super::select::Opening;
use super::shelf::Shelf;
use super::wire::Wire;
use super::{Capabilities, Capability, Code, Command, Error, View};

/// A connection in the hands of the task that owns it.
pub struct Link {
    pub(super) session: Session<Wire>,
    pub(super) capabilities: Capabilities,
    pub(super) namespaces: Option<Namespaces>,
    pub(super) view: Option<View>,
    /// When the work that runs now was asked for.
    pub(super) asked: Instant,
    /// When the last synchronisation was sent: whoever asked before that needs no other.
    pub(super) synced: Option<Instant>,
    /// How the server was asked to tell of changes on its own.
    pub(super) listening: Listening,
    /// How old a synchronisation may be and still be believed: not at all, unless somebody watches.
    pub(super) trust: Duration,
    /// When the server last told something that nobody had asked for.
    pub(super) told: Option<Instant>,
    /// Grows with everything that is told of messages, asked for or not.
    pub(super) news: watch::Sender<u64>,
    /// What the person's other connections knew when they ended.
    pub(super) shelf: Shelf,
    /// Which of the ways to open a mailbox are no use with this server.
    pub(super) opening: Opening,
    /// Whether mailboxes are opened to be read only: nothing in them changes by it (EXAMINE, RFC 9051 6.3.3).
    pub(super) is_reading: bool,
    /// How long the server may take for a batch of commands.
    pub(super) deadline: Duration,
    pub(super) round_trips: u64,
    /// Whether the server ended the connection behind the last answer.
    over: bool,
}

impl Link {
    pub(super) fn new(session: Session<Wire>, capabilities: Capabilities, deadline: Duration, shelf: Shelf) -> Self {
        Self {
            session,
            capabilities,
            namespaces: None,
            view: None,
            asked: Instant::now(),
            synced: None,
            listening: Listening::default(),
            trust: Duration::ZERO,
            told: None,
            news: watch::Sender::new(0),
            shelf,
            opening: Opening::default(),
            is_reading: false,
            deadline,
            round_trips: 0,
            over: false,
        }
    }

    /// When the work that runs now was asked for.
    pub fn asked(&self) -> Instant {
        self.asked
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The selected mailbox.
    pub fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// Whether the server has ended the connection.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// The server ended the connection behind its last answer.
    pub(super) fn end(&mut self) {
        self.over = true;
    }

    /// How often the server was waited for on this connection.
    pub fn round_trips(&self) -> u64 {
        self.round_trips
    }

    /// Sends one command; `Err` unless the server said OK.
    pub(super) async fn command(&mut self, command: Command) -> Result<Answers, Error> {
        self.batch(vec![command]).await?.ok()
    }

    /// Sends commands together and waits for all answers. `Err` only if the connection is lost; the
    /// [`Answers`] tell whether a command was refused.
    pub(super) async fn batch(&mut self, commands: Vec<Command>) -> Result<Answers, Error> {
        let deadline = Instant::now() + self.deadline;
        self.round_trips += 1;
        let mut batch = Batch::default();
        self.stop_idling(&mut batch, deadline).await?;
        for command in commands {
            self.write(command, &mut batch, deadline).await?;
        }
        self.flush(deadline).await?;
        self.finish(&mut batch, deadline).await?;
        Ok(batch.into_answers())
    }

    /// Reads until everything in the batch was answered.
    pub(super) async fn finish(&mut self, batch: &mut Batch, deadline: Instant) -> Result<(), Error> {
        while !batch.is_complete() {
            match self.read(batch, deadline).await {
                // all was answered, and then the server said good-bye
                Err(_) if batch.is_complete() => self.over = true,
                other => other?,
            }
        }
        Ok(())
    }

    /// As [`Self::batch`] for one command whose first literal goes into a stream; waits as long as pieces move.
    pub(super) async fn stream(
        &mut self,
        command: Command,
        sink: tokio::sync::mpsc::Sender<bytes::Bytes>,
    ) -> Result<Answers, Error> {
        self.round_trips += 1;
        let mut batch = Batch::default();
        let mut deadline = Instant::now() + self.deadline;
        self.stop_idling(&mut batch, deadline).await?;
        self.write(command, &mut batch, deadline).await?;
        self.session.get_mut().stream_into(sink);
        self.flush(deadline).await?;
        let mut moved = 0;
        while !batch.is_complete() {
            match self.read(&mut batch, deadline).await {
                Err(_) if batch.is_complete() => self.over = true,
                Err(Error::TimedOut) if self.is_moving(&mut moved) => deadline = Instant::now() + self.deadline,
                other => other?,
            }
        }
        self.session.get_mut().stop_streaming();
        batch.into_answers().ok()
    }

    /// Whether a stream goes on: something went into it since `moved`, or it is its reader who takes long.
    pub(super) fn is_moving(&self, moved: &mut u64) -> bool {
        let wire = self.session.get_ref();
        wire.moved() > std::mem::replace(moved, wire.moved()) || wire.reader_is_full()
    }

    /// Leaves what is known of the open mailbox to the next connection.
    pub(super) fn rest(&mut self) {
        if let Some(view) = self.view.take() {
            self.shelf.put(view);
        }
    }

    /// Says good-bye; no answer is waited for long.
    pub(super) async fn log_out(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(1);
        let mut batch = Batch::default();
        if self.stop_idling(&mut batch, deadline).await.is_ok()
            && self.write(Command::new("LOGOUT"), &mut batch, deadline).await.is_ok()
        {
            self.flush(deadline).await.ok();
        }
    }

    pub(super) async fn write(&mut self, command: Command, batch: &mut Batch, deadline: Instant) -> Result<(), Error> {
        let Command { texts, literals } = command;
        let mut literals = literals.into_iter();
        let mut line = String::new();
        let mut tagged = false;
        for text in texts {
            line.push_str(&text);
            let Some(literal) = literals.next() else { break };
            // RFC 7888 5: LITERAL- is for literals up to 4096 octets
            let goes_at_once = self.capabilities.has(Capability::LiteralPlus)
                || (self.capabilities.has(Capability::LiteralMinus) && literal.len() <= 4096);
            if !goes_at_once {
                line.push_str(&format!("{{{}}}", literal.len()));
                self.send(&line, &mut tagged, batch, deadline).await?;
                self.flush(deadline).await?;
                batch.await_go_ahead();
                while batch.awaits_go_ahead() {
                    self.read(batch, deadline).await?;
                }
                if batch.last_is_answered() {
                    return Ok(()); // refused before the literal
                }
                line = literal;
            } else {
                line.push_str(&format!("{{{}+}}\r\n{literal}", literal.len()));
            }
        }
        self.send(&line, &mut tagged, batch, deadline).await
    }

    /// Hands a line to async-imap, which gives it a tag if it is a command's first.
    pub(super) async fn send(
        &mut self,
        line: &str,
        tagged: &mut bool,
        batch: &mut Batch,
        deadline: Instant,
    ) -> Result<(), Error> {
        self.session.get_mut().hold(true);
        let sending = async {
            if *tagged {
                self.session.run_command_untagged(line).await.map(|()| None)
            } else {
                self.session.run_command(line).await.map(|id| Some(id.0))
            }
        };
        let sent = timeout_at(deadline, sending).await;
        self.session.get_mut().hold(false);
        match sent {
            Err(_) => Err(Error::TimedOut),
            Ok(Err(_)) => Err(Error::Closed),
            Ok(Ok(tag)) => {
                *tagged = true;
                tag.into_iter().for_each(|tag| batch.expect(tag));
                Ok(())
            }
        }
    }

    pub(super) async fn flush(&mut self, deadline: Instant) -> Result<(), Error> {
        match timeout_at(deadline, self.session.get_mut().flush()).await {
            Err(_) => Err(Error::TimedOut),
            Ok(Err(_)) => Err(Error::Closed),
            Ok(Ok(())) => Ok(()),
        }
    }

    pub(super) async fn read(&mut self, batch: &mut Batch, deadline: Instant) -> Result<(), Error> {
        match timeout_at(deadline, self.session.read_response()).await {
            Err(_) => Err(Error::TimedOut),
            Ok(response) => self.take_in(response.map(|some| some.is_some()), batch),
        }
    }

    /// Takes everything the wire holds; `read` is what async-imap made of the last line.
    pub(super) fn take_in(&mut self, read: std::io::Result<bool>, batch: &mut Batch) -> Result<(), Error> {
        let mut bye = None;
        while let Some(line) = self.session.get_mut().take() {
            batch.weigh(line.len())?;
            match Response::read(&line) {
                Some(Response::Status { status: Status::Bye, code }) => bye = Some(code),
                Some(response) => {
                    self.fold_in(&response)?;
                    batch.take(response)?;
                }
                None => {}
            }
        }
        match (bye, read) {
            (Some(code), _) => Err(Error::Bye(code)),
            (None, Ok(true)) => Ok(()),
            (None, Ok(false)) => Err(Error::Closed),
            (None, Err(_)) => Err(self.session.get_ref().fault().map_or(Error::Closed, Error::Garbled)),
        }
    }

    fn fold_in(&mut self, response: &Response) -> Result<(), Error> {
        self.hear_of_others(response);
        let Some(view) = self.view.as_mut() else { return Ok(()) };
        let known = view.news();
        match response {
            Response::Exists(exists) => {
                if let Err(error) = view.on_exists(*exists) {
                    self.view = None; // nothing of it is left to anybody
                    return Err(error);
                }
            }
            Response::Expunge(sequence) => view.on_expunge(*sequence),
            Response::Vanished(gone) => view.on_vanished(gone),
            Response::Fetch(fetched) => view.on_fetch(fetched),
            // so far it was about the mailbox that was open before
            Response::Status { code: Code::Closed, .. } => *view = View::new(view.mailbox.clone()),
            _ => {}
        }
        if view.news() != known {
            self.news.send_modify(|count| *count += 1);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("mailbox", &self.view.as_ref().map(|view| &view.mailbox)).finish_non_exhaustive()
    }
}
