//! Our cookies: what they are called and how they are flagged (`S-06`).
//!
//! `__Host-` would force `Path=/` and hand them to every other application of the host: `__Secure-` it is.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::state::State;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// The session's id.
    Session,
    /// The key of the sealed password.
    Key,
    /// What ties a sign-in form to a browser.
    Login,
    /// What happened, for the next page.
    Flash,
    /// How often lists look for mail by themselves.
    Refresh,
    /// What becomes of links that track.
    Links,
    /// Whether receipts that senders ask for are told of.
    Receipts,
}

impl Name {
    /// The cookie's name here: the prefix only where browsers come by TLS, since they refuse it otherwise.
    pub(super) fn of(self, state: &State) -> &'static str {
        match (self, state.origin.is_secure()) {
            (Self::Session, true) => "__Secure-fernpost",
            (Self::Session, false) => "fernpost",
            (Self::Key, true) => "__Secure-fernpost_key",
            (Self::Key, false) => "fernpost_key",
            (Self::Login, true) => "__Secure-fernpost_login",
            (Self::Login, false) => "fernpost_login",
            (Self::Flash, true) => "__Secure-fernpost_flash",
            (Self::Flash, false) => "fernpost_flash",
            (Self::Refresh, true) => "__Secure-fernpost_refresh",
            (Self::Refresh, false) => "fernpost_refresh",
            (Self::Links, true) => "__Secure-fernpost_links",
            (Self::Links, false) => "fernpost_links",
            (Self::Receipts, true) => "__Secure-fernpost_receipts",
            (Self::Receipts, false) => "fernpost_receipts",
        }
    }
}

/// The path that our cookies are for.
pub(super) fn path(state: &State) -> String {
    if state.config.base_path.is_empty() { "/".to_owned() } else { state.config.base_path.clone() }
}

/// Gives the browser a cookie; without `lasts` it goes with the browser session.
pub(super) fn set(response: &mut HttpResponse, name: Name, value: String, lasts: Option<Duration>, state: &State) {
    let mut cookie = bare(name, value, state);
    if let Some(lasts) = lasts {
        cookie.set_max_age(lasts);
    }
    add(response, &cookie);
}

/// Takes a cookie back.
pub(super) fn expire(response: &mut HttpResponse, name: Name, state: &State) {
    let mut cookie = bare(name, String::new(), state);
    cookie.make_removal();
    add(response, &cookie);
}

fn bare(name: Name, value: String, state: &State) -> Cookie<'static> {
    Cookie::build(name.of(state), value)
        .path(path(state))
        .secure(state.origin.is_secure())
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

fn add(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    // Fails for control characters only, and no value of ours has any.
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, name = cookie.name(), "a cookie could not be written");
    }
}
