//! What FETCH tells of a message (RFC 9051 7.5.2).

use bytes::Bytes;

use super::body_structure;
use super::thread::ThreadId;
use super::token::Value;
use crate::mail::{BodyStructure, Flag, Flags, ModSeq, Moment, Uid};

/// As `date` and `date-time` have them (RFC 9051 9).
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// One message's data. Everything is optional: servers add, leave out and repeat as they like.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fetched {
    /// Its sequence number at this moment.
    pub(super) sequence: u32,
    /// Its UID.
    pub uid: Option<Uid>,
    /// Its flags.
    pub flags: Option<Flags>,
    /// When the server got it.
    pub internal_date: Option<Moment>,
    /// When it came into this mailbox (RFC 8514); `None` where the mailbox does not know.
    pub save_date: Option<Moment>,
    /// Octets of the whole message.
    pub size: Option<u64>,
    /// The tree of its parts; [`BodyStructure::Opaque`] if it was told and not understood.
    pub structure: Option<BodyStructure>,
    /// The server's first line of text (RFC 8970).
    pub preview: Option<String>,
    /// The name of its conversation (RFC 8474).
    pub thread_id: Option<ThreadId>,
    /// Its mod-sequence.
    pub mod_seq: Option<ModSeq>,
    /// `BODY[section]`, by section in upper case: `1.2`, `HEADER`, `HEADER.FIELDS (FROM)`, `` for all. `None` for NIL.
    pub bodies: Vec<(String, Option<Bytes>)>,
}

impl Fetched {
    /// The octets of a section, by its beginning: servers may spell the rest in their own way.
    pub fn body(&self, section: &str) -> Option<&Bytes> {
        self.bodies.iter().find(|(name, _)| name == section).and_then(|(_, bytes)| bytes.as_ref())
    }

    /// When the server got it. A server without INTERNALDATE breaks RFC 3501 2.3.3; the epoch at least sorts last.
    pub fn arrived(&self) -> Moment {
        self.internal_date.unwrap_or(Moment { seconds: 0, offset_minutes: 0 })
    }

    /// Whether it tells more than what servers tell of flags on their own.
    pub(super) fn is_an_answer(&self) -> bool {
        self.size.is_some() || self.structure.is_some() || self.internal_date.is_some() || !self.bodies.is_empty()
    }

    /// Adds what another response tells of the same message.
    pub(super) fn merge(&mut self, other: Self) {
        self.sequence = other.sequence;
        self.flags = other.flags.or(self.flags.take());
        self.internal_date = self.internal_date.or(other.internal_date);
        self.save_date = self.save_date.or(other.save_date);
        self.size = self.size.or(other.size);
        self.structure = self.structure.take().or(other.structure);
        self.preview = self.preview.take().or(other.preview);
        self.thread_id = self.thread_id.take().or(other.thread_id);
        self.mod_seq = other.mod_seq.or(self.mod_seq);
        self.bodies.extend(other.bodies);
    }

    /// The octets of the header fields that were asked for.
    pub fn header_fields(&self) -> Option<&Bytes> {
        self.bodies.iter().find(|(name, _)| name.starts_with("HEADER.FIELDS")).and_then(|(_, bytes)| bytes.as_ref())
    }
}

/// What to fetch of a message. Nothing here marks it read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `UID`.
    Uid,
    /// `FLAGS`.
    Flags,
    /// `INTERNALDATE`.
    InternalDate,
    /// `SAVEDATE`.
    SaveDate,
    /// `RFC822.SIZE`.
    Size,
    /// `BODYSTRUCTURE`.
    Structure,
    /// `PREVIEW`, if the server makes one.
    Preview,
    /// `THREADID`.
    ThreadId,
    /// The header fields a list shows.
    ListFields,
    /// The header fields that a survey goes by.
    SurveyFields,
    /// `Message-ID`.
    MessageId,
    /// The whole header of the message, or of the message inside part `.0`.
    Header(crate::mail::PartPath),
    /// The header of a part itself (`MIME`), which a message inside a message has beside its own.
    Mime(crate::mail::PartPath),
    /// A part's octets, at most this many; the root is the whole message.
    Part(crate::mail::PartPath, Option<u32>),
    /// A part's octets, decoded by the server (RFC 3516).
    Decoded(crate::mail::PartPath),
    /// A part's octets from this one on.
    Rest(crate::mail::PartPath, u32),
}

impl Item {
    /// The words to send.
    pub fn words(&self) -> String {
        match self {
            Self::Uid => "UID".into(),
            Self::Flags => "FLAGS".into(),
            Self::InternalDate => "INTERNALDATE".into(),
            Self::SaveDate => "SAVEDATE".into(),
            Self::Size => "RFC822.SIZE".into(),
            Self::Structure => "BODYSTRUCTURE".into(),
            Self::Preview => "PREVIEW".into(),
            Self::ThreadId => "THREADID".into(),
            Self::ListFields => "BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE)]".into(),
            Self::SurveyFields => "BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE MESSAGE-ID LIST-ID)]".into(),
            Self::MessageId => "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]".into(),
            Self::Header(path) => format!("BODY.PEEK[{}]", Self::header_section(path)),
            Self::Mime(path) => format!("BODY.PEEK[{path}.MIME]"),
            Self::Part(path, None) => format!("BODY.PEEK[{path}]"),
            Self::Decoded(path) => format!("BINARY.PEEK[{path}]"),
            Self::Part(path, Some(octets)) => format!("BODY.PEEK[{path}]<0.{octets}>"),
            Self::Rest(path, from) => format!("BODY.PEEK[{path}]<{from}.{}>", u32::MAX),
        }
    }

    /// The section under which [`Fetched::body`] finds the header.
    pub fn header_section(path: &crate::mail::PartPath) -> String {
        if path.is_root() { "HEADER".into() } else { format!("{path}.HEADER") }
    }
}

/// Reads the values that follow `* n FETCH`.
pub(super) fn read(sequence: u32, values: Vec<Value>) -> Fetched {
    let mut fetched = Fetched { sequence, ..Fetched::default() };
    let Some(items) = values.first().and_then(Value::list) else { return fetched };
    let mut items = items.iter();
    while let Some(name) = items.next() {
        let Value::Atom(name) = name else { continue };
        let name = super::token::lenient(name).to_ascii_uppercase();
        let Some(value) = items.next() else { break };
        match name.as_str() {
            "UID" => fetched.uid = value.text().and_then(|text| text.parse().ok()),
            "FLAGS" => fetched.flags = value.list().map(flags),
            "INTERNALDATE" => fetched.internal_date = value.text().as_deref().and_then(internal_date),
            "SAVEDATE" => fetched.save_date = value.text().as_deref().and_then(internal_date),
            "RFC822.SIZE" => fetched.size = value.number(),
            "BODYSTRUCTURE" | "BODY" => fetched.structure = Some(body_structure::read(value)),
            "PREVIEW" => fetched.preview = value.text(),
            "THREADID" => {
                fetched.thread_id = value.list().and_then(|one| one.first()).and_then(Value::text).map(ThreadId);
            }
            "MODSEQ" => {
                fetched.mod_seq =
                    value.list().and_then(|one| one.first()).and_then(Value::number).and_then(ModSeq::new);
            }
            _ => {
                if let Some(section) = section(&name) {
                    fetched.bodies.push((section.to_owned(), value.bytes().cloned()));
                }
            }
        }
    }
    fetched
}

/// `BODY[HEADER]<0>` → `HEADER`.
fn section(name: &str) -> Option<&str> {
    let inside = name.strip_prefix("BODY[").or_else(|| name.strip_prefix("BINARY["))?;
    Some(&inside[..inside.rfind(']')?])
}

fn flags(values: &[Value]) -> Flags {
    values.iter().filter_map(Value::text).filter(|flag| flag != "\\Recent").map(|flag| Flag::from_wire(&flag)).collect()
}

/// `17-Jul-1996 02:44:25 -0700` (RFC 9051 9, `date-time`); the day may have a space for its first digit.
fn internal_date(text: &str) -> Option<Moment> {
    let mut words = text.split_ascii_whitespace();
    let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
    let mut date = date.split('-');
    let day = date.next()?.parse().ok()?;
    let month = date.next()?;
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    let year = date.next()?.parse().ok()?;
    let mut time = time.split(':').map(|number| number.parse::<u8>().ok());
    let time = (time.next()??, time.next()??, time.next()??);
    let zone: i16 = zone.parse().ok()?;
    Moment::from_civil((year, u8::try_from(month).ok()?, day), time, zone / 100 * 60 + zone % 100)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    fn fetch(items: &str) -> Fetched {
        read(1, token::values(&Bytes::copy_from_slice(items.as_bytes())))
    }

    #[test]
    fn odd_items_do_not_hide_the_others() {
        // the lines that imap-proto 0.17 ends a connection at, or panics
        for (items, what) in [
            ("(UID 1 INTERNALDATE NIL)", "a date that is none"),
            ("(SNIPPET (FUZZY \"has ) paren\") UID 1)", "an unknown item"),
            ("(PREVIEW (FUZZY {3}\r\na)b) UID 1)", "an old form of PREVIEW"),
            ("( UID 1)", "a blank"),
            ("(FLAGS ()  UID 1)", "two blanks"),
            ("(BINARY[1] {3}\r\nabc UID 1)", "BINARY"),
            ("(BINARY[1] ~{3}\r\nabc UID 1)", "literal8"),
            ("(BINARY.SIZE[1] 42 UID 1)", "BINARY.SIZE"),
            ("(ENVELOPE (NIL \"a\\x\" ((NIL NIL \"a\" \"b\")) () NIL NIL NIL NIL NIL NIL) UID 1)", "a bad envelope"),
            ("(EMAILID (M1) THREADID NIL UID 1)", "object ids"),
            ("(BODYSTRUCTURE NIL UID 1)", "no structure"),
            ("(BODYSTRUCTURE () UID 1)", "an empty structure"),
        ] {
            assert_eq!(fetch(items).uid, Uid::new(1), "{what}");
        }
        assert_eq!(fetch("()"), Fetched { sequence: 1, ..Fetched::default() });
    }

    #[test]
    fn sizes_beyond_four_gigabytes_are_kept() {
        assert_eq!(fetch("(RFC822.SIZE 5000000000)").size, Some(5_000_000_000));
    }

    #[test]
    fn the_name_of_a_conversation_is_read_where_there_is_one() {
        assert_eq!(fetch("(THREADID (T64b478a75b7ea9))").thread_id, Some(ThreadId("T64b478a75b7ea9".into())));
        assert_eq!(fetch("(THREADID NIL)").thread_id, None);
    }

    #[test]
    fn previews_are_kept_in_every_form() {
        assert_eq!(fetch("(PREVIEW \"a (b\")").preview.as_deref(), Some("a (b"));
        assert_eq!(fetch("(PREVIEW {2}\r\n\"x)").preview.as_deref(), Some("\"x"));
        assert_eq!(fetch("(PREVIEW NIL UID 3)").preview, None);
    }

    #[test]
    fn bodies_are_found_by_their_section() {
        let fetched = fetch("(BODY[1.2]<0> {2}\r\nhi BODY[HEADER.FIELDS (FROM)] \"From: a\" BODY[] NIL)");
        assert_eq!(fetched.body("1.2").map(Bytes::as_ref), Some(&b"hi"[..]));
        assert_eq!(fetched.header_fields().map(Bytes::as_ref), Some(&b"From: a"[..]));
        assert_eq!(fetched.body(""), None);
    }

    #[test]
    fn arrival_is_read_with_its_zone() {
        let date = internal_date(" 7-Jul-1996 02:44:25 -0730").unwrap();
        assert_eq!((date.seconds, date.offset_minutes), (836_734_465, -450));
    }
}
