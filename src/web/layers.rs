//! What every request passes before its handler, and every response after it.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App, Error, HttpMessage, HttpResponse, web};
use futures_util::FutureExt;

use super::access_log::{self, RequestId};
use super::cookies::Name;
use super::error_page::error_pages;
use super::flash::FlashMessage;
use super::login::StaysFor;
use super::state::State;
use super::{ended, host, origin, packing, routes, session};

/// The application: all layers and all routes.
pub fn app(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // From the inside out: the last one is the first that a request meets.
    App::new()
        .app_data(state.clone())
        .configure(|config| routes::configure(config, &state))
        .wrap(Compress::default())
        .wrap(from_fn(packing::prefer_quick))
        .wrap(from_fn(ended::watch))
        .wrap(session::layer(&state))
        .wrap(from_fn(keep_cookies))
        .wrap(from_fn(origin::check))
        .wrap(from_fn(host::check))
        .wrap(from_fn(error_pages))
        .wrap(from_fn(outermost))
}

/// Names the request, gives every response its headers, writes the log's line.
async fn outermost(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let id = RequestId::next();
    request.extensions_mut().insert(id);
    let state = State::of(request.request())?.clone();
    let outcome = AssertUnwindSafe(async move { next.call(request).await }).catch_unwind().await;
    let cause = match outcome {
        Ok(Ok(response)) => {
            let mut response = response.map_into_boxed_body();
            finish(response.response_mut(), id, &state);
            let route = access_log::route(response.request());
            let status = response.status().as_u16();
            access_log::write(id, response.request(), &route, status, started.elapsed());
            state.metrics.answered(&route, status, started.elapsed());
            return Ok(response);
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "a panic in a layer".to_owned(),
    };
    // A layer failed, most likely the one that asks the database for the session: nobody is signed out by that
    // (`R-52`). The request is gone with it, and with it all that a page is made from.
    let mut response = HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "10"))
        .content_type("text/plain; charset=utf-8")
        .body("This works again in a moment, and you are still signed in. Your mail is safe. Load the page again.\n");
    finish(&mut response, id, &state);
    tracing::error!(target: "fernpost::access", %id, cause, "a request failed before its handler");
    state.metrics.answered("-", response.status().as_u16(), started.elapsed());
    Err(InternalError::from_response(cause, response).into())
}

fn finish(response: &mut HttpResponse, id: RequestId, state: &State) {
    state.policy.apply(response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// "Stay signed in" makes the session's cookie outlive the browser; a message that was shown is taken back.
async fn keep_cookies(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    let Some(state) = response.request().app_data::<web::Data<State>>().cloned() else { return Ok(response) };
    let stays = response.request().extensions_mut().remove::<StaysFor>();
    if let Some(StaysFor(time)) = stays {
        let session = format!("{}=", Name::Session.of(&state));
        let headers = response.headers_mut();
        let cookies: Vec<HeaderValue> = headers.remove(SET_COOKIE).collect();
        for cookie in cookies {
            let text = cookie.to_str().ok().filter(|text| text.starts_with(&session));
            let lasting = text.map(|text| format!("{text}; Max-Age={}", time.as_secs()));
            let lasting = lasting.and_then(|text| HeaderValue::from_str(&text).ok());
            headers.append(SET_COOKIE, lasting.unwrap_or(cookie));
        }
    }
    let (request, mut plain) = response.into_parts();
    FlashMessage::forget_shown(&request, &mut plain, &state);
    Ok(ServiceResponse::new(request, plain))
}
