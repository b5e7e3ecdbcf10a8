//! Texts to begin a message with: `GET /settings/templates` lists them.

use actix_web::HttpResponse;
use serde::Serialize;

use super::canned::{Canned, canned_of};
use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::params::NumberParam;
use super::settings_nav::{Section, SectionLink, sections};
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::store::Belonging;

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsCanned {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    canned: Vec<Row>,
    add_url: String,
}

/// One text.
#[derive(Serialize)]
struct Row {
    name: String,
    begin: String,
    url: String,
    change_label: String,
}

impl Template for SettingsCanned {
    const NAME: &'static str = "pages/settings_canned.html";
}

/// `GET /settings/templates`
pub(super) async fn settings_canned(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let canned = canned_of(&visit).await?;
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&SettingsCanned::new(shell, &canned, &visit.locale, &visit.state.urls))
}

/// `POST /settings/templates/{number}/remove`
pub(super) async fn canned_remove(visit: Visit, number: NumberParam, _token: Fields) -> Result<HttpResponse, Error> {
    let canned = find(number.0, &visit).await?;
    let (state, user) = (&visit.state, visit.account().user());
    let removed = state.store.belongings().remove(user, Belonging::Canned, canned.number, &state.key).await;
    removed.map_err(Error::broken)?;
    let text = visit.locale.language.say("canned-removed", [("name", clean(&canned.name).into())]);
    let undo = UndoForm::new(state.urls.canned_restore(canned.number), []);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: Some(undo) }, &visit))
}

/// `POST /settings/templates/{number}/restore`: it was removed by mistake, less than an hour ago.
pub(super) async fn canned_restore(visit: Visit, number: NumberParam, _token: Fields) -> Result<HttpResponse, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let restored = state.store.belongings().restore(user, Belonging::Canned, number.0, &state.key).await;
    restored.map_err(Error::broken)?;
    let canned = find(number.0, &visit).await?;
    let text = visit.locale.language.say("canned-restored", [("name", clean(&canned.name).into())]);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: None }, &visit))
}

/// One that is there.
pub(super) async fn find(number: u32, visit: &Visit) -> Result<Canned, Error> {
    canned_of(visit).await?.into_iter().find(|canned| canned.number == number).ok_or(Error::NotFound)
}

/// To the list, with what happened.
pub(super) fn back(message: FlashMessage, visit: &Visit) -> HttpResponse {
    go_to(&visit.state.urls.canned(), Some(message), visit)
}

impl SettingsCanned {
    /// The page with these.
    pub(super) fn new(shell: Shell, canned: &[Canned], locale: &Locale, urls: &Urls) -> Self {
        let row = |canned: &Canned| {
            let name = clean(&canned.name);
            let begin = canned.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            Row {
                begin: clean(if canned.subject.is_empty() { begin } else { &canned.subject }),
                url: urls.canned_text(canned.number),
                change_label: locale.language.say("change-of", [("name", name.as_str().into())]),
                name,
            }
        };
        Self {
            head: Head::new(locale.text("canned"), urls, locale),
            shell,
            sections: sections(Section::Canned, locale, urls),
            canned: canned.iter().map(row).collect(),
            add_url: urls.canned_new(),
        }
    }
}
