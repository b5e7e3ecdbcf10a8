//! A conversation with a server: a command, and its answer of one line or of many.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use super::Error;
use super::dots::Dots;

/// The longest line of an answer, in octets: RFC 1939 3 allows 512.
const LONGEST_LINE: usize = 4096;
/// Octets that are read at once.
const READ_AHEAD: usize = 32 << 10;

/// Bytes both ways.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A TCP or TLS stream.
pub(super) type Socket = Box<dyn Duplex>;

/// A conversation that has begun.
pub(super) struct Talk {
    socket: BufReader<Socket>,
    deadline: Duration,
}

impl Talk {
    /// Over this socket; no answer, and no piece of a long one, may take longer than `deadline`.
    pub(super) fn new(socket: Socket, deadline: Duration) -> Self {
        Self { socket: BufReader::with_capacity(READ_AHEAD, socket), deadline }
    }

    /// The socket, for TLS to begin on it. Fails if the server sent anything ahead: plain text must not be taken for something
    /// that came under TLS (RFC 2595 2.4).
    pub(super) fn into_socket(self) -> Result<Socket, Error> {
        match self.socket.buffer() {
            [] => Ok(self.socket.into_inner()),
            _ => Err(Error::Insecure("somebody spoke in clear after STLS".to_owned())),
        }
    }

    /// Says a command, its CRLF with it, and hears whether it is done: the text behind `+OK`.
    pub(super) async fn ask(&mut self, command: &str) -> Result<String, Error> {
        self.say(command).await?;
        self.hear().await
    }

    /// Says a line.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Error> {
        let said = timeout(self.deadline, async {
            self.socket.write_all(line.as_bytes()).await?;
            self.socket.flush().await
        });
        said.await.map_err(|_| Error::TimedOut)?.map_err(|_| Error::Closed)
    }

    /// Hears the first line of an answer.
    pub(super) async fn hear(&mut self) -> Result<String, Error> {
        let line = self.line().await?;
        match line.split_once(' ').unwrap_or((line.as_str(), "")) {
            (word, text) if word.eq_ignore_ascii_case("+OK") => Ok(text.trim().to_owned()),
            (word, text) if word.eq_ignore_ascii_case("-ERR") => Err(Error::of(text.trim())),
            _ => Err(Error::Garbled("neither +OK nor -ERR")),
        }
    }

    /// A line without its end. Octets that are no UTF-8 are replaced: nothing here depends on them.
    pub(super) async fn line(&mut self) -> Result<String, Error> {
        let mut line = Vec::new();
        let (deadline, socket) = (self.deadline, &mut self.socket);
        let reading = async {
            loop {
                let piece = socket.fill_buf().await.map_err(|_| Error::Closed)?;
                if piece.is_empty() {
                    return Err(Error::Closed);
                }
                let end = memchr::memchr(b'\n', piece);
                let (text, used) = (piece.get(..end.unwrap_or(piece.len())), end.map_or(piece.len(), |end| end + 1));
                line.extend_from_slice(text.unwrap_or_default());
                socket.consume(used);
                if line.len() > LONGEST_LINE {
                    return Err(Error::Garbled("a line without an end"));
                }
                if end.is_some() {
                    return Ok(());
                }
            }
        };
        timeout(deadline, reading).await.map_err(|_| Error::TimedOut)??;
        Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
    }

    /// The lines of an answer up to its end, at most so many: each handed on as it comes.
    pub(super) async fn lines<T>(
        &mut self,
        most: usize,
        mut read: impl FnMut(&str) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        loop {
            let line = self.line().await?;
            match line.strip_prefix('.') {
                Some("") => return Ok(found),
                _ if found.len() == most => return Err(Error::Garbled("a list without an end")),
                Some(text) => found.push(read(text)?),
                None => found.push(read(&line)?),
            }
        }
    }

    /// The text of an answer up to its end, at most so many octets, written to `into` as it comes; how long it was.
    pub(super) async fn text<W: AsyncWrite + Unpin>(&mut self, into: &mut W, most: u64) -> Result<u64, Error> {
        let (mut dots, mut text, mut size) = (Dots::default(), Vec::new(), 0);
        loop {
            let reading = timeout(self.deadline, self.socket.fill_buf());
            let piece = reading.await.map_err(|_| Error::TimedOut)?.map_err(|_| Error::Closed)?;
            if piece.is_empty() {
                return Err(Error::Closed);
            }
            text.clear();
            let (is_last, used) = dots.take(piece, &mut text);
            self.socket.consume(used);
            size += u64::try_from(text.len()).unwrap_or(u64::MAX);
            if size > most {
                return Err(Error::TooLarge);
            }
            into.write_all(&text).await.map_err(|error| Error::NoPlace(error.to_string()))?;
            if is_last {
                into.flush().await.map_err(|error| Error::NoPlace(error.to_string()))?;
                return Ok(size);
            }
        }
    }
}
