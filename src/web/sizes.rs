//! Sizes as people say them: "6 KB", "5.1 MB". A kilobyte has 1000 bytes, as file managers count.

use super::words::Language;
use crate::mail::{InUnits, in_units};

/// The texts of the units.
pub(super) const UNITS: [&str; 5] = ["size-bytes", "size-kb", "size-mb", "size-gb", "size-tb"];

/// `bytes` in the largest unit that leaves at least 1, with one decimal below 10.
pub(super) fn size(bytes: u64, language: &Language) -> String {
    let InUnits { unit, whole, tenth } = in_units(bytes);
    let key = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 {
        return language.count(key, whole, []);
    }
    let shown = if tenth > 0 { format!("{whole}.{tenth}") } else { language.number(whole) };
    language.say(key, [("shown", shown.into())])
}

/// What is used and what may be: "7.4" and "10 GB", since a unit said twice is noise.
pub(super) fn pair(used: u64, limit: u64, language: &Language) -> (String, String) {
    let (used, limit) = (size(used, language), size(limit, language));
    let used = match (used.split_once(' '), limit.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => number.to_owned(),
        _ => used,
    };
    (used, limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    #[test]
    fn sizes_read_as_people_say_them() {
        let english = Words::load().unwrap().choose("").unwrap();
        let said = |bytes| size(bytes, &english);
        assert_eq!(said(1), "1 byte");
        assert_eq!(said(999), "999 bytes");
        assert_eq!(said(1_000), "1 KB");
        assert_eq!(said(1_260), "1.3 KB");
        assert_eq!(said(611_500), "612 KB");
        assert_eq!(said(999_960), "1 MB");
        assert_eq!(said(5_100_000), "5.1 MB");
        assert_eq!(said(7_400_000_000), "7.4 GB");
        assert_eq!(said(10 << 20), "10 MB"); // 10.486
        assert_eq!(said(999_499), "999 KB");
        assert_eq!(said(u64::MAX), "18,446,744 TB");
    }

    #[test]
    fn a_unit_is_said_once() {
        let english = Words::load().unwrap().choose("").unwrap();
        assert_eq!(pair(7_400_000_000, 10_000_000_000, &english), ("7.4".into(), "10 GB".into()));
        assert_eq!(pair(512, 10_000_000, &english), ("512 bytes".into(), "10 MB".into()));
    }
}
