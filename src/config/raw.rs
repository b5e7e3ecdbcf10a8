//! What was typed: the keys of the file as they are, unknown ones refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Table;

use super::ConfigError;
use super::client_setup::RawClientSetup;
use super::fetch::RawFetch;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    pub(super) listen: String,
    pub(super) base_path: String,
    pub(super) public_url: Option<String>,
    pub(super) trusted_proxies: Vec<String>,
    pub(super) admin_listen: Option<String>,
    pub(super) database_url: String,
    pub(super) secret_file: String,
    pub(super) uploads_folder: Option<String>,
    pub(super) log: String,
    pub(super) time_zone: String,
    pub(super) workers: Option<u16>,
    pub(super) imap: Option<RawServer>,
    pub(super) submission: Option<RawServer>,
    pub(super) pop3: Option<RawServer>,
    pub(super) sieve: Option<RawServer>,
    pub(super) domain: Vec<RawDomain>,
    pub(super) login: RawLogin,
    pub(super) session: RawSession,
    pub(super) limits: RawLimits,
    pub(super) compose: RawCompose,
    pub(super) live: RawLive,
    pub(super) authentication: RawAuthentication,
    pub(super) remote: RawRemote,
    pub(super) identities: RawIdentities,
    pub(super) client_setup: RawClientSetup,
    pub(super) fetch: RawFetch,
}

impl Default for RawConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            base_path: "/webmail".to_owned(),
            public_url: None,
            trusted_proxies: ["127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            admin_listen: None,
            database_url: "sqlite:fernpost.db".to_owned(),
            secret_file: "fernpost.secret".to_owned(),
            uploads_folder: None,
            log: "info".to_owned(),
            time_zone: "UTC".to_owned(),
            workers: None,
            imap: None,
            submission: None,
            pop3: None,
            sieve: None,
            domain: Vec::new(),
            login: RawLogin::default(),
            session: RawSession::default(),
            limits: RawLimits::default(),
            compose: RawCompose::default(),
            live: RawLive::default(),
            authentication: RawAuthentication::default(),
            remote: RawRemote::default(),
            identities: RawIdentities::default(),
            client_setup: RawClientSetup::default(),
            fetch: RawFetch::default(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawServer {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<String>,
    pub(super) ca_file: Option<String>,
    #[serde(default)]
    pub(super) disabled_capabilities: Vec<String>,
    pub(super) max_connections_per_user: Option<u16>,
    pub(super) command_seconds: Option<u16>,
    pub(super) files_sent: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDomain {
    pub(super) name: String,
    pub(super) imap: Option<RawServer>,
    pub(super) submission: Option<RawServer>,
    pub(super) pop3: Option<RawServer>,
    pub(super) sieve: Option<RawServer>,
    pub(super) authentication: Option<RawAuthentication>,
    pub(super) identities: Option<RawIdentities>,
    pub(super) client_setup: Option<RawClientSetup>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAuthentication {
    pub(super) trusted: Vec<String>,
    pub(super) hosts: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLogin {
    pub(super) default_domain: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSession {
    pub(super) idle_minutes: u32,
    pub(super) absolute_hours: u32,
    pub(super) remember_days: u32,
}

impl Default for RawSession {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 24, remember_days: 14 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLimits {
    pub(super) actions_per_second: u32,
    pub(super) actions_burst: u32,
    pub(super) cache_megabytes: u16,
    pub(super) upload_megabytes: u16,
    pub(super) import_megabytes: u16,
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            actions_per_second: 20,
            actions_burst: 200,
            cache_megabytes: 256,
            upload_megabytes: 100,
            import_megabytes: 1_000,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCompose {
    pub(super) message_megabytes: u16,
}

impl Default for RawCompose {
    fn default() -> Self {
        Self { message_megabytes: 25 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLive {
    pub(super) beat_milliseconds: u32,
}

impl Default for RawLive {
    fn default() -> Self {
        Self { beat_milliseconds: 150 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRemote {
    pub(super) enabled: bool,
    pub(super) allow: Vec<String>,
}

impl Default for RawRemote {
    fn default() -> Self {
        Self { enabled: true, allow: Vec::new() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawIdentities {
    pub(super) addresses: Option<String>,
    pub(super) aliases: BTreeMap<String, Vec<String>>,
}

/// The text as a table of TOML.
pub(super) fn table(text: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ConfigError::new(format!("line {}", before.matches('\n').count() + 1), one_line(error.message()))
    })
}

impl RawConfig {
    /// The table's keys and nothing else.
    pub(super) fn read(table: Table) -> Result<Self, ConfigError> {
        Self::deserialize(table).map_err(|error| {
            // The library says "unknown field `x`, expected …\nin `imap`": the last line is the place.
            let said = error.to_string();
            let place = said.lines().rev().find_map(|line| line.trim().strip_prefix("in `")?.strip_suffix('`'));
            let message = one_line(error.message());
            let unknown = message.strip_prefix("unknown field `").and_then(|rest| Some(rest.split_once('`')?.0));
            let key = match (place, unknown) {
                (Some(place), Some(name)) if place != name && !place.ends_with(&format!(".{name}")) => {
                    format!("{place}.{name}")
                }
                (Some(place), _) => place.to_owned(),
                (None, Some(name)) => name.to_owned(),
                (None, None) => "the configuration".to_owned(),
            };
            let what = match unknown {
                Some(_) => "there is no such key".to_owned(),
                None => message,
            };
            ConfigError::new(key, what)
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
