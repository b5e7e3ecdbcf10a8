//! Whether parameters that track are taken out of links: a setting of a browser, in a cookie of its own.

use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse};

use super::cookies::{self, Name};
use super::state::State;
use crate::html::Links;

/// How long a browser keeps it.
const LASTS: Duration = Duration::days(365);
/// What the cookie says.
const UNTRACKED: &str = "untracked";

/// What this browser chose; as they were written, unless it did.
pub(super) fn of(request: &HttpRequest, state: &State) -> Links {
    match request.cookie(Name::Links.of(state)) {
        Some(cookie) if cookie.value() == UNTRACKED => Links::Untracked,
        _ => Links::AsWritten,
    }
}

/// Has the browser keep it.
pub(super) fn keep(links: Links, response: &mut HttpResponse, state: &State) {
    match links {
        Links::AsWritten => cookies::expire(response, Name::Links, state),
        Links::Untracked => cookies::set(response, Name::Links, UNTRACKED.to_owned(), Some(LASTS), state),
    }
}
