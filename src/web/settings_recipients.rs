//! Whom a person wrote to: `GET /settings/recipients` shows who is remembered, `POST` forgets one of them.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::confirm::Confirm;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::fold::Wanted;
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::params::query_value;
use super::settings_nav::{Section, SectionLink, sections};
use super::sheet::line;
use super::shell::Shell;
use super::shown::{clean, initials_of, tone};
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use super::writing::{Writing, keep_writing, writing_of};
use crate::mail::Address;
use crate::store::Recipient;

/// How many are shown on the page; the others are found by their names.
const MOST_SHOWN: usize = 100;
/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;

/// The longest name or address that is known, in characters.
const LONGEST_KNOWN: usize = 254;

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsRecipients {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    action: String,
    query: String,
    /// "100 of 1,240".
    shown: String,
    collects: bool,
    people: Vec<Row>,
    forget_url: String,
    writing_url: String,
}

/// One of them.
#[derive(Serialize)]
struct Row {
    name: String,
    /// As it is shown, and below a name.
    address: String,
    initials: String,
    tone: &'static str,
    /// As it is kept.
    value: String,
    forget_label: String,
}

/// What is shown.
pub(super) struct Known {
    /// All who are known, the most used first.
    pub people: Vec<Recipient>,
    /// Of whom only these are looked for; empty: all.
    pub query: String,
    /// Whether more come in.
    pub collects: bool,
}

impl Template for SettingsRecipients {
    const NAME: &'static str = "pages/settings_recipients.html";
}

/// `GET /settings/recipients?q=`
pub(super) async fn settings_recipients(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let query = query_value(&visit.request, "q").unwrap_or_default().chars().take(LONGEST).collect();
    let (state, user) = (&visit.state, visit.account().user());
    let people = state.store.recipients().list(user, &state.key).await.map_err(Error::broken)?;
    let known = Known { people, query, collects: writing_of(&visit).await?.collects };
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&SettingsRecipients::new(shell, &known, &visit.locale, &visit.state.urls))
}

/// `POST /settings/recipients`: `address` is forgotten, as the page offers it.
pub(super) async fn recipient_forget(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let address = fields.one("address").ok_or(Error::BadInput("nobody to forget"))?;
    let (state, user) = (&visit.state, visit.account().user());
    let forgotten = state.store.recipients().forget(user, address, &state.key).await.map_err(Error::broken)?;
    let text = visit.locale.language.say("recipient-forgotten", [("address", clean(address).into())]);
    let undo = forgotten.map(|known| {
        let fields = [("name", known.name), ("address", known.address), ("rank", known.rank.to_string())];
        UndoForm::new(state.urls.recipient_restore(), fields)
    });
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo }, &visit))
}

/// `POST /settings/recipients/restore`: one was forgotten by mistake. `name`, `address` and `rank` are what was known.
pub(super) async fn recipient_restore(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let strange = || Error::BadInput("nobody who was forgotten");
    let one = |name: &str| line(fields.one(name).unwrap_or_default(), LONGEST_KNOWN).map_err(|_| strange());
    let rank = fields.one("rank").and_then(|rank| rank.parse().ok()).filter(|rank: &f64| rank.is_finite());
    let known = Recipient { name: one("name")?, address: one("address")?, rank: rank.ok_or_else(strange)? };
    let (state, user) = (&visit.state, visit.account().user());
    state.store.recipients().restore(user, &known, &state.key).await.map_err(Error::broken)?;
    let text = visit.locale.language.say("recipient-restored", [("address", clean(&known.address).into())]);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: None }, &visit))
}

/// `GET /settings/recipients/forget`: asks before all are forgotten.
pub(super) async fn recipients_forget_ask(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let (state, user, locale) = (&visit.state, visit.account().user(), &visit.locale);
    let people = state.store.recipients().list(user, &state.key).await.map_err(Error::broken)?;
    let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
    let question = locale.text("recipients-forget-ask").to_owned();
    visit.answer(&Confirm {
        head: Head::new(question.clone(), &state.urls, locale),
        shell: Shell::new(&visit, &overview, None),
        question,
        consequence: locale.language.count("recipients-forget-text", count, []),
        action: state.urls.recipients_forget(),
        fields: Vec::new(),
        yes: locale.text("recipients-forget-yes").to_owned(),
        no_url: state.urls.recipients(),
    })
}

/// `POST /settings/recipients/forget`
pub(super) async fn recipients_forget(visit: Visit, _token: Fields) -> Result<HttpResponse, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let forgotten = state.store.recipients().forget_all(user, &state.key).await.map_err(Error::broken)?;
    // Sent is not asked for them again
    keep_writing(&Writing { acquainted: true, ..writing_of(&visit).await? }, &visit).await?;
    let text = visit.locale.language.count("recipients-forgotten", forgotten, []);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: None }, &visit))
}

fn back(message: FlashMessage, visit: &Visit) -> HttpResponse {
    go_to(&visit.state.urls.recipients(), Some(message), visit)
}

impl SettingsRecipients {
    /// The page about these.
    pub(super) fn new(shell: Shell, known: &Known, locale: &Locale, urls: &Urls) -> Self {
        let wanted = Wanted::new(&known.query);
        let meant = |known: &&Recipient| wanted.is_empty() || wanted.means(&known.name, &known.address);
        let found: Vec<&Recipient> = known.people.iter().filter(meant).collect();
        let people: Vec<Row> = found.iter().take(MOST_SHOWN).map(|known| Row::new(known, locale)).collect();
        let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let all = locale.language.number(number(known.people.len()));
        Self {
            head: Head::new(locale.text("recipients"), urls, locale),
            shell,
            sections: sections(Section::Recipients, locale, urls),
            action: urls.recipients(),
            query: known.query.clone(),
            shown: match (people.len() < known.people.len(), found.is_empty()) {
                (_, true) if !known.people.is_empty() => locale.text("recipients-not-found").to_owned(),
                (true, _) => locale.language.count("recipients-shown", number(people.len()), [("all", all.as_str())]),
                (false, _) => String::new(),
            },
            collects: known.collects,
            people,
            forget_url: if known.people.is_empty() { String::new() } else { urls.recipients_forget() },
            writing_url: urls.writing(),
        }
    }
}

impl Row {
    fn new(known: &Recipient, locale: &Locale) -> Self {
        let address = Address { name: known.name.clone(), addr: known.address.clone() };
        let label = [("address", clean(&known.address).into())];
        Self {
            name: clean(address.label()),
            address: if known.name.is_empty() { String::new() } else { clean(&known.address) },
            initials: initials_of(&address),
            tone: tone(&known.address),
            value: known.address.clone(),
            forget_label: locale.language.say("recipient-forget", label),
        }
    }
}
