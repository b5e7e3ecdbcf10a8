//! What became of a message that was to be sent: where that leads, and what is said.

use actix_web::HttpResponse;
use jiff::Timestamp;

use super::chosen::go_to;
use super::dates::Dates;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::later;
use super::locale::Locale;
use super::not_sent;
use super::visit::Visit;
use crate::account::{Queue, Sending};
use crate::mail::Moment;

/// Where to go when it is over.
pub(super) fn way_back(visit: &Visit, back: &str) -> String {
    if back.is_empty() { visit.state.urls.home() } else { back.to_owned() }
}

/// Where a message that is on its way leads, and what is said: the same whoever asks, and how often (`R-31`, `R-45`).
/// `None` where it is to be written on.
pub(super) async fn came_of(visit: &Visit, sending: &Sending, back: &str) -> Option<HttpResponse> {
    let (language, urls) = (&visit.locale.language, &visit.state.urls);
    let mut message = FlashMessage { text: String::new(), kind: FlashKind::Good, undo: None };
    let mut path = way_back(visit, back);
    let id = || ("message_id", sending.message_id.to_string());
    match &sending.state {
        Queue::Waiting { after: Some(why), .. } => {
            let why = not_sent::told(why, &visit.locale);
            message.text = language.say("done-tries-again", [("why", why.into())]);
            message.kind = FlashKind::Bad;
            path = urls.outbox();
        }
        Queue::Waiting { due, after: None } => {
            message.text = later::goes_out(*due, Timestamp::now(), &visit.locale);
            message.undo = Some(UndoForm::new(urls.outbox_act("cancel"), [id()]));
        }
        Queue::Submitting => message.text = language.text("done-sending").to_owned(),
        Queue::Sent { filed: true } => message.text = sent(sending, &visit.locale),
        Queue::Sent { filed: false } => {
            message.text = not_filed(sending, &visit.locale);
            message.kind = FlashKind::Bad;
            path = urls.outbox();
        }
        Queue::Uncertain => {
            message.text = language.text("done-uncertain").to_owned();
            message.kind = FlashKind::Bad;
            path = urls.outbox();
        }
        Queue::Failed(_) | Queue::Cancelled => return None,
    }
    if sending.conflict {
        message.text = format!("{} {}", message.text, language.text("done-conflict"));
    }
    if sending.unconfirmed && !matches!(sending.state, Queue::Waiting { after: Some(_), .. } | Queue::Uncertain) {
        message.text = format!("{} {}", message.text, language.text("done-unconfirmed"));
    }
    Some(go_to(&path, Some(message), visit))
}

/// That a message has left; one that the mail server holds back has not gone out with that.
pub(super) fn sent(sending: &Sending, locale: &Locale) -> String {
    match held(sending, locale) {
        Some(time) => locale.language.say("done-handed-over", [("time", time.into())]),
        None => locale.text("done-sent").to_owned(),
    }
}

/// The same where its copy is not in Sent.
fn not_filed(sending: &Sending, locale: &Locale) -> String {
    match held(sending, locale) {
        Some(time) => locale.language.say("done-handed-not-filed", [("time", time.into())]),
        None => locale.text("done-not-filed").to_owned(),
    }
}

/// When the mail server lets it go that holds it back, if that is still to come.
fn held(sending: &Sending, locale: &Locale) -> Option<String> {
    let now = Timestamp::now();
    let until = sending.held_until.filter(|until| *until > now.as_second())?;
    Some(Dates::at(locale, now).full(Moment { seconds: until, offset_minutes: 0 }))
}
