//! A private mail server with large mailboxes, and Fernpost before it.

use std::collections::HashMap;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::imap::Door;

/// The password of every account here.
pub const PASSWORD: &str = "secret";

/// Everything that runs; stopped when dropped.
pub struct Bench {
    folder: PathBuf,
    env: HashMap<String, String>,
    pub port: u16,
    fernpost: std::cell::RefCell<Child>,
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
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        for rest in ["", "-shm", "-wal"] {
            fs::remove_file(folder.join(format!("fernpost.db{rest}"))).ok();
        }
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\n\
             database_url = \"sqlite:{0}/fernpost.db\"\nsecret_file = \"{0}/fernpost.secret\"\n\
             [imap]\nhost = \"127.0.0.1\"\nport = {1}\ntls = \"implicit\"\nca_file = \"{2}\"\n\
             [limits]\nactions_per_second = 0\n",
            folder.display(),
            env["IMAPS_PORT"],
            env["CA_FILE"],
        );
        fs::write(folder.join("fernpost.toml"), config).unwrap();
        let fernpost = serve(&folder, port).into();
        Self { folder, env, port, fernpost }
    }

    /// An account whose INBOX has `size` small messages, and three that the work is done with.
    pub fn account(&self, size: u32) -> String {
        let address = format!("bench{size}@{}", self.env["DOMAIN"]);
        mailserver(&["adduser"], &self.folder, &[&address, PASSWORD]);
        let home = format!("{}/{address}", self.env["MAIL_DIR"]);
        if !Path::new(&home).exists() {
            let bulk = size.to_string();
            let status = Command::new("dev/samplemail")
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .args([&home, "--address", &address, "--bulk", &bulk])
                .stdout(Stdio::null())
                .status();
            assert!(status.unwrap().success());
        }
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

    /// How raw IMAP reaches the server.
    pub fn imap(&self) -> Door {
        Door::new(self.env["IMAPS_PORT"].parse().unwrap(), &self.env["CA_FILE"])
    }

    /// Stops Fernpost and starts it again: sessions stay, connections do not.
    pub fn restart(&self) {
        let mut fernpost = self.fernpost.borrow_mut();
        stop(&mut fernpost);
        *fernpost = serve(&self.folder, self.port);
    }

    /// Kilobytes: resident now, and the peak since `reset_peak`.
    pub fn memory(&self) -> (u64, u64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.fernpost.borrow().id())).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// Forgets the peak of memory (proc(5), clear_refs).
    pub fn reset_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.fernpost.borrow().id()), "5").ok();
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        stop(&mut self.fernpost.borrow_mut());
        mailserver(&["stop"], &self.folder, &[]);
    }
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

#[expect(clippy::zombie_processes, reason = "a program that does not answer ends the bench")]
fn serve(folder: &Path, port: u16) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_fernpost"))
        .args(["serve", "--config"])
        .arg(folder.join("fernpost.toml"))
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("fernpost.log")).unwrap())
        .spawn()
        .unwrap();
    for _ in 0..1000 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return child;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("fernpost does not answer: see target/bench/fernpost.log");
}

fn stop(child: &mut Child) {
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    child.wait().unwrap();
}

fn message(subject: &str, content_type: &str, encoding: &str, body: &str) -> Vec<u8> {
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
