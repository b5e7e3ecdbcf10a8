//! Sending a browser to another page of ours.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};

use super::state::State;

/// 303: look there, with GET.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// To the sign-in page, and from there back to where this request wanted to go.
pub(super) fn to_login(request: &HttpRequest, state: &State) -> HttpResponse {
    let login = state.urls.login();
    let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
    let home = state.urls.home();
    // What a form was sent to can't be gone back to: only its page could.
    if request.method().is_safe() && asked != home && format!("{asked}/") != home {
        let next: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        see_other(&format!("{login}?next={next}"))
    } else {
        see_other(&login)
    }
}
