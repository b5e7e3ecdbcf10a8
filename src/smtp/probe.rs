//! What a server shows and offers: for `fernpost check`, and for whoever wants to know whether their settings work.

use std::time::Duration;

use super::dial::Dialer;
use super::sign_in::sign_in;
use super::{Error, Offers, SmtpServer};
use crate::mail::Secret;
use crate::tls::Seen;

/// What was found.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Whose certificate was met; `None`: TLS did not come so far, or there is none.
    pub seen: Option<Seen>,
    /// What the server called itself; empty where it did not come so far.
    pub greeting: String,
    /// What the server offers, or what went wrong.
    pub outcome: Result<Offers, Error>,
}

/// Connects as configured and hears what is offered; with a name and password also whether they are taken. The password goes
/// over a connection that is believed or not at all, and once; to a server that knows no AUTH it does not go. No answer takes
/// longer than `deadline`.
pub async fn probe(server: &SmtpServer, who: Option<(&str, &Secret)>, deadline: Duration) -> Probe {
    let mut greeting = String::new();
    let (dialer, witness) = match Dialer::witnessed(server.clone()) {
        Ok(both) => both,
        Err(error) => return Probe { seen: None, greeting, outcome: Err(error) },
    };
    let outcome = look(&dialer, who, deadline, &mut greeting).await;
    Probe { seen: witness.seen(), greeting, outcome }
}

async fn look(
    dialer: &Dialer,
    who: Option<(&str, &Secret)>,
    deadline: Duration,
    greeting: &mut String,
) -> Result<Offers, Error> {
    let mut talk = dialer.open(deadline).await?;
    talk.greeting().clone_into(greeting);
    if let Some((user, password)) = who {
        sign_in(&mut talk, user, password).await?;
    }
    let offers = talk.offers().clone();
    talk.end().await;
    Ok(offers)
}
