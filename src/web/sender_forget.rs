//! `POST /settings/senders`: a sender's remote pictures are blocked again.

use actix_web::HttpResponse;

use super::chosen::go_to;
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::shown::clean;
use super::visit::Visit;

/// `sender` is a mail address, as the page offers it.
pub(super) async fn sender_forget(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let sender = fields.one("sender").ok_or(Error::BadInput("no sender"))?;
    let (state, user) = (&visit.state, visit.account().user());
    state.store.senders().remove(user, sender, &state.key).await.map_err(Error::broken)?;
    let text = visit.locale.language.say("sender-forgotten", [("sender", clean(sender).into())]);
    let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
    Ok(go_to(&state.urls.settings(), Some(message), &visit))
}
