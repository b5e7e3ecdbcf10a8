//! A signed-in person's request: who asks, in which language and zone, and what just happened.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use futures_util::future::{FutureExt, LocalBoxFuture};

use super::error::Error;
use super::flash::FlashMessage;
use super::locale::Locale;
use super::page;
use super::signed_in::SignedIn;
use super::state::State;
use super::templates::Template;
use crate::account::{Account, Overview};

/// What every handler of a page for a signed-in person needs.
pub(super) struct Visit {
    /// The person.
    pub who: SignedIn,
    /// How they read.
    pub locale: Locale,
    /// What all requests share.
    pub state: web::Data<State>,
    /// The request itself.
    pub request: HttpRequest,
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = SignedIn::from_request(request, payload);
        let request = request.clone();
        async move {
            let who = who.await?;
            let missing = || Error::broken(std::io::Error::other("the application lacks its state"));
            let state = request.app_data::<web::Data<State>>().cloned().ok_or_else(missing)?;
            let zone = who.zone.as_deref().unwrap_or(&state.config.time_zone);
            let locale = Locale::of(&request, &state.words, Some(zone)).ok_or_else(missing)?;
            // counted here, so that whoever draws the page around has the number at hand
            who.account.count_outbox().await;
            Ok(Self { who, locale, state, request })
        }
        .boxed_local()
    }
}

impl Visit {
    /// The person's account.
    pub(super) fn account(&self) -> &Account {
        &self.who.account
    }

    /// Whether the person pressed "Reload" (RFC 9111 5.2.1): they want to see what the mail server has now, and be it
    /// that a page in memory is younger than a blink.
    pub(super) fn is_reload(&self) -> bool {
        let asked = self.request.headers().get_all(header::CACHE_CONTROL).filter_map(|value| value.to_str().ok());
        asked.flat_map(|value| value.split(',')).any(|word| matches!(word.trim(), "max-age=0" | "no-cache"))
    }

    /// The mailboxes, for what is said about something that was done. It was done whether or not the server can be had
    /// now: then a mailbox is called by its own name.
    pub(super) async fn names(&self) -> Arc<Overview> {
        self.account().overview().await.unwrap_or_default()
    }

    /// What happened on the page before; said once.
    pub(super) fn flash(&self) -> Option<FlashMessage> {
        FlashMessage::take(&self.request, &self.state)
    }

    /// Draws `page` for this person.
    pub(super) fn answer<T: Template>(&self, page: &T) -> Result<HttpResponse, Error> {
        page::answer(StatusCode::OK, page, &self.state.templates, &self.locale)
    }
}
