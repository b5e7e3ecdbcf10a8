//! One part in a page of its own: `GET /message/…/view/{part}`. Pictures and texts are shown; an attached message can be
//! saved into a folder. Everything else is a file (`A-04`).

use actix_web::HttpResponse;
use serde::Serialize;

use super::attachments::{Viewing, viewing};
use super::error::Error;
use super::page::Head;
use super::params::{MessageParam, PartParam};
use super::shell::Shell;
use super::shown::clean;
use super::sizes::size;
use super::templates::Template;
use super::tree::places;
use super::visit::Visit;
use crate::account::Asked;

/// Octets of a text that are shown; the file has all of them.
const SHOWN: usize = 256 * 1024;

/// The page.
#[derive(Serialize)]
pub(super) struct PartShow {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// What the file is called.
    pub name: String,
    /// How much of it is here.
    pub lead: String,
    /// Back to the message.
    pub message_url: String,
    /// The file.
    pub download_url: String,
    /// The picture, if it is one.
    pub image_url: String,
    /// Whether it is a text.
    pub is_text: bool,
    /// The text.
    pub text: String,
    /// Where an attached message is saved by, if it is one.
    pub save_url: String,
    /// Folders it can be saved into.
    pub places: Vec<Folder>,
}

/// A folder to choose.
#[derive(Serialize)]
pub(super) struct Folder {
    /// As the form says it.
    pub value: String,
    /// As people do.
    pub path: String,
}

impl Template for PartShow {
    const NAME: &'static str = "pages/part_show.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/view/{part}`
pub(super) async fn part_show(visit: Visit, message: MessageParam, part: PartParam) -> Result<HttpResponse, Error> {
    let (message, path) = (message.0, part.0);
    let opened = visit.account().peek_message(&message, &Asked::default()).await?;
    let file = opened.attachments.iter().find(|file| file.path == path).ok_or(Error::NotFound)?;
    let (urls, language) = (&visit.state.urls, &visit.locale.language);
    let mut lead = size(file.size, language);
    let (mut image_url, mut text, mut save_url) = (String::new(), String::new(), String::new());
    let mut folders = Vec::new();
    let what = viewing(&file.media_type, &file.name).ok_or(Error::NotFound)?;
    let overview = visit.account().overview().await?;
    match what {
        Viewing::Picture => image_url = urls.inline(&message, &path),
        Viewing::Text => {
            let read = visit.account().open_text(&message, &path, SHOWN).await?;
            if read.cut {
                let shown = size(u64::try_from(SHOWN).unwrap_or(u64::MAX), language);
                lead = language.say("source-lead-cut", [("shown", shown.into()), ("size", lead.into())]);
            }
            text = read.text;
        }
        Viewing::Message => {
            save_url = urls.save(&message, &path);
            let all = places(&overview.mailboxes, &message.mailbox, &visit.locale);
            folders = all.into_iter().map(|place| Folder { value: place.value, path: place.path }).collect();
        }
    }
    visit.answer(&PartShow {
        head: Head::new(clean(&file.name), urls, &visit.locale),
        shell: Shell::new(&visit, &overview, Some(&message.mailbox)),
        name: clean(&file.name),
        lead,
        message_url: urls.message(&message),
        download_url: urls.part(&message, &path, &file.name),
        image_url,
        is_text: what == Viewing::Text,
        text,
        save_url,
        places: folders,
    })
}
