//! The application: a value that can be built twice, by `main` and by every test.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::dev::Server as HttpService;
use actix_web::{HttpServer, web as actix};
use tokio_util::sync::CancellationToken;

use crate::account::{Accounts, Cadence, Fetcher, Outgoing, PopServers, Post, Servers, Submission, Trusted, Works};
use crate::config::{self, Authentication, Config, ConfigError, Domain, MAIL_PORTS, Origin, Server};
use crate::imap::Dialer;
use crate::mime::Trust;
use crate::pop3;
use crate::remote;
use crate::smtp::Submitter;
use crate::store::{self, ServerKey, Store, Uploads};
use crate::tls::Signer;
use crate::web::{self, Assets, Metrics, Pace, Policy, SafeBodies, State, Templates, Urls, Words};

/// How long running requests may take after the program was told to stop (`R-50`), in seconds.
const PATIENCE: u64 = 25;
/// How long a browser may take to send a request's head (`C-07`).
const HEAD: Duration = Duration::from_secs(30);
/// How long a connection may wait for its next request. A web server before us has to be the one that ends it: what it sends while we
/// do is lost, and it repeats no form. nginx keeps its own for 60 s, Caddy for 120.
const BETWEEN: Duration = Duration::from_secs(125);
/// How often what has ended is swept out.
const SWEEP: Duration = Duration::from_secs(60);

/// Why the program can't start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The configuration can't be followed.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// What must survive a restart can't be kept.
    #[error("{0}")]
    Store(#[from] store::Error),
    /// The address can't be listened on.
    #[error("{key}: {address}: {source}")]
    Bind {
        /// The key that names it.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Something built into the program is broken.
    #[error("{0}")]
    Broken(String),
}

/// Fernpost, built and bound, not yet running.
pub struct App {
    service: HttpService,
    admin: Option<HttpService>,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    state: actix::Data<State>,
    stop: CancellationToken,
}

impl App {
    /// Puts the parts together and binds the addresses. Needs a tokio runtime: IMAP lives on the one it is called on.
    pub async fn build(config: Config) -> Result<Self, BuildError> {
        let (servers, submission, pop_servers) = (servers(&config)?, submission(&config)?, pop_servers(&config)?);
        signers(&config)?;
        let key = Arc::new(ServerKey::open_or_make(&config.secret_file)?);
        let store = Store::open(&config.database_url).await?;
        let uploads = Uploads::open(&config.uploads_folder, config.limits.uploads, &key)?;
        // what is unpacked of an archive lies beside it
        let imports = Uploads::imports(&config.uploads_folder, config.limits.imports.saturating_mul(2), &key)?;
        // before anybody can ask for anything
        store.outbox().recover().await?;
        let post = Post::new(store.outbox().clone(), uploads.clone(), key.clone());
        let fetcher = fetcher(&config, &store, key.clone());
        let works = Works::new(store.jobs().clone(), store.belongings().clone(), key.clone());
        let (listener, address) = bind("listen", config.listen)?;
        let admin = config.admin_listen.map(|address| bind("admin_listen", address)).transpose()?;
        let origin = config.public_url.clone().unwrap_or_else(|| Origin::of_listener(address));
        let words = Words::load().map_err(|error| BuildError::Broken(error.to_string()))?;
        let assets = Assets::load().map_err(|error| BuildError::Broken(error.to_string()))?;
        let stop = CancellationToken::new();
        let state = actix::Data::new(State {
            accounts: Accounts::new(servers)
                .with_cadence(Cadence { beat: config.live.beat })
                .with_trusted(trusted(&config))
                .with_submission(submission)
                .with_pop_servers(pop_servers)
                .with_post(post)
                .with_works(works)
                .with_imports(imports.clone())
                .with_fetcher(fetcher)
                .with_memory(config.limits.cache),
            store,
            uploads,
            imports,
            key,
            templates: Templates::load(&words).map_err(|error| BuildError::Broken(error.to_string()))?,
            urls: Urls::new(&config.base_path, origin.as_str(), assets.hash()),
            policy: Policy::new(&origin, &config.base_path),
            safe_bodies: SafeBodies::default(),
            remote: remote_client(&config.remote),
            metrics: Metrics::default(),
            pace: Pace::new(config.limits),
            stopping: false.into(),
            stop: stop.clone(),
            config: Arc::new(config),
            origin,
            assets,
            words,
        });
        let broken = |error: io::Error| BuildError::Broken(error.to_string());
        let for_pages = state.clone();
        let mut service = HttpServer::new(move || web::app(for_pages.clone()))
            .disable_signals()
            .shutdown_timeout(PATIENCE)
            .client_request_timeout(HEAD)
            .keep_alive(BETWEEN)
            // Else the last piece of what is streamed, and each word of a live page, waits until what went before is acknowledged:
            // 40 ms on Linux, whose receivers put that off.
            .tcp_nodelay(true)
            // A closed tab ends its request at once instead of when something is next written to it.
            .h1_allow_half_closed(false);
        if let Some(workers) = state.config.workers {
            service = service.workers(workers);
        }
        let service = service.listen(listener).map_err(broken)?.run();
        let admin_address = admin.as_ref().map(|(_, address)| *address);
        let admin = match admin {
            Some((listener, _)) => {
                let for_admin = state.clone();
                let pages = move || actix_web::App::new().app_data(for_admin.clone()).configure(web::configure_admin);
                let service = HttpServer::new(pages).disable_signals().workers(1).shutdown_timeout(1);
                Some(service.listen(listener).map_err(broken)?.run())
            }
            None => None,
        };
        Ok(Self { service, admin, address, admin_address, state, stop })
    }

    /// The port of the pages, also where the configuration left the choice to the system.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The port of health and metrics.
    pub fn admin_port(&self) -> Option<u16> {
        self.admin_address.map(|address| address.port())
    }

    /// The address that a person types.
    pub fn url(&self) -> String {
        format!("{}{}", self.state.origin, self.state.urls.home())
    }

    /// Cancelling it stops the program as SIGTERM does.
    pub fn stopper(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Serves until told to stop; then takes nothing new, finishes what runs, signs off from the mail servers and
    /// writes what is only in memory (`R-50`).
    pub async fn run_until_stopped(self) -> io::Result<()> {
        let Self { service, admin, state, stop, .. } = self;
        let (pages, health) = (service.handle(), admin.as_ref().map(HttpService::handle));
        let admin = admin.map(tokio::spawn);
        let service = tokio::spawn(service);
        let sweeper = tokio::spawn(sweep(state.clone(), stop.clone()));
        let accounts = state.accounts.clone();
        let outbox = tokio::spawn(async move { accounts.run_outbox().await });
        let accounts = state.accounts.clone();
        let jobs = tokio::spawn(async move { accounts.run_jobs().await });
        stop.cancelled().await;
        tracing::info!("stopping");
        state.stopping.store(true, Ordering::Relaxed);
        let patience = Duration::from_secs(PATIENCE);
        tokio::join!(pages.stop(true), state.accounts.finish_outbox(patience), state.accounts.finish_jobs(patience));
        state.accounts.shut_down();
        if let Some(health) = health {
            health.stop(true).await;
        }
        // A task that ended in a panic is in the log by the panic hook; stopping goes on.
        let _ = sweeper.await;
        let _ = outbox.await;
        let _ = jobs.await;
        if let Some(admin) = admin {
            let _ = admin.await;
        }
        let ended = service.await;
        state.store.close().await;
        ended.map_err(io::Error::other)?
    }
}

async fn sweep(state: actix::Data<State>, stop: CancellationToken) {
    let mut every = tokio::time::interval(SWEEP);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        state.accounts.forget_idle();
        if let Err(error) = state.store.sweep().await {
            tracing::warn!(%error, "ended sessions could not be swept out");
        }
        if let Err(error) = state.uploads.sweep().await {
            tracing::warn!(%error, "old uploads could not be swept out");
        }
        if let Err(error) = state.imports.sweep().await {
            tracing::warn!(%error, "files that were brought could not be swept out");
        }
    }
}

fn bind(key: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), BuildError> {
    let failed = |source| BuildError::Bind { key, address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What asks other people's servers.
fn remote_client(config: &config::Remote) -> remote::Client {
    if !config.enabled {
        return remote::Client::off();
    }
    let allow = config.allow.clone();
    remote::Client::new(Arc::new(move |address| allow.iter().any(|endpoint| endpoint.allows(address))))
}

/// What fetches mail from accounts elsewhere: from hosts that the operator named, at addresses that are everybody's.
fn fetcher(config: &Config, store: &Store, key: Arc<ServerKey>) -> Fetcher {
    let (fetch, ports) = (config.fetch.clone(), config.fetch.ports());
    let allow = Arc::new(move |address| fetch.allow.iter().any(|endpoint| endpoint.allows_at(&MAIL_PORTS, address)));
    let (for_hosts, for_trust) = (config.fetch.clone(), config.clone());
    Fetcher::new(
        remote::Client::at_ports(ports, allow),
        move |host, port| for_hosts.names(host, port),
        move |host| for_trust.ca_file_of(host),
        store.fetched().clone(),
        key,
    )
}

/// Which IMAP server serves which mail domain.
fn servers(config: &Config) -> Result<Servers, ConfigError> {
    let dialer = |server: &Server| {
        let dialer =
            Dialer::new(server.at.clone()).map_err(|error| ConfigError::new("imap.ca_file", error.to_string()))?;
        Ok(dialer.with_deadline(server.command).with_connections(server.max_connections_per_user.into()))
    };
    let own = |domain: &Domain| Some(dialer(domain.imap.as_ref()?).map(|dialer| (domain.name.clone(), dialer)));
    let domains = config.domains.iter().filter_map(own).collect::<Result<Vec<_>, ConfigError>>()?;
    Ok(Servers::new(config.imap.as_ref().map(dialer).transpose()?, domains))
}

/// Which submission server sends the mail of which mail domain.
fn submission(config: &Config) -> Result<Submission, ConfigError> {
    let outgoing = |server: &Server| {
        let submitter = Submitter::new(server.at.clone())
            .map_err(|error| ConfigError::new("submission.ca_file", error.to_string()))?;
        Ok(Outgoing { submitter: submitter.with_deadline(server.command), files_sent: server.files_sent })
    };
    let own = |domain: &Domain| Some(outgoing(domain.submission.as_ref()?).map(|one| (domain.name.clone(), one)));
    let domains = config.domains.iter().filter_map(own).collect::<Result<Vec<_>, ConfigError>>()?;
    Ok(Submission::new(config.submission.as_ref().map(outgoing).transpose()?, domains))
}

/// Which POP3 server has the mail of which mail domain.
fn pop_servers(config: &Config) -> Result<PopServers, ConfigError> {
    let dialer = |server: Server| {
        let dialer =
            pop3::Dialer::new(server.at).map_err(|error| ConfigError::new("pop3.ca_file", error.to_string()))?;
        Ok(dialer.with_deadline(server.command))
    };
    let own = |domain: &Domain| Some(dialer(config.pop3_of(&domain.name)?).map(|dialer| (domain.name.clone(), dialer)));
    let domains = config.domains.iter().filter_map(own).collect::<Result<Vec<_>, ConfigError>>()?;
    Ok(PopServers::new(config.pop3_of("").map(dialer).transpose()?, domains))
}

/// What profiles are signed with is there, and fits: whoever finds out later is a person with a phone in their hand.
fn signers(config: &Config) -> Result<(), ConfigError> {
    let common = ("client_setup".to_owned(), Some(&config.client_setup));
    let own = |domain: &'_ Domain| format!("domain {}: client_setup", domain.name);
    let owns = config.domains.iter().map(|domain| (own(domain), domain.client_setup.as_ref()));
    for (section, setup) in std::iter::once(common).chain(owns) {
        let Some(signing) = setup.and_then(|setup| setup.signing.as_ref()) else { continue };
        let checked = Signer::new(&signing.certificate, &signing.key).check();
        checked.map_err(|error| ConfigError::new(format!("{section}.sign_certificate"), error.to_string()))?;
    }
    Ok(())
}

/// Whom the people of which mail domain believe about senders.
fn trusted(config: &Config) -> Trusted {
    let trust = |one: &Authentication| Trust::new(one.trusted.iter().cloned(), one.hosts.iter().cloned());
    let own = |domain: &Domain| Some((domain.name.clone(), trust(domain.authentication.as_ref()?)));
    Trusted::new(trust(&config.authentication), config.domains.iter().filter_map(own))
}
