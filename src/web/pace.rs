//! How fast one person may change things (`C-08`): a bucket of tokens each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::config::Limits;

/// Who did how much lately.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// Above this many buckets the full ones are dropped: they say nothing.
const MANY: usize = 10_000;

impl Pace {
    /// Nobody did anything yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    /// Takes one action of this person; else the seconds to wait.
    pub(super) fn take(&self, user: &str) -> Result<(), u32> {
        self.take_at(user, Instant::now())
    }

    fn take_at(&self, user: &str, now: Instant) -> Result<(), u32> {
        let (rate, burst) = (f64::from(self.limits.actions_per_second), f64::from(self.limits.actions_burst));
        if self.limits.actions_per_second == 0 {
            return Ok(());
        }
        let filled = |bucket: &Bucket| (bucket.left + now.duration_since(bucket.at).as_secs_f64() * rate).min(burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MANY {
            buckets.retain(|_, bucket| filled(bucket) < burst);
        }
        let left = buckets.get(user).map_or(burst, filled);
        if left < 1.0 {
            return Err(1);
        }
        buckets.insert(user.to_owned(), Bucket { left: left - 1.0, at: now });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_then_only_the_rate() {
        let pace = Pace::new(Limits { actions_per_second: 2, actions_burst: 3, cache: 0, uploads: 0, imports: 0 });
        let start = Instant::now();
        let passed = (0..10).filter(|_| pace.take_at("ann", start).is_ok()).count();
        assert_eq!(passed, 3); // C-08
        assert!(pace.take_at("bob", start).is_ok());
        assert!(pace.take_at("ann", start + Duration::from_millis(400)).is_err());
        assert!(pace.take_at("ann", start + Duration::from_millis(500)).is_ok());
    }

    #[test]
    fn no_rate_is_no_limit() {
        let pace = Pace::new(Limits { actions_per_second: 0, actions_burst: 1, cache: 0, uploads: 0, imports: 0 });
        assert!((0..1000).all(|_| pace.take("ann").is_ok()));
    }
}
