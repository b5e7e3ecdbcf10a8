//! Taking mail along: a whole mailbox as an archive, beside FETCH of the same messages, and the memory that costs.

use std::time::Duration;

use crate::http::{Browser, Socket, hidden_fields};
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{Table, middle, time};

/// Octets of small messages, of which most mailboxes consist, and of those with files.
const SMALL: usize = 20_000;
const LARGE: usize = 2_000_000;
/// One in so many is large.
const ONE_IN: usize = 40;
/// How often each is measured, one after the other: how fast a mail server gives its mail changes from minute to minute.
const RUNS: usize = 7;
/// What is made of it.
const FORMATS: [&str; 3] = ["zip", "mbox", "maildir"];

/// Takes so many megabytes along.
pub fn measure(bench: &Bench, megabytes: u32) -> Table {
    let mut table = Table::new(&format!("{megabytes} MB taken along, median of {RUNS}"));
    let ann = bench.empty_account(&format!("export{megabytes}"));
    fill(bench, &ann, megabytes as usize * 1_000_000);
    let mut raw = bench.imap().open(&ann, PASSWORD);
    let count = raw.select();
    let mut browser = Browser::sign_in(bench.fernpost.port, &ann, PASSWORD);
    let page = browser.get(&mut browser.connect(), "/webmail/export?mailbox=INBOX");
    let mut form = hidden_fields(&String::from_utf8(page.body).unwrap());
    form.retain(|(name, _)| matches!(name.as_str(), "csrf" | "mailbox"));
    let mut beside = Vec::new();
    let mut runs: [Vec<Run>; FORMATS.len()] = Default::default();
    for _ in 0..RUNS {
        beside.push(time(|| raw.command("UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])")).0);
        for (format, runs) in FORMATS.iter().zip(&mut runs) {
            runs.push(run(bench, &mut browser, &form, format));
        }
    }
    let beside = middle(beside);
    for (format, runs) in FORMATS.iter().zip(&runs) {
        let took = middle(runs.iter().map(|run| run.took).collect());
        let memory = runs.iter().map(|run| run.memory).fold(0.0, f64::max);
        let megabytes = runs[0].octets / 1_000_000;
        table.compare(&format!("{count} messages as {format}"), beside, took, "≤ 1.25 ×");
        table.figure(&format!("most memory for it ({megabytes} MB sent)"), &format!("{memory:.1} MB"), "< 20 MB");
    }
    table
}

/// One download.
struct Run {
    took: Duration,
    octets: u64,
    /// Megabytes that the program had more, at most.
    memory: f64,
}

fn run(bench: &Bench, browser: &mut Browser, form: &[(String, String)], format: &str) -> Run {
    let mut socket = browser.connect();
    let (kilobytes, (took, octets)) =
        bench.fernpost.memory_for(|| time(|| download(browser, &mut socket, form, format)));
    Run { took, octets, memory: kilobytes as f64 / 1024.0 }
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
