//! What is on its way, waits, or did not go: `GET /outbox`, with what can be done about each.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::came_of::sent;
use super::chosen::go_to;
use super::compose_edit::{self, Footing};
use super::compose_show;
use super::compose_start::fresh_id;
use super::compose_told::Told;
use super::dates::Dates;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::identities::identities_of;
use super::later;
use super::locale::Locale;
use super::not_sent;
use super::page::Head;
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::typed::Typed;
use super::urls::{Begin, Urls};
use super::visit::Visit;
use crate::account::{Made, Queue, Queued, Sending};
use crate::mail::{Address, MessageId, Moment};

/// The page.
#[derive(Serialize)]
pub(super) struct OutboxShow {
    head: Head,
    shell: Shell,
    items: Vec<Item>,
}

/// A message.
#[derive(Serialize)]
struct Item {
    message_id: String,
    subject: String,
    people: String,
    /// "Waits", "Not sent" …
    state: String,
    kind: &'static str,
    icon: &'static str,
    /// Why, and what now.
    text: String,
    date: String,
    datetime: String,
    /// Where to write on; empty where there is no draft, or it is not time for that.
    edit_url: String,
    deeds: Vec<Deed>,
}

/// A button.
#[derive(Serialize)]
struct Deed {
    url: String,
    label: String,
    first: bool,
}

impl Template for OutboxShow {
    const NAME: &'static str = "pages/outbox_show.html";
}

/// `GET /outbox`
pub(super) async fn outbox_show(visit: Visit) -> Result<HttpResponse, Error> {
    let queued = visit.account().outbox().await?;
    // what is said here is known without the mail server, and wanted most where that can't be had
    let overview = visit.account().overview().await.unwrap_or_default();
    let shell = Shell::new(&visit, &overview, None).at_outbox();
    visit.answer(&OutboxShow::new(shell, &queued, &visit.locale, &visit.state.urls))
}

/// Whether a message is of interest here: what was sent and filed, or called off, is not.
pub(super) fn is_open(queued: &Queued) -> bool {
    !matches!(queued.sending.state, Queue::Sent { filed: true } | Queue::Cancelled)
}

impl OutboxShow {
    /// The page of these.
    pub(super) fn new(shell: Shell, queued: &[Queued], locale: &Locale, urls: &Urls) -> Self {
        let items = queued.iter().filter(|queued| is_open(queued)).map(|queued| item(queued, locale, urls)).collect();
        Self { head: Head::new(locale.text("outbox"), urls, locale), shell, items }
    }
}

fn item(queued: &Queued, locale: &Locale, urls: &Urls) -> Item {
    let (language, dates) = (&locale.language, Dates::now(locale));
    let sending = &queued.sending;
    let deed =
        |act: &str, key: &str| Deed { url: urls.outbox_act(act), label: locale.text(key).to_owned(), first: false };
    let (state, kind, icon, text, mut deeds) = match &sending.state {
        Queue::Waiting { due, after: None } => {
            let text = later::goes_out(*due, jiff::Timestamp::now(), locale);
            ("outbox-waits", "plain", "clock", text, vec![deed("now", "outbox-now"), deed("cancel", "outbox-cancel")])
        }
        Queue::Waiting { due, after: Some(why) } => {
            let time = dates.medium(Moment { seconds: *due, offset_minutes: 0 });
            let why = not_sent::told(why, locale);
            let text = language.say("outbox-again-at", [("why", why.into()), ("time", time.into())]);
            ("outbox-waits", "warn", "clock", text, vec![deed("now", "outbox-now"), deed("cancel", "outbox-cancel")])
        }
        Queue::Submitting => ("outbox-going", "plain", "send", locale.text("outbox-going-text").to_owned(), Vec::new()),
        Queue::Failed(why) => {
            let text = language.say("outbox-failed-text", [("why", not_sent::told(why, locale).into())]);
            (
                "outbox-failed",
                "bad",
                "circle-alert",
                text,
                vec![deed("retry", "outbox-retry"), deed("cancel", "outbox-forget")],
            )
        }
        Queue::Uncertain => {
            let text = locale.text("outbox-uncertain-text").to_owned();
            let deeds = vec![deed("retry", "outbox-retry-uncertain"), deed("cancel", "outbox-forget")];
            ("outbox-uncertain", "warn", "triangle-alert", text, deeds)
        }
        Queue::Sent { filed: false } => {
            let text = locale.text("outbox-not-filed-text").to_owned();
            ("outbox-not-filed", "warn", "triangle-alert", text, vec![deed("file", "outbox-file")])
        }
        // not shown: see `is_open`
        Queue::Sent { filed: true } | Queue::Cancelled => ("outbox-sent", "plain", "check", String::new(), Vec::new()),
    };
    if let Some(first) = deeds.first_mut() {
        first.first = true;
    }
    let can_be_edited = matches!(sending.state, Queue::Failed(_) | Queue::Uncertain);
    if can_be_edited && sending.made.is_none() && sending.draft.is_none() {
        deeds.push(deed("edit", "outbox-edit"));
    }
    let moment = Moment { seconds: queued.since, offset_minutes: 0 };
    let subject = clean(&queued.subject);
    Item {
        message_id: sending.message_id.to_string(),
        subject: if subject.is_empty() { locale.text("no-subject").to_owned() } else { subject },
        people: people(&sending.to, locale),
        state: locale.text(state).to_owned(),
        kind,
        icon,
        text,
        date: dates.medium(moment),
        datetime: dates.machine(moment),
        edit_url: if can_be_edited { go_on(sending, &urls.outbox(), urls) } else { String::new() },
        deeds,
    }
}

/// Where a message is gone on with: its draft, or what it was made of; empty where there is no such place.
fn go_on(sending: &Sending, back: &str, urls: &Urls) -> String {
    match (&sending.made, &sending.draft) {
        (Some(Made::Resent(message)), _) => urls.resend_again(message, &sending.message_id, back),
        (Some(Made::Answer(message) | Made::Receipt(message)), _) => urls.message(message),
        (None, Some(draft)) => urls.begin(Begin::Edit, draft, back),
        (None, None) => String::new(),
    }
}

/// "To Ann, Bo and 3 more".
fn people(to: &[Address], locale: &Locale) -> String {
    let mut said = to.iter().take(3).map(|person| clean(person.label())).collect::<Vec<_>>().join(", ");
    if to.len() > 3 {
        let more = (to.len() - 3).to_string();
        said = format!("{said} {}", locale.language.say("more-people", [("count", more.into())]));
    }
    locale.language.say("row-to", [("people", said.into())])
}

/// Which message a button of the page is about.
fn named(fields: &Fields) -> Result<MessageId, Error> {
    let id = fields.one("message_id").and_then(|id| MessageId::parse(id).ok());
    id.ok_or(Error::NotFound)
}

/// `POST /outbox/cancel`: takes a message back that waits, and goes on writing; what failed is forgotten, and its draft
/// stays.
pub(super) async fn outbox_cancel(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let id = named(&fields)?;
    // of what may have been sent nobody says that it was not
    let is_known = !visit.account().sending(&id).await?.is_some_and(|sending| sending.perhaps_sent);
    let left = if is_known { "done-unsent" } else { "done-left" };
    let sending = visit.account().cancel(&id).await?;
    let urls = &visit.state.urls;
    let message = |key: &str, kind| FlashMessage { text: visit.locale.text(key).to_owned(), kind, undo: None };
    Ok(match (&sending.state, &sending.draft) {
        (Queue::Cancelled, Some(draft)) => {
            let back = fields.one("back").and_then(|back| super::local_path::LocalPath::new(back, urls.base()));
            let back = back.map(|back| back.as_str().to_owned()).unwrap_or_default();
            let edit = urls.begin(Begin::Edit, draft, &back);
            go_to(&edit, Some(message(left, FlashKind::Good)), &visit)
        }
        (Queue::Cancelled, None) if sending.made.is_some() => {
            let left = if is_known { "done-cancelled" } else { left };
            go_to(&go_on(&sending, "", urls), Some(message(left, FlashKind::Good)), &visit)
        }
        (Queue::Cancelled, None) => write_on(&sending.message_id, left, &visit).await?,
        _ => go_to(&urls.outbox(), Some(message("outbox-too-late", FlashKind::Bad)), &visit),
    })
}

/// `POST /outbox/edit`: a composer with a message that has no draft.
pub(super) async fn outbox_edit(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    write_on(&named(&fields)?, "outbox-written-on", &visit).await
}

/// Draws a composer with what the outbox alone has. It counts as not saved: nowhere else is it safe.
async fn write_on(id: &MessageId, lead: &str, visit: &Visit) -> Result<HttpResponse, Error> {
    let draft = visit.account().take_back(id, later::now_here(&visit.locale)).await?.ok_or(Error::NotFound)?;
    let identities = identities_of(visit).await?;
    let mut typed = Typed::of(draft, &identities, None, visit.state.urls.outbox());
    typed.was.clear();
    // what may have been sent goes once more as another message
    let lead = match Footing::of(visit.account().sending(id).await?.as_ref()) {
        Footing::Another(lead) => {
            typed.message_id = fresh_id(visit.account().user())?;
            lead
        }
        Footing::Itself => lead,
        Footing::Waits => return Ok(compose_edit::waits(visit)),
    };
    let told = Told { lead: visit.locale.text(lead).to_owned(), ..Told::default() };
    compose_show::show(visit, StatusCode::OK, &typed, &identities, told).await
}

/// `POST /outbox/retry`: sends what failed once more; what may have been sent, only because its writer says so.
pub(super) async fn outbox_retry(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let sending = visit.account().retry(&named(&fields)?).await?;
    told(&visit, &sending)
}

/// `POST /outbox/now`: sends what waits.
pub(super) async fn outbox_now(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let sending = visit.account().send_now(&named(&fields)?).await?;
    told(&visit, &sending)
}

/// `POST /outbox/file`: puts the copy of a sent message into Sent.
pub(super) async fn outbox_file(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let sending = visit.account().save_copy(&named(&fields)?).await?;
    let (key, kind) = match sending.state {
        Queue::Sent { filed: true } => ("outbox-filed", FlashKind::Good),
        _ => ("done-not-filed", FlashKind::Bad),
    };
    let message = FlashMessage { text: visit.locale.text(key).to_owned(), kind, undo: None };
    Ok(go_to(&visit.state.urls.outbox(), Some(message), &visit))
}

/// Back to the page, where what became of it is to be seen.
fn told(visit: &Visit, sending: &Sending) -> Result<HttpResponse, Error> {
    let say = |key: &str| visit.locale.text(key).to_owned();
    let (text, kind) = match sending.state {
        Queue::Sent { .. } => (sent(sending, &visit.locale), FlashKind::Good),
        Queue::Submitting | Queue::Waiting { after: None, .. } => (say("done-sending"), FlashKind::Good),
        _ => (say("outbox-still-not"), FlashKind::Bad),
    };
    let message = FlashMessage { text, kind, undo: None };
    Ok(go_to(&visit.state.urls.outbox(), Some(message), visit))
}
