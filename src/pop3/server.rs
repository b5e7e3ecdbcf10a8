//! Where a POP3 server is and how it is to be spoken to.

use std::path::PathBuf;

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// By STLS (RFC 2595); a server that does not offer it is refused (`L-07`).
    Starttls,
    /// Not at all; the configuration allows it for loopback only.
    None,
}

/// A server, as the operator named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pop3Server {
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
