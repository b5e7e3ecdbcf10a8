//! What machines report about mail: deliveries (RFC 3464), receipts (RFC 8098) and complaints (RFC 5965).

use super::{Envelope, Moment};

/// One report in a message. Everything in it is what somebody claims: anybody can write such a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// What became of a message on its way.
    Delivery(Delivery),
    /// What a recipient's program did with a message.
    Receipt(Receipt),
    /// Somebody complains about a message.
    Complaint(Complaint),
}

/// `message/delivery-status`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// One for each recipient it tells of.
    pub recipients: Vec<Recipient>,
    /// Recipients beyond those.
    pub more: usize,
    /// The server that reports (`Reporting-MTA`), without its type.
    pub reporter: String,
    /// The header of the message it is about, if it came back.
    pub original: Option<Box<Envelope>>,
}

/// What became of a message for one recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The address that the author wrote to.
    pub addr: String,
    /// Where it was sent on to, if that is another one.
    pub final_addr: String,
    /// What happened.
    pub outcome: Outcome,
    /// Why, as far as it can be told.
    pub cause: Cause,
    /// The enhanced status code as written (RFC 3463), empty where there is none.
    pub status: String,
    /// What the server said.
    pub diagnostic: String,
    /// The server that said so (`Remote-MTA`), without its type.
    pub server: String,
    /// Until when it will be tried (`Will-Retry-Until`).
    pub until: Option<Moment>,
}

/// `Action` (RFC 3464 2.3.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Given up.
    Failed,
    /// Not yet.
    Delayed,
    /// It is in the recipient's mailbox.
    Delivered,
    /// Handed to a server that tells nothing further.
    Relayed,
    /// Sent on to the members of a list or the targets of an alias.
    Expanded,
    /// Something else, or nothing, is written there.
    #[default]
    Unknown,
}

/// Why, in terms that help: families of enhanced status codes (RFC 3463 3, RFC 7372, RFC 7505).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cause {
    /// There is no such address.
    NoAddress,
    /// There is no such domain, or it takes no mail.
    NoDomain,
    /// The address is not written as one.
    BadAddress,
    /// The person has moved.
    Moved,
    /// The sender's address is not accepted.
    BadSender,
    /// The mailbox is switched off.
    Disabled,
    /// The mailbox is full.
    Full,
    /// The message is too large.
    TooLarge,
    /// A mailing list could not be expanded.
    ListTrouble,
    /// The server has no room.
    NoRoom,
    /// The server takes no mail now.
    Closed,
    /// The server does not answer.
    NoAnswer,
    /// No way to the server.
    NoRoute,
    /// The server is busy.
    Busy,
    /// The message goes round in circles.
    Loop,
    /// It took too long.
    Expired,
    /// The servers did not understand each other.
    Protocol,
    /// The form of the message is not accepted.
    Form,
    /// The other side refuses it: rules, filters, reputation.
    Refused,
    /// The sender may not write there.
    NotAllowed,
    /// Who sent it could not be proved.
    Unproven,
    /// A secure way was wanted and not to be had.
    Insecure,
    /// Nothing that can be told.
    #[default]
    Unknown,
}

/// `message/disposition-notification`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Whose program reports.
    pub addr: String,
    /// What it did.
    pub disposition: Disposed,
    /// Whether it did so on its own, without a person.
    pub automatic: bool,
}

/// `Disposition` (RFC 8098 3.2.6.2, and those of RFC 3798 before it).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disposed {
    /// It was shown.
    Displayed,
    /// It was deleted, seen or not.
    Deleted,
    /// It was sent on.
    Dispatched,
    /// It was dealt with by a program.
    Processed,
    /// Whoever got it wishes to say nothing.
    Denied,
    /// The program failed at it.
    Failed,
    /// Something else.
    #[default]
    Unknown,
}

/// `message/feedback-report`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure` …, lower case.
    pub kind: String,
    /// From which address the message came.
    pub source: String,
    /// Whom the message was sent to.
    pub recipient: String,
    /// The header of the message it is about.
    pub original: Option<Box<Envelope>>,
}
