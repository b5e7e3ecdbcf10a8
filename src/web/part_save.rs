//! An attached message, saved as a message: `POST /message/…/save/{part}`.

use actix_web::HttpResponse;

use super::chosen::{go_to, name};
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::mailbox_param::read_field;
use super::params::{MessageParam, PartParam};
use super::visit::Visit;

/// Saves it into the folder `to`, and goes back to the message it came with.
pub(super) async fn part_save(
    visit: Visit,
    message: MessageParam,
    part: PartParam,
    fields: Fields,
) -> Result<HttpResponse, Error> {
    let to = fields.one("to").and_then(read_field).ok_or(Error::NotFound)?;
    visit.account().save_message(&message.0, &part.0, &to).await?;
    let overview = visit.names().await;
    let folder = name(&to, &overview, &visit);
    let text = visit.locale.language.say("done-saved", [("folder", folder.into())]);
    let message_url = visit.state.urls.message(&message.0);
    Ok(go_to(&message_url, Some(FlashMessage { text, kind: FlashKind::Good, undo: None }), &visit))
}
