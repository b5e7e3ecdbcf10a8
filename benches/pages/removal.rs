//! Deleting many messages for good, beside the two commands that do it, and what others notice of it meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::http::{Browser, Socket, hidden_fields};
use crate::imap::Raw;
use crate::setup::{Bench, PASSWORD, message};
use crate::table::{Table, ms, percentile, time};
use crate::work::LIST;

/// How often the whole of it is measured.
const TIMES: usize = 3;
const TRASH: &str = "/webmail/mailbox/Trash/empty";

/// Deletes so many messages.
pub fn measure(bench: &Bench, messages: u32) -> Table {
    let mut table = Table::new(&format!("{messages} messages deleted for good, medians of {TIMES}"));
    let address = bench.empty_account(&format!("removal{messages}"));
    let mut raw = bench.imap().open(&address, PASSWORD);
    if raw.select() == 0 {
        for number in 0..50 {
            raw.append(&message(&format!("bench kept {number}"), "text/plain", "", &"All is well.\r\n".repeat(40)));
        }
    }
    // what a run left that was broken off
    raw.command("SELECT Trash");
    raw.command("UID STORE 1:* +FLAGS.SILENT (\\Deleted)");
    raw.command("EXPUNGE");
    bench.fernpost.restart();
    let mut browser = Browser::sign_in(bench.fernpost.port, &address, PASSWORD);
    let (mut beside, mut ours) = (Vec::new(), Vec::new());
    let (mut quiet, mut meanwhile) = (Vec::new(), Vec::new());
    let (mut neighbours_quiet, mut neighbours, mut raw_meanwhile) = (Vec::new(), Vec::new(), Vec::new());
    let neighbour = bench.empty_account("neighbour");
    bench.imap().open(&neighbour, PASSWORD).append(&message("bench kept", "text/plain", "", "All is well.\r\n"));
    let mut neighbour = Browser::sign_in(bench.fernpost.port, &neighbour, PASSWORD);
    for _ in 0..TIMES {
        let uids = fill(&mut raw, messages);
        beside.push(time(|| delete_raw(&mut raw, &uids)).0);

        // what another connection waits for in the meantime, whoever deletes
        let uids = fill(&mut raw, messages);
        let mut other = bench.imap().open(&address, PASSWORD);
        other.select();
        raw_meanwhile.extend(while_it_works(|| delete_raw(&mut raw, &uids), || drop(other.command(TREE))));

        fill(&mut raw, messages);
        let mut socket = browser.connect(); // one of before was closed meanwhile
        let asked = String::from_utf8(browser.get(&mut socket, TRASH).body).unwrap();
        ours.push(time(|| delete(&mut browser, &mut socket, &asked)).0);

        // and once more, while the same person looks at the inbox
        fill(&mut raw, messages);
        let mut socket = browser.connect();
        for _ in 0..300 {
            quiet.push(time(|| list(&mut browser, &mut socket)).0);
        }
        let asked = String::from_utf8(browser.get(&mut socket, TRASH).body).unwrap();
        let mut other = browser.clone();
        let mut looking = other.connect();
        meanwhile
            .extend(while_it_works(|| delete(&mut browser, &mut socket, &asked), || list(&mut other, &mut looking)));

        // or somebody else does
        fill(&mut raw, messages);
        let mut socket = browser.connect();
        let asked = String::from_utf8(browser.get(&mut socket, TRASH).body).unwrap();
        let mut looking = neighbour.connect();
        for _ in 0..300 {
            neighbours_quiet.push(time(|| list(&mut neighbour, &mut looking)).0);
        }
        neighbours.extend(while_it_works(
            || delete(&mut browser, &mut socket, &asked),
            || list(&mut neighbour, &mut looking),
        ));
    }
    for times in [&mut beside, &mut ours] {
        times.sort_unstable();
    }
    table.compare("STORE and UID EXPUNGE", beside[TIMES / 2], ours[TIMES / 2], "≤ 1.5 × raw");
    let p99 = |times: &[Duration]| ms(percentile(times, 0.99).unwrap_or_default());
    table.figure("99th percentile of the inbox's list before", &p99(&quiet), "");
    table.figure(&format!("the same meanwhile, of {}", meanwhile.len()), &p99(&meanwhile), "the same");
    table.figure("99th percentile of somebody else's list before", &p99(&neighbours_quiet), "");
    table.figure(&format!("the same meanwhile, of {}", neighbours.len()), &p99(&neighbours), "the same");
    table.figure(
        &format!("raw LIST-STATUS while raw commands delete, of {}", raw_meanwhile.len()),
        &p99(&raw_meanwhile),
        "",
    );
    table
}

/// What a page asks for with its list.
const TREE: &str = "LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UNSEEN UIDVALIDITY))";

fn delete_raw(raw: &mut Raw, uids: &str) {
    raw.command(&format!("UID STORE {uids} +FLAGS.SILENT (\\Deleted)"));
    raw.command(&format!("UID EXPUNGE {uids}"));
}

/// How long each `look` took, one after the other until `work` was done.
fn while_it_works(work: impl FnOnce(), mut look: impl FnMut() + Send) -> Vec<Duration> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut times = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                times.push(time(&mut look).0);
                std::thread::sleep(Duration::from_millis(2));
            }
            times
        });
        work();
        is_over.store(true, Ordering::Relaxed);
        looking.join().unwrap()
    })
}

/// Fills Trash, which is empty, from INBOX; the UIDs. Trash is selected then.
fn fill(raw: &mut Raw, messages: u32) -> String {
    raw.command("SELECT INBOX");
    let mut count = messages.min(50);
    raw.command(&format!("COPY 1:{count} Trash"));
    raw.command("SELECT Trash");
    while count < messages {
        // each round doubles them
        let some = count.min(messages - count);
        raw.command(&format!("COPY 1:{some} Trash"));
        raw.command("NOOP");
        count += some;
    }
    let lines = raw.command("UID SEARCH RETURN (MIN MAX COUNT) ALL");
    let number = |word: &str| -> u32 {
        let line = lines.iter().find_map(|line| line.split_once(&format!("{word} "))).unwrap().1;
        line.split([' ', '\r']).next().unwrap().parse().unwrap()
    };
    assert_eq!(number("COUNT"), messages);
    format!("{}:{}", number("MIN"), number("MAX"))
}

fn list(browser: &mut Browser, socket: &mut Socket) {
    assert_eq!(browser.get(socket, LIST).status, 200);
}

/// Presses the button of the page that asks, and waits until its work is done.
fn delete(browser: &mut Browser, socket: &mut Socket, asked: &str) {
    let mut fields = hidden_fields(asked);
    fields.retain(|(name, _)| name == "csrf" || name == "uidvalidity");
    let begun = browser.post(socket, TRASH, &fields);
    let job = begun.location.filter(|to| to.contains("/jobs/")).expect("it goes on in the background");
    loop {
        let page = String::from_utf8(browser.get(socket, &job).body).unwrap();
        if page.contains("#i-check\"/></svg>Done") {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
