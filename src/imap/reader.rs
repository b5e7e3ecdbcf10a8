//! A connection to an account elsewhere, of which mail is read and nothing is changed; or nothing but what was asked for.

use super::dial::Dialer;
use super::login::{Credentials, greet, sign_in};
use super::overview::WithQuota;
use super::shelf::Shelf;
use super::{Error, Link};
use crate::mail::{Mailbox, MailboxName, Secret};

impl Dialer {
    /// Connects and proves who it is, once. Mailboxes are examined, not selected: no mark changes, `\Recent` neither.
    pub async fn sign_in_to_read(&self, user: &str, password: &Secret) -> Result<Link, Error> {
        let mut link = self.sign_in_to_take(user, password).await?;
        link.is_reading = true;
        Ok(link)
    }

    /// As [`Self::sign_in_to_read`], with mailboxes selected: messages can be deleted.
    pub async fn sign_in_to_take(&self, user: &str, password: &Secret) -> Result<Link, Error> {
        let credentials = Credentials { user: user.to_owned(), password: password.clone(), client: None };
        let greeted = greet(self).await?;
        let signed_in = sign_in(self, greeted, &credentials).await?;
        Ok(Link::new(signed_in.session, signed_in.capabilities, self.deadline(), Shelf::default()))
    }
}

impl Link {
    /// The mailboxes there are, whichever is open.
    pub async fn mailboxes(&mut self) -> Result<Vec<Mailbox>, Error> {
        Ok(self.select_with_tree(&MailboxName::inbox(), WithQuota::Left).await?.mailboxes)
    }

    /// Says good-bye; no answer is waited for.
    pub async fn sign_off(&mut self) {
        self.log_out().await;
    }
}
