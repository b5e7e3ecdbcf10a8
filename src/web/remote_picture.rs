//! A picture on somebody else's server, fetched by us: `GET /message/…/remote?t=`. Only what we signed (`P-01`), and
//! whatever it says it is, a picture by its bytes (`P-03`). Its sender sees this server and the hour at most: neither
//! who looks, nor from where, nor how often.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::download::inert;
use super::error::Error;
use super::params::{MessageParam, query_value};
use super::remote_token;
use super::visit::Visit;

/// The picture, or one transparent pixel in its place.
pub(super) async fn remote_picture(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let token = query_value(&visit.request, "t").unwrap_or_default();
    let message = state.urls.message(&message.0);
    let url = remote_token::read_picture(&token, &message, user, &state.key).ok_or(Error::Foreign)?;
    let picture = state.remote.picture(&url, user).await;
    // the browser keeps what it has seen for as long as its address holds; a failure it may ask for again
    let keep = if picture.is_placeholder { "private, max-age=60" } else { "private, max-age=3600" };
    let mut response = HttpResponse::Ok();
    response.content_type(picture.media_type);
    inert(&mut response);
    response.insert_header((header::CACHE_CONTROL, keep));
    Ok(response.body(picture.bytes))
}
