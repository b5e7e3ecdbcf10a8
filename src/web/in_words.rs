//! A designed message as plain text, for whoever likes that better: `?view=text` of its page.

use actix_web::HttpRequest;

use super::error::Error;
use super::params::query_value;
use super::safe_bodies::{self, RemotePictures};
use super::visit::Visit;
use crate::account::Body;
use crate::html;
use crate::mail::MessageRef;

/// Whether a request is for the words alone.
pub(super) fn is_asked(request: &HttpRequest) -> bool {
    query_value(request, "view").is_some_and(|view| view == "text")
}

/// The address of a message page, for the words alone.
pub(super) fn url(page: &str) -> String {
    format!("{page}{}view=text", if page.contains('?') { '&' } else { '?' })
}

/// The bodies with text in the place of HTML: the author's own, else what the HTML says.
pub(super) async fn bodies(visit: &Visit, message: &MessageRef, bodies: Vec<Body>) -> Result<Vec<Body>, Error> {
    let mut told = Vec::new();
    for body in bodies {
        told.push(match body {
            Body::Html { path } => {
                let alternative = visit.account().plain_alternative(message, &path).await?;
                let text = match alternative.filter(|text| !text.trim().is_empty()) {
                    Some(text) => text,
                    None => safe_bodies::open(visit, message, &path, RemotePictures::shown_if(false))
                        .await?
                        .map(|cleaned| html::text_of(&cleaned.html))
                        .unwrap_or_default(),
                };
                Body::Text { path, text, cut: false }
            }
            Body::Message { path, envelope, bodies } => {
                let bodies = Box::pin(self::bodies(visit, message, bodies)).await?;
                Body::Message { path, envelope, bodies }
            }
            other => other,
        });
    }
    Ok(told)
}
