//! From which accounts elsewhere mail may be fetched, and how they are reached.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::imap::{self, ImapServer};
use crate::pop3::{self, Pop3Server};
use crate::remote;
use crate::store::{Fetched, FetchedFrom, ServerKey};

/// Which protocol is spoken there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FetchBy {
    /// IMAP: a folder, with its marks.
    Imap,
    /// POP3: what waits.
    Pop3,
}

/// An account elsewhere. No password is in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// How it is spoken to.
    pub by: FetchBy,
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS begins with STARTTLS; else from the first byte. Never without.
    pub starttls: bool,
    /// The user name there.
    pub user: String,
}

impl Source {
    /// The same for the same account each time, by whichever port it is reached.
    pub(super) fn name(&self) -> String {
        let by = match self.by {
            FetchBy::Imap => "imap",
            FetchBy::Pop3 => "pop3",
        };
        format!("{by}:{}:{}", self.host.to_lowercase(), self.user)
    }
}

/// Whether the operator named a host and port; and certificates to trust instead of the system's for a host.
type Allows = Box<dyn Fn(&str, u16) -> bool + Send + Sync>;
type Trusts = Box<dyn Fn(&str) -> Option<PathBuf> + Send + Sync>;

/// Reaches accounts elsewhere; one for the process, cheap to clone.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    remote: remote::Client,
    allows: Allows,
    trusts: Trusts,
    fetched: Fetched,
    key: Arc<ServerKey>,
}

impl Fetcher {
    /// One that connects by `remote` alone, to what `allows` says yes to; and remembers what came.
    pub fn new(
        remote: remote::Client,
        allows: impl Fn(&str, u16) -> bool + Send + Sync + 'static,
        trusts: impl Fn(&str) -> Option<PathBuf> + Send + Sync + 'static,
        fetched: Fetched,
        key: Arc<ServerKey>,
    ) -> Self {
        Self(Arc::new(Inner { remote, allows: Box::new(allows), trusts: Box::new(trusts), fetched, key }))
    }

    /// Whether mail may be fetched from there today.
    pub fn allows(&self, source: &Source) -> bool {
        (self.0.allows)(&source.host, source.port)
    }

    /// What `user` has fetched from there, from this folder of it where it has folders.
    pub(super) fn remembered(&self, user: &str, source: &Source, folder: &str) -> FetchedFrom {
        let name = format!("{}\n{folder}", source.name());
        self.0.fetched.from(user, &name, &self.0.key)
    }

    /// Connects to a POP3 account of `person`.
    pub(super) fn pop3(&self, source: &Source, person: &str) -> Result<pop3::Dialer, pop3::Error> {
        let server = Pop3Server {
            tls: if source.starttls { pop3::Tls::Starttls } else { pop3::Tls::Implicit },
            host: source.host.clone(),
            port: source.port,
            ca_file: (self.0.trusts)(&source.host),
            disabled_capabilities: Vec::new(),
        };
        let connect = self.connector(source, person);
        Ok(pop3::Dialer::new(server)?.connecting_by(Arc::new(move || connect())))
    }

    /// Connects to an IMAP account of `person`.
    pub(super) fn imap(&self, source: &Source, person: &str) -> Result<imap::Dialer, imap::Error> {
        let server = ImapServer {
            tls: if source.starttls { imap::Tls::Starttls } else { imap::Tls::Implicit },
            host: source.host.clone(),
            port: source.port,
            ca_file: (self.0.trusts)(&source.host),
            disabled_capabilities: Vec::new(),
        };
        let connect = self.connector(source, person);
        Ok(imap::Dialer::new(server)?.with_connections(1).connecting_by(Arc::new(move || connect())))
    }

    /// A name is resolved and its addresses are looked at each time anew (`P-02`).
    fn connector(&self, source: &Source, person: &str) -> impl Fn() -> imap::Connecting + Send + Sync + 'static {
        let (remote, host, port, person) = (self.0.remote.clone(), source.host.clone(), source.port, person.to_owned());
        move || {
            let (remote, host, person) = (remote.clone(), host.clone(), person.clone());
            Box::pin(async move { remote.connect(&host, port, &person).await.map_err(std::io::Error::other) })
        }
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("remote", &self.0.remote).finish_non_exhaustive()
    }
}
