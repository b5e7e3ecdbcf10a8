//! Texts that found no room among the drafts, since the account is full: they wait here, sealed as everything that is set up for
//! writing, until they are saved, sent or thrown away. Whoever writes next is offered them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::compose_show;
use super::compose_told::Told;
use super::error::Error;
use super::form::Fields;
use super::identities::identities_of;
use super::redirect::see_other;
use super::shown::clean;
use super::typed::Typed;
use super::visit::Visit;
use crate::mail::{MessageId, Priority, Source};
use crate::store::{self, Belonging};

/// The longest that is kept, in bytes of all fields together.
const LONGEST: usize = 4 << 20;

/// One that is offered.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Unsaved {
    url: String,
    subject: String,
}

/// Keeps what was typed; whether it is safe here. Its files are wanted for another day.
pub(super) async fn keep(typed: &Typed, visit: &Visit) -> bool {
    let Some(text) = serde_json::to_string(&fields(typed)).ok().filter(|text| text.len() <= LONGEST) else {
        return false;
    };
    let (state, user) = (&visit.state, visit.account().user());
    for file in &typed.attachments {
        if let Source::Upload(id) = &file.source
            && let Err(error) = state.uploads.touch(user, id).await
        {
            tracing::warn!(%error, "a file of a text that is kept could not be kept longer");
        }
    }
    let kept = put(number(&typed.message_id, visit), &text, visit).await;
    kept.inspect_err(|error| tracing::error!(%error, "a text that found no room could not be kept here")).is_ok()
}

async fn put(number: u32, text: &str, visit: &Visit) -> Result<(), store::Error> {
    let (state, user) = (&visit.state, visit.account().user());
    let (belongings, kind) = (state.store.belongings(), Belonging::Unsaved);
    let known = belongings.list(user, kind, &state.key).await?;
    let is_new = known.iter().all(|(one, _)| *one != number);
    if is_new && u32::try_from(known.len()).is_ok_and(|count| count >= kind.most()) {
        // the one that waits for longest makes room
        let oldest = known.first().map_or(number, |(oldest, _)| *oldest);
        belongings.remove(user, kind, oldest, &state.key).await?;
    }
    belongings.put(user, kind, number, text, &state.key).await
}

/// Forgets it: it was saved, sent or thrown away.
pub(super) async fn forget(message: &MessageId, visit: &Visit) {
    let (state, user) = (&visit.state, visit.account().user());
    let removed = state.store.belongings().remove(user, Belonging::Unsaved, number(message, visit), &state.key).await;
    if let Err(error) = removed {
        tracing::warn!(%error, "a text that is kept no more could not be removed");
    }
}

/// Keeps it under the name that it has now, if it was kept under the one before.
pub(super) async fn rename(before: &MessageId, typed: &Typed, visit: &Visit) {
    let known = number(before, visit);
    if list(visit).await.iter().any(|(one, _)| *one == known) && keep(typed, visit).await {
        forget(before, visit).await;
    }
}

/// What waits, for whoever begins to write.
pub(super) async fn offered(visit: &Visit) -> Vec<Unsaved> {
    let waiting = list(visit).await.into_iter();
    let offer = |(number, fields): (u32, Fields)| {
        let subject = clean(fields.one("subject").unwrap_or_default());
        let subject = if subject.is_empty() { visit.locale.text("no-subject").to_owned() } else { subject };
        Unsaved { url: visit.state.urls.unsaved(number), subject }
    };
    waiting.map(offer).collect()
}

/// `GET /compose?unsaved=`: the composer with it.
pub(super) async fn show(visit: Visit, number: &str, back: String) -> Result<HttpResponse, Error> {
    let number: u32 = number.parse().map_err(|_| Error::NotFound)?;
    let urls = &visit.state.urls;
    // one that was saved or sent meanwhile leads to an empty composer
    let Some((_, fields)) = list(&visit).await.into_iter().find(|(one, _)| *one == number) else {
        return Ok(see_other(&urls.write(&back)));
    };
    let mut typed = Typed::read(&fields, urls.base())?;
    typed.was.clear();
    let identities = identities_of(&visit).await?;
    let lead = visit.locale.text("compose-unsaved-again").to_owned();
    compose_show::show(&visit, StatusCode::OK, &typed, &identities, Told { lead, ..Told::default() }).await
}

async fn list(visit: &Visit) -> Vec<(u32, Fields)> {
    let (state, user) = (&visit.state, visit.account().user());
    let listed = state.store.belongings().list(user, Belonging::Unsaved, &state.key).await;
    let listed = listed.inspect_err(|error| tracing::warn!(%error, "texts that were kept could not be read"));
    let read = |(number, text): (u32, String)| Some((number, Fields::of(serde_json::from_str(&text).ok()?)));
    listed.unwrap_or_default().into_iter().filter_map(read).collect()
}

/// One for each message, the same whenever it is kept.
fn number(message: &MessageId, visit: &Visit) -> u32 {
    let [a, b, c, d, ..] = visit.state.key.sign("number of an unsaved text", message.as_str().as_bytes());
    u32::from_ne_bytes([a, b, c, d])
}

/// The form as a browser would send it.
fn fields(typed: &Typed) -> Vec<(&'static str, String)> {
    let priority = match typed.priority {
        Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
    };
    let mut fields = typed.hidden();
    fields.extend([
        ("from", typed.from.to_string()),
        ("to", typed.to.clone()),
        ("cc", typed.cc.clone()),
        ("bcc", typed.bcc.clone()),
        ("reply_to", typed.reply_to.clone()),
        ("subject", typed.subject.clone()),
        ("text", typed.text.clone()),
        ("html", typed.html.as_str().to_owned()),
        ("priority", priority.to_owned()),
        ("at", typed.at.clone()),
    ]);
    fields.extend(typed.receipt.then(|| ("receipt", "1".to_owned())));
    fields.extend(typed.delivery.then(|| ("delivery", "1".to_owned())));
    fields.extend(typed.tokens().into_iter().map(|token| ("attachment", token)));
    fields
}
