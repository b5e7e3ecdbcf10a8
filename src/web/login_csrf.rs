//! What ties a sign-in form to the browser that asked for it, without a session (`L-08`).
//!
//! A stranger could otherwise sign somebody in to the stranger's own account. The browser gets a signed random value
//! in a cookie for an hour; the form carries the same value, masked.

use actix_web::cookie::time::Duration;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cookies::{self, Name};
use super::csrf;
use super::state::State;
use crate::store::{Error, random, unix_now};

const PURPOSE: &str = "login form";
/// How long a sign-in page may stay open, in seconds.
const LASTS: i64 = 60 * 60;

/// The value behind the forms of one browser.
pub(super) struct LoginSecret {
    secret: [u8; 32],
    is_new: bool,
}

impl LoginSecret {
    /// The browser's own if it is good for half an hour more, else a new one: so several tabs can be open.
    pub(super) fn of(request: &HttpRequest, state: &State) -> Result<Self, Error> {
        match read(request, state) {
            Some((secret, made)) if unix_now() - made < LASTS / 2 => Ok(Self { secret, is_new: false }),
            _ => Ok(Self { secret: random()?, is_new: true }),
        }
    }

    /// The field for the form.
    pub(super) fn token(&self) -> Result<String, Error> {
        csrf::token(&self.secret)
    }

    /// Gives the browser the cookie if it does not have it.
    pub(super) fn set(&self, response: &mut HttpResponse, state: &State) {
        if self.is_new {
            let value = write(&self.secret, unix_now(), state);
            cookies::set(response, Name::Login, value, Some(Duration::seconds(LASTS)), state);
        }
    }

    /// Whether the form with this field came from the browser that asked for it.
    pub(super) fn holds(token: &str, request: &HttpRequest, state: &State) -> bool {
        read(request, state).is_some_and(|(secret, _)| csrf::holds(token, &secret))
    }
}

/// secret (32) · seconds since 1970 (8) · signature (32)
fn write(secret: &[u8; 32], made: i64, state: &State) -> String {
    let text = [secret.as_slice(), &made.to_be_bytes()].concat();
    let signature = state.key.sign(PURPOSE, &text);
    URL_SAFE_NO_PAD.encode([text.as_slice(), &signature].concat())
}

fn read(request: &HttpRequest, state: &State) -> Option<([u8; 32], i64)> {
    let cookie = request.cookie(Name::Login.of(state))?;
    let bytes = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
    let (text, signature) = bytes.split_at_checked(40)?;
    if !state.key.verify(PURPOSE, text, signature) {
        return None;
    }
    let (secret, made) = text.split_first_chunk::<32>()?;
    let made = i64::from_be_bytes(made.try_into().ok()?);
    (0..LASTS).contains(&(unix_now() - made)).then_some((*secret, made))
}
