//! `POST /messages/delete`

use actix_web::HttpResponse;

use super::chosen::{Chosen, role};
use super::confirm::{Confirm, Field};
use super::error::Error;
use super::form::Fields;
use super::mailbox_param::field_value;
use super::page::Head;
use super::shell::Shell;
use super::urls::Act;
use super::visit::Visit;
use crate::account::{self, Overview};
use crate::mail::Role;

/// Moves the chosen messages to Trash. From Trash, or where Trash has no room for them (`R-16`), they are deleted for
/// good: first a page that asks, then, with `sure=1`, the deed.
pub(super) async fn message_delete(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Chosen::read(&fields, &visit)?;
    if chosen.is_empty() {
        return Ok(chosen.nothing(&visit));
    }
    if fields.one("sure") == Some("1") {
        let changed = visit.account().delete_for_good(&chosen.selection).await?;
        let overview = visit.names().await;
        return Ok(chosen.good_news("done-deleted", &changed, &overview, &visit));
    }
    let overview = visit.account().overview().await?;
    if role(&chosen.selection.mailbox, &overview) == Some(Role::Trash) {
        return ask(&chosen, &overview, "confirm-delete-text", &visit);
    }
    match visit.account().move_to_role(&chosen.selection, Role::Trash).await {
        Err(account::Error::OverQuota) => ask(&chosen, &overview, "confirm-delete-full-text", &visit),
        other => {
            let changed = other?;
            let overview = visit.names().await;
            Ok(chosen.good_news("done-moved", &changed, &overview, &visit))
        }
    }
}

/// Asks; `consequence` is the text that says what will be.
fn ask(chosen: &Chosen, overview: &Overview, consequence: &str, visit: &Visit) -> Result<HttpResponse, Error> {
    let selection = &chosen.selection;
    let language = &visit.locale.language;
    let count = u64::try_from(selection.uids.len()).unwrap_or(u64::MAX);
    let question = language.count("confirm-delete", count, []);
    visit.answer(&Confirm {
        head: Head::new(question.clone(), &visit.state.urls, &visit.locale),
        shell: Shell::new(visit, overview, Some(&selection.mailbox)),
        question,
        consequence: language.count(consequence, count, []),
        action: visit.state.urls.act(Act::Delete),
        fields: vec![
            Field::new("mailbox", field_value(&selection.mailbox)),
            Field::new("uidvalidity", selection.uid_validity.to_string()),
            Field::new("uid", selection.uids.to_string()),
            Field::new("back", chosen.back().to_owned()),
            Field::new("sure", "1".to_owned()),
        ],
        yes: visit.locale.text("delete-for-good").to_owned(),
        no_url: chosen.back().to_owned(),
    })
}
