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
use crate::account::recipients_field;
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
            value: recipients_field(std::slice::from_ref(address)),
        };
        let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
        Self { people: people.iter().map(person).collect(), status: language.count("suggestions-count", count, []) }
    }
}
