//! A POP3 server that says what it is told to, and remembers what it heard.
//!
//! ```ignore
//! let server = PopServer::honest(&["Subject: one\r\n\r\nText\r\n"]).await;             // in clear, for loopback
//! let server = PopServer::honest(&[…]).await.saying("STAT", Does::Say("+OK many\r\n"));
//! let server = PopServer::under_tls(&[…], &certificate).await;
//! server.heard()                                                                       // each line, one after the other
//! ```

use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;

/// What a server does about a command.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// Says this.
    Say(String),
    /// Says this, and the connection ends.
    SayThenCut(String),
    /// What servers do, and the connection ends without a word.
    DoThenCut,
    /// Nothing, ever.
    Silence,
    /// Says this again and again, without an end.
    Flood(String),
}

/// A running server; it ends with the test.
pub(crate) struct PopServer {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    /// What each message is called, and what it is.
    messages: Mutex<Vec<(String, String)>>,
    /// How many octets LIST says that messages have which begin so.
    told: Mutex<Vec<(String, usize)>>,
    /// What is done about commands that begin so; `""` is the greeting.
    rules: Mutex<Vec<(String, Does)>>,
    heard: Mutex<Vec<String>>,
    tls: Option<TlsAcceptor>,
    implicit: bool,
}

impl PopServer {
    /// One in clear, which has these messages.
    pub(crate) async fn honest(messages: &[&str]) -> Self {
        Self::start(messages, None, false).await
    }

    /// One under TLS from the first octet, with this certificate and key.
    pub(crate) async fn under_tls(messages: &[&str], certificate: &Path, key: &Path) -> Self {
        Self::start(messages, Some(acceptor(certificate, key)), true).await
    }

    /// One that offers STLS.
    pub(crate) async fn starttls(messages: &[&str], certificate: &Path, key: &Path) -> Self {
        Self::start(messages, Some(acceptor(certificate, key)), false).await
    }

    /// The same, doing this about commands that begin so.
    pub(crate) fn doing(self, command: &str, does: Does) -> Self {
        self.shared.rules.lock().unwrap().push((command.to_owned(), does));
        self
    }

    /// The same, saying this instead.
    pub(crate) fn saying(self, command: &str, said: &str) -> Self {
        self.doing(command, Does::Say(said.to_owned()))
    }

    /// The same, where LIST says that a message which begins so has so many octets.
    pub(crate) fn telling(self, begins: &str, octets: usize) -> Self {
        self.shared.told.lock().unwrap().push((begins.to_owned(), octets));
        self
    }

    /// The messages that were not deleted.
    pub(crate) fn left(&self) -> Vec<String> {
        self.shared.messages.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }

    /// From now on it does what servers do about commands that begin so.
    pub(crate) fn forgive_one(&self, command: &str) {
        self.shared.rules.lock().unwrap().retain(|(begins, _)| begins != command);
    }

    /// From now on it does what servers do.
    pub(crate) fn forgive(&self) {
        self.shared.rules.lock().unwrap().clear();
    }

    /// Each line it heard.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().unwrap().clone()
    }

    async fn start(messages: &[&str], tls: Option<TlsAcceptor>, implicit: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let named = messages.iter().enumerate().map(|(at, text)| (format!("unique-{at}"), (*text).to_owned()));
        let messages = Mutex::new(named.collect());
        let (told, rules, heard) = (Mutex::default(), Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { messages, told, rules, heard, tls, implicit });
        let ours = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let ours = Arc::clone(&ours);
                tokio::spawn(async move {
                    if !ours.implicit {
                        if let Some(socket) = ours.converse(socket, true).await {
                            let Some(acceptor) = ours.tls.clone() else { return };
                            let Ok(socket) = acceptor.accept(socket).await else { return };
                            ours.converse(socket, false).await;
                        }
                    } else if let Some(acceptor) = ours.tls.clone()
                        && let Ok(socket) = acceptor.accept(socket).await
                    {
                        ours.converse(socket, true).await;
                    }
                });
            }
        });
        Self { port, shared }
    }
}

fn acceptor(certificate: &Path, key: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

impl Shared {
    /// Until the client goes, or wants TLS.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&self, socket: S, greets: bool) -> Option<S> {
        let mut socket = BufReader::new(socket);
        let mut maildrop = Maildrop { messages: self.messages.lock().unwrap().clone(), marked: Vec::new() };
        if greets {
            self.answer("", &mut maildrop, &mut socket).await?;
        }
        let mut line = Vec::new();
        while let Ok(1..) = {
            line.clear();
            socket.read_until(b'\n', &mut line).await
        } {
            let said = String::from_utf8_lossy(&line).trim_end().to_owned();
            self.heard.lock().unwrap().push(said.clone());
            self.answer(&said, &mut maildrop, &mut socket).await?;
            if said == "STLS" {
                return Some(socket.into_inner());
            }
            if said == "QUIT" {
                return None;
            }
        }
        None
    }

    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        line: &str,
        maildrop: &mut Maildrop,
        socket: &mut BufReader<S>,
    ) -> Option<()> {
        let fits = |(begins, _): &&(String, Does)| match line.strip_prefix(begins.as_str()) {
            // "" is the greeting alone, and a number is a whole one
            Some(rest) => rest.is_empty() || !begins.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()),
            None => false,
        };
        let rule = self.rules.lock().unwrap().iter().rev().find(fits).map(|(_, does)| does.clone());
        match rule.unwrap_or_else(|| Does::Say(self.usual(line, maildrop))) {
            Does::Say(text) => {
                socket.write_all(text.as_bytes()).await.ok()?;
                socket.flush().await.ok()
            }
            Does::SayThenCut(text) => {
                socket.write_all(text.as_bytes()).await.ok()?;
                socket.flush().await.ok()?;
                socket.shutdown().await.ok()?;
                None
            }
            Does::DoThenCut => {
                self.usual(line, maildrop);
                socket.shutdown().await.ok()?;
                None
            }
            Does::Silence => std::future::pending().await,
            Does::Flood(text) => loop {
                socket.write_all(text.as_bytes()).await.ok()?;
            },
        }
    }

    fn usual(&self, line: &str, maildrop: &mut Maildrop) -> String {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let number = argument.split(' ').next().and_then(|word| word.parse::<usize>().ok());
        let at = number.and_then(|number| number.checked_sub(1)).filter(|at| !maildrop.marked.contains(at));
        let message = at.and_then(|at| Some(maildrop.messages.get(at)?.1.clone()));
        let numbered = |value: &dyn Fn(&(String, String)) -> String| {
            let there = maildrop.messages.iter().enumerate().filter(|(at, _)| !maildrop.marked.contains(at));
            let lines = there.map(|(at, message)| format!("{} {}\r\n", at + 1, value(message)));
            format!("+OK\r\n{}.\r\n", lines.collect::<String>())
        };
        let size = |text: &String| {
            let told = self.told.lock().unwrap();
            told.iter().find(|(begins, _)| text.starts_with(begins)).map_or(text.len(), |(_, octets)| *octets)
        };
        match (verb, message) {
            ("", _) => "+OK Scripted ready.\r\n".to_owned(),
            ("CAPA", _) => {
                let starttls = if self.tls.is_some() && !self.implicit { "STLS\r\n" } else { "" };
                format!("+OK\r\nUSER\r\nSASL PLAIN\r\nUIDL\r\nTOP\r\n{starttls}.\r\n")
            }
            ("STAT", _) => {
                let octets: usize = maildrop.messages.iter().map(|(_, text)| text.len()).sum();
                format!("+OK {} {octets}\r\n", maildrop.messages.len())
            }
            ("LIST", None) => numbered(&|(_, text)| size(text).to_string()),
            ("UIDL", None) => numbered(&|(name, _)| name.clone()),
            ("TOP", Some(text)) => {
                let head = text.split_once("\r\n\r\n").map_or(text.as_str(), |(head, _)| head);
                format!("+OK\r\n{head}\r\n\r\n.\r\n")
            }
            ("RETR", Some(text)) => format!("+OK\r\n{}.\r\n", text.replace("\r\n.", "\r\n..")),
            ("DELE", Some(_)) => {
                maildrop.marked.extend(at);
                "+OK\r\n".to_owned()
            }
            ("QUIT", _) => {
                let is_marked = |at: usize| maildrop.marked.contains(&at);
                let gone: Vec<&(String, String)> =
                    maildrop.messages.iter().enumerate().filter(|(at, _)| is_marked(*at)).map(|(_, one)| one).collect();
                self.messages.lock().unwrap().retain(|one| !gone.contains(&one));
                "+OK\r\n".to_owned()
            }
            ("USER" | "PASS" | "AUTH" | "STLS", _) => "+OK\r\n".to_owned(),
            _ => "-ERR no such thing\r\n".to_owned(),
        }
    }
}

/// What one conversation sees of the messages, and which of them its end deletes.
struct Maildrop {
    messages: Vec<(String, String)>,
    marked: Vec<usize>,
}
