//! A private mail server with large mailboxes, and Fernpost before it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::fernpost::{Fernpost, processor_time};
use crate::imap::Door;

/// The password of every account here.
pub const PASSWORD: &str = "secret";

/// Everything that runs; stopped when dropped.
pub struct Bench {
    /// The one that pages are asked from.
    pub fernpost: Fernpost,
    mail: MailServer,
}

/// The mail server, below this folder; stopped when dropped, after those that talk to it.
struct MailServer {
    folder: PathBuf,
    /// What it says about itself, by name.
    env: HashMap<String, String>,
}

impl Bench {
    /// Starts the servers below `target/bench`; mailboxes stay there for the next run.
    pub fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
        fs::create_dir_all(&folder).unwrap();
        mailserver(&["stop"], &folder, &[]); // of a run that was broken off
        mailserver(&["start"], &folder, &[]);
        let env = fs::read_to_string(folder.join("mail/env")).unwrap();
        let env: HashMap<String, String> = env
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(k, v)| (k.into(), v.trim_matches('"').into()))
            .collect();
        let fernpost = Fernpost::start(&folder, "fernpost", &over_tls(&env));
        Self { fernpost, mail: MailServer { folder, env } }
    }

    /// What `DIR/env` of the mail server says.
    pub fn env(&self, name: &str) -> &str {
        self.mail.env.get(name).unwrap_or_else(|| panic!("the mail server says no {name}"))
    }

    /// A port of the mail server.
    pub fn mail_port(&self, name: &str) -> u16 {
        self.env(name).parse().unwrap()
    }

    /// One more Fernpost, new, that nobody else uses.
    pub fn another(&self, name: &str) -> Fernpost {
        Fernpost::start(&self.mail.folder, name, &over_tls(&self.mail.env))
    }

    /// As [`Self::another`], with its mail server in clear at this port: somebody counts there.
    pub fn another_through(&self, name: &str, port: u16) -> Fernpost {
        Fernpost::start(&self.mail.folder, name, &format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n"))
    }

    /// Processor time of all processes of the mail server that live now.
    pub fn mail_processor_time(&self) -> Duration {
        let master = fs::read_to_string(self.mail.folder.join("mail/state/run/master.pid")).unwrap();
        let parent_of = |pid: u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit_once(") ")?.1.split(' ').nth(1).map(str::to_owned)
        };
        let processes =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        processes.filter(|pid| parent_of(*pid).as_deref() == Some(master.trim())).filter_map(processor_time).sum()
    }

    /// An account whose INBOX has `size` small messages, and three that the work is done with.
    pub fn account(&self, size: u32) -> String {
        let address = format!("bench{size}@{}", self.env("DOMAIN"));
        mailserver(&["adduser"], &self.mail.folder, &[&address, PASSWORD]);
        self.fill(&address, size, 1);
        let mut raw = self.imap().open(&address, PASSWORD);
        raw.select();
        // a run that was broken off may have left one of them elsewhere
        if raw.find("bench plain").is_none() {
            raw.append(&message("bench plain", "text/plain", "", &"All is well here.\r\n".repeat(40)));
            let row = "<tr><td style=\"padding:8px;color:#333\"><p>News of the <b>week</b></p><img src=\"https://img.example/a.png\" width=\"40\"><a href=\"https://news.example/1\">read</a></td></tr>\r\n";
            let letter = format!("<html><body><table>{}</table></body></html>", row.repeat(46));
            raw.append(&message("bench newsletter", "text/html", "", &letter));
            let line = format!("{}\r\n", "QUJD".repeat(19));
            raw.append(&message("bench attachment", "application/octet-stream", "base64", &line.repeat(92_000)));
        }
        address
    }

    /// An account with `size` messages spread over so many folders, some of them with files.
    pub fn spread_account(&self, size: u32, folders: u32) -> String {
        let address = format!("spread{size}@{}", self.env("DOMAIN"));
        mailserver(&["adduser"], &self.mail.folder, &[&address, PASSWORD]);
        self.fill(&address, size, folders);
        address
    }

    /// Writes the mail of an account, unless an earlier run did.
    fn fill(&self, address: &str, size: u32, folders: u32) {
        let home = self.home(address);
        if home.exists() {
            return;
        }
        let status = Command::new("dev/samplemail")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg(&home)
            .args(["--address", address, "--bulk", &size.to_string(), "--folders", &folders.to_string()])
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success());
    }

    /// An account without mail, or as an earlier run left it.
    pub fn empty_account(&self, name: &str) -> String {
        let address = format!("{name}@{}", self.env("DOMAIN"));
        mailserver(&["adduser"], &self.mail.folder, &[&address, PASSWORD]);
        address
    }

    /// How raw IMAP reaches the server.
    pub fn imap(&self) -> Door {
        Door::new(self.mail_port("IMAPS_PORT"), self.env("CA_FILE"))
    }

    /// Where an account's mail lies.
    pub fn home(&self, address: &str) -> PathBuf {
        Path::new(self.env("MAIL_DIR")).join(address)
    }

    /// Who its files belong to.
    pub fn mail_owner(&self) -> (u32, u32) {
        (self.env("MAIL_UID").parse().unwrap(), self.env("MAIL_GID").parse().unwrap())
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        mailserver(&["stop"], &self.folder, &[]);
    }
}

fn over_tls(env: &HashMap<String, String>) -> String {
    let (port, ca_file) = (&env["IMAPS_PORT"], &env["CA_FILE"]);
    let server =
        |port: &str| format!("host = \"127.0.0.1\"\nport = {port}\ntls = \"implicit\"\nca_file = \"{ca_file}\"\n");
    // without root there is no Postfix, and nobody writes
    let submission = env.get("SMTPS_PORT").map(|port| format!("[submission]\n{}", server(port))).unwrap_or_default();
    server(port) + &submission
}

fn mailserver(verb: &[&str], folder: &Path, more: &[&str]) {
    let status = Command::new("dev/mailserver")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(verb)
        .arg(folder.join("mail"))
        .args(more)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "dev/mailserver {verb:?}");
}

/// A message, with CRLF.
pub fn message(subject: &str, content_type: &str, encoding: &str, body: &str) -> Vec<u8> {
    let headers = format!(
        "From: Nachtzug Nord <reise@nachtzug-nord.example>\r\nTo: you@fernpost.example\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 08:30:00 +0100\r\nMessage-ID: <{}@bench.example>\r\nMIME-Version: 1.0\r\n",
        subject.replace(' ', "-")
    );
    if encoding.is_empty() {
        return format!("{headers}Content-Type: {content_type}; charset=utf-8\r\n\r\n{body}").into_bytes();
    }
    format!(
        "{headers}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe plans.\r\n\
         --b\r\nContent-Type: {content_type}; name=plans.bin\r\nContent-Transfer-Encoding: {encoding}\r\n\
         Content-Disposition: attachment; filename=plans.bin\r\n\r\n{body}--b--\r\n"
    )
    .into_bytes()
}
