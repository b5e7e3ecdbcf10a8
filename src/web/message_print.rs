//! The message on paper: `GET /message/…/print`. Head and text are one document, with the frame's policy.

use actix_web::HttpResponse;
use serde::Serialize;

use super::contact::{ContactCard, contacts};
use super::dates::Dates;
use super::error::Error;
use super::invitation::{Answering, InvitationCard, invitations};
use super::letter::{Block, Fact, Letters, blocks};
use super::locale::Locale;
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
use crate::html::{self, Links, SafeHtml, Sanitized};
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
    /// A sentence of ours: what is missing here.
    pub note: String,
}

impl Sheet {
    fn note(text: &str) -> Self {
        Self { note: text.to_owned(), ..Self::default() }
    }

    /// A piece of designed mail, with what is missing of it; nothing: it could not be cleaned in time, and is not dropped in
    /// silence.
    fn designed(cleaned: Option<&Sanitized>, at: usize, locale: &Locale) -> Vec<Self> {
        let Some(cleaned) = cleaned else { return vec![Self::note(locale.text("notice-not-shown"))] };
        let sheet = Self { html: html::sheet(cleaned, at), ..Self::default() };
        match cleaned.cut {
            true => vec![Self::note(locale.text("notice-cut")), sheet],
            false => vec![sheet],
        }
    }
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
    let letters = Letters { message: &message, locale, dates: &dates, urls, everybody: true, links, show, page: "" };
    let subject = letters.subject(&opened.envelope);
    let mut bodies = Vec::new();
    sheets(&visit, &message, &opened.bodies, look, &mut bodies).await?;
    if let Ok(more @ 1..) = u64::try_from(opened.left_out) {
        bodies.push(Sheet::note(&locale.language.count("notice-more-parts", more, [])));
    }
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
            Body::Text { text: plain, cut, .. } => {
                to.push(Sheet { blocks: text(plain), ..Sheet::default() });
                if *cut {
                    to.push(Sheet::note(visit.locale.text("text-cut")));
                }
            }
            Body::Html { path } => {
                let cleaned = safe_bodies::open(visit, message, path, look.pictures).await?;
                to.extend(Sheet::designed(cleaned.as_deref(), to.len(), &visit.locale));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Policy, sanitize};
    use crate::mail::UntrustedHtml;
    use crate::web::words::Words;

    #[test]
    fn what_is_missing_on_paper_is_said_there() {
        // D-04
        let locale = Locale::new(&Words::load().unwrap(), "en", None).unwrap();
        let notes = |cleaned: Option<&Sanitized>| {
            let sheets = Sheet::designed(cleaned, 0, &locale);
            sheets.into_iter().map(|sheet| (sheet.note, !sheet.html.is_empty())).collect::<Vec<_>>()
        };
        let mut cleaned = sanitize(&UntrustedHtml::new("<p>Hello"), &Policy::for_a_quote());
        assert_eq!(notes(Some(&cleaned)), [(String::new(), true)]);
        cleaned.cut = true;
        let cut = "The message is very long. Below is its beginning.".to_owned();
        assert_eq!(notes(Some(&cleaned)), [(cut, false), (String::new(), true)]);
        let late = "This message is too intricate to be shown as it was designed. Its source has all of it.";
        assert_eq!(notes(None), [(late.to_owned(), false)]);
    }
}
