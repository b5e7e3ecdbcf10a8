//! The messages that a form means, and what is said when something was done to them.

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

use super::error::Error;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::form::Fields;
use super::local_path::LocalPath;
use super::mailbox_param::{display_name, field_value, read_field, title};
use super::selections::MOST_CHOSEN;
use super::urls::Act;
use super::visit::Visit;
use crate::account::{Changed, Overview};
use crate::mail::{Mailbox, MailboxName, Role, Selection, UidSet};

/// Chosen messages, where they are, and where to go afterwards.
pub(super) struct Chosen {
    /// The messages; perhaps none.
    pub selection: Selection,
    back: String,
}

impl Chosen {
    /// Reads `mailbox`, `uidvalidity`, `uid` (repeated, sets allowed) and `back`. What is no mailbox, UIDVALIDITY or UID
    /// is a 404 (`C-09`); nothing is done then.
    pub(super) fn read(fields: &Fields, visit: &Visit) -> Result<Self, Error> {
        Self::read_uids(fields, fields.all("uid"), visit)
    }

    /// As [`Self::read`], with these UIDs instead of the chosen ones.
    pub(super) fn read_uids<'a>(
        fields: &Fields,
        uids: impl Iterator<Item = &'a str>,
        visit: &Visit,
    ) -> Result<Self, Error> {
        let mailbox = fields.one("mailbox").and_then(read_field).ok_or(Error::NotFound)?;
        let uid_validity = fields.one("uidvalidity").and_then(|text| text.parse().ok()).ok_or(Error::NotFound)?;
        let mut ranges = Vec::new();
        for uid in uids {
            ranges.extend_from_slice(UidSet::parse(uid).ok_or(Error::NotFound)?.ranges());
        }
        if ranges.iter().map(|(first, last)| u64::from(last - first) + 1).sum::<u64>() > MOST_CHOSEN {
            return Err(Error::NotFound); // no page offers so many
        }
        let urls = &visit.state.urls;
        let back = fields.one("back").and_then(|back| LocalPath::new(back, urls.base()));
        let back = back.map_or_else(|| urls.mailbox(&mailbox), |back| back.as_str().to_owned());
        Ok(Self { selection: Selection { mailbox, uid_validity, uids: ranges.into() }, back })
    }

    /// Whether nothing was chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.selection.uids.is_empty()
    }

    /// Back to where the form was, with a sentence that nothing was chosen.
    pub(super) fn nothing(&self, visit: &Visit) -> HttpResponse {
        self.bad_news(visit.locale.text("nothing-chosen"), visit)
    }

    /// Back to where the form was, with a sentence about what did not happen.
    pub(super) fn bad_news(&self, text: &str, visit: &Visit) -> HttpResponse {
        let message = FlashMessage { text: text.to_owned(), kind: FlashKind::Bad, undo: None };
        self.go_back(Some(message), visit)
    }

    /// Back to where the form was, saying what was done: `key` is the sentence for it.
    pub(super) fn good_news(&self, key: &str, changed: &Changed, overview: &Overview, visit: &Visit) -> HttpResponse {
        if changed.done == 0 && changed.missing > 0 {
            return self.bad_news(visit.locale.text("all-gone"), visit);
        }
        let language = &visit.locale.language;
        let folder = changed.to.as_ref().map(|to| name(to, overview, visit)).unwrap_or_default();
        let mut text = language.count(key, changed.done.into(), [("folder", folder.as_str())]);
        if changed.missing > 0 {
            text = language.count("some-gone", changed.missing.into(), [("text", text.as_str())]);
        }
        let undo = changed.undo.as_ref().map(|undo| way_back(undo, &self.selection.mailbox, visit));
        self.go_back(Some(FlashMessage { text, kind: FlashKind::Good, undo }), visit)
    }

    /// Back to where the form was; what happened is to be seen there.
    pub(super) fn go_back(&self, message: Option<FlashMessage>, visit: &Visit) -> HttpResponse {
        go_to(&self.back, message, visit)
    }

    /// As [`Self::go_back`], to one row of the list.
    pub(super) fn back_to_row(&self, row: &str, visit: &Visit) -> HttpResponse {
        go_to(&format!("{}#m{row}", self.back), None, visit)
    }

    /// The path to go back to.
    pub(super) fn back(&self) -> &str {
        &self.back
    }
}

/// 303 to `path`, with a sentence for the page there.
pub(super) fn go_to(path: &str, message: Option<FlashMessage>, visit: &Visit) -> HttpResponse {
    let mut response = HttpResponse::SeeOther().insert_header((LOCATION, path)).finish();
    if let Some(message) = message {
        message.set(&mut response, &visit.state);
    }
    response
}

/// What takes a move back: `moved` is where the messages are now, `from` where they were.
pub(super) fn way_back(moved: &Selection, from: &MailboxName, visit: &Visit) -> UndoForm {
    let fields = [
        ("mailbox", field_value(&moved.mailbox)),
        ("uidvalidity", moved.uid_validity.to_string()),
        ("uid", moved.uids.to_string()),
        ("to", field_value(from)),
    ];
    UndoForm::new(visit.state.urls.act(Act::Undo), fields)
}

/// What a mailbox is called.
pub(super) fn name(mailbox: &MailboxName, overview: &Overview, visit: &Visit) -> String {
    match overview.find(mailbox) {
        Some(mailbox) => title(mailbox, &visit.locale),
        None => display_name(mailbox, &visit.locale),
    }
}

/// What the mailbox is for.
pub(super) fn role(mailbox: &MailboxName, overview: &Overview) -> Option<Role> {
    overview.find(mailbox).and_then(|mailbox: &Mailbox| mailbox.role)
}
