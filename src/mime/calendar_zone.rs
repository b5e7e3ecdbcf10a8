//! Time zones that come with a calendar (VTIMEZONE, RFC 5545 3.6.5): how far from UTC a time in them is.

use super::calendar::{civil, weekday};
use super::content_line::Line;
use crate::mail::Civil;

/// Zones of one calendar, and rules of one zone, that are read.
const MOST_ZONES: usize = 50;
const MOST_RULES: usize = 100;

/// The zones of a calendar.
#[derive(Debug, Default)]
pub(super) struct Zones(Vec<Zone>);

/// One zone.
#[derive(Debug, Default)]
pub(super) struct Zone {
    id: String,
    rules: Vec<Rule>,
}

/// From when on which offset holds.
#[derive(Debug, Default)]
struct Rule {
    start: Option<Civil>,
    minutes: Option<i16>,
    yearly: Option<Yearly>,
}

/// The day of a year on which a rule begins anew.
#[derive(Debug, Default, Clone, Copy)]
struct Yearly {
    month: Option<u8>,
    /// Which of that weekday in the month, from its end if below zero; from 0, Monday.
    weekday: Option<(i8, u8)>,
    until: Option<Civil>,
}

impl Zones {
    pub(super) fn begin(&mut self) {
        if self.0.len() < MOST_ZONES {
            self.0.push(Zone::default());
        }
    }

    pub(super) fn begin_rule(&mut self) {
        if let Some(zone) = self.0.last_mut().filter(|zone| zone.rules.len() < MOST_RULES) {
            zone.rules.push(Rule::default());
        }
    }

    /// A line of the zone itself.
    pub(super) fn take(&mut self, line: &Line) {
        if let Some(zone) = self.0.last_mut().filter(|_| line.name == "TZID") {
            zone.id = line.value.trim().to_owned();
        }
    }

    /// A line of its last rule.
    pub(super) fn take_rule(&mut self, line: &Line) {
        let Some(rule) = self.0.last_mut().and_then(|zone| zone.rules.last_mut()) else { return };
        match line.name.as_str() {
            "DTSTART" => rule.start = civil(line.value.trim()),
            "TZOFFSETTO" => rule.minutes = offset(line.value.trim()),
            "RRULE" => rule.yearly = Some(yearly(&line.value)),
            _ => {}
        }
    }

    /// The zone of that name.
    pub(super) fn find(&self, id: &str) -> Option<&Zone> {
        self.0.iter().find(|zone| zone.id == id)
    }
}

impl Zone {
    /// Minutes east of UTC at a time there: those of the rule that began last before it.
    pub(super) fn offset_at(&self, at: Civil) -> Option<i16> {
        let began = self.rules.iter().filter_map(|rule| Some((rule.last_begin(at)?, rule.minutes?)));
        let last = began.max_by_key(|(begin, _)| *begin).map(|(_, minutes)| minutes);
        // before the first of them there is only what the zone says at all
        last.or_else(|| self.rules.first().and_then(|rule| rule.minutes))
    }
}

impl Rule {
    /// When it began last, seen from `at`.
    fn last_begin(&self, at: Civil) -> Option<Civil> {
        let start = self.start.filter(|start| *start <= at)?;
        let Some(yearly) = self.yearly else { return Some(start) };
        // two years are enough: it begins once in each
        let until = yearly.until.map_or(at, |until| until.min(at));
        let years = [until.year, until.year.saturating_sub(1)];
        let begun = years.into_iter().filter_map(|year| yearly.begin(year, start));
        begun.filter(|begin| *begin <= until && *begin >= start).max().or(Some(start))
    }
}

impl Yearly {
    fn begin(self, year: i16, start: Civil) -> Option<Civil> {
        let month = self.month.unwrap_or(start.month);
        let time = (start.hour, start.minute, start.second);
        let Some((which, weekday)) = self.weekday else { return Civil::new((year, month, start.day), time) };
        let day = |day: i16| Civil::new((year, month, u8::try_from(day).ok()?), time);
        if which >= 0 {
            let first = day(1)?;
            let ahead = (7 + i16::from(weekday) - i16::from(first.weekday())) % 7;
            day(1 + ahead + 7 * (i16::from(which.max(1)) - 1))
        } else {
            let last = (28..=31).rev().find_map(day)?;
            let back = (7 + i16::from(last.weekday()) - i16::from(weekday)) % 7;
            day(i16::from(last.day) - back + 7 * (i16::from(which) + 1))
        }
    }
}

fn yearly(value: &str) -> Yearly {
    let mut yearly = Yearly::default();
    for rule in value.split(';').take(30) {
        match rule.split_once('=') {
            Some(("BYMONTH", month)) => {
                yearly.month = month.trim().parse().ok().filter(|month| (1..=12).contains(month))
            }
            Some(("BYDAY", day)) => {
                let day = day.trim();
                let at = day.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
                let (number, name) = day.split_at(at);
                let which = if number.is_empty() { Some(1) } else { number.parse::<i8>().ok() };
                yearly.weekday = which.filter(|which| (-5..=5).contains(which)).zip(weekday(name));
            }
            Some(("UNTIL", until)) => yearly.until = civil(until.trim()),
            _ => {}
        }
    }
    yearly
}

/// `+0100`, `-033000` in minutes.
fn offset(value: &str) -> Option<i16> {
    let (sign, digits) = match value.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        ("+", digits) => (1, digits),
        _ => (1, value),
    };
    let hours: i16 = digits.get(..2)?.parse().ok()?;
    let minutes: i16 = digits.get(2..4)?.parse().ok()?;
    ((0..=24).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::content_line::lines;

    fn zone(text: &str) -> Zones {
        let mut zones = Zones::default();
        zones.begin();
        for line in lines(text) {
            match (line.name.as_str(), line.value.as_str()) {
                ("BEGIN", _) => zones.begin_rule(),
                ("TZID", _) => zones.take(&line),
                _ => zones.take_rule(&line),
            }
        }
        zones
    }

    #[test]
    fn the_rule_that_began_last_holds() {
        let zones = zone(
            "TZID:New York\nBEGIN:DAYLIGHT\nDTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n\
             TZOFFSETTO:-0400\nBEGIN:STANDARD\nDTSTART:20071104T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n\
             TZOFFSETTO:-0500",
        );
        let offset = |text: &str| zones.find("New York").unwrap().offset_at(civil(text).unwrap());
        assert_eq!(offset("20260307T120000"), Some(-300));
        assert_eq!(offset("20260308T120000"), Some(-240));
        assert_eq!(offset("20261031T235959"), Some(-240));
        assert_eq!(offset("20261101T030000"), Some(-300));
        assert_eq!(offset("20270101T000000"), Some(-300));
        assert_eq!(offset("19990101T000000"), Some(-240));
        assert!(zones.find("Elsewhere").is_none());
    }

    #[test]
    fn offsets_are_read_with_their_sign() {
        assert_eq!(offset("-0330"), Some(-210));
        assert_eq!(offset("+013000"), Some(90));
        assert_eq!((offset(""), offset("+"), offset("+9900"), offset("é00")), (None, None, None, None));
    }
}
