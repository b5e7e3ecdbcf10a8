//! A small picture of a picture: `GET /message/…/thumbnail/{part}`. It is made here, within limits, and never the
//! sender's own octets (`A-05`).

use actix_web::HttpResponse;
use actix_web::http::header;

use super::download::inert;
use super::error::Error;
use super::params::{MessageParam, PartParam};
use super::visit::Visit;

/// Nothing about it changes under its address, and only the person's own browser keeps it.
const KEPT: &str = "private, max-age=604800, immutable";

/// The picture, or 404.
pub(super) async fn part_thumbnail(
    visit: Visit,
    message: MessageParam,
    part: PartParam,
) -> Result<HttpResponse, Error> {
    let made = visit.account().open_thumbnail(&message.0, &part.0).await?;
    let mut response = HttpResponse::Ok();
    response.content_type(made.media_type);
    inert(&mut response);
    response.insert_header((header::CACHE_CONTROL, KEPT));
    Ok(response.body(made.octets))
}
