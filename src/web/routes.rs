//! Every route, on one screen.

use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route, guard, web};

use super::Error;
use super::login::{login, login_show};
use super::logout::logout;
use super::panics;
use super::redirect::see_other;
use super::signed_in::SignedIn;
use super::state::State;
use crate::mail::MailboxName;

/// Lays the routes below the base path.
pub(super) fn configure(config: &mut web::ServiceConfig, state: &web::Data<State>) {
    let base = state.config.base_path.as_str();
    let mut on = |path: &str, routes: Vec<Route>| {
        let resource = routes.into_iter().fold(web::resource(format!("{base}{path}")), actix_web::Resource::route);
        config.service(resource.default_service(web::to(nothing_here)).wrap(from_fn(panics::catch)));
    };
    // signing in and out
    on("/", vec![get(home)]);
    on("/login", vec![get(login_show), post(login)]);
    on("/logout", vec![post(logout)]);
    // what pages are made of
    on("/static/{hash}/{name:.*}", vec![get(static_file)]);
    // without its slash, and where nothing of ours is
    if !base.is_empty() {
        on("", vec![get(to_home)]);
        config.service(web::resource("/").route(get(to_home)));
    }
    config.default_service(web::to(nothing_here));
}

/// A page: GET, and HEAD for those who look before they fetch.
fn get<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler)
}

/// A change.
fn post<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::post().to(handler)
}

/// `GET /`: to the inbox.
async fn home(_person: SignedIn, state: web::Data<State>) -> HttpResponse {
    see_other(&state.urls.mailbox(&MailboxName::inbox()))
}

async fn to_home(state: web::Data<State>) -> HttpResponse {
    see_other(&state.urls.home())
}

async fn static_file(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Error> {
    let (hash, name) = path.into_inner();
    state.assets.serve(&hash, &name, &request).ok_or(Error::NotFound)
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::NotFound)
}
