//! Pictures that were fetched lately, for everybody: whoever looks again, or looks second, is seen by nobody.
//!
//! The key is the address alone; who asked is not in it. What is used stays: there are two generations, and what nobody
//! asked for while a new one filled up goes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::Picture;

/// What an entry weighs beside its picture and its address, in octets.
const ENTRY: usize = 200;

/// A picture on its way: who asks for it meanwhile waits for the same.
pub(super) type Flight = Arc<OnceCell<Picture>>;

/// The pictures.
pub(super) struct Cache {
    most: usize,
    kept: Mutex<Kept>,
    flights: Mutex<HashMap<String, Weak<OnceCell<Picture>>>>,
}

#[derive(Default)]
struct Kept {
    young: HashMap<String, Entry>,
    old: HashMap<String, Entry>,
    weight_of_young: usize,
}

struct Entry {
    picture: Picture,
    until: Instant,
}

impl Cache {
    /// One that holds so many octets at most.
    pub(super) fn new(most: usize) -> Self {
        Self { most, kept: Mutex::default(), flights: Mutex::default() }
    }

    /// The picture of an address, if it is still fresh.
    pub(super) fn find(&self, address: &str) -> Option<Picture> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(entry) = kept.young.get(address) {
            return (entry.until > now).then(|| entry.picture.clone());
        }
        let entry = kept.old.remove(address).filter(|entry| entry.until > now)?;
        let picture = entry.picture.clone();
        kept.add(address, entry, self.most / 2);
        Some(picture)
    }

    /// Keeps it for so long.
    pub(super) fn keep(&self, address: &str, picture: &Picture, lasts: Duration) {
        let entry = Entry { picture: picture.clone(), until: Instant::now() + lasts };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).add(address, entry, self.most / 2);
    }

    /// The flight to an address: one that is under way, or a new one.
    pub(super) fn flight(&self, address: &str) -> Flight {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(address).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Flight::default();
        flights.insert(address.to_owned(), Arc::downgrade(&flight));
        flight
    }

    #[cfg(test)]
    fn weight(&self) -> usize {
        let kept = self.kept.lock().unwrap();
        kept.young.iter().chain(&kept.old).map(|(address, entry)| weight(address, entry)).sum()
    }
}

impl Kept {
    fn add(&mut self, address: &str, entry: Entry, half: usize) {
        let weight_of_new = weight(address, &entry);
        if weight_of_new > half {
            return;
        }
        if self.weight_of_young + weight_of_new > half {
            self.old = std::mem::take(&mut self.young);
            self.weight_of_young = 0;
        }
        self.old.remove(address);
        self.weight_of_young += weight_of_new;
        if let Some(before) = self.young.insert(address.to_owned(), entry) {
            self.weight_of_young = self.weight_of_young.saturating_sub(weight(address, &before));
        }
    }
}

fn weight(address: &str, entry: &Entry) -> usize {
    // the address is held by a map, the bytes by the entry
    ENTRY + address.len() + entry.picture.bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn picture(size: usize) -> Picture {
        Picture { media_type: "image/png", bytes: vec![7; size].into(), is_placeholder: false }
    }

    #[test]
    fn what_is_used_stays_and_the_bound_holds() {
        let cache = Cache::new(100_000);
        cache.keep("used", &picture(1000), LONG);
        for at in 0..1000 {
            cache.keep(&format!("once {at}"), &picture(1000), LONG);
            assert!(cache.find("used").is_some(), "after {at}");
            assert!(cache.weight() <= 100_000);
        }
        assert!(cache.find("once 0").is_none() && cache.find("once 999").is_some());
        cache.keep("huge", &picture(60_000), LONG);
        assert!(cache.find("huge").is_none());
    }

    #[test]
    fn what_is_not_fresh_is_not_found() {
        let cache = Cache::new(100_000);
        cache.keep("x", &picture(10), Duration::ZERO);
        assert!(cache.find("x").is_none());
    }

    #[test]
    fn who_asks_meanwhile_waits_for_the_same() {
        let cache = Cache::new(100_000);
        let first = cache.flight("x");
        assert!(Arc::ptr_eq(&first, &cache.flight("x")));
        assert!(!Arc::ptr_eq(&first, &cache.flight("y")));
        drop(first);
        assert!(!cache.flight("x").initialized());
    }
}
