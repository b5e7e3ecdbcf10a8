//! Reads LIST, STATUS and NAMESPACE (RFC 9051 7.3).

use super::mailbox_name;
use super::token::Value;
use crate::mail::{Counts, Mailbox, MailboxName, Role, UidValidity};

/// `* LIST (\HasNoChildren \Sent) "/" "Sent"`, with any extended data after it.
pub(super) fn read_list(values: &[Value]) -> Option<Mailbox> {
    let [Value::List(attributes), delimiter, name, ..] = values else { return None };
    let has = |word: &str| attributes.iter().any(|attribute| attribute.is(word));
    let role = [
        ("\\Drafts", Role::Drafts),
        ("\\Sent", Role::Sent),
        ("\\Archive", Role::Archive),
        ("\\Junk", Role::Junk),
        ("\\Trash", Role::Trash),
    ]
    .into_iter()
    .find(|(word, _)| has(word))
    .map(|(_, role)| role);
    let name = mailbox_name::from_wire(name.bytes()?).ok()?;
    Some(Mailbox {
        role: if name.is_inbox() { Some(Role::Inbox) } else { role },
        delimiter: delimiter.text().and_then(|text| text.chars().next()),
        selectable: !has("\\Noselect") && !has("\\NonExistent"),
        subscribed: has("\\Subscribed"),
        shared: false,
        gathers: has("\\All") || has("\\Flagged"),
        counts: None,
        name,
    })
}

/// What STATUS tells of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) counts: Counts,
    /// Tells one that was made anew from the one that is open.
    pub(super) uid_validity: Option<UidValidity>,
    /// What the next message will have for a UID.
    pub(super) uid_next: Option<u32>,
}

/// `* STATUS "INBOX" (MESSAGES 1 UNSEEN 0 …)`; unknown items are passed over.
pub(super) fn read_status(values: &[Value]) -> Option<(MailboxName, Status)> {
    let (name, items) = status_items(values)?;
    let item = |word: &str| items(word).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    let counts = Counts { messages: item("MESSAGES")?, unseen: item("UNSEEN")? };
    let uid_validity = item("UIDVALIDITY").and_then(UidValidity::new);
    Some((name, Status { counts, uid_validity, uid_next: item("UIDNEXT") }))
}

/// The mailbox of a STATUS response, and what finds its numbers by their names.
pub(super) fn status_items(values: &[Value]) -> Option<(MailboxName, impl Fn(&str) -> Option<u64> + '_)> {
    let [name, Value::List(items), ..] = values else { return None };
    let name = mailbox_name::from_wire(name.bytes()?).ok()?;
    let number = |word: &str| items.get(items.iter().position(|value| value.is(word))? + 1)?.number();
    Some((name, number))
}

/// Prefixes of other people's and shared namespaces (RFC 2342), and of one's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Namespaces {
    /// The personal prefix, `INBOX.` on Courier; mostly empty.
    pub personal: String,
    /// Prefixes under which mailboxes are somebody else's.
    pub others: Vec<String>,
}

/// `* NAMESPACE (("" "/")) NIL (("Shared/" "/"))`.
pub(super) fn read_namespaces(values: &[Value]) -> Namespaces {
    let prefixes = |at: usize| {
        let spaces = values.get(at).and_then(Value::list).unwrap_or_default();
        spaces.iter().filter_map(|space| mailbox_prefix(space.list()?.first()?)).collect::<Vec<String>>()
    };
    let others = prefixes(1).into_iter().chain(prefixes(2)).filter(|prefix| !prefix.is_empty()).collect();
    Namespaces { personal: prefixes(0).into_iter().next().unwrap_or_default(), others }
}

fn mailbox_prefix(value: &Value) -> Option<String> {
    let bytes = value.bytes()?;
    Some(super::utf7::decode(bytes).unwrap_or_else(|| super::token::lenient(bytes)))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::imap::token;

    fn values(text: &str) -> Vec<Value> {
        token::values(&Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn lists_are_read_with_extended_data() {
        let sent =
            read_list(&values(r#"(\HasNoChildren \Sent \Subscribed) "/" "Gesendet" ("CHILDINFO" ("SUBSCRIBED"))"#))
                .unwrap();
        assert_eq!((sent.role, sent.subscribed, sent.selectable), (Some(Role::Sent), true, true));
        let all = |line: &str| read_list(&values(line)).unwrap().gathers;
        assert!(all(r#"(\All) "/" "All Mail""#) && all(r#"(\Flagged) "/" Starred"#) && !all(r#"(\Archive) "/" Old"#));
        let renamed = read_list(&values(r#"(\Noselect) NIL New ("OLDNAME" ("Old"))"#)).unwrap();
        assert_eq!((renamed.delimiter, renamed.selectable), (None, false));
    }

    #[test]
    fn quotes_and_backslashes_in_names_survive() {
        let odd = read_list(&values(r#"() "." "a\"b\\c""#)).unwrap();
        assert_eq!(odd.name.as_str(), r#"a"b\c"#);
        let literal = read_list(&values("() \".\" {5}\r\na\"b\\c")).unwrap();
        assert_eq!(literal.name, odd.name);
    }

    #[test]
    fn an_attribute_is_compared_whole() {
        assert_eq!(read_list(&values(r#"(\Archived) "/" x"#)).unwrap().role, None);
    }

    #[test]
    fn status_reads_past_what_it_does_not_know() {
        let (_, status) =
            read_status(&values("INBOX (MAILBOXID (x) SIZE 5 MESSAGES 7 DELETED 0 UNSEEN 2 APPENDLIMIT NIL)")).unwrap();
        assert_eq!(status, Status { counts: Counts { messages: 7, unseen: 2 }, uid_validity: None, uid_next: None });
        assert_eq!(read_status(&values("INBOX (MESSAGES 7)")), None);
    }

    #[test]
    fn namespaces_tell_whose_a_mailbox_is() {
        let spaces = read_namespaces(&values(r#"(("INBOX." ".")) (("user." ".")) (("shared." ".")("" "."))"#));
        assert_eq!(spaces, Namespaces { personal: "INBOX.".into(), others: vec!["user.".into(), "shared.".into()] });
        assert_eq!(read_namespaces(&values(r#"(("" "/")) NIL NIL"#)), Namespaces::default());
    }
}
