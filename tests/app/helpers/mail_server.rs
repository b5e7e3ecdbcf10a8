//! The mail server of a test run: the one that `FERNPOST_TEST_MAIL` names, else one of our own, removed at the end.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A running private mail server (`dev/mailserver`).
pub(crate) struct MailServer {
    settings: HashMap<String, String>,
}

/// Which program it is. What differs between them is in `docs/servers.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Dovecot,
    Cyrus,
    Courier,
    Bare,
}

/// Somebody's name and password.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

/// The server of this run; started by the first test that asks.
pub(crate) fn mail_server() -> &'static MailServer {
    static SERVER: OnceLock<MailServer> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var_os("FERNPOST_TEST_MAIL") {
        Some(folder) => MailServer::at(Path::new(&folder)),
        None => MailServer::start(),
    })
}

/// A name that nobody else uses, on this machine and now.
pub(crate) fn unique(word: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    format!("{word}-{:x}-{}-{}", started & 0xffff_ffff, std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

impl MailServer {
    pub(super) fn at(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("env")).expect("the env file of dev/mailserver");
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        Self { settings: pairs.map(|(key, value)| (key.to_owned(), value.trim_matches('\'').to_owned())).collect() }
    }

    fn start() -> Self {
        let folder = std::env::temp_dir().join(unique("fernpost-test"));
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("dev/mailserver");
        let started = Command::new(&program).arg("start").arg(&folder).stdout(Stdio::null()).status();
        assert!(started.expect("dev/mailserver").success(), "dev/mailserver start");
        // A static is never dropped: this child sees our end by the end of its input, however we end.
        let watcher = Command::new("sh")
            .args(["-c", "read -r _; exec \"$0\" remove \"$1\""])
            .arg(&program)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh");
        std::mem::forget(watcher);
        Self::at(&folder)
    }

    /// A line of `DIR/env`.
    pub(crate) fn setting(&self, key: &str) -> &str {
        self.find(key).unwrap_or_else(|| panic!("no {key} in the mail server's env"))
    }

    /// A line of `DIR/env` that not every server has.
    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// Which program it is.
    pub(crate) fn kind(&self) -> Server {
        match self.settings.get("SERVER").map_or("dovecot", String::as_str) {
            "dovecot" => Server::Dovecot,
            "cyrus" => Server::Cyrus,
            "courier" => Server::Courier,
            "bare" => Server::Bare,
            other => panic!("no server is called {other}"),
        }
    }

    /// What the server calls the mailbox that tests call `Work/Deep`.
    pub(crate) fn wire_name(&self, mailbox: &str) -> String {
        match self.kind() {
            Server::Courier if !mailbox.eq_ignore_ascii_case("INBOX") => format!("INBOX.{}", mailbox.replace('/', ".")),
            _ => mailbox.to_owned(),
        }
    }

    /// A port by its name there.
    pub(crate) fn port(&self, key: &str) -> u16 {
        self.setting(key).parse().unwrap()
    }

    /// The certificate authority of its TLS ports.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.setting("CA_FILE").into()
    }

    /// A fresh account, its mailbox empty.
    pub(crate) fn person(&self, name: &str) -> Credentials {
        self.person_with(name, None)
    }

    /// A fresh account, its address in this mail domain.
    pub(crate) fn person_at(&self, name: &str, domain: &str) -> Credentials {
        let user = format!("{}@{domain}", unique(name));
        let credentials = Credentials { user, password: format!("canary {} \"quoted\\", unique("secret")) };
        self.set_password(&credentials, None);
        credentials
    }

    /// A fresh account that may hold this many octets.
    pub(crate) fn person_with(&self, name: &str, quota: Option<u64>) -> Credentials {
        let credentials = self.person_at(name, self.setting("DOMAIN"));
        self.set_password(&credentials, quota);
        credentials
    }

    /// Makes the account, or changes its password.
    pub(crate) fn set_password(&self, who: &Credentials, quota: Option<u64>) {
        use base64::Engine;
        let password = base64::engine::general_purpose::STANDARD.encode(&who.password);
        let quota = quota.map(|bytes| format!("userdb_quota_rule=*:bytes={bytes}")).unwrap_or_default();
        let line = format!("{}:{{PLAIN.b64}}{password}::::::{quota}\n", who.user);
        // Beside its place first: Dovecot must not read half a line.
        let folder = Path::new(self.setting("USERS_DIR"));
        let draft = folder.with_file_name(format!("{}.draft", who.user));
        fs::write(&draft, line).unwrap();
        fs::rename(&draft, folder.join(&who.user)).unwrap();
    }
}
