//! Bytes on their way from the server to a reader.

use bytes::Bytes;
use tokio::sync::mpsc;

/// Pieces of a part or message, decoded, in order. Dropping it stops the transfer.
#[derive(Debug)]
pub struct ByteStream {
    /// What came before anybody asked.
    first: Option<Bytes>,
    pieces: mpsc::Receiver<Result<Bytes, super::Error>>,
}

impl ByteStream {
    /// Reads from the other end of this channel.
    pub(crate) fn new(pieces: mpsc::Receiver<Result<Bytes, super::Error>>) -> Self {
        Self { first: None, pieces }
    }

    /// The same, when its first octets have come; what goes wrong before them is an error now.
    pub(super) async fn begun(mut pieces: mpsc::Receiver<Result<Bytes, super::Error>>) -> Result<Self, super::Error> {
        let first = pieces.recv().await.transpose()?;
        Ok(Self { first, pieces })
    }

    /// A stream of one piece.
    pub(crate) fn of(bytes: Bytes) -> Self {
        let (_, pieces) = mpsc::channel(1);
        Self { first: Some(bytes), pieces }
    }

    /// The next piece; `None` at the end. After an error nothing follows: what came before is not the whole.
    pub async fn next(&mut self) -> Option<Result<Bytes, super::Error>> {
        match self.first.take() {
            Some(first) => Some(Ok(first)),
            None => self.pieces.recv().await,
        }
    }

    /// As [`Self::next`], for a poll function.
    pub fn poll_next(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, super::Error>>> {
        match self.first.take() {
            Some(first) => std::task::Poll::Ready(Some(Ok(first))),
            None => self.pieces.poll_recv(cx),
        }
    }
}
