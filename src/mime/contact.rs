//! People's cards: vCard 4.0 (RFC 6350), 3.0 (RFC 2426) and 2.1. Photos and keys are left in the file.

use super::content_line::{Line, lines};
use crate::mail::{Contact, Labelled, Place};

/// Cards of one file that are read.
const MOST: usize = 100;
/// Values of one kind of one card that are kept.
const MOST_VALUES: usize = 20;

/// The cards in a file that have anything to show.
pub fn contacts(text: &str) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut open: Option<(Contact, String)> = None;
    for line in lines(text) {
        match (line.name.as_str(), &mut open) {
            ("BEGIN", _) if line.value.trim().eq_ignore_ascii_case("VCARD") => {
                contacts.extend(open.take().and_then(finish));
                open = Some(Default::default());
            }
            ("END", _) if line.value.trim().eq_ignore_ascii_case("VCARD") => {
                contacts.extend(open.take().and_then(finish))
            }
            (_, Some((contact, parts))) => take(&line, contact, parts),
            _ => {}
        }
        if contacts.len() >= MOST {
            return contacts;
        }
    }
    contacts.extend(open.and_then(finish));
    contacts
}

fn finish((mut contact, parts): (Contact, String)) -> Option<Contact> {
    if contact.name.is_empty() {
        contact.name = parts;
    }
    let says_something = !contact.name.is_empty()
        || !contact.organisation.is_empty()
        || !contact.mails.is_empty()
        || !contact.phones.is_empty();
    says_something.then_some(contact)
}

/// One line of a card; `parts` is the name made of its parts.
fn take(line: &Line, contact: &mut Contact, parts: &mut String) {
    match line.name.as_str() {
        "FN" if contact.name.is_empty() => contact.name = line.text(),
        "N" if parts.is_empty() => {
            let fields = line.fields(';');
            let field = |at: usize| fields.get(at).cloned().unwrap_or_default();
            *parts = joined([field(3), field(1), field(2), field(0), field(4)], " ");
        }
        "ORG" if contact.organisation.is_empty() => contact.organisation = joined(line.fields(';'), ", "),
        "TITLE" if contact.title.is_empty() => contact.title = line.text(),
        "TEL" => {
            let text = line.text();
            add(&mut contact.phones, line, text.strip_prefix("tel:").unwrap_or(&text).to_owned());
        }
        "EMAIL" => {
            let text = line.text();
            add(&mut contact.mails, line, text.strip_prefix("mailto:").unwrap_or(&text).to_owned());
        }
        "ADR" => {
            let fields = line.fields(';');
            let field = |at: usize| fields.get(at).cloned().unwrap_or_default();
            let town = joined([field(5), field(3)], " ");
            let text = joined([field(0), field(1), field(2), town, field(4), field(6)], ", ");
            add(&mut contact.addresses, line, text);
        }
        "URL" if contact.websites.len() < MOST_VALUES => {
            contact.websites.extend(Some(line.text()).filter(|text| !text.is_empty()));
        }
        _ => {}
    }
}

fn add(values: &mut Vec<Labelled>, line: &Line, text: String) {
    let known = values.iter().any(|value| value.text == text);
    if text.is_empty() || known || values.len() >= MOST_VALUES {
        return;
    }
    let is = |kind: &str| line.has("TYPE", kind);
    let place = match () {
        () if is("CELL") => Place::Mobile,
        () if is("FAX") => Place::Fax,
        () if is("WORK") => Place::Work,
        () if is("HOME") => Place::Home,
        () => Place::Any,
    };
    values.push(Labelled { place, text });
}

fn joined(pieces: impl IntoIterator<Item = String>, between: &str) -> String {
    pieces.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(lines: &str) -> Contact {
        contacts(&format!("BEGIN:VCARD\n{lines}\nEND:VCARD\n")).remove(0)
    }

    #[test]
    fn a_card_says_who_and_how_to_reach_them() {
        let ann = one("VERSION:4.0\nFN:Ann Example\nN:Example;Ann;;Dr.;\nORG:Harbour\\, Ltd;Lights\nTITLE:Keeper\n\
            TEL;VALUE=uri;TYPE=\"cell,voice\":tel:+49-40-1\nitem1.TEL;TYPE=WORK,FAX:2\nEMAIL;TYPE=work:ann@example.org\n\
            ADR;TYPE=home:;;Kai 1;Hamburg;;20457;Germany\nURL:https://example.org\nPHOTO:data:image/svg+xml;base64,AAAA");
        assert_eq!((ann.name.as_str(), ann.organisation.as_str()), ("Ann Example", "Harbour, Ltd, Lights"));
        let said = |values: &[Labelled]| values.iter().map(|one| (one.place, one.text.clone())).collect::<Vec<_>>();
        assert_eq!(said(&ann.phones), [(Place::Mobile, "+49-40-1".into()), (Place::Fax, "2".into())]);
        assert_eq!(said(&ann.mails), [(Place::Work, "ann@example.org".into())]);
        assert_eq!(said(&ann.addresses), [(Place::Home, "Kai 1, 20457 Hamburg, Germany".into())]);
    }

    #[test]
    fn old_cards_are_read_too() {
        let card = one("VERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\nTEL;HOME;VOICE:1");
        assert_eq!(card.name, "Jörg Müller");
        assert_eq!(card.phones[0].place, Place::Home);
    }

    #[test]
    fn an_address_book_is_read_to_a_limit_and_empty_cards_are_none() {
        // D-03
        assert_eq!(contacts(&"BEGIN:VCARD\nFN:x\nEND:VCARD\n".repeat(1000)).len(), MOST);
        assert_eq!(contacts("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nFN:stray").len(), 0);
        let many = one(&(0..100).fold("FN:x".to_owned(), |lines, at| lines + &format!("\nTEL:{at}")));
        assert_eq!(many.phones.len(), MOST_VALUES);
        assert_eq!(contacts("BEGIN:VCARD\nFN:never closed").len(), 1);
    }
}
