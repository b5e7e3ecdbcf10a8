//! `POST /messages/junk`

use actix_web::HttpResponse;

use super::chosen::Chosen;
use super::error::Error;
use super::form::Fields;
use super::visit::Visit;
use crate::mail::Role;

/// Moves the chosen messages to Junk; with `on=0` out of it, to the inbox.
pub(super) async fn message_junk(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let to = if fields.one("on") == Some("0") { Role::Inbox } else { Role::Junk };
    let changed = visit.account().move_to_role(&chosen.selection, to).await?;
    let overview = visit.names().await;
    Ok(chosen.good_news("done-moved", &changed, &overview, &visit))
}
