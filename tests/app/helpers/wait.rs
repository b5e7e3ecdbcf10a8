//! Tests wait for a thing, and say what was there instead when it never comes.

use std::time::{Duration, Instant};

/// Whatever happens by itself happens within this: tests run beside many others, on small machines.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// What is there, as soon as it is; until then it says what is there instead.
pub(crate) async fn until<T>(mut now: impl AsyncFnMut() -> Result<T, String>) -> T {
    let since = Instant::now();
    loop {
        match now().await {
            Ok(found) => return found,
            Err(instead) => assert!(since.elapsed() < SOON, "it never happens: {instead}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// As [`until`], for what is so or not.
pub(crate) async fn until_so(what: &str, mut now: impl AsyncFnMut() -> bool) {
    until(async || if now().await { Ok(()) } else { Err(what.to_owned()) }).await;
}
