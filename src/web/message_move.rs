//! `POST /messages/move`

use actix_web::HttpResponse;

use super::chosen::Chosen;
use super::error::Error;
use super::form::Fields;
use super::mailbox_param::read_field;
use super::visit::Visit;

/// Moves the chosen messages to the folder `to`.
pub(super) async fn message_move(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let Some(to) = fields.one("to") else {
        return Ok(chosen.bad_news(visit.locale.text("nowhere-chosen"), &visit));
    };
    let to = read_field(to).ok_or(Error::NotFound)?;
    let changed = visit.account().move_messages(&chosen.selection, &to).await?;
    let overview = visit.names().await;
    Ok(chosen.good_news("done-moved", &changed, &overview, &visit))
}
