//! A submission server that does what a test tells it to: honest by default, and at any moment of a conversation as odd as is
//! wanted. It remembers what it heard, and what it answers for from then on.
//!
//! ```ignore
//! let server = Submission::plain().await;                      // or starttls(), implicit(): with the run's certificate
//! let app = spawn_app_with(&server.section()).await;
//! server.at(At::Dot, Does::DoneThenCut);                       // the next message is taken, and no answer comes
//! server.always(At::Mail, Does::Say("451 4.3.0 Later"));
//! server.refuse("bo@example.org", "550 5.1.1 Nobody");
//! let hold = server.hold(At::Data);                            // waits there: kill the program, then let it go on
//! hold.reached().await; hold.release(Does::Usual);
//! server.delivered()                                           // in order: sender, recipients, exact octets
//! ```

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;

use super::mail_server::mail_server;

/// A moment of a conversation: the client has said this, and nothing was done about it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It has connected.
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// Some of the message came.
    Octets,
    /// All of the message came.
    Dot,
    Quit,
}

/// What the server does then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// What servers do.
    Usual,
    /// Says this instead, its lines apart by `\n`; nothing is done.
    Say(&'static str),
    /// It is done, and this is said.
    DoneSaying(&'static str),
    /// Says this, nothing is done, and the connection ends.
    SayThenCut(&'static str),
    /// Nothing is done, and the connection ends.
    Cut,
    /// It is done, and the connection ends without an answer.
    DoneThenCut,
    /// Nothing, ever: not even reading.
    Silence,
    /// It is done, and no answer comes.
    DoneThenSilence,
    /// It is done, and half of the answer comes.
    DoneThenHalf,
    /// What servers do, an octet at a time.
    Drip,
}

/// A message that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// As it was before it was stuffed with dots.
    pub(crate) octets: Vec<u8>,
    /// Who signed in.
    pub(crate) user: String,
    /// `MAIL` and each `RCPT` with their parameters.
    pub(crate) commands: Vec<String>,
}

/// A running server; it ends with the test.
pub(crate) struct Submission {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

/// A moment that a conversation waits at.
pub(crate) struct Hold {
    reached: watch::Receiver<bool>,
    release: oneshot::Sender<Does>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tls {
    None,
    Starttls,
    Implicit,
}

struct Shared {
    tls: Tls,
    certificate: Option<PathBuf>,
    state: Mutex<State>,
    connections: AtomicUsize,
    /// Grows when every connection is to end.
    killed: watch::Sender<u64>,
}

struct State {
    offers: Vec<String>,
    rules: Vec<Rule>,
    refused: Vec<(String, &'static str)>,
    heard: Vec<String>,
    signed_in: Vec<(String, String)>,
    asks_for_proof: bool,
    delivered: Vec<Delivered>,
}

struct Rule {
    at: At,
    /// How many such moments pass before.
    after: usize,
    always: bool,
    does: Turn,
}

enum Turn {
    Now(Does),
    Held(watch::Sender<bool>, oneshot::Receiver<Does>),
}

/// How long anything here may take that should take none.
const SOON: Duration = Duration::from_secs(20);

impl Submission {
    /// A server on loopback without TLS.
    pub(crate) async fn plain() -> Self {
        Self::start(Tls::None).await
    }

    /// One that offers STARTTLS.
    pub(crate) async fn starttls() -> Self {
        Self::start(Tls::Starttls).await
    }

    /// One under TLS from the first octet.
    pub(crate) async fn implicit() -> Self {
        Self::start(Tls::Implicit).await
    }

    async fn start(tls: Tls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let offers = ["PIPELINING", "SIZE 26214400", "8BITMIME", "SMTPUTF8", "DSN", "AUTH PLAIN LOGIN"];
        let state = State {
            offers: offers.map(str::to_owned).to_vec(),
            rules: Vec::new(),
            refused: Vec::new(),
            heard: Vec::new(),
            signed_in: Vec::new(),
            asks_for_proof: false,
            delivered: Vec::new(),
        };
        let certificate = (tls != Tls::None).then(|| mail_server().ca_file());
        let (state, killed) = (Mutex::new(state), watch::Sender::new(0));
        let shared = Arc::new(Shared { tls, certificate, state, connections: AtomicUsize::new(0), killed });
        shared.listen(listener);
        Self { port, shared }
    }

    /// The section of a configuration that names it.
    pub(crate) fn section(&self) -> String {
        let tls = match self.shared.tls {
            Tls::None => "none",
            Tls::Starttls => "starttls",
            Tls::Implicit => "implicit",
        };
        let trust = self.shared.certificate.as_ref().map(|path| format!("ca_file = \"{}\"\n", path.display()));
        let (port, trust) = (self.port, trust.unwrap_or_default());
        format!("[submission]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"{tls}\"\n{trust}")
    }

    /// At the next such moment, once.
    pub(crate) fn at(&self, at: At, does: Does) {
        self.at_nth(at, 0, does);
    }

    /// At such a moment, once, after as many of them have passed.
    pub(crate) fn at_nth(&self, at: At, after: usize, does: Does) {
        self.shared.state().rules.push(Rule { at, after, always: false, does: Turn::Now(does) });
    }

    /// At every such moment, until it is [`Self::heal`]ed.
    pub(crate) fn always(&self, at: At, does: Does) {
        self.shared.state().rules.push(Rule { at, after: 0, always: true, does: Turn::Now(does) });
    }

    /// Waits at the next such moment.
    pub(crate) fn hold(&self, at: At) -> Hold {
        self.hold_nth(at, 0)
    }

    /// Waits at such a moment, after as many of them have passed.
    pub(crate) fn hold_nth(&self, at: At, after: usize) -> Hold {
        let (reaching, reached) = watch::channel(false);
        let (release, released) = oneshot::channel();
        let does = Turn::Held(reaching, released);
        self.shared.state().rules.push(Rule { at, after, always: false, does });
        Hold { reached, release }
    }

    /// Refuses a recipient, in these words.
    pub(crate) fn refuse(&self, address: &str, words: &'static str) {
        self.shared.state().refused.push((address.to_owned(), words));
    }

    /// Is honest again.
    pub(crate) fn heal(&self) {
        let mut state = self.shared.state();
        state.rules.clear();
        state.refused.clear();
    }

    /// What it offers from now on; STARTTLS comes by itself where it is meant to.
    pub(crate) fn offer(&self, offers: &[&str]) {
        self.shared.state().offers = offers.iter().map(|offer| (*offer).to_owned()).collect();
    }

    /// Takes no proof with `AUTH PLAIN`: it asks for it (RFC 4954 4).
    pub(crate) fn ask_for_proof(&self) {
        self.shared.state().asks_for_proof = true;
    }

    /// Every line it heard, those of messages left out; `!` stands for a connection.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.shared.state().heard.clone()
    }

    /// The names and passwords it heard.
    pub(crate) fn signed_in(&self) -> Vec<(String, String)> {
        self.shared.state().signed_in.clone()
    }

    /// The messages it took, in order.
    pub(crate) fn delivered(&self) -> Vec<Delivered> {
        self.shared.state().delivered.clone()
    }

    /// Connections that are open now.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Ends every connection and stops listening, as a server that was killed.
    pub(crate) async fn kill(&self) {
        self.shared.killed.send_modify(|count| *count += 1);
        let gone = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() || self.connections() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, gone).await.expect("a server that ends");
    }

    /// Listens again where it was.
    pub(crate) async fn start_again(&self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("the port of before");
        self.shared.listen(listener);
    }
}

impl Drop for Submission {
    fn drop(&mut self) {
        self.shared.killed.send_modify(|count| *count += 1);
    }
}

impl Hold {
    /// Waits until a conversation waits there.
    pub(crate) async fn reached(&self) {
        let mut reached = self.reached.clone();
        let waiting = tokio::time::timeout(SOON, reached.wait_for(|reached| *reached));
        waiting.await.expect("the moment to come").expect("a conversation");
    }

    /// Lets it go on like this.
    pub(crate) fn release(self, does: Does) {
        let _ = self.release.send(does); // it may have ended
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, listener: TcpListener) {
        // here and not in the task: it may be killed before that begins
        let killed = self.killed.subscribe();
        tokio::spawn(accept(Arc::clone(self), listener, killed));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What is to be done now.
    async fn turn(&self, at: At) -> Does {
        let turn = {
            let mut state = self.state();
            let mut due = None;
            for (place, rule) in state.rules.iter_mut().enumerate().filter(|(_, rule)| rule.at == at) {
                match rule.after.checked_sub(1) {
                    Some(less) => rule.after = less,
                    None => due = due.or(Some(place)),
                }
            }
            match due.map(|place| (place, state.rules[place].always)) {
                None => return Does::Usual,
                Some((place, false)) => state.rules.remove(place).does,
                Some((place, true)) => match &state.rules[place].does {
                    Turn::Now(does) => return *does,
                    Turn::Held(..) => unreachable!("who waits, waits once"),
                },
            }
        };
        match turn {
            Turn::Now(does) => does,
            Turn::Held(reached, released) => {
                let _ = reached.send(true);
                released.await.unwrap_or(Does::Usual)
            }
        }
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener, mut killed: watch::Receiver<u64>) {
    loop {
        let socket = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = killed.changed() => return,
        };
        let Ok((socket, _)) = socket else { continue };
        let (shared, mut killed) = (Arc::clone(&shared), killed.clone());
        tokio::spawn(async move {
            shared.connections.fetch_add(1, Ordering::SeqCst);
            shared.state().heard.push("!".to_owned());
            tokio::select! {
                _ = converse(&shared, socket) => {}
                _ = killed.changed() => {}
            }
            shared.connections.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

trait Both: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

/// One conversation.
struct Conversation<'a> {
    shared: &'a Shared,
    stream: BufReader<Box<dyn Both>>,
    is_secure: bool,
    user: String,
    from: Option<String>,
    to: Vec<String>,
    commands: Vec<String>,
}

/// `None`: it has ended.
async fn converse(shared: &Shared, socket: TcpStream) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let is_secure = shared.tls == Tls::Implicit;
    let stream: Box<dyn Both> =
        if is_secure { Box::new(acceptor().accept(socket).await.ok()?) } else { Box::new(socket) };
    let (user, stream) = (String::new(), BufReader::new(stream));
    let mut talk = Conversation { shared, stream, is_secure, user, from: None, to: Vec::new(), commands: Vec::new() };
    talk.answer(At::Greeting, "220 mail.fernpost.example ESMTP").await?;
    loop {
        let line = talk.line().await?;
        shared.state().heard.push(line.clone());
        talk.hear(&line).await?;
    }
}

impl Conversation<'_> {
    async fn line(&mut self) -> Option<String> {
        let mut octets = Vec::new();
        let read = self.stream.read_until(b'\n', &mut octets).await.ok()?;
        (read > 0).then(|| String::from_utf8_lossy(&octets).trim_end_matches(['\r', '\n']).to_owned())
    }

    async fn hear(&mut self, line: &str) -> Option<()> {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let mut lines = vec!["mail.fernpost.example".to_owned()];
                lines.extend(self.shared.state().offers.clone());
                if self.shared.tls == Tls::Starttls && !self.is_secure {
                    lines.push("STARTTLS".to_owned());
                }
                let last = lines.len() - 1;
                let lines: Vec<String> = lines
                    .iter()
                    .enumerate()
                    .map(|(at, line)| format!("250{}{line}", if at == last { " " } else { "-" }))
                    .collect();
                self.answer(At::Ehlo, &lines.join("\n")).await.map(drop)
            }
            "STARTTLS" => {
                if self.answer(At::StartTls, "220 go ahead").await? {
                    let plain = std::mem::replace(&mut self.stream, BufReader::new(Box::new(tokio::io::empty())));
                    self.stream = BufReader::new(Box::new(acceptor().accept(plain.into_inner()).await.ok()?));
                    self.is_secure = true;
                }
                Some(())
            }
            "AUTH" => {
                let words: Vec<&str> = line.split(' ').collect();
                let (user, password) = match (words.get(1).copied(), words.get(2)) {
                    (Some("PLAIN"), Some(proof)) if !self.shared.state().asks_for_proof => plain(proof)?,
                    (Some("PLAIN"), _) => {
                        self.say("334 ").await?;
                        plain(&self.line().await?)?
                    }
                    _ => {
                        self.say("334 VXNlciBOYW1lAA==").await?; // "User Name\0", as Exchange asks
                        let user = decoded(&self.line().await?)?;
                        self.say("334 UGFzc3dvcmQA").await?;
                        (user, decoded(&self.line().await?)?)
                    }
                };
                self.user.clone_from(&user);
                self.shared.state().signed_in.push((user, password));
                self.answer(At::Auth, "235 2.7.0 Welcome").await.map(drop)
            }
            "MAIL" => {
                if self.answer(At::Mail, "250 2.1.0 Ok").await? {
                    self.from = Some(address(line));
                    (self.to, self.commands) = (Vec::new(), vec![line.to_owned()]);
                }
                Some(())
            }
            "RCPT" if self.from.is_none() => self.say("503 5.5.1 MAIL first").await,
            "RCPT" => {
                let refused =
                    self.shared.state().refused.iter().find(|(who, _)| *who == address(line)).map(|one| one.1);
                if let Some(words) = refused {
                    return self.say(words).await;
                }
                if self.answer(At::Rcpt, "250 2.1.5 Ok").await? {
                    self.to.push(address(line));
                    self.commands.push(line.to_owned());
                }
                Some(())
            }
            "DATA" if self.to.is_empty() => self.say("503 5.5.1 RCPT first").await,
            "DATA" => {
                if self.answer(At::Data, "354 End with a dot").await? {
                    self.message().await?;
                }
                Some(())
            }
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.say("250 2.0.0 Ok").await
            }
            "QUIT" => {
                self.answer(At::Quit, "221 2.0.0 Bye").await?;
                None
            }
            _ => self.say("502 5.5.2 What?").await,
        }
    }

    async fn message(&mut self) -> Option<()> {
        let mut octets = Vec::new();
        self.stream.fill_buf().await.ok()?;
        if !self.answer(At::Octets, "").await? {
            return Some(());
        }
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await.ok()? == 0 {
                return None; // half a message is no message
            }
            match line.as_slice() {
                b".\r\n" => break,
                [b'.', rest @ ..] => octets.extend_from_slice(rest),
                whole => octets.extend_from_slice(whole),
            }
        }
        // what is done, is done before the answer
        let from = self.from.take().unwrap_or_default();
        let (to, commands) = (std::mem::take(&mut self.to), std::mem::take(&mut self.commands));
        let taken = Delivered { from, to, octets, user: self.user.clone(), commands };
        let does = self.shared.turn(At::Dot).await;
        if !matches!(does, Does::Say(_) | Does::SayThenCut(_) | Does::Cut | Does::Silence) {
            self.shared.state().delivered.push(taken);
        }
        self.act(does, "250 2.0.0 Ok: queued as 4F00D").await.map(drop)
    }

    async fn answer(&mut self, at: At, usual: &str) -> Option<bool> {
        let does = self.shared.turn(at).await;
        self.act(does, usual).await
    }

    /// Whether it was done as usual; `None`: the conversation ends.
    async fn act(&mut self, does: Does, usual: &str) -> Option<bool> {
        match does {
            Does::Usual if usual.is_empty() => {}
            Does::Usual => self.say(usual).await?,
            Does::Say(words) => {
                self.say(words).await?;
                return Some(false);
            }
            Does::DoneSaying(words) => self.say(words).await?,
            Does::SayThenCut(words) => {
                self.say(words).await?;
                return self.hang_up().await;
            }
            Does::Cut | Does::DoneThenCut => return self.hang_up().await,
            Does::Silence => std::future::pending().await,
            Does::DoneThenSilence => return self.wait_for_the_end().await,
            Does::DoneThenHalf => {
                let half = usual.as_bytes().get(..usual.len() / 2).unwrap_or_default();
                self.stream.get_mut().write_all(half).await.ok()?;
                self.stream.get_mut().flush().await.ok()?;
                return self.wait_for_the_end().await;
            }
            Does::Drip => {
                for octet in format!("{}\r\n", usual.replace('\n', "\r\n")).bytes() {
                    self.stream.get_mut().write_all(&[octet]).await.ok()?;
                    self.stream.get_mut().flush().await.ok()?;
                    tokio::task::yield_now().await;
                }
            }
        }
        Some(true)
    }

    async fn say(&mut self, words: &str) -> Option<()> {
        let octets = format!("{}\r\n", words.replace('\n', "\r\n"));
        self.stream.get_mut().write_all(octets.as_bytes()).await.ok()?;
        self.stream.get_mut().flush().await.ok()
    }

    /// Says that nothing more comes, and waits until the other side has closed too: a reset would take what was said before.
    async fn hang_up(&mut self) -> Option<bool> {
        self.stream.get_mut().shutdown().await.ok()?;
        self.wait_for_the_end().await
    }

    async fn wait_for_the_end(&mut self) -> Option<bool> {
        tokio::io::copy_buf(&mut self.stream, &mut tokio::io::sink()).await.ok();
        None
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_owned()).unwrap()
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

fn plain(proof: &str) -> Option<(String, String)> {
    let text = decoded(proof)?;
    let mut fields = text.split('\0').skip(1).map(str::to_owned);
    Some((fields.next()?, fields.next()?))
}

/// TLS with the certificate of the run's mail server.
fn acceptor() -> TlsAcceptor {
    use rustls_pki_types::pem::PemObject;
    let folder = mail_server().ca_file().with_file_name("");
    let chain = rustls_pki_types::CertificateDer::pem_file_iter(folder.join("cert.pem")).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
