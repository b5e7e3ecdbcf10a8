//! An application under test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fernpost::app::App;
use fernpost::config::Config;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::mail_server::{Credentials, mail_server};
use super::person::Person;
use super::visitor::Visitor;

/// A running application with a database of its own.
pub(crate) struct TestApp {
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    /// The port of health and metrics.
    pub(crate) admin_port: u16,
    /// Where its files are.
    pub(crate) folder: Arc<tempfile::TempDir>,
    configuration: String,
    stop: CancellationToken,
    runs: Option<JoinHandle<std::io::Result<()>>>,
}

/// An application in front of the run's mail server.
pub(crate) async fn spawn_app() -> TestApp {
    spawn_app_with("").await
}

/// As [`spawn_app`], with keys of its own. A section `[imap]` or `[submission]` of theirs replaces ours;
/// [`NO_SUBMISSION`] leaves ours out.
pub(crate) async fn spawn_app_with(keys: &str) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let configuration = configuration(folder.path(), "127.0.0.1:0", "127.0.0.1:0", keys);
    TestApp::start(Arc::new(folder), configuration).await
}

/// Keys of an application that sends no mail.
pub(crate) const NO_SUBMISSION: &str = "# no [submission]\n";

/// The text of a configuration file for tests.
pub(crate) fn configuration(folder: &Path, listen: &str, admin_listen: &str, keys: &str) -> String {
    let (above, sections) = keys.split_at(keys.find('[').filter(|at| is_line_start(keys, *at)).unwrap_or(keys.len()));
    let folder = folder.display();
    let imap = if keys.contains("[imap]") {
        String::new()
    } else {
        let server = mail_server();
        let (port, ca_file) = (server.port("IMAPS_PORT"), server.ca_file());
        format!("[imap]\nhost = \"127.0.0.1\"\nport = {port}\nca_file = \"{}\"\n", ca_file.display())
    };
    let submission = if keys.contains("[submission]") { String::new() } else { submission() };
    format!(
        "listen = \"{listen}\"\nadmin_listen = \"{admin_listen}\"\nworkers = 1\n\
         database_url = \"sqlite:{folder}/fernpost.db\"\nsecret_file = \"{folder}/fernpost.secret\"\n\
         {above}\n{imap}{submission}{sections}"
    )
}

/// The section that sends by the run's own Postfix; empty where there is none.
fn submission() -> String {
    let server = mail_server();
    let Some(port) = server.find("SUBMISSION_PORT") else { return String::new() };
    let ca_file = server.ca_file();
    format!(
        "[submission]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"starttls\"\nca_file = \"{}\"\n",
        ca_file.display()
    )
}

// "trusted_proxies = []" has a bracket that opens no section.
fn is_line_start(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

impl TestApp {
    async fn start(folder: Arc<tempfile::TempDir>, configuration: String) -> Self {
        let config = Config::parse(&configuration, &[]).expect("a configuration");
        let app = App::build(config).await.expect("an application");
        let stop = app.stopper();
        let origin = format!("http://127.0.0.1:{}", app.port());
        let admin_port = app.admin_port().expect("an admin port");
        let runs = Some(tokio::spawn(app.run_until_stopped()));
        Self { origin, admin_port, folder, configuration, stop, runs }
    }

    /// Stops as SIGTERM does and waits for the end; a stopped one stays so.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(runs) = self.runs.take() {
            runs.await.unwrap().unwrap();
        }
    }

    /// Starts it again with its mail server at another port of this machine.
    pub(crate) async fn use_imap_port(&mut self, port: u16) {
        let line = self.configuration.lines().find(|line| line.starts_with("port = ")).unwrap().to_owned();
        self.configuration = self.configuration.replacen(&line, &format!("port = {port}"), 1);
        self.restart().await;
    }

    /// Starts it again with other keys in the place of these.
    pub(crate) async fn replace_in_configuration(&mut self, keys: &str, others: &str) {
        assert!(self.configuration.contains(keys), "{keys:?} is not in {:?}", self.configuration);
        self.configuration = self.configuration.replacen(keys, others, 1);
        self.restart().await;
    }

    /// Stops it and starts it again with the same files; the port stays, so that cookies still are for it.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let address = self.origin.trim_start_matches("http://").to_owned();
        let (_, rest) = self.configuration.split_once('\n').unwrap();
        let again = format!("listen = \"{address}\"\n{rest}");
        *self = Self::start(Arc::clone(&self.folder), again).await;
    }

    /// A file of its folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Somebody with a browser and no account.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(&self.origin)
    }

    /// Somebody with a fresh account, signed in.
    pub(crate) async fn person(&self) -> Person {
        self.signed_in(mail_server().person("ann")).await
    }

    /// This person, signed in from a new browser.
    pub(crate) async fn signed_in(&self, who: Credentials) -> Person {
        let visitor = self.visitor();
        let page = visitor.sign_in(&who.user, &who.password).await;
        assert_eq!(page.status, 303, "signing in: {}", page.text());
        Person::new(visitor, who)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
