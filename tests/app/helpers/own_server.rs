//! A mail server of one test's own, which it may stop, kill and freeze.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::mail_server::{Credentials, MailServer, unique};

/// Running, unless it was ended; removed when it is dropped. Its ports stay the same.
pub(crate) struct OwnServer {
    server: MailServer,
    folder: PathBuf,
}

/// A process of ours, by its number.
pub(crate) type Pid = u32;

impl OwnServer {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let folder = std::env::temp_dir().join(unique("fernpost-own"));
        mailserver("start", &folder);
        Self { server: MailServer::at(&folder), folder }
    }

    /// Ends Dovecot as an operator does: everybody is told good-bye.
    pub(crate) async fn stop(&self) {
        let everything = self.processes();
        signal("TERM", &everything[..1]);
        if !have_ended(&everything, Duration::from_secs(2)).await {
            signal("KILL", &everything); // as systemd does with what lingers
            assert!(have_ended(&everything, Duration::from_secs(20)).await, "Dovecot does not end");
        }
    }

    /// Ends Dovecot with everything that belongs to it, at once and without a word.
    pub(crate) async fn kill(&self) {
        let everything = self.processes();
        signal("KILL", &everything);
        assert!(have_ended(&everything, Duration::from_secs(20)).await, "Dovecot does not end");
    }

    /// Starts Dovecot again where it was.
    pub(crate) async fn start_again(&self) {
        if self.master_file().exists() {
            // of one that was ended the hard way: the number may stand for a dead process for a while
            fs::remove_file(self.master_file()).unwrap();
        }
        let configuration = self.server.setting("DOVECOT_CONF");
        let started = Command::new("dovecot").args(["-c", configuration]).stdout(Stdio::null()).status();
        assert!(started.expect("dovecot").success(), "dovecot -c {configuration}");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.server.port("IMAPS_PORT"))).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "Dovecot does not answer");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn master_file(&self) -> PathBuf {
        Path::new(self.server.setting("DOVECOT_CONF")).with_file_name("run").join("master.pid")
    }

    /// Dovecot's master and its children. No other program's: each is found by its parent, the master by its pid file.
    pub(crate) fn processes(&self) -> Vec<Pid> {
        let master: Pid = fs::read_to_string(self.master_file()).unwrap().trim().parse().unwrap();
        let is_child = |pid: &Pid| status(*pid, "PPid:") == Some(master.to_string());
        let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        std::iter::once(master).chain(all.filter(is_child)).collect()
    }

    /// The processes that serve this person's connections: they have files of the person open, or stand in the folder.
    pub(crate) fn processes_of(&self, who: &Credentials) -> Vec<Pid> {
        let home = Path::new(self.server.setting("MAIL_DIR")).join(&who.user);
        let home = home.canonicalize().unwrap();
        let serves = |pid: &Pid| {
            let process = Path::new("/proc").join(pid.to_string());
            let files =
                fs::read_dir(process.join("fd")).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
            let mut links = files.chain([process.join("cwd")]);
            links.any(|link| fs::read_link(link).is_ok_and(|target| target.starts_with(&home)))
        };
        self.processes().into_iter().filter(serves).collect()
    }
}

/// Waits for their end as long as this; a dead one that nobody has fetched yet has no folder any more.
async fn have_ended(pids: &[Pid], limit: Duration) -> bool {
    let started = Instant::now();
    let lives = |pid: &Pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok();
    while pids.iter().any(lives) {
        if started.elapsed() > limit {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    true
}

/// `STOP`, `CONT` or `KILL` to these.
pub(crate) fn signal(name: &str, pids: &[Pid]) {
    if pids.is_empty() {
        return;
    }
    let pids = pids.iter().map(Pid::to_string);
    // some may have ended by themselves
    Command::new("kill").arg(format!("-{name}")).args(pids).stderr(Stdio::null()).status().unwrap();
}

fn status(pid: Pid, key: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    text.lines().find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()))
}

fn mailserver(verb: &str, folder: &Path) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("dev/mailserver");
    let done = Command::new(program).arg(verb).arg(folder).stdout(Stdio::null()).status();
    assert!(done.expect("dev/mailserver").success(), "dev/mailserver {verb}");
}

impl Deref for OwnServer {
    type Target = MailServer;

    fn deref(&self) -> &MailServer {
        &self.server
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        if self.master_file().exists() {
            signal("CONT", &self.processes()); // a frozen one can't end
        }
        mailserver("remove", &self.folder);
    }
}
