//! People's cards in a message.

use serde::Serialize;

use super::locale::Locale;
use super::shown::clean;
use super::urls::Urls;
use crate::account::Explained;
use crate::mail::{Contact, Labelled, MessageRef, Place};

/// One card.
#[derive(Serialize)]
pub(super) struct ContactCard {
    name: String,
    facts: Vec<ContactFact>,
    file_url: String,
}

/// A line of it, with one value or several.
#[derive(Serialize)]
struct ContactFact {
    label: String,
    values: Vec<String>,
}

/// The cards in a message.
pub(super) fn contacts(explained: &Explained, message: &MessageRef, locale: &Locale, urls: &Urls) -> Vec<ContactCard> {
    let card = |(path, contact): &(crate::mail::PartPath, Contact)| ContactCard {
        name: match clean(&contact.name) {
            empty if empty.is_empty() => locale.text("contact-card").to_owned(),
            name => name,
        },
        facts: facts(contact, locale),
        file_url: urls.part(message, path, "contact.vcf"),
    };
    explained.contacts.iter().map(card).collect()
}

fn facts(contact: &Contact, locale: &Locale) -> Vec<ContactFact> {
    let mut facts = Vec::new();
    let mut add = |key: &str, values: Vec<String>| {
        if !values.is_empty() {
            facts.push(ContactFact { label: locale.text(key).to_owned(), values });
        }
    };
    let one = |text: &str| Some(clean(text)).filter(|text| !text.is_empty()).into_iter().collect::<Vec<_>>();
    let many = |values: &[Labelled]| values.iter().map(|value| placed(value, locale)).collect::<Vec<_>>();
    add("contact-organisation", one(&contact.organisation));
    add("contact-title", one(&contact.title));
    add("contact-mail", many(&contact.mails));
    add("contact-phone", many(&contact.phones));
    add("contact-address", many(&contact.addresses));
    add("contact-website", contact.websites.iter().map(|text| clean(text)).collect());
    facts
}

fn placed(value: &Labelled, locale: &Locale) -> String {
    let text = clean(&value.text);
    let key = match value.place {
        Place::Any => return text,
        Place::Home => "contact-home",
        Place::Work => "contact-work",
        Place::Mobile => "contact-mobile",
        Place::Fax => "contact-fax",
    };
    locale.language.say(key, [("text", text.into())])
}
