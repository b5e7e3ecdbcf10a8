//! What is being sent, in the person's terms.

use serde::{Deserialize, Serialize};

use super::letter::{Letter, MadeOf};
use crate::mail::{Address, MessageId, MessageRef};
use crate::smtp;
use crate::store::{Entry, Stage};

/// When a message is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At once; the answer tells what became of it.
    Now,
    /// After so long, in which it can be called off.
    After(std::time::Duration),
    /// At this time, in Unix seconds; also while nobody is signed in.
    At(i64),
}

/// What became of a message that was to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Which.
    pub message_id: MessageId,
    /// How far it is.
    pub state: Queue,
    /// Where its draft lies, or lay before it was filed; `None` where the mail server had no room for one, or there was none.
    pub draft: Option<MessageRef>,
    /// What it is, where it was never a draft.
    pub made: Option<Made>,
    /// Everybody it goes to.
    pub to: Vec<Address>,
    /// Whether its draft was changed by somebody else meanwhile: theirs is among the drafts still (`R-42`).
    pub conflict: bool,
    /// Whether that is about another content than the one that was asked for now, with which nothing was done.
    pub is_other: bool,
    /// Whether it may have gone out (`R-33`), whatever was done with it since.
    pub perhaps_sent: bool,
    /// Unix seconds: until then the submission server holds it back, if it was asked to (RFC 4865).
    pub held_until: Option<i64>,
    /// Whether its writer asked to be told of delivery, and nobody will tell: the submission server does not know how.
    pub unconfirmed: bool,
}

/// A message that nobody writes on: it is made in one go of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// That one, sent once more by somebody else (RFC 5322 3.6.6).
    Resent(MessageRef),
    /// The answer to the invitation in that one (RFC 6047).
    Answer(MessageRef),
    /// The receipt that that one was opened (RFC 8098).
    Receipt(MessageRef),
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Queue {
    /// Not sent yet.
    Waiting {
        /// Unix seconds. In the past: as soon as its writer is there again.
        due: i64,
        /// Why it was tried in vain, if it was.
        after: Option<Why>,
    },
    /// On its way at this moment.
    Submitting,
    /// The submission server has taken it.
    Sent {
        /// Whether the copy is in Sent; if not, it is tried again, now and then and by `save_copy`. Nothing is sent again.
        filed: bool,
    },
    /// Not sent. The draft is there.
    Failed(Why),
    /// It may have been sent, or not (`R-33`). The draft is there; it is not sent again unless its writer says so.
    Uncertain,
    /// Not sent, and not wanted any more. The draft is there.
    Cancelled,
}

/// A message on the page of what is being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Which, how far, and where the draft is.
    pub sending: Sending,
    /// Unix seconds: since when it is so.
    pub since: i64,
    /// How often it was tried in vain.
    pub tries: u32,
    /// Its subject.
    pub subject: String,
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The operator named no submission server for this mail domain.
    NoServer,
    /// Nothing answers at the submission server's address.
    NoConnection,
    /// Its certificate is not the one we may trust, or TLS failed.
    Insecure,
    /// It did not take name and password.
    SignIn(Reply),
    /// It wants a sign-in of a kind that we don't know.
    NoWayToSignIn,
    /// It answered too late.
    TooSlow,
    /// It closed the connection before it had the message.
    Closed,
    /// It said what is no SMTP.
    Garbled,
    /// These are no addresses.
    NotAddresses(Vec<String>),
    /// It did not take these recipients, so nobody got anything (`R-35`).
    Recipients(Vec<(String, Reply)>),
    /// It did not take the sender.
    Sender(Reply),
    /// The message is too large; both in octets.
    TooLarge {
        /// Of this message.
        size: u64,
        /// What is taken.
        limit: u64,
    },
    /// It does not take letters outside ASCII before the `@`, as these have them; none: the message's own header has some.
    NeedsSmtpUtf8(Vec<String>),
    /// The message can't go by it: octets that it does not take.
    NotSendable,
    /// It did not take the message.
    Refused(Reply),
    /// The draft is not where it was: somebody deleted or changed it.
    DraftGone,
    /// The mail server, where the draft is, can't be had.
    NoMailServer,
    /// The mail server does not take the password any more.
    SignedOut,
    /// What has to be written down before could not be written here.
    NotKept,
}

/// What a submission server said (RFC 5321 4.2): its code and its text, of one line. A stranger's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// 200 to 599.
    pub code: u16,
    /// At most 500 characters.
    pub text: String,
}

impl From<smtp::Said> for Reply {
    fn from(said: smtp::Said) -> Self {
        Self { code: said.code, text: said.text }
    }
}

impl Why {
    /// Of everything but [`smtp::Error::Uncertain`] and [`smtp::Error::Stopped`], which are no reasons.
    pub(super) fn of(error: smtp::Error) -> Self {
        use smtp::Error as Smtp;
        match error {
            Smtp::Connect(_) => Self::NoConnection,
            Smtp::Insecure(_) => Self::Insecure,
            Smtp::SignIn(said) => Self::SignIn(said.into()),
            Smtp::NoWayToSignIn => Self::NoWayToSignIn,
            Smtp::TimedOut => Self::TooSlow,
            Smtp::Closed | Smtp::Stopped | Smtp::Uncertain => Self::Closed,
            Smtp::Garbled(_) => Self::Garbled,
            Smtp::NotAddresses(wrong) => Self::NotAddresses(wrong),
            Smtp::Recipients(refused) => {
                Self::Recipients(refused.into_iter().map(|(address, said)| (address, said.into())).collect())
            }
            Smtp::Sender(said) => Self::Sender(said.into()),
            Smtp::TooLarge { size, limit } => Self::TooLarge { size, limit },
            Smtp::NeedsSmtpUtf8(addresses) => Self::NeedsSmtpUtf8(addresses),
            Smtp::NeedsEightBit | Smtp::CannotHold | Smtp::NotSendable(_) => Self::NotSendable,
            Smtp::Refused(said) => Self::Refused(said.into()),
        }
    }
}

impl Sending {
    /// What a row says.
    pub(super) fn of(entry: &Entry, letter: &Letter) -> Option<Self> {
        let state = match entry.stage {
            Stage::Waiting => Queue::Waiting { due: entry.due, after: letter.why.clone() },
            Stage::New | Stage::Submitting | Stage::Handed => Queue::Submitting,
            Stage::Accepted => Queue::Sent { filed: false },
            Stage::Filed => Queue::Sent { filed: true },
            // a reason is written together with the stage
            Stage::Failed => Queue::Failed(letter.why.clone().unwrap_or(Why::NotKept)),
            Stage::Uncertain => Queue::Uncertain,
            Stage::Cancelled => Queue::Cancelled,
        };
        let message_id = MessageId::parse(&letter.message_id).ok()?;
        let made = letter.made.as_ref().and_then(MadeOf::made);
        let to = letter.people.iter().map(|(name, addr)| Address { name: name.clone(), addr: addr.clone() }).collect();
        Some(Self {
            message_id,
            state,
            draft: letter.draft.as_ref().and_then(|place| place.message()),
            made,
            to,
            conflict: letter.conflict,
            is_other: false,
            perhaps_sent: letter.perhaps_sent || entry.stage == Stage::Uncertain,
            held_until: letter.held_until,
            unconfirmed: letter.unconfirmed,
        })
    }
}

impl Queued {
    /// The same, for the list.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let letter = Letter::read(&entry.letter)?;
        let sending = Sending::of(entry, &letter)?;
        Some(Self { sending, since: entry.since, tries: entry.tries, subject: letter.subject })
    }
}
