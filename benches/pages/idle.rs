//! People who signed in and went away: what they leave in memory.

use std::time::{Duration, Instant};

use crate::crowd;
use crate::setup::Bench;
use crate::table::Table;

/// Sessions of one person: a mail server lends each of them one connection, and no machine of today ten thousand.
const SESSIONS_EACH: u32 = 10;
/// Unused connections close after five minutes, and whoever holds none is forgotten within another one.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Measures `count` sessions that nobody uses.
pub fn measure(bench: &Bench, count: u32) -> Table {
    let persons = count.div_ceil(SESSIONS_EACH);
    let mut table = Table::new(&format!("{count} idle sessions, {SESSIONS_EACH} each of {persons} people"));
    let people = crowd::people(bench, persons as usize + 1);
    let (first, people) = people.split_first().unwrap();
    let fernpost = bench.another("idle");
    crowd::at_inbox(fernpost.port, first); // whatever is made once, is made
    let (start, _) = fernpost.memory();
    let mut left = count as usize;
    while left > 0 {
        let round = left.min(people.len());
        crowd::sign_in(fernpost.port, &people[..round]);
        left -= round;
    }
    let sessions = fernpost.gauge("fernpost_sessions") - 1;
    let each = |now: u64| format!("{:.1} kB", (now as f64 - start as f64) / f64::from(count));
    let held = fernpost.gauge("fernpost_imap_connections");
    table.figure("sessions signed in", &sessions.to_string(), &count.to_string());
    table.figure("resident, each, just after", &each(fernpost.memory().0), "");
    table.figure("IMAP connections held just after", &held.to_string(), "");

    println!(
        "{sessions} sessions hold {held} connections; waiting until those are closed, which takes five minutes or six"
    );
    let since = Instant::now();
    let gauges = || ["fernpost_imap_connections", "fernpost_people"].map(|name| fernpost.gauge(name));
    while gauges() != [0, 0] && since.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_secs(1));
    }
    let [connections, people] = gauges();
    table.figure("IMAP connections held when idle", &connections.to_string(), "0");
    table.figure("people in memory when idle", &people.to_string(), "");
    table.figure("resident, each, when idle", &each(fernpost.memory().0), "≤ 100 kB");
    table.figure("sessions that still are", &(fernpost.gauge("fernpost_sessions") - 1).to_string(), &count.to_string());
    table
}
