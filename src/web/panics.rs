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

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};

    use super::*;

    async fn panics() -> HttpResponse {
        panic!("with a piece of mail");
    }

    #[tokio::test]
    async fn a_panic_is_a_page_with_500() {
        let resource = web::resource("/{x}").to(panics).wrap(from_fn(catch));
        let app = test::init_service(App::new().service(resource)).await;
        for _ in 0..2 {
            let response = test::call_service(&app, test::TestRequest::get().uri("/y").to_request()).await;
            assert_eq!(response.status(), 500); // H-01
            let body = test::read_body(response).await;
            assert!(!body.windows(4).any(|word| word == b"mail"), "a panic's message reached the page");
        }
    }
}
