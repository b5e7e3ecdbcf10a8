//! STORE (RFC 9051 6.4.6): flags are added or removed, never replaced, so that unknown keywords stay (`R-15`).

use super::argument::Command;
use super::select::LINE;
use super::{Error, Link};
use crate::mail::{Flag, Uid, UidSet};

impl Link {
    /// Sets or clears `flags` on messages of the open mailbox; those that were there, ascending.
    pub async fn store(&mut self, uids: &UidSet, flags: &[Flag], on: bool) -> Result<Vec<Uid>, Error> {
        let word = if on { "+FLAGS" } else { "-FLAGS" };
        let commands = uids
            .split(LINE)
            .iter()
            .map(|uids| Command::new("UID STORE").uids(uids).word(word).flags(flags))
            .collect::<Result<Vec<_>, _>>()?;
        let mut changed = Vec::new();
        for answer in self.batch(commands).await? {
            changed.extend(answer.ok()?.fetched.into_iter().filter_map(|fetched| fetched.uid));
        }
        changed.retain(|uid| uids.contains(*uid));
        changed.sort_unstable();
        changed.dedup();
        Ok(changed)
    }
}
