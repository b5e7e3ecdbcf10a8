//! A message sent once more, as it is, to somebody else (RFC 5322 3.6.6).

use super::{Account, Error, Made, Sending, What, When};
use crate::mail::{About, Draft, MessageRef};
use crate::mime::{self, Resending};

impl Account {
    /// Sends a message once more. Nothing of it changes, its writer, date and name neither: above it stands who sends it on,
    /// when and to whom, and under the name of that it goes once, however often it is asked for. The original is marked as
    /// passed on when it went.
    pub async fn resend(&self, message: &MessageRef, by: &Resending, when: When) -> Result<Sending, Error> {
        let octets = self.octets_of(message).await?;
        let octets = octets.ok_or_else(|| Error::NotFound(What::Message(message.mailbox.clone())))?;
        let outline = Draft {
            from: by.from.clone(),
            to: by.to.clone(),
            cc: by.cc.clone(),
            subject: mime::envelope(&octets).subject,
            about: Some(About::Forwards(vec![message.clone()])),
            ..Draft::new(by.message_id.clone(), by.date)
        };
        let resent = mime::resent(&octets, by).into();
        self.send_made(outline, resent, Made::Resent(message.clone()), when).await
    }
}
