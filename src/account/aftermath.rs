//! What came of a change whose connection was lost before its answer (`R-01`): looked up, never repeated.

use super::account::Inner;
use crate::imap::{self, Capability, Item, Link};
use crate::mail::{Flag, Selection, UidSet};

/// What a change leaves behind in its mailbox, by which it can be known again.
#[derive(Debug, Clone)]
pub(super) enum Trace {
    /// The mark is on the chosen ones, or it is not.
    Flag(Flag, bool),
    /// The chosen ones have left by a move.
    Moved,
    /// The chosen ones are removed, or marked for it where the server can do no more.
    Removed,
    /// None in this mailbox.
    Nowhere,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aftermath {
    /// It was done to these.
    Done(UidSet),
    /// Nothing was changed.
    NotDone,
    /// It can't be told.
    Unclear,
}

impl Inner {
    /// Looks the trace up, on another connection.
    pub(super) async fn aftermath(
        link: &mut Link,
        chosen: &Selection,
        trace: &Trace,
    ) -> Result<Aftermath, imap::Error> {
        if matches!(trace, Trace::Nowhere) {
            return Ok(Aftermath::Unclear);
        }
        link.select_true(&chosen.mailbox, chosen.uid_validity).await?;
        let there = link.fetch(&chosen.uids, &[Item::Uid, Item::Flags]).await?;
        let having = |flag: &Flag| -> UidSet {
            let has = |one: &&imap::Fetched| one.flags.as_ref().is_some_and(|flags| flags.contains(flag));
            there.iter().filter(has).filter_map(|one| one.uid).collect()
        };
        let all: UidSet = there.iter().filter_map(|one| one.uid).collect();
        let untouched = all == chosen.uids;
        Ok(match trace {
            Trace::Flag(flag, on) => {
                let marked = having(flag);
                let as_wished = if *on { marked == all } else { marked.is_empty() };
                if as_wished { Aftermath::Done(all) } else { Aftermath::NotDone }
            }
            Trace::Moved if all.is_empty() => Aftermath::Done(chosen.uids.clone()),
            // without MOVE there may be copies though the source is whole
            Trace::Moved if untouched && link.capabilities().has(Capability::Move) => Aftermath::NotDone,
            Trace::Removed => {
                let marked = having(&Flag::Deleted);
                let gone = all.is_empty() || (link.hides_deleted() && marked == all);
                match (gone, untouched && marked.is_empty()) {
                    (true, _) => Aftermath::Done(chosen.uids.clone()),
                    (false, true) => Aftermath::NotDone,
                    (false, false) => Aftermath::Unclear,
                }
            }
            Trace::Moved | Trace::Nowhere => Aftermath::Unclear,
        })
    }
}
