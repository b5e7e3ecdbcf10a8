//! Raw IMAP over TLS: the least any client has to do for the same work.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// What a list page needs of each message.
pub const ROW: &str =
    "(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE)] PREVIEW)";

/// How to reach the server.
#[derive(Clone)]
pub struct Door {
    pub port: u16,
    tls: Arc<ClientConfig>,
}

impl Door {
    /// Trusts the CA in `ca_file`.
    pub fn new(port: u16, ca_file: &str) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(ca_file).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { port, tls: Arc::new(tls) }
    }

    /// Whom it trusts.
    pub fn tls(&self) -> Arc<ClientConfig> {
        self.tls.clone()
    }

    /// Connects and signs in.
    pub fn open(&self, user: &str, password: &str) -> Raw {
        let tcp = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let tls = ClientConnection::new(self.tls.clone(), name).unwrap();
        let tcp = Ahead(BufReader::with_capacity(64 << 10, tcp));
        let mut raw = Raw { stream: BufReader::with_capacity(64 << 10, StreamOwned::new(tls, tcp)), tag: 0 };
        raw.line();
        raw.command(&format!("LOGIN {user} {password}"));
        raw
    }
}

/// Reads ahead below TLS, which by itself asks the system for 4 kB at a time.
struct Ahead(BufReader<TcpStream>);

impl Read for Ahead {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Ahead {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.get_mut().flush()
    }
}

/// A connection that reads answers and throws them away.
pub struct Raw {
    stream: BufReader<StreamOwned<ClientConnection, Ahead>>,
    tag: u32,
}

impl Raw {
    /// Sends a command and reads to its end; the untagged lines, without literals.
    pub fn command(&mut self, command: &str) -> Vec<String> {
        self.tag += 1;
        let tag = format!("B{} ", self.tag);
        let line = format!("{tag}{command}\r\n");
        self.stream.get_mut().write_all(line.as_bytes()).unwrap();
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            if let Some(status) = line.strip_prefix(&tag) {
                assert!(status.starts_with("OK"), "{command}: {status}");
                return lines;
            }
            let literal =
                line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once('{')).map(|(_, size)| size);
            if let Some(size) = literal.and_then(|size| size.parse().ok()) {
                std::io::copy(&mut self.stream.by_ref().take(size), &mut std::io::sink()).unwrap();
            }
            lines.push(line);
        }
    }

    /// Appends a message to INBOX.
    pub fn append(&mut self, message: &[u8]) {
        let line = format!("A APPEND INBOX (\\Seen) {{{}+}}\r\n", message.len());
        self.stream.get_mut().write_all(line.as_bytes()).unwrap();
        self.stream.get_mut().write_all(message).unwrap();
        self.stream.get_mut().write_all(b"\r\n").unwrap();
        while !self.line().starts_with("A OK") {}
    }

    /// How many messages the open mailbox has, from the lines of SELECT.
    pub fn select(&mut self) -> u32 {
        let lines = self.command("SELECT INBOX");
        lines.iter().find_map(|line| line.strip_prefix("* ")?.strip_suffix(" EXISTS\r\n")?.parse().ok()).unwrap()
    }

    /// The UID of the newest message with these words in its subject.
    pub fn uid_of(&mut self, subject: &str) -> u32 {
        self.find(subject).unwrap()
    }

    /// As [`Self::uid_of`], if there is one.
    pub fn find(&mut self, subject: &str) -> Option<u32> {
        let lines = self.command(&format!("UID SEARCH SUBJECT \"{subject}\""));
        lines.iter().find_map(|line| line.trim_end().rsplit(' ').next()?.parse().ok())
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).unwrap();
        assert!(!line.is_empty(), "the server closed the connection");
        String::from_utf8_lossy(&line).into_owned()
    }
}
