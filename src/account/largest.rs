//! What the submission server can do, known before anything is sent: the largest message that it takes (`SIZE`, RFC 1870),
//! whether it tells of delivery (`DSN`, RFC 3461), and for how long it holds a message back (`FUTURERELEASE`, RFC 4865).

use std::time::Duration;

use tokio::time::timeout;

use super::Account;

/// How long somebody who sends a file ahead waits to hear it.
const PATIENCE: Duration = Duration::from_secs(2);

impl Account {
    /// Asks the submission server what it takes, if nobody asked it yet; nobody waits for the answer.
    pub fn meet_submission(&self) {
        let Some(outgoing) = self.0.outgoing.clone().filter(|outgoing| outgoing.submitter.known_offers().is_none())
        else {
            return;
        };
        self.0.connections.runtime().clone().spawn(async move {
            if let Err(error) = outgoing.submitter.offers(None).await {
                tracing::info!(%error, "the submission server could not be asked what it takes");
            }
        });
    }

    /// Octets of the largest message that goes, as it was told last; `None` where nobody was told, or there is no limit.
    pub fn largest_message(&self) -> Option<u64> {
        self.0.outgoing.as_ref()?.submitter.known_offers()?.size
    }

    /// The same, asked now where nobody asked before; `None` too where the server can't be had in time.
    pub async fn ask_largest_message(&self) -> Option<u64> {
        let outgoing = self.0.outgoing.as_ref()?;
        match outgoing.submitter.known_offers() {
            Some(offers) => offers.size,
            None => timeout(PATIENCE, outgoing.submitter.offers(None)).await.ok()?.ok()?.size,
        }
    }
    /// Whether it tells of delivery, as it was told last; `None` where nobody was told.
    pub fn confirms_delivery(&self) -> Option<bool> {
        Some(self.0.outgoing.as_ref()?.submitter.known_offers()?.dsn)
    }

    /// For how long it holds a message back itself, nought where it does not, as it was told last; `None` where nobody was told.
    pub fn longest_hold(&self) -> Option<Duration> {
        Some(self.0.outgoing.as_ref()?.submitter.known_offers()?.longest_hold.unwrap_or_default())
    }
}
