//! An address as a mail has it, and whether it may be asked at all.

use url::{Host, Url};

use super::Error;

/// Where one request goes.
#[derive(Debug, Clone)]
pub(super) struct Target {
    url: Url,
}

impl Target {
    /// Reads an absolute `http` or `https` address without name and password (`P-03`). Every spelling of an address of
    /// numbers (`0x7f.1`, `2130706433`) is that address from here on.
    pub(super) fn parse(address: &str) -> Result<Self, Error> {
        Self::of(Url::parse(address).map_err(|_| Error::Address("no address"))?)
    }

    /// Where a redirect to `location` leads.
    pub(super) fn join(&self, location: &str) -> Result<Self, Error> {
        Self::of(self.url.join(location).map_err(|_| Error::Address("no address"))?)
    }

    fn of(mut url: Url) -> Result<Self, Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Address("another scheme"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("a name or password in it"));
        }
        if url.host().is_none() {
            return Err(Error::Address("no host"));
        }
        url.set_fragment(None);
        Ok(Self { url })
    }

    /// The host.
    pub(super) fn host(&self) -> Host<&str> {
        self.url.host().unwrap_or(Host::Domain("")) // looked at when it was made
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// Whether it is asked under TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// `Host` (RFC 9110 7.2): the port only where it is not the scheme's own.
    pub(super) fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Path and query.
    pub(super) fn path(&self) -> String {
        let path = self.url.path();
        self.url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// The whole address, written one way.
    pub(super) fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_asked() {
        // P-03
        for wrong in [
            "",
            "x",
            "//a.example/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "data:image/png,x",
            "gopher://a.example/",
            "http://u@a.example/",
            "http://u:p@a.example/",
            "http://:p@a.example/",
            "http://",
            "javascript:x",
        ] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
        let target = Target::parse("HTTPS://A.example:8443/x y?q=1#part").unwrap();
        assert_eq!(
            (target.as_str(), target.authority().as_str()),
            ("https://a.example:8443/x%20y?q=1", "a.example:8443")
        );
        assert_eq!((target.path().as_str(), target.port(), target.is_secure()), ("/x%20y?q=1", 8443, true));
        assert_eq!(target.join("/z").unwrap().as_str(), "https://a.example:8443/z");
        assert!(target.join("ftp://a.example/").is_err());
        assert!(target.join("http://user@a.example/").is_err());
    }
}
