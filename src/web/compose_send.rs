//! `POST /compose`: everything that the composer's form can ask for. Whatever comes of it, what was typed is drawn again
//! or has arrived somewhere (`R-46`).

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use jiff::Timestamp;

use super::attached::token;
use super::came_of::way_back;
use super::canned::{Values, canned_of, filled};
use super::chosen::go_to;
use super::compose_post::{Asked, release, remove_upload};
use super::compose_show;
use super::compose_told::Told;
use super::dates::Dates;
use super::error::Error;
use super::error_page;
use super::flash::{FlashKind, FlashMessage, UndoForm};
use super::form_with_files::FormWithFiles;
use super::identities::identities_of;
use super::kept;
use super::later;
use super::not_sent;
use super::state::State;
use super::typed::{Complaint, Typed};
use super::unsaved;
use super::urls::Act;
use super::visit::Visit;
use crate::account::{self, recipients_so_far};
use crate::mail::Identity;

/// A composer in the hands of its owner.
pub(super) struct Desk<'a> {
    pub visit: &'a Visit,
    pub identities: Vec<Identity>,
    pub typed: Typed,
    /// What is wrong with files that came just now.
    pub trouble: Vec<Complaint>,
}

/// What became meanwhile of the draft that a saved one was to replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// It waits to be sent, or may have been: what was saved is another message.
    Sent,
    /// Somebody else changed it, and both are kept.
    Changed,
    /// It is not there any more, and what was saved is the only one.
    Gone,
}

impl Beside {
    /// The sentence that says so.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Sent => "compose-kept-beside",
            Self::Changed => "compose-conflict",
            Self::Gone => "compose-draft-gone",
        }
    }

    /// Whether there are two now, so that whoever sends one has to know.
    pub(super) fn is_conflict(self) -> bool {
        self != Self::Gone
    }
}

/// `POST /compose`. `action` is `send`, `later` (at the time in `at`), `later:2026-11-24T08:00`, `anyway:` and one of
/// these after a question, `save`, `attach`, `remove:0`, `discard` or `close`.
pub(super) async fn compose_send(
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let mut payload = payload.into_inner();
    let Ok(visit) = Visit::from_request(&request, &mut Payload::None).await else {
        let state = State::of(&request)?;
        let form = FormWithFiles::read(&request, &mut payload, None).await?;
        return Ok(kept::ask_to_sign_in(form.fields, form.over, &request, state));
    };
    let FormWithFiles { mut fields, files, refused, over, is_ours } =
        FormWithFiles::read(&request, &mut payload, Some(&visit.who)).await?;
    if kept::is_others(&fields, &visit) {
        // what one person wrote is drawn for nobody else, nor saved among their drafts
        return Ok(kept::ask_its_writer(fields, over, &request, &visit.state));
    }
    // files that came just now are the form's from here on, whatever becomes of it
    files.iter().for_each(|file| fields.add("attachment", token(file)));
    let typed = match Typed::read(&fields, visit.state.urls.base()) {
        Err(_) if !is_ours => return Err(Error::FormTooOld(fields.into_all()).into()), // C-01
        typed => typed?,
    };
    let action = fields.one("action").unwrap_or("save").to_owned();
    let trouble = refused.iter().map(|file| Complaint::new("files", file.sentence(&visit.locale))).collect();
    let done = async {
        let identities = identities_of(&visit).await?;
        let mut desk = Desk::new(&visit, identities, typed, trouble);
        if !is_ours {
            // Nothing is done that a stranger's page could have asked for (C-01), and nothing is lost.
            let lead = visit.locale.text("compose-form-old").to_owned();
            return desk.show(StatusCode::FORBIDDEN, Told { lead, ..Told::default() }).await;
        }
        let pace = visit.state.pace.take(visit.account().user());
        let done = match pace {
            Ok(()) => desk.act(&action).await,
            Err(retry_after) => Err(Error::TooMany { retry_after }),
        };
        match done {
            Err(error) if !is_signed_out(&error) => {
                // whatever went wrong, what was typed is not lost with it
                let lead = error_page::told(&error, &visit.locale);
                desk.show(error.status(), Told { lead, ..Told::default() }).await
            }
            done => done,
        }
    };
    match done.await {
        Err(error) if is_signed_out(&error) => {
            let page = kept::ask_to_sign_in(fields, 0, &request, &visit.state); // S-09
            request.get_session().purge();
            Ok(page)
        }
        other => Ok(other?),
    }
}

fn is_signed_out(error: &Error) -> bool {
    matches!(error, Error::Account(account::Error::SignedOut))
}

impl<'a> Desk<'a> {
    /// With what was typed, and what goes with whom it is written as.
    pub(super) fn new(visit: &'a Visit, identities: Vec<Identity>, mut typed: Typed, trouble: Vec<Complaint>) -> Self {
        typed.follow_writer(&identities);
        Self { visit, identities, typed, trouble }
    }
}

impl Desk<'_> {
    async fn act(&mut self, action: &str) -> Result<HttpResponse, Error> {
        match action {
            "save" => self.save().await,
            "close" => self.close().await,
            "discard" => self.discard().await,
            "attach" => self.show_trouble().await,
            _ if action.starts_with("canned:") => self.put_in(action.trim_start_matches("canned:")).await,
            _ => match (action.strip_prefix("remove:"), action.strip_prefix("anyway:")) {
                (Some(number), _) => {
                    let at: usize = number.parse().map_err(|_| Error::BadInput("no such file"))?;
                    if at < self.typed.attachments.len() {
                        let file = self.typed.attachments.remove(at);
                        remove_upload(&file, self.visit).await;
                    }
                    self.show_trouble().await
                }
                (None, Some(action)) => self.send(action, Asked::Already).await,
                (None, None) => self.send(action, Asked::NotYet).await,
            },
        }
    }

    /// The page with what was typed.
    pub(super) async fn show(&self, status: StatusCode, told: Told) -> Result<HttpResponse, Error> {
        compose_show::show(self.visit, status, &self.typed, &self.identities, told).await
    }

    /// As [`Self::show`], saying what is wrong with files, if something is.
    async fn show_trouble(&mut self) -> Result<HttpResponse, Error> {
        let complaints = std::mem::take(&mut self.trouble);
        let status = if complaints.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        self.show(status, Told { complaints, ..Told::default() }).await
    }

    /// Puts a ready-made text above what is written.
    async fn put_in(&mut self, number: &str) -> Result<HttpResponse, Error> {
        let number: u32 = number.parse().map_err(|_| Error::BadInput("no such text"))?;
        // one that was removed meanwhile puts nothing in
        if let Some(canned) = canned_of(self.visit).await?.into_iter().find(|canned| canned.number == number) {
            let recipient = recipients_so_far(&self.typed.to).into_iter().next().unwrap_or_default();
            let writer = self.typed.writer(&self.identities).map(|writer| writer.address.clone()).unwrap_or_default();
            let date = Dates::now(&self.visit.locale).written_day(later::now_here(&self.visit.locale));
            let values = Values { recipient: &recipient, writer: &writer, date: &date };
            self.typed.put_above(&filled(&canned.text, values));
            if self.typed.subject.trim().is_empty() {
                self.typed.subject = filled(&canned.subject, values);
            }
        }
        self.show_trouble().await
    }

    async fn save(&mut self) -> Result<HttpResponse, Error> {
        let complaints = std::mem::take(&mut self.trouble);
        let status = if complaints.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        match self.keep().await {
            Ok(beside) => {
                let lead = beside.map(|beside| self.visit.locale.text(beside.key()).to_owned()).unwrap_or_default();
                self.show(status, Told { saved: Some(Timestamp::now()), lead, complaints, ..Told::default() }).await
            }
            Err(error) => self.not_saved(error).await,
        }
    }

    /// Saves the draft; what to say if the one before was not what it was (`R-42`).
    pub(super) async fn keep(&mut self) -> Result<Option<Beside>, account::Error> {
        let now = later::now_here(&self.visit.locale);
        let (draft, _) = self.typed.draft(&self.identities, None, now, &self.visit.locale);
        let saved = self.visit.account().save_draft(&draft, self.typed.draft.as_ref()).await?;
        if saved.message.is_some() {
            release(&draft.attachments, self.visit).await;
        }
        self.typed.attachments = saved.attachments;
        self.typed.draft = saved.message;
        self.typed.was = self.typed.state();
        let before = std::mem::replace(&mut self.typed.message_id, saved.message_id);
        kept::forget(&before, self.visit);
        unsaved::forget(&before, self.visit).await;
        Ok(match (saved.sent, saved.conflict, saved.gone) {
            (true, ..) => Some(Beside::Sent),
            (_, true, _) => Some(Beside::Changed),
            (.., true) => Some(Beside::Gone),
            _ => None,
        })
    }

    /// Why it was not saved, and the answer's status. What found no room there waits here.
    pub(super) async fn told_not_saved(&self, error: &account::Error) -> (String, StatusCode) {
        let (text, status) = not_sent::not_saved(error, &self.visit.locale);
        match *error == account::Error::OverQuota && unsaved::keep(&self.typed, self.visit).await {
            true => (self.visit.locale.text("compose-not-saved-kept").to_owned(), status),
            false => (text, status),
        }
    }

    async fn not_saved(&self, error: account::Error) -> Result<HttpResponse, Error> {
        if error == account::Error::SignedOut {
            return Err(error.into());
        }
        let (lead, status) = self.told_not_saved(&error).await;
        self.show(status, Told { lead, ..Told::default() }).await
    }

    /// Saves what is not saved yet, and goes back.
    async fn close(&mut self) -> Result<HttpResponse, Error> {
        if !self.typed.is_changed() {
            return Ok(self.go_back(None));
        }
        match self.keep().await {
            Ok(beside) => {
                let key = beside.map_or("done-draft-kept", Beside::key);
                Ok(self.go_back(Some(self.good(self.visit.locale.text(key).to_owned()))))
            }
            Err(error) => self.not_saved(error).await,
        }
    }

    /// To Trash, from where it can be had back; what there is no room for is gone.
    async fn discard(&mut self) -> Result<HttpResponse, Error> {
        let mut is_gone = false;
        if self.typed.is_changed() {
            match self.keep().await {
                Ok(_) => {}
                Err(account::Error::OverQuota) => is_gone = true,
                Err(error) => return self.not_saved(error).await,
            }
        }
        kept::forget(&self.typed.message_id, self.visit);
        unsaved::forget(&self.typed.message_id, self.visit).await;
        let Some(draft) = self.typed.draft.clone() else {
            let told = is_gone.then(|| self.good(self.visit.locale.text("done-discarded-whole").to_owned()));
            return Ok(self.go_back(told));
        };
        let moved = match self.visit.account().discard_draft(&draft).await {
            Ok(moved) => moved,
            Err(error) => return self.not_saved(error).await,
        };
        let undo = moved.undo.map(|undo| {
            let fields = [
                ("mailbox", super::mailbox_param::field_value(&undo.mailbox)),
                ("uidvalidity", undo.uid_validity.to_string()),
                ("uid", undo.uids.to_string()),
                ("to", super::mailbox_param::field_value(&draft.mailbox)),
            ];
            UndoForm::new(self.visit.state.urls.act(Act::Undo), fields)
        });
        let text = self.visit.locale.text("done-discarded").to_owned();
        Ok(self.go_back(Some(FlashMessage { undo, ..self.good(text) })))
    }

    fn good(&self, text: String) -> FlashMessage {
        FlashMessage { text, kind: FlashKind::Good, undo: None }
    }

    fn go_back(&self, message: Option<FlashMessage>) -> HttpResponse {
        go_to(&way_back(self.visit, &self.typed.back), message, self.visit)
    }
}
