//! Where a server is and how it is reached: the same for every protocol of mail.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{NoTrust, Witness, connector, witnessed};

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// By STARTTLS (of POP3: STLS, RFC 2595); a server that does not offer it is refused (`L-07`, `R-38`).
    Starttls,
    /// Not at all; the configuration allows it for loopback only.
    None,
}

/// A server, as the operator named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name or address; the certificate must name it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: Tls,
    /// A PEM file to trust instead of the system's store.
    pub ca_file: Option<PathBuf>,
    /// Capabilities to behave as if they were not offered, upper case.
    pub disabled_capabilities: Vec<String>,
}

/// A connection on its way.
pub type Connecting = BoxFuture<'static, io::Result<TcpStream>>;
/// Makes connections to a server in another way than the usual one: by looking at its addresses first.
pub type Connect = Arc<dyn Fn() -> Connecting + Send + Sync>;

impl Server {
    /// Reads its trust store; `None`: it is spoken to without TLS.
    pub fn connector(&self) -> Result<Option<TlsConnector>, NoTrust> {
        match self.tls {
            Tls::None => Ok(None),
            Tls::Implicit | Tls::Starttls => connector(self.ca_file.as_deref()).map(Some),
        }
    }

    /// The same, for a single connection, with somebody who sees whose certificate it meets.
    pub fn witnessed(&self) -> Result<(Option<TlsConnector>, Witness), NoTrust> {
        match self.tls {
            Tls::None => Ok((None, Witness::default())),
            Tls::Implicit | Tls::Starttls => {
                let (connector, witness) = witnessed(self.ca_file.as_deref())?;
                Ok((Some(connector), witness))
            }
        }
    }
}
