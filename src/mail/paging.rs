//! Pages of a list.

use std::num::NonZeroU32;
use std::str::FromStr;

/// A page's number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageNumber(NonZeroU32);

impl PageNumber {
    /// The newest.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The number, unless it is zero.
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The bare number.
    pub fn number(self) -> u32 {
        self.0.get()
    }
}

impl FromStr for PageNumber {
    type Err = super::NotAUid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<super::Uid>().ok().and_then(|number| Self::new(number.number())).ok_or(super::NotAUid)
    }
}

/// Where a page lies among its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// This page.
    pub page: PageNumber,
    /// Rows on a full page.
    pub per_page: u32,
    /// Rows on all pages.
    pub total: u32,
}

impl Pages {
    /// How many pages there are; an empty list has one.
    pub fn count(&self) -> u32 {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }

    /// Whether this page is one of them.
    pub fn exists(&self) -> bool {
        self.page.number() <= self.count()
    }

    /// The rows on this page, counted from 0, end outside.
    pub fn rows(&self) -> std::ops::Range<u32> {
        let start = (self.page.number() - 1).saturating_mul(self.per_page).min(self.total);
        start..start.saturating_add(self.per_page).min(self.total)
    }

    /// The page before, nearer to the start.
    pub fn previous(&self) -> Option<PageNumber> {
        PageNumber::new(self.page.number() - 1)
    }

    /// The page after.
    pub fn next(&self) -> Option<PageNumber> {
        (self.page.number() < self.count()).then(|| PageNumber::new(self.page.number() + 1)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(page: u32, total: u32) -> Pages {
        Pages { page: PageNumber::new(page).unwrap(), per_page: 50, total }
    }

    #[test]
    fn the_last_page_holds_the_rest() {
        assert_eq!(pages(3, 101).rows(), 100..101);
        assert_eq!((pages(3, 101).next(), pages(3, 101).previous()), (None, PageNumber::new(2)));
    }

    #[test]
    fn an_empty_list_has_one_empty_page() {
        assert!(pages(1, 0).exists() && pages(1, 0).rows().is_empty());
        assert!(!pages(2, 50).exists());
    }
}
