//! How a message begins, and what the page brings along for that.

use crate::mail::{Address, Envelope, Identity, Look, Mailto, MessageRef, Moment};

/// What a message begins as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Nothing, or what a link suggests.
    New(Mailto),
    /// An answer to who wrote it.
    Reply(MessageRef),
    /// An answer to everybody.
    ReplyAll(MessageRef),
    /// An answer to the list it came by; where there is none, to everybody.
    ReplyList(MessageRef),
    /// Passed on in the text.
    Forward(MessageRef),
    /// Passed on as files.
    ForwardAttached(Vec<MessageRef>),
    /// A draft that is gone on with, ours or another program's.
    Edit(MessageRef),
    /// Written once more from what it was: a message of its own.
    Again(MessageRef),
}

/// Where an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplyPlace {
    /// Below what it answers.
    #[default]
    Below,
    /// Above it.
    Above,
}

/// Makes the line above a quote.
pub type Attribution = Box<dyn Fn(&Address, Moment) -> String + Send + Sync>;
/// Makes the lines above a text that is passed on.
pub type Forwarded = Box<dyn Fn(&Envelope) -> String + Send + Sync>;

/// What the person likes, and the words of their language.
pub struct ReplyStyle {
    /// Where answers stand.
    pub place: ReplyPlace,
    /// Where the signature stands when the answer is above: above the quote too, or below it, which is the last of all.
    pub signature: ReplyPlace,
    /// When the message is begun, in the person's zone.
    pub now: Moment,
    /// Octets that nobody can guess, for its name.
    pub random: [u8; 16],
    /// The line above a quote: "On 2 March 2026 at 10:00, Ann Bee wrote:". Who wrote, and when.
    pub attribution: Attribution,
    /// The lines above a text that is passed on: that it is, and who wrote it to whom, when and about what. `Bcc` is not in the
    /// envelope.
    pub forwarded: Forwarded,
}

impl std::fmt::Debug for ReplyStyle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReplyStyle").field("place", &self.place).field("now", &self.now).finish_non_exhaustive()
    }
}

/// How the signature looks, where it has looks.
pub(super) fn look_of_signature(identity: Option<&Identity>) -> Option<Look> {
    let identity = identity?;
    let text = identity.signature.trim_end().to_owned();
    let html = identity.signature_html.clone().filter(|html| !html.is_empty() && !text.is_empty())?;
    Some(Look { text, html })
}

/// The text with the signature below it, behind its mark (RFC 3676 4.3).
pub(super) fn signed_below(text: &str, identity: &Identity) -> String {
    let signature = identity.signature.trim_end();
    if signature.is_empty() { text.to_owned() } else { format!("{text}\n\n-- \n{signature}") }
}

/// An empty place to write in above `below`, with the signature between them or as the last of all. Between them it has no mark,
/// which would make a signature of all that follows.
pub(super) fn signed_above(below: &str, identity: &Identity, style: &ReplyStyle) -> String {
    let signature = identity.signature.trim_end();
    match style.signature {
        _ if signature.is_empty() => format!("\n\n{below}"),
        ReplyPlace::Above => format!("\n\n{signature}\n\n{below}"),
        ReplyPlace::Below => signed_below(&format!("\n\n{}", below.trim_end_matches('\n')), identity),
    }
}

/// The looks of a quote and of the signature, in the order in which they stand in the text.
pub(super) fn in_order(quote: Option<Look>, signature: Option<Look>, signature_at: ReplyPlace) -> Vec<Look> {
    let both = match signature_at {
        ReplyPlace::Below => [quote, signature],
        ReplyPlace::Above => [signature, quote],
    };
    both.into_iter().flatten().collect()
}
