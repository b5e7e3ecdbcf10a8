//! Our pages beside raw IMAP for the same work, in the same run, on the same server.
//!
//! `make bench`, or `cargo bench --bench pages -- 1000 10000` for some sizes only. Prints medians of 30 and their ratio
//! as a table; asserts nothing, since a figure is not a test.

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
mod http;
mod imap;
mod setup;
mod table;
mod work;

use setup::Bench;
use table::Table;

fn main() {
    let sizes: Vec<u32> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000, 100_000] } else { sizes };
    let bench = Bench::start();
    for size in sizes {
        let address = bench.account(size);
        let mut table = Table::new(size);
        work::measure(&bench, &address, &mut table);
        table.print();
    }
}
