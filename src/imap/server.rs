//! Where an IMAP server is and how it is to be spoken to.

use std::path::PathBuf;

use crate::tls::Tls;

/// A server, as the operator named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapServer {
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
    /// Connections at most for one person, at least 1.
    pub max_connections: usize,
}
