//! What may be asked of the operator's own network.

use std::net::SocketAddr;
use std::str::FromStr;

use super::Network;

/// An address or a range, asked at the ports of the web; or one address with its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    network: Network,
    port: Option<u16>,
}

impl Endpoint {
    /// Whether it allows this address and port.
    pub fn allows(&self, address: SocketAddr) -> bool {
        self.allows_at(&[80, 443], address)
    }

    /// The same, where a range means these ports.
    pub fn allows_at(&self, usual: &[u16], address: SocketAddr) -> bool {
        let port = match self.port {
            Some(port) => port == address.port(),
            None => usual.contains(&address.port()),
        };
        port && self.network.contains(address.ip())
    }
}

impl FromStr for Endpoint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.parse::<SocketAddr>() {
            Ok(address) => Ok(Self { network: address.ip().to_string().parse()?, port: Some(address.port()) }),
            Err(_) => Ok(Self { network: text.parse()?, port: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_asked_as_the_web_is_and_an_address_where_it_says() {
        for (endpoint, address, allowed) in [
            ("10.1.0.0/16", "10.1.2.3:443", true),
            ("10.1.0.0/16", "10.1.2.3:80", true),
            ("10.1.0.0/16", "10.1.2.3:22", false),
            ("10.1.0.0/16", "10.2.0.1:80", false),
            ("127.0.0.1:8081", "127.0.0.1:8081", true),
            ("127.0.0.1:8081", "127.0.0.1:80", false),
            ("127.0.0.1:8081", "127.0.0.2:8081", false),
            ("[::1]:8081", "[::1]:8081", true),
            ("fd00::/8", "[fd12::1]:80", true),
        ] {
            let parsed: Endpoint = endpoint.parse().unwrap();
            assert_eq!(parsed.allows(address.parse().unwrap()), allowed, "{endpoint} {address}");
        }
        for wrong in ["", "intranet", "10.1.0.0/16:80", "10.1.0.0/33", "::1:80x"] {
            assert!(wrong.parse::<Endpoint>().is_err(), "{wrong}");
        }
    }
}
