//! `POST /messages/archive`

use actix_web::HttpResponse;

use super::chosen::Chosen;
use super::error::Error;
use super::form::Fields;
use super::visit::Visit;
use crate::mail::Role;

/// Moves the chosen messages to Archive.
pub(super) async fn message_archive(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    let changed = visit.account().move_to_role(&chosen.selection, Role::Archive).await?;
    let overview = visit.names().await;
    Ok(chosen.good_news("done-moved", &changed, &overview, &visit))
}
