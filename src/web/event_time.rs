//! When an event is: in the person's zone, and in its own where that differs.

use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::dates::{Dates, weekday_key, zone_name};
use super::locale::Locale;
use crate::mail::{Civil, Event, Every, Repeat, When};

/// When, for a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// In the person's zone.
    pub here: String,
    /// In its own zone; empty where that says the same.
    pub there: String,
    /// For `<time datetime>`: RFC 3339 with the distance from UTC, or a date, or a time without a zone.
    pub machine: String,
}

/// Says when an event is that begins and ends so.
pub(super) fn told(start: Option<&When>, end: Option<&When>, locale: &Locale, dates: &Dates<'_>) -> Told {
    let Some(start) = start else { return Told::default() };
    let teller = Teller { locale, dates };
    match start {
        When::Day(first) => teller.days(*first, end.map(When::civil)),
        When::Floating(at) => teller.anywhere(*at, end.map(When::civil)),
        When::Utc(at) => teller.placed(*at, &TimeZone::UTC, end),
        When::Zoned { at, zone, offset_minutes } => match zone_of(zone, *offset_minutes) {
            Some(zone) => teller.placed(*at, &zone, end),
            None => teller.somewhere(*at, zone, end.map(When::civil)),
        },
    }
}

/// The zone of that name; one that only its calendar knows is as far from UTC as that says.
fn zone_of(name: &str, offset_minutes: Option<i16>) -> Option<TimeZone> {
    let offset = || Some(TimeZone::fixed(Offset::from_seconds(i32::from(offset_minutes?) * 60).ok()?));
    // `/citadel.org/20190914_1/Europe/Berlin` and the like have the name at their end
    let tail = || name.match_indices('/').rev().nth(1).and_then(|(at, _)| name.get(at + 1..));
    let known = |name: &str| TimeZone::get(name).ok();
    known(name).or_else(|| tail().and_then(known)).or_else(offset)
}

fn date(civil: Civil) -> Option<Date> {
    Date::new(civil.year, i8::try_from(civil.month).ok()?, i8::try_from(civil.day).ok()?).ok()
}

fn date_time(civil: Civil) -> Option<DateTime> {
    let small = |number: u8| i8::try_from(number).ok();
    Some(date(civil)?.at(small(civil.hour)?, small(civil.minute)?, small(civil.second)?, 0))
}

struct Teller<'a> {
    locale: &'a Locale,
    dates: &'a Dates<'a>,
}

impl Teller<'_> {
    fn days(&self, first: Civil, last: Option<Civil>) -> Told {
        let day = |civil: Civil| date(civil).map(|date| self.dates.day(date)).unwrap_or_default();
        let language = &self.locale.language;
        let here = match last {
            Some(last) => language.say("event-days", [("first", day(first).into()), ("last", day(last).into())]),
            None => language.say("event-all-day", [("day", day(first).into())]),
        };
        let machine = date(first).map(|date| date.to_string()).unwrap_or_default();
        Told { here, there: String::new(), machine }
    }

    fn placed(&self, at: Civil, zone: &TimeZone, end: Option<&When>) -> Told {
        let instant = |civil: Civil| date_time(civil)?.to_zoned(zone.clone()).ok();
        let Some(start) = instant(at) else { return Told::default() };
        let end = end.and_then(|end| match end {
            When::Utc(at) => date_time(*at)?.to_zoned(TimeZone::UTC).ok().map(|end| end.with_time_zone(zone.clone())),
            other => instant(other.civil()),
        });
        let end = end.filter(|end| *end > start);
        let here = |at: &Zoned| at.with_time_zone(self.locale.zone.clone());
        let same = here(&start).offset() == start.offset() || *zone == TimeZone::UTC;
        Told {
            here: self.span(&here(&start), end.as_ref().map(here).as_ref()),
            there: if same { String::new() } else { self.span(&start, end.as_ref()) },
            machine: here(&start).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        }
    }

    fn span(&self, start: &Zoned, end: Option<&Zoned>) -> String {
        let label = |at: &Zoned| {
            let named = at.time_zone().iana_name().filter(|_| *at.time_zone() != self.locale.zone);
            named.map_or_else(|| zone_name(at), str::to_owned)
        };
        let language = &self.locale.language;
        let one = |at: &Zoned| {
            let (day, time) = (self.dates.day(at.date()), self.dates.time(at));
            language.say("event-at", [("day", day.into()), ("time", time.into()), ("zone", label(at).into())])
        };
        match end {
            None => one(start),
            Some(end) if end.date() == start.date() => language.say(
                "event-span",
                [
                    ("day", self.dates.day(start.date()).into()),
                    ("from", self.dates.time(start).into()),
                    ("to", self.dates.time(end).into()),
                    ("zone", label(start).into()),
                ],
            ),
            Some(end) => language.say("event-from-to", [("start", one(start).into()), ("end", one(end).into())]),
        }
    }

    /// A time of day that is the same everywhere.
    fn anywhere(&self, at: Civil, end: Option<Civil>) -> Told {
        let in_utc = |civil: Civil| date_time(civil)?.to_zoned(TimeZone::UTC).ok();
        let Some(start) = in_utc(at) else { return Told::default() };
        let language = &self.locale.language;
        let day = self.dates.day(start.date());
        let end = end.and_then(in_utc).filter(|end| end.date() == start.date() && *end > start);
        let here = match end {
            Some(end) => language.say(
                "event-span-anywhere",
                [("day", day.into()), ("from", self.dates.time(&start).into()), ("to", self.dates.time(&end).into())],
            ),
            None => language.say("event-at-anywhere", [("day", day.into()), ("time", self.dates.time(&start).into())]),
        };
        Told { here, there: String::new(), machine: start.strftime("%Y-%m-%dT%H:%M:%S").to_string() }
    }

    /// A time in a zone that nobody knows but who wrote it.
    fn somewhere(&self, at: Civil, zone: &str, end: Option<Civil>) -> Told {
        let in_utc = |civil: Civil| date_time(civil)?.to_zoned(TimeZone::UTC).ok();
        let Some(start) = in_utc(at) else { return Told::default() };
        let language = &self.locale.language;
        let zone = language.say("event-zone-unknown", [("zone", super::shown::clean(zone).into())]);
        let (day, time) = (self.dates.day(start.date()), self.dates.time(&start));
        let end = end.and_then(in_utc).filter(|end| end.date() == start.date() && *end > start);
        let here = match end {
            Some(end) => language.say(
                "event-span",
                [
                    ("day", day.into()),
                    ("from", time.into()),
                    ("to", self.dates.time(&end).into()),
                    ("zone", zone.into()),
                ],
            ),
            None => language.say("event-at", [("day", day.into()), ("time", time.into()), ("zone", zone.into())]),
        };
        Told { here, there: String::new(), machine: start.strftime("%Y-%m-%dT%H:%M:%S").to_string() }
    }
}

/// Whether an event has ended, and does not come again.
pub(super) fn is_over(event: &Event, locale: &Locale) -> bool {
    let now = jiff::Timestamp::now();
    let end = match &event.repeats {
        Some(Repeat { until: Some(until), .. }) => instant(&When::Day(*until), &locale.zone),
        Some(_) => None,
        None => event.end.as_ref().or(event.start.as_ref()).and_then(|end| instant(end, &locale.zone)),
    };
    end.is_some_and(|end| end < now)
}

/// When it is; of a whole day its end, and a time of no zone is one of the person's.
fn instant(when: &When, here: &TimeZone) -> Option<jiff::Timestamp> {
    let (civil, zone) = match when {
        When::Day(day) => (date(*day)?.tomorrow().ok()?.at(0, 0, 0, 0), here.clone()),
        When::Floating(at) => (date_time(*at)?, here.clone()),
        When::Utc(at) => (date_time(*at)?, TimeZone::UTC),
        When::Zoned { at, zone, offset_minutes } => {
            (date_time(*at)?, zone_of(zone, *offset_minutes).unwrap_or_else(|| here.clone()))
        }
    };
    civil.to_zoned(zone).ok().map(|at| at.timestamp())
}

/// "Every 2 weeks on Monday and Friday, until 3 March 2026".
pub(super) fn repeats(repeat: &Repeat, locale: &Locale, dates: &Dates<'_>) -> String {
    let language = &locale.language;
    if repeat.intricate || repeat.every == Every::Other {
        return language.text("repeat-intricate").to_owned();
    }
    let every = u64::from(repeat.interval);
    let mut days: Vec<&str> = repeat.weekdays.iter().map(|day| language.text(weekday_key(*day))).collect();
    let rule = match repeat.every {
        Every::Week if !days.is_empty() => {
            let last = days.pop().unwrap_or_default();
            let named = match days.is_empty() {
                true => last.to_owned(),
                false => language.say("people-and", [("first", days.join(", ").into()), ("last", last.into())]),
            };
            language.count("repeat-week-on", every, [("days", named.as_str())])
        }
        Every::Week => language.count("repeat-week", every, []),
        Every::Month => language.count("repeat-month", every, []),
        Every::Year => language.count("repeat-year", every, []),
        Every::Day | Every::Other => language.count("repeat-day", every, []),
    };
    match (repeat.until.and_then(date), repeat.count) {
        (Some(until), _) => language.say("repeat-until", [("repeat", rule.into()), ("date", dates.day(until).into())]),
        (None, Some(count)) => language.count("repeat-times", count.into(), [("repeat", rule.as_str())]),
        (None, None) => rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    fn civil(date: (i16, u8, u8), time: (u8, u8)) -> Civil {
        Civil::new(date, (time.0, time.1, 0)).unwrap()
    }

    fn say(zone: &str, start: When, end: Option<When>) -> Told {
        let locale = Locale::new(&Words::load().unwrap(), "en-GB", Some(zone)).unwrap();
        told(Some(&start), end.as_ref(), &locale, &Dates::now(&locale))
    }

    fn zoned(at: Civil, zone: &str, offset_minutes: Option<i16>) -> When {
        When::Zoned { at, zone: zone.into(), offset_minutes }
    }

    #[test]
    fn a_time_is_told_in_the_persons_zone_and_in_its_own() {
        let (noon, one) = (civil((2026, 1, 13), (12, 30)), civil((2026, 1, 13), (13, 30)));
        let berlin = |at| zoned(at, "Europe/Berlin", None);
        let told = say("America/New_York", berlin(noon), Some(berlin(one)));
        assert_eq!(told.here, "Tuesday, 13 January 2026, 06:30–07:30 (UTC-5)");
        assert_eq!(told.there, "Tuesday, 13 January 2026, 12:30–13:30 (Europe/Berlin)");
        assert_eq!(told.machine, "2026-01-13T06:30:00-05:00");
        // Rome's clocks say the same as Berlin's
        let told = say("Europe/Rome", berlin(noon), Some(berlin(one)));
        assert_eq!((told.here.as_str(), told.there.as_str()), ("Tuesday, 13 January 2026, 12:30–13:30 (UTC+1)", ""));
        let told = say("Europe/Rome", When::Utc(noon), None);
        assert_eq!((told.here.as_str(), told.there.as_str()), ("Tuesday, 13 January 2026, 13:30 (UTC+1)", ""));
    }

    #[test]
    fn a_zone_that_only_the_calendar_knows_is_told_by_its_offset_or_its_name() {
        let noon = civil((2026, 1, 13), (12, 30));
        let told = say("Europe/Rome", zoned(noon, "W. Europe Standard Time", Some(120)), None);
        assert_eq!(told.here, "Tuesday, 13 January 2026, 11:30 (UTC+1)");
        assert_eq!(told.there, "Tuesday, 13 January 2026, 12:30 (UTC+2)");
        let told = say("Europe/Rome", zoned(noon, "Ours", None), None);
        assert_eq!(told.here, "Tuesday, 13 January 2026, 12:30 (time zone “Ours”)");
        let told = say("Europe/Rome", zoned(noon, "/citadel.org/20190914_1/Europe/Berlin", None), None);
        assert_eq!(told.here, "Tuesday, 13 January 2026, 12:30 (UTC+1)");
    }

    #[test]
    fn days_and_nights_and_floating_times_have_their_own_words() {
        let first = civil((2026, 1, 13), (0, 0));
        assert_eq!(say("UTC", When::Day(first), None).here, "Tuesday, 13 January 2026, all day");
        let last = When::Day(civil((2026, 1, 15), (0, 0)));
        assert_eq!(
            say("UTC", When::Day(first), Some(last)).here,
            "Tuesday, 13 January 2026 to Thursday, 15 January 2026"
        );
        let night = say("UTC", When::Utc(civil((2026, 1, 13), (23, 0))), Some(When::Utc(civil((2026, 1, 14), (1, 0)))));
        assert_eq!(night.here, "Tuesday, 13 January 2026, 23:00 (UTC) to Wednesday, 14 January 2026, 01:00 (UTC)");
        let floating = say("Asia/Tokyo", When::Floating(civil((2026, 1, 13), (9, 0))), None);
        assert_eq!(floating.here, "Tuesday, 13 January 2026, 09:00, wherever you are");
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trouble() {
        for at in [civil((1, 1, 1), (0, 0)), civil((9999, 12, 31), (23, 59))] {
            for zone in ["Pacific/Kiritimati", "America/New_York"] {
                say(zone, When::Utc(at), None);
                say(zone, zoned(at, zone, None), Some(When::Utc(at)));
            }
        }
    }

    #[test]
    fn how_it_repeats_is_a_sentence() {
        let locale = Locale::new(&Words::load().unwrap(), "en-GB", None).unwrap();
        let say = |repeat: &Repeat| repeats(repeat, &locale, &Dates::now(&locale));
        let weekly = Repeat { every: Every::Week, interval: 2, weekdays: vec![0, 2, 4], ..Repeat::default() };
        assert_eq!(say(&weekly), "Every 2 weeks on Monday, Wednesday and Friday");
        let until = Some(civil((2026, 3, 3), (0, 0)));
        let daily = Repeat { every: Every::Day, interval: 1, until, ..Repeat::default() };
        assert_eq!(say(&daily), "Every day, until Tuesday, 3 March 2026");
        let yearly = Repeat { every: Every::Year, interval: 1, count: Some(3), ..Repeat::default() };
        assert_eq!(say(&yearly), "Every year, 3 times");
        assert_eq!(say(&Repeat { intricate: true, ..yearly }), "By a rule that is in the calendar file");
    }
}
