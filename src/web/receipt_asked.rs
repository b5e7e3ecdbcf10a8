//! That a sender asks for a receipt, said above the message, with the buttons that give or refuse it (RFC 8098). None is ever sent
//! by itself (`X-15`).

use serde::Serialize;

use super::error::Error;
use super::identities::identities_of;
use super::locale::Locale;
use super::receipt_choice::{self, Receipts};
use super::remote_show::is_junk;
use super::shown::clean;
use super::visit::Visit;
use crate::account::{Opened, Queue, identity_of, wire_address};
use crate::mail::{Address, Flag, Identity, MessageId, Role};

/// The question.
#[derive(Serialize, Clone)]
pub(super) struct ReceiptCard {
    pub text: String,
    pub elsewhere: String,
    /// Where the form goes; empty where nothing can be sent.
    pub url: String,
    /// The page to come back to.
    pub back: String,
}

/// The question above a message, where this browser is to be asked.
pub(super) async fn receipt_card(visit: &Visit, opened: &Opened, back: &str) -> Result<Option<ReceiptCard>, Error> {
    let is_told = receipt_choice::of(&visit.request, &visit.state) == Receipts::Told;
    if !is_told || reader(visit, opened).await?.is_none() {
        return Ok(None);
    }
    let url = if visit.account().can_send() { visit.state.urls.receipt(&opened.message) } else { String::new() };
    Ok(Some(card(opened, url, back.to_owned(), &visit.locale)))
}

/// The same, of a message that asks.
pub(super) fn card(opened: &Opened, url: String, back: String, locale: &Locale) -> ReceiptCard {
    let asked = opened.receipt.clone().unwrap_or_default();
    let who: Vec<String> = asked.to.iter().map(named).collect();
    let who = who.join(", ");
    let key = if url.is_empty() { "receipt-asked-only" } else { "receipt-asked" };
    ReceiptCard {
        text: locale.language.say(key, [("who", who.as_str().into())]),
        elsewhere: match asked.is_elsewhere {
            true => locale.text("receipt-elsewhere").to_owned(),
            false => String::new(),
        },
        url,
        back,
    }
}

/// As whom a receipt would be given; `None` where there is nothing to be asked: no receipt is asked for, or it was answered, or
/// it would go to oneself, or tell a sender of junk that somebody is there.
pub(super) async fn reader(visit: &Visit, opened: &Opened) -> Result<Option<Identity>, Error> {
    let Some(asked) = &opened.receipt else { return Ok(None) };
    let (role, flags) = (opened.mailbox.role, &opened.flags);
    if matches!(role, Some(Role::Sent | Role::Drafts)) || is_junk(role, flags) || flags.contains(&Flag::ReceiptSent) {
        return Ok(None);
    }
    let own = identities_of(visit).await?;
    let is_own = |one: &Address| identity_of(&one.addr, &own).is_some();
    let envelope = &opened.envelope;
    if envelope.from.iter().any(is_own) || asked.to.iter().any(is_own) {
        return Ok(None);
    }
    // a server that keeps no such marks does not know it
    let known = visit.account().sending(&receipt_id(visit, opened)).await.ok().flatten();
    if known.is_some_and(|known| !matches!(known.state, Queue::Failed(_) | Queue::Cancelled)) {
        return Ok(None);
    }
    let named = envelope.to.iter().chain(&envelope.cc).find_map(|one| identity_of(&one.addr, &own));
    let reader = named.or(own.first()).cloned();
    Ok(reader.filter(|one| wire_address(&one.address.addr).is_some_and(|addr| addr.is_ascii())))
}

/// The name that a receipt for this message has, whichever page sends it: under one name it goes once.
pub(super) fn receipt_id(visit: &Visit, opened: &Opened) -> MessageId {
    let user = visit.account().user();
    let about = match &opened.envelope.message_id {
        Some(id) => id.clone(),
        None => visit.state.urls.message(&opened.message),
    };
    let signed = visit.state.key.sign("read receipt", format!("{user}\n{about}").as_bytes());
    let bytes = signed.first_chunk().copied().unwrap_or_default();
    MessageId::from_bytes(bytes, user.rsplit_once('@').map_or("", |(_, domain)| domain))
}

fn named(address: &Address) -> String {
    let (name, addr) = (clean(&address.name), clean(&address.addr));
    if name.is_empty() || name == addr { addr } else { format!("{name} <{addr}>") }
}
