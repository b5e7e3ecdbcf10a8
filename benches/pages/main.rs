//! Our pages beside raw IMAP for the same work, in the same run, on the same server; and what a process full of people costs.
//!
//! `make bench` measures everything; `cargo bench --bench pages -- 1000 10000` the pages of some sizes only, `-- streams 200`
//! one part (see [`plan`]). Prints tables with medians beside raw IMAP, or beside what is to be reached; asserts nothing,
//! since a figure is not a test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench that can't go on stops, and prints what it found"
)]

mod browser;
mod conversation;
mod crowd;
mod export;
mod fernpost;
mod http;
mod idle;
mod imap;
mod letters;
mod live;
mod lmtp;
mod plan;
mod remembered;
mod removal;
mod setup;
mod storage;
mod stream;
mod streams;
mod table;
mod tap;
mod watched;
mod work;
mod writing;

use plan::Part;
use setup::Bench;
use table::{RUNS, Table};

fn main() {
    let plan = plan::read(std::env::args().skip(1));
    let bench = Bench::start();
    for (part, numbers) in plan {
        for number in numbers {
            let table = match part {
                Part::Pages => pages(&bench, number),
                Part::Letters => letters::measure(&bench, number),
                Part::Conversation => conversation::measure(&bench, number),
                Part::Live => live::measure(&bench, number),
                Part::Streams => streams::measure(&bench, number),
                Part::Idle => idle::measure(&bench, number),
                Part::Remembered => remembered::measure(&bench, number),
                Part::Removal => removal::measure(&bench, number),
                Part::Writing => writing::measure(&bench, number),
                Part::Storage => storage::measure(&bench, number),
                Part::Export => export::measure(&bench, number),
            };
            table.print();
        }
    }
}

fn pages(bench: &Bench, size: u32) -> Table {
    let mut table = Table::new(&format!("{size} messages in INBOX, medians of {RUNS}"));
    let address = bench.account(size);
    work::measure(bench, &address, &mut table);
    watched::measure(bench, &address, &mut table);
    table
}
