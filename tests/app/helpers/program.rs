//! The program itself, as an operator starts it.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// A running `fernpost serve`, with its log.
pub(crate) struct Program {
    child: Child,
    log: Option<std::thread::JoinHandle<String>>,
}

/// A port that nothing listens on, and that the system gives to nobody before it is used: those lie from 32768 on.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let count = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = 10_000 + (std::process::id() % 10_000 * 61 + count) % 10_000; // each test binary begins elsewhere
        let port = u16::try_from(port).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// `fernpost ARGUMENTS`, with nothing of ours in its environment.
pub(crate) fn fernpost() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fernpost"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FERNPOST_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command
}

/// What a program holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) resident_kb: usize,
    pub(crate) open_files: usize,
}

impl Program {
    /// What it holds now.
    pub(crate) fn size(&self) -> Size {
        let process = Path::new("/proc").join(self.child.id().to_string());
        let status = std::fs::read_to_string(process.join("status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident_kb = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Size { resident_kb, open_files: std::fs::read_dir(process.join("fd")).unwrap().count() }
    }

    /// The most kilobytes that it held at once, from now on ([`Self::peak_kb`]).
    pub(crate) fn forget_peak(&self) {
        // proc(5), clear_refs
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    /// The most kilobytes that it held at once.
    pub(crate) fn peak_kb(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Runs a command to its end.
    pub(crate) fn run(arguments: &[&str], configuration: &Path) -> Output {
        fernpost().args(arguments).arg("--config").arg(configuration).output().expect("the program")
    }

    /// `fernpost serve`, once it answers on this port.
    pub(crate) fn serve(configuration: &Path, log: &str, port: u16) -> Self {
        Self::serve_as(fernpost(), configuration, log, port)
    }

    /// The same, with an environment of its own.
    pub(crate) fn serve_as(mut command: Command, configuration: &Path, log: &str, port: u16) -> Self {
        command.arg("serve").arg("--config").arg(configuration).env("RUST_LOG", log).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program");
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "the program does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, log: Some(log) }
    }

    /// Sends SIGTERM; the exit code and all that it logged.
    pub(crate) fn terminate(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (status.code(), self.log.take().unwrap().join().unwrap())
    }
}

/// A test that failed leaves nothing running.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill(); // most often it has ended
        let _ = self.child.wait();
    }
}
