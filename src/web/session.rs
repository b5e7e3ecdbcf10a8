//! The session: who is signed in, with the password sealed for the browser's key alone (`S-01`).

use actix_session::config::CookieContentSecurity;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::{Key, SameSite};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::cookies::{self, Name};
use super::session_store::SessionTable;
use super::state::State;
use crate::mail::Secret;
use crate::store::{Error, SealKey, random};

/// The session's entry with the person.
const WHO: &str = "who";
/// The session's entry that says whether the person asked to stay signed in.
pub(super) const STAY: &str = "stay";
/// The form of [`Who`]; an entry of another version is nobody (`R-53`).
const VERSION: u8 = 1;

/// A signed-in person as the session holds them.
#[derive(Serialize, Deserialize)]
pub(super) struct Who {
    version: u8,
    /// The login name.
    pub(super) user: String,
    salt: String,
    sealed: String,
    csrf: String,
}

impl Who {
    /// Seals the password with a key that goes to the browser and nowhere else.
    pub(super) fn new(user: &str, password: &Secret, key: &SealKey) -> Result<Self, Error> {
        let salt = STANDARD_NO_PAD.encode(random::<16>()?);
        let sealed = key.seal(password.expose(), &context(user, &salt))?;
        Ok(Self {
            version: VERSION,
            user: user.to_owned(),
            sealed: STANDARD_NO_PAD.encode(sealed),
            csrf: STANDARD_NO_PAD.encode(random::<32>()?),
            salt,
        })
    }

    /// Who the session is of.
    pub(super) fn of(session: &Session) -> Option<Self> {
        session.get(WHO).ok().flatten().filter(|who: &Self| who.version == VERSION)
    }

    /// Makes the session this person's, under a new id (`S-03`).
    pub(super) fn enter(&self, session: &Session, stay: bool) -> Result<(), Error> {
        session.clear();
        session.renew();
        session.insert(WHO, self).map_err(|_| Error::Damaged)?;
        session.insert(STAY, stay).map_err(|_| Error::Damaged)
    }

    /// The password, if the key is the one it was sealed with and nothing was exchanged (`S-07`).
    pub(super) fn open(&self, key: &SealKey) -> Option<Secret> {
        let sealed = STANDARD_NO_PAD.decode(&self.sealed).ok()?;
        Some(Secret::new(key.open(&sealed, &context(&self.user, &self.salt))?.as_slice()))
    }

    /// What the tokens in this person's forms are made of.
    pub(super) fn csrf(&self) -> Option<[u8; 32]> {
        STANDARD_NO_PAD.decode(&self.csrf).ok()?.try_into().ok()
    }
}

/// What a sealed password belongs to; in another place it does not open.
fn context(user: &str, salt: &str) -> Vec<u8> {
    [b"fernpost", [VERSION].as_slice(), salt.as_bytes(), b"\0", user.as_bytes()].concat()
}

/// The key as the cookie has it.
pub(super) fn key_to_text(key: &SealKey) -> String {
    URL_SAFE_NO_PAD.encode(key.expose())
}

/// The key of a cookie's text.
pub(super) fn key_from_text(text: &str) -> Option<SealKey> {
    SealKey::from_bytes(&zeroize::Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?))
}

/// The layer that loads a session before the handler and keeps its changes after it.
pub(super) fn layer(state: &State) -> SessionMiddleware<SessionTable> {
    let sessions = SessionTable::new(state.store.sessions().clone(), state.config.session);
    let key = [state.key.sign("session cookie", b"1"), state.key.sign("session cookie", b"2")].concat();
    SessionMiddleware::builder(sessions, Key::from(&key))
        .cookie_name(Name::Session.of(state).to_owned())
        .cookie_path(cookies::path(state))
        .cookie_secure(state.origin.is_secure())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Strict)
        .cookie_content_security(CookieContentSecurity::Signed)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_password_opens_for_its_user_and_its_key_alone() {
        let key = SealKey::new().unwrap();
        let ann = Who::new("ann@example.org", &Secret::new("hunter2"), &key).unwrap();
        assert_eq!(ann.open(&key).unwrap().expose(), b"hunter2");
        assert!(ann.open(&SealKey::new().unwrap()).is_none()); // S-01

        let bob = Who::new("bob@example.org", &Secret::new("other"), &key).unwrap();
        let exchanged = Who { sealed: bob.sealed, salt: bob.salt, ..ann };
        assert!(exchanged.open(&key).is_none()); // S-07
    }

    #[test]
    fn nothing_of_the_password_is_in_what_is_kept() {
        let key = SealKey::new().unwrap();
        let kept = serde_json::to_string(&Who::new("ann", &Secret::new("hunter2"), &key).unwrap()).unwrap();
        assert!(!kept.contains("hunter2") && !kept.contains(&STANDARD_NO_PAD.encode("hunter2"))); // S-01
        assert!(!kept.contains(&key_to_text(&key)) && !kept.contains(&STANDARD_NO_PAD.encode(key.expose())));
    }
}
