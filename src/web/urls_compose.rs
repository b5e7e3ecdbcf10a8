//! Addresses of writing: the composer and what it begins with, drafts, files, and what waits to be sent.

use super::urls::Urls;
use super::urls_encoding::{message_path, percent_encode};
use crate::mail::MessageRef;

/// From where a message is begun: a name of the query of `GET /compose`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// An answer to whoever wrote.
    Reply,
    /// An answer to everybody.
    ReplyAll,
    /// An answer to the mailing list.
    ReplyList,
    /// Passed on, its text below one's own.
    Forward,
    /// Passed on as a file.
    ForwardAttached,
    /// A draft, written on.
    Edit,
    /// The same once more, to be changed.
    Again,
}

impl Begin {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Reply, Self::ReplyAll, Self::ReplyList, Self::Forward, Self::ForwardAttached, Self::Edit, Self::Again];

    /// How an address calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyAll => "reply_all",
            Self::ReplyList => "reply_list",
            Self::Forward => "forward",
            Self::ForwardAttached => "forward_attached",
            Self::Edit => "edit",
            Self::Again => "again",
        }
    }
}

impl Urls {
    /// Where scripts ask for people whose names begin with what is typed.
    pub fn suggest(&self) -> String {
        format!("{}/compose/recipients", self.base())
    }

    /// What a composer's form is sent to.
    pub fn compose(&self) -> String {
        format!("{}/compose", self.base())
    }

    /// An empty composer; `back` is the page to come back to, an address of ours, or empty.
    pub fn write(&self, back: &str) -> String {
        with_back(self.compose(), back)
    }

    /// The composer with what was being written when a session ended.
    pub fn kept(&self) -> String {
        format!("{}?kept=1", self.compose())
    }

    /// The composer with a text that found no room among the drafts.
    pub fn unsaved(&self, number: u32) -> String {
        format!("{}?unsaved={number}", self.compose())
    }

    /// A composer that begins with a message.
    pub fn begin(&self, begin: Begin, message: &MessageRef, back: &str) -> String {
        with_back(format!("{}?{}={}", self.compose(), begin.name(), percent_encode(&message_path(message))), back)
    }

    /// A composer that a `mailto:` link opens.
    pub fn write_to(&self, mailto: &str, back: &str) -> String {
        with_back(format!("{}?mailto={}", self.compose(), percent_encode(mailto)), back)
    }

    /// What a browser is told to open for `mailto:` links; it puts the link in the place of `%s`.
    pub fn mailto_handler(&self) -> String {
        format!("{}{}?mailto=%s", self.origin(), self.compose())
    }

    /// Where scripts save drafts.
    pub fn drafts(&self) -> String {
        format!("{}/drafts", self.base())
    }

    /// Where scripts leave files.
    pub fn uploads(&self) -> String {
        format!("{}/uploads", self.base())
    }

    /// What waits to be sent, and what could not be.
    pub fn outbox(&self) -> String {
        format!("{}/outbox", self.base())
    }

    /// What to post to, for something to be done with a message that waits.
    pub fn outbox_act(&self, act: &str) -> String {
        format!("{}/outbox/{act}", self.base())
    }
}

/// `back` is the page to come back to, or empty.
pub(super) fn with_back(address: String, back: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    if back.is_empty() { address } else { format!("{address}{mark}back={}", percent_encode(back)) }
}
