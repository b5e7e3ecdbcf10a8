//! Out of a mailing: `GET /message/{mailbox}/{uidvalidity}/{uid}/unsubscribe` says where the ways lead, and tells
//! nobody anything; `POST` tells the sender, once, where the sender takes that (RFC 8058, `X-15`).

use actix_web::HttpResponse;
use serde::Serialize;

use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::params::MessageParam;
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::urls::{Urls, percent_encode};
use super::visit::Visit;
use crate::account::{Asked, Opened};
use crate::mail::Letter;

/// The page.
#[derive(Serialize)]
pub(super) struct MessageUnsubscribe {
    head: Head,
    shell: Shell,
    question: String,
    doubtful: bool,
    ways: Vec<Way>,
    action: String,
    message_url: String,
}

/// What is posted (RFC 8058 3.1).
const ONE_CLICK: [(&str, &str); 1] = [("List-Unsubscribe", "One-Click")];

/// Whether senders can be told from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByUs {
    /// They can.
    Possible,
    /// The operator switched it off.
    Off,
}

/// One way: what it means, and where it leads if it is a link.
#[derive(Serialize, Default)]
struct Way {
    text: String,
    icon: &'static str,
    label: String,
    url: String,
    /// Whether it leads to somebody else's page.
    leaves: bool,
}

impl Template for MessageUnsubscribe {
    const NAME: &'static str = "pages/message_unsubscribe.html";
}

/// Asks, and says where it leads.
pub(super) async fn message_unsubscribe_ask(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let overview = visit.account().overview().await?;
    let shell = Shell::new(&visit, &overview, Some(&opened.message.mailbox));
    let by_us = if visit.state.remote.is_enabled() { ByUs::Possible } else { ByUs::Off };
    visit.answer(&MessageUnsubscribe::new(shell, &opened, by_us, &visit.locale, &visit.state.urls))
}

/// Tells the sender, and says what came of it: done, refused, or not told; then the other ways are still there.
pub(super) async fn message_unsubscribe(
    visit: Visit,
    message: MessageParam,
    _token: Fields,
) -> Result<HttpResponse, Error> {
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let address = &opened.unsubscribe.one_click;
    if address.is_empty() {
        return Err(Error::NotFound);
    }
    let told = visit.state.remote.post(address, &ONE_CLICK, visit.account().user()).await;
    let host = [("host", host(address).into())];
    let (urls, language) = (&visit.state.urls, &visit.locale.language);
    let (text, kind, to) = match told {
        Ok(200..=299) => (language.say("unsubscribe-done", host), FlashKind::Good, urls.message(&message.0)),
        Ok(_) => (language.say("unsubscribe-refused", host), FlashKind::Bad, urls.unsubscribe(&message.0)),
        Err(error) => {
            tracing::info!(%error, "a sender could not be told");
            (language.say("unsubscribe-unreachable", host), FlashKind::Bad, urls.unsubscribe(&message.0))
        }
    };
    Ok(go_to(&to, Some(FlashMessage { text, kind, undo: None }), &visit))
}

impl MessageUnsubscribe {
    /// The ways that `opened` offers.
    pub(super) fn new(shell: Shell, opened: &Opened, by_us: ByUs, locale: &Locale, urls: &Urls) -> Self {
        let language = &locale.language;
        let offered = &opened.unsubscribe;
        let sender = opened.envelope.from.first().map(|from| clean(from.label())).unwrap_or_default();
        let question = language.say("unsubscribe-from", [("sender", sender.into())]);
        let mut ways = Vec::new();
        if offered.is_empty() {
            ways.push(Way { text: locale.text("unsubscribe-none").to_owned(), ..Way::default() });
        }
        let one_click = by_us == ByUs::Possible && !offered.one_click.is_empty();
        if one_click {
            let host = host(&offered.one_click);
            ways.push(Way { text: language.say("unsubscribe-click", [("host", host.into())]), ..Way::default() });
        }
        if !offered.page.is_empty() {
            let host = host(&offered.page);
            ways.push(Way {
                text: language.say("unsubscribe-page", [("host", host.as_str().into())]),
                icon: "external-link",
                label: language.say("unsubscribe-open", [("host", host.into())]),
                leaves: true,
                url: offered.page.clone(),
            });
        }
        if let Some(letter) = &offered.letter {
            let (address, subject) = (clean(&letter.to), clean(&letter.subject));
            let to = || ("address", address.as_str().into());
            ways.push(Way {
                text: match subject.is_empty() {
                    true => language.say("unsubscribe-letter-plain", [to()]),
                    false => language.say("unsubscribe-letter", [to(), ("subject", subject.into())]),
                },
                icon: "mail",
                label: language.say("unsubscribe-write", [to()]),
                leaves: false,
                url: urls.write_to(&mailto(letter), &urls.message(&opened.message)),
            });
        }
        Self {
            head: Head::new(question.clone(), urls, locale),
            shell,
            question,
            doubtful: !offered.is_empty() && !opened.authenticity.is_verified(),
            ways,
            action: if one_click { urls.unsubscribe(&opened.message) } else { String::new() },
            message_url: urls.message(&opened.message),
        }
    }
}

/// Whom a page belongs to.
fn host(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(clean)).unwrap_or_default()
}

/// As a link (RFC 6068).
fn mailto(letter: &Letter) -> String {
    let (local, domain) = letter.to.rsplit_once('@').unwrap_or((&letter.to, ""));
    let mut link = format!("mailto:{}@{}", percent_encode(local), percent_encode(domain));
    let fields = [("subject", &letter.subject), ("body", &letter.text)];
    for (at, (name, value)) in fields.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        link.push(if at == 0 { '?' } else { '&' });
        link.push_str(&format!("{name}={}", percent_encode(value)));
    }
    link
}
