//! Whom people believe about senders.

use super::ConfigError;
use super::raw::RawAuthentication;

/// The servers whose `Authentication-Results` (RFC 8601) are believed. Without any nobody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authentication {
    /// The names they sign with: authserv-ids.
    pub trusted: Vec<String>,
    /// One's own hosts that write `Received` under other names: names, addresses, or names with a `*` at one end.
    pub hosts: Vec<String>,
}

pub(super) fn authentication_of(section: &str, raw: RawAuthentication) -> Result<Authentication, ConfigError> {
    let check = |key: &str, name: &String, stars: usize| {
        let fits = !name.trim_matches('*').is_empty()
            && name.matches('*').count() <= stars
            && (!name.contains('*') || name.starts_with('*') || name.ends_with('*'))
            && !name.contains(|c: char| c.is_whitespace() || c.is_control() || ";\"()".contains(c));
        match fits {
            true => Ok(()),
            false => {
                Err(ConfigError::new(format!("{section}.{key}"), format!("{name:?} is no name like mx.example.org")))
            }
        }
    };
    raw.trusted.iter().try_for_each(|name| check("trusted", name, 0))?;
    raw.hosts.iter().try_for_each(|name| check("hosts", name, 1))?;
    Ok(Authentication { trusted: raw.trusted, hosts: raw.hosts })
}
