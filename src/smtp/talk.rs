//! A conversation with a server: one command, or a run of them, and the replies.

use std::fmt::Display;
use std::slice::Chunks;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Ehlo, Quit};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::line::Line;
use super::reply::Reply;
use super::{Error, Offers};

/// Commands that leave together where the server takes that (RFC 2920): neither side's buffers are filled by so many, so nobody
/// waits for the other to read first.
const TOGETHER: usize = 50;
/// Octets of a message that leave together; each piece must be gone within the deadline.
const PIECE: usize = 64 << 10;
/// How many times the deadline of a command the server may take to say what becomes of a whole message: it looks for viruses
/// meanwhile, and RFC 5321 4.5.3.2.6 wants ten minutes. Whoever gives up early does not know whether it was sent.
const VERDICT: u32 = 10;
/// How long we wait for why the server hung up while a message went.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long a server may take to say good-bye; nobody waits for it.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// A conversation that has begun.
pub(super) struct Talk {
    smtp: AsyncSmtpConnection,
    line: Line,
    greeting: String,
    offers: Offers,
    deadline: Duration,
}

impl Talk {
    /// Hears the greeting and what is offered; what is `disabled` is not heard.
    pub(super) async fn begin(line: Line, disabled: &[String], deadline: Duration) -> Result<Self, Error> {
        // lettre greets by itself; the reply to that is the second, and the one of interest
        let us = ourselves();
        let beginning = AsyncSmtpConnection::connect_with_transport(Box::new(line.clone()), &us);
        let begun = timeout(deadline, beginning).await;
        let mut replies = [line.take_reply(), line.take_reply()].into_iter().flatten();
        let (greeting, offered) = (replies.next(), replies.next());
        for reply in [&greeting, &offered].into_iter().flatten() {
            if !reply.is_done() {
                return Err(Error::Refused(reply.said()));
            }
        }
        match (begun, offered) {
            (Ok(Ok(smtp)), Some(offered)) => {
                let greeting = greeting.map(|greeting| greeting.said().text).unwrap_or_default();
                Ok(Self { smtp, line, greeting, offers: Offers::read(&offered.lines, disabled), deadline })
            }
            (Err(_), _) => Err(Error::TimedOut),
            _ => Err(line.fault()),
        }
    }

    /// Says who we are once more, and hears what is offered now.
    pub(super) async fn greet(&mut self, disabled: &[String]) -> Result<(), Error> {
        let reply = self.ask(Ehlo::new(ourselves())).await?;
        if !reply.is_done() {
            return Err(Error::Refused(reply.said()));
        }
        self.offers = Offers::read(&reply.lines, disabled);
        Ok(())
    }

    /// What the server called itself when the connection began.
    pub(super) fn greeting(&self) -> &str {
        &self.greeting
    }

    /// What the server offers.
    pub(super) fn offers(&self) -> &Offers {
        &self.offers
    }

    /// What it is spoken over.
    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Says a command, its CRLF with it, and hears the reply, whatever it is.
    pub(super) async fn ask(&mut self, command: impl Display) -> Result<Reply, Error> {
        let asked = timeout(self.deadline, self.smtp.command(command)).await;
        self.heard(asked.is_err())
    }

    /// Says commands that don't depend on each other, and hears a reply to each. A farewell in between ends it.
    pub(super) async fn ask_all(&mut self, commands: &[String]) -> Result<Vec<Reply>, Error> {
        let mut replies = Vec::with_capacity(commands.len());
        for together in commands.chunks(if self.offers.pipelining { TOGETHER } else { 1 }) {
            for at in 0..together.len() {
                let reply =
                    if at == 0 { self.ask(together.concat()).await? } else { self.listen(self.deadline).await? };
                if reply.is_farewell() {
                    return Err(Error::Refused(reply.said()));
                }
                replies.push(reply);
            }
        }
        Ok(replies)
    }

    /// Hears one more reply.
    async fn listen(&mut self, patience: Duration) -> Result<Reply, Error> {
        let listened = timeout(patience, self.smtp.read_response()).await;
        self.heard(listened.is_err())
    }

    /// The reply that came: lettre has seen a short one in its place, and what it made of that is of no interest.
    fn heard(&self, too_late: bool) -> Result<Reply, Error> {
        match self.line.take_reply() {
            Some(reply) => Ok(reply),
            None if too_late => Err(Error::TimedOut),
            None => Err(self.line.fault()),
        }
    }

    /// Sends a whole message, which ends in CRLF, after DATA was answered with 354, and hears what becomes of it. As long as
    /// its end has not gone the server has nothing; from then on every error is [`Error::Uncertain`].
    pub(super) async fn send(&mut self, message: &Bytes) -> Result<Reply, Error> {
        let progress = Progress::default();
        // lettre ends the last line by itself
        let text = message.strip_suffix(b"\r\n").unwrap_or(message);
        let in_time = {
            let sending = self.smtp.message_iter(Pieces { rest: text.chunks(PIECE), progress: &progress });
            tokio::pin!(sending);
            loop {
                let before = progress.now();
                let patience = if before.is_over { self.deadline * VERDICT } else { self.deadline };
                if timeout(patience, &mut sending).await.is_ok() {
                    break true;
                }
                if before.is_over || progress.now() == before {
                    break false;
                }
            }
        };
        match self.line.take_reply() {
            Some(reply) => Ok(reply),
            None if progress.now().is_over => Err(Error::Uncertain),
            None if !in_time => Err(Error::TimedOut),
            None => match self.listen(LAST_WORDS).await {
                Ok(reply) if !reply.is_done() => Ok(reply),
                _ => Err(Error::Closed),
            },
        }
    }

    /// Says good-bye, and waits a moment for the answer.
    pub(super) async fn end(mut self) {
        let _ = timeout(GOOD_BYE, self.smtp.command(Quit)).await; // there is nothing left to lose
    }
}

/// Who we say we are: what lettre says for those without a name in the DNS. A person's own address would tell recipients where
/// their webmail runs.
fn ourselves() -> ClientId {
    ClientId::default()
}

/// How far a message has come.
#[derive(Default)]
struct Progress {
    pieces: AtomicUsize,
    is_over: AtomicBool,
}

/// The same at one moment.
#[derive(PartialEq, Eq)]
struct Moment {
    pieces: usize,
    /// All pieces went: what follows is the end.
    is_over: bool,
}

impl Progress {
    fn now(&self) -> Moment {
        Moment { pieces: self.pieces.load(Ordering::SeqCst), is_over: self.is_over.load(Ordering::SeqCst) }
    }
}

/// A message in pieces, each taken when the one before has gone.
struct Pieces<'a> {
    rest: Chunks<'a, u8>,
    progress: &'a Progress,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let piece = self.rest.next();
        match piece {
            Some(_) => _ = self.progress.pieces.fetch_add(1, Ordering::SeqCst),
            None => self.progress.is_over.store(true, Ordering::SeqCst),
        }
        piece
    }
}
