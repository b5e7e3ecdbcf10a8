//! Settings of this browser: `GET /settings` shows them, `POST` keeps them.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::link_choice;
use super::locale::Locale;
use super::page::Head;
use super::receipt_choice::{self, Receipts};
use super::refresh::Refresh;
use super::settings_nav::{Section, SectionLink, sections};
use super::shell::Shell;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::html::Links;

/// The page.
#[derive(Serialize)]
pub(super) struct Settings {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    action: String,
    refreshes: Vec<Choice>,
    untracked: bool,
    senders: Vec<String>,
    senders_url: String,
    receipts: bool,
    /// What a browser is told to open for links to mail addresses.
    mailto_handler: String,
    export_url: String,
    import_url: String,
}

/// One line of a list to choose from.
#[derive(Serialize)]
struct Choice {
    value: u16,
    label: String,
    current: bool,
}

/// What a browser chose.
pub(super) struct Chosen {
    /// How often a list loads itself anew.
    pub refresh: Refresh,
    /// What becomes of links.
    pub links: Links,
    /// Whether it is told that a sender asks for a receipt.
    pub receipts: Receipts,
}

impl Template for Settings {
    const NAME: &'static str = "pages/settings.html";
}

/// `GET /settings`
pub(super) async fn settings_show(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let refresh = Refresh::of(&visit.request, &visit.state);
    let shell = Shell::new(&visit, &overview, None);
    let links = link_choice::of(&visit.request, &visit.state);
    let receipts = receipt_choice::of(&visit.request, &visit.state);
    let (state, user) = (&visit.state, visit.account().user());
    let senders = state.store.senders().list(user, &state.key).await.map_err(Error::broken)?;
    let chosen = Chosen { refresh, links, receipts };
    visit.answer(&Settings::new(shell, chosen, senders, &visit.locale, &state.urls))
}

/// `POST /settings`: `refresh` is the number of minutes, as the page offers it; `untracked` is there when links are to
/// lose what tracks, `receipts` when it is to be said that a sender asks for one.
pub(super) async fn settings(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let refresh = fields.one("refresh").and_then(Refresh::parse).ok_or(Error::BadInput("no such number of minutes"))?;
    let links = if fields.one("untracked").is_some() { Links::Untracked } else { Links::AsWritten };
    let receipts = if fields.one("receipts").is_some() { Receipts::Told } else { Receipts::Untold };
    let text = visit.locale.text("settings-saved").to_owned();
    let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
    let mut response = go_to(&visit.state.urls.settings(), Some(message), &visit);
    refresh.keep(&mut response, &visit.state);
    link_choice::keep(links, &mut response, &visit.state);
    receipt_choice::keep(receipts, &mut response, &visit.state);
    Ok(response)
}

impl Settings {
    /// The page of a browser that chose these; `senders` may always show pictures.
    pub(super) fn new(shell: Shell, chosen: Chosen, senders: Vec<String>, locale: &Locale, urls: &Urls) -> Self {
        let Chosen { refresh, links, receipts } = chosen;
        let label = |choice: Refresh| match choice.minutes() {
            0 => locale.text("refresh-never").to_owned(),
            minutes => locale.language.count("refresh-minutes", minutes.into(), []),
        };
        Self {
            head: Head::new(locale.text("settings"), urls, locale),
            shell,
            sections: sections(Section::Browser, locale, urls),
            action: urls.settings(),
            senders,
            senders_url: urls.senders(),
            receipts: receipts == Receipts::Told,
            mailto_handler: urls.mailto_handler(),
            export_url: urls.export(),
            import_url: urls.import(None),
            untracked: links == Links::Untracked,
            refreshes: Refresh::CHOICES
                .into_iter()
                .map(|choice| Choice { value: choice.minutes(), label: label(choice), current: choice == refresh })
                .collect(),
        }
    }
}
