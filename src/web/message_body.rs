//! The frame: `GET /message/…/body?part=`. A document of its own with a policy of its own: nothing in it runs, and it
//! loads nothing but the message's own pictures (`X-06`).

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::error::Error;
use super::letter::{Block, blocks};
use super::page::Head;
use super::params::{MessageParam, query_value};
use super::safe_bodies::{self, RemotePictures};
use super::templates::Template;
use super::urls::Urls;
use super::visit::Visit;
use super::{link_choice, remote_show};
use crate::account::{Asked, Body};
use crate::html::{self, Links};
use crate::mail::PartPath;

/// The frame of a message without HTML, or of one that could not be cleaned in time.
#[derive(Serialize)]
pub(super) struct MessageBody {
    /// Title and files.
    pub head: Head,
    /// A sentence of ours, where the text is not shown.
    pub note: String,
    /// Where all of it is.
    pub source_url: String,
    /// The text.
    pub texts: Vec<Vec<Block>>,
}

impl Template for MessageBody {
    const NAME: &'static str = "pages/message_body.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/body?part=1.2`; without a part, the first HTML, else the text.
pub(super) async fn message_body(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let message = message.0;
    let links = link_choice::of(&visit.request, &visit.state);
    let mut texts = Vec::new();
    let path = match query_value(&visit.request, "part") {
        Some(part) => Some(part.parse().map_err(|_| Error::NotFound)?),
        None => {
            let opened = visit.account().peek_message(&message, &Asked::default()).await?;
            let path = html_path(&opened.bodies).cloned();
            if path.is_none() {
                collect_texts(&opened.bodies, links, &visit.state.urls, &mut texts);
            }
            path
        }
    };
    let mut note = String::new();
    if let Some(path) = path {
        let asked = remote_show::asked(&visit).filter(|token| remote_show::is_shown(&visit, &message, token));
        match safe_bodies::open(&visit, &message, &path, RemotePictures::shown_if(asked.is_some())).await? {
            Some(cleaned) => {
                let is_folded = query_value(&visit.request, "quotes").is_some_and(|how| how == "folded");
                let document = html::document(&cleaned, is_folded.then(|| visit.locale.text("show-quoted")));
                return Ok(framed(&mut HttpResponse::Ok(), &visit.state.urls).body(document.as_str().to_owned()));
            }
            None => note = visit.locale.text("notice-not-shown").to_owned(),
        }
    }
    let page = MessageBody {
        head: Head::new(visit.locale.text("message"), &visit.state.urls, &visit.locale),
        note,
        source_url: visit.state.urls.source(&message),
        texts,
    };
    let drawn = visit.state.templates.render(&page, &visit.locale.language).map_err(Error::broken)?;
    Ok(framed(&mut HttpResponse::Ok(), &visit.state.urls).body(drawn))
}

/// The first HTML of a message, those of messages in it too.
pub(super) fn html_path(bodies: &[Body]) -> Option<&PartPath> {
    html_paths(bodies).into_iter().next()
}

/// All HTML of a message and of messages in it, in the order of the page.
pub(super) fn html_paths(bodies: &[Body]) -> Vec<&PartPath> {
    let mut paths = Vec::new();
    for body in bodies {
        match body {
            Body::Html { path } => paths.push(path),
            Body::Message { bodies, .. } => paths.extend(html_paths(bodies)),
            _ => {}
        }
    }
    paths
}

fn collect_texts(bodies: &[Body], links: Links, urls: &Urls, texts: &mut Vec<Vec<Block>>) {
    for body in bodies {
        match body {
            Body::Text { text, .. } => texts.push(blocks(text, links, urls)),
            Body::Message { bodies, .. } => collect_texts(bodies, links, urls, texts),
            _ => {}
        }
    }
}

/// The headers of a document that shows a stranger's mail (design §5). `allow-same-origin` lets our page read how tall
/// it is; scripts, forms and navigation of the page around it stay forbidden.
pub(super) fn framed<'a>(response: &'a mut HttpResponseBuilder, urls: &Urls) -> &'a mut HttpResponseBuilder {
    let policy = format!(
        "default-src 'none'; img-src {} data:; style-src 'unsafe-inline' {}; font-src 'none'; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups \
         allow-popups-to-escape-sandbox",
        urls.message_source(),
        urls.static_source(),
    );
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("X-DNS-Prefetch-Control", "off"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
}
