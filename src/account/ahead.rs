//! A message that is likely to be opened as it was listed: read and marked in the very round trip that brings the page's
//! surroundings up to date.

use std::sync::Arc;

use tokio::time::Instant;

use super::Overview;
use super::account::{Inner, locked};
use super::content::Content;
use super::essence::Essence;
use super::open_message::TEXT;
use crate::imap::{self, Along, Link};
use crate::mail::{Flag, MessageRef, Part};

/// What is asked for, and what is known already.
pub(super) struct Ahead {
    along: Along,
    essence: Arc<Essence>,
    /// The structure that goes with what is read.
    top: Part,
}

/// A message that came along.
pub(super) type Came = (Arc<Essence>, Content);

impl Inner {
    /// What can be read of the message together with everything else: one that was listed here and is not remembered, of
    /// the open mailbox. `None` where the ordinary way is as short: what it says is remembered, or the view is believed
    /// and no mark is to be set.
    pub(super) fn ahead(&self, link: &Link, message: &MessageRef, mark: bool) -> Option<Ahead> {
        let view = link.view().filter(|view| {
            view.mailbox == message.mailbox
                && view.uid_validity == message.uid_validity
                && view.place_of(message.uid).is_some()
        })?;
        let mark = mark && view.flags(message.uid).is_none_or(|flags| !flags.contains(&Flag::Seen));
        if self.is_spared(&message.mailbox) || (!mark && self.is_believed(link)) {
            return None;
        }
        let key = (message.mailbox.clone(), message.uid_validity, message.uid);
        let essence = locked(&self.essences).find(&key)?;
        if locked(&self.contents).find(&key).is_some() {
            return None;
        }
        let (top, items) = Content::items(&essence.structure, TEXT)?;
        let along = Along { uid: message.uid, items, mark: mark.then_some(Flag::Seen) };
        Some(Ahead { along, essence, top })
    }

    /// As [`Self::refresh_now`], with the message if the server let it be read and it is there: if not, the ordinary way
    /// finds out why.
    pub(super) async fn refresh_along(
        &self,
        link: &mut Link,
        ahead: Ahead,
    ) -> Result<(Arc<Overview>, Option<Came>), imap::Error> {
        let Ahead { along, essence, top } = ahead;
        if along.mark.is_some() {
            // no overview that was asked for before is believed any more
            locked(&self.surroundings).distrust();
        }
        let (start, with_quota) = (Instant::now(), locked(&self.surroundings).wants_quota());
        let (tree, read) = link.sync_with_tree_along(&along, with_quota).await?;
        let overview = self.learn(start, tree);
        if along.mark.is_some() {
            self.pulse.hurry();
        }
        let read = read.unwrap_or_else(|error| {
            tracing::debug!(%error, "a message could not be read along");
            None
        });
        Ok((overview, read.map(|fetched| (essence, Content::of_fetched(top, fetched)))))
    }
}
