//! Lists in other orders, remembered until a message comes or goes.

use std::sync::Arc;

use super::recent::Recent;
use super::{Asked, Filter, Sort};
use crate::imap::{Capability, Criteria, Error, Link, Order};
use crate::mail::Uid;

/// By the state of the mailbox and the order; states are numbered through the whole process.
pub(super) type SortedLists = Recent<(u64, Order), Arc<Vec<Uid>>>;

/// The UIDs a listing consists of, in its order; `None` if it is the whole mailbox by arrival, which needs no list.
pub(super) async fn uids(
    link: &mut Link,
    asked: &Asked,
    lists: &std::sync::Mutex<SortedLists>,
) -> Result<Option<Arc<Vec<Uid>>>, Error> {
    let order = match asked.sort {
        Sort::Newest | Sort::Oldest => None,
        Sort::Sender => Some(Order::Sender),
        Sort::Subject => Some(Order::Subject),
        Sort::Size => Some(Order::Size),
    }
    .filter(|_| link.capabilities().has(Capability::Sort));
    let (criteria, words) = criteria(asked);
    let whole = criteria == Criteria::All && words.is_empty();
    match order {
        None if whole => Ok(None),
        None => {
            let mut uids = link.search(&criteria, &words, None).await?;
            if asked.sort != Sort::Oldest {
                uids.reverse();
            }
            Ok(Some(Arc::new(uids)))
        }
        Some(order) if whole => {
            let state = link.view().map_or(0, |view| view.content_version());
            let known = super::account::locked(lists).find(&(state, order));
            if known.is_some() {
                return Ok(known);
            }
            let uids = Arc::new(link.search(&criteria, &words, Some(order)).await?);
            super::account::locked(lists).remember((state, order), uids.clone());
            Ok(Some(uids))
        }
        Some(order) => Ok(Some(Arc::new(link.search(&criteria, &words, Some(order)).await?))),
    }
}

/// What a message must be like to be in the list, and the words that must all be in it.
pub(super) fn criteria(asked: &Asked) -> (Criteria, Vec<String>) {
    let criteria = match asked.filter {
        Filter::All => Criteria::All,
        Filter::Unread => Criteria::Unseen,
        Filter::Flagged => Criteria::Flagged,
    };
    (criteria, asked.query.split_whitespace().take(8).map(str::to_owned).collect())
}
