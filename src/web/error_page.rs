//! The page for what went wrong: a sentence, and ways out. Nothing a library or a server wrote reaches it.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::error::Error;
use super::locale::Locale;
use super::mailbox_param::display_name;
use super::page::Head;
use super::state::State;
use super::templates::Template;
use super::urls::Urls;
use crate::account::{self, Unreachable, What};
use crate::mail::{MailboxName, Role};

/// What an error page shows.
#[derive(Serialize)]
pub(super) struct ErrorPage {
    head: Head,
    heading: String,
    text: String,
    icon: &'static str,
    picture: bool,
    typed: Vec<Typed>,
    ways: Vec<Way>,
    status: u16,
    reference: String,
}

/// A field of a form that was not accepted, as it was filled.
#[derive(Serialize)]
struct Typed {
    name: String,
    value: String,
}

/// A link that leads out.
#[derive(Serialize)]
struct Way {
    url: String,
    label: String,
    first: bool,
}

impl Template for ErrorPage {
    const NAME: &'static str = "pages/error.html";
}

/// Middleware: gives each failure that has no page of its own one. The response's status and headers stay.
pub(super) async fn error_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let has_page = !matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0))
        && response.response().error().is_none();
    if !failed || has_page {
        return Ok(response.map_into_boxed_body());
    }
    let Some(html) = draw(response.request(), status, response.response().error()) else {
        return Ok(response.map_into_boxed_body());
    };
    let mut response = response.map_body(|_, _| BoxBody::new(html));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn draw(request: &HttpRequest, status: StatusCode, error: Option<&actix_web::Error>) -> Option<String> {
    let state = request.app_data::<web::Data<State>>()?;
    let locale = Locale::of(request, &state.words, None)?;
    let page = match error.and_then(|error| error.as_error::<Error>()) {
        Some(error) => ErrorPage::new(error, request, &state.urls, &locale),
        None => ErrorPage::new(&of_status(status), request, &state.urls, &locale),
    };
    state.templates.render(&ErrorPage { status: status.as_u16(), ..page }, &locale.language).ok()
}

/// What a bare status of a library means.
fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Error::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        StatusCode::UNAUTHORIZED => Error::SignedOut,
        StatusCode::FORBIDDEN => Error::Foreign,
        StatusCode::TOO_MANY_REQUESTS => Error::TooMany { retry_after: 1 },
        status if status.is_client_error() => Error::BadInput("refused by the HTTP library"),
        status => Error::broken(std::io::Error::other(status.to_string())),
    }
}

/// What is said about an error.
struct Said {
    heading: String,
    text: String,
    icon: &'static str,
}

impl ErrorPage {
    /// What `error` says, and where to go from `request`.
    pub(super) fn new(error: &Error, request: &HttpRequest, urls: &Urls, locale: &Locale) -> Self {
        let mut said = said(error, locale);
        if request.method() == Method::POST && matches!(error, Error::Account(account::Error::Unreachable(_))) {
            said.text = locale.language.say("error-not-done", [("text", said.text.as_str().into())]);
        }
        let mut typed = Vec::new();
        if let Error::FormTooOld(fields) = error {
            typed = fields
                .iter()
                .filter(|(name, value)| !OURS.contains(&name.as_str()) && !value.is_empty())
                .map(|(name, value)| Typed { name: name.clone(), value: value.clone() })
                .collect();
        }
        Self {
            head: Head::new(said.heading.clone(), urls, locale),
            heading: said.heading,
            text: said.text,
            icon: said.icon,
            picture: said.icon == PICTURE,
            typed,
            ways: ways(error, request, urls, locale),
            status: error.status().as_u16(),
            reference: match error {
                Error::Broken(reference) => reference.to_string(),
                _ => String::new(),
            },
        }
    }
}

/// Fields that a page put into its form, not the person, and the one that is never shown (`S-10`).
const OURS: [&str; 17] = [
    "csrf",
    "mailbox",
    "uidvalidity",
    "uid",
    "selection",
    "of",
    "all",
    "do",
    "how",
    "back",
    "here",
    "next",
    "to",
    "copy_to",
    "sure",
    "password",
    "star",
];

/// The picture of mountains instead of an icon: for what is simply not there.
const PICTURE: &str = "";

fn said(error: &Error, locale: &Locale) -> Said {
    let plain = |heading: &str, text: &str, icon| Said {
        heading: locale.text(heading).to_owned(),
        text: locale.text(text).to_owned(),
        icon,
    };
    match error {
        Error::NotFound => plain("error-not-found", "error-not-found-text", PICTURE),
        Error::FormTooOld(_) => plain("error-form-old", "error-form-old-text", "refresh-cw"),
        Error::Foreign => plain("error-form-foreign", "error-form-foreign-text", "shield-alert"),
        Error::BadInput(_) => plain("error-bad-input", "error-bad-input-text", "circle-alert"),
        Error::TooLarge => plain("error-too-large", "error-too-large-text", "circle-alert"),
        Error::TooMany { retry_after } => Said {
            text: locale.language.say("error-too-many-text", [("seconds", (*retry_after).into())]),
            ..plain("error-too-many", "error-too-many", "refresh-cw")
        },
        Error::SignedOut => plain("error-signed-out", "error-signed-out-text", "key-round"),
        Error::Broken(_) => plain("error-broken", "error-broken-text", "circle-alert"),
        Error::Account(error) => said_by_account(error, locale),
    }
}

fn said_by_account(error: &account::Error, locale: &Locale) -> Said {
    use account::Error as Account;
    let plain = |heading: &str, text: &str, icon| Said {
        heading: locale.text(heading).to_owned(),
        text: locale.text(text).to_owned(),
        icon,
    };
    let named = |heading: &str, text: &str, mailbox: &MailboxName| {
        let folder = display_name(mailbox, locale);
        Said {
            heading: locale
                .language
                .constant(heading)
                .map_or_else(|| locale.language.say(heading, [("folder", folder.as_str().into())]), str::to_owned),
            text: locale
                .language
                .constant(text)
                .map_or_else(|| locale.language.say(text, [("folder", folder.as_str().into())]), str::to_owned),
            icon: PICTURE,
        }
    };
    match error {
        Account::SignedOut => plain("error-signed-out", "error-signed-out-text", "key-round"),
        Account::NotFound(What::Message(mailbox)) => named("error-message-gone", "error-message-gone-text", mailbox),
        Account::NotFound(What::Mailbox(mailbox)) => named("error-mailbox-gone", "error-mailbox-gone-text", mailbox),
        Account::NotFound(What::Part(mailbox)) => named("error-part-gone", "error-part-gone-text", mailbox),
        Account::NotFound(What::Page(mailbox)) => named("error-page-gone", "error-page-gone-text", mailbox),
        Account::NotFound(What::Upload(file)) => Said {
            text: locale.language.say("error-upload-gone-text", [("file", file.as_str().into())]),
            ..plain("error-upload-gone", "error-upload-gone", PICTURE)
        },
        Account::NotFound(What::Job) => plain("error-job-gone", "error-job-gone-text", PICTURE),
        Account::NotFound(What::Survey) => plain("error-survey-gone", "error-survey-gone-text", PICTURE),
        Account::NotKept => plain("error-not-kept", "error-not-kept-text", "hard-drive"),
        Account::MailboxRebuilt(mailbox) => named("error-rebuilt", "error-rebuilt-text", mailbox),
        Account::OverQuota => plain("error-over-quota", "error-over-quota-text", "hard-drive"),
        Account::Refused => plain("error-refused", "error-refused-text", "shield-alert"),
        Account::NoRole(role) => Said {
            text: locale.language.say("error-no-role-text", [("folder", locale.text(role_key(*role)).into())]),
            ..plain("error-no-role", "error-no-role", "folder")
        },
        Account::Unknown => plain("error-unknown", "error-unknown-text", "unplug"),
        Account::Unreachable(why) => match why {
            Unreachable::NoConnection => plain("error-unreachable", "error-unreachable-text", "unplug"),
            Unreachable::TooSlow => plain("error-too-slow", "error-too-slow-text", "unplug"),
            Unreachable::Insecure => plain("error-insecure", "error-insecure-text", "shield-alert"),
            Unreachable::Closed => plain("error-closed", "error-closed-text", "unplug"),
            Unreachable::Busy => plain("error-busy", "error-busy-text", "unplug"),
            Unreachable::Garbled => plain("error-garbled", "error-garbled-text", "unplug"),
        },
    }
}

/// What is said of it in one sentence, inside a page.
pub(super) fn sentence(error: &account::Error, locale: &Locale) -> String {
    said_by_account(error, locale).heading
}

/// What is said of a failed request, inside a page that goes on.
pub(super) fn told(error: &Error, locale: &Locale) -> String {
    let Said { heading, text, .. } = said(error, locale);
    match error {
        Error::Broken(reference) => format!("{heading}. {} {reference}", locale.text("reference")),
        _ if heading == text => format!("{heading}."),
        _ => format!("{heading}. {text}"),
    }
}

/// The text that names a role.
pub(super) fn role_key(role: Role) -> &'static str {
    match role {
        Role::Inbox => "role-inbox",
        Role::Drafts => "role-drafts",
        Role::Sent => "role-sent",
        Role::Archive => "role-archive",
        Role::Junk => "role-junk",
        Role::Trash => "role-trash",
    }
}

/// Where to go: the likeliest first.
fn ways(error: &Error, request: &HttpRequest, urls: &Urls, locale: &Locale) -> Vec<Way> {
    use account::Error as Account;
    let way = |url: String, key: &str| Way { url, label: locale.text(key).to_owned(), first: false };
    let mut ways = Vec::new();
    match error {
        Error::SignedOut | Error::Account(Account::SignedOut) => ways.push(way(urls.login(), "sign-in")),
        Error::Account(Account::NotFound(What::Page(mailbox))) => {
            ways.push(way(urls.mailbox(mailbox), "way-first-page"));
        }
        Error::Account(Account::NotFound(What::Survey) | Account::OverQuota) => {
            ways.push(way(urls.storage(), "way-storage"));
        }
        Error::Account(
            Account::NotFound(What::Message(mailbox) | What::Part(mailbox)) | Account::MailboxRebuilt(mailbox),
        ) => {
            let folder = display_name(mailbox, locale);
            let label = locale.language.say("way-back-to", [("folder", folder.into())]);
            ways.push(Way { url: urls.mailbox(mailbox), label, first: false });
        }
        _ if request.method() == Method::GET && error.retry_after().is_some() => {
            let again = request.uri().path_and_query().map_or_else(|| urls.home(), ToString::to_string);
            ways.push(way(again, "way-again"));
        }
        _ => {}
    }
    if let Error::FormTooOld(fields) = error
        && let Some((_, back)) = fields.iter().find(|(name, _)| name == "back")
        && let Some(back) = super::local_path::LocalPath::new(back, urls.base())
    {
        ways.push(way(back.as_str().to_owned(), "way-back-to-page"));
    }
    let inbox = urls.mailbox(&MailboxName::inbox());
    let leads_there = ways.iter().any(|way| way.url == inbox);
    if !leads_there && !matches!(error, Error::SignedOut | Error::Account(Account::SignedOut)) {
        ways.push(way(inbox, "way-inbox"));
    }
    if let Some(way) = ways.first_mut() {
        way.first = true;
    }
    ways
}
