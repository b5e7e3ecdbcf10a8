//! What was begun under a name, and what is asked for under it now: the same, or written on meanwhile.
//!
//! A row of the outbox answers for one content. Whoever comes with another one must be told so: theirs is neither what was sent
//! nor what waits (`R-31`).

use serde_json::json;

use super::adding::Name;
use super::drafts::{Replaced, SavedDraft};
use super::letter::{Letter, Place};
use super::post::Shared;
use super::{Account, Sending};
use crate::mail::{Address, Draft, MessageId, MessageRef, SavedBy};
use crate::store::{Entry, ServerKey, Stage, random};

/// What tells one content from another: all that a person can change. Where the octets of a file are is none of it: that changes
/// with each saving. Nor is the time, which each press has of its own.
pub(super) fn content(draft: &Draft, key: &ServerKey) -> String {
    let people = |people: &[Address]| people.iter().map(|one| json!([one.name, one.addr])).collect::<Vec<_>>();
    let files = draft.attachments.iter().map(|file| json!([file.name, file.media_type, file.size]));
    let said = json!([
        people(std::slice::from_ref(&draft.from)),
        people(&draft.reply_to),
        people(&draft.to),
        people(&draft.cc),
        people(&draft.bcc),
        draft.subject,
        draft.text.trim_end(),
        draft.html,
        format!("{:?}", draft.priority),
        draft.asks_receipt,
        draft.asks_delivery,
        files.collect::<Vec<_>>(),
    ]);
    let digest = key.sign("content of a message", said.to_string().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Letter {
    /// Whether this one has another content than `asked`. Of what was never a draft, or was begun by an earlier version, it is not
    /// known, and it counts as the same.
    pub(super) fn is_other_than(&self, asked: &Self) -> bool {
        self.content.is_some() && asked.content.is_some() && self.content != asked.content
    }
}

/// What the outbox does with a draft that is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is what is to be sent, or may have been.
    IsSent,
    /// It could not be sent, and is what is sent when its writer tries again.
    DidNotGo,
}

impl Account {
    /// Removes the draft that `draft`, saved at `new`, takes the place of. The outbox is asked first: what waits there, or may have
    /// been sent, stays as it is; and what did not go is the new one from here on.
    pub(super) async fn replace(&self, old: &MessageRef, new: Option<&MessageRef>, draft: &Draft) -> Replaced {
        let known = self.known(draft).await;
        let used = known.as_ref().and_then(|(entry, letter)| use_of(entry.stage, letter, old));
        if used == Some(Use::IsSent) {
            return Replaced::Sent;
        }
        let replaced = self.remove_replaced(old, new).await;
        match (replaced, known) {
            (Replaced::Removed, Some((entry, letter))) if used == Some(Use::DidNotGo) => {
                self.point_at(entry, letter, draft, new).await;
            }
            (Replaced::Changed, Some((entry, letter))) if may_be_out(entry.stage, &letter) => return Replaced::Sent,
            (Replaced::Changed, _) => return self.untold(new, &draft.message_id, draft.saved_by.as_ref()).await,
            _ => {}
        }
        replaced
    }

    /// Removes the drafts before this one, once. Which of them stood in the place of which is not known: only when they are gone
    /// it is seen whether somebody else has one.
    pub(super) async fn let_go_of_replaced(&self, letter: &mut Letter) {
        let new = letter.draft.as_ref().and_then(Place::message);
        let mut old = [&letter.replaces_too, &letter.replaces].map(|place| place.as_ref().and_then(Place::message));
        if let [too, replaces] = &mut old
            && too == replaces
        {
            *too = None;
        }
        let mut is_changed = false;
        for old in old.iter().flatten() {
            match self.remove_replaced(old, new.as_ref()).await {
                Replaced::Left => return, // it is tried again
                replaced => is_changed |= replaced == Replaced::Changed,
            }
        }
        if is_changed && let Some(Name::Own(name)) = letter.name() {
            let by = letter.saved_by.as_deref().and_then(SavedBy::parse);
            match self.untold(new.as_ref(), &name, by.as_ref()).await {
                Replaced::Left => return,
                replaced => is_changed = replaced == Replaced::Changed,
            }
        }
        letter.conflict |= is_changed;
        (letter.replaces, letter.replaces_too) = (None, None);
    }

    /// As [`Account::remove_untold`], if it is known where the new one is.
    pub(super) async fn untold(&self, new: Option<&MessageRef>, name: &MessageId, by: Option<&SavedBy>) -> Replaced {
        match new {
            Some(new) => self.remove_untold(new, name, by).await,
            None => Replaced::Changed,
        }
    }

    async fn known(&self, draft: &Draft) -> Option<(Entry, Letter)> {
        let post = self.post().ok()?;
        let found = post.outbox.find(self.user(), draft.message_id.as_str(), &post.key).await;
        let entry = found.inspect_err(|error| tracing::warn!(%error, "the outbox can't be read")).ok()??;
        let letter = Letter::read(&entry.letter)?;
        Some((entry, letter))
    }

    /// What was saved beside one that is sent, or may have been, is a message of its own: under that one's name it could neither be
    /// written on nor sent.
    pub(super) async fn rename(&self, draft: &Draft, saved: SavedDraft) -> SavedDraft {
        let (Some(first), Ok(bytes)) = (&saved.message, random()) else { return saved };
        let domain = self.user().rsplit_once('@').map_or("", |(_, domain)| domain);
        let message_id = MessageId::from_bytes(bytes, domain);
        let own = Draft { message_id, attachments: saved.attachments.clone(), ..draft.clone() };
        match self.save_as_named(&own, Some(first)).await {
            Ok(own) => SavedDraft { sent: true, conflict: false, gone: false, ..own },
            Err(error) => {
                tracing::info!(%error, "a draft beside one that is sent could not be given a name of its own");
                saved
            }
        }
    }

    /// A row that rests is about this draft from here on, with the people who are in it now.
    async fn point_at(&self, mut entry: Entry, before: Letter, draft: &Draft, new: Option<&MessageRef>) {
        let (Ok(post), Some(new)) = (self.post(), new) else { return };
        // somebody is at it at this moment: it has its draft, or will say that it is gone
        let Ok(_busy) = post.take(entry.row()) else { return };
        let mut letter = Letter::new(self.user(), draft, None, before.begun);
        letter.content = Some(content(draft, &post.key));
        (letter.draft, letter.why) = (Some(Place::from(new)), before.why);
        entry.letter = letter.write();
        if let Err(error) = post.outbox.write(entry, &post.key).await {
            tracing::warn!(%error, "a message in the outbox does not know where its draft is now");
        }
    }

    /// What is told to somebody who came while others were at it, or after them.
    pub(super) async fn told_of_others(&self, post: &Shared, sending: Sending, asked: &Letter) -> Sending {
        let found = post.outbox.find(self.user(), sending.message_id.as_str(), &post.key).await;
        let letter = found.ok().flatten().and_then(|entry| Letter::read(&entry.letter));
        let is_other = letter.is_some_and(|letter| letter.is_other_than(asked));
        Sending { is_other, ..sending }
    }
}

fn use_of(stage: Stage, letter: &Letter, draft: &MessageRef) -> Option<Use> {
    letter.draft.as_ref().filter(|place| place.message().as_ref() == Some(draft))?;
    match stage {
        Stage::Failed if !letter.perhaps_sent => Some(Use::DidNotGo),
        stage => may_be_out(stage, letter).then_some(Use::IsSent),
    }
}

/// Whether it goes out, or went, or may have.
fn may_be_out(stage: Stage, letter: &Letter) -> bool {
    letter.perhaps_sent || !matches!(stage, Stage::New | Stage::Failed | Stage::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Attachment, Moment, PartPath, Source, Uid, UidValidity, UploadId};

    fn draft(seconds: i64) -> Draft {
        let file = Attachment {
            name: "plan.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            size: 8,
            content_id: None,
            source: Source::Upload(UploadId::from_bytes([7; 16])),
        };
        let text = "Dear Bo\n".to_owned();
        let id = MessageId::parse("a@x").unwrap();
        Draft { text, attachments: vec![file], ..Draft::new(id, Moment { seconds, offset_minutes: 0 }) }
    }

    #[test]
    fn the_same_words_are_the_same_wherever_their_files_are_and_whenever_they_are_sent() {
        let folder = tempfile::tempdir().unwrap();
        let key = ServerKey::open_or_make(&folder.path().join("secret")).unwrap();
        let mut later = draft(9);
        let mailbox = crate::mail::MailboxName::new("Drafts").unwrap();
        let saved = MessageRef { mailbox, uid_validity: UidValidity::new(1).unwrap(), uid: Uid::new(2).unwrap() };
        later.attachments[0].source = Source::Part(saved, PartPath::root());
        assert_eq!(content(&draft(1), &key), content(&later, &key));
        let changed: [fn(&mut Draft); 4] = [
            |draft| draft.text.insert(0, '!'),
            |draft| draft.subject.push('!'),
            |draft| draft.bcc.push(Address { name: String::new(), addr: "bo@x".to_owned() }),
            |draft| draft.attachments.clear(),
        ];
        for change in changed {
            let mut other = draft(1);
            change(&mut other);
            assert_ne!(content(&draft(1), &key), content(&other, &key), "{other:?}");
        }
    }
}
