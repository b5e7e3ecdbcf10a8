//! What a page saved without being told: the answer was lost on the way, and it saves once more in the place of a draft that it has
//! replaced already (`R-43`). That is no change by anybody else.

use super::adding::Name;
use super::drafts::Replaced;
use super::{Account, Error};
use crate::imap::{Item, Purpose};
use crate::mail::{MessageId, MessageRef, PartPath, SavedBy, Selection, UidSet};
use crate::mime;

/// Drafts of one name that are looked at: as many as pages have saved it.
const MOST: usize = 50;

impl Account {
    /// What became of the draft that `new` was to replace, where that is not there any more: if the same page put others of this name
    /// into its place, those are removed; and where somebody else did, theirs are kept.
    pub(super) async fn remove_untold(&self, new: &MessageRef, name: &MessageId, by: Option<&SavedBy>) -> Replaced {
        let others = match self.others_of(new, name).await {
            Ok(others) => others,
            Err(error) => {
                tracing::info!(%error, "other drafts of this name could not be looked for");
                return Replaced::Changed;
            }
        };
        if others.is_empty() {
            return Replaced::Gone;
        }
        let is_own = |saved: &Option<SavedBy>| by.zip(saved.as_ref()).is_some_and(|(by, saved)| saved.is_before(by));
        let all_own = others.iter().all(|(_, saved)| is_own(saved));
        let own: UidSet = others.iter().filter(|(_, saved)| is_own(saved)).map(|(message, _)| message.uid).collect();
        if own.is_empty() {
            return Replaced::Changed;
        }
        let own = Selection { mailbox: new.mailbox.clone(), uid_validity: new.uid_validity, uids: own };
        match self.delete_for_good(&own).await {
            _ if !all_own => Replaced::Changed,
            Ok(_) => Replaced::Removed,
            Err(_) => Replaced::Left,
        }
    }

    /// The other drafts of this name, and which page saved each.
    async fn others_of(&self, new: &MessageRef, name: &MessageId) -> Result<Vec<(MessageRef, Option<SavedBy>)>, Error> {
        let mut others = self.find_named(&new.mailbox, &Name::Own(name.clone())).await?;
        others.retain(|one| one != new);
        others.reverse();
        others.truncate(MOST);
        let uids: UidSet = others.iter().map(|one| one.uid).collect();
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let (mailbox, uid_validity) = (new.mailbox.clone(), new.uid_validity);
        let fetched = self.read(Purpose::Mailbox(&new.mailbox), move |_| -> super::account::Work<_> {
            let (mailbox, uids) = (mailbox.clone(), uids.clone());
            Box::new(move |link| {
                Box::pin(async move {
                    link.select_same(&mailbox, uid_validity).await?;
                    link.fetch(&uids, &[Item::Uid, Item::Header(PartPath::root())]).await
                })
            })
        });
        let fetched = fetched.await.map_err(|error| Error::about(error, &new.mailbox))?;
        let saved = |uid| {
            let one = fetched.iter().find(|one| one.uid == Some(uid))?;
            mime::saved_by(one.body(&Item::header_section(&PartPath::root()))?)
        };
        Ok(others.into_iter().map(|one| (one.clone(), saved(one.uid))).collect())
    }
}
