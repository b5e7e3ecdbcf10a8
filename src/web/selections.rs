//! Messages of several mailboxes in one form: what is done is what a page showed, message by message.
//!
//! A field `selection` is `{mailbox}/{uidvalidity}/{uids}`, the mailbox written as in an address and the UIDs as IMAP
//! writes a set: `Work~2FKunden/17/1:5,9`. A box on a page has one message in it, the page that asks before something is
//! done has them all.

use std::collections::BTreeMap;

use super::confirm::Field;
use super::error::Error;
use super::form::Fields;
use super::urls::{decode_mailbox, encode_mailbox};
use crate::mail::{MessageRef, Selection, UidSet};

/// What such a field is called.
pub(super) const FIELD: &str = "selection";

/// More messages than this can't be chosen on any page of ours.
pub(super) const MOST_CHOSEN: u64 = 100_000;

/// So many octets of a form are left to them: a form may have 1 MiB, and there is more in it.
const MOST_OCTETS: usize = 960 * 1024;

/// What a range of UIDs takes there: two numbers of ten digits, and a colon and a comma of three octets each.
const RANGE: usize = 26;

/// Chosen messages, a mailbox at a time; perhaps none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Selections(pub Vec<Selection>);

impl Selections {
    /// Reads every `selection` of a form. What is none, or more than any page offers, is a 404 (`C-09`); nothing is done
    /// then.
    pub(super) fn read(fields: &Fields) -> Result<Self, Error> {
        let mut ranges: BTreeMap<_, Vec<(u32, u32)>> = BTreeMap::new();
        for value in fields.all(FIELD) {
            let Selection { mailbox, uid_validity, uids } = parse(value).ok_or(Error::NotFound)?;
            ranges.entry((mailbox, uid_validity)).or_default().extend_from_slice(uids.ranges());
        }
        let merged = ranges.into_iter().map(|((mailbox, uid_validity), ranges)| Selection {
            mailbox,
            uid_validity,
            uids: ranges.into(),
        });
        let selections = Self(merged.collect());
        let messages = u64::try_from(selections.messages()).unwrap_or(u64::MAX);
        if messages > MOST_CHOSEN { Err(Error::NotFound) } else { Ok(selections) }
    }

    /// The hidden fields that [`Self::read`] makes the same selections of.
    pub(super) fn fields(selections: &[Selection]) -> Vec<Field> {
        let some = selections.iter().filter(|selection| !selection.uids.is_empty());
        some.map(|selection| Field::new(FIELD, value(selection))).collect()
    }

    /// As many of these as one form takes, and how many are left for another.
    pub(super) fn fitting(selections: Vec<Selection>) -> (Self, u64) {
        let (mut fits, mut left) = (Vec::new(), 0);
        let (mut messages, mut octets) = (MOST_CHOSEN, MOST_OCTETS);
        for Selection { mailbox, uid_validity, uids } in selections {
            let mut ranges = Vec::new();
            // name, UIDVALIDITY, and what parts them, each octet as three
            octets = octets.saturating_sub(3 * (FIELD.len() + encode_mailbox(&mailbox).len() + 16));
            for (first, last) in uids.ranges() {
                let length = u64::from(last - first) + 1;
                let taken = if octets < RANGE { 0 } else { length.min(messages) };
                left += length - taken;
                if let Some(more) = u32::try_from(taken).ok().and_then(|taken| taken.checked_sub(1)) {
                    ranges.push((*first, first + more));
                    messages -= taken;
                    octets -= RANGE;
                }
            }
            fits.push(Selection { mailbox, uid_validity, uids: ranges.into() });
        }
        (Self(fits), left)
    }

    /// How many messages there are.
    pub(super) fn messages(&self) -> usize {
        self.0.iter().map(|selection| selection.uids.len()).sum()
    }

    /// Whether nothing was chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|selection| selection.uids.is_empty())
    }
}

/// What a box for one message sends.
pub(super) fn value_of(message: &MessageRef) -> String {
    value(&message.into())
}

fn value(selection: &Selection) -> String {
    format!("{}/{}/{}", encode_mailbox(&selection.mailbox), selection.uid_validity, selection.uids)
}

fn parse(value: &str) -> Option<Selection> {
    let mut segments = value.split('/');
    let selection = Selection {
        mailbox: decode_mailbox(segments.next()?)?,
        uid_validity: segments.next()?.parse().ok()?,
        uids: UidSet::parse(segments.next()?)?,
    };
    segments.next().is_none().then_some(selection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{MailboxName, Uid, UidValidity};

    fn read(values: &[&str]) -> Result<Selections, Error> {
        let fields = values.iter().map(|value| (FIELD.to_owned(), (*value).to_owned()));
        Selections::read(&Fields::of(fields.collect()))
    }

    fn selection(mailbox: &str, uid_validity: u32, uids: &str) -> Selection {
        Selection {
            mailbox: MailboxName::new(mailbox).unwrap(),
            uid_validity: UidValidity::new(uid_validity).unwrap(),
            uids: UidSet::parse(uids).unwrap(),
        }
    }

    #[test]
    fn boxes_of_one_mailbox_become_one_selection() {
        let read = read(&["INBOX/7/9", "Work~2FKunden/17/1:5,9", "INBOX/7/3,4", "INBOX/7/9"]).unwrap();
        assert_eq!(read.0, [selection("INBOX", 7, "3:4,9"), selection("Work/Kunden", 17, "1:5,9")]);
        assert_eq!(read.messages(), 9);
    }

    #[test]
    fn one_mailbox_under_two_uidvalidities_stays_two_selections() {
        // the account says of one of them that its mailbox was rebuilt, and touches nothing there
        let read = read(&["A/1/1", "A/2/1"]).unwrap();
        assert_eq!(read.0, [selection("A", 1, "1"), selection("A", 2, "1")]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let some = [selection("INBOX", 1, "1,3,5:9"), selection("Ä ~ %2F/写真", u32::MAX, "4294967295")];
        for selections in [&some[..], &[selection("a..b", 3, "1:99990")]] {
            let fields = serde_json::to_value(Selections::fields(selections)).unwrap();
            let values: Vec<_> =
                fields.as_array().unwrap().iter().map(|field| field["value"].as_str().unwrap()).collect();
            assert_eq!(read(&values).unwrap().0, selections);
            assert!(fields.as_array().unwrap().iter().all(|field| field["name"] == FIELD));
        }
        let message = MessageRef {
            mailbox: MailboxName::new("Work/Kunden").unwrap(),
            uid_validity: UidValidity::new(17).unwrap(),
            uid: Uid::new(9).unwrap(),
        };
        assert_eq!(value_of(&message), "Work~2FKunden/17/9");
        assert_eq!(read(&[&value_of(&message)]).unwrap().0, [Selection::from(&message)]);
    }

    #[test]
    fn what_is_too_much_for_one_form_is_left_for_another() {
        let (all, left) = Selections::fitting(vec![selection("A", 1, "1:60000"), selection("B", 1, "1:40000")]);
        assert_eq!((all.messages(), left), (100_000, 0));
        let (some, left) = Selections::fitting(vec![selection("A", 1, "5:60004"), selection("B", 1, "1:50000")]);
        assert_eq!((some.0[1].clone(), left), (selection("B", 1, "1:40000"), 10_000));
        // of messages that lie apart the length of the form is what counts
        let apart: UidSet = (1..100_000).filter_map(|n| Uid::new(4_000_000_000 + 2 * n)).collect();
        let (some, left) = Selections::fitting(vec![Selection { uids: apart.clone(), ..selection("A", 1, "1") }]);
        assert!(left > 0 && some.messages() as u64 + left == apart.len() as u64);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for selection in &some.0 {
            form.append_pair(FIELD, &value(selection));
        }
        let form = form.finish().len();
        assert!((MOST_OCTETS / 3..MOST_OCTETS).contains(&form), "{form}");
    }

    #[test]
    fn nothing_chosen_is_nothing_and_not_an_empty_set() {
        assert!(read(&[]).unwrap().is_empty());
        let none = Selection { uids: UidSet::default(), ..selection("A", 1, "1") };
        assert_eq!(Selections::fields(std::slice::from_ref(&none)).len(), 0);
        assert!(Selections(vec![none]).is_empty());
    }

    #[test]
    fn what_is_no_selection_is_refused_whole() {
        // C-09
        let wrong = [
            "",
            "INBOX",
            "INBOX/7",
            "INBOX/7/",
            "INBOX/0/1",
            "INBOX/7/0",
            "INBOX/7/*",
            "INBOX/7/1:*",
            "INBOX/7/1/1",
            "/7/1",
            "a b/7/1",
            "~41/7/1",
            "../7/1",
            "INBOX/+7/1",
            "INBOX/7/ 1",
            "INBOX/4294967296/1",
        ];
        for wrong in wrong {
            assert!(matches!(read(&["INBOX/7/1", wrong]), Err(Error::NotFound)), "{wrong:?}");
        }
    }

    #[test]
    fn more_than_a_page_offers_is_refused() {
        assert_eq!(read(&["A/1/1:60000", "B/1/1:40000"]).unwrap().messages(), 100_000);
        // the same message twice is one message
        assert_eq!(read(&["A/1/1:100000", "A/1/1:100000"]).unwrap().messages(), 100_000);
        for wrong in [&["A/1/1:100001"][..], &["A/1/1:60000", "B/1/1:40001"], &["A/1/1:4294967295"]] {
            assert!(matches!(read(wrong), Err(Error::NotFound)), "{wrong:?}");
        }
    }
}
