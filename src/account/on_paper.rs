//! How words of mail are written down: `mail` itself knows of no form but the wire's.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::mail::{MailboxName, Selection, UidSet, UidValidity};

/// A mailbox's name; the wire form too, where the text alone does not make it.
#[derive(Serialize, Deserialize)]
struct NameOnPaper {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wire: Option<Vec<u8>>,
}

impl From<&MailboxName> for NameOnPaper {
    fn from(name: &MailboxName) -> Self {
        Self { name: name.as_str().to_owned(), wire: name.wire_form().map(<[u8]>::to_vec) }
    }
}

impl NameOnPaper {
    fn read<E: de::Error>(self) -> Result<MailboxName, E> {
        let read = match &self.wire {
            Some(wire) => MailboxName::with_wire_form(&self.name, wire),
            None => MailboxName::new(&self.name),
        };
        read.map_err(E::custom)
    }
}

/// For `#[serde(with = "on_paper::mailbox")]`.
pub(super) mod mailbox {
    use super::*;

    pub(in crate::account) fn serialize<S: Serializer>(name: &MailboxName, to: S) -> Result<S::Ok, S::Error> {
        NameOnPaper::from(name).serialize(to)
    }

    pub(in crate::account) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<MailboxName, D::Error> {
        NameOnPaper::deserialize(from)?.read()
    }
}

/// For `#[serde(with = "on_paper::selections")]`.
pub(super) mod selections {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct OnPaper {
        #[serde(flatten)]
        mailbox: NameOnPaper,
        uid_validity: u32,
        uids: String,
    }

    pub(in crate::account) fn serialize<S: Serializer>(all: &[Selection], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(all.iter().map(|one| OnPaper {
            mailbox: (&one.mailbox).into(),
            uid_validity: one.uid_validity.number(),
            uids: one.uids.to_string(),
        }))
    }

    pub(in crate::account) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Selection>, D::Error> {
        let all = Vec::<OnPaper>::deserialize(from)?;
        all.into_iter()
            .map(|one| {
                let uid_validity =
                    UidValidity::new(one.uid_validity).ok_or_else(|| de::Error::custom("no UIDVALIDITY"))?;
                let uids = UidSet::parse(&one.uids).ok_or_else(|| de::Error::custom("no set of UIDs"))?;
                Ok(Selection { mailbox: one.mailbox.read()?, uid_validity, uids })
            })
            .collect()
    }
}
