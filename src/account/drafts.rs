//! Drafts: what is being written, kept on the person's own server.
//!
//! A draft is saved by putting the new one there and then removing the one it replaces, and nothing else (`R-41`): whenever this
//! is cut short there are two, never none. Where the old one is not what it was, somebody else has saved it meanwhile: then
//! both stay (`R-42`).

use bytes::Bytes;

use super::adding::{Name, Ours};
use super::{Account, Changed, Error};
use crate::mail::{Attachment, Draft, Flag, MessageId, MessageRef, Part, PartKind, PartPath, Role, Selection, Source};
use crate::mime;

/// How a draft is marked: it is no news to its writer.
const MARKS: &[Flag] = &[Flag::Draft, Flag::Seen];

/// A draft that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// Its name from here on: another one than before, where it was saved beside one that is sent.
    pub message_id: MessageId,
    /// Where it lies now; `None` where the server does not tell and it could not be found.
    pub message: Option<MessageRef>,
    /// Its attachments in their order, as parts of the saved draft.
    pub attachments: Vec<Attachment>,
    /// Whether the one that it should have replaced was changed by somebody else: then both are kept.
    pub conflict: bool,
    /// Whether the one that it should have replaced was not there any more, and nothing else in its place.
    pub gone: bool,
    /// Whether the one that it should have replaced waits to be sent, was sent, or may have been: this is another one beside it, under
    /// another name.
    pub sent: bool,
}

/// What was kept of a message that is to be sent.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) message: Option<MessageRef>,
    pub(super) octets: Bytes,
}

/// What became of a draft that another one replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Replaced {
    /// It is gone, by us.
    Removed,
    /// It was not what it was; nothing was done to it.
    Changed,
    /// It was not there, and nothing else is in its place.
    Gone,
    /// It could not be found out; there are two now.
    Left,
    /// It is what is sent, or was; nothing was done to it.
    Sent,
}

impl Account {
    /// Saves a draft: adds it to Drafts, which is made if there is none, and then removes the one that it replaces. A draft
    /// whose attachments can't be had any more is not saved ([`Error::NotFound`]). On any error the old one is as it was.
    pub async fn save_draft(&self, draft: &Draft, replaces: Option<&MessageRef>) -> Result<SavedDraft, Error> {
        let saved = self.save_as_named(draft, replaces).await?;
        if saved.sent { Ok(self.rename(draft, saved).await) } else { Ok(saved) }
    }

    /// The same, under the name that it has.
    pub(super) async fn save_as_named(
        &self,
        draft: &Draft,
        replaces: Option<&MessageRef>,
    ) -> Result<SavedDraft, Error> {
        let kept = self.keep(draft).await?;
        let replaced = match replaces {
            Some(old) => Some(self.replace(old, kept.message.as_ref(), draft).await),
            None => None,
        };
        let attachments = placed(draft, &kept);
        Ok(SavedDraft {
            message_id: draft.message_id.clone(),
            message: kept.message,
            attachments,
            conflict: replaced == Some(Replaced::Changed),
            gone: replaced == Some(Replaced::Gone),
            sent: replaced == Some(Replaced::Sent),
        })
    }

    /// Throws a draft away: into Trash, from where it can be had back.
    pub async fn discard_draft(&self, draft: &MessageRef) -> Result<Changed, Error> {
        self.move_to_role(&Selection::from(draft), Role::Trash).await
    }

    /// Makes the octets of a draft and adds them to Drafts.
    async fn keep(&self, draft: &Draft) -> Result<Kept, Error> {
        let octets = self.build(draft).await?;
        let message = self.keep_octets(draft, &octets).await?;
        Ok(Kept { message, octets })
    }

    /// The octets of a draft, with everything that only its writer may see.
    pub(super) async fn build(&self, draft: &Draft) -> Result<Bytes, Error> {
        let files = self.load(&draft.attachments).await?;
        Ok(mime::build(draft, &files, mime::Copy::WithBcc).into())
    }

    /// Adds the octets of a draft to Drafts.
    pub(super) async fn keep_octets(&self, draft: &Draft, octets: &Bytes) -> Result<Option<MessageRef>, Error> {
        let ours = Ours { name: Name::Own(draft.message_id.clone()), octets: octets.clone(), flags: MARKS };
        self.add_to_role(&ours, Role::Drafts).await
    }

    /// The draft of this name that was saved last, if there is one.
    pub async fn newest_draft(&self, name: &MessageId) -> Result<Option<MessageRef>, Error> {
        let overview = self.overview().await?;
        let Some(drafts) = overview.with_role(Role::Drafts) else { return Ok(None) };
        Ok(self.find_named(&drafts.name, &Name::Own(name.clone())).await?.pop())
    }

    /// The draft with these very octets, if it is there.
    pub(super) async fn find_draft(&self, draft: &Draft, octets: &Bytes) -> Result<Option<MessageRef>, Error> {
        let overview = self.overview().await?;
        let Some(drafts) = overview.with_role(Role::Drafts).map(|mailbox| mailbox.name.clone()) else {
            return Ok(None);
        };
        let ours = Ours { name: Name::Own(draft.message_id.clone()), octets: octets.clone(), flags: MARKS };
        self.find_same(&drafts, &ours).await
    }

    /// Removes the draft that another one replaces, if it is in Drafts and still there. The new one is safe: whatever goes
    /// wrong here leaves two.
    pub(super) async fn remove_replaced(&self, old: &MessageRef, new: Option<&MessageRef>) -> Replaced {
        if new == Some(old) {
            return Replaced::Left; // a form that was wrong about what it replaces must not remove what was just saved
        }
        let Ok(overview) = self.overview().await else { return Replaced::Left };
        let is_draft = overview.find(&old.mailbox).is_some_and(|mailbox| mailbox.role == Some(Role::Drafts));
        if !is_draft {
            return Replaced::Changed;
        }
        match self.delete_for_good(&Selection::from(old)).await {
            Ok(Changed { done: 1.., .. }) => Replaced::Removed,
            Ok(_) | Err(Error::NotFound(_) | Error::MailboxRebuilt(_)) => Replaced::Changed,
            Err(error) => {
                tracing::info!(%error, "a draft that was replaced could not be removed");
                Replaced::Left
            }
        }
    }
}

/// The attachments as parts of what was saved. Where it is not known where that is they stay what they were.
fn placed(draft: &Draft, kept: &Kept) -> Vec<Attachment> {
    let places = kept.message.as_ref().and_then(|_| places(draft, &mime::structure(&kept.octets).part));
    let (Some(message), Some(places)) = (&kept.message, places) else { return draft.attachments.clone() };
    let at = |(attachment, path): (&Attachment, PartPath)| Attachment {
        source: Source::Part(message.clone(), path),
        ..attachment.clone()
    };
    draft.attachments.iter().zip(places).map(at).collect()
}

/// Where each attachment stands: pictures of the text are found by their id, the others follow each other as they do in the
/// draft. `None` if there are more or fewer parts than there should be.
fn places(draft: &Draft, top: &Part) -> Option<Vec<PartPath>> {
    let mut parts = leaves(top);
    let texts: &[&str] = if draft.html.is_some() { &["text/plain", "text/html"] } else { &["text/plain"] };
    for text in texts {
        let at = parts.iter().position(|part| part.media_type == *text)?;
        parts.remove(at);
    }
    let mut places = Vec::with_capacity(draft.attachments.len());
    for attachment in &draft.attachments {
        let id = attachment.content_id.as_deref();
        let is_picture = |part: &&Part| {
            let ids = draft.attachments.iter().filter_map(|one| one.content_id.as_deref());
            part.id.as_deref().is_some_and(|id| ids.into_iter().any(|known| known == id))
        };
        let at =
            parts.iter().position(|part| if id.is_some() { part.id.as_deref() == id } else { !is_picture(part) })?;
        places.push(parts.remove(at).path.clone());
    }
    parts.is_empty().then_some(places)
}

/// What holds octets, in the order of the message; an attached message is one.
fn leaves(top: &Part) -> Vec<&Part> {
    match &top.kind {
        PartKind::Leaf | PartKind::Message(_) => vec![top],
        PartKind::Multipart(parts) => parts.iter().flat_map(leaves).collect(),
    }
}
