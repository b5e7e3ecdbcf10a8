//! Attached messages, saved as messages.

use bytes::{Bytes, BytesMut};

use super::account::{Inner, Work};
use super::{Account, Error, What};
use crate::imap::{self, Purpose};
use crate::mail::{MailboxName, MessageRef, PartPath};
use crate::mime;

/// Octets of an attached message that can be saved: it is in memory for that moment.
const LARGEST: usize = 32 << 20;

impl Account {
    /// Saves an attached message into a mailbox of the person's tree, with the date it was sent on. Never done twice: where
    /// the connection is lost meanwhile it is not known ([`Error::Unknown`]).
    pub async fn save_message(&self, message: &MessageRef, path: &PartPath, to: &MailboxName) -> Result<(), Error> {
        let overview = self.overview().await?;
        if overview.find(to).is_none_or(|mailbox| !mailbox.selectable) {
            return Err(Error::NotFound(What::Mailbox(to.clone())));
        }
        let mut file = self.open_part(message, path).await?;
        if !matches!(file.media_type.as_str(), "message/rfc822" | "message/global" | "message/news") {
            return Err(Error::NotFound(What::Part(message.mailbox.clone())));
        }
        let mut octets = BytesMut::new();
        while let Some(piece) = file.bytes.next().await {
            octets.extend_from_slice(&piece?);
            if octets.len() > LARGEST {
                return Err(Error::Refused);
            }
        }
        let octets = fit_to_send(&octets);
        let date = mime::envelope(&octets).sent_date;
        let (inner, name) = (self.0.clone(), to.clone());
        let work: Work<()> = Box::new(move |link| {
            Box::pin(async move {
                let done = link.append(&name, &[], date, &octets).await;
                inner.saved();
                done.map(drop)
            })
        });
        self.run(Purpose::Transfer, work).await.map_err(|error| match error {
            imap::Error::Closed | imap::Error::TimedOut | imap::Error::Garbled(_) => Error::Unknown,
            other => Error::about(other, to),
        })
    }
}

impl Inner {
    /// Something arrived that no view knows of.
    pub(super) fn saved(&self) {
        self.counts_changed();
    }
}

/// With CR LF at the end of each line, and without NUL (RFC 9051 4.3.1 allows neither bare ones nor it in a literal).
pub(super) fn fit_to_send(message: &[u8]) -> Bytes {
    let mut fit = Vec::with_capacity(message.len() + message.len() / 32);
    let mut before = 0;
    for byte in message.iter().copied().filter(|byte| *byte != 0) {
        if byte == b'\n' && before != b'\r' {
            fit.push(b'\r');
        }
        fit.push(byte);
        before = byte;
    }
    fit.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_the_wire_wants_them() {
        assert_eq!(fit_to_send(b"a\nb\r\nc\0d\n"), &b"a\r\nb\r\ncd\r\n"[..]);
    }
}
