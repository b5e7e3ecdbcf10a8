//! One identity: `GET /settings/identities/{number}`, or `/new`, shows the form, `POST` keeps it.

use actix_web::HttpResponse;
use serde::Serialize;

use super::belonging::{number_of, said};
use super::error::Error;
use super::form::Fields;
use super::identities::keep_identity;
use super::languages::{LanguageChoice, languages};
use super::locale::Locale;
use super::looks;
use super::own_addresses::{OwnAddresses, same};
use super::page::{self, Head};
use super::params::NumberParam;
use super::settings_identities::{back, find};
use super::settings_nav::{Section, SectionLink, sections};
use super::sheet::{Field, Form, Problem, Sheet, address, addresses, line, lines};
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::recipients_field;
use crate::html::SafeHtml;
use crate::mail::{Address, Identity};
use crate::store::Belonging;

/// The longest name and organisation, in characters: with their field's name and in any encoding, a line of a header
/// and not a page of it.
const LONGEST_NAME: usize = 200;
/// The longest signature, in characters.
const LONGEST_SIGNATURE: usize = 10_000;
/// The longest markup of one, in bytes: it goes into each composer.
const LONGEST_LOOKS: usize = 60_000;

/// The page.
#[derive(Serialize)]
pub(super) struct SettingsIdentity {
    head: Head,
    shell: Shell,
    sections: Vec<SectionLink>,
    title: String,
    action: String,
    wrong: bool,
    name: Field,
    /// Where the address can't be chosen: which it is.
    fixed_address: String,
    /// Where one of a few is chosen.
    addresses: Vec<Choice>,
    /// Where it can be typed, and what is in the way of a chosen one.
    address: Field,
    reply_to: Field,
    organisation: Field,
    signature: Field,
    /// The signature with its looks, and how the script begins.
    signature_html: String,
    looks_of: String,
    start: &'static str,
    rich_text_url: String,
    squire_url: String,
    copies: bool,
    languages: Vec<LanguageChoice>,
    remove_url: String,
    list_url: String,
}

/// An address to choose.
#[derive(Serialize)]
struct Choice {
    value: String,
    current: bool,
}

/// What stands in the form.
pub(super) struct Typed {
    name: String,
    address: String,
    /// Addresses with commas between them.
    pub(super) reply_to: String,
    organisation: String,
    signature: String,
    signature_html: SafeHtml,
    copies: bool,
    language: String,
}

impl Template for SettingsIdentity {
    const NAME: &'static str = "pages/settings_identity.html";
}

/// `GET /settings/identities/{number}`
pub(super) async fn identity(visit: Visit, number: NumberParam) -> Result<HttpResponse, Error> {
    let identity = find(number.0, &visit).await?;
    show(Form { number: Some(number.0), typed: Typed::of(&identity), problems: &[] }, &visit).await
}

/// `GET /settings/identities/new`
pub(super) async fn identity_new(visit: Visit) -> Result<HttpResponse, Error> {
    let own = OwnAddresses::of(visit.account().user(), &visit.state.config);
    // the first alias is what somebody who adds one is after
    let addr = if own.are_all_known() { own.known().nth(1).unwrap_or_default().to_owned() } else { String::new() };
    let fresh = Identity { address: Address { name: String::new(), addr }, ..Identity::default() };
    show(Form { number: None, typed: Typed::of(&fresh), problems: &[] }, &visit).await
}

/// `POST /settings/identities/{number}`. What was removed meanwhile is kept anew: what was typed is not lost.
pub(super) async fn identity_keep(visit: Visit, number: NumberParam, fields: Fields) -> Result<HttpResponse, Error> {
    let found = find(number.0, &visit).await;
    let number = number_of(found, Belonging::Identity, number.0, &visit).await?;
    keep(number, &visit, &fields).await
}

/// `POST /settings/identities/new`
pub(super) async fn identity_add(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    keep(None, &visit, &fields).await
}

async fn keep(number: Option<u32>, visit: &Visit, fields: &Fields) -> Result<HttpResponse, Error> {
    let own = OwnAddresses::of(visit.account().user(), &visit.state.config);
    let mut sheet = Sheet::new(fields);
    // in the order of the fields: the first that is in the way is where to begin
    let name = sheet.take("name", |text| line(text, LONGEST_NAME));
    let addr = match number {
        Some(0) => own.first().to_owned(),
        _ => sheet.take("address", |text| allowed(text, &own)),
    };
    let signature = sheet.take("signature", |text| lines(text, LONGEST_SIGNATURE));
    let looks = if signature.is_empty() { SafeHtml::default() } else { looks::read_signature(fields, &signature) };
    if looks.len() > LONGEST_LOOKS {
        sheet.note("signature", Problem::TooLong(LONGEST_SIGNATURE));
    }
    let identity = Identity {
        id: number.unwrap_or_default(),
        address: Address { name, addr },
        reply_to: sheet.take("reply_to", addresses),
        organisation: sheet.take("organisation", |text| line(text, LONGEST_NAME)),
        signature,
        signature_html: (!looks.is_empty()).then(|| looks.as_str().to_owned()),
        copies_to_self: sheet.ticked("copies"),
        language: sheet.take("language", |text| Ok(super::languages::read(text))),
        ..Identity::default()
    };
    let problems = sheet.problems();
    if !problems.is_empty() {
        return show(Form { number, typed: Typed::read(fields), problems: &problems }, visit).await;
    }
    let kept = keep_identity(&identity, number, visit).await?;
    Ok(back(said(kept, Belonging::Identity, "identities-full", visit), visit))
}

/// An address that may be used (`I-05`), in the spelling that is known of it.
fn allowed(text: &str, own: &OwnAddresses) -> Result<String, Problem> {
    // one that is known may be of a kind that nobody could type: name@[127.0.0.1]
    if let Some(known) = own.known().find(|known| same(known, text.trim())) {
        return Ok(known.to_owned());
    }
    let address = address(text)?;
    if own.allow(&address) { Ok(address) } else { Err(Problem::NotAllowed) }
}

async fn show(form: Form<'_, Typed>, visit: &Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let shell = Shell::new(visit, &overview, None);
    let own = OwnAddresses::of(visit.account().user(), &visit.state.config);
    let status = form.status();
    let page = SettingsIdentity::new(shell, form, &own, &visit.locale, &visit.state.urls);
    let mut answer = page::answer(status, &page, &visit.state.templates, &visit.locale)?;
    if let Some((name, value)) = visit.state.policy.writing() {
        answer.headers_mut().insert(name, value);
    }
    Ok(answer)
}

impl Typed {
    /// What is kept.
    pub(super) fn of(identity: &Identity) -> Self {
        Self {
            name: identity.address.name.clone(),
            address: identity.address.addr.clone(),
            reply_to: recipients_field(&identity.reply_to),
            organisation: identity.organisation.clone(),
            signature: identity.signature.clone(),
            signature_html: identity.signature_html.as_deref().map(looks::clean).unwrap_or_default(),
            copies: identity.copies_to_self,
            language: identity.language.clone(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let one = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        Self {
            name: one("name"),
            address: one("address"),
            reply_to: one("reply_to"),
            organisation: one("organisation"),
            signature: one("signature"),
            signature_html: looks::read_signature(fields, &one("signature")),
            copies: fields.one("copies").is_some(),
            language: one("language"),
        }
    }
}

impl SettingsIdentity {
    /// The page with this in its form.
    pub(super) fn new(shell: Shell, form: Form<'_, Typed>, own: &OwnAddresses, locale: &Locale, urls: &Urls) -> Self {
        let Form { number, typed, problems } = form;
        let field = |name, label, value: String| Field::new(name, label, value, locale);
        let marked = |field: Field| field.marked(problems, locale);
        let looks_of = looks::mark(&typed.signature);
        let title = match number {
            None => locale.text("identity-new").to_owned(),
            Some(_) => locale.language.say("change-of", [("name", clean(&typed.address).into())]),
        };
        let mut addresses = Vec::new();
        if number != Some(0) && own.are_all_known() {
            let choice = |known: &str| Choice { value: known.to_owned(), current: same(known, &typed.address) };
            addresses.extend(own.known().map(choice));
        }
        Self {
            head: Head::new(title.clone(), urls, locale),
            shell,
            sections: sections(Section::Identities, locale, urls),
            title,
            action: number.map_or_else(|| urls.identity_new(), |number| urls.identity(number)),
            wrong: !problems.is_empty(),
            name: marked(
                field("name", "identity-name", typed.name).hint("identity-name-hint", locale).autocomplete("name"),
            ),
            fixed_address: if number == Some(0) { clean(own.first()) } else { String::new() },
            addresses,
            address: marked(field("address", "mail-address", typed.address).of_addresses().autocomplete("email")),
            reply_to: marked(
                field("reply_to", "identity-reply-to", typed.reply_to)
                    .hint("identity-reply-to-hint", locale)
                    .of_addresses(),
            ),
            organisation: marked(
                field("organisation", "identity-organisation", typed.organisation).autocomplete("organization"),
            ),
            signature: marked(
                field("signature", "identity-signature", typed.signature)
                    .hint("identity-signature-hint", locale)
                    .rows(5),
            ),
            looks_of: if typed.signature_html.is_empty() { String::new() } else { looks_of },
            start: if typed.signature_html.is_empty() { "plain" } else { "rich" },
            signature_html: typed.signature_html.as_str().to_owned(),
            rich_text_url: urls.static_file("rich_text.js"),
            squire_url: urls.static_file("squire.js"),
            copies: typed.copies,
            languages: languages(&typed.language),
            remove_url: number
                .filter(|number| *number > 0)
                .map(|number| urls.identity_remove(number))
                .unwrap_or_default(),
            list_url: urls.identities(),
        }
    }
}
