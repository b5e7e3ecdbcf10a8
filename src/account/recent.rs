//! Remembers what was looked at lately, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::memory::{Memory, Weighed};

/// What an entry costs beside what its value says of itself: key, place in the map, what allocations round up to. The
/// bench (`remembered`) holds the sum against the process's growth.
const ENTRY: usize = 800;

/// A map that forgets what was not used for about one turnover: two generations, the older one dropped when the
/// younger has half of the weight.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: Generation<K, V>,
    old: Generation<K, V>,
    most: usize,
    memory: Arc<Memory>,
}

#[derive(Debug)]
struct Generation<K, V> {
    entries: HashMap<K, V>,
    weight: usize,
}

impl<K, V> Default for Generation<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), weight: 0 }
    }
}

impl<K: Hash + Eq + Clone, V: Clone + Weighed> Recent<K, V> {
    /// Remembers at most `most` octets, which count in `memory`.
    pub(super) fn new(most: usize, memory: &Arc<Memory>) -> Self {
        Self { young: Generation::default(), old: Generation::default(), most, memory: memory.clone() }
    }

    pub(super) fn find(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.entries.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.entries.remove_entry(key)?;
        let weight = value.weight() + ENTRY;
        self.old.weight = self.old.weight.saturating_sub(weight);
        self.memory.give_back(weight);
        self.remember(key, value.clone());
        Some(value)
    }

    /// Remembers it; what alone weighs more than a generation may is not remembered.
    pub(super) fn remember(&mut self, key: K, value: V) {
        let weight = value.weight() + ENTRY;
        if weight > self.most / 2 {
            return;
        }
        if self.young.weight + weight > self.most / 2 {
            let forgotten = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.memory.give_back(forgotten.weight);
        }
        self.memory.take(weight);
        self.young.weight += weight;
        if let Some(before) = self.young.entries.insert(key, value) {
            let before = before.weight() + ENTRY;
            self.young.weight = self.young.weight.saturating_sub(before);
            self.memory.give_back(before);
        }
    }
}

impl<K, V> Recent<K, V> {
    pub(super) fn forget_all(&mut self) {
        self.memory.give_back(self.young.weight + self.old.weight);
        self.young = Generation::default();
        self.old = Generation::default();
    }
}

impl<K, V> Drop for Recent<K, V> {
    fn drop(&mut self) {
        self.forget_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weighed for usize {
        fn weight(&self) -> usize {
            *self
        }
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let memory = Arc::new(Memory::new(usize::MAX));
        let mut recent = Recent::new(4 * (ENTRY + 100), &memory);
        for key in 0..6 {
            recent.remember(key, 100);
            assert_eq!(recent.find(&0), Some(100), "used all the time");
        }
        assert_eq!(recent.find(&1), None);
        assert!(memory.used() <= 4 * (ENTRY + 100));
        recent.remember(9, 1_000_000);
        assert_eq!(recent.find(&9), None, "too heavy");
    }

    #[test]
    fn the_sum_is_what_is_there() {
        let memory = Arc::new(Memory::new(2 * ENTRY));
        let mut recent = Recent::new(10_000, &memory);
        recent.remember(1, 500);
        recent.remember(1, 700);
        assert_eq!((memory.used(), memory.is_over()), (700 + ENTRY, false));
        recent.remember(2, 700);
        assert!(memory.is_over());
        drop(recent);
        assert_eq!(memory.used(), 0);
    }
}
