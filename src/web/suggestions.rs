//! `GET /compose/recipients?q=`: people for what is being typed, as a list that the script puts below the field.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;

use super::error::Error;
use super::params::query_value;
use super::recipients::suggest;
use super::shown::{clean, initials_of, tone};
use super::visit::Visit;
use super::words::Language;
use crate::mail::Address;

/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;

/// The list.
#[derive(Serialize)]
pub(super) struct Suggestions {
    people: Vec<Person>,
    /// How many there are, for those who do not see them.
    status: String,
}

/// One of them.
#[derive(Serialize)]
struct Person {
    name: String,
    address: String,
    initials: String,
    tone: &'static str,
    /// What is put into the field.
    value: String,
}

/// At most eight; nobody stores them (`C-06`).
pub(super) async fn suggestions(visit: Visit) -> Result<HttpResponse, Error> {
    let typed: String = query_value(&visit.request, "q").unwrap_or_default().chars().take(LONGEST).collect();
    let found = Suggestions::new(&suggest(&typed, &visit).await?, &visit.locale.language);
    let templates = &visit.state.templates;
    let html = templates.render_component("suggestions", "found", &found, &visit.locale.language);
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html.map_err(Error::broken)?))
}

impl Suggestions {
    /// These people.
    pub(super) fn new(people: &[Address], language: &Language) -> Self {
        let person = |address: &Address| Person {
            name: clean(&address.name),
            address: clean(&address.addr),
            initials: initials_of(address),
            tone: tone(&address.addr),
            value: mailbox(address),
        };
        let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
        Self { people: people.iter().map(person).collect(), status: language.count("suggestions-count", count, []) }
    }
}

/// As somebody would type it (RFC 5322 3.4): the name in quotes where it would not be read as one without.
fn mailbox(address: &Address) -> String {
    let name = clean(&address.name);
    if name.is_empty() {
        return address.addr.clone();
    }
    let name = match name.contains(|c: char| "()<>[]:;@\\,\"".contains(c)) {
        true => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
        false => name,
    };
    format!("{name} <{}>", address.addr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_comma_does_not_become_two_recipients() {
        let written = |name: &str| mailbox(&Address { name: name.to_owned(), addr: "tove@kontor.example".to_owned() });
        assert_eq!(written(""), "tove@kontor.example");
        assert_eq!(written("Tove B. Berg"), "Tove B. Berg <tove@kontor.example>");
        assert_eq!(written("Berg, Tove"), "\"Berg, Tove\" <tove@kontor.example>");
        assert_eq!(written("T \"B\" \\"), "\"T \\\"B\\\" \\\\\" <tove@kontor.example>");
        assert_eq!(written("a\r\nb"), "a  b <tove@kontor.example>"); // I-05
    }
}
