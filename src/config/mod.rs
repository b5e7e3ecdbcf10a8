//! The configuration: what was typed (`raw`) and what it means ([`Config`]).
//!
//! Everything is checked before anything is bound: whoever holds a `Config` need not ask again.

mod authentication;
mod client_setup;
mod endpoint;
mod environment;
mod fetch;
mod identities;
mod meaning;
mod network;
mod origin;
mod raw;
mod served;
mod server;
mod value;

use std::path::{Path, PathBuf};

pub use authentication::Authentication;
pub use client_setup::{ClientServer, ClientSetup, Signing, UserName};
pub use endpoint::Endpoint;
pub use fetch::{Fetch, FetchHost, MAIL_PORTS};
pub use identities::{Addresses, Identities};
pub use meaning::{Compose, Config, Limits, Live, Login, Remote, Session};
pub use network::Network;
pub use origin::Origin;
pub use server::{Domain, Server};

/// What is wrong, and where: one line for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {what}")]
pub struct ConfigError {
    /// The key in dotted form (`imap.host`), or the file.
    pub key: String,
    /// What is wrong with it.
    pub what: String,
}

impl ConfigError {
    /// `key` is wrong in this way.
    pub fn new(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self { key: key.into(), what: what.into() }
    }
}

/// The file read where none is named.
const DEFAULT_FILE: &str = "fernpost.toml";

impl Config {
    /// Reads the file named on the command line, else by `FERNPOST_CONFIG`, else `fernpost.toml` where there is one;
    /// then the environment, whose keys win.
    pub fn load(named: Option<&Path>) -> Result<Self, ConfigError> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let by_environment =
            environment.iter().find(|(name, _)| name == "FERNPOST_CONFIG").map(|(_, value)| PathBuf::from(value));
        let (path, must_be) = match named.map(Path::to_owned).or(by_environment) {
            Some(path) => (path, true),
            None => (PathBuf::from(DEFAULT_FILE), false),
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if !must_be && error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ConfigError::new(path.display().to_string(), error.to_string())),
        };
        Self::parse(&text, &environment)
    }

    /// The meaning of a file's text with the environment's `FERNPOST_…` on top of it.
    pub fn parse(text: &str, environment: &[(String, String)]) -> Result<Self, ConfigError> {
        let mut table = raw::table(text)?;
        environment::lay_over(&mut table, environment)?;
        raw::RawConfig::read(table)?.try_into()
    }
}
