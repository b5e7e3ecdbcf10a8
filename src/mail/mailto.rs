//! A message that a link begins (RFC 6068).

use super::{Address, MessageId};

/// What a `mailto:` address fills in. Everything in it is a stranger's suggestion: it is shown before anything is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailto {
    /// Who it goes to. What is no address there stands in the name, and has none.
    pub to: Vec<Address>,
    /// `cc`.
    pub cc: Vec<Address>,
    /// `bcc`.
    pub bcc: Vec<Address>,
    /// `subject`, one line.
    pub subject: String,
    /// `body`, lines end in LF.
    pub body: String,
    /// `in-reply-to`.
    pub in_reply_to: Vec<MessageId>,
}
