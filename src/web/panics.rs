//! One request's bug is one request's page (`H-01`).

use std::io;
use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt;

/// Makes a panic of the handler an answer. Around each route, not around all: only behind the router may a request be
/// kept aside, and the page needs it.
pub(super) async fn catch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let kept = request.request().clone();
    // What the handler borrowed from the process is behind locks that forgive a panic.
    match AssertUnwindSafe(async move { next.call(request).await }).catch_unwind().await {
        Ok(outcome) => Ok(outcome?.map_into_boxed_body()),
        // Where and why is in the log by the panic hook; the message itself may hold a piece of mail.
        Err(_) => Ok(ServiceResponse::from_err(super::Error::broken(io::Error::other("a panic")), kept)),
    }
}
