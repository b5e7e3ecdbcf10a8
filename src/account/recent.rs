//! Remembers what was looked at lately, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;

/// A map that forgets what was not used for about one turnover: two generations, the older one dropped when the
/// younger is full.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    generation: usize,
}

impl<K: Hash + Eq + Clone, V: Clone> Recent<K, V> {
    /// Remembers between `entries` and twice as many.
    pub(super) fn new(entries: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation: entries.max(1) }
    }

    pub(super) fn find(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.remember(key, value.clone());
        Some(value)
    }

    pub(super) fn remember(&mut self, key: K, value: V) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(super) fn forget_all(&mut self) {
        self.young = HashMap::new();
        self.old = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut recent = Recent::new(2);
        for key in 0..6 {
            recent.remember(key, key);
            assert_eq!(recent.find(&0), Some(0), "used all the time");
        }
        assert_eq!(recent.find(&1), None);
        assert!(recent.young.len() + recent.old.len() <= 4);
    }
}
