//! One message, open.

use std::sync::Arc;

use super::Explained;
use crate::mail::{
    Authenticity, Doubt, Envelope, Flags, Mailbox, MessageRef, Moment, PartPath, ReceiptAsked, Uid, Unsubscribe,
};

/// A piece of what the message says, to be shown in order.
#[derive(Debug, Clone)]
pub enum Body {
    /// Text, decoded; flowed lines are joined (RFC 3676).
    Text {
        /// The part it came from.
        path: PartPath,
        /// The text, at most 2 MiB of it.
        text: String,
        /// Whether there is more than is shown here.
        cut: bool,
    },
    /// HTML, to be shown in a frame of its own: see `Account::open_html`.
    Html {
        /// The part.
        path: PartPath,
    },
    /// An inline picture between the texts.
    Image {
        /// The part.
        path: PartPath,
        /// Its name, never empty.
        name: String,
    },
    /// A message inside the message: whose, and what it says.
    Message {
        /// The `message/rfc822` part.
        path: PartPath,
        /// Its header.
        envelope: Box<Envelope>,
        /// Its bodies.
        bodies: Vec<Body>,
    },
}

/// A part offered as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The part.
    pub path: PartPath,
    /// A safe file name, never empty (`A-02`).
    pub name: String,
    /// The declared type, lower case; for an icon and words, never for a response header.
    pub media_type: String,
    /// Decoded octets, near enough to show (exact where the encoding keeps the size).
    pub size: u64,
}

/// The messages beside this one in the list it was opened from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// The one above it; in the usual order the next newer one.
    pub before: Option<Uid>,
    /// The one below it.
    pub after: Option<Uid>,
    /// The place counted from the top, from 1; 0 if it is not known.
    pub place: u32,
    /// How many messages the list has.
    pub total: u32,
}

/// A message, open; marked read by opening it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Which it is.
    pub message: MessageRef,
    /// Where it lies.
    pub mailbox: Mailbox,
    /// Its marks, after opening.
    pub flags: Flags,
    /// Its header.
    pub envelope: Arc<Envelope>,
    /// What the mail server found out about its sender.
    pub authenticity: Authenticity,
    /// What is doubtful about that, the gravest first.
    pub doubts: Vec<Doubt>,
    /// The domain in `From` as people read it and as the network spells it, where that differs.
    pub readable_domain: Option<(String, String)>,
    /// Whether it asks to be told that it was opened.
    pub receipt: Option<ReceiptAsked>,
    /// The ways out of a mailing.
    pub unsubscribe: Unsubscribe,
    /// When the server got it.
    pub internal_date: Moment,
    /// Its size in octets.
    pub size: u64,
    /// The start of its text, one line; empty where it could not be had.
    pub preview: Arc<str>,
    /// What it says.
    pub bodies: Vec<Body>,
    /// Pieces of what it says that are not among those (`D-02`, `D-03`).
    pub left_out: usize,
    /// What it carries, without inline pictures that its HTML shows.
    pub attachments: Vec<Attachment>,
    /// What it tells beside its text.
    pub explained: Explained,
    /// Its neighbours.
    pub neighbours: Neighbours,
    /// Whether it could not be understood and this is what could be read.
    pub damaged: bool,
}
