//! What the header of a message says of it (RFC 5322 3.6).

use super::{Address, Moment};

/// The fields a list and a message page show. Texts are decoded; message ids stand without angle brackets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `Subject`; empty where there is none.
    pub subject: String,
    /// `From`, all of them, in order.
    pub from: Vec<Address>,
    /// `Sender`.
    pub sender: Option<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// `To`, groups dissolved.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`, as kept in one's own Sent and Drafts.
    pub bcc: Vec<Address>,
    /// `Date`, where it is one; else the server's INTERNALDATE is all there is.
    pub sent_date: Option<Moment>,
    /// `Message-ID`.
    pub message_id: Option<String>,
    /// `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// `References`.
    pub references: Vec<String>,
    /// `List-Id` (RFC 2919), without brackets.
    pub list_id: Option<String>,
    /// `Disposition-Notification-To` (RFC 8098 2.1): who asks to be told when this was read.
    pub receipt_to: Vec<Address>,
}
