//! `POST /messages/undo`

use actix_web::HttpResponse;

use super::chosen::{Chosen, name};
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::mailbox_param::read_field;
use super::visit::Visit;

/// Moves messages back to where they came from: `mailbox`, `uidvalidity` and `uid` say where they are now, `to` where
/// they were.
pub(super) async fn message_undo(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    let to = fields.one("to").and_then(read_field).ok_or(Error::NotFound)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let changed = visit.account().move_back(&chosen.selection, &to).await?;
    if changed.done == 0 {
        return Ok(chosen.bad_news(visit.locale.text("all-gone"), &visit));
    }
    let overview = visit.names().await;
    let folder = name(&to, &overview, &visit);
    let text = visit.locale.language.count("done-moved-back", changed.done.into(), [("folder", folder.as_str())]);
    Ok(chosen.go_back(Some(FlashMessage { text, kind: FlashKind::Good, undo: None }), &visit))
}
