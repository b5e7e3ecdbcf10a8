//! FETCH of many messages, each handed on as soon as it is whole.
//!
//! Some commands are always under way, so that the server works while its answers travel; what a reader has no room for stays
//! in the socket, and slows the server. In memory are a message, and what the channel holds.

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::argument::Command;
use super::batch::Batch;
use super::fetch::Fetched;
use super::select::words;
use super::{Error, Item, Link};
use crate::mail::UidSet;

/// Commands that are under way together.
const AHEAD: usize = 3;

impl Link {
    /// Fetches `items` of messages of the open mailbox, set by set, and sends into `sink` what is told of each. Messages that are
    /// gone do not come, nor those of a set that the server refuses. A sink that is closed ends it early, and is no error. The
    /// server may take its deadline for each message.
    pub async fn fetch_onward(
        &mut self,
        sets: &[UidSet],
        items: &[Item],
        sink: &mpsc::Sender<Fetched>,
    ) -> Result<(), Error> {
        let words = words(items);
        let mut batch = Batch::default();
        let mut deadline = Instant::now() + self.deadline;
        self.round_trips += 1;
        self.stop_idling(&mut batch, deadline).await?;
        let mut sets = sets.iter();
        loop {
            let mut is_written = false;
            while batch.under_way() < AHEAD && !sink.is_closed() {
                let Some(uids) = sets.next() else { break };
                self.write(Command::new("UID FETCH").uids(uids).raw(&words), &mut batch, deadline).await?;
                is_written = true;
            }
            if is_written {
                self.flush(deadline).await?;
            }
            if batch.is_complete() {
                return Ok(());
            }
            match self.read(&mut batch, deadline).await {
                Err(_) if batch.is_complete() => self.end(),
                other => other?,
            }
            for fetched in batch.take_fetched() {
                if fetched.uid.is_some() && fetched.is_an_answer() {
                    // whoever does not listen any more gets the few that are under way all the same
                    sink.send(fetched).await.ok();
                }
            }
            deadline = Instant::now() + self.deadline;
        }
    }
}
