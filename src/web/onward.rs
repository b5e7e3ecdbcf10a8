//! A page that leads to another one of ours.
//!
//! Our cookies are not sent where another site's page leads here (`SameSite=Strict`), as a `mailto:` link does that the browser
//! opens with us. This page is ours, and so is the request that it makes at once: nothing is done by either (`C-01`).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::error::Error;
use super::locale::Locale;
use super::page::{self, Head};
use super::state::State;
use super::templates::Template;

/// The page.
#[derive(Serialize)]
pub(super) struct Onward {
    /// Title and files.
    pub head: Head,
    /// Where it leads: an address of ours.
    pub url: String,
}

impl Template for Onward {
    const NAME: &'static str = "pages/onward.html";
}

/// The page, if another site's page led here.
pub(super) fn from_elsewhere(request: &HttpRequest) -> Option<Result<HttpResponse, Error>> {
    let site = request.headers().get("sec-fetch-site")?;
    (site == "cross-site").then(|| draw(request))
}

fn draw(request: &HttpRequest) -> Result<HttpResponse, Error> {
    let state: &web::Data<State> = State::of(request)?;
    let missing = || Error::broken(std::io::Error::other("no language"));
    let locale = Locale::of(request, &state.words, None).ok_or_else(missing)?;
    let url = format!("{}?{}", state.urls.compose(), request.query_string());
    let page = Onward { head: Head::new(locale.text("write"), &state.urls, &locale), url };
    page::answer(StatusCode::OK, &page, &state.templates, &locale)
}
