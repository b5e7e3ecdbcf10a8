//! One text to begin a message with: `GET /settings/templates/{number}`, or `/new`, shows the form, `POST` keeps it.

use actix_web::HttpResponse;
use serde::Serialize;

use super::belonging::{number_of, said};
use super::canned::{Canned, keep_canned};
use super::error::Error;
use super::form::Fields;
use super::locale::Locale;
use super::page::{self, Head};
use super::params::NumberParam;
use super::settings_canned::{back, find};
use super::settings_nav::{Section, SectionLink, sections};
use super::sheet::{Field, Form, Sheet, line, lines, some_line};
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::store::Belonging;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 500;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 50_000;

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsCannedText {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    title: String,
    action: String,
    wrong: bool,
    name: Field,
    subject: Field,
    text: Field,
    remove_url: String,
    list_url: String,
}

impl Template for SettingsCannedText {
    const NAME: &'static str = "pages/settings_canned_text.html";
}

/// `GET /settings/templates/{number}`
pub(super) async fn canned_text(visit: Visit, number: NumberParam) -> Result<HttpResponse, Error> {
    let canned = find(number.0, &visit).await?;
    show(Form { number: Some(number.0), typed: canned, problems: &[] }, &visit).await
}

/// `GET /settings/templates/new`
pub(super) async fn canned_new(visit: Visit) -> Result<HttpResponse, Error> {
    show(Form { number: None, typed: Canned::default(), problems: &[] }, &visit).await
}

/// `POST /settings/templates/{number}`. What was removed meanwhile is kept anew: what was typed is not lost.
pub(super) async fn canned_keep(visit: Visit, number: NumberParam, fields: Fields) -> Result<HttpResponse, Error> {
    let found = find(number.0, &visit).await;
    let number = number_of(found, Belonging::Canned, number.0, &visit).await?;
    keep(number, &visit, &fields).await
}

/// `POST /settings/templates/new`
pub(super) async fn canned_add(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    keep(None, &visit, &fields).await
}

async fn keep(number: Option<u32>, visit: &Visit, fields: &Fields) -> Result<HttpResponse, Error> {
    let mut sheet = Sheet::new(fields);
    let canned = Canned {
        number: number.unwrap_or_default(),
        name: sheet.take("name", |text| some_line(text, LONGEST_NAME)),
        subject: sheet.take("subject", |text| line(text, LONGEST_SUBJECT)),
        text: sheet.take("text", |text| lines(text, LONGEST_TEXT)),
    };
    let problems = sheet.problems();
    if !problems.is_empty() {
        let one = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        let typed = Canned { name: one("name"), subject: one("subject"), text: one("text"), ..canned };
        return show(Form { number, typed, problems: &problems }, visit).await;
    }
    let kept = keep_canned(&canned, number, visit).await?;
    Ok(back(said(kept, Belonging::Canned, "canned-full", visit), visit))
}

async fn show(form: Form<'_, Canned>, visit: &Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let shell = Shell::new(visit, &overview, None);
    let status = form.status();
    let page = SettingsCannedText::new(shell, form, &visit.locale, &visit.state.urls);
    page::answer(status, &page, &visit.state.templates, &visit.locale)
}

impl SettingsCannedText {
    /// The page with this in its form.
    pub(super) fn new(shell: Shell, form: Form<'_, Canned>, locale: &Locale, urls: &Urls) -> Self {
        let Form { number, typed, problems } = form;
        let field = |name, label, value: String| Field::new(name, label, value, locale);
        let marked = |field: Field| field.marked(problems, locale);
        let title = match number {
            None => locale.text("canned-new").to_owned(),
            Some(_) => locale.language.say("change-of", [("name", clean(&typed.name).into())]),
        };
        Self {
            head: Head::new(title.clone(), urls, locale),
            shell,
            sections: sections(Section::Canned, locale, urls),
            title,
            action: number.map_or_else(|| urls.canned_new(), |number| urls.canned_text(number)),
            wrong: !problems.is_empty(),
            name: marked(field("name", "canned-name", typed.name).hint("canned-name-hint", locale)),
            subject: marked(field("subject", "canned-subject", typed.subject)),
            text: marked(field("text", "canned-text", typed.text).hint("canned-text-hint", locale).rows(12)),
            remove_url: number.map(|number| urls.canned_remove(number)).unwrap_or_default(),
            list_url: urls.canned(),
        }
    }
}
