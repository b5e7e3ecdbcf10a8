//! Sizes as people say them: "6 KB", "5.1 MB". A kilobyte has 1000 bytes, as file managers count.

use super::words::Language;

/// `bytes` in the largest unit that leaves at least 1, with one decimal below 10.
pub(super) fn size(bytes: u64, language: &Language) -> String {
    if bytes < 1000 {
        return language.count("size-bytes", bytes, []);
    }
    let units = ["size-kb", "size-mb", "size-gb", "size-tb"];
    let mut unit: u64 = 1000;
    for (at, key) in units.into_iter().enumerate() {
        let last = at + 1 == units.len();
        // tenths, rounded; what rounds up to 1000 belongs to the next unit
        let tenths = (bytes.saturating_mul(10).saturating_add(unit / 2)) / unit;
        if tenths < 9_995 || last {
            let shown = match (tenths / 10, tenths % 10) {
                (whole @ 0..=9, tenth @ 1..=9) => format!("{whole}.{tenth}"),
                (whole @ 0..=9, _) => whole.to_string(),
                (whole, tenth) => language.number(whole + u64::from(tenth >= 5)),
            };
            return language.say(key, [("shown", shown.into())]);
        }
        unit *= 1000;
    }
    String::new()
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
        assert_eq!(said(u64::MAX), "1,844,674 TB");
    }
}
