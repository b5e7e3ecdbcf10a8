//! A receipt that a message was opened, given or refused (RFC 8098, RFC 3503).
//!
//! The mark on the message comes first, for every program that reads this mailbox; under one name the receipt goes once, for
//! every page of ours. What is not sent after all takes the mark back.

use super::{Account, Error, Made, Opened, Queue, Sending, When};
use crate::mail::{Address, Draft, Flag, MessageId, MessageRef, Moment, Selection};
use crate::mime;

/// A receipt, with the words that go with it.
#[derive(Debug, Clone)]
pub struct ReceiptGiven {
    /// The name of the message that carries it: always the same for the same message.
    pub message_id: MessageId,
    /// When it is given.
    pub now: Moment,
    /// Who gives it.
    pub from: Address,
    /// The subject, in the language of the one who gives it.
    pub subject: String,
    /// What people read of it.
    pub text: String,
}

impl Account {
    /// Sends it to whoever asked. [`Error::Refused`]: the message asks for none, or it has no form for this address.
    pub async fn send_receipt(&self, opened: &Opened, given: &ReceiptGiven) -> Result<Sending, Error> {
        let asked = opened.receipt.as_ref().ok_or(Error::Refused)?;
        let (in_reply_to, references) = mime::answered_ids(&opened.envelope);
        let original = in_reply_to.first().cloned();
        let draft = Draft {
            from: given.from.clone(),
            to: asked.to.clone(),
            subject: given.subject.clone(),
            text: given.text.clone(),
            in_reply_to,
            references,
            ..Draft::new(given.message_id.clone(), given.now)
        };
        let octets = mime::receipt_answer(&draft, asked, original.as_ref()).ok_or(Error::Refused)?;
        let message = &opened.message;
        self.close_receipt(message).await?;
        let sending = self.send_made(draft, octets.into(), Made::Receipt(message.clone()), When::Now).await;
        match &sending {
            Ok(sending) => self.reopen_receipt(sending).await,
            Err(Error::Unknown) => {}
            Err(_) => self.unmark(message).await,
        }
        sending
    }

    /// None is sent, and no program asks once more.
    pub async fn close_receipt(&self, message: &MessageRef) -> Result<(), Error> {
        match self.set_flag(&Selection::from(message), &Flag::ReceiptSent, true).await {
            // a server that keeps no such marks: what was sent is known here
            Err(Error::Refused) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Takes the mark back of what was not sent, if it was a receipt.
    pub(super) async fn reopen_receipt(&self, sending: &Sending) {
        if let (Some(Made::Receipt(message)), Queue::Failed(_) | Queue::Cancelled) = (&sending.made, &sending.state) {
            self.unmark(message).await;
        }
    }

    async fn unmark(&self, message: &MessageRef) {
        if let Err(error) = self.set_flag(&Selection::from(message), &Flag::ReceiptSent, false).await {
            tracing::info!(%error, "a receipt was not sent, and its message is marked as if it was");
        }
    }
}
