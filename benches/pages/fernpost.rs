//! A Fernpost of its own: started, stopped, and looked at from outside.

use std::cell::RefCell;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fernpost::store::{ServerKey, Store, unix_now};

/// A running program; stopped when dropped.
pub struct Fernpost {
    folder: PathBuf,
    name: String,
    /// Where browsers connect.
    pub port: u16,
    admin: u16,
    child: RefCell<Child>,
}

impl Fernpost {
    /// Starts one with files of this name in `folder`, new ones, for the IMAP server that the keys of `[imap]` say.
    pub fn start(folder: &Path, name: &str, imap: &str) -> Self {
        let (port, admin) = (free_port(), free_port());
        for rest in ["", "-shm", "-wal"] {
            fs::remove_file(folder.join(format!("{name}.db{rest}"))).ok();
        }
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\n\
             admin_listen = \"127.0.0.1:{admin}\"\n\
             database_url = \"sqlite:{0}/{name}.db\"\nsecret_file = \"{0}/fernpost.secret\"\n\
             [limits]\nactions_per_second = 0\n[imap]\n{imap}",
            folder.display(),
        );
        fs::write(folder.join(format!("{name}.toml")), config).unwrap();
        let child = serve(folder, name, port).into();
        Self { folder: folder.to_owned(), name: name.to_owned(), port, admin, child }
    }

    /// Has this person have written to so many people.
    pub fn acquaint(&self, user: &str, people: usize) {
        let file = |name: &str| self.folder.join(name);
        let database = format!("sqlite:{}", file(&format!("{}.db", self.name)).display());
        let known: Vec<(String, String)> =
            (0..people).map(|n| (format!("Person {n} of Many"), format!("person{n}@many.example"))).collect();
        let known: Vec<(&str, &str, i64)> =
            known.iter().map(|(name, address)| (name.as_str(), address.as_str(), unix_now())).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = Store::open(&database).await.unwrap();
            let key = ServerKey::open_or_make(&file("fernpost.secret")).unwrap();
            store.recipients().note(user, &known, &key).await.unwrap();
            store.close().await;
        });
    }

    /// Stops it and starts it again: sessions stay, connections do not.
    pub fn restart(&self) {
        let mut child = self.child.borrow_mut();
        stop(&mut child);
        *child = serve(&self.folder, &self.name, self.port);
    }

    /// Kilobytes: resident now, and the peak since `reset_peak`.
    pub fn memory(&self) -> (u64, u64) {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// What it does, and how many kilobytes more than before that took at most.
    pub fn memory_for<T>(&self, work: impl FnOnce() -> T) -> (u64, T) {
        self.reset_peak();
        let (before, _) = self.memory();
        let done = work();
        (self.memory().1.saturating_sub(before), done)
    }

    /// Forgets the peak of memory (proc(5), clear_refs).
    fn reset_peak(&self) {
        fs::write(self.proc("clear_refs"), "5").ok();
    }

    /// Processor time used since its start.
    pub fn processor_time(&self) -> Duration {
        processor_time(self.child.borrow().id()).unwrap()
    }

    /// A gauge of `/metrics`.
    pub fn gauge(&self, name: &str) -> u64 {
        let mut socket = TcpStream::connect(("127.0.0.1", self.admin)).unwrap();
        socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    fn proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.child.borrow().id())
    }
}

impl Drop for Fernpost {
    fn drop(&mut self) {
        stop(&mut self.child.borrow_mut());
    }
}

/// Processor time of a process, user and system; `None` if it has ended.
pub fn processor_time(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // the second field is the name, in parentheses; then state is the first, utime the twelfth, stime the thirteenth
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10)) // USER_HZ is 100 wherever Linux runs Rust
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[expect(clippy::zombie_processes, reason = "a program that does not answer ends the bench")]
fn serve(folder: &Path, name: &str, port: u16) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_fernpost"))
        .args(["serve", "--config"])
        .arg(folder.join(format!("{name}.toml")))
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join(format!("{name}.log"))).unwrap())
        .spawn()
        .unwrap();
    for _ in 0..1000 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return child;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("fernpost does not answer: see {name}.log in target/bench");
}

fn stop(child: &mut Child) {
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    child.wait().unwrap();
}
