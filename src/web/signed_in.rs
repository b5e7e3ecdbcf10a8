//! Who asks: an extractor, so that no handler forgets to ask.

use std::future::{Ready, ready};

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::cookies::{self, Name};
use super::session::{Who, key_from_text};
use super::state::State;
use super::{csrf, redirect, zone};
use crate::account::Account;

/// A signed-in person. Where there is none, the browser is sent to the sign-in page.
pub(super) struct SignedIn {
    /// Their account.
    pub(super) account: Account,
    /// The zone their browser told: a name of at most 64 characters, perhaps of no zone.
    pub(super) zone: Option<String>,
    csrf: [u8; 32],
}

/// A keyed hash of the user's name, for the log.
#[derive(Debug, Clone)]
pub(super) struct UserHash(pub(super) String);

impl SignedIn {
    /// The token for a form of this person; another text each time.
    pub(super) fn csrf_token(&self) -> String {
        csrf::token(&self.csrf).unwrap_or_else(|error| {
            tracing::error!(%error, "no token for a form");
            String::new()
        })
    }

    /// Whether a form's token is this person's.
    pub(super) fn holds(&self, token: &str) -> bool {
        csrf::holds(token, &self.csrf)
    }

    /// What only this session has, for what is signed for it; never sent.
    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.csrf
    }

    /// The person of this request. A session whose password does not open, or whose mail domain is
    /// served no longer, is ended (`S-07`).
    pub(super) fn of(request: &HttpRequest, state: &State) -> Option<Self> {
        let session = request.get_session();
        let who = Who::of(&session)?;
        let key = request.cookie(Name::Key.of(state)).and_then(|cookie| key_from_text(cookie.value()));
        let opened = key.and_then(|key| who.open(&key)).zip(who.csrf());
        let resumed =
            opened.and_then(|(password, csrf)| Some((state.accounts.resume(&who.user, password).ok()?, csrf)));
        let Some((account, csrf)) = resumed else {
            session.purge();
            return None;
        };
        request.extensions_mut().insert(user_hash(&who.user, state));
        Some(Self { account, zone: zone::of(request), csrf })
    }
}

/// How a user is called in the log.
pub(super) fn user_hash(user: &str, state: &State) -> UserHash {
    let [a, b, c, d, ..] = state.key.sign("user in the log", user.as_bytes());
    UserHash(format!("{a:02x}{b:02x}{c:02x}{d:02x}"))
}

/// How a user's tabs find each other in a browser: 16 hexadecimal digits that name the user to nobody else.
pub(super) fn tab_name(user: &str, state: &State) -> String {
    let signed = state.key.sign("user in a page", user.as_bytes());
    signed.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(require(request))
    }
}

/// The person of this request, or the way to the sign-in page.
pub(super) fn require(request: &HttpRequest) -> Result<SignedIn, actix_web::Error> {
    let state = State::of(request)?;
    SignedIn::of(request, state).ok_or_else(|| {
        let mut response = redirect::to_login(request, state);
        if request.cookie(Name::Key.of(state)).is_some() {
            cookies::expire(&mut response, Name::Key, state);
        }
        InternalError::from_response("not signed in", response).into()
    })
}
