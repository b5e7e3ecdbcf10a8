//! The server's clock: the only one that decides when something ends (`S-05`).

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970; zero on a clock that stands before that.
pub fn unix_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
