//! Values that are typed in one line, and what each must be.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ConfigError, Endpoint};

pub(super) fn address(key: &str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| ConfigError::new(key, "must be an address with a port, like 127.0.0.1:8080"))
}

pub(super) fn endpoint(text: &str) -> Result<Endpoint, ConfigError> {
    text.parse().map_err(|()| {
        let what = format!("{text:?} is no address, no range like 10.1.0.0/16 and no address with a port");
        ConfigError::new("remote.allow", what)
    })
}

pub(super) fn base_path(text: &str) -> Result<String, ConfigError> {
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
pub(super) fn megabytes(key: &str, count: u16) -> Result<u64, ConfigError> {
    if count == 0 { Err(ConfigError::new(key, "must be at least 1")) } else { Ok(u64::from(count) * 1_000_000) }
}

/// The folder of uploads where nobody named one: beside the database.
pub(super) fn beside(database_url: &str) -> PathBuf {
    let path =
        database_url.trim_start_matches("sqlite:").trim_start_matches("//").split('?').next().unwrap_or_default();
    let folder = if path == ":memory:" { None } else { Path::new(path).parent() };
    folder.unwrap_or(Path::new("")).join("fernpost.uploads")
}

/// So many of what lasts `minutes`.
pub(super) fn minutes(key: &str, count: u32, minutes: u64) -> Result<Duration, ConfigError> {
    if count == 0 || count > 100_000 {
        return Err(ConfigError::new(key, "must be from 1 to 100000"));
    }
    Ok(Duration::from_secs(u64::from(count) * minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
