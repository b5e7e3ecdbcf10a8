//! What the outbox remembers of a message: written as JSON, sealed by the store.

use serde::{Deserialize, Serialize};

use super::adding::Name;
use super::queue::{Made, Why};
use crate::mail::{
    About, Draft, Flag, MailboxName, MessageId, MessageRef, Moment, Selection, Uid, UidSet, UidValidity,
};

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
    /// The others that it passes on.
    #[serde(default)]
    pub(super) forwards_too: Vec<Place>,
    /// The draft that is to be sent, once it is there.
    pub(super) draft: Option<Place>,
    /// What tells its content from another one under the same name; `None`: not known.
    #[serde(default)]
    pub(super) content: Option<String>,
    /// What it is, where it is no draft.
    #[serde(default)]
    pub(super) made: Option<MadeOf>,
    /// Which page's script was to send it, where one was.
    #[serde(default)]
    pub(super) saved_by: Option<String>,
    /// Whether somebody changed that one meanwhile, and theirs is among the drafts.
    #[serde(default)]
    pub(super) conflict: bool,
    /// The draft before that, as long as it may be there.
    pub(super) replaces: Option<Place>,
    /// The draft of the time before, where it is sent once more; as long as it may be there.
    #[serde(default)]
    pub(super) replaces_too: Option<Place>,
    /// Whether it may have gone out under this name before (`R-33`): no other content goes under it.
    #[serde(default)]
    pub(super) perhaps_sent: bool,
    /// Unix seconds: since when it is tried.
    pub(super) begun: i64,
    /// Unix seconds: until then the submission server holds it back.
    pub(super) held_until: Option<i64>,
    /// Whether its writer asked to be told of delivery, and nobody will tell: the submission server does not know how.
    #[serde(default)]
    pub(super) unconfirmed: bool,
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
        let (answers, forwards): (Option<Place>, &[MessageRef]) = match &draft.about {
            Some(About::Answers(message)) => (Some(message.into()), &[]),
            Some(About::Forwards(messages)) => (None, messages),
            None => (None, &[]),
        };
        let mut forwards = forwards.iter().map(Place::from);
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
            answers,
            forwards: forwards.next(),
            forwards_too: forwards.collect(),
            draft: None,
            content: None,
            made: None,
            saved_by: draft.saved_by.as_ref().map(ToString::to_string),
            conflict: false,
            replaces: replaces.map(Place::from),
            replaces_too: None,
            perhaps_sent: false,
            begun,
            held_until: None,
            unconfirmed: false,
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

    /// What is marked when it is sent, and how: messages of one mailbox together.
    pub(super) fn marks(&self) -> Vec<(Selection, Flag)> {
        let mut marks: Vec<(Selection, Flag)> = Vec::new();
        marks.extend(self.answers.iter().filter_map(Place::message).map(|it| (Selection::from(&it), Flag::Answered)));
        for message in self.forwards.iter().chain(&self.forwards_too).filter_map(Place::message) {
            let is_same = |of: &Selection| of.mailbox == message.mailbox && of.uid_validity == message.uid_validity;
            match marks.iter_mut().find(|(of, flag)| *flag == Flag::Forwarded && is_same(of)) {
                Some((of, _)) => of.uids = UidSet::new(of.uids.iter().chain([message.uid])),
                None => marks.push((Selection::from(&message), Flag::Forwarded)),
            }
        }
        if let Some(MadeOf::Receipt(place)) = &self.made {
            marks.extend(place.message().map(|it| (Selection::from(&it), Flag::ReceiptSent)));
        }
        marks
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
        assert_eq!(read.marks(), [(Selection::from(original), Flag::Answered)]);
        let replaces = read.replaces.and_then(|place| place.message()).unwrap();
        assert_eq!((&replaces, replaces.mailbox.wire_form()), (original, Some(&b"Entw&bad"[..])));
        assert_eq!((read.subject.as_str(), read.people.len(), read.begun), ("Gr\u{fc}\u{df}e", 5, 5));
        assert!(Letter::read(&letter.write().replace("\"version\":1", "\"version\":2")).is_none());
    }

    #[test]
    fn everything_that_is_passed_on_is_marked_mailbox_by_mailbox() {
        let at = |mailbox: &str, uid| MessageRef {
            mailbox: MailboxName::new(mailbox).unwrap(),
            uid_validity: UidValidity::new(7).unwrap(),
            uid: Uid::new(uid).unwrap(),
        };
        let messages = vec![at("INBOX", 9), at("Work", 1), at("INBOX", 3)];
        let draft = Draft { about: Some(About::Forwards(messages)), ..draft() };
        let read = Letter::read(&Letter::new("ann", &draft, None, 5).write()).unwrap();
        let of = |mailbox: &str, uids: &str| Selection {
            uids: UidSet::parse(uids).unwrap(),
            ..Selection::from(&at(mailbox, 1))
        };
        assert_eq!(read.marks(), [(of("INBOX", "3,9"), Flag::Forwarded), (of("Work", "1"), Flag::Forwarded)]);
        // what waits since before there could be several is understood
        let old = Letter::new("ann", &draft, None, 5).write();
        let (start, rest) = old.split_once(",\"forwards_too\":[").unwrap();
        let old = format!("{start}{}", rest.split_once(']').unwrap().1);
        assert_eq!(Letter::read(&old).unwrap().marks(), [(of("INBOX", "9"), Flag::Forwarded)]);
    }
}
