//! For the operator's machines, at an address of its own (`R-54`).

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};

use super::state::State;

/// The addresses of `admin_listen`.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics));
}

/// The program runs.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// The program can take requests: the database answers, and nobody told it to stop. No mail server is asked: one that
/// is down must not take this one out.
async fn readyz(state: web::Data<State>) -> HttpResponse {
    let (mut response, text) = match (state.stopping.load(Ordering::Relaxed), state.store.answers().await) {
        (true, _) => (HttpResponse::ServiceUnavailable(), "stopping\n"),
        (false, false) => (HttpResponse::ServiceUnavailable(), "the database does not answer\n"),
        (false, true) => (HttpResponse::Ok(), "ready\n"),
    };
    response.content_type("text/plain; charset=utf-8").body(text)
}

async fn metrics(state: web::Data<State>) -> HttpResponse {
    let sessions = state.store.sessions().count().await.ok();
    let text = state.metrics.render(sessions, &state.accounts.census());
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}
