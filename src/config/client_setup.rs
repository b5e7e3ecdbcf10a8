//! What people type into a mail program of their own (`[client_setup]`): where this server says nothing else, what it uses itself.

use std::path::PathBuf;

use serde::Deserialize;

use super::server::{is_loopback, named};
use super::{ConfigError, Server};
use crate::tls::Tls;

/// As it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawClientSetup {
    name: Option<String>,
    user_name: Option<String>,
    imap: Option<RawClientServer>,
    pop3: Option<RawClientServer>,
    submission: Option<RawClientServer>,
    sign_certificate: Option<String>,
    sign_key: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClientServer {
    host: String,
    port: Option<u16>,
    tls: Option<String>,
}

/// The servers of a mail domain, as mail programs reach them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientSetup {
    /// What the service is called; empty: as its domain.
    pub name: String,
    /// What is typed as the user name.
    pub user_name: UserName,
    /// IMAP; absent where only this program can reach it.
    pub imap: Option<ClientServer>,
    /// POP3; absent where there is none.
    pub pop3: Option<ClientServer>,
    /// Submission.
    pub submission: Option<ClientServer>,
    /// What Apple's profiles are signed with; absent: they are not.
    pub signing: Option<Signing>,
}

/// A certificate, those between it and the root behind it, and its key: two files (PEM).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The certificates.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// The servers that this program uses itself, for whom nobody said anything else.
#[derive(Clone, Copy)]
pub(super) struct OwnServers<'a> {
    pub(super) imap: Option<&'a Server>,
    pub(super) pop3: Option<&'a Server>,
    pub(super) submission: Option<&'a Server>,
}

/// What is typed as the user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserName {
    /// The whole mail address.
    #[default]
    Address,
    /// What stands before its `@`.
    LocalPart,
}

/// A server as a mail program reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS begins with STARTTLS; else from the first byte.
    pub starttls: bool,
}

/// The usual ports: TLS from the first byte, and STARTTLS (RFC 8314 7.3).
struct Ports(u16, u16);

const IMAP: Ports = Ports(993, 143);
const POP3: Ports = Ports(995, 110);
const SUBMISSION: Ports = Ports(465, 587);

/// What `section` means.
pub(super) fn client_setup_of(
    section: &str,
    raw: RawClientSetup,
    own: OwnServers<'_>,
) -> Result<ClientSetup, ConfigError> {
    let key = |name: &str| format!("{section}.{name}");
    let name = raw.name.unwrap_or_default();
    if name.len() > 100 || name.chars().any(char::is_control) {
        return Err(ConfigError::new(key("name"), "must be a line of at most 100 bytes"));
    }
    let user_name = match raw.user_name.as_deref() {
        None | Some("address") => UserName::Address,
        Some("local_part") => UserName::LocalPart,
        Some(_) => return Err(ConfigError::new(key("user_name"), "must be address or local_part")),
    };
    let signing = match (raw.sign_certificate, raw.sign_key) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some(Signing { certificate: certificate.into(), key: key.into() }),
        (None, Some(_)) => return Err(ConfigError::new(key("sign_certificate"), "is missing beside sign_key")),
        (Some(_), None) => return Err(ConfigError::new(key("sign_key"), "is missing beside sign_certificate")),
    };
    let server = |what: &str, raw: Option<RawClientServer>, usual: Ports| {
        raw.map(|raw| client_server(&key(what), raw, usual)).transpose()
    };
    Ok(ClientSetup {
        name,
        user_name,
        imap: server("imap", raw.imap, IMAP)?.or_else(|| as_we(own.imap)),
        pop3: server("pop3", raw.pop3, POP3)?.or_else(|| as_we(own.pop3)),
        submission: server("submission", raw.submission, SUBMISSION)?.or_else(|| as_we(own.submission)),
        signing,
    })
}

fn client_server(section: &str, raw: RawClientServer, usual: Ports) -> Result<ClientServer, ConfigError> {
    let key = |name: &str| format!("{section}.{name}");
    if !named(&raw.host) {
        return Err(ConfigError::new(key("host"), "must be a host name or an address"));
    }
    let starttls = match raw.tls.as_deref() {
        None | Some("implicit") => false,
        Some("starttls") => true,
        Some(_) => return Err(ConfigError::new(key("tls"), "must be implicit or starttls")),
    };
    let port = raw.port.unwrap_or(if starttls { usual.1 } else { usual.0 });
    if port == 0 {
        return Err(ConfigError::new(key("port"), "must be from 1 to 65535"));
    }
    Ok(ClientServer { host: raw.host, port, starttls })
}

/// What we use ourselves, where others can use it too: not what only this machine reaches.
fn as_we(server: Option<&Server>) -> Option<ClientServer> {
    let server = &server?.at;
    let starttls = match server.tls {
        Tls::Implicit => false,
        Tls::Starttls => true,
        Tls::None => return None,
    };
    (!is_loopback(&server.host)).then(|| ClientServer { host: server.host.clone(), port: server.port, starttls })
}

impl ClientSetup {
    /// The records in the domain's DNS by which mail programs find all this: RFC 6186 and 8314 5.1, and the names that
    /// Thunderbird and Outlook ask for. `webmail` is the host that serves us.
    pub fn dns_records(&self, domain: &str, webmail: &str) -> Vec<String> {
        let service = |name: &str, server: Option<&ClientServer>, starttls: bool| {
            let server = server.filter(|server| server.starttls == starttls)?;
            Some(format!("_{name}._tcp.{domain}. SRV 0 1 {} {}.", server.port, server.host))
        };
        let found = [
            service("imaps", self.imap.as_ref(), false),
            service("imap", self.imap.as_ref(), true),
            service("pop3s", self.pop3.as_ref(), false),
            service("pop3", self.pop3.as_ref(), true),
            service("submissions", self.submission.as_ref(), false),
            service("submission", self.submission.as_ref(), true),
            Some(format!("_autodiscover._tcp.{domain}. SRV 0 1 443 {webmail}.")),
            Some(format!("autoconfig.{domain}. CNAME {webmail}.")),
            Some(format!("autodiscover.{domain}. CNAME {webmail}.")),
        ];
        found.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_nobody_said_is_what_we_use_ourselves() {
        let config = Config::parse(
            "[imap]\nhost = \"imap.example.org\"\n[submission]\nhost = \"localhost\"\ntls = \"none\"\n\
             [client_setup]\nname = \"Harbour Mail\"\npop3 = { host = \"pop.example.org\" }\n\
             [[domain]]\nname = \"b.example\"\n[domain.client_setup]\nuser_name = \"local_part\"\n\
             imap = { host = \"mx.b.example\", tls = \"starttls\" }\nsubmission = { host = \"mx.b.example\", port = 2587, tls = \"starttls\" }\n",
            &[],
        )
        .unwrap();
        let ours = config.client_setup("example.org");
        let server = |host: &str, port, starttls| Some(ClientServer { host: host.to_owned(), port, starttls });
        assert_eq!((ours.name.as_str(), &ours.imap), ("Harbour Mail", &server("imap.example.org", 993, false)));
        assert_eq!((&ours.pop3, &ours.submission), (&server("pop.example.org", 995, false), &None));
        let b = config.client_setup("B.example");
        assert_eq!((b.user_name, &b.imap), (UserName::LocalPart, &server("mx.b.example", 143, true)));
        assert_eq!(b.submission, server("mx.b.example", 2587, true));
        assert_eq!(
            b.dns_records("b.example", "mail.b.example"),
            [
                "_imap._tcp.b.example. SRV 0 1 143 mx.b.example.",
                "_pop3s._tcp.b.example. SRV 0 1 995 pop.example.org.",
                "_submission._tcp.b.example. SRV 0 1 2587 mx.b.example.",
                "_autodiscover._tcp.b.example. SRV 0 1 443 mail.b.example.",
                "autoconfig.b.example. CNAME mail.b.example.",
                "autodiscover.b.example. CNAME mail.b.example.",
            ]
        );
    }

    #[test]
    fn a_pop3_server_of_our_own_is_told_and_one_that_is_told_is_asked() {
        let config = Config::parse(
            "[imap]\nhost = \"mail.example.org\"\nca_file = \"/dev/null\"\n[client_setup]\npop3 = { host = \"MAIL.example.org\", tls = \"starttls\" }\n\
             [[domain]]\nname = \"b.example\"\npop3 = { host = \"pop.b.example\" }\n",
            &[],
        )
        .unwrap();
        let asked = |domain: &str| {
            config.pop3_of(domain).map(|server| (server.at.host, server.at.port, server.at.tls, server.at.ca_file))
        };
        let ca_file = Some(PathBuf::from("/dev/null"));
        assert_eq!(asked("example.org"), Some(("MAIL.example.org".to_owned(), 110, Tls::Starttls, ca_file)));
        assert_eq!(asked("B.example"), Some(("pop.b.example".to_owned(), 995, Tls::Implicit, None)));
        assert_eq!(config.client_setup("b.example").pop3.unwrap().host, "pop.b.example");
        assert_eq!(Config::parse("[imap]\nhost = \"x\"\n", &[]).unwrap().pop3_of("x.example"), None);
    }

    #[test]
    fn each_mistake_names_its_key() {
        for (text, expected) in [
            ("imap = { host = \"a b\" }", "client_setup.imap.host: must be a host name"),
            ("pop3 = { host = \"x\", tls = \"none\" }", "client_setup.pop3.tls: must be implicit or starttls"),
            ("pop3 = { host = \"x\", port = 0 }", "client_setup.pop3.port: must be from 1"),
            ("user_name = \"x\"", "client_setup.user_name: must be address or local_part"),
            ("name = \"a\\nb\"", "client_setup.name: must be a line"),
            ("sign_key = \"x\"", "client_setup.sign_certificate: is missing beside sign_key"),
            ("sign_certificate = \"x\"", "client_setup.sign_key: is missing beside sign_certificate"),
        ] {
            let text = format!("[imap]\nhost = \"x\"\n[client_setup]\n{text}\n");
            let said = Config::parse(&text, &[]).unwrap_err().to_string();
            assert!(said.starts_with(expected), "{said}");
        }
    }
}
