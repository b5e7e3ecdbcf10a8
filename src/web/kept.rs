//! What somebody was writing when their session ended (`R-40`): it goes to their browser and back with the sign-in form,
//! sealed, and waits in the new session, sealed with the browser's key, until it is saved, sent or thrown away. It opens for whoever
//! wrote it, and for nobody else who signs in.

use std::io::{Read, Write as _};

use actix_session::{Session, SessionExt};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::compose_show;
use super::compose_told::Told;
use super::cookies::{self, Name};
use super::error::Error;
use super::form::Fields;
use super::identities::identities_of;
use super::login::{SignInForm, Trouble};
use super::redirect::see_other;
use super::session::{Who, key_from_text};
use super::state::State;
use super::typed::Typed;
use super::visit::Visit;
use crate::mail::MessageId;
use crate::store::SealKey;

/// The session's entry with it.
const KEPT: &str = "kept";
/// The most that is kept, in bytes of all fields together: as much as a form may have.
const MOST: usize = 8 << 20;
/// The same, packed.
const MOST_PACKED: usize = 3 << 20;
/// Fields that are worth nothing in the next session.
const LEFT_OUT: [&str; 3] = ["csrf", "action", WRITTEN_BY];
/// The field that says who writes, as only we can have said it.
pub(super) const WRITTEN_BY: &str = "written_by";
/// The field that says that files came along, and were not kept: nobody was signed in.
const FILES_LOST: &str = "files_lost";

/// What [`WRITTEN_BY`] says of somebody.
pub(super) fn signature(user: &str, state: &State) -> Option<String> {
    seal(user.as_bytes(), &on_the_way(state)?, WRITTEN_BY.as_bytes())
}

/// Who wrote a form, as far as it says so.
fn written_by(fields: &Fields, state: &State) -> Option<String> {
    let opened = open(fields.one(WRITTEN_BY)?, &on_the_way(state)?, WRITTEN_BY.as_bytes())?;
    String::from_utf8(opened).ok()
}

/// Whether a form says that somebody else wrote it than who is signed in.
pub(super) fn is_others(fields: &Fields, visit: &Visit) -> bool {
    let writer = written_by(fields, &visit.state);
    writer.is_some_and(|writer| writer.to_lowercase() != visit.account().user().to_lowercase())
}

/// The sign-in page, with all that was typed sealed in its form; and where that can't be, with the text to be copied. `files` came
/// with it and are gone.
pub(super) fn ask_to_sign_in(fields: Fields, files: usize, request: &HttpRequest, state: &State) -> HttpResponse {
    let mut page = ask_its_writer(fields, files, request, state);
    if request.cookie(Name::Key.of(state)).is_some() {
        cookies::expire(&mut page, Name::Key, state);
    }
    page
}

/// The same where somebody else is signed in, who stays so until its writer is.
pub(super) fn ask_its_writer(mut fields: Fields, files: usize, request: &HttpRequest, state: &State) -> HttpResponse {
    let known = || Who::of(&request.get_session()).map(|who| who.user);
    let user = written_by(&fields, state).or_else(known);
    if files > 0 {
        fields.add(FILES_LOST, "1".to_owned());
    }
    let kept = user.as_deref().and_then(|user| seal(&pack(&fields)?, &on_the_way(state)?, &way_of(user)));
    let user = user.unwrap_or_default();
    let form = match kept {
        Some(kept) => SignInForm { user, kept, trouble: Some(Trouble::Kept), ..SignInForm::default() },
        None => SignInForm { user, left: left(&fields), trouble: Some(Trouble::NotKept), ..SignInForm::default() },
    };
    form.show(StatusCode::UNAUTHORIZED, request, state)
}

/// What was typed, to be read and copied.
fn left(fields: &Fields) -> String {
    let line = |name: &str| fields.one(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    let lines = ["to", "cc", "bcc", "subject"].into_iter().filter_map(line).collect::<Vec<_>>().join("\n");
    format!("{lines}\n\n{}", fields.one("text").unwrap_or_default())
}

/// After signing in: puts what the sign-in form carried into the new session, if this is who wrote it. Whether there was something.
pub(super) fn take_over(kept: &str, user: &str, session: &Session, key: &SealKey, state: &State) -> bool {
    let packed = on_the_way(state).and_then(|way| open(kept, &way, &way_of(user)));
    let sealed = packed.and_then(|packed| seal(&packed, key, REST));
    sealed.is_some_and(|sealed| session.insert(KEPT, sealed).is_ok())
}

/// `GET /compose?kept=`: the composer with it.
pub(super) async fn show(visit: Visit, back: String) -> Result<HttpResponse, Error> {
    let urls = &visit.state.urls;
    let Some(fields) = find(&visit) else { return Ok(see_other(&urls.write(&back))) };
    let typed = Typed::read(&fields, urls.base())?;
    let identities = identities_of(&visit).await?;
    let key = if fields.one(FILES_LOST).is_some() { "compose-kept-files" } else { "compose-kept" };
    let lead = visit.locale.text(key).to_owned();
    let told = Told { lead, ..Told::default() };
    compose_show::show(&visit, StatusCode::OK, &typed, &identities, told).await
}

/// Forgets it, if it is this message: it was saved, sent or thrown away.
pub(super) fn forget(message: &MessageId, visit: &Visit) {
    let is_this = |fields: Fields| fields.one("message_id") == Some(message.as_str());
    if find(visit).is_some_and(is_this) {
        visit.request.get_session().remove(KEPT);
    }
}

fn find(visit: &Visit) -> Option<Fields> {
    let sealed: String = visit.request.get_session().get(KEPT).ok().flatten()?;
    let key = key_from_text(visit.request.cookie(Name::Key.of(&visit.state))?.value())?;
    unpack(&open(&sealed, &key, REST)?)
}

/// What it is sealed for: the way to the browser and back, or the rest in the session.
const WAY: &[u8] = b"kept on the way";
const REST: &[u8] = b"kept in a session";

/// The way of one person's words: the same name in other letters is the same person.
fn way_of(user: &str) -> Vec<u8> {
    [WAY, b"\0", user.to_lowercase().as_bytes()].concat()
}

fn on_the_way(state: &State) -> Option<SealKey> {
    SealKey::from_bytes(&state.key.sign("what was written", b""))
}

fn seal(packed: &[u8], key: &SealKey, context: &[u8]) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(key.seal(packed, context).ok()?))
}

fn open(sealed: &str, key: &SealKey, context: &[u8]) -> Option<Vec<u8>> {
    let opened = key.open(&URL_SAFE_NO_PAD.decode(sealed).ok()?, context)?;
    Some(opened.to_vec())
}

/// Small enough for a form and a session.
fn pack(fields: &Fields) -> Option<Vec<u8>> {
    let kept: Vec<(&str, &str)> = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(name)).collect();
    let text = serde_json::to_vec(&kept).ok().filter(|text| text.len() <= 2 * MOST)?;
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&text).ok()?;
    packed.finish().ok().filter(|packed| packed.len() <= MOST_PACKED)
}

fn unpack(packed: &[u8]) -> Option<Fields> {
    let mut text = Vec::new();
    let most = u64::try_from(2 * MOST).unwrap_or(u64::MAX);
    DeflateDecoder::new(packed).take(most).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok().map(Fields::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_from_its_own_key_and_place_alone() {
        let text = "Dear Ann,\n\nüñí ".repeat(1000);
        let fields = [("csrf", "t"), ("text", text.as_str()), ("attachment", "a"), ("attachment", "b")];
        let fields = Fields::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let key = SealKey::new().unwrap();
        let sealed = seal(&pack(&fields).unwrap(), &key, REST).unwrap();
        assert!(sealed.len() < 2_000, "{}", sealed.len());
        let back = unpack(&open(&sealed, &key, REST).unwrap()).unwrap();
        assert_eq!(back.one("text"), Some(text.as_str()));
        assert_eq!(back.all("attachment").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(back.one("csrf"), None);
        assert!(open(&sealed, &key, WAY).is_none() && open(&sealed, &SealKey::new().unwrap(), REST).is_none());
        assert!(open("not sealed", &key, REST).is_none());
        let theirs = seal(b"x", &key, &way_of("Ann@b.example")).unwrap();
        assert!(open(&theirs, &key, &way_of("ann@b.example")).is_some());
        assert!(open(&theirs, &key, &way_of("bo@b.example")).is_none() && open(&theirs, &key, WAY).is_none());
    }
}
