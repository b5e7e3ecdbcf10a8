//! Taking mail along: a whole mailbox as an archive, beside FETCH of the same messages, and the memory that costs.

use std::time::Duration;

use crate::http::{Browser, Socket, hidden_fields};
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{Table, time};

/// Octets of small messages, of which most mailboxes consist, and of those with files.
const SMALL: usize = 20_000;
const LARGE: usize = 2_000_000;
/// One in so many is large.
const ONE_IN: usize = 40;
/// How often each is measured.
const RUNS: usize = 3;

/// Takes so many megabytes along.
pub fn measure(bench: &Bench, megabytes: u32) -> Table {
    let mut table = Table::new(&format!("{megabytes} MB taken along, best of {RUNS}"));
    let ann = bench.empty_account(&format!("export{megabytes}"));
    fill(bench, &ann, megabytes as usize * 1_000_000);
    let mut raw = bench.imap().open(&ann, PASSWORD);
    let count = raw.select();
    let beside = best(|| time(|| raw.command("UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])")).0);
    let mut browser = Browser::sign_in(bench.fernpost.port, &ann, PASSWORD);
    let page = browser.get(&mut browser.connect(), "/webmail/export?mailbox=INBOX");
    let mut form = hidden_fields(&String::from_utf8(page.body).unwrap());
    form.retain(|(name, _)| matches!(name.as_str(), "csrf" | "mailbox"));
    for format in ["zip", "mbox", "maildir"] {
        let mut octets = 0;
        let mut memory = 0.0_f64;
        let took = best(|| {
            let mut socket = browser.connect();
            bench.fernpost.reset_peak();
            let (before, _) = bench.fernpost.memory();
            let (took, came) = time(|| download(&mut browser, &mut socket, &form, format));
            let (_, peak) = bench.fernpost.memory();
            memory = memory.max(peak.saturating_sub(before) as f64 / 1024.0);
            octets = came;
            took
        });
        table.compare(&format!("{count} messages as {format}"), beside, took, "≤ 1.25 ×");
        table.figure(&format!("memory for it ({} MB sent)", octets / 1_000_000), &format!("{memory:.1} MB"), "< 20 MB");
    }
    table
}

fn best(mut work: impl FnMut() -> Duration) -> Duration {
    (0..RUNS).map(|_| work()).min().unwrap()
}

fn fill(bench: &Bench, account: &str, octets: usize) {
    let mut raw = bench.imap().open(account, PASSWORD);
    let mut there = 0;
    let mut number = 0_usize;
    while there < octets {
        number += 1;
        let length = if number.is_multiple_of(ONE_IN) { LARGE } else { SMALL };
        let line = format!("{number}: what was said, in some words, and a few more of them.\r\n");
        let message = message(&format!("export {number}"), "text/plain", "", &line.repeat(length / line.len()));
        raw.append(&message);
        there += message.len();
    }
}

/// Downloads INBOX; octets.
fn download(browser: &mut Browser, socket: &mut Socket, form: &[(String, String)], format: &str) -> u64 {
    let mut form = form.to_vec();
    form.push(("format".to_owned(), format.to_owned()));
    browser.post_for_file(socket, "/webmail/export", &form)
}
