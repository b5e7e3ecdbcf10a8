//! A line to the mail server with somebody at the cutters: cuts, swallows, freezes, slows down, answers in the server's
//! place or breaks TLS, at a command that is named beforehand.
//!
//! It reads commands, so TLS ends here (or there is none); behind it is the plain port of a real Dovecot. What it
//! promises: everything up to the fault passes unchanged and in order, whole answers of earlier commands included; a
//! fault falls on the command it was meant for; what the application holds open here can be counted.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::fault_line::Line;
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
    /// Bound and never listening: while nothing listens nobody else gets the port.
    _place: TcpSocket,
    shared: Arc<Shared>,
    /// Who listens; over when nothing does any more.
    listens: Mutex<JoinHandle<()>>,
}

/// What its connections share.
pub(super) struct Shared {
    pub(super) server: u16,
    pub(super) tls: Option<TlsAcceptor>,
    state: Mutex<State>,
    /// Grows when connections have to look at the state again.
    pub(super) signal: watch::Sender<u64>,
    open: AtomicUsize,
}

/// What is meant to happen, and what did.
#[derive(Default)]
pub(super) struct State {
    pub(super) rule: Option<(Fault, Verb, Times)>,
    /// Commands of the rule's kind since it was made.
    matches: usize,
    hits: usize,
    heard: Vec<Verb>,
    pub(super) frozen: bool,
    pub(super) slow: bool,
    refuses: bool,
    /// Connections older than this are to end.
    pub(super) cut_up_to: u64,
    connections: u64,
}

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 128;

/// A socket at this port of loopback (0: any that is free), beside others of ours at the same.
fn socket_at(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, port).into()).unwrap();
    socket
}

/// How long anything here may take that should take none.
pub(super) const SOON: Duration = Duration::from_secs(10);

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
        let place = socket_at(0);
        let port = place.local_addr().unwrap().port();
        let listener = socket_at(port).listen(BACKLOG).unwrap();
        let shared = Arc::new(Shared {
            server,
            tls,
            state: Mutex::default(),
            signal: watch::Sender::new(0),
            open: AtomicUsize::new(0),
        });
        let listens = Mutex::new(tokio::spawn(accept(Arc::clone(&shared), listener)));
        Self { port, _place: place, shared, listens }
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
            state.refuses
        };
        self.shared.tell();
        if was_gone {
            // the task that listened must see that it is to end before it may be told otherwise
            let over = tokio::spawn(async {});
            let listened = std::mem::replace(&mut *self.listens.lock().unwrap(), over);
            listened.await.unwrap();
            self.shared.state().refuses = false;
            let listener = socket_at(self.port).listen(BACKLOG).unwrap();
            *self.listens.lock().unwrap() = tokio::spawn(accept(Arc::clone(&self.shared), listener));
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
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn tell(&self) {
        self.signal.send_modify(|count| *count += 1);
    }

    pub(super) fn refuse(&self) {
        {
            let mut state = self.state();
            state.refuses = true;
            state.cut_up_to = state.connections;
        }
        self.tell();
    }

    /// What is to happen at this command.
    pub(super) fn hear(&self, verb: &str) -> Option<Fault> {
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
