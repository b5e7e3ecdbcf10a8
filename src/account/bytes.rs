//! Bytes on their way from the server to a reader.

use bytes::Bytes;
use tokio::sync::mpsc;

/// Pieces of a part or message, decoded, in order. Dropping it stops the transfer.
#[derive(Debug)]
pub struct ByteStream {
    pieces: mpsc::Receiver<Result<Bytes, super::Error>>,
}

impl ByteStream {
    /// Reads from the other end of this channel.
    pub(crate) fn new(pieces: mpsc::Receiver<Result<Bytes, super::Error>>) -> Self {
        Self { pieces }
    }

    /// A stream of one piece.
    pub(crate) fn of(bytes: Bytes) -> Self {
        let (sender, pieces) = mpsc::channel(1);
        sender.try_send(Ok(bytes)).ok();
        Self { pieces }
    }

    /// The next piece; `None` at the end. After an error nothing follows: what came before is not the whole.
    pub async fn next(&mut self) -> Option<Result<Bytes, super::Error>> {
        self.pieces.recv().await
    }

    /// As [`Self::next`], for a poll function.
    pub fn poll_next(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, super::Error>>> {
        self.pieces.poll_recv(cx)
    }
}
