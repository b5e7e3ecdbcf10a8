//! A glance at a header: five fields as they stand there, read only as far as somebody asks. For those who look at a hundred thousand
//! of them.

use super::header_field::{Field, fields};
use super::{address_list, date, envelope};
use crate::mail::{Address, Moment};

/// The fields; of several of a name the first that is not empty.
#[derive(Debug, Default, Clone, Copy)]
pub struct Glance<'a> {
    from: Option<Field<'a>>,
    subject: Option<Field<'a>>,
    date: Option<Field<'a>>,
    message_id: Option<Field<'a>>,
    list_id: Option<Field<'a>>,
}

/// Looks at a header block, or at some fields of one.
pub fn glance(header: &[u8]) -> Glance<'_> {
    let mut glance = Glance::default();
    for field in fields(header).filter(|field| !field.raw.is_empty()) {
        let place = match field.name.len() {
            4 if field.is("from") => &mut glance.from,
            4 if field.is("date") => &mut glance.date,
            7 if field.is("subject") => &mut glance.subject,
            7 if field.is("list-id") => &mut glance.list_id,
            10 if field.is("message-id") => &mut glance.message_id,
            _ => continue,
        };
        place.get_or_insert(field);
    }
    glance
}

impl<'a> Glance<'a> {
    /// `From` as it stands there; empty without one. Two that are the same tell of the same [`Self::sender`].
    pub fn from_field(&self) -> &'a [u8] {
        raw(self.from)
    }

    /// `List-Id` as it stands there; empty without one.
    pub fn list_field(&self) -> &'a [u8] {
        raw(self.list_id)
    }

    /// What two copies of a message have in common: its id, and who wrote what when. `None` without an id.
    pub fn identity(&self) -> Option<[&'a [u8]; 4]> {
        self.message_id.map(|id| [id.raw, raw(self.from), raw(self.date), raw(self.subject)])
    }

    /// The first sender.
    pub fn sender(&self) -> Option<Address> {
        address_list::parse(&self.from?.unfolded(None)).into_iter().next()
    }

    /// The subject, decoded; empty without one.
    pub fn subject(&self) -> String {
        self.subject.map(|field| field.text(None)).unwrap_or_default()
    }

    /// `Date`, where it is one.
    pub fn date(&self) -> Option<Moment> {
        date::parse(&self.date?.unfolded(None))
    }

    /// The identifier of the mailing list, and what it calls itself, which may be empty (RFC 2919 3).
    pub fn list(&self) -> Option<(String, String)> {
        let field = self.list_id?;
        let id = envelope::list_id(&field, None)?;
        let text = field.text(None);
        let name = text.rsplit_once('<').map_or("", |(name, _)| name);
        Some((id, name.trim().trim_matches('"').trim().to_owned()))
    }
}

fn raw(field: Option<Field<'_>>) -> &[u8] {
    field.map_or(b"", |field| field.raw)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_asked_for_is_read() {
        let header = b"from: =?utf-8?Q?J=C3=BCrgen?= <J@x.example>, b@x\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\n au lait\r\n\
              Date: Tue, 13 Jan 2026 09:30:00 +0100\r\nMessage-ID: <1@x>\r\nList-Id: \"Rust users\" <rust.lists.example>\r\n\r\n";
        let seen = glance(header);
        assert_eq!(seen.sender(), Some(Address { name: "J\u{fc}rgen".into(), addr: "J@x.example".into() }));
        assert_eq!(seen.subject(), "caf\u{e9} au lait");
        assert_eq!(seen.date().map(|date| date.seconds), Some(1_768_293_000));
        assert_eq!(seen.list(), Some(("rust.lists.example".into(), "Rust users".into())));
        assert_eq!(seen.identity().map(|[id, ..]| id), Some(&b"<1@x>"[..]));
    }

    #[test]
    fn what_is_missing_or_empty_is_nothing() {
        let seen = glance(b"Subject: \r\nFrom: \r\nFrom: a@b\r\nX: y\r\n\r\n");
        assert_eq!((seen.subject().as_str(), seen.from_field()), ("", &b"a@b"[..]));
        assert!(seen.identity().is_none() && seen.list().is_none() && seen.date().is_none());
        assert_eq!(glance(b"List-Id: news.example").list(), Some(("news.example".into(), String::new())));
        assert_eq!(glance(b"List-Id: News <>").list(), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) { // D-05
            for name in ["", "From: ", "Date: ", "Subject: ", "List-Id: ", "Message-ID: "] {
                let header = [name.as_bytes(), &bytes].concat();
                let seen = glance(&header);
                let _ = (seen.sender(), seen.subject(), seen.date(), seen.list(), seen.identity());
            }
        }
    }
}
