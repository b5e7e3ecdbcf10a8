//! The guarded client.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Host;

use super::cache::Cache;
use super::dial::{self, Dialer};
use super::exchange::{self, Answer};
use super::places::Places;
use super::target::Target;
use super::{Error, Limits, Picture, Resolve, SystemResolver, address};

/// What the operator allows beside the public Internet.
pub type Allow = Arc<dyn Fn(SocketAddr) -> bool + Send + Sync>;

/// The ports of the web.
const WEB: [u16; 2] = [80, 443];

/// Fetches from other people's servers. One for the process; cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    enabled: bool,
    allow: Allow,
    /// Where the public Internet may be asked.
    ports: Vec<u16>,
    resolver: Arc<dyn Resolve>,
    limits: Limits,
    dialer: Dialer,
    places: Places,
    cache: Cache,
}

impl Client {
    /// One that asks the public Internet, and what `allow` names beside it.
    pub fn new(allow: Allow) -> Self {
        Self::with(allow, Arc::new(SystemResolver::default()), Limits::default())
    }

    /// One that connects to these ports of the public Internet, and to what `allow` names beside it.
    pub fn at_ports(ports: Vec<u16>, allow: Allow) -> Self {
        let inner = Inner::new(allow, Arc::new(SystemResolver::default()), Limits::default());
        Self(Arc::new(Inner { ports, ..inner }))
    }

    /// One that asks nobody (`P-05`).
    pub fn off() -> Self {
        let inner = Inner::new(Arc::new(|_| false), Arc::new(SystemResolver::default()), Limits::default());
        Self(Arc::new(Inner { enabled: false, ..inner }))
    }

    /// As [`Self::new`], with another way to find addresses, and other limits.
    pub fn with(allow: Allow, resolver: Arc<dyn Resolve>, limits: Limits) -> Self {
        Self(Arc::new(Inner::new(allow, resolver, limits)))
    }

    /// Whether it asks anybody.
    pub fn is_enabled(&self) -> bool {
        self.0.enabled
    }

    /// The picture at an address, remembered or fetched on behalf of `person`; one transparent pixel where none can be
    /// had. In at most the limits' `wait` and `whole`.
    pub async fn picture(&self, address: &str, person: &str) -> Picture {
        let Self(inner) = self;
        if !inner.enabled {
            return Picture::placeholder();
        }
        let Ok(target) = Target::parse(address) else { return Picture::placeholder() };
        let address = target.as_str();
        if let Some(known) = inner.cache.find(address) {
            return known;
        }
        // Whoever stops waiting leaves the flight to the next: nothing is fetched that nobody looks at.
        let flight = inner.cache.flight(address);
        let fetched = flight.get_or_init(async || {
            let (picture, lasts) = match inner.fetch(&target, person).await {
                Ok(picture) => (picture, inner.limits.fresh),
                Err(error) => {
                    tracing::debug!(%error, "no remote picture");
                    // a full house says nothing about the picture
                    if error == Error::Busy {
                        return Picture::placeholder();
                    }
                    (Picture::placeholder(), inner.limits.failed)
                }
            };
            inner.cache.keep(address, &picture, lasts);
            picture
        });
        fetched.await.clone()
    }

    /// Sends a form to an address on behalf of `person`, once, and follows nowhere; the status that came back
    /// (RFC 8058 3.1: one click, without cookies or any other context).
    pub async fn post(&self, address: &str, form: &[(&str, &str)], person: &str) -> Result<u16, Error> {
        let Self(inner) = self;
        if !inner.enabled {
            return Err(Error::Off);
        }
        let target = Target::parse(address)?;
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let _place = inner.places.take(person).await?;
        let posted = async {
            let addresses = inner.admit(&target).await?;
            let stream = inner.dialer.dial(&target, &addresses, inner.limits.connect).await?;
            exchange::post(stream, &target, Bytes::from(form)).await
        };
        timeout(inner.limits.whole, posted).await.map_err(|_| Error::TooSlow)?
    }
}

impl Client {
    /// A connection to a host, on behalf of `person`, for a protocol that is spoken elsewhere: to an address that was looked at in the
    /// same step, as for everything here.
    pub async fn connect(&self, host: &str, port: u16, person: &str) -> Result<TcpStream, Error> {
        let Self(inner) = self;
        if !inner.enabled {
            return Err(Error::Off);
        }
        let host = Host::parse(host).map_err(|_| Error::Address("no host"))?;
        let _place = inner.places.take(person).await?;
        let connected = async {
            let addresses = inner.admit_host(&host, port).await?;
            dial::connect(&addresses, inner.limits.connect).await
        };
        timeout(inner.limits.whole, connected).await.map_err(|_| Error::TooSlow)?
    }
}

impl Inner {
    fn new(allow: Allow, resolver: Arc<dyn Resolve>, limits: Limits) -> Self {
        Self {
            enabled: true,
            allow,
            ports: WEB.to_vec(),
            resolver,
            dialer: Dialer::default(),
            places: Places::new(&limits),
            cache: Cache::new(limits.cache),
            limits,
        }
    }

    async fn fetch(&self, target: &Target, person: &str) -> Result<Picture, Error> {
        let _place = self.places.take(person).await?;
        timeout(self.limits.whole, self.follow(target.clone())).await.map_err(|_| Error::TooSlow)?
    }

    /// Each step resolves, checks and connects anew.
    async fn follow(&self, mut target: Target) -> Result<Picture, Error> {
        for _ in 0..=self.limits.redirects {
            let addresses = self.admit(&target).await?;
            let stream = self.dialer.dial(&target, &addresses, self.limits.connect).await?;
            match exchange::get(stream, &target, self.limits.body).await? {
                Answer::Body(bytes) => return Picture::read(bytes).ok_or(Error::NoPicture),
                Answer::Elsewhere(location) => target = target.join(&location)?,
                Answer::Status(status) => return Err(Error::Status(status)),
            }
        }
        Err(Error::Redirects)
    }

    /// The addresses of a target that may be asked, never none: resolved once, and what is connected to is what was
    /// looked at here (`P-02`).
    async fn admit(&self, target: &Target) -> Result<Vec<SocketAddr>, Error> {
        self.admit_host(&target.host().to_owned(), target.port()).await
    }

    async fn admit_host(&self, host: &Host, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let found = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(|_| Error::NotPublic)?,
        };
        let may_be_asked: Vec<SocketAddr> = found
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .filter(|address| self.permits(*address))
            .collect();
        if may_be_asked.is_empty() { Err(Error::NotPublic) } else { Ok(may_be_asked) }
    }

    /// An address within another must be permitted too: a network that translates is a way into the one behind it.
    fn permits(&self, address: SocketAddr) -> bool {
        let usual_port = self.ports.contains(&address.port());
        let itself = (usual_port && address::is_global(address.ip())) || (self.allow)(address);
        let within = address::inner_v4(address.ip());
        itself && within.is_none_or(|inner| self.permits(SocketAddr::new(inner.into(), address.port())))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("enabled", &self.0.enabled)
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::*;

    /// Names as the world has them: those whose address stands in the name, and those every machine knows.
    struct Names;

    impl Resolve for Names {
        fn resolve(&self, host: &str) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
            let address = match host.trim_end_matches('.') {
                "localhost"
                | "localhost.localdomain"
                | "127.0.0.1.nip.io"
                | "127-0-0-1.nip.io"
                | "7f000001.nip.io"
                | "127.0.0.1.sslip.io" => "127.0.0.1",
                "fc00--1.nip.io" => "fc00::1",
                "--1.nip.io" => "::1",
                "metadata.google.internal" => "169.254.169.254",
                "domain.tld" => "192.0.1.7",
                "20.0.0.1.nip.io" | "www-20-0-0-1.nip.io" => "20.0.0.1",
                "40b01609.nip.io" => "64.176.22.9",
                "both.example" => {
                    return async { Ok(vec!["::1".parse().unwrap(), "20.0.0.1".parse().unwrap()]) }.boxed();
                }
                other => panic!("{other} is not in the test"),
            };
            std::future::ready(Ok(vec![address.parse().unwrap()])).boxed()
        }
    }

    fn inner(allow: impl Fn(SocketAddr) -> bool + Send + Sync + 'static) -> Inner {
        Inner::new(Arc::new(allow), Arc::new(Names), Limits::default())
    }

    async fn admitted(inner: &Inner, address: &str) -> Result<Vec<SocketAddr>, Error> {
        inner.admit(&Target::parse(address)?).await
    }

    /// The cases of Roundcube's `UtilsTest::provide_is_local_url_cases` (28b44419e, 2026).
    const LOCAL: [&str; 28] = [
        "https://127.0.0.1",
        "https://10.1.1.1",
        "https://172.16.0.1",
        "https://192.168.0.100",
        "https://169.254.0.200",
        "http://[fc00::1]",
        "ftp://[::1]:8080",
        "//127.0.0.1",
        "http://localhost",
        "http://localhost.localdomain",
        "http://localhost.:8080/",
        "http://2130706433:8080",
        "http://0x7f000001:8080",
        "http://0177.0.0.1:8080",
        "http://127.1:8080",
        "http://0.0.0.0:8080",
        "http://[::ffff:127.0.0.1]:8080",
        "http://127.0.0.1.nip.io",
        "http://fc00--1.nip.io",
        "http://--1.nip.io",
        "http://127-0-0-1.nip.io",
        "http://7F000001.nip.io/",
        "http://metadata.google.internal",
        "http://127.0.0.1.sslip.io/",
        "http://[0:0:0:0:0:ffff:127.0.0.1]/",
        "http://0/",
        "http://100.64.0.1",
        "http://[fe80::1]",
    ];

    #[tokio::test]
    async fn every_spelling_of_a_local_address_is_refused() {
        // P-02
        let inner = inner(|_| false);
        for address in LOCAL {
            assert!(admitted(&inner, address).await.is_err(), "{address}");
            // nor is it the port or the scheme alone that saves us
            let usual = address.replace(":8080", "").replace("ftp:", "http:");
            let usual = if usual.starts_with("//") { format!("http:{usual}") } else { usual };
            assert_eq!(admitted(&inner, &usual).await, Err(Error::NotPublic), "{usual}");
        }
    }

    #[tokio::test]
    async fn public_addresses_are_asked_at_the_ports_of_the_web() {
        let inner = inner(|_| false);
        for (address, found) in [
            ("http://[2001:470::76:0:0:0:2]", "[2001:470:0:76::2]:80"),
            ("http://domain.tld", "192.0.1.7:80"),
            ("http://20.0.0.1.nip.io", "20.0.0.1:80"),
            ("https://www-20-0-0-1.nip.io", "20.0.0.1:443"),
            ("http://40b01609.nip.io/", "64.176.22.9:80"),
            ("http://domain.tld:443", "192.0.1.7:443"),
            ("http://both.example", "20.0.0.1:80"),
        ] {
            assert_eq!(admitted(&inner, address).await, Ok(vec![found.parse().unwrap()]), "{address}");
        }
        // P-03
        for wrong in ["http://domain.tld:8080", "https://domain.tld:22", "http://domain.tld:25/", "http://domain.tld:0"]
        {
            assert_eq!(admitted(&inner, wrong).await, Err(Error::NotPublic), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_the_operator_allows_is_asked_and_nothing_beside_it() {
        let allowed: IpAddr = "10.1.1.1".parse().unwrap();
        let translated: IpAddr = "64:ff9b::a01:101".parse().unwrap();
        let behind: IpAddr = "64:ff9b::7f00:1".parse().unwrap();
        let inner = inner(move |address| address.port() == 80 && [allowed, translated, behind].contains(&address.ip()));
        assert!(admitted(&inner, "http://10.1.1.1/").await.is_ok());
        assert!(admitted(&inner, "http://10.1.1.2/").await.is_err());
        assert!(admitted(&inner, "http://10.1.1.1:443/").await.is_err());
        assert!(admitted(&inner, "http://[64:ff9b::a01:101]/").await.is_ok());
        assert!(admitted(&inner, "http://[64:ff9b::7f00:1]/").await.is_err(), "loopback behind a translator");
    }
}
