//! How many fetch at the same time: so many in all, so many for one person (`P-04`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{Error, Limits};

/// Above this many people those who fetch nothing are forgotten.
const MANY: usize = 1000;

/// The places.
pub(super) struct Places {
    all: Arc<Semaphore>,
    each: Mutex<HashMap<String, Arc<Semaphore>>>,
    per_person: usize,
    wait: Duration,
}

/// A place that is free again when this is dropped.
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _common: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.parallel)),
            each: Mutex::default(),
            per_person: limits.parallel_per_person,
            wait: limits.wait,
        }
    }

    /// Waits for a place for this person: first among their own, so that nobody's many pictures fill the queue of all.
    pub(super) async fn take(&self, person: &str) -> Result<Place, Error> {
        let own = self.of(person);
        let both = async {
            let own = own.acquire_owned().await.map_err(|_| Error::Busy)?;
            let common = Arc::clone(&self.all).acquire_owned().await.map_err(|_| Error::Busy)?;
            Ok(Place { _own: own, _common: common })
        };
        timeout(self.wait, both).await.map_err(|_| Error::Busy)?
    }

    fn of(&self, person: &str) -> Arc<Semaphore> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if each.len() > MANY {
            each.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let places = each.entry(person.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.per_person)));
        Arc::clone(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_takes_more_than_their_share_nor_all_more_than_there_is() {
        // P-04
        let limits =
            Limits { parallel: 5, parallel_per_person: 3, wait: Duration::from_millis(20), ..Limits::default() };
        let places = Places::new(&limits);
        let mut ann = Vec::new();
        for _ in 0..3 {
            ann.push(places.take("ann").await.ok().unwrap());
        }
        assert!(matches!(places.take("ann").await, Err(Error::Busy)));
        let _bob = (places.take("bob").await.ok().unwrap(), places.take("bob").await.ok().unwrap());
        assert!(matches!(places.take("cy").await, Err(Error::Busy)));
        ann.pop();
        assert!(places.take("cy").await.is_ok());
    }
}
