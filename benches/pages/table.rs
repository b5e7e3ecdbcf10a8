//! Medians and how they are printed.

use std::time::{Duration, Instant};

/// How often each piece of work is measured.
pub const RUNS: usize = 30;

/// The middle one of [`RUNS`] measurements, after three that do not count.
pub fn median(mut work: impl FnMut() -> Duration) -> Duration {
    for _ in 0..3 {
        work();
    }
    middle((0..RUNS).map(|_| work()).collect())
}

/// The middle one of some measurements, at least one.
pub fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The smallest of these that a `share` of them does not exceed: 0.95 is the 95th percentile. `None` of nothing.
pub fn percentile(times: &[Duration], share: f64) -> Option<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let rank = (times.len() as f64 * share).ceil() as usize;
    times.get(rank.saturating_sub(1)).copied()
}

/// How long `work` takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// One table: of one size of mailbox, or of one part.
pub struct Table {
    title: String,
    rows: Vec<String>,
}

impl Table {
    /// A table about this.
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), rows: Vec::new() }
    }

    /// Work that raw IMAP can do too.
    pub fn compare(&mut self, work: &str, raw: Duration, ours: Duration, goal: &str) {
        let ratio = ours.as_secs_f64() / raw.as_secs_f64();
        self.rows.push(format!("| {work} | {} | {} | {ratio:.2} | {goal} |", ms(raw), ms(ours)));
    }

    /// A figure of our own.
    pub fn figure(&mut self, work: &str, figure: &str, goal: &str) {
        self.rows.push(format!("| {work} | | {figure} | | {goal} |"));
    }

    /// Prints it as Markdown.
    pub fn print(&self) {
        println!("\n{}\n", self.title);
        println!("| work | raw IMAP | Fernpost | ratio | to reach |\n|---|---:|---:|---:|---|");
        for row in &self.rows {
            println!("{row}");
        }
    }
}

/// Milliseconds, as all tables have them.
pub fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}
