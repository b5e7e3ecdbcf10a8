//! The message on paper: `GET /message/…/print`. Head and text are one document, with the frame's policy.

use actix_web::HttpResponse;
use serde::Serialize;

use super::contact::{ContactCard, contacts};
use super::dates::Dates;
use super::error::Error;
use super::invitation::{Answering, InvitationCard, invitations};
use super::letter::{Block, Fact, Letters, blocks};
use super::message_body::framed;
use super::page::Head;
use super::params::MessageParam;
use super::report::{ReportCard, reports};
use super::safe_bodies::{self, RemotePictures};
use super::shown::clean;
use super::templates::Template;
use super::visit::Visit;
use super::{link_choice, remote_show};
use crate::account::{Asked, Body};
use crate::html::{self, Links, SafeHtml};
use crate::mail::MessageRef;

/// The sheet.
#[derive(Serialize)]
pub(super) struct MessagePrint {
    /// Title and files.
    pub head: Head,
    /// What it is about.
    pub subject: String,
    /// Who, to whom, when.
    pub facts: Vec<Fact>,
    /// Names of what it carries.
    pub files: String,
    /// What machines report in it.
    pub reports: Vec<ReportCard>,
    /// Events.
    pub invitations: Vec<InvitationCard>,
    /// People's cards.
    pub contacts: Vec<ContactCard>,
    /// What it says.
    pub bodies: Vec<Sheet>,
}

/// A piece of the sheet: cleaned HTML, or text.
#[derive(Serialize, Default)]
pub(super) struct Sheet {
    /// Only the sanitiser's own type gets here.
    #[serde(serialize_with = "markup")]
    pub html: SafeHtml,
    /// Plain text.
    pub blocks: Vec<Block>,
}

fn markup<S: serde::Serializer>(html: &SafeHtml, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(html.as_str())
}

impl Template for MessagePrint {
    const NAME: &'static str = "pages/message_print.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/print`
pub(super) async fn message_print(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let message = message.0;
    let opened = visit.account().peek_message(&message, &Asked::default()).await?;
    let dates = Dates::now(&visit.locale);
    let urls = &visit.state.urls;
    let links = link_choice::of(&visit.request, &visit.state);
    let pictures = remote_show::pictures(&visit, &opened, remote_show::asked(&visit).as_deref()).await;
    let look = Look { pictures: RemotePictures::shown_if(pictures.are_shown()), links };
    let (locale, show) = (&visit.locale, pictures.show.as_str());
    let letters = Letters { message: &message, locale, dates: &dates, urls, everybody: true, links, show };
    let subject = letters.subject(&opened.envelope);
    let mut bodies = Vec::new();
    sheets(&visit, &message, &opened.bodies, look, &mut bodies).await?;
    let page = MessagePrint {
        head: Head::new(subject.clone(), urls, &visit.locale),
        subject,
        facts: letters.facts(&opened.envelope, Some(opened.internal_date)),
        reports: reports(&opened.explained, locale, &dates),
        invitations: invitations(&opened.explained, &letters, &Answering::default()),
        contacts: contacts(&opened.explained, &message, locale, urls),
        files: opened.attachments.iter().map(|file| clean(&file.name)).collect::<Vec<_>>().join(", "),
        bodies,
    };
    let drawn = visit.state.templates.render(&page, &visit.locale.language).map_err(Error::broken)?;
    Ok(framed(&mut HttpResponse::Ok(), urls).body(drawn))
}

/// How the message is looked at.
#[derive(Clone, Copy)]
struct Look {
    pictures: RemotePictures,
    links: Links,
}

async fn sheets(
    visit: &Visit,
    message: &MessageRef,
    bodies: &[Body],
    look: Look,
    to: &mut Vec<Sheet>,
) -> Result<(), Error> {
    let text = |text: &str| blocks(text, look.links, &visit.state.urls);
    for body in bodies {
        match body {
            Body::Text { text: plain, .. } => to.push(Sheet { blocks: text(plain), ..Sheet::default() }),
            Body::Html { path } => {
                if let Some(cleaned) = safe_bodies::open(visit, message, path, look.pictures).await? {
                    let html = html::sheet(&cleaned, to.len());
                    to.push(Sheet { html, ..Sheet::default() });
                }
            }
            Body::Image { name, .. } => to.push(Sheet { blocks: text(&clean(name)), ..Sheet::default() }),
            Body::Message { envelope, bodies, .. } => {
                to.push(Sheet { blocks: text(&clean(&envelope.subject)), ..Sheet::default() });
                Box::pin(sheets(visit, message, bodies, look, to)).await?;
            }
        }
    }
    Ok(())
}
