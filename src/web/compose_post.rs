//! What lies on a desk is sent, now or later: what is in the way is said, what may be forgotten is asked once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use jiff::Timestamp;

use super::came_of::came_of;
use super::compose_send::Desk;
use super::compose_start::fresh_id;
use super::compose_told::Told;
use super::error::Error;
use super::kept;
use super::later;
use super::not_sent;
use super::recipients::remember;
use super::reminders::reminders;
use super::reply_style::reply_style;
use super::typed::Complaint;
use super::unsaved;
use super::visit::Visit;
use super::writing::writing_of;
use crate::account::{self, Queue, Sending, Start, When};
use crate::mail::{Attachment, Source};

/// Whether the person was asked what they may have forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// They were not.
    NotYet,
    /// They were, and want it all the same.
    Already,
}

impl Desk<'_> {
    /// Sends it.
    pub(super) async fn send(&mut self, action: &str, asked: Asked) -> Result<HttpResponse, Error> {
        let (visit, locale) = (self.visit, &self.visit.locale);
        let mut complaints = std::mem::take(&mut self.trouble);
        let when = match self.when(action).await? {
            Ok(when) => when,
            Err(complaint) => {
                complaints.push(complaint);
                When::Now
            }
        };
        let largest = visit.state.config.compose.message;
        let largest = Some(visit.account().largest_message().map_or(largest, |server| largest.min(server)));
        let (draft, more) = self.typed.draft(&self.identities, largest, later::now_here(locale), locale);
        complaints.extend(more);
        if complaints.is_empty() && draft.to.is_empty() && draft.cc.is_empty() && self.typed.bcc.trim().is_empty() {
            complaints.push(Complaint::new("to", locale.text("compose-nobody")));
        }
        if !complaints.is_empty() {
            return self.show(StatusCode::UNPROCESSABLE_ENTITY, Told { complaints, ..Told::default() }).await;
        }
        let reminders = match asked {
            Asked::Already => Vec::new(),
            Asked::NotYet => reminders(&self.typed, draft.to.len() + draft.cc.len(), locale),
        };
        if !reminders.is_empty() {
            let anyway = format!("anyway:{action}");
            return self.show(StatusCode::OK, Told { reminders, anyway, ..Told::default() }).await;
        }
        let sending = match visit.account().send(&draft, self.typed.draft.as_ref(), when).await {
            Ok(sending) => sending,
            Err(account::Error::SignedOut) => return Err(account::Error::SignedOut.into()),
            Err(error) => {
                let (lead, status) = not_sent::not_begun(&error, locale);
                return self.show(status, Told { lead, ..Told::default() }).await;
            }
        };
        if sending.is_other {
            return self.not_dropped(&sending).await;
        }
        if let Queue::Failed(why) = &sending.state {
            let (lead, complaints) = not_sent::failed(why, &self.typed.in_fields(), locale);
            self.look_again(&sending).await;
            return self.show(StatusCode::UNPROCESSABLE_ENTITY, Told { lead, complaints, ..Told::default() }).await;
        }
        remember(draft.recipients(), visit).await;
        release(&draft.attachments, visit).await;
        kept::forget(&self.typed.message_id, visit);
        unsaved::forget(&self.typed.message_id, visit).await;
        let answer = came_of(visit, &sending, &self.typed.back).await;
        answer.ok_or_else(|| Error::broken(std::io::Error::other("a message in no state")))
    }

    /// When it is to go.
    async fn when(&self, action: &str) -> Result<Result<When, Complaint>, Error> {
        let at = match action {
            "send" => return Ok(Ok(soon(self.visit).await?)),
            "later" => self.typed.at.as_str(),
            _ => action.strip_prefix("later:").ok_or(Error::BadInput("no such action"))?,
        };
        let locale = &self.visit.locale;
        Ok(later::read(at, locale, Timestamp::now()).map(When::At).map_err(|unfit| {
            let key = match unfit {
                later::Unfit::Unreadable => "compose-at-unreadable",
                later::Unfit::Past => "compose-at-past",
                later::Unfit::TooFar => "compose-at-far",
            };
            Complaint::new("at", locale.text(key))
        }))
    }

    /// Under this name something else was sent, or may have been. What was typed since is a message of its own from here on, and goes
    /// when it is asked for once more: never by itself, and never lost (`R-31`).
    async fn not_dropped(&mut self, sending: &Sending) -> Result<HttpResponse, Error> {
        let key = match &sending.state {
            Queue::Sent { .. } => "compose-sent-before",
            _ if sending.perhaps_sent => "compose-perhaps-sent-before",
            // at this very moment: the next press finds out
            _ => "compose-going-before",
        };
        if sending.perhaps_sent || matches!(sending.state, Queue::Sent { .. }) {
            let name = fresh_id(self.visit.account().user())?;
            let before = std::mem::replace(&mut self.typed.message_id, name);
            kept::forget(&before, self.visit);
            unsaved::rename(&before, &self.typed, self.visit).await;
            if self.typed.draft == sending.draft {
                self.typed.draft = None; // that is the other one's
            }
            self.typed.was.clear();
        }
        let lead = self.visit.locale.text(key).to_owned();
        self.show(StatusCode::CONFLICT, Told { lead, ..Told::default() }).await
    }

    /// After a failure: the draft was saved on the way, and its files lie in it now.
    async fn look_again(&mut self, sending: &Sending) {
        let Some(message) = &sending.draft else { return };
        let start = Start::Edit(message.clone());
        let Ok(style) = reply_style(self.visit).await else { return };
        if let Ok(draft) = self.visit.account().start_draft(&start, &self.identities, &style).await {
            self.typed.attachments = draft.attachments;
            self.typed.draft = Some(message.clone());
            self.typed.was = self.typed.state();
        }
    }
}

/// At once, or after the time in which it can be taken back.
pub(super) async fn soon(visit: &Visit) -> Result<When, Error> {
    let wait = std::time::Duration::from_secs(u64::from(writing_of(visit).await?.undo_seconds));
    Ok(if wait.is_zero() { When::Now } else { When::After(wait) })
}

/// What was uploaded for a message that lies on the server by now, or in the outbox.
pub(super) async fn release(files: &[Attachment], visit: &Visit) {
    for file in files {
        if let Source::Upload(id) = &file.source
            && let Err(error) = visit.state.uploads.release(visit.account().user(), id).await
        {
            tracing::warn!(%error, "an uploaded file that is needed no more could not be released");
        }
    }
}

/// A file that was taken off: where it was here alone, it is nowhere any more, and takes no room (`R-44`).
pub(super) async fn remove_upload(file: &Attachment, visit: &Visit) {
    if let Source::Upload(id) = &file.source
        && let Err(error) = visit.state.uploads.remove(visit.account().user(), id).await
    {
        tracing::warn!(%error, "an uploaded file that was taken off could not be deleted");
    }
}
