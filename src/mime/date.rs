//! `Date` (RFC 5322 3.3 and 4.3), and what mailers write instead.

use crate::mail::Moment;

/// The moment that a date text means; `None` where it means none and INTERNALDATE has to stand in.
///
/// Day, month and year may come in RFC 5322's order, in asctime's, in ISO's; comments, weekday, seconds and zone may
/// be missing. An unknown zone counts as UTC (RFC 5322 4.3).
pub(super) fn parse(text: &str) -> Option<Moment> {
    let text = without_comments(text.get(..200).unwrap_or(text));
    // blanks and comments may stand beside the colons of a clock (RFC 5322 A.6.3)
    let text = text.split(':').map(str::trim).collect::<Vec<_>>().join(":");
    let mut said = Said::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',') {
        if !word.is_empty() {
            said.hear(word)?;
        }
    }
    let (year, month, day) = said.date()?;
    let (hour, minute, second) = said.time.unwrap_or_default();
    let hour = match said.afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Moment::from_civil((year, month, day), (hour, minute, second), said.zone.unwrap_or(0))
}

/// Comments nest (RFC 5322 3.2.2); an unclosed one runs to the end.
fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .map(|c| match c {
            '(' => {
                depth += 1;
                ' '
            }
            ')' if depth > 0 => {
                depth -= 1;
                ' '
            }
            _ if depth > 0 => ' ',
            _ => c,
        })
        .collect()
}

/// What the words said so far.
#[derive(Default)]
struct Said {
    month: Option<u8>,
    /// Bare numbers with their count of digits, in order: day and year.
    numbers: Vec<(i32, usize)>,
    iso: Option<(i32, u8, u8)>,
    time: Option<(u8, u8, u8)>,
    zone: Option<i16>,
    afternoon: Option<bool>,
}

impl Said {
    /// Takes one word in; `None` where it makes the whole no date.
    fn hear(&mut self, word: &str) -> Option<()> {
        // quotes and brackets around the whole, marks behind it
        let word = word.trim_matches(['"', '\'', '[', ']', ';']).trim_end_matches('.');
        if word.is_empty() {
            return Some(());
        }
        if let Some(zone) = numeric_zone(word).filter(|_| self.time.is_some()) {
            self.zone = Some(zone);
        } else if let Some(iso) = iso_date(word) {
            self.iso = Some(iso);
            if let Some(time) = word.get(11..) {
                self.hear(time)?;
            }
        } else if word.contains(':') || (word.contains('.') && self.time.is_none() && self.has_date()) {
            // a zone may be glued on: `09:30:00+0100`, `09:30:00Z`
            let end = word.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(word.len());
            let (time, zone) = word.split_at(end);
            self.time = Some(clock(time)?);
            if !zone.is_empty() {
                self.hear(zone)?;
            }
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            self.numbers.push((word.parse().ok()?, word.len()));
        } else if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(['-', '/']) {
            // `13-Jan-2026`; all digits would be anybody's guess
            word.chars().any(|c| c.is_ascii_alphabetic()).then_some(())?;
            for piece in word.split(['-', '/']) {
                self.hear(piece)?;
            }
        } else if let Some(month) = month(word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        } else if let Some(number) = word.strip_suffix(|c: char| c.is_ascii_alphabetic()).filter(|rest| {
            rest.trim_end_matches(|c: char| c.is_ascii_alphabetic()).bytes().all(|b| b.is_ascii_digit())
                && rest.starts_with(|c: char| c.is_ascii_digit())
        }) {
            // `13th`
            self.hear(number.trim_end_matches(|c: char| c.is_ascii_alphabetic()))?;
        } else if word.eq_ignore_ascii_case("pm") || word.eq_ignore_ascii_case("am") {
            self.afternoon = Some(word.eq_ignore_ascii_case("pm"));
        } else if self.time.is_some() && self.zone.is_none() {
            self.zone = Some(zone(word));
        }
        // weekdays and the rest say nothing
        Some(())
    }

    fn has_date(&self) -> bool {
        self.iso.is_some() || (self.month.is_some() && self.numbers.len() >= 2)
    }

    fn date(&self) -> Option<(i32, u8, u8)> {
        if let Some(iso) = self.iso {
            return Some(iso);
        }
        let [first, second, ..] = self.numbers.as_slice() else { return None };
        let (day, year) = if first.1 > 2 { (second, first) } else { (first, second) };
        let year = match year {
            (short @ 0..=49, ..=2) => short + 2000,
            (short, ..=3) => short + 1900, // RFC 5322 4.3
            (full @ 1900..=9999, 4) => *full,
            _ => return None,
        };
        Some((year, self.month?, u8::try_from(day.0).ok()?))
    }
}

/// `2026-01-13` at the start of a word.
fn iso_date(word: &str) -> Option<(i32, u8, u8)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = word.as_bytes() else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    let plausible = digits.iter().all(|b| b.is_ascii_digit()) && matches!(rest, [] | [b'T' | b't', ..]);
    plausible.then_some(())?;
    Some((word.get(..4)?.parse().ok()?, word.get(5..7)?.parse().ok()?, word.get(8..10)?.parse().ok()?))
}

/// `9:30`, `09:30:00`, `09.30.00`, `09:30:00.123`.
fn clock(text: &str) -> Option<(u8, u8, u8)> {
    let mut pieces = text.split([':', '.']);
    let (hour, minute) = (pieces.next()?.parse().ok()?, pieces.next()?.parse().ok()?);
    let second = match pieces.next() {
        None | Some("") => 0,
        Some(second) => second.parse().ok()?,
    };
    Some((hour, minute, second))
}

fn month(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let at = MONTHS.iter().position(|month| month.starts_with(&word) || word == "sept" && month.starts_with("sept"))?;
    u8::try_from(at + 1).ok()
}

/// Minutes of `+0100`, `-03:30`, `+1`, also behind `GMT` or `UTC`. One that no place on earth has counts as UTC.
fn numeric_zone(word: &str) -> Option<i16> {
    let bare = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if bare.len() < word.len()
        && !matches!(word.get(..word.len() - bare.len()), Some("GMT" | "UTC" | "UT" | "gmt" | "utc"))
    {
        return None;
    }
    let (sign, digits) = match bare.as_bytes().first()? {
        b'+' => (1, bare.get(1..)?),
        b'-' => (-1, bare.get(1..)?),
        _ => return None,
    };
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(digits.len());
    let digits = digits.get(..end)?.replace(':', "");
    if digits.is_empty() || digits.len() > 4 {
        return Some(0);
    }
    let number: i16 = digits.parse().ok()?;
    let minutes = if digits.len() <= 2 { number * 60 } else { number / 100 * 60 + number % 100 };
    Some(if minutes > 24 * 60 { 0 } else { sign * minutes })
}

/// Minutes of a zone's name (RFC 5322 4.3, and the European and Asian ones that name one offset only).
fn zone(name: &str) -> i16 {
    let hours = match name.to_ascii_uppercase().as_str() {
        "EDT" | "AST" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "ADT" => -3,
        "CET" | "MEZ" | "MET" | "WEST" => 1,
        "CEST" | "MESZ" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "NZST" => 12,
        "NZDT" => 13,
        _ => 0,
    };
    hours * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(text: &str, date: (i32, u8, u8), time: (u8, u8, u8), offset: i16) {
        assert_eq!(parse(text), Some(Moment::from_civil(date, time, offset).unwrap()), "{text:?}");
    }

    #[test]
    fn dates_are_read_in_the_orders_that_occur() {
        for text in [
            "Tue, 13 Jan 2026 09:30:00 +0100",
            "Tue, 13 Jan 2026 09:30:00 +0100 (CET)",
            "Tue,13 Jan 2026 09:30:00+0100",
            "(a (nested) comment) Tue, 13 (x) Jan 2026 9:30 +0100",
            "13 January 2026 09:30:00 +01:00",
            "13-Jan-2026 09:30:00 +0100",
            "Tue Jan 13 09:30:00 2026 +0100",
            "Tue Jan 13 2026 09:30:00 GMT+0100 (CET)",
            "2026-01-13T09:30:00+01:00",
            "2026-01-13 09:30:00.250 +0100",
            "Jan 13, 2026 9:30:00 AM CET",
            "Tue, 13 Jan 2026 09.30.00 +0100",
            "TUE, 13 JAN 2026 09:30:00 CET",
            "Tue, 13 Jan 2026 09(comment):   30  :  00 +0100",
            "\"Tue, 13 Jan 2026 09:30:00 +0100\"",
            "'Tue, 13 Jan 2026 09:30:00 +0100'",
            "[Tue, 13 Jan 2026 09:30:00 +0100]",
            "Tue, 13 Jan 2026 09:30:00 +0100;",
            "Tue, 13 Jan 2026 09:30:00 +0100\u{a0}",
        ] {
            means(text, (2026, 1, 13), (9, 30, 0), 60);
        }
        means("2026-01-13T09:30:00Z", (2026, 1, 13), (9, 30, 0), 0);
        means("Tue Jan 13 09:30:00 2026", (2026, 1, 13), (9, 30, 0), 0);
        means("13 Jan 2026 9:30 PM", (2026, 1, 13), (21, 30, 0), 0);
        means("13 Jan 2026", (2026, 1, 13), (0, 0, 0), 0);
    }

    #[test]
    fn obsolete_years_and_zones_follow_rfc_5322() {
        means("13 Jan 98 10:00:00 +0000", (1998, 1, 13), (10, 0, 0), 0);
        means("13 Jan 26 10:00:00 +0000", (2026, 1, 13), (10, 0, 0), 0);
        means("Thu, 13 Jan 105 10:00:00 +0000", (2005, 1, 13), (10, 0, 0), 0);
        means("Tue, 13 Jan 2026 09:30:00 EST", (2026, 1, 13), (9, 30, 0), -300);
        means("Tue, 13 Jan 2026 09:30:00 UT", (2026, 1, 13), (9, 30, 0), 0);
        means("Tue, 13 Jan 2026 09:30:00 A", (2026, 1, 13), (9, 30, 0), 0);
        means("Tue, 13 Jan 2026 09:30:00 -0330", (2026, 1, 13), (9, 30, 0), -210);
        means("Tue, 13 Jan 2026 09:30:00 +9900", (2026, 1, 13), (9, 30, 0), 0);
    }

    #[test]
    fn the_leap_second_is_a_second() {
        means("Sat, 31 Dec 2016 23:59:60 +0000", (2017, 1, 1), (0, 0, 0), 0);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "31 Feb 2026 10:00:00 +0000",
            "Tue, 13 Foo 2026",
            "13 Jan",
            "13/01/2026",
            "1 Jan 0000 00:00:00",
            "99999999999 Jan 2026",
            "13 Jan 2026 25:00:00",
            "13 Jan 99999 10:00",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
