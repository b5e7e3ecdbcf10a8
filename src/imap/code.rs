//! Response codes (RFC 9051 7.1, RFC 5530, RFC 4315).

use bytes::Bytes;

use super::token::{self, Value};
use crate::mail::{Uid, UidSet, UidValidity};

/// The machine's part of a status response, in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Code {
    /// None, or one that says nothing to us.
    #[default]
    None,
    /// `ALERT`: must be shown to the person.
    Alert,
    /// `CAPABILITY`.
    Capability(Vec<String>),
    /// `UIDVALIDITY`.
    UidValidity(UidValidity),
    /// `UIDNEXT`.
    UidNext(Uid),
    /// `HIGHESTMODSEQ`.
    HighestModSeq(u64),
    /// `PERMANENTFLAGS`.
    PermanentFlags(Vec<String>),
    /// `CLOSED`: what is told from now on is about the mailbox that is being opened (RFC 7162 3.2.11).
    Closed,
    /// `READ-ONLY`.
    ReadOnly,
    /// `TRYCREATE`: the mailbox does not exist and may be made.
    TryCreate,
    /// `NONEXISTENT`.
    NonExistent,
    /// `ALREADYEXISTS`.
    AlreadyExists,
    /// `OVERQUOTA`.
    OverQuota,
    /// `AUTHENTICATIONFAILED`, `AUTHORIZATIONFAILED`, `EXPIRED`.
    CredentialsRefused,
    /// `UNAVAILABLE`, `INUSE`, `SERVERBUG`, `CONTACTADMIN`: not now.
    Busy,
    /// `LIMIT`: too many connections, of this person or from this address.
    Limit,
    /// `BADCHARSET`.
    BadCharset,
    /// `COPYUID`: where copies went; both sets have the same order (RFC 4315 3).
    CopyUid {
        /// UIDVALIDITY of the target.
        validity: UidValidity,
        /// UIDs in the source.
        from: UidSet,
        /// UIDs in the target.
        to: UidSet,
    },
    /// `APPENDUID`.
    AppendUid {
        /// UIDVALIDITY of the mailbox.
        validity: UidValidity,
        /// The new message's UIDs.
        uids: UidSet,
    },
}

impl Code {
    /// Reads the code of a status response's text, `[…] human words`.
    pub(super) fn read(text: &Bytes) -> Self {
        let Some(inside) = text.strip_prefix(b"[") else { return Self::guess(text) };
        let end = memchr::memchr(b']', inside).unwrap_or(inside.len());
        let values = token::values(&text.slice(1..=end.min(text.len() - 1)));
        let values: Vec<Value> = values
            .into_iter()
            .map(|value| match value {
                Value::Atom(word) if word.ends_with(b"]") => Value::Atom(word.slice(..word.len() - 1)),
                other => other,
            })
            .collect();
        let Some(name) = values.first().and_then(Value::text) else { return Self::None };
        let argument = |at: usize| values.get(at).and_then(Value::text);
        let words = |from: usize| values.iter().skip(from).filter_map(Value::text).collect::<Vec<_>>();
        let found = match name.to_ascii_uppercase().as_str() {
            // Courier (5.0, 2021) says a full mailbox so
            "ALERT" if Self::guess(text) == Self::OverQuota => Some(Self::OverQuota),
            "ALERT" => Some(Self::Alert),
            "CAPABILITY" => Some(Self::Capability(words(1))),
            "UIDVALIDITY" => argument(1).and_then(|n| n.parse().ok()).map(Self::UidValidity),
            "UIDNEXT" => argument(1).and_then(|n| n.parse().ok()).map(Self::UidNext),
            "HIGHESTMODSEQ" => argument(1).and_then(|n| n.parse().ok()).map(Self::HighestModSeq),
            "PERMANENTFLAGS" => values
                .get(1)
                .and_then(Value::list)
                .map(|flags| Self::PermanentFlags(flags.iter().filter_map(Value::text).collect())),
            "CLOSED" => Some(Self::Closed),
            "READ-ONLY" => Some(Self::ReadOnly),
            "TRYCREATE" => Some(Self::TryCreate),
            "NONEXISTENT" => Some(Self::NonExistent),
            "ALREADYEXISTS" => Some(Self::AlreadyExists),
            "OVERQUOTA" => Some(Self::OverQuota),
            "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" => Some(Self::CredentialsRefused),
            "LIMIT" => Some(Self::Limit),
            "UNAVAILABLE" | "INUSE" | "SERVERBUG" | "CONTACTADMIN" => Some(Self::Busy),
            "BADCHARSET" => Some(Self::BadCharset),
            "COPYUID" => (|| {
                Some(Self::CopyUid {
                    validity: argument(1)?.parse().ok()?,
                    from: UidSet::parse(&argument(2)?)?,
                    to: UidSet::parse(&argument(3)?)?,
                })
            })(),
            "APPENDUID" => {
                (|| Some(Self::AppendUid { validity: argument(1)?.parse().ok()?, uids: UidSet::parse(&argument(2)?)? }))(
                )
            }
            _ => None,
        };
        found.unwrap_or_default()
    }

    /// Courier (5.0, 2021) and others refuse for quota without a code, Cyrus (3.6, 2022) and Courier for a mailbox that is
    /// none or is there already.
    fn guess(text: &[u8]) -> Self {
        let text = token::lenient(text).to_ascii_lowercase();
        let known = [
            ("quota", Self::OverQuota),
            ("does not exist", Self::NonExistent),
            ("doesn't exist", Self::NonExistent),
            ("already exists", Self::AlreadyExists),
        ];
        known.into_iter().find(|(words, _)| text.contains(words)).map_or(Self::None, |(_, code)| code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Code {
        Code::read(&Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn codes_are_read_whatever_follows_them() {
        assert_eq!(read("[ALERT]éx"), Code::Alert);
        assert_eq!(read("[ALERT] You exceeded your mail quota."), Code::OverQuota); // Courier 5.0
        assert_eq!(read("[OVERQUOTA] Quota exceeded"), Code::OverQuota);
        assert_eq!(read("[XODD foo"), Code::None);
        assert_eq!(read("done"), Code::None);
        assert_eq!(read("Mailbox does not exist"), Code::NonExistent); // Cyrus 3.6, Courier 5.0
        assert_eq!(read("Mailbox already exists"), Code::AlreadyExists); // Cyrus 3.6
        assert_eq!(read("["), Code::None);
        assert_eq!(read("[CAPABILITY IMAP4rev1 MOVE] in"), Code::Capability(vec!["IMAP4rev1".into(), "MOVE".into()]));
        assert_eq!(read("[PERMANENTFLAGS (\\Seen \\*)] ok"), Code::PermanentFlags(vec!["\\Seen".into(), "\\*".into()]));
    }

    #[test]
    fn copies_are_told_with_their_new_uids() {
        let expected = Code::CopyUid {
            validity: UidValidity::new(9).unwrap(),
            from: UidSet::parse("3:4").unwrap(),
            to: UidSet::parse("11,13").unwrap(),
        };
        assert_eq!(read("[COPYUID 9 3:4 11,13] done"), expected);
    }
}
