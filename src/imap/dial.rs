//! Opens a socket to a server and secures it.

use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::ServerName;
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::paced::{Pace, Paced};
use super::stream::Socket;
use super::{Error, ImapServer, Tls};
use crate::tls::{Connect, NoTrust, Witness};

/// How long the TCP connection may take (`R-06`).
const CONNECT: Duration = Duration::from_secs(5);
/// How long TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long the server may take for a batch of commands (`R-06`).
const COMMAND: Duration = Duration::from_secs(30);
/// Connections for one person, unless the operator says otherwise.
const CONNECTIONS: usize = 4;

/// Octets read from the system at once.
const READ_AHEAD: usize = 32 << 10;

/// A server with what it takes to connect to it, made once.
#[derive(Clone)]
pub struct Dialer {
    server: Arc<ImapServer>,
    tls: Option<TlsConnector>,
    connect: Option<Connect>,
    deadline: Duration,
    most: usize,
    runtime: Handle,
}

impl Dialer {
    /// Reads the trust store. Fails if a named CA file can't be read or holds no certificate.
    ///
    /// Connections live on the tokio runtime this is called on, whoever asks for them later: the thread that serves a
    /// page may be busy with another, or end before them.
    pub fn new(server: ImapServer) -> Result<Self, Error> {
        let tls = server.connector().map_err(no_trust)?;
        Self::with(server, tls)
    }

    /// The same, for a single connection, with somebody who sees whose certificate it meets.
    pub fn witnessed(server: ImapServer) -> Result<(Self, Witness), Error> {
        let (tls, witness) = server.witnessed().map_err(no_trust)?;
        Ok((Self::with(server, tls)?, witness))
    }

    fn with(server: ImapServer, tls: Option<TlsConnector>) -> Result<Self, Error> {
        let runtime = Handle::try_current().map_err(|error| Error::Connect(error.to_string()))?;
        Ok(Self { server: Arc::new(server), tls, connect: None, deadline: COMMAND, most: CONNECTIONS, runtime })
    }

    /// The same, but less patient: no step from the greeting to the answer of a command may take longer than this.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The same, with so many connections for one person, at least 1.
    #[must_use]
    pub fn with_connections(self, most: usize) -> Self {
        Self { most: most.max(1), ..self }
    }

    /// The same, whose connections are made by `connect`.
    #[must_use]
    pub fn connecting_by(self, connect: Connect) -> Self {
        Self { connect: Some(connect), ..self }
    }

    /// How long the server may take for a batch of commands.
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Connections at most for one person, at least 1.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Where connections live.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The server.
    pub fn server(&self) -> &ImapServer {
        &self.server
    }

    /// A connected socket, under TLS if it is to be from the first byte.
    pub async fn dial(&self) -> Result<Socket, Error> {
        let connecting = async {
            match &self.connect {
                Some(connect) => connect().await,
                None => TcpStream::connect((self.server.host.as_str(), self.server.port)).await,
            }
        };
        let tcp = match timeout(CONNECT.min(self.deadline), connecting).await {
            Err(_) => return Err(Error::TimedOut),
            Ok(Err(error)) => return Err(Error::Connect(error.to_string())),
            Ok(Ok(tcp)) => tcp,
        };
        tcp.set_nodelay(true).map_err(|error| Error::Connect(error.to_string()))?;
        // rustls (0.23, 2026) reads 4 kB at a time: a transfer of 5 MB would be 1,700 calls of the system
        let pace = Pace::default();
        let socket = Socket::new(BufReader::with_capacity(READ_AHEAD, Paced::new(tcp, pace.clone())), pace);
        match self.server.tls {
            Tls::Implicit => self.secure(socket).await,
            Tls::Starttls | Tls::None => Ok(socket),
        }
    }

    /// Begins TLS on an open socket.
    pub async fn secure(&self, socket: Socket) -> Result<Socket, Error> {
        let Some(tls) = &self.tls else { return Err(Error::Insecure("no TLS configured".into())) };
        let name =
            ServerName::try_from(self.server.host.clone()).map_err(|error| Error::Insecure(error.to_string()))?;
        let pace = socket.pace().clone();
        match timeout(HANDSHAKE.min(self.deadline), tls.connect(name, socket)).await {
            Err(_) => Err(Error::TimedOut),
            Ok(Err(error)) => Err(Error::Insecure(error.to_string())),
            Ok(Ok(stream)) => Ok(Socket::new(stream, pace)),
        }
    }
}

fn no_trust(error: NoTrust) -> Error {
    Error::Insecure(error.to_string())
}

/// Neither keys nor certificates.
impl std::fmt::Debug for Dialer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialer").field("server", &self.server).finish_non_exhaustive()
    }
}
