//! What a server shows and offers: for `fernpost check`, and for whoever wants to know whether their settings work.

use std::time::Duration;

use super::dial::Dialer;
use super::login::{Credentials, greet, sign_in};
use super::shelf::Shelf;
use super::{Capabilities, Error, ImapServer, Link};
use crate::mail::Secret;
use crate::tls::Seen;

/// What was found.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Whose certificate was met; `None`: TLS did not come so far, or there is none.
    pub seen: Option<Seen>,
    /// What the server called itself; empty where it did not come so far.
    pub greeting: String,
    /// What the server offers, most of them more after sign-in; or what went wrong.
    pub outcome: Result<Capabilities, Error>,
}

/// Connects as configured, secures the connection and reads the capabilities: those before sign-in, or those that somebody
/// has. The password goes over a connection that is believed or not at all, and once. No step takes longer than `deadline`.
pub async fn probe(server: &ImapServer, who: Option<(&str, Secret)>, deadline: Duration) -> Probe {
    let mut greeting = String::new();
    let (dialer, witness) = match Dialer::witnessed(server.clone()) {
        Ok((dialer, witness)) => (dialer.with_deadline(deadline), witness),
        Err(error) => return Probe { seen: None, greeting, outcome: Err(error) },
    };
    let outcome = look(&dialer, who, &mut greeting).await;
    Probe { seen: witness.seen(), greeting, outcome }
}

async fn look(dialer: &Dialer, who: Option<(&str, Secret)>, greeting: &mut String) -> Result<Capabilities, Error> {
    let greeted = greet(dialer).await?;
    greeting.clone_from(&greeted.greeting);
    let Some((user, password)) = who else { return Ok(greeted.capabilities) };
    let credentials = Credentials { user: user.to_owned(), password, client: None };
    let signed_in = sign_in(dialer, greeted, &credentials).await?;
    let mut link = Link::new(signed_in.session, signed_in.capabilities, dialer.deadline(), Shelf::default());
    let capabilities = link.capabilities().clone();
    link.log_out().await;
    Ok(capabilities)
}
