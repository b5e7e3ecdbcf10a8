//! Messages that are streamed, in pieces, on their way from the socket to their reader.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::PollSender;

use super::fetch::Fetched;

/// Octets that are handed on at once, if they come.
const ENOUGH: usize = 64 << 10;
/// Pieces wait so long for more of them: of a server nearby as much as is enough takes a tenth of this.
const PATIENCE: Duration = Duration::from_millis(3);

/// A piece of messages that are streamed one after the other.
#[derive(Debug)]
pub(super) enum Piece {
    /// A message comes: its response up to it, and its octets.
    Begin(Bytes, u64),
    /// The same, of one that was read whole.
    Known(Box<Fetched>, u64),
    /// Some of it.
    Octets(Bytes),
    /// That was all of it.
    End,
}

/// Pieces for a reader. Handing them on wakes it, and what comes at once is a TLS record of 16 kB: so they go when there is enough
/// of them, when a command is over, or when they have waited for a moment.
pub(super) struct Gathering {
    sink: PollSender<Vec<Piece>>,
    pieces: Vec<Piece>,
    octets: usize,
    /// When those that wait go, however few; not looked at while none do.
    until: Pin<Box<Sleep>>,
}

impl Gathering {
    pub(super) fn new(sink: mpsc::Sender<Vec<Piece>>) -> Self {
        Self { sink: PollSender::new(sink), pieces: Vec::new(), octets: 0, until: Box::pin(sleep(PATIENCE)) }
    }

    pub(super) fn push(&mut self, piece: Piece) {
        if self.pieces.is_empty() {
            self.until.as_mut().reset(Instant::now() + PATIENCE);
        }
        self.octets += match &piece {
            Piece::Octets(bytes) | Piece::Begin(bytes, _) => bytes.len(),
            Piece::Known(..) | Piece::End => 0,
        };
        self.pieces.push(piece);
    }

    /// Whether there are enough of them to be handed on.
    pub(super) fn has_enough(&self) -> bool {
        self.octets >= ENOUGH
    }

    /// Whether what waits has waited long enough.
    pub(super) fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.pieces.is_empty() { Poll::Pending } else { self.until.as_mut().poll(cx) }
    }

    /// Hands on what waits: how many octets, and whether anybody reads them.
    pub(super) fn poll_hand_on(&mut self, cx: &mut Context<'_>) -> Poll<(usize, bool)> {
        if self.pieces.is_empty() {
            return Poll::Ready((0, true));
        }
        let is_read =
            ready!(self.sink.poll_reserve(cx)).is_ok() && self.sink.send_item(std::mem::take(&mut self.pieces)).is_ok();
        Poll::Ready((std::mem::take(&mut self.octets), is_read))
    }
}
