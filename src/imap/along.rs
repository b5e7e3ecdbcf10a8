//! A message that is read, and marked, in the round trip that brings everything up to date.

use super::argument::Command;
use super::select::{merged, words};
use super::{Error, Fetched, Item, Link};
use crate::mail::{Flag, Uid, UidSet};

/// Which message of the open mailbox, what of it, and which mark it gets.
///
/// Only for one that the server has told of on this connection: Dovecot (2.3, 2022) says OK to a STORE of another one
/// and does nothing.
#[derive(Debug, Clone)]
pub struct Along {
    /// Which message.
    pub uid: Uid,
    /// What to read; UID and flags among it.
    pub items: Vec<Item>,
    /// Set once it is read. Whether the server keeps it, its flags tell.
    pub mark: Option<Flag>,
}

impl Along {
    /// Reading first: whoever loses the connection in between has marked nothing.
    pub(super) fn commands(&self) -> Result<Vec<Command>, Error> {
        let uids = UidSet::new([self.uid]);
        let mut commands = vec![Command::new("UID FETCH").uids(&uids).raw(&words(&self.items))];
        if let Some(mark) = &self.mark {
            // not silently: the answer is what the view learns it from
            commands.push(Command::new("UID STORE").uids(&uids).word("+FLAGS").flags([mark])?);
        }
        Ok(commands)
    }

    /// The message, if it is among these and there. Of one that left a moment before, Dovecot (2.3, 2022) answers with
    /// flags and empty parts, and tells of its removal behind that.
    pub(super) fn find(&self, fetched: Vec<Fetched>, link: &Link) -> Option<Fetched> {
        link.view().and_then(|view| view.place_of(self.uid))?;
        merged(fetched).into_iter().find(|one| one.uid == Some(self.uid))
    }

    /// Whether the view knows the message to have the mark.
    pub(super) fn is_marked(&self, link: &Link) -> bool {
        let flags = link.view().and_then(|view| view.flags(self.uid));
        flags.zip(self.mark.as_ref()).is_some_and(|(flags, mark)| flags.contains(mark))
    }
}
