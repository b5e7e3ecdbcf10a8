//! As whom a person writes: `GET /settings/identities` lists the identities, and what is done to one of them lies below
//! its number.

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::form::Fields;
use super::identities::all_identities;
use super::locale::Locale;
use super::own_addresses::OwnAddresses;
use super::page::Head;
use super::params::NumberParam;
use super::settings_nav::{Section, SectionLink, sections};
use super::shell::Shell;
use super::shown::{clean, initials_of, tone};
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use super::writing::{Writing, keep_writing, writing_of};
use crate::mail::Identity;
use crate::store::Belonging;

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsIdentities {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    identities: Vec<Row>,
    /// Whether recipients see nothing but an address.
    nameless: bool,
    first_url: String,
    add_url: String,
}

/// One identity.
#[derive(Serialize)]
struct Row {
    name: String,
    initials: String,
    tone: &'static str,
    about: String,
    first: bool,
    allowed: bool,
    url: String,
    change_label: String,
    use_first_url: String,
    use_first_label: String,
}

impl Template for SettingsIdentities {
    const NAME: &'static str = "pages/settings_identities.html";
}

/// `GET /settings/identities`
pub(super) async fn settings_identities(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let identities = all_identities(&visit).await?;
    let own = OwnAddresses::of(visit.account().user(), &visit.state.config);
    let shell = Shell::new(&visit, &overview, None);
    visit.answer(&SettingsIdentities::new(shell, &identities, &own, &visit.locale, &visit.state.urls))
}

/// `POST /settings/identities/{number}/first`: where nothing says otherwise, this one writes.
pub(super) async fn identity_first(visit: Visit, number: NumberParam, _token: Fields) -> Result<HttpResponse, Error> {
    let identity = find(number.0, &visit).await?;
    let writing = Writing { first_identity: identity.id, ..writing_of(&visit).await? };
    keep_writing(&writing, &visit).await?;
    let name = clean(identity.address.label());
    let text = visit.locale.language.say("identity-is-first", [("name", name.into())]);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: None }, &visit))
}

/// `POST /settings/identities/{number}/remove`. The sign-in address stays.
pub(super) async fn identity_remove(visit: Visit, number: NumberParam, _token: Fields) -> Result<HttpResponse, Error> {
    let identity = find(number.0, &visit).await?;
    if identity.id == 0 {
        return Err(Error::NotFound);
    }
    let (state, user) = (&visit.state, visit.account().user());
    let removed = state.store.belongings().remove(user, Belonging::Identity, identity.id, &state.key).await;
    removed.map_err(Error::broken)?;
    let name = clean(identity.address.label());
    let text = visit.locale.language.say("identity-removed", [("name", name.into())]);
    let undo = UndoForm::new(state.urls.identity_restore(identity.id), []);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: Some(undo) }, &visit))
}

/// `POST /settings/identities/{number}/restore`: it was removed by mistake, less than an hour ago.
pub(super) async fn identity_restore(visit: Visit, number: NumberParam, _token: Fields) -> Result<HttpResponse, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let restored = state.store.belongings().restore(user, Belonging::Identity, number.0, &state.key).await;
    restored.map_err(Error::broken)?;
    let identity = find(number.0, &visit).await?;
    let name = clean(identity.address.label());
    let text = visit.locale.language.say("identity-restored", [("name", name.into())]);
    Ok(back(FlashMessage { text, kind: FlashKind::Good, undo: None }, &visit))
}

/// One that is there.
pub(super) async fn find(number: u32, visit: &Visit) -> Result<Identity, Error> {
    all_identities(visit).await?.into_iter().find(|identity| identity.id == number).ok_or(Error::NotFound)
}

/// To the list, with what happened.
pub(super) fn back(message: FlashMessage, visit: &Visit) -> HttpResponse {
    go_to(&visit.state.urls.identities(), Some(message), visit)
}

impl SettingsIdentities {
    /// The page with these; what `own` does not allow is marked.
    pub(super) fn new(shell: Shell, identities: &[Identity], own: &OwnAddresses, locale: &Locale, urls: &Urls) -> Self {
        let row = |identity: &Identity| {
            let (name, address) = (clean(identity.address.label()), clean(&identity.address.addr));
            let say = |key: &str| locale.language.say(key, [("name", name.as_str().into())]);
            let signature = identity.signature.lines().next().map(clean).unwrap_or_default();
            // a row without a name is called by its address already
            let unnamed = if identity.address.name.is_empty() { "bare-" } else { "" };
            let signed = if signature.is_empty() { "unsigned" } else { "signed" };
            let said = [("address", address.into()), ("signature", signature.into())];
            Row {
                about: locale.language.say(&format!("identity-{unnamed}{signed}"), said),
                initials: initials_of(&identity.address),
                tone: tone(&identity.address.addr),
                first: identity.is_default,
                allowed: own.allow(&identity.address.addr),
                url: urls.identity(identity.id),
                change_label: say("change-of"),
                use_first_url: urls.identity_first(identity.id),
                use_first_label: say("identity-use-first-of"),
                name,
            }
        };
        Self {
            head: Head::new(locale.text("identities"), urls, locale),
            shell,
            sections: sections(Section::Identities, locale, urls),
            identities: identities.iter().map(row).collect(),
            nameless: identities.first().is_some_and(|identity| identity.address.name.is_empty()),
            first_url: urls.identity(0),
            add_url: urls.identity_new(),
        }
    }
}
