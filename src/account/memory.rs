//! What the process remembers of people's mail, weighed: so much for each, and so much for all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::mail::Part;

/// The sum of all weights, and what it may be, in octets. One for the process.
#[derive(Debug)]
pub(super) struct Memory {
    used: AtomicUsize,
    most: usize,
}

/// What is remembered can say what it weighs: octets, near enough.
pub(super) trait Weighed {
    fn weight(&self) -> usize;
}

impl Memory {
    pub(super) fn new(most: usize) -> Self {
        Self { used: AtomicUsize::new(0), most }
    }

    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether more is remembered than may be.
    pub(super) fn is_over(&self) -> bool {
        self.used() > self.most
    }

    /// Whether enough is free again after it was too much.
    pub(super) fn is_relieved(&self) -> bool {
        self.used() <= self.most / 4 * 3
    }

    pub(super) fn take(&self, octets: usize) {
        self.used.fetch_add(octets, Ordering::Relaxed);
    }

    pub(super) fn give_back(&self, octets: usize) {
        self.used.fetch_sub(octets, Ordering::Relaxed);
    }
}

impl<T: Weighed> Weighed for Arc<T> {
    fn weight(&self) -> usize {
        self.as_ref().weight()
    }
}

impl<T> Weighed for Vec<T> {
    fn weight(&self) -> usize {
        self.capacity() * size_of::<T>()
    }
}

/// What a part of a structure takes: the part and its texts, each with its allocation.
pub(super) fn part_weight(part: &Part) -> usize {
    let texts = |params: &[(String, String)]| -> usize { params.iter().map(|(a, b)| a.len() + b.len() + 80).sum() };
    let disposition = part.disposition.as_ref().map_or(0, |one| one.kind.len() + texts(&one.params) + 48);
    let alone = part.media_type.len() + part.encoding.len() + part.id.as_ref().map_or(0, String::len) + 64;
    size_of::<Part>() + alone + texts(&part.params) + disposition
}
