//! Emptying Trash and Junk: `GET /mailbox/{mailbox}/empty` asks, `POST` does it.

use actix_web::HttpResponse;

use super::chosen::{go_to, name, role};
use super::confirm::{Confirm, Field};
use super::error::Error;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::page::Head;
use super::params::MailboxParam;
use super::shell::Shell;
use super::visit::Visit;
use crate::account::{Asked, Emptied, Overview};
use crate::mail::{MailboxName, Role};

/// Asks, with the number of messages.
pub(super) async fn mailbox_empty_ask(visit: Visit, mailbox: MailboxParam) -> Result<HttpResponse, Error> {
    let mailbox = mailbox.0;
    let listing = visit.account().list_messages(&mailbox, &Asked::default()).await?;
    let overview = visit.account().overview().await?;
    let folder = only_these(&mailbox, &overview, &visit)?;
    let (language, urls) = (&visit.locale.language, &visit.state.urls);
    let count = u64::from(listing.counts.messages);
    if count == 0 {
        let text = language.say("confirm-empty-nothing", [("folder", folder.into())]);
        let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
        return Ok(go_to(&urls.mailbox(&mailbox), Some(message), &visit));
    }
    let question = language.say("confirm-empty", [("folder", folder.into())]);
    visit.answer(&Confirm {
        head: Head::new(question.clone(), urls, &visit.locale),
        shell: Shell::new(&visit, &overview, Some(&mailbox)),
        question,
        consequence: language.count("confirm-empty-text", count, []),
        action: urls.mailbox_empty(&mailbox),
        fields: vec![Field::new("uidvalidity", listing.uid_validity.to_string())],
        yes: language.count("confirm-empty-yes", count, []),
        no_url: urls.mailbox(&mailbox),
    })
}

/// Deletes for good what is in it now.
pub(super) async fn mailbox_empty(visit: Visit, mailbox: MailboxParam, fields: Fields) -> Result<HttpResponse, Error> {
    let mailbox = mailbox.0;
    let uid_validity = fields.one("uidvalidity").and_then(|text| text.parse().ok()).ok_or(Error::NotFound)?;
    let overview = visit.account().overview().await?;
    let folder = only_these(&mailbox, &overview, &visit)?;
    let changed = match visit.account().empty_mailbox(&mailbox, uid_validity).await? {
        Emptied::Done(changed) => changed,
        Emptied::Begun(job) => return Ok(go_to(&visit.state.urls.job(&job), None, &visit)),
    };
    let text = visit.locale.language.count("done-emptied", changed.done.into(), [("folder", folder.as_str())]);
    let message = FlashMessage { text, kind: FlashKind::Good, undo: None };
    Ok(go_to(&visit.state.urls.mailbox(&mailbox), Some(message), &visit))
}

/// Trash and Junk, and no other: their name on the screen.
fn only_these(mailbox: &MailboxName, overview: &Overview, visit: &Visit) -> Result<String, Error> {
    match role(mailbox, overview) {
        Some(Role::Trash | Role::Junk) => Ok(name(mailbox, overview, visit)),
        _ => Err(Error::NotFound),
    }
}
