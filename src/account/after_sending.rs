//! What is left to do when a message was accepted: its copy in Sent, the mark on what it answers.
//!
//! Nothing here is an error, and nothing is sent. Each step may be repeated after an end of the program at any point: what
//! was done already is looked up first (`R-32`, `R-39`).

use bytes::Bytes;

use super::adding::{Name, Ours};
use super::errand::{Errand, not_kept, pause};
use super::letter::Place;
use super::{Account, Error, Queue, Sending, Why};
use crate::mail::{Flag, MailboxName, MessageRef, Role, Selection};
use crate::store::{Stage, unix_now};

/// How a copy is marked.
const MARKS: &[Flag] = &[Flag::Seen];
/// The draft becomes the copy: it is none any more.
const INTO_SENT: &[(Flag, bool)] = &[(Flag::Draft, false), (Flag::Seen, true)];
/// The first time it is tried again soon: most often only a connection was lost; in seconds.
const SOON: i64 = 5;
/// So often a server that files copies itself is given time to do it.
const WAITS_FOR_SERVER: u32 = 3;
/// A copy that could not be filed for so long is filed only when its writer asks for it; in seconds.
const GIVES_UP: i64 = 2 * 86_400;

impl Account {
    /// Does what is left to do for an accepted message; `octets`, if it was accepted a moment ago, else it is looked first
    /// what was done already.
    pub(super) async fn settle(&self, mut errand: Errand, octets: Option<Bytes>) -> Result<Sending, Error> {
        let now = unix_now();
        errand.letter.why = None;
        let settled = match self.file_copy(&mut errand, octets).await {
            Ok(()) => {
                self.let_go_of_replaced(&mut errand.letter).await;
                self.mark_about(&errand).await
            }
            Err(error) => Err(error),
        };
        let (stage, due) = match settled {
            Ok(()) => (Stage::Filed, now),
            Err(Error::SignedOut) => {
                errand.entry.has_password = false;
                errand.letter.why = Some(Why::SignedOut);
                (Stage::Accepted, now)
            }
            Err(_) => {
                tracing::info!("a message was sent, and its copy is not filed yet");
                let tries = errand.entry.tries;
                errand.entry.tries = tries.saturating_add(1);
                let due = now + tries.checked_sub(1).map_or(SOON, pause);
                (Stage::Accepted, if due - errand.entry.since > GIVES_UP { i64::MAX } else { due })
            }
        };
        errand.note(stage, due).await;
        if stage == Stage::Filed || due == i64::MAX || !errand.may_go_on() {
            errand.post.let_go(&errand.entry);
        } else {
            errand.post.hold(&errand.entry, self);
        }
        errand.told()
    }

    /// The copy in Sent: the draft itself, moved there, or else the octets that were kept.
    async fn file_copy(&self, errand: &mut Errand, octets: Option<Bytes>) -> Result<(), Error> {
        let name = errand.letter.name().ok_or(Error::Refused)?;
        let server_files = self.0.outgoing.as_ref().is_some_and(|outgoing| outgoing.files_sent);
        let is_resumed = octets.is_none();
        let draft = errand.letter.draft.as_ref().and_then(Place::message);
        if (is_resumed || server_files) && self.is_in_sent(&name).await? {
            // filed, by the server or by whoever was at it before
            if let Some(draft) = &draft {
                self.remove_replaced(draft, None).await;
            }
            return Ok(());
        }
        if server_files && errand.entry.tries < WAITS_FOR_SERVER {
            return Err(Error::Unknown); // it may take its time
        }
        if let Some(draft) = &draft {
            let moved = match self.move_into_sent(draft).await? {
                Moved::Renumbered => match self.find_named(&draft.mailbox, &name).await?.pop() {
                    Some(newest) => self.move_into_sent(&newest).await?,
                    None => Moved::Gone,
                },
                moved => moved,
            };
            if moved == Moved::Yes {
                return Ok(());
            }
        }
        let octets = match octets {
            Some(octets) => Some(octets),
            None => {
                errand.post.outbox.message(&errand.entry, &errand.post.key).await.map_err(not_kept)?.map(Bytes::from)
            }
        };
        match octets {
            Some(octets) => self.add_to_role(&Ours { name, octets, flags: MARKS }, Role::Sent).await.map(drop),
            None => Ok(()), // somebody has taken the draft away meanwhile: there is no copy, and none is wanted
        }
    }

    /// Moves the draft to Sent.
    async fn move_into_sent(&self, draft: &MessageRef) -> Result<Moved, Error> {
        match self.move_to_role_marked(&Selection::from(draft), Role::Sent, INTO_SENT).await {
            Ok(moved) => Ok(if moved.done > 0 { Moved::Yes } else { Moved::Gone }),
            Err(Error::NotFound(_)) => Ok(Moved::Gone),
            Err(Error::MailboxRebuilt(_)) => Ok(Moved::Renumbered),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn is_in_sent(&self, name: &Name) -> Result<bool, Error> {
        let overview = self.overview().await?;
        let sent: Option<MailboxName> = overview.with_role(Role::Sent).map(|mailbox| mailbox.name.clone());
        match sent {
            Some(sent) => Ok(!self.find_named(&sent, name).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// Marks what it answers or passes on. What is not there any more, or can't be marked, is left as it is.
    async fn mark_about(&self, errand: &Errand) -> Result<(), Error> {
        for (messages, flag) in errand.letter.marks() {
            let marked = self.set_flag(&messages, &flag, true).await;
            if let Err(error @ (Error::Unreachable(_) | Error::Unknown | Error::SignedOut)) = marked {
                return Err(error);
            }
        }
        Ok(())
    }
}

/// What became of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moved {
    Yes,
    /// It is not there.
    Gone,
    /// Its mailbox has other UIDs now.
    Renumbered,
}

impl Sending {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.state == Queue::Sent { filed: true }
    }
}
