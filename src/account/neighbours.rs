//! The messages beside an open one, in the list that it was opened from.

use std::sync::Arc;

use super::account::{Inner, locked};
use super::recent::Recent;
use super::{Asked, Filter, Neighbours, Sort, sorted};
use crate::imap::{Error, Item, Link};
use crate::mail::{MailboxName, Uid, UidValidity};

/// Lists as they were shown, by what they are of. A message that has been read is in no list of unread ones any more,
/// and somebody who reads one after the other expects to go on where they were.
pub(super) type Walks = Recent<Walk, Arc<Vec<Uid>>>;

/// What a list is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Walk {
    mailbox: MailboxName,
    uid_validity: UidValidity,
    filter: Filter,
    sort: Sort,
    query: String,
}

impl Walk {
    /// Of the open mailbox; `None` if it is all of it by arrival, where the view knows the order.
    fn of(link: &Link, asked: &Asked) -> Option<Self> {
        let view = link.view()?;
        let by_arrival = matches!(asked.sort, Sort::Newest | Sort::Oldest);
        if by_arrival && asked.filter == Filter::All && asked.query.is_empty() {
            return None;
        }
        Some(Self {
            mailbox: view.mailbox.clone(),
            uid_validity: view.uid_validity,
            filter: asked.filter,
            sort: asked.sort,
            query: asked.query.clone(),
        })
    }
}

impl Inner {
    /// The list was shown: who opens a message from it goes on in it.
    pub(super) fn remember_walk(&self, link: &Link, asked: &Asked, uids: &Arc<Vec<Uid>>) {
        if let Some(walk) = Walk::of(link, asked) {
            locked(&self.walks).remember(walk, uids.clone());
        }
    }

    /// The neighbours of a message of the open mailbox in this list: as it was shown, else as it would be now. A message
    /// that is in neither has its neighbours by arrival.
    pub(super) async fn neighbours(&self, link: &mut Link, uid: Uid, asked: &Asked) -> Result<Neighbours, Error> {
        if let Some(walk) = Walk::of(link, asked) {
            let shown = locked(&self.walks).find(&walk);
            if let Some(found) = shown.and_then(|uids| within(&uids, uid, link)) {
                return Ok(found);
            }
            // a text search may take seconds, and the message can be read without
            if asked.query.is_empty()
                && let Some(uids) = sorted::uids(link, asked, &self.sorted).await?
            {
                self.remember_walk(link, asked, &uids);
                if let Some(found) = within(&uids, uid, link) {
                    return Ok(found);
                }
            }
        }
        by_arrival(link, uid, asked.sort == Sort::Oldest).await
    }
}

/// The nearest on either side that have not left meanwhile.
fn within(uids: &[Uid], uid: Uid, link: &Link) -> Option<Neighbours> {
    let place = uids.iter().position(|one| *one == uid)?;
    let view = link.view()?;
    let stays = |one: &&Uid| !view.departed().any(|left| left == **one);
    Some(Neighbours {
        before: uids.iter().take(place).rev().find(stays).copied(),
        after: uids.iter().skip(place + 1).find(stays).copied(),
        place: u32::try_from(place + 1).ok()?,
        total: u32::try_from(uids.len()).ok()?,
    })
}

async fn by_arrival(link: &mut Link, uid: Uid, oldest_first: bool) -> Result<Neighbours, Error> {
    let Some(place) = link.view().and_then(|view| view.place_of(uid)) else { return Ok(Neighbours::default()) };
    link.window(place.saturating_sub(1)..place + 2, &[Item::Uid, Item::Flags]).await?;
    let Some(view) = link.view() else { return Ok(Neighbours::default()) };
    let newer = place.checked_sub(1).and_then(|place| view.from_newest(place));
    let older = view.from_newest(place + 1);
    let total = view.exists();
    Ok(match oldest_first {
        true => Neighbours { before: older, after: newer, place: total.saturating_sub(place), total },
        false => Neighbours { before: newer, after: older, place: place + 1, total },
    })
}
