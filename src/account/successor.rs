//! A message in the place of another one: put there, found by its octets, and the other one removed.

use bytes::Bytes;

use super::account::Work;
use super::{Account, Error};
use crate::imap::{self, Capability, Fetched, Item, Link, Purpose};
use crate::mail::{Flag, Flags, MessageId, MessageRef, Moment, Uid, UidSet};
use crate::mime;

/// How many messages that may be ours are compared.
const COMPARED: usize = 8;

/// A message as it was found.
pub(super) struct Found {
    pub(super) message: MessageRef,
    pub(super) flags: Flags,
    pub(super) date: Option<Moment>,
    /// What comes into the mailbox from now on has no lesser UID.
    pub(super) since: Uid,
}

/// Where the new message was put.
pub(super) enum Put {
    Beside,
    InPlace,
    Refused,
}

/// Puts the new message beside the old one or, where the server can, in its place.
pub(super) async fn put(account: &Account, found: &Found, new: &Bytes) -> Result<Put, Error> {
    let (message, date, new) = (found.message.clone(), found.date, new.clone());
    let flags: Vec<Flag> = found.flags.iter().cloned().collect();
    let work: Work<Put> = Box::new(move |link| {
        Box::pin(async move {
            link.select_true(&message.mailbox, message.uid_validity).await?;
            if link.capabilities().has(Capability::Replace) {
                return match link.replace(message.uid, &message.mailbox, &flags, date, &new).await {
                    Err(imap::Error::Bad) => Ok(Put::Refused),
                    other => other.map(|_| Put::InPlace),
                };
            }
            match link.append(&message.mailbox, &flags, date, &new).await {
                Err(imap::Error::Bad) => Ok(Put::Refused),
                other => other.map(|_| Put::Beside),
            }
        })
    });
    match account.run(Purpose::Transfer, work).await.map_err(|error| Error::about(error, &found.message.mailbox)) {
        Err(Error::Refused) => Ok(Put::Refused),
        other => other,
    }
}

/// The messages that came since then and have these very octets: what was put there, read back.
pub(super) async fn copies_since(
    account: &Account,
    old: &MessageRef,
    since: Uid,
    new: &Bytes,
) -> Result<Vec<Uid>, Error> {
    let id = mime::envelope(new).message_id.and_then(|id| MessageId::parse(&id).ok());
    copies_like(account, old, since, id, new.len() as u64, |octets| octets == new).await
}

/// The messages that came since then, have this name or at least this size, and are it, as `is_it` says of their octets.
pub(super) async fn copies_like(
    account: &Account,
    old: &MessageRef,
    since: Uid,
    id: Option<MessageId>,
    size: u64,
    is_it: impl Fn(&Bytes) -> bool,
) -> Result<Vec<Uid>, Error> {
    let wanted = old.clone();
    let candidates = account
        .read(Purpose::Transfer, move |_| {
            let (wanted, id) = (wanted.clone(), id.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                    candidates(link, since, id.as_ref(), size).await
                })
            })
        })
        .await
        .map_err(|error| Error::about(error, &old.mailbox))?;
    let mut same = Vec::new();
    for uid in candidates.into_iter().filter(|uid| *uid != old.uid).take(COMPARED) {
        let one = MessageRef { uid, ..old.clone() };
        if account.octets_by(Purpose::Transfer, &one).await?.is_some_and(|octets| is_it(&octets)) {
            same.push(uid);
        }
    }
    Ok(same)
}

/// What may be it: by its name, and where it has none by its size.
async fn candidates(link: &mut Link, since: Uid, id: Option<&MessageId>, size: u64) -> Result<Vec<Uid>, imap::Error> {
    if let Some(id) = id {
        let named = link.find_message_id(id).await?;
        return Ok(named.into_iter().filter(|uid| *uid >= since).collect());
    }
    link.sync_now().await?;
    let later = UidSet::from(vec![(since.number(), u32::MAX)]);
    let fetched = link.fetch(&later, &[Item::Uid, Item::Size]).await?;
    let fits = |one: &Fetched| one.size == Some(size) && one.uid.is_some_and(|uid| uid >= since);
    Ok(fetched.into_iter().filter(fits).filter_map(|one| one.uid).collect())
}

/// Removes the old message, and what an earlier try put there twice, if the new one is there; whether it is. The new one gets the
/// marks that the old one has by now.
pub(super) async fn remove(account: &Account, message: &MessageRef, copy: Uid, doubles: &[Uid]) -> Result<bool, Error> {
    let wanted = message.clone();
    let going: UidSet = doubles.iter().copied().chain([message.uid]).collect();
    let work: Work<bool> = Box::new(move |link| {
        Box::pin(async move {
            link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
            let both = link.fetch(&UidSet::new([wanted.uid, copy]), &[Item::Uid, Item::Flags]).await?;
            let flags = |uid: Uid| both.iter().find(|one| one.uid == Some(uid)).and_then(|one| one.flags.clone());
            let Some(new) = flags(copy).filter(|flags| !flags.contains(&Flag::Deleted)) else { return Ok(false) };
            let Some(old) = flags(wanted.uid) else { return link.expunge(&going).await.map(|_| true) };
            for (flag, on) in old.iter().map(|flag| (flag, true)).chain(new.iter().map(|flag| (flag, false))) {
                if old.contains(flag) == on && new.contains(flag) != on && *flag != Flag::Deleted {
                    match link.store(&UidSet::new([copy]), std::slice::from_ref(flag), on).await {
                        Err(error) if error.ends_connection() => return Err(error),
                        _ => {} // a mark that can't be set is no reason to keep both
                    }
                }
            }
            link.expunge(&going).await.map(|_| true)
        })
    });
    account.run(Purpose::Transfer, work).await.map_err(|error| Error::about(error, &message.mailbox))
}
