//! An inbox is open in Chromium, and other programs change the mailbox: how soon the page shows it.

use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

use crate::setup::{Bench, PASSWORD};
use crate::table::{RUNS, Table};

/// Where letters go that are not for the inbox.
const FOLDER: &str = "Archive";
/// What such letters have in their subject.
const WORD: &str = "bench-filed";

/// What `tests/browser/live_latency.mjs` measures, as its output names it.
const ROWS: [(&str, &str); 4] = [
    ("row", "a letter is delivered: its row stands"),
    ("count", "a letter is delivered to another folder: that folder's count stands"),
    ("flag", "another program sets a flag: the row shows it"),
    ("gone", "another program expunges: the row is gone"),
];

/// Measures a mailbox of `size` messages.
pub fn measure(bench: &Bench, size: u32) -> Table {
    let mut table = Table::new(&format!("{size} messages in INBOX, open in Chromium, {RUNS} times each"));
    let address = bench.account(size);
    let script = bench.home(&address).join(".dovecot.sieve");
    fs::write(
        &script,
        format!("require \"fileinto\";\nif header :contains \"subject\" \"{WORD}\" {{ fileinto \"{FOLDER}\"; }}\n"),
    )
    .unwrap();
    let (uid, gid) = bench.mail_owner();
    chown(&script, Some(uid), Some(gid)).unwrap();
    let output = Command::new("node")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"))
        .args(["live_latency.mjs", &format!("http://127.0.0.1:{}/webmail", bench.fernpost.port), &address, PASSWORD])
        .args([bench.env("IMAP_PORT"), bench.env("LMTP_PORT"), &RUNS.to_string(), FOLDER, WORD])
        .output();
    fs::remove_file(&script).unwrap();
    let text = match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        Ok(output) => {
            eprintln!("no live page: {}", String::from_utf8_lossy(&output.stderr));
            return table;
        }
        Err(error) => {
            eprintln!("no live page: node: {error}");
            return table;
        }
    };
    for (name, what) in ROWS {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).expect(name);
        let (median, p95) = line.split_once(' ').expect("two numbers");
        table.figure(what, &format!("median {median} ms, p95 {p95} ms"), "≤ 200 ms, p95 ≤ 500 ms");
    }
    table
}
