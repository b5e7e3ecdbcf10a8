//! What the outbox remembers of a message: written as JSON, sealed by the store.

use serde::{Deserialize, Serialize};

use super::adding::Name;
use super::queue::{Made, Why};
use crate::mail::{About, Draft, Flag, MailboxName, MessageId, MessageRef, Moment, Uid, UidValidity};

/// The form of [`Letter`]; one of another version is not understood, and left alone.
const VERSION: u8 = 1;

/// What has to be known of a message to send it, file it and tell of it, whoever is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Letter {
    version: u8,
    /// The login name of its writer.
    pub(super) user: String,
    pub(super) message_id: String,
    /// When it was written, as its octets say: seconds, and minutes east of UTC.
    date: (i64, i16),
    /// The envelope's sender and recipients, each once.
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) asks_delivery: bool,
    /// Names and addresses of everybody it goes to, and the subject: for the list.
    pub(super) people: Vec<(String, String)>,
    pub(super) subject: String,
    /// What it answers or passes on.
    pub(super) answers: Option<Place>,
    pub(super) forwards: Option<Place>,
    /// The draft that is to be sent, once it is there.
    pub(super) draft: Option<Place>,
    /// What it is, where it is no draft.
    #[serde(default)]
    pub(super) made: Option<MadeOf>,
    /// The draft before that, as long as it may be there.
    pub(super) replaces: Option<Place>,
    /// Unix seconds: since when it is tried.
    pub(super) begun: i64,
    /// Unix seconds: until then the submission server holds it back.
    pub(super) held_until: Option<i64>,
    /// Why it was tried in vain.
    pub(super) why: Option<Why>,
}

/// What a message is that nobody wrote as a draft, and the message it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum MadeOf {
    Resent(Place),
    Answer(Place),
    Receipt(Place),
}

/// Where a message lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    mailbox: String,
    wire: Option<Vec<u8>>,
    uid_validity: u32,
    uid: u32,
}

impl Letter {
    pub(super) fn new(user: &str, draft: &Draft, replaces: Option<&MessageRef>, begun: i64) -> Self {
        let mut to: Vec<String> = Vec::new();
        for person in draft.recipients() {
            if !to.iter().any(|known| known.eq_ignore_ascii_case(&person.addr)) {
                to.push(person.addr.clone());
            }
        }
        let about = draft.about.as_ref();
        Self {
            version: VERSION,
            user: user.to_owned(),
            message_id: draft.message_id.as_str().to_owned(),
            date: (draft.date.seconds, draft.date.offset_minutes),
            from: draft.from.addr.clone(),
            to,
            asks_delivery: draft.asks_delivery,
            people: draft.recipients().map(|person| (person.name.clone(), person.addr.clone())).collect(),
            subject: draft.subject.clone(),
            answers: about.and_then(|about| if let About::Answers(it) = about { Some(it.into()) } else { None }),
            forwards: about.and_then(|about| if let About::Forwards(it) = about { Some(it.into()) } else { None }),
            draft: None,
            made: None,
            replaces: replaces.map(Place::from),
            begun,
            held_until: None,
            why: None,
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|letter: &Self| letter.version == VERSION)
    }

    /// A structure of texts and numbers always has a form; an empty one is never understood.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What its copies are found by.
    pub(super) fn name(&self) -> Option<Name> {
        let id = MessageId::parse(&self.message_id).ok()?;
        Some(if matches!(self.made, Some(MadeOf::Resent(_))) { Name::Resent(id) } else { Name::Own(id) })
    }

    /// When it was written, as its octets say.
    pub(super) fn date(&self) -> Moment {
        Moment { seconds: self.date.0, offset_minutes: self.date.1 }
    }

    /// What is marked when it is sent, and how.
    pub(super) fn marks(&self) -> impl Iterator<Item = (MessageRef, Flag)> {
        let answered = self.answers.as_ref().and_then(|place| Some((place.message()?, Flag::Answered)));
        let forwarded = self.forwards.as_ref().and_then(|place| Some((place.message()?, Flag::Forwarded)));
        let receipt = if let Some(MadeOf::Receipt(place)) = &self.made { place.message() } else { None };
        let receipt = receipt.map(|message| (message, Flag::ReceiptSent));
        answered.into_iter().chain(forwarded).chain(receipt)
    }
}

impl From<&Made> for MadeOf {
    fn from(made: &Made) -> Self {
        match made {
            Made::Resent(message) => Self::Resent(message.into()),
            Made::Answer(message) => Self::Answer(message.into()),
            Made::Receipt(message) => Self::Receipt(message.into()),
        }
    }
}

impl MadeOf {
    /// The same, where it lies; `None` if that is no place.
    pub(super) fn made(&self) -> Option<Made> {
        Some(match self {
            Self::Resent(place) => Made::Resent(place.message()?),
            Self::Answer(place) => Made::Answer(place.message()?),
            Self::Receipt(place) => Made::Receipt(place.message()?),
        })
    }
}

impl Place {
    /// The reference; `None` if it is none.
    pub(super) fn message(&self) -> Option<MessageRef> {
        let mailbox = match &self.wire {
            Some(wire) => MailboxName::with_wire_form(&self.mailbox, wire),
            None => MailboxName::new(&self.mailbox),
        };
        Some(MessageRef {
            mailbox: mailbox.ok()?,
            uid_validity: UidValidity::new(self.uid_validity)?,
            uid: Uid::new(self.uid)?,
        })
    }
}

impl From<&MessageRef> for Place {
    fn from(message: &MessageRef) -> Self {
        Self {
            mailbox: message.mailbox.as_str().to_owned(),
            wire: message.mailbox.wire_form().map(<[u8]>::to_vec),
            uid_validity: message.uid_validity.number(),
            uid: message.uid.number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Address;

    fn draft() -> Draft {
        let person = |addr: &str| Address { name: String::new(), addr: addr.to_owned() };
        let mailbox = MailboxName::with_wire_form("Entw\u{fc}rfe", b"Entw&bad").unwrap();
        let original = MessageRef { mailbox, uid_validity: UidValidity::new(7).unwrap(), uid: Uid::new(42).unwrap() };
        Draft {
            from: person("ann@x"),
            to: vec![person("bo@x"), person("Bo@X")],
            cc: vec![person("cy@x")],
            bcc: vec![person("di@x"), person("bo@x")],
            subject: "Gr\u{fc}\u{df}e".to_owned(),
            about: Some(About::Answers(original)),
            ..Draft::new(MessageId::parse("a@x").unwrap(), Moment { seconds: 9, offset_minutes: 60 })
        }
    }

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let draft = draft();
        let Some(About::Answers(original)) = &draft.about else { panic!() };
        let letter = Letter::new("ann", &draft, Some(original), 5);
        let read = Letter::read(&letter.write()).unwrap();
        assert_eq!(read.date(), draft.date);
        assert_eq!(read.to, ["bo@x", "cy@x", "di@x"], "each once, those of Bcc too");
        assert_eq!(read.marks().collect::<Vec<_>>(), [(original.clone(), Flag::Answered)]);
        let replaces = read.replaces.and_then(|place| place.message()).unwrap();
        assert_eq!((&replaces, replaces.mailbox.wire_form()), (original, Some(&b"Entw&bad"[..])));
        assert_eq!((read.subject.as_str(), read.people.len(), read.begun), ("Gr\u{fc}\u{df}e", 5, 5));
        assert!(Letter::read(&letter.write().replace("\"version\":1", "\"version\":2")).is_none());
    }
}
