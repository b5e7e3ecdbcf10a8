//! FETCH of many messages whole, each handed on while it comes.
//!
//! Some commands are always under way, so that the server works while its answers travel; what a reader has no room for stays
//! in the socket, and slows the server. In memory is what the channel holds, however large a message is: it goes from the
//! buffer that it was read into to its reader without being put together anywhere (`frame::Streaming::Messages`).

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::argument::Command;
use super::batch::Batch;
use super::fetch::Fetched;
use super::piece::Piece;
use super::response::Response;
use super::select::words;
use super::{Error, Item, Link};
use crate::mail::{Flags, Moment, PartPath, Uid, UidSet};

/// Commands that are under way together.
const AHEAD: usize = 3;
/// What goes to the reader at once is some tens of kilobytes; so many of these wait for it.
const WAITING: usize = 4;

/// A message that comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    /// Which one.
    pub uid: Uid,
    /// Its marks.
    pub flags: Flags,
    /// When the server got it.
    pub arrived: Moment,
    /// Its octets: exactly, of one that comes.
    pub size: u64,
}

/// Of messages that come one after the other.
#[derive(Debug, Clone, PartialEq)]
pub enum Onward {
    /// This one comes.
    Begin(Coming),
    /// Some of it.
    Octets(Bytes),
    /// That was all of it.
    End,
}

/// Where messages are sent; see [`onward`].
#[derive(Debug)]
pub struct OnwardSender(mpsc::Sender<Vec<Piece>>);

/// Where they are read. Dropping it ends the transfer.
#[derive(Debug)]
pub struct OnwardReader {
    pieces: mpsc::Receiver<Vec<Piece>>,
    here: std::vec::IntoIter<Piece>,
}

/// The two ends of what [`Link::fetch_onward`] sends.
pub fn onward() -> (OnwardSender, OnwardReader) {
    let (sender, pieces) = mpsc::channel(WAITING);
    (OnwardSender(sender), OnwardReader { pieces, here: Vec::new().into_iter() })
}

impl OnwardReader {
    /// What comes next; `None` at the end. Of a connection that was lost a message may have begun and not ended.
    pub async fn next(&mut self) -> Option<Onward> {
        loop {
            let piece = match self.here.next() {
                Some(piece) => piece,
                None => {
                    self.here = self.pieces.recv().await?.into_iter();
                    continue;
                }
            };
            let begun = match piece {
                Piece::Octets(bytes) => return Some(Onward::Octets(bytes)),
                Piece::End => return Some(Onward::End),
                Piece::Begin(line, size) => read(&line).and_then(|fetched| Coming::of(&fetched, size)),
                Piece::Known(fetched, size) => Coming::of(&fetched, size),
            };
            match begun {
                Some(coming) => return Some(Onward::Begin(coming)),
                // of a response that can't be understood nothing is handed on
                None => self.pass_over().await?,
            }
        }
    }

    async fn pass_over(&mut self) -> Option<()> {
        loop {
            match self.here.next() {
                Some(Piece::End) => return Some(()),
                Some(_) => {}
                None => self.here = self.pieces.recv().await?.into_iter(),
            }
        }
    }
}

fn read(line: &Bytes) -> Option<Fetched> {
    match Response::read(line)? {
        Response::Fetch(fetched) => Some(fetched),
        _ => None,
    }
}

impl Coming {
    /// The message that this tells of, of this many octets.
    pub fn of(fetched: &Fetched, size: u64) -> Option<Self> {
        let flags = fetched.flags.clone().unwrap_or_default();
        Some(Self { uid: fetched.uid?, flags, arrived: fetched.arrived(), size })
    }
}

impl Link {
    /// Fetches messages of the open mailbox whole, set by set, and sends them into `sink`. Messages that are gone do not come, nor
    /// those of a set that the server refuses. A reader that went away ends it early, and is no error. The server may take its
    /// deadline for each message, the reader as long as it likes.
    pub async fn fetch_onward(&mut self, sets: &[UidSet], sink: OnwardSender) -> Result<(), Error> {
        let words = words(&[Item::Uid, Item::Flags, Item::InternalDate, Item::Part(PartPath::root(), None)]);
        let OnwardSender(sink) = sink;
        let mut batch = Batch::default();
        let mut deadline = Instant::now() + self.deadline;
        self.round_trips += 1;
        self.stop_idling(&mut batch, deadline).await?;
        self.session.get_mut().stream_messages_into(sink.clone());
        let (mut sets, mut moved) = (sets.iter(), 0);
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
                self.session.get_mut().stop_streaming();
                return Ok(());
            }
            match self.read(&mut batch, deadline).await {
                Err(_) if batch.is_complete() => self.end(),
                Err(Error::TimedOut) if self.is_moving(&mut moved) => {}
                other => other?,
            }
            for fetched in batch.take_fetched() {
                // quoted, or told in an order in which it could not be streamed
                let Some(octets) = fetched.body("").filter(|octets| !octets.is_empty()).cloned() else { continue };
                let begin = Piece::Known(Box::new(fetched), octets.len() as u64);
                // whoever does not listen any more gets the few that are under way all the same
                sink.send(vec![begin, Piece::Octets(octets), Piece::End]).await.ok();
            }
            deadline = Instant::now() + self.deadline;
        }
    }
}
