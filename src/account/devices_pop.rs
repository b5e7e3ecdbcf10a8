//! What a POP client would see of a person's mail: how much waits for it, since when, and whether it can tell what it has.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Account;
use super::account::locked;
use super::devices_check::{self, Finding};
use crate::mail::Moment;
use crate::mime::envelope;
use crate::pop3::{self, Dialer};

/// How long all of it may take: somebody waits for the page.
const WHOLE: Duration = Duration::from_secs(20);
/// For so long what was seen stands, and where the password was refused: as for the settings.
const STANDS: Duration = Duration::from_secs(10);
const STANDS_REFUSED: Duration = Duration::from_secs(60);

/// What waits for a POP client, as the server tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maildrop {
    /// Messages.
    pub messages: u32,
    /// Octets.
    pub octets: u64,
    /// Octets of the biggest one.
    pub biggest: u64,
    /// When the first of them was written; `None`: there is none, or it does not say.
    pub oldest: Option<Moment>,
    /// Whether each message has a name that lasts: then a program that leaves copies here knows what it has fetched.
    pub is_named: bool,
}

/// What came of looking, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopLook {
    /// When.
    pub at: Moment,
    /// The server that was asked, and its port.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What waits there, or why that is not known.
    pub outcome: Result<Maildrop, Finding>,
}

impl Account {
    /// Whether there is a POP3 server to be asked.
    pub fn has_pop(&self) -> bool {
        self.0.pop.is_some()
    }

    /// What was seen when it was last looked at.
    pub fn last_pop_look(&self) -> Option<Arc<PopLook>> {
        locked(&self.0.checkups.pop).as_ref().map(|(_, seen)| seen.clone())
    }

    /// Looks, with one sign-in as `user`; nothing there is changed. Whoever asks again in a moment is told the same. `None`: there
    /// is no server to ask.
    pub async fn look_by_pop(&self, user: &str) -> Option<Arc<PopLook>> {
        let dialer = self.0.pop.as_ref()?;
        let _one = self.0.checkups.running.lock().await;
        if let Some((at, seen)) = &*locked(&self.0.checkups.pop) {
            let is_refused = seen.outcome == Err(Finding::Refused);
            if at.elapsed() < if is_refused { STANDS_REFUSED } else { STANDS } {
                return Some(seen.clone());
            }
        }
        let looked = timeout(WHOLE, self.look(dialer, user)).await.unwrap_or(Err(pop3::Error::TimedOut));
        let seen = Arc::new(PopLook {
            at: devices_check::now(),
            host: dialer.server().host.clone(),
            port: dialer.server().port,
            outcome: looked.map_err(|error| devices_check::of_pop3(&error)),
        });
        *locked(&self.0.checkups.pop) = Some((Instant::now(), seen.clone()));
        Some(seen)
    }

    async fn look(&self, dialer: &Dialer, user: &str) -> Result<Maildrop, pop3::Error> {
        let mut maildrop = dialer.sign_in(user, &self.0.password).await?;
        let total = maildrop.total().await?;
        let sizes = maildrop.sizes().await?;
        let is_named = match maildrop.unique_ids().await {
            Ok(names) => names.len() == sizes.len(),
            Err(pop3::Error::Refused) => false,
            Err(error) => return Err(error),
        };
        let oldest = match sizes.first_key_value() {
            Some((number, _)) => match maildrop.top(*number, 0).await {
                Ok(header) => envelope(&header).sent_date,
                Err(pop3::Error::Refused) => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        // whatever it answers: everything was heard, and nothing was to be done
        maildrop.quit().await.ok();
        // what LIST says of each is what a client goes by; STAT may count what it would not show
        Ok(Maildrop {
            messages: u32::try_from(sizes.len()).unwrap_or(u32::MAX),
            octets: sizes.values().fold(0_u64, |sum, size| sum.saturating_add(*size)).max(total.octets),
            biggest: sizes.values().copied().max().unwrap_or(0),
            oldest,
            is_named,
        })
    }
}
