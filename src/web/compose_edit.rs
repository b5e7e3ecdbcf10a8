//! A draft that is written on, and what the outbox knows of it: what waits to be sent is taken back first, and what may have been sent
//! is written on as another message.

use actix_web::HttpResponse;

use super::chosen::go_to;
use super::compose_start::fresh_id;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::redirect::see_other;
use super::urls::{Begin, percent_encode};
use super::visit::Visit;
use crate::account::{self, Queue, Sending};
use crate::mail::{MessageId, MessageRef};

/// What a draft can be written on as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Footing {
    /// As what it is.
    Itself,
    /// As another message: under its own name one was sent, or may have been. The sentence that says so.
    Another(&'static str),
    /// Not at all as long as it waits to be sent.
    Waits,
}

impl Footing {
    /// By what is known of the name that the draft has.
    pub(super) fn of(sending: Option<&Sending>) -> Self {
        let Some(sending) = sending else { return Self::Itself };
        match &sending.state {
            Queue::Waiting { .. } | Queue::Submitting => Self::Waits,
            Queue::Sent { .. } => Self::Another("compose-was-sent"),
            // whatever was done with it since
            _ if sending.perhaps_sent => Self::Another("compose-perhaps-sent"),
            Queue::Failed(_) | Queue::Uncertain | Queue::Cancelled => Self::Itself,
        }
    }
}

/// Leads on from `?edit=` to the same with the message's name, so that whoever comes back after sending is told what became of it
/// (`R-45`). `query` is what was asked.
pub(super) async fn name_it(visit: &Visit, draft: &MessageRef, query: &str) -> Result<HttpResponse, Error> {
    let user = visit.account().user();
    let Some(own) = visit.account().name_of(draft).await? else { return Ok(named(visit, query, &fresh_id(user)?)) };
    Ok(match Footing::of(visit.account().sending(&own).await?.as_ref()) {
        Footing::Itself => named(visit, query, &own),
        Footing::Another(_) => named(visit, query, &fresh_id(user)?),
        Footing::Waits => waits(visit),
    })
}

/// Leads on to the same with this name; `query` is what was asked.
pub(super) fn named(visit: &Visit, query: &str, id: &MessageId) -> HttpResponse {
    let mark = if query.is_empty() { "" } else { "&" };
    see_other(&format!("{}?{query}{mark}id={}", visit.state.urls.compose(), percent_encode(id.as_str())))
}

/// Where a draft is gone on with that is not where it was: it was saved again since, and whoever comes back is led to it.
pub(super) async fn moved(
    visit: &Visit,
    id: &MessageId,
    back: &str,
    gone: account::Error,
) -> Result<HttpResponse, Error> {
    let is_gone = matches!(gone, account::Error::NotFound(_) | account::Error::MailboxRebuilt(_));
    match if is_gone { visit.account().newest_draft(id).await? } else { None } {
        Some(newest) => Ok(see_other(&visit.state.urls.begin(Begin::Edit, &newest, back))),
        None => Err(gone.into()),
    }
}

/// To the outbox, where it can be taken back: nothing changes on GET.
pub(super) fn waits(visit: &Visit) -> HttpResponse {
    let text = visit.locale.text("compose-waits").to_owned();
    go_to(&visit.state.urls.outbox(), Some(FlashMessage { text, kind: FlashKind::Bad, undo: None }), visit)
}
