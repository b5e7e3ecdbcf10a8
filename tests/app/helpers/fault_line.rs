//! One connection through a [`FaultProxy`](super::FaultProxy): commands one way, whole answers the other, and the fault
//! between them.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::fault_proxy::{Fault, SOON, Shared};

/// The application's end.
enum End {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl End {
    async fn read(&mut self, into: &mut BytesMut) -> std::io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read_buf(into).await,
            Self::Tls(socket) => socket.read_buf(into).await,
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes).await,
            Self::Tls(socket) => {
                socket.write_all(bytes).await?;
                socket.flush().await
            }
        }
    }

    async fn write_below_tls(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes).await,
            Self::Tls(socket) => socket.get_mut().0.write_all(bytes).await,
        }
    }

    /// Says that nothing more comes, and waits until the other side has closed too.
    async fn close(&mut self) -> std::io::Result<()> {
        let closing = async {
            match self {
                Self::Plain(socket) => socket.shutdown().await.ok(),
                Self::Tls(socket) => socket.get_mut().0.shutdown().await.ok(),
            };
            let mut rest = BytesMut::new();
            while matches!(self.read(&mut rest).await, Ok(1..)) {
                rest.clear();
            }
        };
        tokio::time::timeout(SOON, closing).await.ok();
        Ok(())
    }
}

/// What becomes of the connection when the commands before have their answers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Then {
    Pass,
    /// Says this (perhaps nothing) and ends.
    Cut(Vec<u8>),
    /// Says this and goes on.
    Say(Vec<u8>),
    /// Keeps what the server answers to the command with this tag, lets this part of it through, and ends.
    Keep {
        tag: String,
        half: bool,
        gone: bool,
    },
    /// Nothing listens any more.
    Gone,
    Silent,
    Garble,
}

/// One connection.
pub(super) struct Line {
    shared: Arc<Shared>,
    client: End,
    server: TcpStream,
    from_client: BytesMut,
    from_server: BytesMut,
    to_client: BytesMut,
    kept: Vec<u8>,
    /// Octets of a literal that the application still sends.
    literal: usize,
    /// Tags that have no answer yet.
    waiting: Vec<String>,
    then: Then,
    silent: bool,
}

impl Line {
    /// Serves it to its end.
    pub(super) async fn serve(shared: Arc<Shared>, socket: TcpStream, number: u64) -> std::io::Result<()> {
        socket.set_nodelay(true)?;
        let mut signal = shared.signal.subscribe();
        let client = match &shared.tls {
            None => End::Plain(socket),
            Some(_) if shared.state().frozen => End::Plain(socket), // not even a handshake
            Some(tls) => End::Tls(Box::new(tls.accept(socket).await?)),
        };
        let server = TcpStream::connect(("127.0.0.1", shared.server)).await?;
        server.set_nodelay(true)?;
        let mut line = Self {
            client,
            server,
            from_client: BytesMut::new(),
            from_server: BytesMut::new(),
            to_client: BytesMut::new(),
            kept: Vec::new(),
            literal: 0,
            waiting: Vec::new(),
            then: Then::Pass,
            silent: false,
            shared,
        };
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            let (frozen, slow, cut) = {
                let state = line.shared.state();
                (state.frozen, state.slow, state.cut_up_to >= number)
            };
            if frozen {
                line.silent = true; // for good: a thawed server has forgotten this connection
            } else if line.silent && line.shared.state().rule.is_none() {
                return line.client.close().await;
            }
            if cut {
                return line.client.close().await;
            }
            if !slow && !line.silent && !line.to_client.is_empty() {
                let out = line.to_client.split();
                line.client.write(&out).await?;
            }
            let mut scrap = BytesMut::new();
            tokio::select! {
                read = line.client.read(if line.silent { &mut scrap } else { &mut line.from_client }) => {
                    if read? == 0 {
                        return Ok(());
                    }
                    if !line.silent {
                        line.pass_commands().await?;
                    }
                }
                read = line.server.read_buf(&mut line.from_server), if !line.silent => {
                    if read? == 0 {
                        let out = line.to_client.split();
                        line.client.write(&out).await?;
                        return line.client.close().await;
                    }
                    line.pass_answers();
                }
                _ = second.tick(), if slow && !line.silent && !line.to_client.is_empty() => {
                    let byte = line.to_client.split_to(1);
                    line.client.write(&byte).await?;
                }
                changed = signal.changed() => if changed.is_err() { return Ok(()) },
            }
            if line.settle(slow).await? {
                return line.client.close().await;
            }
        }
    }

    /// Sends on what is whole of what the application said, up to a fault.
    async fn pass_commands(&mut self) -> std::io::Result<()> {
        while !self.from_client.is_empty() && !self.silent && matches!(self.then, Then::Pass | Then::Keep { .. }) {
            if self.literal > 0 {
                let part = self.from_client.split_to(self.literal.min(self.from_client.len()));
                self.literal -= part.len();
                self.server.write_all(&part).await?;
                if self.literal == 0 {
                    self.pass_line(false).await?;
                }
                continue;
            }
            if !self.pass_line(true).await? {
                break;
            }
        }
        Ok(())
    }

    /// `false` if no whole line is there, or a fault keeps it.
    async fn pass_line(&mut self, begins: bool) -> std::io::Result<bool> {
        let Some(end) = self.from_client.iter().position(|byte| *byte == b'\n') else { return Ok(false) };
        let text = String::from_utf8_lossy(&self.from_client[..end]).trim_end().to_owned();
        let mut words = text.split(' ');
        let (tag, verb) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default());
        let verb = match (verb.to_ascii_uppercase().as_str(), words.next()) {
            ("UID", Some(second)) => format!("UID {}", second.to_ascii_uppercase()),
            (verb, _) => verb.to_owned(),
        };
        if begins && !verb.is_empty() && self.then == Then::Pass {
            if let Some(fault) = self.shared.hear(&verb) {
                if self.begin(fault, &tag) {
                    let line = self.from_client.split_to(end + 1);
                    self.server.write_all(&line).await?;
                    self.waiting.push(tag);
                } else {
                    self.from_client.advance(end + 1);
                }
                return Ok(true);
            }
            self.waiting.push(tag);
        }
        let line = self.from_client.split_to(end + 1);
        let literal = text.strip_suffix('}').and_then(|text| text.rsplit_once('{'));
        self.literal = literal.and_then(|(_, size)| size.trim_end_matches('+').parse().ok()).unwrap_or(0);
        self.server.write_all(&line).await?;
        Ok(true)
    }

    /// Whether the server gets the command all the same.
    fn begin(&mut self, fault: Fault, tag: &str) -> bool {
        let keep = |half, gone| Then::Keep { tag: tag.to_owned(), half, gone };
        self.then = match fault {
            Fault::CutBefore => Then::Cut(Vec::new()),
            Fault::GoneBefore => Then::Gone,
            Fault::CutInside => keep(true, false),
            Fault::CutAfter => keep(false, false),
            Fault::GoneAfter => keep(false, true),
            Fault::Swallow => Then::Silent,
            Fault::Say(words) if words.starts_with('*') => Then::Cut(words.into()),
            Fault::Say(words) => Then::Say(words.replace("TAG", tag).into()),
            Fault::BreakTls => Then::Garble,
            Fault::Freeze => {
                self.shared.state().frozen = true;
                self.shared.tell();
                Then::Silent
            }
            Fault::Slow => {
                self.shared.state().slow = true;
                self.shared.tell();
                Then::Pass
            }
        };
        matches!(self.then, Then::Keep { .. } | Then::Pass)
    }

    /// Hands on whole answers, and keeps those that a fault is about.
    fn pass_answers(&mut self) {
        while let Some(length) = whole(&self.from_server) {
            let answer = self.from_server.split_to(length);
            let tag = answer[..].split(|byte| *byte == b' ').next().unwrap_or_default();
            let answers = self.waiting.iter().position(|waiting| waiting.as_bytes() == tag);
            let first = self.waiting.first().cloned();
            let answered = answers.map(|at| self.waiting.remove(at));
            match &self.then {
                // Dovecot (2.3, 2022) answers a NOOP behind the commands that were sent after it: the answer that is kept
                // need not be the first one awaited
                Then::Keep { tag, .. }
                    if first.as_ref() == Some(tag) || answered.as_ref() == Some(tag) || !self.kept.is_empty() =>
                {
                    self.kept.extend_from_slice(&answer);
                }
                _ => self.to_client.extend_from_slice(&answer),
            }
        }
    }

    /// Does what was to be done as soon as the commands before are answered. Whether the connection is to end.
    async fn settle(&mut self, slow: bool) -> std::io::Result<bool> {
        let answered = match &self.then {
            Then::Pass => return Ok(false),
            Then::Keep { tag, .. } => !self.waiting.contains(tag),
            _ => self.waiting.is_empty(),
        };
        if !answered {
            return Ok(false);
        }
        if !slow {
            let out = self.to_client.split();
            self.client.write(&out).await?;
        }
        match std::mem::replace(&mut self.then, Then::Pass) {
            Then::Pass => {}
            Then::Cut(words) => {
                self.client.write(&words).await?;
                return Ok(true);
            }
            Then::Say(words) => {
                self.client.write(&words).await?;
                self.pass_commands().await?;
            }
            Then::Keep { half, gone, .. } => {
                let kept = std::mem::take(&mut self.kept);
                let through = if half { kept.len() / 2 } else { 0 };
                if gone {
                    self.shared.refuse();
                }
                self.client.write(&kept[..through]).await?;
                return Ok(true);
            }
            Then::Gone => {
                self.shared.refuse();
                return Ok(true);
            }
            Then::Silent => self.silent = true,
            Then::Garble => {
                self.client.write_below_tls(b"This is no record of TLS and no IMAP either.\r\n").await?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The length of the first whole answer, literals included.
fn whole(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let end = at + bytes[at..].iter().position(|byte| *byte == b'\n')? + 1;
        let line = bytes[at..end].trim_ascii_end();
        let literal = line.strip_suffix(b"}").and_then(|line| {
            let open = line.iter().rposition(|byte| *byte == b'{')?;
            std::str::from_utf8(&line[open + 1..]).ok()?.parse::<usize>().ok()
        });
        match literal {
            None => return Some(end),
            Some(size) if end + size <= bytes.len() => at = end + size,
            Some(_) => return None,
        }
    }
}
