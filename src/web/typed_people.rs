//! Addresses as somebody typed them into a line of recipients: whom they mean, and what is wrong with each that is none.

use super::locale::Locale;
use super::shown::clean;
use super::typed::Complaint;
use crate::account::{recipients, recipients_so_far};
use crate::mail::{Address, AddressFault, NotAnAddress};

/// Recipients of one message.
const MOST_RECIPIENTS: usize = 1_000;

/// Whom a field names; what is no address yet stays as a name, and is complained of. `own` is the writer's address.
pub(super) fn people(
    field: &'static str,
    text: &str,
    own: &Address,
    locale: &Locale,
    complaints: &mut Vec<Complaint>,
) -> Vec<Address> {
    if has_break(text) {
        complaints.push(Complaint::new(field, locale.text("compose-address-lines"))); // I-05
        return Vec::new();
    }
    let wrong = recipients(text).err().unwrap_or_default();
    // a draft keeps what is no address yet
    let people = recipients_so_far(text);
    let own = domain(own);
    let unfinished = people.iter().filter(|one| !one.addr.is_empty() && !is_complete(one, own));
    let unfinished = unfinished.map(|one| NotAnAddress { text: one.addr.clone(), why: AddressFault::NoDomain });
    complaints.extend(wrong.into_iter().chain(unfinished).map(|one| complaint(field, &one, locale)));
    people
}

/// Whether there are too many of them.
pub(super) fn too_many(people: usize, locale: &Locale) -> Option<Complaint> {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let shown = locale.language.number(number(MOST_RECIPIENTS));
    let text = || locale.language.count("compose-too-many-people", number(people), [("most", shown.as_str())]);
    (people > MOST_RECIPIENTS).then(|| Complaint::new("to", text()))
}

/// A text that could end a line of a header (`I-05`).
pub(super) fn has_break(text: &str) -> bool {
    text.contains(['\r', '\n', '\0'])
}

/// What is wrong with what was typed in the place of an address.
pub(super) fn hint(why: AddressFault, locale: &Locale) -> String {
    let key = match why {
        AddressFault::NoAddress => "compose-address-none",
        AddressFault::NoLocalPart => "compose-address-local",
        AddressFault::NoDomain | AddressFault::Domain => "compose-address-domain",
        AddressFault::SeveralAts => "compose-address-ats",
        AddressFault::Blank => "compose-address-blank",
        AddressFault::Dots => "compose-address-dots",
        AddressFault::Comment => "compose-address-comment",
        AddressFault::Unclosed => "compose-address-unclosed",
        AddressFault::Behind => "compose-address-behind",
        AddressFault::Character(_) => "compose-address-character",
        AddressFault::TooLong => "compose-address-long",
    };
    match why {
        AddressFault::Character(one) => locale.language.say(key, [("character", clean(&one.to_string()).into())]),
        _ => locale.text(key).to_owned(),
    }
}

fn complaint(field: &'static str, wrong: &NotAnAddress, locale: &Locale) -> Complaint {
    let text = locale.language.say("compose-not-an-address", [("address", clean(&wrong.text).into())]);
    Complaint { hint: hint(wrong.why, locale), ..Complaint::new(field, text) }
}

fn domain(address: &Address) -> &str {
    address.addr.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether an address is one beyond the own house: `tove@kontor7` is not finished, unless everybody here is called so.
fn is_complete(address: &Address, own: &str) -> bool {
    let domain = domain(address);
    domain.contains('.') || domain.starts_with('[') || domain.eq_ignore_ascii_case(own)
}
