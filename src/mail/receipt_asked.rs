//! That a sender asks to be told when a message was opened.

use super::Address;

/// What a message asks for (RFC 8098 2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptAsked {
    /// Who would be told: `Disposition-Notification-To`, each once.
    pub to: Vec<Address>,
    /// Whether that is somebody else than the one whom the envelope named (RFC 8098 2.1): lists do that, and people who want
    /// to find out which addresses are read.
    pub is_elsewhere: bool,
    /// Whom the message was for when it was sent: `Original-Recipient`, its type before it; empty: it does not say.
    pub original_recipient: String,
}
