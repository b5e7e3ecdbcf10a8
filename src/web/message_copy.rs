//! `POST /messages/copy`

use actix_web::HttpResponse;

use super::chosen::Chosen;
use super::error::Error;
use super::form::Fields;
use super::mailbox_param::read_field;
use super::visit::Visit;
use crate::account::Changed;

/// Copies the chosen messages to the folder `copy_to`, or `to` where a form has no other list of folders.
pub(super) async fn message_copy(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let Some(to) = fields.one("copy_to").or_else(|| fields.one("to")) else {
        return Ok(chosen.bad_news(visit.locale.text("nowhere-chosen"), &visit));
    };
    let to = read_field(to).ok_or(Error::NotFound)?;
    let changed = visit.account().copy_messages(&chosen.selection, &to).await?;
    let overview = visit.names().await;
    // undoing by a move would leave every message here twice
    let changed = Changed { undo: None, ..changed };
    Ok(chosen.good_news("done-copied", &changed, &overview, &visit))
}
