//! The message as it came: `GET /message/…/source`, and with `?download=1` as a file.

use actix_web::HttpResponse;
use serde::Serialize;

use super::download;
use super::error::Error;
use super::page::Head;
use super::params::{MessageParam, query_value};
use super::shell::Shell;
use super::sizes::size;
use super::templates::Template;
use super::visit::Visit;
use crate::account::ByteStream;

/// Bytes shown on the page; the file has all of them.
const SHOWN: usize = 256 * 1024;

/// The page.
#[derive(Serialize)]
pub(super) struct MessageSource {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// How much of it is here.
    pub lead: String,
    /// Back to the message.
    pub message_url: String,
    /// All of it, as a file.
    pub download_url: String,
    /// Its beginning.
    pub source: String,
}

impl Template for MessageSource {
    const NAME: &'static str = "pages/message_source.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/source`
pub(super) async fn message_source(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let message = message.0;
    let mut file = visit.account().open_source(&message).await?;
    if query_value(&visit.request, "download").is_some() {
        return Ok(download::attachment(&file.name, file.bytes, file.size));
    }
    let (start, whole) = beginning(&mut file.bytes).await?;
    drop(file.bytes);
    let language = &visit.locale.language;
    let lead = if whole {
        size(u64::try_from(start.len()).unwrap_or(u64::MAX), language)
    } else {
        let all = file.size.map_or_else(String::new, |bytes| size(bytes, language));
        let shown = size(u64::try_from(SHOWN).unwrap_or(u64::MAX), language);
        language.say("source-lead-cut", [("shown", shown.into()), ("size", all.into())])
    };
    let overview = visit.account().overview().await?;
    let url = visit.state.urls.source(&message);
    visit.answer(&MessageSource {
        head: Head::new(visit.locale.text("source"), &visit.state.urls, &visit.locale),
        shell: Shell::new(&visit, &overview, Some(&message.mailbox)),
        lead,
        message_url: visit.state.urls.message(&message),
        download_url: format!("{url}?download=1"),
        source: readable(&start),
    })
}

/// The first [`SHOWN`] bytes, and whether they are all.
async fn beginning(bytes: &mut ByteStream) -> Result<(Vec<u8>, bool), Error> {
    let mut start = Vec::new();
    while let Some(piece) = bytes.next().await {
        start.extend_from_slice(&piece?);
        if start.len() > SHOWN {
            start.truncate(SHOWN);
            return Ok((start, false));
        }
    }
    Ok((start, true))
}

/// As text; what is no text, and what would turn the direction of what follows, as a replacement sign (`X-10`).
fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c if c.is_control() => '\u{FFFD}',
            c => c,
        })
        .collect()
}
