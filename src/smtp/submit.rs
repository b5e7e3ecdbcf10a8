//! One submission, from the first word to the server's last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::dial::Dialer;
use super::reply::Reply;
use super::sign_in::sign_in;
use super::talk::Talk;
use super::{Envelope, Error, Offers, Said, SmtpServer, octets};
use crate::mail::Secret;

/// How long the server may take for one answer, unless the operator says otherwise (`R-06`).
const DEADLINE: Duration = Duration::from_secs(30);
/// The server is ready for the octets (RFC 5321 3.3).
const SEND_IT: u16 = 354;
/// The server wants a sign-in first (RFC 4954 6).
const WHO_ARE_YOU: u16 = 530;
/// The server has no room, or the message is too large after all: it is not about the sender (RFC 5321 4.2.3, RFC 1870 6).
const NO_ROOM: [u16; 2] = [452, 552];

/// A submission server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Submitter {
    dialer: Arc<Dialer>,
    deadline: Duration,
    runtime: Handle,
    /// What was offered when it was last asked.
    known: Arc<Mutex<Option<Offers>>>,
}

/// The server has taken the message, and answers for it from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its last words; most servers name their queue's number for it.
    pub said: Said,
    /// Whether it was asked for confirmations of delivery: not every server knows them.
    pub asked_delivery: bool,
}

impl Submitter {
    /// Reads the trust store. Fails if a named CA file can't be read or holds no certificate.
    ///
    /// Submissions run on the tokio runtime this is called on, whoever asks for them later.
    pub fn new(server: SmtpServer) -> Result<Self, Error> {
        let dialer = Arc::new(Dialer::new(server)?);
        let runtime = Handle::try_current().map_err(|error| Error::Connect(error.to_string()))?;
        Ok(Self { dialer, deadline: DEADLINE, runtime, known: Arc::default() })
    }

    /// The same, of which no answer may take longer than this; for the last one it has ten times as long.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// What was offered when the server was last asked; `None` before that.
    pub fn known_offers(&self) -> Option<Offers> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks what the server offers: to everybody, or to somebody who signs in.
    pub async fn offers(&self, who: Option<(&str, &Secret)>) -> Result<Offers, Error> {
        let who = who.map(|(user, password)| (user.to_owned(), password.clone()));
        let submitter = self.clone();
        let asking = self.runtime.spawn(async move {
            let mut talk = submitter.open().await?;
            if let Some((user, password)) = &who {
                sign_in(&mut talk, user, password).await?;
            }
            let offers = talk.offers().clone();
            submitter.runtime.spawn(talk.end());
            Ok(offers)
        });
        asking.await.unwrap_or(Err(Error::Closed))
    }

    /// Hands a message over: signs in, names sender and recipients, asks `before_data`, sends the octets and waits for what
    /// becomes of them.
    ///
    /// The order is that of RFC 5321; the step that can't be taken back is the end of the octets. `before_data` is awaited when
    /// every recipient was taken and the server waits for the message, and nothing of it has gone: whoever answers `false` stops
    /// all of it. It goes on to its end when nobody waits for the answer any more.
    pub async fn submit(
        &self,
        user: &str,
        password: &Secret,
        envelope: &Envelope,
        message: Bytes,
        before_data: impl Future<Output = bool> + Send + 'static,
    ) -> Result<Accepted, Error> {
        let (user, password, envelope) = (user.to_owned(), password.clone(), envelope.clone());
        let submitter = self.clone();
        let has_begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&has_begun);
        let submitting = self.runtime.spawn(async move {
            let before_data = async move {
                let goes_on = before_data.await;
                begins.store(goes_on, Ordering::SeqCst);
                goes_on
            };
            submitter.transact(&user, &password, &envelope, &message, before_data).await
        });
        submitting.await.unwrap_or_else(|_| {
            // ended by the end of the program, or by a mistake of ours
            Err(if has_begun.load(Ordering::SeqCst) { Error::Uncertain } else { Error::Closed })
        })
    }

    async fn open(&self) -> Result<Talk, Error> {
        let talk = self.dialer.open(self.deadline).await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(talk.offers().clone());
        Ok(talk)
    }

    async fn transact(
        &self,
        user: &str,
        password: &Secret,
        envelope: &Envelope,
        message: &Bytes,
        before_data: impl Future<Output = bool> + Send,
    ) -> Result<Accepted, Error> {
        let route = envelope.route()?;
        let nature = octets::look_at(message)?;
        let mut talk = self.open().await?;
        let asked_delivery = envelope.asks_delivery && talk.offers().dsn;
        let commands = route.commands(message.len(), nature, talk.offers())?;
        sign_in(&mut talk, user, password).await?;
        let outcome = match hand_over(&mut talk, envelope, &commands, message, before_data).await {
            Ok(reply) if reply.is_done() => Ok(Accepted { said: reply.said(), asked_delivery }),
            Ok(reply) if reply.code >= 400 => Err(Error::Refused(reply.said())),
            Ok(_) => Err(Error::Uncertain),
            Err(error) => Err(error),
        };
        if matches!(outcome, Ok(_) | Err(Error::Refused(_) | Error::Sender(_) | Error::Recipients(_))) {
            // the answer is for whoever waits; the good-bye is for nobody
            self.runtime.spawn(talk.end());
        }
        outcome
    }
}

/// From MAIL to the server's answer to the whole message. Where it ends early, the conversation ends with it: no server takes a
/// message whose end it did not get.
async fn hand_over(
    talk: &mut Talk,
    envelope: &Envelope,
    commands: &[String],
    message: &Bytes,
    before_data: impl Future<Output = bool> + Send,
) -> Result<Reply, Error> {
    let mut replies = talk.ask_all(commands).await?.into_iter();
    let sender = replies.next().ok_or(Error::Closed)?;
    if !sender.is_done() {
        return Err(match sender.code {
            WHO_ARE_YOU => Error::SignIn(sender.said()),
            code if NO_ROOM.contains(&code) => Error::Refused(sender.said()),
            _ => Error::Sender(sender.said()),
        });
    }
    let refused = replies.zip(&envelope.to).filter(|(reply, _)| !reply.is_done());
    let refused: Vec<_> = refused.map(|(reply, address)| (address.clone(), reply.said())).collect();
    if !refused.is_empty() {
        return Err(Error::Recipients(refused));
    }
    let ready = talk.ask("DATA\r\n").await?;
    if ready.code != SEND_IT {
        return Err(Error::Refused(ready.said()));
    }
    if !before_data.await {
        return Err(Error::Stopped);
    }
    talk.send(message).await
}
