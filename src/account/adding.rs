//! Putting a message that we made into a mailbox, and finding it there.
//!
//! A message is put there once. Where the answer is lost it is looked up (`R-01`), by its Message-ID and its very octets.

use std::sync::Arc;

use bytes::Bytes;

use super::account::{Inner, Work};
use super::loading::{LARGEST, collect};
use super::{Account, Error, What};
use crate::imap::{self, Item, Purpose};
use crate::mail::{Flag, MailboxName, MessageId, MessageRef, PartPath, Role, Uid, UidSet};

/// Larger messages go by a connection that no page waits for; in octets.
const LARGE: usize = 256 << 10;

/// Messages of more octets come piece by piece.
const AT_ONCE: u64 = 8 << 20;

/// How many messages of one name are compared with what was added: there are as many as programs have saved it.
const COMPARED: usize = 4;

/// What a message is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// Its `Message-ID`.
    Own(MessageId),
    /// The one under which it was sent once more; its own is its first writer's.
    Resent(MessageId),
}

/// A message of ours.
#[derive(Debug, Clone)]
pub(super) struct Ours {
    pub(super) name: Name,
    pub(super) octets: Bytes,
    pub(super) flags: &'static [Flag],
}

impl Account {
    /// Puts a message into the mailbox with this role, which is made if there is none; where it is now, if that can be
    /// found out. [`Error::OverQuota`], [`Error::NoRole`], [`Error::Refused`]: it is not there, and won't be.
    pub(super) async fn add_to_role(&self, ours: &Ours, role: Role) -> Result<Option<MessageRef>, Error> {
        let overview = self.overview().await?;
        let known = overview.with_role(role).map(|mailbox| mailbox.name.clone());
        let to = match known.clone() {
            Some(name) => name,
            None => self.make_role(role, &overview).await?,
        };
        match self.add(ours, &to).await {
            // it was there a moment ago, and is made again, once
            Err(Error::NotFound(What::Mailbox(_))) if known.is_some() => {
                let made = self.make_role(role, &overview).await?;
                self.add(ours, &made).await
            }
            other => other,
        }
    }

    async fn add(&self, ours: &Ours, to: &MailboxName) -> Result<Option<MessageRef>, Error> {
        let is_large = ours.octets.len() > LARGE;
        let purpose = if is_large { Purpose::Transfer } else { Purpose::Mailbox(to) };
        let work = || -> Work<Option<MessageRef>> {
            let (ours, to, inner) = (ours.clone(), to.clone(), self.0.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    let added = link.append(&to, ours.flags, None, &ours.octets).await;
                    inner.counts_changed();
                    added
                })
            })
        };
        let result = match self.run(purpose, work()).await {
            Err(imap::Error::NotSent) => self.run(purpose, work()).await,
            other => other,
        };
        match result {
            Ok(Some(there)) => Ok(Some(there)),
            // without APPENDUID (RFC 4315 3) it is the newest of its name
            Ok(None) => Ok(self.find_named(to, &ours.name).await.unwrap_or_default().pop()),
            Err(
                lost @ (imap::Error::Closed | imap::Error::TimedOut | imap::Error::Garbled(_) | imap::Error::Bye(_)),
            ) => {
                match self.find_same(to, ours).await {
                    Ok(Some(there)) => Ok(Some(there)),
                    // a server that was only slow may do it yet
                    Ok(None) if lost != imap::Error::TimedOut => Err(Error::about(lost, to)),
                    Ok(None) | Err(_) => Err(Error::Unknown),
                }
            }
            Err(error) => Err(Error::about(error, to)),
        }
    }

    /// The messages of this name in a mailbox, oldest first; none if there is no such mailbox.
    pub(super) async fn find_named(&self, mailbox: &MailboxName, name: &Name) -> Result<Vec<MessageRef>, Error> {
        let (whole, name) = (mailbox.clone(), name.clone());
        let found = self
            .read(Purpose::Mailbox(mailbox), move |_: Arc<Inner>| {
                let (mailbox, name) = (whole.clone(), name.clone());
                Box::new(move |link| {
                    Box::pin(async move {
                        let uid_validity = link.select(&mailbox).await?.uid_validity;
                        let uids = match &name {
                            Name::Own(id) => link.find_message_id(id).await?,
                            Name::Resent(id) => link.find_resent(id).await?,
                        };
                        let at = |uid| MessageRef { mailbox: mailbox.clone(), uid_validity, uid };
                        Ok(uids.into_iter().map(at).collect())
                    })
                })
            })
            .await;
        match found.map_err(|error| Error::about(error, mailbox)) {
            Err(Error::NotFound(_)) => Ok(Vec::new()),
            other => other,
        }
    }

    /// The newest message of this name whose octets are ours.
    pub(super) async fn find_same(&self, mailbox: &MailboxName, ours: &Ours) -> Result<Option<MessageRef>, Error> {
        let mut known = self.find_named(mailbox, &ours.name).await?;
        known.reverse();
        for message in known.into_iter().take(COMPARED) {
            if self.octets_of(&message).await?.is_some_and(|octets| octets == ours.octets) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// A whole message, as it lies on the server; `None` if it is not there any more, or marked to be removed.
    pub(super) async fn octets_of(&self, message: &MessageRef) -> Result<Option<Bytes>, Error> {
        self.octets_by(Purpose::Mailbox(&message.mailbox), message).await
    }

    /// The same, on a connection for this purpose.
    pub(super) async fn octets_by(&self, purpose: Purpose<'_>, message: &MessageRef) -> Result<Option<Bytes>, Error> {
        let wanted = message.clone();
        let read = self
            .read(purpose, move |_: Arc<Inner>| {
                let wanted = wanted.clone();
                Box::new(move |link| {
                    Box::pin(async move {
                        link.select_true(&wanted.mailbox, wanted.uid_validity).await?;
                        let uids = UidSet::new([wanted.uid]);
                        let known = link.fetch(&uids, &[Item::Uid, Item::Flags, Item::Size]).await?;
                        let Some(known) = known.into_iter().find(|one| is_there(one, wanted.uid)) else {
                            return Ok(None);
                        };
                        if known.size.is_none_or(|size| size > AT_ONCE) {
                            return Ok(Some(None));
                        }
                        let whole = link.fetch(&uids, &[Item::Uid, Item::Part(PartPath::root(), None)]).await?;
                        let whole = whole.into_iter().find(|one| one.uid == Some(wanted.uid));
                        Ok(whole.and_then(|whole| whole.body("").cloned()).map(Some))
                    })
                })
            })
            .await;
        match read {
            Ok(None) => Ok(None),
            Ok(Some(Some(octets))) => Ok(Some(octets)),
            Ok(Some(None)) => collect(self.stream(message, &PartPath::root(), "").await?, LARGEST).await.map(Some),
            Err(error) => match Error::about(error, &message.mailbox) {
                Error::NotFound(_) | Error::MailboxRebuilt(_) => Ok(None),
                error => Err(error),
            },
        }
    }
}

fn is_there(fetched: &imap::Fetched, uid: Uid) -> bool {
    let is_marked = fetched.flags.as_ref().is_some_and(|flags| flags.contains(&Flag::Deleted));
    fetched.uid == Some(uid) && !is_marked
}
