//! A part as a file: `GET /message/…/part/{part}/{name}`.

use actix_web::HttpResponse;

use super::download;
use super::error::Error;
use super::params::{MessageParam, PartParam};
use super::visit::Visit;

/// The file, streamed. The name in the address is for the eye; the one given is the message's own.
pub(super) async fn part_download(visit: Visit, message: MessageParam, part: PartParam) -> Result<HttpResponse, Error> {
    let file = visit.account().open_part(&message.0, &part.0).await?;
    Ok(download::attachment(&file.name, file.bytes, file.size))
}
