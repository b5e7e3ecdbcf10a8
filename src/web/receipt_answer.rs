//! `POST /message/{mailbox}/{uidvalidity}/{uid}/receipt`: a receipt is given, or refused, because somebody pressed a button (`X-15`).

use actix_web::HttpResponse;

use super::came_of::came_of;
use super::chosen::go_to;
use super::dates::Dates;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::later::now_here;
use super::local_path::LocalPath;
use super::not_sent;
use super::params::MessageParam;
use super::receipt_asked::{reader, receipt_id};
use super::shown::clean;
use super::visit::Visit;
use crate::account::{self, Asked, Opened, Queue, ReceiptGiven};
use crate::mail::Identity;

/// Gives it or not. `choice` is `send` or `refuse`; `back` is the page that it was asked on.
pub(super) async fn receipt_answer(visit: Visit, message: MessageParam, fields: Fields) -> Result<HttpResponse, Error> {
    let (locale, urls) = (&visit.locale, &visit.state.urls);
    let opened = visit.account().peek_message(&message.0, &Asked::default()).await?;
    let back = fields.one("back").and_then(|back| LocalPath::new(back, urls.base()));
    let back = back.map_or_else(|| urls.message(&opened.message), |back| back.as_str().to_owned());
    let say = |key: &str, kind| {
        let message = FlashMessage { text: locale.text(key).to_owned(), kind, undo: None };
        go_to(&back, Some(message), &visit)
    };
    // another page, or another program, was first
    let Some(reader) = reader(&visit, &opened).await? else { return Ok(say("receipt-answered", FlashKind::Bad)) };
    match fields.one("choice") {
        Some("send") => {}
        Some("refuse") => {
            visit.account().close_receipt(&opened.message).await?;
            return Ok(say("receipt-refused", FlashKind::Good));
        }
        _ => return Err(Error::BadInput("no such choice")),
    }
    let sending = match visit.account().send_receipt(&opened, &given(&visit, &opened, &reader)).await {
        Ok(sending) => sending,
        Err(account::Error::Refused) => return Ok(say("receipt-not-possible", FlashKind::Bad)),
        Err(error) => return Err(error.into()),
    };
    if let Queue::Failed(why) = &sending.state {
        let text = locale.language.say("receipt-unsent", [("why", not_sent::told(why, locale).into())]);
        return Ok(go_to(&back, Some(FlashMessage { text, kind: FlashKind::Bad, undo: None }), &visit));
    }
    match came_of(&visit, &sending, &back).await {
        Some(answer) => Ok(answer),
        None => Ok(say("receipt-answered", FlashKind::Bad)),
    }
}

/// The receipt, with what people read of it.
fn given(visit: &Visit, opened: &Opened, reader: &Identity) -> ReceiptGiven {
    let (locale, dates) = (&visit.locale, Dates::now(&visit.locale));
    let subject = match clean(&opened.envelope.subject) {
        none if none.is_empty() => locale.text("no-subject").to_owned(),
        subject => subject,
    };
    let date = dates.full(opened.envelope.sent_date.unwrap_or(opened.internal_date));
    let words =
        [("subject", subject.as_str().into()), ("date", date.into()), ("addr", clean(&reader.address.addr).into())];
    ReceiptGiven {
        message_id: receipt_id(visit, opened),
        now: now_here(locale),
        from: reader.address.clone(),
        subject: locale.language.say("receipt-subject", [("subject", subject.as_str().into())]),
        text: locale.language.say("receipt-text", words),
    }
}
