//! What came of a change whose connection was lost before its answer (`R-01`): looked up, never repeated. And what a
//! change that was not done leaves behind: nothing.

use std::sync::{Arc, Mutex};

use super::account::{Inner, locked};
use crate::imap::{self, Capability, Item, Link};
use crate::mail::{Flag, Selection, UidSet};

/// What a change leaves behind in its mailbox, by which it can be known again.
#[derive(Debug, Clone)]
pub(super) enum Trace {
    /// The mark is on the chosen ones, or it is not.
    Flag(Flag, bool),
    /// The chosen ones have left by a move.
    Moved(Marked),
    /// The chosen ones are removed, or marked for it where the server can do no more.
    Removed(Marked),
    /// None in this mailbox.
    Nowhere,
}

/// Marks that an action sets on its way, and that are taken back when it was not done. It knows what was marked before:
/// that was somebody else.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked(Arc<Mutex<Vec<(UidSet, Flag, bool)>>>);

impl Marked {
    /// Looks which of these messages will be changed by these marks.
    pub(super) async fn look(&self, link: &mut Link, uids: &UidSet, marks: &[(Flag, bool)]) -> Result<(), imap::Error> {
        if marks.is_empty() {
            return Ok(());
        }
        let there = link.fetch(uids, &[Item::Uid, Item::Flags]).await?;
        let changed = |(flag, on): &(Flag, bool)| {
            let differs = |one: &&imap::Fetched| one.flags.as_ref().is_some_and(|flags| flags.contains(flag) != *on);
            (there.iter().filter(differs).filter_map(|one| one.uid).collect(), flag.clone(), *on)
        };
        *locked(&self.0) = marks.iter().map(changed).collect();
        Ok(())
    }

    /// Puts flags back as they were; what refuses to be put back stays.
    async fn take_back(&self, link: &mut Link) -> Result<(), imap::Error> {
        let marked = std::mem::take(&mut *locked(&self.0));
        for (uids, flag, on) in marked.into_iter().filter(|(uids, ..)| !uids.is_empty()) {
            match link.store(&uids, &[flag], !on).await {
                Err(error) if error.ends_connection() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// The same, if this is a refusal: then nothing was changed, and nothing shall look so.
    pub(super) async fn take_back_if_refused<T>(
        &self,
        link: &mut Link,
        result: &Result<T, imap::Error>,
    ) -> Result<(), imap::Error> {
        match result {
            Err(error) if !error.ends_connection() => self.take_back(link).await,
            _ => Ok(()),
        }
    }
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
            Trace::Moved(_) if all.is_empty() => Aftermath::Done(chosen.uids.clone()),
            // without MOVE there may be copies though the source is whole
            Trace::Moved(marked) if untouched && link.capabilities().has(Capability::Move) => {
                marked.take_back(link).await?;
                Aftermath::NotDone
            }
            Trace::Removed(ours) => {
                let marked = having(&Flag::Deleted);
                let gone = all.is_empty() || (link.hides_deleted() && marked == all);
                match (gone, untouched) {
                    (true, _) => Aftermath::Done(chosen.uids.clone()),
                    (false, true) => {
                        ours.take_back(link).await?;
                        Aftermath::NotDone
                    }
                    (false, false) => Aftermath::Unclear,
                }
            }
            Trace::Moved(_) | Trace::Nowhere => Aftermath::Unclear,
        })
    }
}
