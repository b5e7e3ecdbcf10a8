//! Stands between the socket and async-imap.
//!
//! async-imap ends a connection at the first line its grammar does not know, panics at three of them and keeps whole
//! literals in memory. So it only ever sees lines that we wrote for it (`A1 OK`, `+ Z28=`, `* OK more`); what the server
//! really said waits in [`Wire::take`], whole and in order. Commands of a batch leave in one write.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use super::frame::{Cut, Framer, Streaming};
use super::piece::{Gathering, Piece};
use super::stream::Socket;

/// Responses that wait to be taken hold at most this many octets: more is a server gone wild (`I-08`).
const WAITING: usize = 64 << 20;
/// What is left of a stream that nobody reads any more and is still worth reading to the end.
const WORTH_DRAINING: u64 = 1 << 20;

/// Octets that a response takes beside its own: where it stands, and how it is shared.
const BESIDE: usize = 64;

/// Octets read at once: a TLS record.
const READ: usize = 16 << 10;
/// Octets that make a piece of a stream, if they are there.
const PIECE: usize = 64 << 10;
/// Octets that are worth being read by the clock ([`Paced`](super::paced::Paced)).
const MUCH: u64 = 512 << 10;

/// Where what is streamed goes.
enum Sink {
    /// Nowhere: nothing is streamed, or its reader went away.
    None,
    /// The octets of one literal; and a piece that waits.
    Literal(PollSender<Bytes>, Option<Bytes>),
    /// Messages.
    Messages(Gathering),
}

/// What a waiting response takes. Empty ones are two octets on the wire, and there may be millions.
fn room(response: &Bytes) -> usize {
    response.len() + BESIDE
}

/// The framing layer of one connection.
pub(super) struct Wire {
    socket: Socket,
    framer: Framer,
    /// What the server said and nobody took yet.
    waiting: VecDeque<Bytes>,
    waiting_bytes: usize,
    /// Lines for async-imap.
    told: BytesMut,
    /// Octets for the server.
    out: BytesMut,
    /// While a batch is being written, nothing leaves.
    held: bool,
    /// Where what is streamed goes.
    sink: Sink,
    /// A message was streamed, and its response has not ended yet.
    in_message: bool,
    /// Whether the reader of the stream had no room for it when it was last asked.
    reader_is_full: bool,
    /// Octets that went into streams.
    moved: u64,
    /// Why the wire gave up.
    fault: Option<&'static str>,
}

impl Wire {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            framer: Framer::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            told: BytesMut::new(),
            out: BytesMut::new(),
            held: false,
            sink: Sink::None,
            in_message: false,
            reader_is_full: false,
            moved: 0,
            fault: None,
        }
    }

    /// Takes the oldest response that waits.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        let response = self.waiting.pop_front()?;
        self.waiting_bytes -= room(&response);
        Some(response)
    }

    /// Commands written from now on leave together, when released.
    pub(super) fn hold(&mut self, held: bool) {
        self.held = held;
    }

    /// Sends the next literal into `sink`, piece by piece.
    pub(super) fn stream_into(&mut self, sink: mpsc::Sender<Bytes>) {
        self.framer.stream(Streaming::Next);
        self.sink = Sink::Literal(PollSender::new(sink), None);
    }

    /// Sends whole messages into `sink` as they come.
    pub(super) fn stream_messages_into(&mut self, sink: mpsc::Sender<Vec<Piece>>) {
        self.framer.stream(Streaming::Messages);
        self.sink = Sink::Messages(Gathering::new(sink));
    }

    /// Ends streaming: what arrives from now on is kept as usual.
    pub(super) fn stop_streaming(&mut self) {
        self.framer.stream(Streaming::Off);
        self.sink = Sink::None;
    }

    /// Whether it is the reader of the stream who is waited for, and not the server.
    pub(super) fn reader_is_full(&self) -> bool {
        self.reader_is_full
    }

    /// Octets that went into streams so far: as long as they grow, the transfer lives.
    pub(super) fn moved(&self) -> u64 {
        self.moved
    }

    /// Why reading failed, if it was not the socket.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.fault
    }

    /// The socket, for TLS to begin on it. Fails if the server sent anything ahead: plain text must not be taken for
    /// something that came under TLS (RFC 3501 6.2.1).
    pub(super) fn into_socket(self) -> Result<Socket, &'static str> {
        if self.framer.is_empty() && self.told.is_empty() && self.waiting.is_empty() {
            Ok(self.socket)
        } else {
            Err("plain text after STARTTLS")
        }
    }

    /// Sorts one response in, and tells async-imap as little as possible: of the end of a streamed message with the next thing that
    /// there is to tell.
    fn sort_in(&mut self, response: Bytes, ends_message: bool) -> Result<(), &'static str> {
        if response.is_empty() {
            return Ok(()); // seen between responses of broken proxies; says nothing
        }
        if response.starts_with(b"* ") {
            // one line tells of any number of waiting responses
            if self.told.is_empty() && !ends_message {
                self.told.extend_from_slice(b"* OK more\r\n");
            }
        } else if response.first() == Some(&b'+') {
            // the same word in base64, since async-imap decodes it during AUTHENTICATE
            self.told.extend_from_slice(b"+ Z28=\r\n");
        } else {
            let mut words = response.split(|byte| *byte == b' ');
            let (tag, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let status = ["OK", "NO", "BAD"].into_iter().find(|known| status.eq_ignore_ascii_case(known.as_bytes()));
            match status {
                Some(status) if !tag.is_empty() && tag.len() < 64 && tag.iter().all(u8::is_ascii_alphanumeric) => {
                    self.told.extend_from_slice(tag);
                    self.told.extend_from_slice(b" ");
                    self.told.extend_from_slice(status.as_bytes());
                    self.told.extend_from_slice(b" done\r\n");
                }
                // an unknown line, kept for nobody: neither data nor an answer
                _ => return Ok(()),
            }
        }
        if self.waiting_bytes + room(&response) > WAITING {
            return Err("more than can be meant");
        }
        self.waiting_bytes += room(&response);
        self.waiting.push_back(response);
        Ok(())
    }

    /// Hands what waits to the reader of the stream.
    fn poll_sink(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.reader_is_full = false;
        let sent = match &mut self.sink {
            Sink::Literal(sink, piece @ Some(_)) => sink.poll_reserve(cx).map(|reserved| {
                let octets = piece.as_ref().map_or(0, Bytes::len);
                (octets, reserved.is_ok() && piece.take().is_none_or(|piece| sink.send_item(piece).is_ok()))
            }),
            Sink::Messages(gathering) => gathering.poll_hand_on(cx),
            _ => return Poll::Ready(()),
        };
        let Poll::Ready((octets, is_heard)) = sent else {
            self.reader_is_full = true;
            return Poll::Pending;
        };
        self.moved += octets as u64;
        if !is_heard {
            self.sink = Sink::None; // the reader went away; the rest is drained or the connection given up
        }
        Poll::Ready(())
    }

    /// Takes in a piece that was cut for the reader of the stream; `left` octets of its literal follow.
    fn put(&mut self, bytes: Bytes, left: u64) -> Result<(), &'static str> {
        match &mut self.sink {
            Sink::None if left > WORTH_DRAINING => return Err("nobody reads the stream"),
            Sink::None => {}
            Sink::Literal(_, piece) => *piece = (!bytes.is_empty()).then_some(bytes),
            Sink::Messages(gathering) => {
                gathering.push(Piece::Octets(bytes));
                if left == 0 {
                    gathering.push(Piece::End);
                }
            }
        }
        Ok(())
    }

    /// Reads what the socket has; of a stream as much as makes a large piece, since each piece wakes its reader.
    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let is_of_messages = matches!(self.sink, Sink::Messages(..));
        let enough = if self.framer.is_streaming() || is_of_messages { PIECE } else { 1 };
        self.socket.pace().set(is_of_messages || self.framer.left() > MUCH);
        let mut read = 0;
        while read < enough {
            let input = self.framer.input();
            input.reserve(if enough > 1 { PIECE } else { READ });
            match tokio_util::io::poll_read_buf(Pin::new(&mut self.socket), cx, input) {
                Poll::Ready(Ok(0)) => break,
                Poll::Ready(Ok(octets)) => read += octets,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending if read == 0 => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(read))
    }

    fn fail(&mut self, fault: &'static str) -> io::Error {
        self.fault = Some(fault);
        io::Error::other(fault)
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if matches!(this.sink, Sink::Literal(..)) {
                ready!(this.poll_sink(cx));
            }
            match this.framer.cut() {
                Err(fault) => return Poll::Ready(Err(this.fail(fault))),
                Ok(Some(Cut::Response(response))) => {
                    let ends_message = std::mem::take(&mut this.in_message);
                    if let Err(fault) = this.sort_in(response, ends_message) {
                        return Poll::Ready(Err(this.fail(fault)));
                    }
                    // among messages it is told before the next of them begins: it may be one that did not come as a stream
                    if this.told.is_empty() || !matches!(this.sink, Sink::Messages(..)) {
                        continue;
                    }
                }
                Ok(Some(Cut::Message { line, size })) => {
                    if let Sink::Messages(gathering) = &mut this.sink {
                        gathering.push(Piece::Begin(line, size));
                        this.in_message = true;
                    }
                    continue;
                }
                Ok(Some(Cut::Piece { bytes, left })) => {
                    if let Err(fault) = this.put(bytes, left) {
                        return Poll::Ready(Err(this.fail(fault)));
                    }
                    continue;
                }
                Ok(None) => {}
            }
            let gathers = matches!(&this.sink, Sink::Messages(gathering) if !gathering.has_enough());
            if !gathers || !this.told.is_empty() {
                ready!(this.poll_sink(cx));
            }
            if !this.told.is_empty() {
                let length = this.told.len().min(buf.remaining());
                buf.put_slice(this.told.get(..length).unwrap_or_default());
                this.told.advance(length);
                return Poll::Ready(Ok(()));
            }
            match this.poll_input(cx)? {
                Poll::Ready(0) => {
                    ready!(this.poll_sink(cx));
                    return Poll::Ready(Ok(())); // the end; async-imap answers None
                }
                Poll::Ready(_) => {}
                Poll::Pending => {
                    if let Sink::Messages(gathering) = &mut this.sink {
                        ready!(gathering.poll_patience(cx));
                        ready!(this.poll_sink(cx));
                    }
                    return Poll::Pending;
                }
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.out.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.held {
            return Poll::Ready(Ok(()));
        }
        while !this.out.is_empty() {
            let written = ready!(Pin::new(&mut this.socket).poll_write(cx, &this.out))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            this.out.advance(written);
        }
        Pin::new(&mut this.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Never the bytes: they are passwords and mail (`S-08`).
impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::paced::Pace;
    use super::*;

    #[test]
    fn empty_responses_take_room_too() {
        let (socket, _server) = tokio::io::duplex(1);
        let mut wire = Wire::new(Socket::new(socket, Pace::default()));
        let most = WAITING / BESIDE;
        let taken = (0..most).take_while(|_| wire.sort_in(Bytes::from_static(b"* "), false).is_ok()).count();
        assert!(taken > most / 2 && taken < most, "{taken}"); // D-04
        while wire.take().is_some() {}
        assert_eq!(wire.waiting_bytes, 0);
    }
}
