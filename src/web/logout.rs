//! Signing out (`S-04`).

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};

use super::cookies::{self, Name};
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::locale::Locale;
use super::redirect::see_other;
use super::signed_in::SignedIn;
use super::state::State;

/// Ends the session, closes the person's connections and takes the cookies back.
pub(super) async fn logout(
    _fields: Fields,
    person: SignedIn,
    session: Session,
    request: HttpRequest,
    state: web::Data<State>,
) -> HttpResponse {
    state.accounts.sign_out(&person.account);
    session.purge();
    let mut response = see_other(&state.urls.login());
    cookies::expire(&mut response, Name::Key, &state);
    let language = Locale::of(&request, &state.words, None);
    let text = language.map(|language| language.text("signed-out").to_owned()).unwrap_or_default();
    FlashMessage { text, kind: FlashKind::Good, undo: None }.set(&mut response, &state);
    response
}
