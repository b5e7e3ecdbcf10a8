//! What remembering a message costs, beside what the program says it weighs: its limits are in what it says.

use crate::crowd;
use crate::setup::Bench;
use crate::table::Table;

/// Messages in the mailbox, and on a page.
const MAILBOX: u32 = 10_000;
const PAGE: u32 = 50;

/// Looks at so many pages of a list, one after the other.
pub fn measure(bench: &Bench, pages: u32) -> Table {
    let address = bench.account(MAILBOX);
    let fernpost = bench.another("remembered");
    let mut browser = crowd::at_inbox(fernpost.port, &address).browser;
    let mut socket = browser.connect();
    let mut look = |page: u32| {
        let answer = browser.get(&mut socket, &format!("/webmail/mailbox/INBOX?page={page}"));
        assert_eq!(answer.status, 200, "page {page}");
    };
    for _ in 0..200 {
        look(1); // whatever a page needs while it is made, is there
    }
    let now = || (fernpost.gauge("fernpost_remembered_octets"), fernpost.memory().0);
    let start = now();
    let (mut end, mut messages) = (start, 0);
    for page in 2..2 + pages {
        look(page);
        let after = now();
        if after.0 < end.0 {
            break; // one person's share is full, and the oldest half was forgotten
        }
        (end, messages) = (after, messages + PAGE);
    }
    let mut table = Table::new(&format!("{messages} messages of a list of {MAILBOX} are remembered"));
    let each = |more: f64, less: f64| format!("{:.2} kB", (more - less) / f64::from(messages));
    table.figure(
        "what a remembered message weighs, as the program says",
        &each(end.0 as f64 / 1024.0, start.0 as f64 / 1024.0),
        "",
    );
    table.figure("resident memory that came with it", &each(end.1 as f64, start.1 as f64), "");
    table
}
