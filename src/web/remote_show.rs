//! Whether a message's remote pictures are shown, and the form that asks for it: `POST /message/…/remote`.
//!
//! Nothing shows them but a person: the form leads to the message with a token in its address, which only we write, and
//! which holds for this session and this message (`remote_token`). Never for junk (`X-14`).

use actix_web::HttpResponse;

use super::chosen::go_to;
use super::error::Error;
use super::form::Fields;
use super::params::{ListQuery, MessageParam, query_value};
use super::remote_token;
use super::visit::Visit;
use crate::account::Opened;
use crate::mail::{MessageRef, Role};

/// What is shown of a message's remote pictures, and what a person may choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pictures {
    /// What the frame's address says when they are shown; empty: they are not.
    pub show: String,
    /// Whether they may be shown when the person asks.
    pub may_be_asked: bool,
}

impl Pictures {
    /// Whether they are shown.
    pub(super) fn are_shown(&self) -> bool {
        !self.show.is_empty()
    }
}

/// What this page shows: `asked` is the token in its address.
pub(super) fn pictures(visit: &Visit, opened: &Opened, asked: Option<&str>) -> Pictures {
    let may_be_asked = visit.state.remote.is_enabled() && opened.mailbox.role != Some(Role::Junk);
    let show = asked.filter(|token| may_be_asked && is_shown(visit, &opened.message, token));
    Pictures { show: show.unwrap_or_default().to_owned(), may_be_asked }
}

/// Whether a token says that the pictures of this message are shown.
pub(super) fn is_shown(visit: &Visit, message: &MessageRef, token: &str) -> bool {
    let message = visit.state.urls.message(message);
    remote_token::is_shown(token, &message, visit.who.secret(), &visit.state.key)
}

/// The token in this request's address.
pub(super) fn asked(visit: &Visit) -> Option<String> {
    query_value(&visit.request, "show")
}

/// `POST /message/{mailbox}/{uidvalidity}/{uid}/remote`, with the query of the list it was opened from.
pub(super) async fn remote_show(
    visit: Visit,
    message: MessageParam,
    query: ListQuery,
    _fields: Fields,
) -> Result<HttpResponse, Error> {
    let message = message.0;
    let opened = visit.account().peek_message(&message).await?;
    let urls = &visit.state.urls;
    let list = ListQuery { select: false, ..query }.suffix();
    if !pictures(&visit, &opened, None).may_be_asked {
        return Ok(go_to(&(urls.message(&message) + &list), None, &visit));
    }
    let token = remote_token::show(&urls.message(&message), visit.who.secret(), &visit.state.key);
    Ok(go_to(&urls.message_shown(&message, &list, &token), None, &visit))
}
