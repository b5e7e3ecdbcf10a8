//! What a server shows and offers: for `fernpost check`, and for whoever wants to know whether their settings work.

use std::time::Duration;

use super::dial::Greeted;
use super::sign_in::sign_in;
use super::{Dialer, Error, Offers, Pop3Server};
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
/// over a connection that is believed or not at all, and once. No answer takes longer than `deadline`.
pub async fn probe(server: &Pop3Server, who: Option<(&str, &Secret)>, deadline: Duration) -> Probe {
    let mut greeting = String::new();
    let (dialer, witness) = match Dialer::witnessed(server.clone()) {
        Ok((dialer, witness)) => (dialer.with_deadline(deadline), witness),
        Err(error) => return Probe { seen: None, greeting, outcome: Err(error) },
    };
    let outcome = look(&dialer, who, &mut greeting).await;
    Probe { seen: witness.seen(), greeting, outcome }
}

async fn look(dialer: &Dialer, who: Option<(&str, &Secret)>, greeting: &mut String) -> Result<Offers, Error> {
    let Greeted { mut talk, greeting: said, offers } = dialer.open().await?;
    *greeting = said;
    if let Some((user, password)) = who {
        sign_in(&mut talk, &offers, user, password).await?;
    }
    // what it answers is of no interest: everything was heard
    talk.say("QUIT\r\n").await.ok();
    Ok(offers)
}
