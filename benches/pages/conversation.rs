//! A conversation on one page: its first sight, and the next ones.

use crate::http::Browser;
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{RUNS, Table, middle, time};
use crate::work::{LIST, uid_validity_of};

/// Opens a conversation of so many messages, in a mailbox that holds as many others.
pub fn measure(bench: &Bench, messages: u32) -> Table {
    let mut table = Table::new(&format!("A conversation of {messages} messages, medians of {RUNS}"));
    let address = bench.empty_account(&format!("conversation{messages}"));
    let mut raw = bench.imap().open(&address, PASSWORD);
    raw.select();
    let subject = |number: u32| format!("bench talk {number} of {messages}");
    let id = |number: u32| format!("<{}@bench.example>", subject(number).replace(' ', "-"));
    for number in 0..messages {
        if raw.find(&subject(number)).is_some() {
            continue;
        }
        let answered = (0..number).map(id).collect::<Vec<_>>().join("\r\n ");
        let references = if number == 0 { String::new() } else { format!("References: {answered}\r\n") };
        let text = "What was said, in some words.\r\n".repeat(20);
        raw.append(&[references.into_bytes(), message(&subject(number), "text/plain", "", &text)].concat());
        raw.append(&message(&format!("bench aside {number} of {messages}"), "text/plain", "", "Something else.\r\n"));
    }
    raw.select();
    bench.fernpost.restart();
    let mut browser = Browser::sign_in(bench.fernpost.port, &address, PASSWORD);
    let mut socket = browser.connect();
    let list = String::from_utf8(browser.get(&mut socket, LIST).body).unwrap();
    let last = raw.uid_of(&subject(messages - 1));
    let page = format!("/webmail/message/INBOX/{}/{last}/conversation", uid_validity_of(&list));
    let uids: Vec<String> = (0..messages).map(|number| raw.uid_of(&subject(number)).to_string()).collect();
    let fetch = format!("UID FETCH {} (FLAGS BODY.PEEK[HEADER] BODY.PEEK[1])", uids.join(","));
    let open = |browser: &mut Browser, socket: &mut _| {
        let (took, shown) = time(|| browser.get(socket, &page));
        let items = String::from_utf8(shown.body).unwrap().matches("class=\"thread__item").count();
        assert_eq!((shown.status, items), (200, messages as usize), "all of it is shown");
        took
    };
    let (thread, _) = time(|| raw.command("UID THREAD REFS US-ASCII ALL"));
    let (fetched, _) = time(|| raw.command(&fetch));
    let first = open(&mut browser, &mut socket);
    table.compare("the first sight", thread + fetched, first, "≤ 60 ms");
    let (mut again, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        beside.push(time(|| raw.command(&fetch)).0);
        again.push(open(&mut browser, &mut socket));
    }
    table.compare("once more", middle(beside), middle(again), "≤ 60 ms");
    table
}
