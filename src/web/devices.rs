//! How a mailbox is set up on phones and in other programs: `GET /devices`, for whoever is signed in, and for anybody who
//! names an address. It tells nothing that is not told to every mail program that asks.

use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use super::client_setup::{OwnAddress, Reach, Setup};
use super::devices_check::{Checked, Line};
use super::error::Error;
use super::locale::Locale;
use super::page::{Head, answer};
use super::params::query_value;
use super::shell::Shell;
use super::signed_in::SignedIn;
use super::state::State;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::config::Config;

/// The page of a signed-in person.
#[derive(Serialize)]
pub(super) struct Devices {
    /// Title and files.
    pub head: Head,
    /// What surrounds it.
    pub shell: Shell,
    /// What it says.
    pub guide: Guide,
}

/// The page for anybody.
#[derive(Serialize)]
pub(super) struct DevicesPublic {
    /// Title and files.
    pub head: Head,
    /// What it says.
    pub guide: Guide,
    /// Where another address is asked for.
    pub action: String,
}

impl Template for Devices {
    const NAME: &'static str = "pages/devices.html";
}

impl Template for DevicesPublic {
    const NAME: &'static str = "pages/devices_public.html";
}

/// What both show.
#[derive(Serialize)]
pub(super) struct Guide {
    /// The address that it is about; empty where none was named.
    address: String,
    /// The address that was named is none of this service.
    refused: bool,
    /// Whether the operator told any server.
    known: bool,
    cards: Vec<Card>,
    has_pop: bool,
    /// More about POP, for whoever is signed in.
    pop_url: String,
    /// Where mail is brought from another account, if it can be.
    import_url: String,
    /// Profiles for Apple's devices; empty without an address.
    apple_url: String,
    apple_pop_url: String,
    /// This page on a phone: squares of a QR code, a move to each, and how many stand in a row.
    code: String,
    code_size: usize,
    code_label: String,
    steps: Vec<Steps>,
    /// Whether they work; for whoever is signed in.
    checked: Option<Checked>,
}

/// A server's values to copy.
#[derive(Serialize)]
struct Card {
    kind: &'static str,
    /// What came of trying it.
    checked: Option<Line>,
    title: String,
    lead: String,
    good: bool,
    lines: Vec<Value>,
}

#[derive(Serialize)]
struct Value {
    label: String,
    value: String,
    copy_label: String,
}

/// What to do in one program.
#[derive(Serialize)]
struct Steps {
    title: String,
    lines: Vec<String>,
}

/// `GET /devices`
pub(super) async fn devices(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Error> {
    if SignedIn::of(&request, &state).is_some()
        && let Ok(visit) = Visit::extract(&request).await
    {
        let overview = visit.account().overview().await?;
        let shell = Shell::new(&visit, &overview, None);
        let guide = Guide::new(visit.account().user(), &visit.state.config, &visit.state.urls, &visit.locale);
        let found = visit.account().last_checkup();
        let checked = Checked::new(found.as_deref(), visit.who.csrf_token(), &visit.state.urls, &visit.locale);
        let guide = guide.with(checked, &visit.state.config, &visit.state.urls);
        let head = Head::new(visit.locale.text("devices"), &visit.state.urls, &visit.locale);
        return visit.answer(&Devices { head, shell, guide });
    }
    let asked = query_value(&request, "address").unwrap_or_default();
    let missing = || Error::broken(std::io::Error::other("no language"));
    let locale = Locale::of(&request, &state.words, None).ok_or_else(missing)?;
    let head = Head::new(locale.text("devices"), &state.urls, &locale);
    let guide = Guide::new(&asked, &state.config, &state.urls, &locale);
    let page = DevicesPublic { head, guide, action: state.urls.devices() };
    let status = if page.guide.refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    answer(status, &page, &state.templates, &locale)
}

impl Guide {
    /// For an address, or for none.
    pub(super) fn new(asked: &str, config: &Config, urls: &Urls, locale: &Locale) -> Self {
        let address = OwnAddress::parse(asked, config);
        let setup = address.as_ref().map(|address| Setup::of(address, config));
        let address = address.as_ref();
        let text = address.map(OwnAddress::text).unwrap_or_default();
        let (imap, pop3, submission) = match &setup {
            Some(setup) => (setup.imap.as_ref(), setup.pop3.as_ref(), setup.submission.as_ref()),
            None => (None, None, None),
        };
        let cards = [("imap", imap, true), ("submission", submission, true), ("pop3", pop3, false)];
        let cards: Vec<Card> =
            cards.into_iter().filter_map(|(kind, reach, good)| Some(card(kind, reach?, good, locale))).collect();
        let here = urls.devices_for(&text);
        let (code, code_size) = squares(&here).unwrap_or_default();
        let programs = ["apple", "thunderbird", "outlook", "android", "others"];
        let (host, pop) = (imap.or(pop3).map(|reach| reach.server.host.as_str()).unwrap_or_default(), pop3.is_some());
        Self {
            refused: address.is_none() && !asked.is_empty(),
            known: !cards.is_empty(),
            cards,
            has_pop: pop,
            pop_url: String::new(),
            import_url: String::new(),
            apple_url: if text.is_empty() || imap.is_none() { String::new() } else { urls.apple_profile(&text) },
            apple_pop_url: if text.is_empty() || !pop { String::new() } else { urls.apple_profile(&text) + "&pop=1" },
            code,
            code_size,
            code_label: locale.language.say("devices-code-label", [("address", here.into())]),
            steps: programs.into_iter().map(|program| steps(program, &text, host, locale)).collect(),
            checked: None,
            address: text,
        }
    }

    /// The same, saying whether all of it works.
    pub(super) fn with(mut self, checked: Checked, config: &Config, urls: &Urls) -> Self {
        for card in &mut self.cards {
            card.checked = checked.of(card.kind);
        }
        let import_url = if config.fetch.hosts.is_empty() { String::new() } else { urls.import_account() };
        Self { checked: Some(checked), pop_url: urls.devices_pop(), import_url, ..self }
    }
}

fn card(kind: &'static str, Reach { server, user }: &Reach, good: bool, locale: &Locale) -> Card {
    let security = locale.text(if server.starttls { "devices-starttls" } else { "devices-tls" }).to_owned();
    let unknown = user.is_empty();
    let user = if unknown { locale.text("devices-whole-address").to_owned() } else { user.clone() };
    let values = [
        ("server", server.host.clone(), true),
        ("port", server.port.to_string(), true),
        ("security", security, false),
        ("user", user, true),
    ];
    let lines = values.into_iter().map(|(what, value, copied)| {
        let label = locale.text(&format!("devices-{what}")).to_owned();
        let copy_label = match copied && !(what == "user" && unknown) {
            true => {
                locale.language.say("devices-copy", [("what", label.as_str().into()), ("value", value.as_str().into())])
            }
            false => String::new(),
        };
        Value { label, value, copy_label }
    });
    Card {
        kind,
        checked: None,
        title: locale.text(&format!("devices-{kind}")).to_owned(),
        lead: locale.text(&format!("devices-{kind}-lead")).to_owned(),
        good,
        lines: lines.collect(),
    }
}

fn steps(program: &str, address: &str, host: &str, locale: &Locale) -> Steps {
    let address = if address.is_empty() { locale.text("devices-whole-address") } else { address };
    let lines = (1..=4).filter_map(|number| {
        let key = format!("devices-{program}-{number}");
        locale.language.constant(&key).map(|_| ()).or_else(|| {
            // a text with place-holders is no constant, and is there all the same
            (locale.language.say(&key, [("address", "x".into()), ("host", "x".into())]) != key).then_some(())
        })?;
        Some(locale.language.say(&key, [("address", address.into()), ("host", host.into())]))
    });
    Steps { title: locale.text(&format!("devices-{program}")).to_owned(), lines: lines.collect() }
}

/// A QR code (ISO/IEC 18004) as the path of an SVG, a square a module, and how many modules stand in a row.
fn squares(text: &str) -> Option<(String, usize)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            path += &format!("M{} {}h1v1h-1z", at % width, at / width);
        }
    }
    Some((path, width))
}
