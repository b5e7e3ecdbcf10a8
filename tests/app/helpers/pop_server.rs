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
    messages: Vec<String>,
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
        let messages = messages.iter().map(|text| (*text).to_owned()).collect();
        let shared = Arc::new(Shared { messages, rules: Mutex::default(), heard: Mutex::default(), tls, implicit });
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
        if greets {
            self.answer("", &mut socket).await?;
        }
        let mut line = Vec::new();
        while let Ok(1..) = {
            line.clear();
            socket.read_until(b'\n', &mut line).await
        } {
            let said = String::from_utf8_lossy(&line).trim_end().to_owned();
            self.heard.lock().unwrap().push(said.clone());
            self.answer(&said, &mut socket).await?;
            if said == "STLS" {
                return Some(socket.into_inner());
            }
            if said == "QUIT" {
                return None;
            }
        }
        None
    }

    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(&self, line: &str, socket: &mut BufReader<S>) -> Option<()> {
        let fits = |rule: &&(String, Does)| if rule.0.is_empty() { line.is_empty() } else { line.starts_with(&rule.0) };
        let rule = self.rules.lock().unwrap().iter().rev().find(fits).map(|(_, does)| does.clone());
        match rule.unwrap_or_else(|| Does::Say(self.usual(line))) {
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
            Does::Silence => std::future::pending().await,
            Does::Flood(text) => loop {
                socket.write_all(text.as_bytes()).await.ok()?;
            },
        }
    }

    fn usual(&self, line: &str) -> String {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let number = argument.split(' ').next().and_then(|word| word.parse::<usize>().ok());
        let message = number.and_then(|number| self.messages.get(number.checked_sub(1)?));
        let numbered = |value: &dyn Fn(usize, &String) -> String| {
            let lines =
                self.messages.iter().enumerate().map(|(at, text)| format!("{} {}\r\n", at + 1, value(at, text)));
            format!("+OK\r\n{}.\r\n", lines.collect::<String>())
        };
        match (verb, message) {
            ("", _) => "+OK Scripted ready.\r\n".to_owned(),
            ("CAPA", _) => {
                let starttls = if self.tls.is_some() && !self.implicit { "STLS\r\n" } else { "" };
                format!("+OK\r\nUSER\r\nSASL PLAIN\r\nUIDL\r\nTOP\r\n{starttls}.\r\n")
            }
            ("STAT", _) => format!("+OK {} {}\r\n", self.messages.len(), self.messages.concat().len()),
            ("LIST", None) => numbered(&|_, text| text.len().to_string()),
            ("UIDL", None) => numbered(&|at, _| format!("unique-{at}")),
            ("TOP", Some(text)) => {
                let head = text.split_once("\r\n\r\n").map_or(text.as_str(), |(head, _)| head);
                format!("+OK\r\n{head}\r\n\r\n.\r\n")
            }
            ("RETR", Some(text)) => format!("+OK\r\n{}.\r\n", text.replace("\r\n.", "\r\n..")),
            ("USER" | "PASS" | "AUTH" | "QUIT" | "STLS", _) | ("DELE", Some(_)) => "+OK\r\n".to_owned(),
            _ => "-ERR no such thing\r\n".to_owned(),
        }
    }
}
