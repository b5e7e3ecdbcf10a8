//! The socket under lettre.
//!
//! It cuts what the server says into replies, keeps them for [`Talk`](super::talk::Talk), and shows lettre a short one of ours
//! for each. So limits hold before memory is taken, a reply in Latin-1 or with an odd code is a reply, and what was said in
//! clear behind the answer to STARTTLS is noticed: lettre (0.11, 2026) would take it for an answer under TLS.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Error;
use super::reply::{Cutter, Reply};

/// Octets that are read at once: replies are short.
const AT_ONCE: usize = 4096;

/// One end in lettre's hands, the other in ours.
#[derive(Clone)]
pub(super) struct Line {
    state: Arc<Mutex<State>>,
    peer: SocketAddr,
}

struct State {
    socket: Socket,
    cutter: Cutter,
    /// What the server said, and nobody has taken yet.
    replies: VecDeque<Reply>,
    /// What lettre is to read of it.
    shown: VecDeque<u8>,
    /// Why nothing more comes.
    fault: Option<Error>,
}

enum Socket {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// In the hands of a handshake, or lost in it.
    Gone,
}

impl Line {
    /// A line over this socket.
    pub(super) fn new(socket: TcpStream) -> io::Result<Self> {
        let peer = socket.peer_addr()?;
        let state = State {
            socket: Socket::Plain(socket),
            cutter: Cutter::default(),
            replies: VecDeque::new(),
            shown: VecDeque::new(),
            fault: None,
        };
        Ok(Self { state: Arc::new(Mutex::new(state)), peer })
    }

    /// The next thing the server said, if it is here.
    pub(super) fn take_reply(&self) -> Option<Reply> {
        self.state().replies.pop_front()
    }

    /// Why there is no reply.
    pub(super) fn fault(&self) -> Error {
        self.state().fault.clone().unwrap_or(Error::Closed)
    }

    /// Begins TLS. Whatever came in clear and was not asked for ends it: it is not the server who speaks.
    pub(super) async fn secure(&self, tls: &TlsConnector, name: ServerName<'static>) -> Result<(), Error> {
        let socket = {
            let mut state = self.state();
            if !state.cutter.is_empty() || !state.replies.is_empty() {
                return Err(Error::Insecure("somebody spoke in clear after STARTTLS".to_owned()));
            }
            std::mem::replace(&mut state.socket, Socket::Gone)
        };
        let Socket::Plain(socket) = socket else { return Err(Error::Insecure("no socket for TLS".to_owned())) };
        let stream = tls.connect(name, socket).await.map_err(|error| Error::Insecure(error.to_string()))?;
        self.state().socket = Socket::Tls(Box::new(stream));
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // a panic elsewhere leaves nothing half done: each poll takes and puts back whole values
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Waits until lettre has something to read: `false` when nothing comes any more.
    fn poll_shown(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        loop {
            if !self.shown.is_empty() {
                return Poll::Ready(true);
            }
            if self.fault.is_some() {
                return Poll::Ready(false);
            }
            match self.cutter.cut() {
                Err(what) => self.fault = Some(Error::Garbled(what)),
                Ok(Some(reply)) => {
                    self.shown.extend(in_short(&reply).as_bytes());
                    self.replies.push_back(reply);
                }
                Ok(None) => {
                    let mut octets = [0; AT_ONCE];
                    let mut buffer = ReadBuf::new(&mut octets);
                    match ready!(self.socket.poll_read(cx, &mut buffer)) {
                        Ok(()) if !buffer.filled().is_empty() => self.cutter.push(buffer.filled()),
                        Ok(()) | Err(_) => self.fault = Some(Error::Closed),
                    }
                }
            }
        }
    }
}

/// What lettre needs to know of a reply.
fn in_short(reply: &Reply) -> &'static str {
    match reply.code {
        ..300 => "250 ok\r\n",
        300..400 => "354 ok\r\n",
        400..500 => "450 no\r\n",
        500.. => "550 no\r\n",
    }
}

impl Socket {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buffer),
            Self::Tls(socket) => Pin::new(socket).poll_read(cx, buffer),
            Self::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if ready!(state.poll_shown(cx)) {
            let count = state.shown.len().min(buffer.remaining());
            let octets: Vec<u8> = state.shown.drain(..count).collect();
            buffer.put_slice(&octets);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.state().socket {
            Socket::Plain(socket) => Pin::new(socket).poll_write(cx, octets),
            Socket::Tls(socket) => Pin::new(socket).poll_write(cx, octets),
            Socket::Gone => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().socket {
            Socket::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Socket::Tls(socket) => Pin::new(socket).poll_flush(cx),
            Socket::Gone => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state().socket {
            Socket::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Socket::Tls(socket) => Pin::new(socket).poll_shutdown(cx),
            Socket::Gone => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

/// Nothing of what passes.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("peer", &self.peer).finish_non_exhaustive()
    }
}
