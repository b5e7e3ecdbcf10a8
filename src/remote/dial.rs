//! A connection to an address that was looked at, and to no other.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use super::Error;
use super::target::Target;
use crate::tls;

/// Addresses of one name that are tried.
const TRIED: usize = 4;

/// Bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

/// Connects. The trust store is the system's, as for mail servers, and is read when it is first needed.
#[derive(Default)]
pub(super) struct Dialer {
    tls: OnceLock<Option<TlsConnector>>,
}

impl Dialer {
    /// Connects to the first of `addresses` that answers, under TLS where `target` wants it; each has so long.
    pub(super) async fn dial(
        &self,
        target: &Target,
        addresses: &[SocketAddr],
        patience: Duration,
    ) -> Result<Box<dyn Stream + Unpin>, Error> {
        let mut last = Error::NotPublic;
        for address in addresses.iter().take(TRIED) {
            match timeout(patience, self.connect(target, *address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error,
                Err(_) => last = Error::TooSlow,
            }
        }
        Err(last)
    }

    async fn connect(&self, target: &Target, address: SocketAddr) -> Result<Box<dyn Stream + Unpin>, Error> {
        let no_answer = |error: &dyn std::fmt::Display| Error::NoAnswer(error.to_string());
        let tcp = TcpStream::connect(address).await.map_err(|error| no_answer(&error))?;
        tcp.set_nodelay(true).map_err(|error| no_answer(&error))?;
        if !target.is_secure() {
            return Ok(Box::new(tcp));
        }
        let tls = self.tls.get_or_init(trust).as_ref().ok_or_else(|| no_answer(&"no trust store"))?;
        let name = match target.host() {
            Host::Domain(name) => ServerName::try_from(name.trim_end_matches('.').to_owned()),
            Host::Ipv4(address) => Ok(ServerName::from(std::net::IpAddr::V4(address))),
            Host::Ipv6(address) => Ok(ServerName::from(std::net::IpAddr::V6(address))),
        };
        let name = name.map_err(|error| no_answer(&error))?;
        Ok(Box::new(tls.connect(name, tcp).await.map_err(|error| no_answer(&error))?))
    }
}

/// Connects to the first of `addresses` that answers; each has so long.
pub(super) async fn connect(addresses: &[SocketAddr], patience: Duration) -> Result<TcpStream, Error> {
    let mut last = Error::NotPublic;
    for address in addresses.iter().take(TRIED) {
        match timeout(patience, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Error::NoAnswer(error.to_string()),
            Err(_) => last = Error::TooSlow,
        }
    }
    Err(last)
}

fn trust() -> Option<TlsConnector> {
    let connector = tls::connector(None);
    connector
        .inspect_err(|error| {
            tracing::error!(%error, "the system's trust store can't be read: no picture comes by https");
        })
        .ok()
}
