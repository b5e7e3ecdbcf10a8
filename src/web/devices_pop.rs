//! For people who fetch their mail by POP: `GET /devices/pop` says what is left on the server, how copies are kept and how to move to
//! IMAP; `POST` looks what a POP program would see.

use actix_web::HttpResponse;
use serde::Serialize;

use super::client_setup::{OwnAddress, Setup};
use super::dates::Dates;
use super::devices_check::trouble;
use super::error::Error;
use super::form::Fields;
use super::locale::Locale;
use super::page::Head;
use super::redirect::see_other;
use super::shell::Shell;
use super::sizes::size;
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use crate::account::{Maildrop, Overview, PopLook};
use crate::mail::Role;

/// The page.
#[derive(Serialize)]
pub(super) struct DevicesPop {
    /// Title and files.
    pub head: Head,
    /// What surrounds it.
    pub shell: Shell,
    /// What it says.
    pub seen: PopSeen,
}

impl Template for DevicesPop {
    const NAME: &'static str = "pages/devices_pop.html";
}

/// What a POP program would see, and what there is beside it.
#[derive(Serialize)]
pub(super) struct PopSeen {
    action: String,
    back: String,
    /// Whether there is a server to be asked.
    has_pop: bool,
    title: String,
    lead: String,
    button: String,
    /// What was found, the main thing first.
    lines: Vec<String>,
    /// What went wrong, and what can be done.
    trouble: String,
    how_to: Vec<HowTo>,
}

/// What to do in one program.
#[derive(Serialize)]
struct HowTo {
    title: String,
    text: String,
}

/// `GET /devices/pop`
pub(super) async fn devices_pop(visit: Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let (urls, locale) = (&visit.state.urls, &visit.locale);
    let look = visit.account().last_pop_look();
    visit.answer(&DevicesPop {
        head: Head::new(locale.text("pop-page"), urls, locale),
        shell: Shell::new(&visit, &overview, None),
        seen: PopSeen::new(visit.account().has_pop(), look.as_deref(), &overview, urls, locale),
    })
}

/// Looks, and goes back to the page.
pub(super) async fn devices_pop_look(visit: Visit, _form: Fields) -> Result<HttpResponse, Error> {
    let (account, config) = (visit.account(), &visit.state.config);
    let told = OwnAddress::parse(account.user(), config).and_then(|address| Setup::of(&address, config).pop3);
    let user = told.map_or_else(|| account.user().to_owned(), |reach| reach.user);
    account.look_by_pop(&user).await.ok_or(Error::NotFound)?;
    Ok(see_other(&format!("{}#look", visit.state.urls.devices_pop())))
}

impl PopSeen {
    /// What was seen, beside what the mailboxes hold.
    pub(super) fn new(
        has_pop: bool,
        look: Option<&PopLook>,
        overview: &Overview,
        urls: &Urls,
        locale: &Locale,
    ) -> Self {
        let text = |key: &str| locale.text(key).to_owned();
        let dates = Dates::now(locale);
        let (title, button) = match look {
            Some(look) => {
                (locale.language.say("pop-title-at", [("when", dates.medium(look.at).into())]), text("check-again"))
            }
            None => (text("pop-title"), text("pop-look")),
        };
        let (lines, trouble) = match look.map(|look| (look, &look.outcome)) {
            Some((_, Ok(maildrop))) => (seen(maildrop, overview, &dates, locale), String::new()),
            Some((look, Err(finding))) => (Vec::new(), trouble(*finding, &look.host, look.port, locale)),
            None => (Vec::new(), String::new()),
        };
        let how_to = ["outlook", "thunderbird", "apple", "android"].map(|program| HowTo {
            title: text(&format!("devices-{program}")),
            text: text(&format!("pop-keep-{program}")),
        });
        Self {
            action: urls.devices_pop(),
            back: urls.devices(),
            has_pop,
            title,
            lead: text("pop-look-lead"),
            button,
            lines,
            trouble,
            how_to: how_to.into(),
        }
    }
}

fn seen(maildrop: &Maildrop, overview: &Overview, dates: &Dates<'_>, locale: &Locale) -> Vec<String> {
    let language = &locale.language;
    let count = u64::from(maildrop.messages);
    if count == 0 {
        return [Some(locale.text("pop-empty").to_owned()), compared(0, overview, locale)]
            .into_iter()
            .flatten()
            .collect();
    }
    let (all, biggest) = (size(maildrop.octets, language), size(maildrop.biggest, language));
    let oldest = maildrop.oldest.map(|oldest| {
        language.count(
            "pop-oldest",
            count,
            [("date", dates.written_day(oldest).as_str()), ("biggest", biggest.as_str())],
        )
    });
    [
        Some(language.count("pop-sees", count, [("size", all.as_str())])),
        oldest,
        compared(maildrop.messages, overview, locale),
        elsewhere(overview, locale),
        Some(locale.text(if maildrop.is_named { "pop-named" } else { "pop-not-named" }).to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The same messages as in the inbox, or how many more or fewer.
fn compared(messages: u32, overview: &Overview, locale: &Locale) -> Option<String> {
    let inbox = overview.inbox()?.messages;
    let difference = u64::from(inbox.abs_diff(messages));
    Some(match inbox.cmp(&messages) {
        std::cmp::Ordering::Equal => locale.text("pop-same").to_owned(),
        std::cmp::Ordering::Greater => locale.language.count("pop-fewer", difference, []),
        std::cmp::Ordering::Less => locale.language.count("pop-beyond", difference, []),
    })
}

/// What no POP program ever sees.
fn elsewhere(overview: &Overview, locale: &Locale) -> Option<String> {
    let others = overview.mailboxes.iter().filter(|mailbox| mailbox.role != Some(Role::Inbox) && !mailbox.shared);
    let messages: u64 = others.filter_map(|mailbox| mailbox.counts).map(|counts| u64::from(counts.messages)).sum();
    (messages > 0).then(|| locale.language.count("pop-elsewhere", messages, []))
}
