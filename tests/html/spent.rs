//! How long a processor worked, for tests that hold a cost against a limit: whatever else the machine is busy with.

use std::time::{Duration, Instant};

/// The time that this thread had a processor while `work` ran; where the system does not tell, the time that passed.
pub(crate) fn spent<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (started, before) = (Instant::now(), on_processor());
    let done = work();
    let spent = before.zip(on_processor()).map_or_else(|| started.elapsed(), |(before, after)| after - before);
    (done, spent)
}

/// proc(5), `/proc/[pid]/schedstat`: nanoseconds on a processor stand first.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split_ascii_whitespace().next()?.parse().ok()?))
}
