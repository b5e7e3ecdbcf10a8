//! What happened, said on the next page.
//!
//! It travels in a cookie for a minute, sealed with a key of the server: it names folders, and it can't be made up.

use actix_web::cookie::time::Duration;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookies::{self, Name};
use super::state::State;
use crate::store::{SealKey, unix_now};

/// How long it waits for its page, in seconds.
const LASTS: i64 = 60;
/// Browsers keep 4,096 bytes of a cookie with its name and flags.
const LONGEST: usize = 3800;

/// A sentence for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FlashMessage {
    /// The sentence.
    pub(super) text: String,
    /// Whether it is good news.
    pub(super) kind: FlashKind,
    /// How to undo what happened.
    pub(super) undo: Option<UndoForm>,
}

/// Whether it went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FlashKind {
    /// It was done.
    Good,
    /// It was not.
    Bad,
}

/// The form that undoes it. The page it stands on adds the session's token, and the way back as `back`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UndoForm {
    /// What it is sent to: an address of ours.
    pub(super) url: String,
    /// What it sends.
    pub(super) fields: Vec<(String, String)>,
}

impl UndoForm {
    /// A form with these fields.
    pub(super) fn new<const N: usize>(url: String, fields: [(&str, String); N]) -> Self {
        Self { url, fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    at: i64,
    message: FlashMessage,
}

/// Marks a request whose page showed the message: the cookie is taken back with the response.
struct Shown;

impl FlashMessage {
    /// Leaves the message for the next page. What would not fit into a cookie goes without its undo.
    pub(super) fn set(mut self, response: &mut HttpResponse, state: &State) {
        let value = match seal(&self, state) {
            Some(value) if value.len() <= LONGEST => Some(value),
            _ => {
                self.undo = None;
                seal(&self, state).filter(|value| value.len() <= LONGEST)
            }
        };
        if let Some(value) = value {
            cookies::set(response, Name::Flash, value, Some(Duration::seconds(LASTS)), state);
        }
    }

    /// The message left for this page; shown once.
    pub(super) fn take(request: &HttpRequest, state: &State) -> Option<Self> {
        let cookie = request.cookie(Name::Flash.of(state))?;
        request.extensions_mut().insert(Shown);
        let sealed = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
        let text = key(state)?.open(&sealed, b"flash")?;
        let Sealed { at, message } = serde_json::from_slice(&text).ok()?;
        (0..=LASTS).contains(&(unix_now() - at)).then_some(message)
    }

    /// Takes the cookie back after its page was made, unless the response brings a new one.
    pub(super) fn forget_shown(request: &HttpRequest, response: &mut HttpResponse, state: &State) {
        let brings_one = response.cookies().any(|cookie| cookie.name() == Name::Flash.of(state));
        if !brings_one && request.extensions_mut().remove::<Shown>().is_some() {
            cookies::expire(response, Name::Flash, state);
        }
    }
}

fn seal(message: &FlashMessage, state: &State) -> Option<String> {
    let text = serde_json::to_vec(&Sealed { at: unix_now(), message: message.clone() }).ok()?;
    Some(URL_SAFE_NO_PAD.encode(key(state)?.seal(&text, b"flash").ok()?))
}

fn key(state: &State) -> Option<SealKey> {
    SealKey::from_bytes(&state.key.sign("flash cookie", b""))
}
