//! The same pages while one of them is open in a browser: then they are made from memory.

use std::time::{Duration, Instant};

use crate::crowd::{AtInbox, at_inbox};
use crate::http::Socket;
use crate::imap::ROW;
use crate::setup::{Bench, PASSWORD};
use crate::stream::Listener;
use crate::table::{Table, median, time};
use crate::tap::Tap;
use crate::work::{LIST, uid_validity_of};

/// Until the watcher has its rhythm: what it may believe of the mail server it knows after its second look only.
const SETTLE: Duration = Duration::from_secs(1);
/// How long commands are counted.
const SPAN: Duration = Duration::from_secs(3);

/// Measures one account.
pub fn measure(bench: &Bench, address: &str, table: &mut Table) {
    let mut raw = bench.imap().open(address, PASSWORD);
    let exists = raw.select();
    let window = format!("FETCH {}:{exists} {ROW}", exists - 49);
    let plain = raw.uid_of("bench plain");

    let mut watched = Watched::open(bench.fernpost.port, address, plain);
    let raw_list = median(|| time(|| raw.command(&window)).0);
    let ours = median(|| time(|| watched.list()).0);
    table.compare("newest 50, while watched", raw_list, ours, "≤ 1.5 ms, < 1 ×");
    let raw_plain =
        median(|| time(|| raw.command(&format!("UID FETCH {plain} (FLAGS BODY.PEEK[HEADER] BODY.PEEK[1])"))).0);
    let ours = median(|| time(|| watched.message()).0);
    table.compare("open a plain message, while watched", raw_plain, ours, "≤ 1.5 ms, < 1 ×");
    drop(watched);

    commands(bench, address, plain, table);
}

/// Commands that go to the mail server: with pages, and in the same time without any. What goes anyway keeps the open
/// page true.
fn commands(bench: &Bench, address: &str, plain: u32, table: &mut Table) {
    let tap = Tap::open(bench.mail_port("IMAP_PORT"));
    let fernpost = bench.another_through("counted", tap.port);
    let mut watched = Watched::open(fernpost.port, address, plain);
    // both pages were seen before: what is measured is asking again
    watched.list();
    watched.message();
    let (before, start, mut pages) = (tap.commands(), Instant::now(), 0);
    while start.elapsed() < SPAN {
        watched.list();
        watched.message();
        pages += 2;
    }
    let with = tap.commands() - before;
    let before = tap.commands();
    std::thread::sleep(SPAN);
    let without = tap.commands() - before;
    let what = format!("IMAP commands in {} s: with {pages} such pages, and without any", SPAN.as_secs());
    table.figure(&what, &format!("{with}, {without}"), "the same");
}

/// A browser whose inbox is open, and which asks for more.
struct Watched {
    inbox: AtInbox,
    socket: Socket,
    message: String,
    _stream: Listener,
}

impl Watched {
    fn open(port: u16, address: &str, uid: u32) -> Self {
        let mut inbox = at_inbox(port, address);
        let mut socket = inbox.browser.connect();
        let list = inbox.browser.get(&mut socket, LIST);
        let uid_validity = uid_validity_of(&String::from_utf8(list.body).unwrap());
        let stream = Listener::start();
        stream.open(0, &inbox.browser, "mailbox/INBOX", &inbox.made_from);
        stream.until_all_fine(1);
        std::thread::sleep(SETTLE);
        let message = format!("/webmail/message/INBOX/{uid_validity}/{uid}");
        Self { inbox, socket, message, _stream: stream }
    }

    fn list(&mut self) {
        assert_eq!(self.inbox.browser.get(&mut self.socket, LIST).status, 200);
    }

    fn message(&mut self) {
        assert_eq!(self.inbox.browser.get(&mut self.socket, &self.message).status, 200);
    }
}
