//! The web server in front of the application: the real program, with the very configuration that stands in `deploy/`.
//!
//! Of that file only what every operator puts in its place is replaced (host name, port of the application), and the
//! test fails when the file no longer says what is replaced. What stands around it is a web server as operators have
//! it: TLS, HTTP/2, and everything compressed that can be. It runs in a temporary folder, on loopback, and ends with
//! its [`Site`], or with the test program however that ends.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client};

use super::app::{TestApp, spawn_app_with};
use super::mail_server::{Credentials, mail_server};
use super::person::Person;
use super::program::free_port;
use super::visitor::Visitor;

/// How long a web server may take to start, to read its configuration again, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Apache,
    Caddy,
}

/// An application and the web server in front of it.
pub(crate) struct Site {
    pub(crate) app: TestApp,
    /// `https://localhost:PORT`
    pub(crate) origin: String,
    port: u16,
    proxy: Proxy,
}

/// A running web server.
struct Proxy {
    kind: Kind,
    program: PathBuf,
    folder: tempfile::TempDir,
    admin: u16,
    child: Child,
    /// How long its log was when it answered first.
    started: usize,
    /// Ends the web server when its own input ends: when we did, without a chance to do it ourselves.
    watcher: Child,
}

impl Site {
    /// Both of them, with these keys for the application; nothing where the program is not on this machine, which is
    /// said. Continuous integration has installed it, and there this is a failure.
    pub(crate) async fn behind(kind: Kind, keys: &str) -> Option<Self> {
        let Some(program) = find(kind.program()) else {
            use std::io::Write;
            let sentence = format!("{} is not on this machine (dev/install test): not tested", kind.program());
            assert!(std::env::var_os("CI").is_none(), "{sentence}");
            // not by a macro: the test harness would keep that to itself
            std::io::stderr().write_all(format!("{sentence}\n").as_bytes()).unwrap();
            return None;
        };
        let port = free_port();
        let origin = format!("https://localhost:{port}");
        let keys = format!("public_url = \"{origin}\"\ntrusted_proxies = [\"127.0.0.1\"]\n{keys}");
        let app = spawn_app_with(&keys).await;
        let proxy = Proxy::start(kind, program, port, &app.origin);
        Some(Self { app, origin, port, proxy })
    }

    /// Somebody at this address of loopback, whose browser speaks HTTP/2, if it is told to.
    pub(crate) fn visitor(&self, from: [u8; 4], http2: bool) -> Visitor {
        let ca = Certificate::from_pem(&fs::read(mail_server().ca_file()).unwrap()).unwrap();
        let connections = Client::builder()
            .tls_certs_only([ca])
            .resolve("localhost", ([127, 0, 0, 1], self.port).into())
            .local_address(std::net::IpAddr::from(from));
        Visitor::built(&self.origin, if http2 { connections } else { connections.http1_only() })
    }

    /// Somebody with a fresh account, signed in.
    pub(crate) async fn person(&self, http2: bool) -> Person {
        self.signed_in(mail_server().person("ann"), http2).await
    }

    /// This person, signed in from a new browser.
    pub(crate) async fn signed_in(&self, who: Credentials, http2: bool) -> Person {
        let visitor = self.visitor([127, 0, 0, 1], http2);
        let page = visitor.sign_in(&who.user, &who.password).await;
        assert_eq!(page.status, 303, "signing in: {}", page.text());
        Person::new(visitor, who)
    }

    /// A browser with connections of its own and this person's cookies.
    pub(crate) fn with_cookies_of(&self, person: &Person, http2: bool) -> Visitor {
        let visitor = self.visitor([127, 0, 0, 1], http2);
        for cookie in person.cookies() {
            let (name, value) = cookie.split_once('=').unwrap();
            visitor.set_cookie(name, value);
        }
        visitor
    }

    /// What the web server warned of since it runs, but that a browser left: to Caddy 2.6 (2022) that is an error.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.proxy.log();
        let is_one = |line: &&str| {
            ["warn", "error", "crit", "alert", "emerg"].iter().any(|level| line.contains(level))
                && !line.contains("aborting with incomplete response")
                && !line.contains("[ssl:warn]") // of its start, and late
        };
        log[self.proxy.started..].lines().filter(is_one).map(str::to_owned).collect()
    }

    /// Has the web server read its configuration again, as after a renewed certificate, and waits until it has.
    pub(crate) async fn reload(&self) {
        self.proxy.reload().await;
    }
}

impl Kind {
    fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "apache2",
            Self::Caddy => "caddy",
        }
    }

    /// The file of `deploy/` for an application at this address.
    fn deployed(self, application: &str) -> String {
        let (file, places) = match self {
            Self::Nginx => ("nginx.conf", 4),
            Self::Apache => ("apache.conf", 6),
            Self::Caddy => ("Caddyfile", 2),
        };
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(file)).unwrap();
        put(&text, "127.0.0.1:8080", places, application.strip_prefix("http://").unwrap())
    }

    /// The whole configuration.
    fn configuration(self, folder: &Path, port: u16, admin: u16, application: &str) -> String {
        let deployed = self.deployed(application);
        let tls = mail_server().ca_file();
        let (folder, tls) = (folder.display(), tls.parent().unwrap().display());
        match self {
            Self::Nginx => format!(
                "daemon off; worker_processes 1; user root root; pid {folder}/pid; error_log {folder}/log notice;\n\
                 events {{ worker_connections 768; }}\n\
                 http {{\n\
                 access_log off; tcp_nopush on;\n\
                 gzip on; gzip_proxied any; gzip_min_length 0; gzip_types *;\n\
                 client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;\n\
                 uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
                 server {{\n\
                 listen 127.0.0.1:{port} ssl http2; server_name localhost;\n\
                 ssl_certificate {tls}/cert.pem; ssl_certificate_key {tls}/key.pem;\n\
                 {deployed}\n}}\n}}\n"
            ),
            Self::Apache => {
                let modules = "mpm_event authz_core alias headers proxy proxy_http filter deflate ssl http2 reqtimeout";
                let load = |name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
                let modules: String = modules.split(' ').map(load).collect();
                format!(
                    "ServerRoot \"{folder}\"\nServerName localhost\nDefaultRuntimeDir \"{folder}\"\n\
                     PidFile \"{folder}/pid\"\nErrorLog \"{folder}/log\"\nLogLevel notice\nUser nobody\nGroup nogroup\n\
                     {modules}\
                     Listen 127.0.0.1:{port} https\nProtocols h2 http/1.1\nSSLSessionCache none\n\
                     <VirtualHost *:{port}>\nSSLEngine on\n\
                     SSLCertificateFile \"{tls}/cert.pem\"\nSSLCertificateKeyFile \"{tls}/key.pem\"\n\
                     SetOutputFilter DEFLATE\n\
                     {deployed}\n</VirtualHost>\n"
                )
            }
            Self::Caddy => {
                let site = format!(
                    "localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {tls}/cert.pem {tls}/key.pem\n\
                     \tencode zstd gzip\n"
                );
                let deployed = put(&deployed, "mail.example.org {\n", 1, &site);
                format!(
                    "{{\n\tadmin 127.0.0.1:{admin}\n\tauto_https disable_redirects\n\
                     \tstorage file_system {folder}\n\tservers {{\n\t\tprotocols h1 h2\n\t}}\n}}\n{deployed}"
                )
            }
        }
    }
}

impl Proxy {
    fn start(kind: Kind, program: PathBuf, port: u16, application: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let admin = free_port();
        let file = folder.path().join("configuration");
        fs::write(&file, kind.configuration(folder.path(), port, admin, application)).unwrap();
        let log = File::options().create(true).append(true).open(folder.path().join("log")).unwrap();
        let mut command = Command::new(&program);
        match kind {
            Kind::Nginx => command.arg("-p").arg(folder.path()).arg("-c").arg(&file),
            Kind::Apache => command.arg("-DFOREGROUND").arg("-f").arg(&file),
            Kind::Caddy => command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file),
        };
        let child = command
            .env("HOME", folder.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("the web server");
        // A group of its own: a Ctrl-C at the terminal must not end the watcher before its work.
        let watcher = Command::new("sh")
            .args(["-c", "read -r _; kill -TERM \"$0\""])
            .arg(child.id().to_string())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("sh");
        let mut proxy = Self { kind, program, folder, admin, child, started: 0, watcher };
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = proxy.child.try_wait().unwrap();
            assert!(ended.is_none() && started.elapsed() < PATIENCE, "{kind:?} does not start: {}", proxy.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        proxy.started = proxy.log().len();
        proxy
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    async fn reload(&self) {
        let before = self.log().len();
        let done = match self.kind {
            Kind::Nginx => {
                self.signal("HUP");
                "gracefully shutting down" // said by the worker of before
            }
            Kind::Apache => {
                self.signal("USR1");
                "resuming normal operations"
            }
            Kind::Caddy => {
                // Caddy 2.6 has no signal for it; without --force it finds nothing to do.
                let mut command = Command::new(&self.program);
                command.args(["reload", "--force", "--adapter", "caddyfile", "--config"]);
                command.arg(self.folder.path().join("configuration"));
                command.args(["--address", &format!("127.0.0.1:{}", self.admin)]);
                let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
                assert!(status.unwrap().success(), "{}", self.log());
                "load complete"
            }
        };
        let asked = Instant::now();
        while !self.log()[before..].contains(done) {
            assert!(asked.elapsed() < PATIENCE, "no {done:?} in {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            match self.kind {
                // they end their workers, and wait for nobody
                Kind::Nginx | Kind::Apache => self.signal("TERM"),
                // one process, which would wait for every open stream; and they can't end while we wait here
                Kind::Caddy => self.child.kill().unwrap(),
            }
        }
        let told = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if told.elapsed() > PATIENCE {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.watcher.kill();
        let _ = self.watcher.wait();
    }
}

/// The text with something else in so many places, neither more nor fewer.
fn put(text: &str, in_place_of: &str, places: usize, new: &str) -> String {
    assert_eq!(text.matches(in_place_of).count(), places, "{in_place_of:?} in the file of deploy/:\n{text}");
    text.replace(in_place_of, new)
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian's web servers are in sbin, which not everybody has in the path
    std::env::split_paths(&path).chain(["/usr/sbin".into()]).map(|at| at.join(program)).find(|file| file.is_file())
}
