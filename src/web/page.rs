//! A page on its way to a browser.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use super::error::Error;
use super::locale::Locale;
use super::templates::{Template, Templates};
use super::urls::Urls;

/// What every page's `<head>` needs.
#[derive(Serialize)]
pub(super) struct Head {
    lang: String,
    dir: &'static str,
    base: String,
    title: String,
    css: String,
    js: String,
    writing: String,
    icon: String,
    home: String,
}

impl Head {
    /// The page's title, without the product's name.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// For a page with this title.
    pub(super) fn new(title: impl Into<String>, urls: &Urls, locale: &Locale) -> Self {
        Self {
            lang: locale.language.tag().to_owned(),
            dir: "ltr",
            base: urls.cookie_path().to_owned(),
            title: title.into(),
            css: urls.static_file("app.css"),
            js: urls.static_file("app.js"),
            writing: urls.static_file("writing.js"),
            icon: urls.static_file("favicon.svg"),
            home: urls.home(),
        }
    }
}

/// Draws `page` and answers with it. Never stored by anybody (`C-06`).
pub(super) fn answer<T: Template>(
    status: StatusCode,
    page: &T,
    templates: &Templates,
    locale: &Locale,
) -> Result<HttpResponse, Error> {
    let html = templates.render(page, &locale.language).map_err(Error::broken)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html))
}
