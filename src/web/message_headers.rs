//! All header fields of a message: `GET /message/…/headers`.

use actix_web::HttpResponse;
use serde::Serialize;

use super::error::Error;
use super::page::Head;
use super::params::MessageParam;
use super::shell::Shell;
use super::shown::clean;
use super::templates::Template;
use super::visit::Visit;

/// Fields shown (`D-03`).
const FIELDS: usize = 500;

/// The page.
#[derive(Serialize)]
pub(super) struct MessageHeaders {
    /// Title and files.
    pub head: Head,
    /// Surroundings.
    pub shell: Shell,
    /// Which message.
    pub subject: String,
    /// Back to it.
    pub message_url: String,
    /// All of it.
    pub source_url: String,
    /// The fields, in their order.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Serialize)]
pub(super) struct Field {
    /// Its name.
    pub name: String,
    /// Its text, unfolded and decoded.
    pub value: String,
}

impl Template for MessageHeaders {
    const NAME: &'static str = "pages/message_headers.html";
}

/// `GET /message/{mailbox}/{uidvalidity}/{uid}/headers`
pub(super) async fn message_headers(visit: Visit, message: MessageParam) -> Result<HttpResponse, Error> {
    let message = message.0;
    let fields = visit.account().open_headers(&message).await?;
    let overview = visit.account().overview().await?;
    let subject = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("subject")).map(|(_, text)| clean(text));
    let subject = subject.unwrap_or_else(|| visit.locale.text("no-subject").to_owned());
    visit.answer(&MessageHeaders {
        head: Head::new(visit.locale.text("all-headers"), &visit.state.urls, &visit.locale),
        shell: Shell::new(&visit, &overview, Some(&message.mailbox)),
        subject,
        message_url: visit.state.urls.message(&message),
        source_url: visit.state.urls.source(&message),
        fields: fields
            .into_iter()
            .take(FIELDS)
            .map(|(name, value)| Field { name: clean(&name), value: clean(&value) })
            .collect(),
    })
}
