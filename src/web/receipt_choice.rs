//! Whether a page says that a sender asks for a receipt (RFC 8098): a setting of a browser, in a cookie of its own. None
//! is ever sent by itself, whatever is chosen (`X-15`).

use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse};

use super::cookies::{self, Name};
use super::state::State;

/// How long a browser keeps it.
const LASTS: Duration = Duration::days(365);
/// What the cookie says.
const UNTOLD: &str = "untold";

/// Whether it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receipts {
    /// It is, unless somebody chose otherwise.
    Told,
    /// It is not.
    Untold,
}

/// What this browser chose.
pub(super) fn of(request: &HttpRequest, state: &State) -> Receipts {
    match request.cookie(Name::Receipts.of(state)) {
        Some(cookie) if cookie.value() == UNTOLD => Receipts::Untold,
        _ => Receipts::Told,
    }
}

/// Has the browser keep it.
pub(super) fn keep(receipts: Receipts, response: &mut HttpResponse, state: &State) {
    match receipts {
        Receipts::Told => cookies::expire(response, Name::Receipts, state),
        Receipts::Untold => cookies::set(response, Name::Receipts, UNTOLD.to_owned(), Some(LASTS), state),
    }
}
