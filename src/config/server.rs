//! The servers: where they are and how they are reached.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::authentication::{Authentication, authentication_of};
use super::client_setup::{ClientServer, ClientSetup, OwnServers, client_setup_of};
use super::identities::{Identities, identities_of};
use super::raw::{RawDomain, RawServer};
use crate::tls::{self, Tls};

/// A server, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it is and how it is reached.
    pub at: tls::Server,
    /// Connections for one user at most.
    pub max_connections_per_user: u16,
    /// How long it may take for an answer.
    pub command: Duration,
    /// Of a submission server: whether it puts what it sends into Sent by itself.
    pub files_sent: bool,
}

/// A mail domain with servers of its own; those it lacks are the common ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// What stands after the `@`, in small letters.
    pub name: String,
    /// Its IMAP server.
    pub imap: Option<Server>,
    /// Its submission server.
    pub submission: Option<Server>,
    /// Its POP3 server.
    pub pop3: Option<Server>,
    /// Its ManageSieve server.
    pub sieve: Option<Server>,
    /// Whom its people believe about senders.
    pub authentication: Option<Authentication>,
    /// Which addresses its people may write from.
    pub identities: Option<Identities>,
    /// What its people type into their mail programs, where that is not what all others do.
    pub client_setup: Option<ClientSetup>,
}

/// The ports and the security of a kind of server where nobody typed them.
pub(super) struct Usual {
    implicit: u16,
    starttls: u16,
    tls: Tls,
    may_file: bool,
}

/// What nobody typed, of any kind of server.
const MAX_CONNECTIONS: u16 = 4;
const COMMAND_SECONDS: u16 = 30;

pub(super) const IMAP: Usual = Usual { implicit: 993, starttls: 143, tls: Tls::Implicit, may_file: false };
pub(super) const SUBMISSION: Usual = Usual { implicit: 465, starttls: 587, tls: Tls::Implicit, may_file: true };
pub(super) const POP3: Usual = Usual { implicit: 995, starttls: 110, tls: Tls::Implicit, may_file: false };
// ManageSieve has no port for implicit TLS (RFC 5804 1.8).
pub(super) const SIEVE: Usual = Usual { implicit: 4190, starttls: 4190, tls: Tls::Starttls, may_file: false };

pub(super) fn server_of(section: &str, raw: RawServer, usual: Usual) -> Result<Server, ConfigError> {
    let key = |name: &str| format!("{section}.{name}");
    let host = raw.host.filter(|host| !host.is_empty()).ok_or_else(|| ConfigError::new(key("host"), "is missing"))?;
    if !named(&host) {
        return Err(ConfigError::new(key("host"), "must be a host name or an address"));
    }
    let tls = match raw.tls.as_deref() {
        None => usual.tls,
        Some("implicit") => Tls::Implicit,
        Some("starttls") => Tls::Starttls,
        Some("none") if is_loopback(&host) => Tls::None,
        Some("none") => {
            return Err(ConfigError::new(
                key("tls"),
                "none is for loopback hosts only: passwords would be sent in clear",
            ));
        }
        Some(_) => return Err(ConfigError::new(key("tls"), "must be implicit, starttls or none")),
    };
    let port = raw.port.unwrap_or(if tls == Tls::Implicit { usual.implicit } else { usual.starttls });
    if port == 0 {
        return Err(ConfigError::new(key("port"), "must be from 1 to 65535"));
    }
    let ca_file = raw.ca_file.map(PathBuf::from);
    if let Some(path) = &ca_file
        && let Err(error) = std::fs::File::open(path)
    {
        return Err(ConfigError::new(key("ca_file"), format!("{}: {error}", path.display())));
    }
    let max_connections_per_user = raw.max_connections_per_user.unwrap_or(MAX_CONNECTIONS);
    if max_connections_per_user == 0 {
        return Err(ConfigError::new(key("max_connections_per_user"), "must be at least 1"));
    }
    let command_seconds = raw.command_seconds.unwrap_or(COMMAND_SECONDS);
    if !(1..=600).contains(&command_seconds) {
        return Err(ConfigError::new(key("command_seconds"), "must be from 1 to 600"));
    }
    if raw.files_sent.is_some() && !usual.may_file {
        return Err(ConfigError::new(key("files_sent"), "there is no such key"));
    }
    let disabled_capabilities = raw.disabled_capabilities.iter().map(|name| name.to_ascii_uppercase()).collect();
    Ok(Server {
        at: tls::Server { host, port, tls, ca_file, disabled_capabilities },
        max_connections_per_user,
        command: Duration::from_secs(command_seconds.into()),
        files_sent: raw.files_sent.unwrap_or(false),
    })
}

impl Server {
    /// As mail programs reach it; what they are not told is as usual.
    pub(super) fn told(server: ClientServer, ca_file: Option<PathBuf>) -> Self {
        Self {
            at: tls::Server {
                host: server.host,
                port: server.port,
                tls: if server.starttls { Tls::Starttls } else { Tls::Implicit },
                ca_file,
                disabled_capabilities: Vec::new(),
            },
            max_connections_per_user: MAX_CONNECTIONS,
            command: Duration::from_secs(COMMAND_SECONDS.into()),
            files_sent: false,
        }
    }
}

/// Whether this can be the name of a host, or an address.
pub(super) fn named(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte) || !byte.is_ascii())
}

pub(super) fn domain_of(raw: RawDomain) -> Result<Domain, ConfigError> {
    let name = domain_name("domain.name", &raw.name)?;
    let section = |what: &str| format!("domain {name}: {what}");
    let imap = raw.imap.map(|server| server_of(&section("imap"), server, IMAP)).transpose()?;
    let submission = raw.submission.map(|server| server_of(&section("submission"), server, SUBMISSION)).transpose()?;
    let pop3 = raw.pop3.map(|server| server_of(&section("pop3"), server, POP3)).transpose()?;
    let own = OwnServers { imap: imap.as_ref(), pop3: pop3.as_ref(), submission: submission.as_ref() };
    let client_setup = match raw.client_setup {
        None if imap.is_none() && pop3.is_none() && submission.is_none() => None,
        raw => Some(client_setup_of(&section("client_setup"), raw.unwrap_or_default(), own)?),
    };
    Ok(Domain {
        imap,
        submission,
        pop3,
        client_setup,
        sieve: raw.sieve.map(|server| server_of(&section("sieve"), server, SIEVE)).transpose()?,
        authentication: raw.authentication.map(|raw| authentication_of(&section("authentication"), raw)).transpose()?,
        identities: raw.identities.map(|raw| identities_of(&section("identities"), raw)).transpose()?,
        name,
    })
}

pub(super) fn domain_name(key: &str, text: &str) -> Result<String, ConfigError> {
    if text.is_empty() || text.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control()) {
        return Err(ConfigError::new(key, "must be a domain like example.org"));
    }
    Ok(text.to_lowercase())
}

/// Whether only this machine reaches it.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
