//! What the configuration means.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::authentication::{Authentication, authentication_of};
use super::client_setup::{ClientSetup, OwnServers, client_setup_of};
use super::fetch::{Fetch, fetch_of};
use super::identities::{Identities, identities_of};
use super::raw::RawConfig;
use super::server::{Domain, IMAP, POP3, SIEVE, SUBMISSION, Server, domain_name, domain_of, server_of};
use super::value::{address, base_path, beside, endpoint, megabytes, minutes};
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

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
