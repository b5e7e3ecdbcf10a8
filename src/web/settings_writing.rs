//! How a person likes to write: `GET /settings/writing` shows it, `POST` keeps it.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::settings_nav::{Section, SectionLink, sections};
use super::shell::Shell;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use super::writing::{Place, Writing, keep_writing, writing_of};

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsWriting {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    action: String,
    undo: Vec<Choice>,
    text: Vec<Choice>,
    signature: Vec<Choice>,
    asks_receipt: bool,
    collects: bool,
}

/// One of a few.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    current: bool,
}

impl Template for SettingsWriting {
    const NAME: &'static str = "pages/settings_writing.html";
}

/// `GET /settings/writing`
pub(super) async fn settings_writing(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let writing = writing_of(&visit).await?;
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&SettingsWriting::new(shell, &writing, &visit.locale, &visit.state.urls))
}

/// `POST /settings/writing`: each field as the page offers it.
pub(super) async fn settings_writing_keep(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let strange = || Error::BadInput("no such way of writing");
    let place = |name: &str| match fields.one(name) {
        Some("above") => Ok(Place::Above),
        Some("below") => Ok(Place::Below),
        _ => Err(strange()),
    };
    let undo = fields.one("undo").and_then(|undo| undo.parse().ok());
    let writing = Writing {
        undo_seconds: undo.filter(|seconds| Writing::UNDO_SECONDS.contains(seconds)).ok_or_else(strange)?,
        text: place("text")?,
        signature: place("signature")?,
        asks_receipt: fields.one("asks_receipt").is_some(),
        collects: fields.one("collects").is_some(),
        ..writing_of(&visit).await?
    };
    keep_writing(&writing, &visit).await?;
    let text = visit.locale.text("settings-saved").to_owned();
    let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
    Ok(go_to(&visit.state.urls.writing(), Some(message), &visit))
}

impl SettingsWriting {
    /// The page of somebody who likes it so.
    pub(super) fn new(shell: Shell, writing: &Writing, locale: &Locale, urls: &Urls) -> Self {
        let choice = |value: &str, label: &str, current| Choice {
            value: value.to_owned(),
            label: locale.text(label).to_owned(),
            current,
        };
        let undo = |seconds: u8| Choice {
            value: seconds.to_string(),
            label: match seconds {
                0 => locale.text("undo-never").to_owned(),
                _ => locale.language.count("undo-seconds", seconds.into(), []),
            },
            current: seconds == writing.undo_seconds,
        };
        let places = |above: &str, below: &str, current: Place| {
            vec![choice("above", above, current == Place::Above), choice("below", below, current == Place::Below)]
        };
        Self {
            head: Head::new(locale.text("writing"), urls, locale),
            shell,
            sections: sections(Section::Writing, locale, urls),
            action: urls.writing(),
            undo: Writing::UNDO_SECONDS.into_iter().map(undo).collect(),
            text: places("writing-text-above", "writing-text-below", writing.text),
            signature: places("writing-signature-above", "writing-signature-below", writing.signature),
            asks_receipt: writing.asks_receipt,
            collects: writing.collects,
        }
    }
}
