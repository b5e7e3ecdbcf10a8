//! The origin that browsers see: scheme, host and port.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use url::Url;

/// An origin as a browser writes it: `https://mail.example.org`, the scheme's own port left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    scheme_length: usize,
    default_port: u16,
}

impl Origin {
    /// The origin of a listener of our own, without TLS.
    pub fn of_listener(address: SocketAddr) -> Self {
        let port = if address.port() == 80 { String::new() } else { format!(":{}", address.port()) };
        let host = match address {
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        Self { text: format!("http://{host}{port}"), scheme_length: 4, default_port: 80 }
    }

    /// `https://mail.example.org`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's name alone.
    pub fn host(&self) -> &str {
        let authority = self.as_str().split_once("://").map_or(self.as_str(), |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// Whether browsers come by TLS.
    pub fn is_secure(&self) -> bool {
        self.scheme_length == 5
    }

    /// Whether browsers trust it enough to say where requests come from (Secure Contexts 3.1): by TLS, or on this very
    /// machine. Elsewhere they send no `Sec-Fetch-…`.
    pub fn is_trustworthy(&self) -> bool {
        let host = self.text.get(self.scheme_length + 3..).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.contains(']') { host } else { name });
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        self.is_secure() || name == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// Whether a `Host` header names this origin's host and port, the scheme's own port written or not.
    pub fn has_host(&self, host: &str) -> bool {
        let ours = self.text.get(self.scheme_length + 3..).unwrap_or_default();
        host.eq_ignore_ascii_case(ours)
            || host
                .strip_suffix(&self.default_port.to_string())
                .and_then(|host| host.strip_suffix(':'))
                .is_some_and(|host| host.eq_ignore_ascii_case(ours))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = Url::parse(text).map_err(|_| ())?;
        let (scheme_length, default_port) = match url.scheme() {
            "http" => (4, 80),
            "https" => (5, 443),
            _ => return Err(()),
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() || !url.has_host() {
            return Err(());
        }
        Ok(Self { text: url.origin().ascii_serialization(), scheme_length, default_port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (text, origin) in [
            ("https://mail.example.org", "https://mail.example.org"),
            ("https://MAIL.example.org:443/", "https://mail.example.org"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), origin);
        }
        for text in ["mail.example.org", "ftp://x", "https://x/webmail", "https://u@x", "https://x/?a", "https://x/#a"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn browsers_trust_tls_and_this_machine() {
        for (origin, trusted) in [
            ("https://mail.example.org", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://[::1]", true),
            ("http://localhost", true),
            ("http://localhost:8080", true),
            ("http://mail.example.org", false),
            ("http://192.168.0.2:8080", false),
            ("http://[2001:db8::1]", false),
        ] {
            assert_eq!(origin.parse::<Origin>().unwrap().is_trustworthy(), trusted, "{origin}");
        }
    }

    #[test]
    fn only_its_own_host_is_its_host() {
        let origin: Origin = "https://mail.example.org".parse().unwrap();
        for (host, ours) in [
            ("mail.example.org", true),
            ("Mail.Example.org", true),
            ("mail.example.org:443", true),
            ("mail.example.org:80", false),
            ("example.org", false),
            ("evil.test", false),
            ("", false),
        ] {
            assert_eq!(origin.has_host(host), ours, "{host}"); // C-05
        }
        let demo: Origin = "http://127.0.0.1:8080".parse().unwrap();
        assert!(demo.has_host("127.0.0.1:8080"));
        assert!(!demo.has_host("127.0.0.1"));
    }
}
