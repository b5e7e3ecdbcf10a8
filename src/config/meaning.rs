//! What the configuration means.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::authentication::{Authentication, authentication_of};
use super::client_setup::{ClientServer, ClientSetup, OwnServers, client_setup_of};
use super::fetch::{Fetch, fetch_of};
use super::identities::{Identities, identities_of};
use super::raw::RawConfig;
use super::server::{Domain, IMAP, POP3, SIEVE, SUBMISSION, Server, domain_name, domain_of, server_of};
use super::{ConfigError, Endpoint, Network, Origin};

/// The configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where browsers or the proxy connect.
    pub listen: SocketAddr,
    /// What every address begins with: empty, or `/webmail`; never with a slash at its end.
    pub base_path: String,
    /// What browsers see; absent where they connect to a loopback `listen` without a proxy.
    pub public_url: Option<Origin>,
    /// Who is believed about `X-Forwarded-For`.
    pub trusted_proxies: Vec<Network>,
    /// Where health and metrics are asked for; absent: nowhere.
    pub admin_listen: Option<SocketAddr>,
    /// `sqlite:PATH`.
    pub database_url: String,
    /// Where the server's own key is kept.
    pub secret_file: PathBuf,
    /// Where files lie that were uploaded for messages that are not sent yet.
    pub uploads_folder: PathBuf,
    /// What is logged, as `RUST_LOG` writes it.
    pub log: String,
    /// The zone of dates for people whose browser did not tell theirs: an IANA name.
    pub time_zone: String,
    /// Threads that serve pages; absent: as many as there are cores.
    pub workers: Option<usize>,
    /// The IMAP server of every mail domain that has none of its own.
    pub imap: Option<Server>,
    /// The submission server.
    pub submission: Option<Server>,
    /// The POP3 server, asked what a POP client would see.
    pub pop3: Option<Server>,
    /// The ManageSieve server.
    pub sieve: Option<Server>,
    /// Mail domains with servers of their own.
    pub domains: Vec<Domain>,
    /// How people sign in.
    pub login: Login,
    /// How long they stay signed in.
    pub session: Session,
    /// How much one session may ask for.
    pub limits: Limits,
    /// How messages are written.
    pub compose: Compose,
    /// How open pages are kept true.
    pub live: Live,
    /// Whom people of domains without an own answer believe about senders.
    pub authentication: Authentication,
    /// What is fetched from other people's servers.
    pub remote: Remote,
    /// Which addresses people of domains without an own answer may write from.
    pub identities: Identities,
    /// What people type into their mail programs.
    pub client_setup: ClientSetup,
    /// From where people may fetch their mail.
    pub fetch: Fetch,
}

/// What is fetched from other people's servers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remote {
    /// Whether anything is.
    pub enabled: bool,
    /// What may be asked beside the public Internet.
    pub allow: Vec<Endpoint>,
}

/// How people sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Login {
    /// Appended when the user types no `@`.
    pub default_domain: Option<String>,
}

/// How long people stay signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Without a request.
    pub idle: Duration,
    /// At most, for those who did not ask to stay.
    pub absolute: Duration,
    /// At most, for those who asked to stay signed in.
    pub remember: Duration,
}

/// How pages are kept true while they are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// How often the mail server is asked while a page is open, at most; `None`: only what it tells on its own, and a
    /// question now and then.
    pub beat: Option<Duration>,
}

/// How much one session may ask for (`C-08`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Changes (POST) a second in the long run; 0: no limit.
    pub actions_per_second: u32,
    /// Changes at once before that counts.
    pub actions_burst: u32,
    /// Octets of mail that are remembered for all people together.
    pub cache: usize,
    /// Octets of files that one person may have uploaded for messages that are not sent yet.
    pub uploads: u64,
    /// Octets of files that one person brings in at once.
    pub imports: u64,
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compose {
    /// Octets that the files of one message may have together; what the submission server takes may be less.
    pub message: u64,
}

impl TryFrom<RawConfig> for Config {
    type Error = ConfigError;

    fn try_from(raw: RawConfig) -> Result<Self, ConfigError> {
        let listen: SocketAddr = address("listen", &raw.listen)?;
        let public_url = match &raw.public_url {
            Some(text) => Some(text.parse().map_err(|()| {
                ConfigError::new("public_url", "must be an origin like https://mail.example.org, without a path")
            })?),
            None if listen.ip().is_loopback() => None,
            None => return Err(ConfigError::new("public_url", "is needed, since listen is not a loopback address")),
        };
        let trusted_proxies = raw.trusted_proxies.iter().map(|text| {
            text.parse().map_err(|()| {
                ConfigError::new("trusted_proxies", format!("{text:?} is no address and no range like 10.0.0.0/8"))
            })
        });
        let imap = raw.imap.map(|server| server_of("imap", server, IMAP)).transpose()?;
        let domains = raw.domain.into_iter().map(domain_of).collect::<Result<Vec<_>, _>>()?;
        match domains.iter().find(|domain| domain.imap.is_none()) {
            _ if imap.is_some() => {}
            None if !domains.is_empty() => {}
            Some(domain) => {
                return Err(ConfigError::new(
                    "imap.host",
                    format!("is missing, and {} has none of its own", domain.name),
                ));
            }
            None => return Err(ConfigError::new("imap.host", "is missing")),
        }
        if jiff::tz::TimeZone::get(&raw.time_zone).is_err() {
            return Err(ConfigError::new("time_zone", format!("{:?} is no IANA time zone", raw.time_zone)));
        }
        if !raw.database_url.starts_with("sqlite:") {
            let what = if raw.database_url.starts_with("postgres") {
                "PostgreSQL is not in this version; use sqlite:PATH"
            } else {
                "must begin with sqlite:"
            };
            return Err(ConfigError::new("database_url", what));
        }
        let submission = raw.submission.map(|server| server_of("submission", server, SUBMISSION)).transpose()?;
        let pop3 = raw.pop3.map(|server| server_of("pop3", server, POP3)).transpose()?;
        let own = OwnServers { imap: imap.as_ref(), pop3: pop3.as_ref(), submission: submission.as_ref() };
        Ok(Self {
            client_setup: client_setup_of("client_setup", raw.client_setup, own)?,
            fetch: fetch_of(&raw.fetch)?,
            listen,
            base_path: base_path(&raw.base_path)?,
            public_url,
            trusted_proxies: trusted_proxies.collect::<Result<_, _>>()?,
            admin_listen: raw.admin_listen.as_deref().map(|text| address("admin_listen", text)).transpose()?,
            uploads_folder: match raw.uploads_folder {
                Some(folder) => PathBuf::from(folder),
                None => beside(&raw.database_url),
            },
            database_url: raw.database_url,
            secret_file: PathBuf::from(raw.secret_file),
            log: raw.log,
            time_zone: raw.time_zone,
            workers: match raw.workers {
                Some(0) => return Err(ConfigError::new("workers", "must be at least 1")),
                workers => workers.map(usize::from),
            },
            imap,
            submission,
            pop3,
            sieve: raw.sieve.map(|server| server_of("sieve", server, SIEVE)).transpose()?,
            domains,
            login: Login {
                default_domain: raw
                    .login
                    .default_domain
                    .map(|name| domain_name("login.default_domain", &name))
                    .transpose()?,
            },
            session: Session {
                idle: minutes("session.idle_minutes", raw.session.idle_minutes, 1)?,
                absolute: minutes("session.absolute_hours", raw.session.absolute_hours, 60)?,
                remember: minutes("session.remember_days", raw.session.remember_days, 24 * 60)?,
            },
            live: Live {
                beat: match raw.live.beat_milliseconds {
                    0 => None,
                    time @ 50..=30_000 => Some(Duration::from_millis(time.into())),
                    _ => return Err(ConfigError::new("live.beat_milliseconds", "is 0, or from 50 to 30000")),
                },
            },
            authentication: authentication_of("authentication", raw.authentication)?,
            remote: Remote {
                enabled: raw.remote.enabled,
                allow: raw.remote.allow.iter().map(|text| endpoint(text)).collect::<Result<_, _>>()?,
            },
            identities: identities_of("identities", raw.identities)?,
            limits: Limits {
                actions_per_second: raw.limits.actions_per_second,
                actions_burst: raw.limits.actions_burst.max(1),
                cache: usize::from(raw.limits.cache_megabytes) << 20,
                uploads: megabytes("limits.upload_megabytes", raw.limits.upload_megabytes)?,
                imports: megabytes("limits.import_megabytes", raw.limits.import_megabytes)?,
            },
            compose: Compose { message: megabytes("compose.message_megabytes", raw.compose.message_megabytes)? },
        })
    }
}

impl Config {
    /// What the people of a mail domain type into their mail programs; what it does not say itself is as for all.
    pub fn client_setup(&self, domain: &str) -> ClientSetup {
        let own = self.domains.iter().find(|own| own.name.eq_ignore_ascii_case(domain));
        let common = &self.client_setup;
        let Some(own) = own.and_then(|own| own.client_setup.clone()) else { return common.clone() };
        ClientSetup {
            name: if own.name.is_empty() { common.name.clone() } else { own.name },
            imap: own.imap.or_else(|| common.imap.clone()),
            pop3: own.pop3.or_else(|| common.pop3.clone()),
            submission: own.submission.or_else(|| common.submission.clone()),
            signing: own.signing.or_else(|| common.signing.clone()),
            user_name: own.user_name,
        }
    }

    /// The POP3 server of a mail domain: as it is configured, else as mail programs are told to reach it.
    pub fn pop3_of(&self, domain: &str) -> Option<Server> {
        let own = self.domains.iter().find(|own| own.name.eq_ignore_ascii_case(domain));
        let configured = own.and_then(|own| own.pop3.as_ref()).or(self.pop3.as_ref());
        configured.cloned().or_else(|| Some(self.told(&self.client_setup(domain).pop3?)))
    }

    /// A server as mail programs are told to reach it, in our own words.
    pub fn told(&self, server: &ClientServer) -> Server {
        Server::told(server.clone(), self.ca_file_of(&server.host))
    }

    /// Certificates to trust instead of the system's, where this very host is one of our own servers and the operator named some.
    pub fn ca_file_of(&self, host: &str) -> Option<PathBuf> {
        let of_domains = self.domains.iter().flat_map(|one| [&one.imap, &one.submission, &one.pop3]);
        let ours = [&self.imap, &self.submission, &self.pop3].into_iter().chain(of_domains).flatten();
        ours.filter(|server| server.at.host.eq_ignore_ascii_case(host)).find_map(|server| server.at.ca_file.clone())
    }
}

fn address(key: &str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| ConfigError::new(key, "must be an address with a port, like 127.0.0.1:8080"))
}

fn endpoint(text: &str) -> Result<Endpoint, ConfigError> {
    text.parse().map_err(|()| {
        let what = format!("{text:?} is no address, no range like 10.1.0.0/16 and no address with a port");
        ConfigError::new("remote.allow", what)
    })
}

fn base_path(text: &str) -> Result<String, ConfigError> {
    let path = text.strip_suffix('/').unwrap_or(text);
    let segments_hold = path.is_empty()
        || path.strip_prefix('/').is_some_and(|rest| {
            rest.split('/').all(|segment| {
                !matches!(segment, "" | "." | "..")
                    && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            })
        });
    if segments_hold {
        Ok(path.to_owned())
    } else {
        Err(ConfigError::new("base_path", "must be / or a path like /webmail, of letters, digits and - . _ ~"))
    }
}

/// Octets; a megabyte has a million, as people are told sizes.
fn megabytes(key: &str, count: u16) -> Result<u64, ConfigError> {
    if count == 0 { Err(ConfigError::new(key, "must be at least 1")) } else { Ok(u64::from(count) * 1_000_000) }
}

/// The folder of uploads where nobody named one: beside the database.
fn beside(database_url: &str) -> PathBuf {
    let path =
        database_url.trim_start_matches("sqlite:").trim_start_matches("//").split('?').next().unwrap_or_default();
    let folder = if path == ":memory:" { None } else { Path::new(path).parent() };
    folder.unwrap_or(Path::new("")).join("fernpost.uploads")
}

fn minutes(key: &str, count: u32, minutes: u64) -> Result<Duration, ConfigError> {
    if count == 0 || count > 100_000 {
        return Err(ConfigError::new(key, "must be from 1 to 100000"));
    }
    Ok(Duration::from_secs(u64::from(count) * minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Addresses;
    use crate::tls::Tls;

    const LEAST: &str = "[imap]\nhost = \"imap.example.org\"\n";

    fn error(text: &str) -> String {
        Config::parse(text, &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_host_is_enough() {
        let config = Config::parse(LEAST, &[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.base_path, "/webmail");
        let imap = config.imap.unwrap();
        assert_eq!((imap.at.port, imap.at.tls, imap.max_connections_per_user), (993, Tls::Implicit, 4));
        assert_eq!(config.session.idle, Duration::from_secs(1800));
    }

    #[test]
    fn every_key_of_the_manual_is_known() {
        let config = Config::parse(
            r#"
            listen = "127.0.0.1:8080"
            base_path = "/webmail/"
            public_url = "https://mail.example.org"
            trusted_proxies = ["127.0.0.1", "::1", "10.0.0.0/8"]
            admin_listen = "127.0.0.1:9090"
            database_url = "sqlite:fernpost.db"
            secret_file = "fernpost.secret"
            uploads_folder = "/var/lib/fernpost/uploads"
            log = "debug"
            time_zone = "Europe/Berlin"
            workers = 2
            [imap]
            host = "imap.example.org"
            port = 143
            tls = "starttls"
            disabled_capabilities = ["preview"]
            max_connections_per_user = 2
            command_seconds = 10
            [submission]
            host = "smtp.example.org"
            files_sent = true
            [sieve]
            host = "sieve.example.org"
            [login]
            default_domain = "Example.org"
            [session]
            idle_minutes = 10
            absolute_hours = 8
            remember_days = 30
            [limits]
            actions_per_second = 0
            actions_burst = 5
            upload_megabytes = 50
            [compose]
            message_megabytes = 10
            [authentication]
            trusted = ["mx.example.org"]
            hosts = ["imap.example.org", "10.0.0.7", "*.internal"]
            [client_setup]
            name = "Example Mail"
            user_name = "address"
            imap = { host = "imap.example.org", port = 993, tls = "implicit" }
            pop3 = { host = "pop.example.org", port = 995, tls = "implicit" }
            submission = { host = "smtp.example.org", port = 465, tls = "implicit" }
            [remote]
            enabled = false
            allow = ["10.1.0.0/16", "fd00::/8", "127.0.0.1:8081", "[::1]:8081"]
            [identities]
            addresses = "domain"
            aliases = { "Ann@example.org" = ["office@example.org", "büro@bücher.example"] }
            [[domain]]
            name = "Other.example"
            [domain.identities]
            addresses = "any"
            [domain.authentication]
            trusted = []
            [domain.imap]
            host = "localhost"
            tls = "none"
            "#,
            &[],
        )
        .unwrap();
        assert_eq!(config.base_path, "/webmail");
        let imap = config.imap.unwrap();
        assert_eq!(
            (imap.at.disabled_capabilities, imap.command),
            (vec!["PREVIEW".to_owned()], Duration::from_secs(10))
        );
        assert_eq!(config.uploads_folder, Path::new("/var/lib/fernpost/uploads"));
        assert_eq!((config.limits.uploads, config.compose.message), (50_000_000, 10_000_000));
        let submission = config.submission.unwrap();
        assert_eq!((submission.at.port, submission.files_sent), (465, true));
        assert_eq!(config.sieve.unwrap().at.tls, Tls::Starttls);
        assert_eq!(config.login.default_domain.unwrap(), "example.org");
        assert_eq!((config.authentication.trusted.len(), config.authentication.hosts.len()), (1, 3));
        assert_eq!(config.domains[0].authentication, Some(Authentication::default()));
        assert!(!config.remote.enabled && config.remote.allow.len() == 4);
        assert_eq!(config.identities.addresses, Addresses::Domain);
        assert_eq!(config.identities.aliases["ann@example.org"].len(), 2);
        assert_eq!(config.domains[0].identities.as_ref().unwrap().addresses, Addresses::Any);
        assert_eq!(config.domains[0].name, "other.example");
        assert_eq!(config.domains[0].imap.as_ref().unwrap().at.tls, Tls::None);
    }

    #[test]
    fn uploads_lie_beside_the_database_unless_somebody_says_where() {
        for (url, folder) in [
            ("sqlite:fernpost.db", "fernpost.uploads"),
            ("sqlite:/var/lib/fernpost/fernpost.db", "/var/lib/fernpost/fernpost.uploads"),
            ("sqlite:///var/lib/fernpost/fernpost.db?mode=rwc", "/var/lib/fernpost/fernpost.uploads"),
            ("sqlite::memory:", "fernpost.uploads"),
        ] {
            assert_eq!(beside(url), Path::new(folder), "{url}");
        }
    }

    #[test]
    fn each_mistake_is_one_line_that_names_its_key() {
        // R-55
        for (text, expected) in [
            ("", "imap.host: is missing"),
            ("[imap]\nport = 993", "imap.host: is missing"),
            ("[imap]\nhost = \"a b\"", "imap.host: must be a host name"),
            ("[imap]\nhost = \"x\"\nprot = 1", "imap.prot: there is no such key"),
            ("[imap]\nhost = \"x\"\nport = \"993\"", "imap.port: invalid type: string \"993\", expected u16"),
            ("[imap]\nhost = \"x\"\nport = 70000", "imap.port: invalid value"),
            ("[imap]\nhost = \"x\"\nfiles_sent = true", "imap.files_sent: there is no such key"),
            ("[imap]\nhost = \"x\"\nport = 0", "imap.port: must be from 1"),
            ("[imap]\nhost = \"x\"\ntls = \"ssl\"", "imap.tls: must be implicit, starttls or none"),
            ("[imap]\nhost = \"x\"\ntls = \"none\"", "imap.tls: none is for loopback hosts only"),
            ("[imap]\nhost = \"x\"\nca_file = \"/nowhere.pem\"", "imap.ca_file: /nowhere.pem: "),
            ("[imap]\nhost = \"x\"\ncommand_seconds = 0", "imap.command_seconds: must be from 1 to 600"),
            ("base_pth = \"/x\"", "base_pth: there is no such key"),
            ("base_path = \"webmail\"", "base_path: must be / or a path like /webmail"),
            ("base_path = \"/a/../b\"", "base_path: must be"),
            ("listen = \"8080\"", "listen: must be an address with a port"),
            ("listen = \"0.0.0.0:8080\"", "public_url: is needed"),
            ("public_url = \"mail.example.org\"", "public_url: must be an origin"),
            ("public_url = \"https://mail.example.org/webmail\"", "public_url: must be an origin"),
            ("trusted_proxies = [\"proxy\"]", "trusted_proxies: \"proxy\" is no address"),
            ("time_zone = \"Mars/North\"", "time_zone: \"Mars/North\" is no IANA time zone"),
            ("database_url = \"postgres://x/y\"", "database_url: PostgreSQL is not in this version"),
            ("database_url = \"mysql:x\"", "database_url: must begin with sqlite:"),
            ("workers = 0", "workers: must be at least 1"),
            ("[compose]\nmessage_megabytes = 0", "compose.message_megabytes: must be at least 1"),
            ("[session]\nidle_minutes = 0", "session.idle_minutes: must be from 1"),
            ("[login]\ndefault_domain = \"a@b\"", "login.default_domain: must be a domain"),
            ("[authentication]\ntrusted = [\"a b\"]", "authentication.trusted: \"a b\" is no name"),
            ("[authentication]\nhosts = [\"*\"]", "authentication.hosts: \"*\" is no name"),
            ("[remote]\nallow = [\"intranet\"]", "remote.allow: \"intranet\" is no address"),
            ("[identities]\naddresses = \"all\"", "identities.addresses: must be own, domain or any"),
            ("[identities.aliases]\n\"a@x.org\" = [\"b\"]", "identities.aliases: \"b\" is no address"),
            ("[identities]\nalias = 1", "identities.alias: there is no such key"),
            ("[[domain]]\nname = \"x.org\"", "imap.host: is missing, and x.org has none"),
            ("listen = \n", "line 1: "),
        ] {
            let text = if text.contains("imap") || text.contains("domain]]") || text.is_empty() {
                text.to_owned()
            } else {
                format!("{text}\n{LEAST}")
            };
            let said = error(&text);
            assert!(said.starts_with(expected), "{text:?} gave {said:?}");
            assert!(!said.contains('\n'), "{said:?}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let environment = [
            ("FERNPOST_IMAP__HOST", "other.example.org"),
            ("FERNPOST_IMAP__PORT", "1993"),
            ("FERNPOST_TRUSTED_PROXIES", "10.0.0.1, 10.0.1.0/24"),
            ("FERNPOST_SESSION__IDLE_MINUTES", "5"),
            ("FERNPOST_REMOTE__ENABLED", "false"),
            ("FERNPOST_REMOTE__ALLOW", "10.1.0.0/16"),
            ("FERNPOST_CONFIG", "ignored.toml"),
            ("HOME", "/root"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::parse(LEAST, &environment).unwrap();
        let imap = config.imap.unwrap();
        assert_eq!((imap.at.host.as_str(), imap.at.port), ("other.example.org", 1993));
        assert_eq!(config.trusted_proxies.len(), 2);
        assert_eq!(config.session.idle, Duration::from_secs(300));
        assert_eq!((config.remote.enabled, config.remote.allow.len()), (false, 1));
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let wrong = |name: &str, value: &str| {
            Config::parse(LEAST, &[(name.to_owned(), value.to_owned())]).unwrap_err().to_string()
        };
        assert_eq!(wrong("FERNPOST_IMAP__PORT", "x"), "FERNPOST_IMAP__PORT: must be a number");
        assert_eq!(wrong("FERNPOST_IMAP__PROT", "x"), "imap.prot: there is no such key");
    }
}
