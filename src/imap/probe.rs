//! What a server offers, without signing in: for `fernpost check`.

use super::dial::Dialer;
use super::login::greet;
use super::{Capabilities, Error, ImapServer};

/// What was found.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What the server offers before sign-in; most offer more after it.
    pub capabilities: Capabilities,
}

/// Connects as configured, secures the connection and reads the capabilities.
pub async fn probe(server: &ImapServer) -> Result<Probe, Error> {
    let greeted = greet(&Dialer::new(server.clone())?).await?;
    Ok(Probe { capabilities: greeted.capabilities })
}
