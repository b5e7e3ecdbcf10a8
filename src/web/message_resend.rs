//! A message sent once more, unchanged, to somebody else: `GET /message/{mailbox}/{uidvalidity}/{uid}/resend` asks to whom,
//! `POST` sends it (RFC 5322 3.6.6). It goes by the outbox, once, as everything does.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::came_of::came_of;
use super::compose_post::soon;
use super::compose_start::fresh_id;
use super::compose_told::{Choice, Line, Problem, Told};
use super::dates::Dates;
use super::error::Error;
use super::form::Fields;
use super::identities::identities_of;
use super::later::now_here;
use super::local_path::LocalPath;
use super::locale::Locale;
use super::not_sent;
use super::page::{self, Head};
use super::params::{MessageParam, query_value};
use super::recipients::remember;
use super::redirect::see_other;
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::typed::Complaint;
use super::typed_people::{people, too_many};
use super::urls::{Urls, percent_encode};
use super::visit::Visit;
use crate::account::{self, Asked, Made, Opened, Queue, Resending, recipients_field};
use crate::mail::{Identity, MessageId};

/// The page.
#[derive(Serialize)]
pub(super) struct MessageResend {
    head: Head,
    shell: Shell,
    action: String,
    message_id: String,
    back: String,
    back_url: String,
    /// "From Ilse Brandt, 23 November 2026, 09:41".
    origin: String,
    subject: String,
    problem: Option<Problem>,
    writers: Vec<Choice>,
    from: Line,
    to: Line,
    cc: Line,
    suggest_url: String,
}

/// What stands in the form.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// The name under which it goes.
    pub message_id: MessageId,
    /// Which identity sends it on.
    pub from: u32,
    /// Recipients, as typed.
    pub to: String,
    /// The same.
    pub cc: String,
    /// Where to go afterwards; empty: to the message.
    pub back: String,
}

impl Template for MessageResend {
    const NAME: &'static str = "pages/message_resend.html";
}

/// Asks to whom. Without `id=` the browser is sent on to an address with the name under which it will go, so that whoever
/// reloads, or comes back after sending, is at the same one and not at a new one (`R-45`).
pub(super) async fn message_resend_show(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let urls = &visit.state.urls;
    let back = back(query_value(&visit.request, "back").as_deref(), urls);
    let address = urls.resend(&message.0, &back);
    let Some(id) = query_value(&visit.request, "id") else {
        let id = fresh_id(visit.account().user())?;
        let mark = if back.is_empty() { '?' } else { '&' };
        return Ok(see_other(&format!("{address}{mark}id={}", percent_encode(id.as_str()))));
    };
    let message_id = MessageId::parse(&id).map_err(|_| Error::NotFound)?;
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let identities = identities_of(&visit).await?;
    let known = visit.account().sending(&message_id).await?.filter(|known| known.made == Some(Made::Resent(message.0)));
    if let Some(known) = &known
        && let Some(answer) = came_of(&visit, known, &way(&back, &opened, urls)).await
    {
        return Ok(answer);
    }
    let typed = Typed {
        message_id,
        from: identities.iter().find(|one| one.is_default).map_or(0, |one| one.id),
        // taken back, or refused: whom it was to go to
        to: known.map(|known| recipients_field(&known.to)).unwrap_or_default(),
        cc: String::new(),
        back,
    };
    show(StatusCode::OK, &opened, &typed, &identities, &Told::default(), &visit).await
}

/// Sends it.
pub(super) async fn message_resend(visit: Visit, message: MessageParam, fields: Fields) -> Result<HttpResponse, Error> {
    let locale = &visit.locale;
    let typed = Typed::read(&fields, &visit.state.urls)?;
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let identities = identities_of(&visit).await?;
    let (by, complaints) = typed.resending(&identities, &visit);
    let told = Told { complaints, ..Told::default() };
    let (Some(by), true) = (by, told.complaints.is_empty()) else {
        return show(StatusCode::UNPROCESSABLE_ENTITY, &opened, &typed, &identities, &told, &visit).await;
    };
    let sending = match visit.account().resend(&opened.message, &by, soon(&visit).await?).await {
        Ok(sending) => sending,
        Err(account::Error::SignedOut) => return Err(account::Error::SignedOut.into()),
        Err(error) => {
            let (lead, status) = not_sent::not_begun(&error, locale);
            return show(status, &opened, &typed, &identities, &Told { lead, ..Told::default() }, &visit).await;
        }
    };
    if let Queue::Failed(why) = &sending.state {
        let (lead, complaints) = not_sent::failed(why, &[("to", &typed.to), ("cc", &typed.cc)], locale);
        let told = Told { lead, complaints, ..Told::default() };
        return show(StatusCode::UNPROCESSABLE_ENTITY, &opened, &typed, &identities, &told, &visit).await;
    }
    remember(by.to.iter().chain(&by.cc), &visit).await;
    let answer = came_of(&visit, &sending, &way(&typed.back, &opened, &visit.state.urls)).await;
    answer.ok_or_else(|| Error::broken(std::io::Error::other("a message in no state")))
}

/// A way back that does not leave the site; empty: none.
fn back(said: Option<&str>, urls: &Urls) -> String {
    let back = said.and_then(|said| LocalPath::new(said, urls.base()));
    back.map(|back| back.as_str().to_owned()).unwrap_or_default()
}

fn way(back: &str, opened: &Opened, urls: &Urls) -> String {
    if back.is_empty() { urls.message(&opened.message) } else { back.to_owned() }
}

async fn show(
    status: StatusCode,
    opened: &Opened,
    typed: &Typed,
    identities: &[Identity],
    told: &Told,
    visit: &Visit,
) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await.unwrap_or_default();
    let shell = Shell::new(visit, &overview, Some(&opened.message.mailbox));
    let page = MessageResend::new(shell, opened, typed, identities, told, &visit.locale, &visit.state.urls);
    page::answer(status, &page, &visit.state.templates, &visit.locale)
}

impl Typed {
    fn read(fields: &Fields, urls: &Urls) -> Result<Self, Error> {
        let one = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        let strange = |_| Error::BadInput("a form for sending on that is none of ours");
        Ok(Self {
            message_id: MessageId::parse(&one("message_id")).map_err(strange)?,
            from: one("from").parse().unwrap_or_default(),
            to: one("to"),
            cc: one("cc"),
            back: back(fields.one("back"), urls),
        })
    }

    /// Who sends it on to whom, and what is in the way of that.
    fn resending(&self, identities: &[Identity], visit: &Visit) -> (Option<Resending>, Vec<Complaint>) {
        let locale = &visit.locale;
        let mut complaints = Vec::new();
        let Some(writer) = identities.iter().find(|one| one.id == self.from) else {
            return (None, vec![Complaint::new("from", locale.text("compose-no-such-writer"))]); // I-05
        };
        let to = people("to", &self.to, &writer.address, locale, &mut complaints);
        let cc = people("cc", &self.cc, &writer.address, locale, &mut complaints);
        complaints.extend(too_many(to.len() + cc.len(), locale));
        if complaints.is_empty() && to.is_empty() && cc.is_empty() {
            complaints.push(Complaint::new("to", locale.text("compose-nobody")));
        }
        let (from, date, message_id) = (writer.address.clone(), now_here(locale), self.message_id.clone());
        (Some(Resending { from, to, cc, date, message_id }), complaints)
    }
}

impl MessageResend {
    /// The page of what was typed.
    pub(super) fn new(
        shell: Shell,
        opened: &Opened,
        typed: &Typed,
        identities: &[Identity],
        told: &Told,
        locale: &Locale,
        urls: &Urls,
    ) -> Self {
        let subject = clean(&opened.envelope.subject);
        let subject = if subject.is_empty() { locale.text("no-subject").to_owned() } else { subject };
        let who = opened.envelope.from.first().map(|from| clean(from.label())).unwrap_or_default();
        let date = Dates::now(locale).written(opened.envelope.sent_date.unwrap_or(opened.internal_date));
        Self {
            head: Head::new(locale.text("resend"), urls, locale),
            shell: shell.in_focus(),
            action: urls.resend(&opened.message, ""),
            message_id: typed.message_id.to_string(),
            back: typed.back.clone(),
            back_url: way(&typed.back, opened, urls),
            origin: match who.is_empty() {
                true => date,
                false => locale.language.say("resend-origin", [("who", who.into()), ("date", date.into())]),
            },
            subject,
            problem: told.problem(locale),
            writers: Choice::of_writers(identities, typed.from),
            from: told.line("from", ""),
            to: told.line("to", &typed.to),
            cc: told.line("cc", &typed.cc),
            suggest_url: urls.suggest(),
        }
    }
}
