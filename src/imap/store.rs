//! STORE (RFC 9051 6.4.6): flags are added or removed, never replaced, so that unknown keywords stay (`R-15`).

use super::argument::Command;
use super::select::LINE;
use super::{Error, Link};
use crate::mail::{Flag, Uid, UidSet};

impl Link {
    /// Sets or clears `flags` on messages of the open mailbox; those that are there, ascending.
    ///
    /// Servers need not tell of a message whose flags were so already (Dovecot 2.3 does not), and never of one that is
    /// gone: so the flags are read behind the change, in the same round trip. A server that refuses only to tell them
    /// has done it all the same.
    pub async fn store(&mut self, uids: &UidSet, flags: &[Flag], on: bool) -> Result<Vec<Uid>, Error> {
        let word = if on { "+FLAGS.SILENT" } else { "-FLAGS.SILENT" };
        let mut commands = Vec::new();
        let sets = uids.split(LINE);
        for uids in &sets {
            commands.push(Command::new("UID STORE").uids(uids).word(word).flags(flags)?);
            commands.push(Command::new("UID FETCH").uids(uids).word("(UID FLAGS)"));
        }
        let answers = self.batch(commands).await?;
        let done = answers.deeds(&sets, 0)?;
        if answers.deeds(&sets, 1).is_err() {
            return Ok(done.iter().collect());
        }
        let mut there: Vec<Uid> = answers.fetched.into_iter().filter_map(|fetched| fetched.uid).collect();
        there.retain(|uid| done.contains(*uid));
        there.sort_unstable();
        there.dedup();
        Ok(there)
    }
}
