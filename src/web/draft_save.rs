//! `POST /drafts`: the composer's form, saved by a script while somebody writes. The answer is for that script: what the
//! form says from now on, and what to say.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;

use super::compose_send::{Beside, Desk};
use super::dates::Dates;
use super::error::Error;
use super::form_with_files::FormWithFiles;
use super::identities::identities_of;
use super::typed::Typed;
use super::visit::Visit;
use crate::account;

/// What became of it.
#[derive(Serialize)]
struct Saved {
    /// Whether it is in Drafts now.
    saved: bool,
    /// "Saved 09:52", or why it is not.
    text: String,
    /// Its name: the form's field.
    message_id: String,
    /// Where it lies: the form's field.
    draft: String,
    /// The state that was saved: the form's field.
    was: String,
    /// The files, as the form's fields, in their order.
    attachments: Vec<String>,
    /// Whether somebody else changed the draft meanwhile: both are kept (`R-42`).
    conflict: bool,
}

/// Saves the draft.
pub(super) async fn draft_save(visit: Visit, payload: web::Payload) -> Result<HttpResponse, Error> {
    let form = FormWithFiles::read(&visit.request, &mut payload.into_inner(), Some(&visit.who)).await?;
    let form = form.allowed(&visit.who, &visit.request)?;
    let typed = Typed::read(&form.fields, visit.state.urls.base())?;
    let identities = identities_of(&visit).await?;
    let mut desk = Desk::new(&visit, identities, typed, Vec::new());
    let (status, saved, text, conflict) = match desk.keep().await {
        Ok(beside) => {
            let time = Dates::now(&visit.locale).clock(Timestamp::now());
            let text = match beside {
                Some(beside) => visit.locale.text(beside.key()).to_owned(),
                None => visit.locale.language.say("compose-saved", [("time", time.into())]),
            };
            (StatusCode::OK, true, text, beside.is_some_and(Beside::is_conflict))
        }
        Err(account::Error::SignedOut) => return Err(account::Error::SignedOut.into()),
        Err(error) => {
            let (text, status) = desk.told_not_saved(&error).await;
            (status, false, text, false)
        }
    };
    let hidden = desk.typed.hidden();
    let field = |name: &str| hidden.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
    Ok(HttpResponse::build(status).json(Saved {
        saved,
        text,
        message_id: desk.typed.message_id.to_string(),
        draft: field("draft").unwrap_or_default(),
        was: field("was").unwrap_or_default(),
        attachments: desk.typed.tokens(),
        conflict,
    }))
}
