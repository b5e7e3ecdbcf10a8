//! From which accounts elsewhere people may fetch their mail (`[fetch]`): none, unless the operator names their servers.

use serde::Deserialize;

use super::server::named;
use super::{ConfigError, Endpoint};

/// As it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFetch {
    hosts: Vec<String>,
    allow: Vec<String>,
}

/// What it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetch {
    /// The servers, in the order in which they are offered.
    pub hosts: Vec<FetchHost>,
    /// What may be connected to beside the public Internet.
    pub allow: Vec<Endpoint>,
}

/// A server elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchHost {
    /// Its name.
    pub host: String,
    /// Its port; absent: the usual one of its protocol.
    pub port: Option<u16>,
}

/// The usual ports: IMAP and POP3, under TLS from the first byte and by STARTTLS.
pub const MAIL_PORTS: [u16; 4] = [993, 143, 995, 110];

impl Fetch {
    /// Whether mail may be fetched from this host at this port.
    pub fn names(&self, host: &str, port: u16) -> bool {
        let fits = |one: &FetchHost| one.port.map_or_else(|| MAIL_PORTS.contains(&port), |own| own == port);
        self.hosts.iter().any(|one| one.host.eq_ignore_ascii_case(host) && fits(one))
    }

    /// Every port that something may be asked at.
    pub fn ports(&self) -> Vec<u16> {
        MAIL_PORTS.into_iter().chain(self.hosts.iter().filter_map(|one| one.port)).collect()
    }
}

pub(super) fn fetch_of(raw: &RawFetch) -> Result<Fetch, ConfigError> {
    let host = |text: &String| {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0))),
            None => (text.as_str(), None),
        };
        let wrong = || {
            ConfigError::new(
                "fetch.hosts",
                format!("{text:?} is no name like imap.example.org or imap.example.org:993"),
            )
        };
        let port = port.map(|port| port.ok_or_else(wrong)).transpose()?;
        if !named(host) || host.contains(':') { Err(wrong()) } else { Ok(FetchHost { host: host.to_owned(), port }) }
    };
    let allow = |text: &String| {
        let what = format!("{text:?} is no address, no range like 10.1.0.0/16 and no address with a port");
        text.parse().map_err(|()| ConfigError::new("fetch.allow", what))
    };
    Ok(Fetch {
        hosts: raw.hosts.iter().map(host).collect::<Result<_, _>>()?,
        allow: raw.allow.iter().map(allow).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn mail_is_fetched_from_where_the_operator_says_and_from_nowhere_else() {
        let config = |text: &str| Config::parse(&format!("[imap]\nhost = \"x\"\n{text}"), &[]);
        let fetch = config("[fetch]\nhosts = [\"imap.example.org\", \"pop.example.net:1995\"]\n").unwrap().fetch;
        for (host, port, named) in [
            ("imap.example.org", 993, true),
            ("IMAP.example.org", 110, true),
            ("imap.example.org", 25, false),
            ("pop.example.net", 1995, true),
            ("pop.example.net", 995, false),
            ("evil.example", 993, false),
            ("imap.example.org.evil.example", 993, false),
        ] {
            assert_eq!(fetch.names(host, port), named, "{host}:{port}");
        }
        assert!(!config("").unwrap().fetch.names("imap.example.org", 993));
        for wrong in ["hosts = [\"a b\"]", "hosts = [\"x:0\"]", "hosts = [\"x:y\"]", "hosts = [\"\"]"] {
            let said = config(&format!("[fetch]\n{wrong}\n")).unwrap_err().to_string();
            assert!(said.starts_with("fetch.hosts: "), "{said}");
        }
        assert!(config("[fetch]\nallow = [\"x\"]\n").unwrap_err().to_string().starts_with("fetch.allow: "));
    }
}
