//! Addresses of a message, of its parts, and of what can be seen of it.

use super::urls::Urls;
use super::urls_compose::with_back;
use super::urls_encoding::{encode_mailbox, percent_encode};
use crate::mail::{MailboxName, MessageId, MessageRef, PartPath, UidValidity};

/// That what an answer quotes is to be folded away.
pub(super) const FOLDED: &str = "quotes=folded";

impl Urls {
    /// One message.
    pub fn message(&self, message: &MessageRef) -> String {
        format!("{}/{}", self.messages_of(&message.mailbox, message.uid_validity), message.uid)
    }

    /// What the addresses of a mailbox's messages have in common; a slash and the UID follow.
    pub fn messages_of(&self, mailbox: &MailboxName, uid_validity: UidValidity) -> String {
        format!("{}/message/{}/{uid_validity}", self.base(), encode_mailbox(mailbox))
    }

    /// One message opened from a list (`list` is the end of that list's address), its remote pictures shown: `show` says
    /// that a person asked for them.
    pub fn message_shown(&self, message: &MessageRef, list: &str, show: &str) -> String {
        with_show(self.message(message) + list, show)
    }

    /// The framed HTML of a part; `show` as in [`Self::message_shown`], or empty; `folded`: what it quotes is folded away.
    pub fn body(&self, message: &MessageRef, path: &PartPath, show: &str, folded: bool) -> String {
        let part = (!path.is_root()).then(|| format!("part={path}"));
        let query: Vec<String> = part.into_iter().chain(folded.then(|| FOLDED.to_owned())).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        with_show(format!("{}/body{mark}{}", self.message(message), query.join("&")), show)
    }

    /// What to ask for remote pictures of a message, and what is asked for each of them.
    pub fn remote(&self, message: &MessageRef) -> String {
        format!("{}/remote", self.message(message))
    }

    /// A remote picture of a message, by its signed token.
    pub fn remote_picture(&self, message: &MessageRef, token: &str) -> String {
        format!("{}?t={token}", self.remote(message))
    }

    /// A part as a file; its name is the last segment, for programs that save by it.
    pub fn part(&self, message: &MessageRef, path: &PartPath, name: &str) -> String {
        format!("{}/part/{path}/{}", self.message(message), percent_encode(name))
    }

    /// A picture of the message, shown in place.
    pub fn inline(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/inline/{path}", self.message(message))
    }

    /// A small picture of a picture.
    pub fn thumbnail(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/thumbnail/{path}", self.message(message))
    }

    /// A part in a page of its own.
    pub fn view(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/view/{path}", self.message(message))
    }

    /// What to post an attached message to, for it to be saved into a folder.
    pub fn save(&self, message: &MessageRef, path: &PartPath) -> String {
        format!("{}/save/{path}", self.message(message))
    }

    /// All files of a message in one.
    pub fn attachments_zip(&self, message: &MessageRef) -> String {
        format!("{}/attachments.zip", self.message(message))
    }

    /// The message as it came.
    pub fn source(&self, message: &MessageRef) -> String {
        format!("{}/source", self.message(message))
    }

    /// All header fields.
    pub fn headers(&self, message: &MessageRef) -> String {
        format!("{}/headers", self.message(message))
    }

    /// The conversation that the message is in.
    pub fn conversation(&self, message: &MessageRef) -> String {
        format!("{}/conversation", self.message(message))
    }

    /// A message, to be sent once more to somebody else.
    pub fn resend(&self, message: &MessageRef, back: &str) -> String {
        with_back(format!("{}/resend", self.message(message)), back)
    }

    /// What an answer to a message's invitation is sent to.
    pub fn answer(&self, message: &MessageRef) -> String {
        format!("{}/answer", self.message(message))
    }

    /// What the answer to a message that asks for a receipt is sent to.
    pub fn receipt(&self, message: &MessageRef) -> String {
        format!("{}/receipt", self.message(message))
    }

    /// As [`Self::resend`], gone on with: under the name that it had.
    pub fn resend_again(&self, message: &MessageRef, id: &MessageId, back: &str) -> String {
        with_back(format!("{}?id={}", self.resend(message, ""), percent_encode(id.as_str())), back)
    }

    /// The page that says how to get out of a mailing.
    pub fn unsubscribe(&self, message: &MessageRef) -> String {
        format!("{}/unsubscribe", self.message(message))
    }

    /// The message on paper; `show` as in [`Self::message_shown`], or empty.
    pub fn print(&self, message: &MessageRef, show: &str) -> String {
        with_show(format!("{}/print", self.message(message)), show)
    }
}

/// What names a message on a page with several, whichever mailboxes they are from.
pub(super) fn anchor(message: &MessageRef) -> String {
    format!("m{}-{}", message.uid_validity.number(), message.uid.number())
}

/// An address that says of remote pictures that they are shown; `show` as in [`Urls::message_shown`], or empty.
pub(super) fn with_show(address: String, show: &str) -> String {
    match (show.is_empty(), address.contains('?')) {
        (true, _) => address,
        (false, true) => format!("{address}&show={show}"),
        (false, false) => format!("{address}?show={show}"),
    }
}
