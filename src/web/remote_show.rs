//! Whether a message's remote pictures are shown, and the form that asks for it: `POST /message/…/remote`.
//!
//! Nothing shows them but a person: the form leads to the message with a token in its address, which only we write, and
//! which holds for this session and this message (`remote_token`). For a sender whom the mail server vouches for, a
//! person may ask once for all of their mail. Never for junk (`X-14`).

use std::collections::HashMap;

use actix_web::HttpResponse;

use super::chosen::go_to;
use super::error::Error;
use super::form::Fields;
use super::local_path::LocalPath;
use super::params::{ListQuery, MessageParam, query_value};
use super::remote_token;
use super::urls_message::{anchor, with_show};
use super::visit::Visit;
use crate::account::Opened;
use crate::mail::{Flag, Flags, MessageRef, Role};

/// Messages of a conversation whose pictures are shown at once, one by one; of more, the last ones'.
const MOST_SHOWN: usize = 20;

/// What is shown of a message's remote pictures, and what a person may choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pictures {
    /// The token in the page's own address, if it holds; else empty.
    pub asked: String,
    /// What the frame's address says when they are shown; empty: they are not.
    pub show: String,
    /// Whether they may be shown when the person asks.
    pub may_be_asked: bool,
    /// What a person may choose about all mail of the sender.
    pub sender: Sender,
}

/// What is known of a sender, as far as it is about pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sender {
    /// It may be anybody.
    #[default]
    Unproven,
    /// The mail server vouches for the domain in `From`.
    Proven,
    /// And the person has asked for their pictures.
    Chosen,
}

impl Pictures {
    /// Whether they are shown.
    pub(super) fn are_shown(&self) -> bool {
        !self.show.is_empty()
    }
}

/// Of whom a page has learned already whether their pictures are shown always.
pub(super) type Met = HashMap<String, bool>;

/// What this page shows: `asked` is the token in its address.
pub(super) async fn pictures(visit: &Visit, opened: &Opened, asked: Option<&str>) -> Pictures {
    pictures_among(visit, opened, asked, &mut Met::default()).await
}

/// As [`pictures`], on a page with several messages: each sender is looked up once.
pub(super) async fn pictures_among(visit: &Visit, opened: &Opened, asked: Option<&str>, met: &mut Met) -> Pictures {
    if !may_be_asked(visit, opened) {
        return Pictures::default();
    }
    let asked = asked.filter(|token| is_shown(visit, &opened.message, token)).unwrap_or_default().to_owned();
    let sender = match proven_sender(opened) {
        None => Sender::Unproven,
        Some(sender) => {
            let is_chosen = match met.get(sender) {
                Some(known) => *known,
                None => is_chosen(visit, sender).await,
            };
            met.insert(sender.to_owned(), is_chosen);
            if is_chosen { Sender::Chosen } else { Sender::Proven }
        }
    };
    let show = match (asked.is_empty(), sender) {
        (true, Sender::Chosen) => token(visit, &opened.message),
        _ => asked.clone(),
    };
    Pictures { asked, show, may_be_asked: true, sender }
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

/// `POST /message/{mailbox}/{uidvalidity}/{uid}/remote`, with the query of the list it was opened from. `choice` is
/// `once`, or `always` or `never` for the sender; `conversation` is the page to come back to, which shows those in `shown` already.
pub(super) async fn remote_show(
    visit: Visit,
    message: MessageParam,
    query: ListQuery,
    fields: Fields,
) -> Result<HttpResponse, Error> {
    let message = message.0;
    let opened = visit.account().peek_message(&message, &query.asked).await?;
    let state = &visit.state;
    let list = ListQuery { select: false, ..query }.suffix();
    let mut show = String::new();
    if may_be_asked(&visit, &opened) {
        let (senders, user) = (state.store.senders(), visit.account().user());
        match (fields.one("choice"), proven_sender(&opened)) {
            (Some("always"), Some(sender)) => senders.add(user, sender, &state.key).await.map_err(Error::broken)?,
            (Some("never"), Some(sender)) => senders.remove(user, sender, &state.key).await.map_err(Error::broken)?,
            (Some("once"), _) => show = token(&visit, &message),
            _ => return Err(Error::BadInput("no such choice")),
        }
    }
    let urls = &state.urls;
    let Some(back) = fields.one("conversation").and_then(|back| LocalPath::new(back, urls.base())) else {
        return Ok(go_to(&urls.message_shown(&message, &list, &show), None, &visit));
    };
    let mut shown = tokens(fields.one("shown").unwrap_or_default());
    shown.extend((!show.is_empty()).then_some(show.as_str()));
    let surplus = shown.len().saturating_sub(MOST_SHOWN);
    let page = with_show(back.as_str().to_owned(), &shown.split_off(surplus).join("."));
    Ok(go_to(&format!("{page}#{}", anchor(&message)), None, &visit))
}

/// The tokens in the address of a page with several messages; nothing else passes.
pub(super) fn tokens(asked: &str) -> Vec<&str> {
    let is_token =
        |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    asked.split('.').filter(is_token).take(MOST_SHOWN).collect()
}

fn token(visit: &Visit, message: &MessageRef) -> String {
    remote_token::show(&visit.state.urls.message(message), visit.who.secret(), &visit.state.key)
}

fn may_be_asked(visit: &Visit, opened: &Opened) -> bool {
    visit.state.remote.is_enabled() && !is_junk(opened.mailbox.role, &opened.flags)
}

/// What lies in Junk, and what somebody's program or server marked as junk wherever it lies (`X-14`).
pub(super) fn is_junk(role: Option<Role>, flags: &Flags) -> bool {
    role == Some(Role::Junk) || (flags.contains(&Flag::Junk) && !flags.contains(&Flag::NotJunk))
}

/// The one sender of a message, if the mail server vouches for the domain.
fn proven_sender(opened: &Opened) -> Option<&str> {
    match opened.envelope.from.as_slice() {
        [only] if opened.authenticity.is_verified() && only.addr.contains('@') => Some(&only.addr),
        _ => None,
    }
}

/// Whom the database can't tell of, nobody has chosen: a message is shown all the same (`R-52`).
async fn is_chosen(visit: &Visit, sender: &str) -> bool {
    let (state, user) = (&visit.state, visit.account().user());
    state.store.senders().contains(user, sender, &state.key).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "whose pictures are shown could not be read");
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_junk_by_its_place_or_by_its_mark() {
        //
        let flags = |flags: &[Flag]| flags.iter().cloned().collect::<Flags>();
        assert!(is_junk(Some(Role::Junk), &flags(&[])));
        assert!(is_junk(Some(Role::Junk), &flags(&[Flag::NotJunk])));
        assert!(is_junk(None, &flags(&[Flag::Seen, Flag::Junk])));
        assert!(!is_junk(Some(Role::Inbox), &flags(&[Flag::Junk, Flag::NotJunk])));
        assert!(!is_junk(Some(Role::Inbox), &flags(&[Flag::Seen])));
    }
}
