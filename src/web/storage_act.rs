//! What is done to chosen messages from the pages about storage: `POST /storage/delete`, `/move` and `/strip`. Each touches
//! exactly the messages that its form names, as the page before showed them.
//!
//! A few are done at once; many in the background, where it can be watched and stopped (`/jobs/{id}`).

use actix_web::HttpResponse;

use super::chosen::{go_to, name, way_back};
use super::dates::Dates;
use super::error::Error;
use super::error_page::sentence;
use super::flash::{FlashKind, FlashMessage};
use super::form::Fields;
use super::mailbox_param::read_field;
use super::redirect::see_other;
use super::selections::Selections;
use super::shell::Shell;
use super::sizes::UNITS;
use super::storage_ask::{About, Deed, StorageAsk};
use super::storage_query::StorageQuery;
use super::visit::Visit;
use crate::account::{self, Changed, Heap, How, Note, Order, Overview, Removal, Stripping, Wanted};
use crate::mail::{MailboxName, Moment, Role, Selection};
use crate::store::unix_now;

/// Up to so many messages are done while the browser waits.
const AT_ONCE: usize = 200;

/// `POST /storage/delete`: `how` is `good` or `trash`.
pub(super) async fn storage_delete(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Selections::read(&fields)?;
    let how = match fields.one("how") {
        Some("good") => How::ForGood,
        Some("trash") => How::ToTrash,
        _ => return Err(Error::BadInput("no way to delete")),
    };
    remove(chosen, how, &visit).await
}

/// `POST /storage/move`: into the folder `to`.
pub(super) async fn storage_move(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let mut chosen = Selections::read(&fields)?;
    let to = fields.one("to").and_then(read_field).ok_or(Error::NotFound)?;
    // what lies there already stays where it is
    chosen.0.retain(|selection| selection.mailbox != to);
    remove(chosen, How::To(to), &visit).await
}

/// `POST /storage/strip`: with `signed`, from signed messages too.
pub(super) async fn storage_strip(visit: Visit, fields: Fields) -> Result<HttpResponse, Error> {
    let chosen = Selections::read(&fields)?;
    if chosen.is_empty() {
        return Ok(nothing(&visit));
    }
    let today = Moment { seconds: unix_now(), offset_minutes: 0 };
    // a place for the number, in the words of each unit
    let unit = |key| visit.locale.language.say(key, [("shown", "{shown}".into()), ("count", 2.into())]);
    let note = Note {
        text: visit.locale.text("storage-strip-note").to_owned(),
        date: Dates::now(&visit.locale).written_day(today),
        sizes: UNITS.map(unit).into(),
    };
    let wanted = Wanted { signed: fields.one("signed").is_some(), ..Wanted::default() };
    let order = Order::Strip(Stripping { from: chosen.0, wanted, note });
    begin(order, &visit).await
}

async fn remove(chosen: Selections, how: How, visit: &Visit) -> Result<HttpResponse, Error> {
    if chosen.is_empty() {
        return Ok(nothing(visit));
    }
    if chosen.messages() > AT_ONCE {
        return begin(Order::Remove(Removal { from: chosen.0, how, by_rule: false }), visit).await;
    }
    let mut outcome = Outcome::default();
    for (at, selection) in chosen.0.iter().enumerate() {
        match once(selection, &how, visit).await {
            Ok(changed) => outcome.add(selection, changed),
            // what is left is asked about once more, now that Trash is known to have no room
            Err(account::Error::OverQuota) if how == How::ToTrash => {
                let left = chosen.0.get(at..).unwrap_or_default().to_vec();
                return ask_again(Selections(left), visit).await;
            }
            // nothing was done yet, and there is more to say of it than a line
            Err(error) if outcome.is_nothing() => return Err(error.into()),
            Err(error) => outcome.refused.push((selection.mailbox.clone(), error)),
        }
    }
    let overview = visit.names().await;
    let message = outcome.told(&how, chosen.0.len(), &overview, visit);
    Ok(go_to(&visit.state.urls.storage(), Some(message), visit))
}

async fn once(selection: &Selection, how: &How, visit: &Visit) -> Result<Changed, account::Error> {
    match how {
        How::ForGood => visit.account().delete_for_good(selection).await,
        How::ToTrash => visit.account().move_to_role(selection, Role::Trash).await,
        How::To(mailbox) => visit.account().move_messages(selection, mailbox).await,
    }
}

async fn begin(order: Order, visit: &Visit) -> Result<HttpResponse, Error> {
    let id = visit.account().begin_job(order).await?;
    Ok(see_other(&visit.state.urls.job(&id)))
}

/// The question before these are deleted, once more.
async fn ask_again(chosen: Selections, visit: &Visit) -> Result<HttpResponse, Error> {
    let overview = visit.account().overview().await?;
    let query = StorageQuery::first(Heap::Biggest);
    let about = About { chosen: &chosen, octets: None, left: 0, query: &query, trash_is_full: true };
    let shell = Shell::new(visit, &overview, None);
    visit.answer(&StorageAsk::new(shell, Deed::Delete, &about, &overview, &visit.locale, &visit.state.urls))
}

fn nothing(visit: &Visit) -> HttpResponse {
    let text = visit.locale.text("nothing-chosen").to_owned();
    go_to(&visit.state.urls.storage(), Some(FlashMessage { text, kind: FlashKind::Bad, undo: None }), visit)
}

/// What came of it, folder by folder.
#[derive(Default)]
struct Outcome {
    done: u64,
    missing: u64,
    to: Option<MailboxName>,
    /// How the last move is taken back, and where it came from.
    undo: Option<(Selection, MailboxName)>,
    refused: Vec<(MailboxName, account::Error)>,
}

impl Outcome {
    fn add(&mut self, selection: &Selection, changed: Changed) {
        self.done += u64::from(changed.done);
        self.missing += u64::from(changed.missing);
        self.undo = changed.undo.map(|undo| (undo, selection.mailbox.clone()));
        self.to = changed.to.or(self.to.take());
    }

    fn is_nothing(&self) -> bool {
        self.done == 0 && self.missing == 0
    }

    /// In a sentence; a move from one folder can be undone.
    fn told(self, how: &How, folders: usize, overview: &Overview, visit: &Visit) -> FlashMessage {
        let language = &visit.locale.language;
        if self.done == 0 && self.refused.is_empty() {
            let text = visit.locale.text("all-gone").to_owned();
            return FlashMessage { text, kind: FlashKind::Bad, undo: None };
        }
        let to = self.to.as_ref().map(|to| name(to, overview, visit)).unwrap_or_default();
        let key = if *how == How::ForGood { "done-deleted" } else { "done-moved" };
        let mut text = language.count(key, self.done, [("folder", to.as_str())]);
        if self.missing > 0 {
            text = language.count("some-gone", self.missing, [("text", text.as_str())]);
        }
        for (mailbox, error) in &self.refused {
            let folder = name(mailbox, overview, visit);
            let why = sentence(error, &visit.locale);
            let words = [("text", text.into()), ("folder", folder.into()), ("why", why.into())];
            text = language.say("storage-done-partly", words);
        }
        let kind = if self.refused.is_empty() { FlashKind::Good } else { FlashKind::Bad };
        let undo = self.undo.filter(|_| folders == 1 && self.refused.is_empty());
        let undo = undo.map(|(moved, from)| way_back(&moved, &from, visit));
        FlashMessage { text, kind, undo }
    }
}
