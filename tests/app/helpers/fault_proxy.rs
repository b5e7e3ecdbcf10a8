//! A line to the mail server with somebody at the cutters: cuts, swallows, freezes, slows down, answers in the server's
//! place or breaks TLS, at a command that is named beforehand.
//!
//! It reads commands, so TLS ends here (or there is none); behind it is the plain port of a real Dovecot. What it
//! promises: everything up to the fault passes unchanged and in order, whole answers of earlier commands included; a
//! fault falls on the command it was meant for; what the application holds open here can be counted.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::mail_server::MailServer;

/// What happens at a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection ends; the server never got the command.
    CutBefore,
    /// The server did it; half of its answer arrives, then the connection ends.
    CutInside,
    /// The server did it; nothing of its answer arrives.
    CutAfter,
    /// As [`Self::CutBefore`], and nothing listens any more.
    GoneBefore,
    /// As [`Self::CutAfter`], and nothing listens any more.
    GoneAfter,
    /// The command is lost, and the connection silent from then on.
    Swallow,
    /// No byte passes any more, on any connection.
    Freeze,
    /// The command passes; from then on every connection gives a byte a second.
    Slow,
    /// An answer in the server's place, `TAG` standing for the tag; the connection ends behind a BYE.
    Say(&'static str),
    /// What arrives is no record of TLS.
    BreakTls,
}

/// How often a fault happens until it is healed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// At the n-th command of the kind, counted from 0, and never again.
    Once(usize),
    /// At each one from the n-th on, also on other connections.
    From(usize),
}

/// A command as it was heard: `UID MOVE`.
pub(crate) type Verb = String;

/// The line of one application to one server.
pub(crate) struct FaultProxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: u16,
    tls: Option<TlsAcceptor>,
    state: Mutex<State>,
    /// Grows when connections have to look at the state again.
    signal: watch::Sender<u64>,
    open: AtomicUsize,
}

#[derive(Default)]
struct State {
    rule: Option<(Fault, Verb, Times)>,
    /// Commands of the rule's kind since it was made.
    matches: usize,
    hits: usize,
    heard: Vec<Verb>,
    frozen: bool,
    slow: bool,
    refuses: bool,
    /// Connections older than this are to end.
    cut_up_to: u64,
    connections: u64,
}

/// How long anything here may take that should take none.
const SOON: Duration = Duration::from_secs(10);

impl FaultProxy {
    /// A line to the plain port of this server, itself without TLS.
    pub(crate) async fn plain(server: &MailServer) -> Self {
        Self::start(server.port("IMAP_PORT"), None).await
    }

    /// The same, under TLS with the server's own certificate.
    pub(crate) async fn tls(server: &MailServer) -> Self {
        use rustls_pki_types::pem::PemObject;
        let folder = server.ca_file();
        let folder = folder.parent().unwrap_or(Path::new("/"));
        let chain = rustls_pki_types::CertificateDer::pem_file_iter(folder.join("cert.pem")).unwrap();
        let key = rustls_pki_types::PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain.map(Result::unwrap).collect(), key)
            .unwrap();
        Self::start(server.port("IMAP_PORT"), Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(server: u16, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            tls,
            state: Mutex::default(),
            signal: watch::Sender::new(0),
            open: AtomicUsize::new(0),
        });
        tokio::spawn(accept(Arc::clone(&shared), listener));
        Self { port, shared }
    }

    /// Makes ready for a fault at commands of this kind.
    pub(crate) fn arm(&self, fault: Fault, verb: &str, times: Times) {
        let mut state = self.shared.state();
        (state.rule, state.matches, state.hits) = (Some((fault, verb.to_owned(), times)), 0, 0);
    }

    /// How often the fault happened.
    pub(crate) fn hits(&self) -> usize {
        self.shared.state().hits
    }

    /// Everything is well again. Connections that a fault silenced stay dead, and end.
    pub(crate) async fn heal(&self) {
        let was_gone = {
            let mut state = self.shared.state();
            state.rule = None;
            (state.frozen, state.slow) = (false, false);
            std::mem::take(&mut state.refuses)
        };
        self.shared.tell();
        if was_gone {
            // the old listener is closed by then: `Gone` waits for nobody
            let mut listener = TcpListener::bind(("127.0.0.1", self.port)).await;
            for _ in 0..100 {
                if listener.is_ok() {
                    break;
                }
                tokio::task::yield_now().await;
                listener = TcpListener::bind(("127.0.0.1", self.port)).await;
            }
            tokio::spawn(accept(Arc::clone(&self.shared), listener.expect("the port of before")));
        }
    }

    /// Stops listening and ends every connection, as a server that goes down.
    pub(crate) fn refuse(&self) {
        self.shared.refuse();
    }

    /// No byte passes any more, until it is healed.
    pub(crate) fn freeze(&self) {
        self.shared.state().frozen = true;
        self.shared.tell();
    }

    /// Ends every connection, and returns when the application has noticed.
    pub(crate) async fn hang_up(&self) {
        {
            let mut state = self.shared.state();
            state.cut_up_to = state.connections;
        }
        self.shared.tell();
        self.wait_for_open(0).await;
    }

    /// Waits until at most this many connections are open.
    pub(crate) async fn wait_for_open(&self, most: usize) {
        let mut signal = self.shared.signal.subscribe();
        let waiting = async {
            while self.open() > most {
                signal.changed().await.unwrap();
            }
        };
        let ended = tokio::time::timeout(SOON, waiting).await;
        assert!(ended.is_ok(), "{} connections are open, not {most}", self.open());
    }

    /// Connections that the application holds.
    pub(crate) fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// What was heard since the last time.
    pub(crate) fn heard(&self) -> Vec<Verb> {
        std::mem::take(&mut self.shared.state().heard)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.refuse();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn tell(&self) {
        self.signal.send_modify(|count| *count += 1);
    }

    fn refuse(&self) {
        {
            let mut state = self.state();
            state.refuses = true;
            state.cut_up_to = state.connections;
        }
        self.tell();
    }

    /// What is to happen at this command.
    fn hear(&self, verb: &str) -> Option<Fault> {
        let mut state = self.state();
        state.heard.push(verb.to_owned());
        let (fault, wanted, times) = state.rule.clone()?;
        if verb != wanted {
            return None;
        }
        let at = state.matches;
        state.matches += 1;
        let falls = match times {
            Times::Once(nth) => at == nth,
            Times::From(nth) => at >= nth,
        };
        state.hits += usize::from(falls);
        falls.then_some(fault)
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut signal = shared.signal.subscribe();
    loop {
        let socket = tokio::select! {
            accepted = listener.accept() => accepted,
            changed = signal.changed() => match changed {
                Ok(()) if !shared.state().refuses => continue,
                _ => return,
            },
        };
        let Ok((socket, _)) = socket else { continue };
        let number = {
            let mut state = shared.state();
            if state.refuses {
                return;
            }
            state.connections += 1;
            state.connections
        };
        shared.open.fetch_add(1, Ordering::SeqCst);
        let guard = Open(Arc::clone(&shared));
        tokio::spawn(async move {
            let shared = Arc::clone(&guard.0);
            let _ = Line::serve(shared, socket, number).await; // whatever ends it: it has ended
            drop(guard);
        });
    }
}

/// Counts a connection until it ends.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
        self.0.tell();
    }
}

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
    async fn close(&mut self) {
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
struct Line {
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
    async fn serve(shared: Arc<Shared>, socket: TcpStream, number: u64) -> std::io::Result<()> {
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
                return Ok(line.client.close().await);
            }
            if cut {
                return Ok(line.client.close().await);
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
                        return Ok(line.client.close().await);
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
                return Ok(line.client.close().await);
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
            if let Some(at) = answers {
                self.waiting.remove(at);
            }
            match &self.then {
                Then::Keep { tag, .. } if first.as_ref() == Some(tag) || !self.kept.is_empty() => {
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
