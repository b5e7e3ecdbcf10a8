//! What a server offers: for `fernpost check`.

use super::dial::Dialer;
use super::login::{Credentials, greet, sign_in};
use super::shelf::Shelf;
use super::{Capabilities, Error, ImapServer, Link};
use crate::mail::Secret;

/// What was found.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What the server offers; most offer more after sign-in.
    pub capabilities: Capabilities,
}

/// Connects as configured, secures the connection and reads the capabilities: those before sign-in, or those that somebody
/// has.
pub async fn probe(server: &ImapServer, who: Option<(&str, Secret)>) -> Result<Probe, Error> {
    let dialer = Dialer::new(server.clone())?;
    let greeted = greet(&dialer).await?;
    let Some((user, password)) = who else { return Ok(Probe { capabilities: greeted.capabilities }) };
    let credentials = Credentials { user: user.to_owned(), password, client: None };
    let signed_in = sign_in(&dialer, greeted, &credentials).await?;
    let mut link = Link::new(signed_in.session, signed_in.capabilities, dialer.deadline(), Shelf::default());
    let capabilities = link.capabilities().clone();
    link.log_out().await;
    Ok(Probe { capabilities })
}
