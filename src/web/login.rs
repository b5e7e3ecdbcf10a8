//! Signing in (security.md 4.2).

use std::io;
use std::time::Duration;

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use tokio::time::{Instant, sleep_until};

use super::Error;
use super::client;
use super::cookies::{self, Name};
use super::flash::FlashMessage;
use super::form::Fields;
use super::kept;
use super::local_path::LocalPath;
use super::locale::Locale;
use super::login_csrf::LoginSecret;
use super::login_page::LoginPage;
use super::page::{Head, answer};
use super::redirect::see_other;
use super::session::{Who, key_to_text};
use super::signed_in::{SignedIn, user_hash};
use super::state::State;
use crate::account::{self, Unreachable};
use crate::mail::Secret;
use crate::store::{Limits, SealKey, Verdict};

/// No refusal is told sooner: how long it took says nothing about what was wrong (`L-01`).
const FLOOR: Duration = Duration::from_millis(500);
/// The longest user name in bytes (`L-06`).
const LONGEST_USER: usize = 256;
/// The longest form in bytes: it may carry what was being written when a session ended.
const LONGEST_FORM: usize = 5 << 20;
/// The longest password in bytes.
const LONGEST_PASSWORD: usize = 1024;

/// Tells the outer layers that the session's cookie is to outlive the browser.
pub(super) struct StaysFor(pub(super) Duration);

/// The sign-in form as somebody left it.
#[derive(Debug, Default)]
pub(super) struct SignInForm {
    /// What was typed as the user name.
    pub(super) user: String,
    /// Where to go after it, unchecked.
    pub(super) next: String,
    /// Whether to stay signed in.
    pub(super) stay: bool,
    /// What was being written when the session ended, sealed (`kept`); empty: nothing.
    pub(super) kept: String,
    /// What was being written, where it could not be sealed: to be copied.
    pub(super) left: String,
    /// What is in the way.
    pub(super) trouble: Option<Trouble>,
}

/// What is in the way of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing was typed as the name.
    UserMissing,
    /// Nothing was typed as the password.
    PasswordMissing,
    /// The mail server refused: one sentence for a wrong password and a name nobody has.
    Refused,
    /// Too many failures; seconds to wait.
    TooMany(u32),
    /// The form came from another browser, another site or another day.
    FormOld,
    /// The session ended: its password is no longer taken.
    Ended,
    /// The session ended while somebody wrote; what they wrote waits.
    Kept,
    /// The same, and what they wrote is too much to be carried along, or it is not known whose it is.
    NotKept,
    /// The mail server can't be had.
    Unreachable(Unreachable),
}

/// `GET /login`
pub(super) async fn login_show(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let query = request.query_string();
    let next = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next");
    let next = next.map(|(_, path)| path.into_owned()).unwrap_or_default();
    if SignedIn::of(&request, &state).is_some() {
        return see_other(&destination(&next, &state));
    }
    SignInForm { next, ..SignInForm::default() }.show(StatusCode::OK, &request, &state)
}

/// `POST /login`
pub(super) async fn login(
    session: Session,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Error> {
    let started = Instant::now();
    let fields = Fields::read_long(&request, &mut payload.into_inner(), LONGEST_FORM).await?;
    let typed = |name| fields.one(name).unwrap_or_default();
    let form = SignInForm {
        user: typed("user").trim().to_owned(),
        next: typed("next").to_owned(),
        stay: fields.one("stay").is_some(),
        kept: typed("kept").to_owned(),
        left: String::new(),
        trouble: None,
    };
    if !LoginSecret::holds(typed("csrf"), &request, &state) {
        return Ok(form.refuse(Trouble::FormOld, StatusCode::FORBIDDEN, &request, &state)); // L-08
    }
    let password = Secret::new(typed("password"));
    if form.user.is_empty() {
        return Ok(form.refuse(Trouble::UserMissing, StatusCode::UNPROCESSABLE_ENTITY, &request, &state));
    }
    if password.expose().is_empty() {
        return Ok(form.refuse(Trouble::PasswordMissing, StatusCode::UNPROCESSABLE_ENTITY, &request, &state));
    }
    match prove(&form.user, &password, &request, &state).await? {
        Proof::Given(user) => {
            state.metrics.sign_in("accepted");
            let response = enter(&user, &password, &form, &session, &request, &state);
            response.map_err(Error::broken)
        }
        Proof::Refused => {
            state.metrics.sign_in("refused");
            sleep_until(started + FLOOR).await;
            Ok(form.refuse(Trouble::Refused, StatusCode::UNAUTHORIZED, &request, &state))
        }
        Proof::Wait(seconds) => {
            state.metrics.sign_in("must wait");
            let mut page = form.refuse(Trouble::TooMany(seconds), StatusCode::TOO_MANY_REQUESTS, &request, &state);
            page.headers_mut().insert(RETRY_AFTER, seconds.into());
            Ok(page)
        }
        Proof::Unreachable(why) => {
            state.metrics.sign_in("unreachable");
            let mut page = form.refuse(Trouble::Unreachable(why), StatusCode::SERVICE_UNAVAILABLE, &request, &state);
            page.headers_mut().insert(RETRY_AFTER, 10.into());
            Ok(page)
        }
    }
}

enum Proof {
    /// With the whole user name.
    Given(String),
    Refused,
    Wait(u32),
    Unreachable(Unreachable),
}

/// Asks the mail server, unless this address must wait.
async fn prove(typed: &str, password: &Secret, request: &HttpRequest, state: &State) -> Result<Proof, Error> {
    let Some(user) = user_name(typed, state.config.login.default_domain.as_deref()) else { return Ok(Proof::Refused) };
    if password.expose().len() > LONGEST_PASSWORD || password.expose().contains(&0) {
        return Ok(Proof::Refused);
    }
    request.extensions_mut().insert(user_hash(&user, state));
    let client = client::address(request, state);
    let account = state.key.sign("account of attempts", user.to_lowercase().as_bytes());
    let attempts = state.store.attempts();
    let attempt = match attempts.begin(account, client, Limits::default()).await.map_err(Error::broken)? {
        Verdict::Try(attempt) => attempt,
        Verdict::Wait { seconds } => return Ok(Proof::Wait(seconds)),
    };
    match state.accounts.sign_in(&user, password.clone(), Some(client)).await {
        Ok(_) => {
            attempts.succeeded(attempt).await.map_err(Error::broken)?;
            Ok(Proof::Given(user))
        }
        Err(account::Error::SignedOut) => Ok(Proof::Refused),
        Err(error) => {
            attempts.undecided(attempt).await.map_err(Error::broken)?;
            tracing::warn!(%error, "a sign-in could not be decided");
            Ok(Proof::Unreachable(match error {
                account::Error::Unreachable(why) => why,
                _ => Unreachable::Garbled,
            }))
        }
    }
}

/// The name to sign in with: the domain appended where none was typed; `None` for what no mail server could take.
fn user_name(typed: &str, default_domain: Option<&str>) -> Option<String> {
    let user = match default_domain {
        Some(domain) if !typed.contains('@') => format!("{typed}@{domain}"),
        _ => typed.to_owned(),
    };
    let possible = user.len() <= LONGEST_USER && !user.chars().any(char::is_control);
    possible.then_some(user)
}

/// Opens the session: a new id, the password sealed, its key in a cookie.
fn enter(
    user: &str,
    password: &Secret,
    form: &SignInForm,
    session: &Session,
    request: &HttpRequest,
    state: &State,
) -> Result<HttpResponse, crate::store::Error> {
    let key = SealKey::new()?;
    Who::new(user, password, &key)?.enter(session, form.stay)?;
    let stays = form.stay.then_some(state.config.session.remember);
    let lasts = stays.and_then(|time| time.try_into().ok());
    let keeps = !form.kept.is_empty() && kept::take_over(&form.kept, user, session, &key, state);
    let next = if keeps { state.urls.kept() } else { destination(&form.next, state) };
    let mut response = see_other(&next);
    cookies::set(&mut response, Name::Key, key_to_text(&key), lasts, state);
    cookies::expire(&mut response, Name::Login, state);
    if let Some(time) = stays {
        request.extensions_mut().insert(StaysFor(time));
    }
    Ok(response)
}

/// Where to go after signing in: a page of ours, else the first one (`L-09`).
fn destination(next: &str, state: &State) -> String {
    LocalPath::new(next, &state.config.base_path).map_or_else(|| state.urls.home(), |path| path.as_str().to_owned())
}

impl SignInForm {
    fn refuse(mut self, trouble: Trouble, status: StatusCode, request: &HttpRequest, state: &State) -> HttpResponse {
        self.trouble = Some(trouble);
        self.show(status, request, state)
    }

    /// The sign-in page with what was typed, but never with a password.
    pub(super) fn show(self, status: StatusCode, request: &HttpRequest, state: &State) -> HttpResponse {
        let made = LoginSecret::of(request, state).and_then(|secret| Ok((secret.token()?, secret)));
        let (csrf, secret) = match made {
            Ok(made) => made,
            Err(error) => return Error::broken(error).error_response(),
        };
        let Some(locale) = Locale::of(request, &state.words, None) else {
            return Error::broken(io::Error::other("no language")).error_response();
        };
        let next = LocalPath::new(&self.next, &state.config.base_path);
        let flash = FlashMessage::take(request, state);
        let message = self.trouble.map(|trouble| sentence(trouble, &locale)).or_else(|| flash.map(|flash| flash.text));
        let days = state.config.session.remember.as_secs() / 86_400;
        let page = LoginPage {
            head: Head::new(locale.text("sign-in"), &state.urls, &locale),
            action: state.urls.login(),
            stay_hint: locale.language.say("stay-hint", [("days", days.into())]),
            user: self.user,
            user_missing: self.trouble == Some(Trouble::UserMissing),
            password_wrong: matches!(self.trouble, Some(Trouble::PasswordMissing | Trouble::Refused)),
            message,
            next: next.map(|path| path.as_str().to_owned()).unwrap_or_default(),
            csrf,
            kept: self.kept,
            left: self.left,
            stay: self.stay,
            domain: state.config.login.default_domain.clone(),
        };
        let mut response = match answer(status, &page, &state.templates, &locale) {
            Ok(response) => response,
            Err(error) => return error.error_response(),
        };
        secret.set(&mut response, state);
        response
    }
}

/// What the page says about it.
fn sentence(trouble: Trouble, locale: &Locale) -> String {
    let key = match trouble {
        Trouble::TooMany(seconds) => {
            return locale.language.say("login-too-many", [("minutes", seconds.div_ceil(60).into())]);
        }
        Trouble::UserMissing => "login-user-missing",
        Trouble::PasswordMissing => "login-password-missing",
        Trouble::Refused => "login-refused",
        Trouble::FormOld => "login-form-old",
        Trouble::Ended => "login-again",
        Trouble::Kept => "login-kept",
        Trouble::NotKept => "login-not-kept",
        Trouble::Unreachable(Unreachable::NoConnection) => "error-unreachable",
        Trouble::Unreachable(Unreachable::TooSlow) => "error-too-slow",
        Trouble::Unreachable(Unreachable::Insecure) => "error-insecure",
        Trouble::Unreachable(Unreachable::Closed) => "error-closed",
        Trouble::Unreachable(Unreachable::Busy) => "error-busy",
        Trouble::Unreachable(Unreachable::Garbled) => "error-garbled",
    };
    locale.text(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_appended_only_where_none_was_typed() {
        assert_eq!(user_name("ann", Some("example.org")).unwrap(), "ann@example.org");
        assert_eq!(user_name("ann@other.org", Some("example.org")).unwrap(), "ann@other.org");
        assert_eq!(user_name("ann", None).unwrap(), "ann");
    }

    #[test]
    fn a_name_that_could_break_a_command_is_refused() {
        for name in ["a\r\nb", "a\nb", "a\0b", "a\u{7f}b", &"a".repeat(257)] {
            assert!(user_name(name, None).is_none(), "{name:?}"); // L-06
        }
        for name in ["a\"b", "a\\b", "{5+}", "ä@example.org"] {
            assert!(user_name(name, None).is_some(), "{name:?}"); // L-06: quoted by the IMAP floor
        }
    }
}
