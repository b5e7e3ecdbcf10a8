//! Dates as people say them, in the visitor's language, clock and zone.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};

use super::locale::Locale;
use crate::mail::Moment;

/// Dates seen from one moment: "today" means the same on the whole page.
pub(super) struct Dates<'a> {
    locale: &'a Locale,
    today: Date,
}

impl<'a> Dates<'a> {
    /// Seen from now.
    pub(super) fn now(locale: &'a Locale) -> Self {
        Self::at(locale, Timestamp::now())
    }

    /// Seen from `now`.
    pub(super) fn at(locale: &'a Locale, now: Timestamp) -> Self {
        Self { locale, today: now.to_zoned(locale.zone.clone()).date() }
    }

    /// For `<time datetime>`: RFC 3339 with the distance from UTC.
    pub(super) fn machine(&self, moment: Moment) -> String {
        self.zoned(moment).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// For a list: "09:41" today, "Sun" in the last six days, "20 Nov" this year, "20 Nov 2024" before.
    pub(super) fn short(&self, moment: Moment) -> String {
        let at = self.zoned(moment);
        let date = at.date();
        if date == self.today {
            return self.time(&at);
        }
        let days = self.days_ago(date);
        if (1..=6).contains(&days) {
            return self.locale.text(weekday(&WEEKDAYS_SHORT, date)).to_owned();
        }
        let name = self.locale.text(month(&MONTHS_SHORT, date));
        if date.year() == self.today.year() { self.day_month(date, name) } else { self.day_month_year(date, name) }
    }

    /// A day that comes: "3 Dec", "3 Dec 2027" in another year; `None` for today and before.
    pub(super) fn to_come(&self, moment: Moment) -> Option<String> {
        let date = self.zoned(moment).date();
        let name = self.locale.text(month(&MONTHS_SHORT, date));
        let is_this_year = date.year() == self.today.year();
        let said = || if is_this_year { self.day_month(date, name) } else { self.day_month_year(date, name) };
        (date > self.today).then(said)
    }

    /// For a message's head: "Today, 09:41" or "20 Nov 2024, 09:41".
    pub(super) fn medium(&self, moment: Moment) -> String {
        let at = self.zoned(moment);
        let date = match self.days_ago(at.date()) {
            0 => self.locale.text("day-today").to_owned(),
            1 => self.locale.text("day-yesterday").to_owned(),
            _ => self.day_month_year(at.date(), self.locale.text(month(&MONTHS_SHORT, at.date()))),
        };
        self.locale.language.say("date-time", [("date", date.into()), ("time", self.time(&at).into())])
    }

    /// For a sentence that is read on other days too: "23 November 2026, 09:41".
    pub(super) fn written(&self, moment: Moment) -> String {
        let at = self.zoned(moment);
        let date = self.day_month_year(at.date(), self.locale.text(month(&MONTHS, at.date())));
        self.locale.language.say("date-time", [("date", date.into()), ("time", self.time(&at).into())])
    }

    /// The day alone: "23 November 2026".
    pub(super) fn written_day(&self, moment: Moment) -> String {
        let date = self.zoned(moment).date();
        self.day_month_year(date, self.locale.text(month(&MONTHS, date)))
    }

    /// Everything: "Monday, 23 November 2026, 09:41 (UTC+1)".
    pub(super) fn full(&self, moment: Moment) -> String {
        let at = self.zoned(moment);
        let date = self.day_month_year(at.date(), self.locale.text(month(&MONTHS, at.date())));
        self.locale.language.say(
            "date-full",
            [
                ("weekday", self.locale.text(weekday(&WEEKDAYS, at.date())).into()),
                ("date", date.into()),
                ("time", self.time(&at).into()),
                ("zone", zone_name(&at).into()),
            ],
        )
    }

    /// For the name of a file: "2026-11-23".
    pub(super) fn file_day(&self, moment: Moment) -> String {
        self.zoned(moment).strftime("%Y-%m-%d").to_string()
    }

    /// The same with the time of day, without a colon: "2026-11-23 09.41".
    pub(super) fn file_time(&self, moment: Moment) -> String {
        self.zoned(moment).strftime("%Y-%m-%d %H.%M").to_string()
    }

    /// The time of day, now.
    pub(super) fn clock(&self, now: Timestamp) -> String {
        self.time(&now.to_zoned(self.locale.zone.clone()))
    }

    /// Under which heading of a list sorted by date a message stands.
    pub(super) fn group(&self, moment: Moment) -> String {
        let date = self.zoned(moment).date();
        let monday = |date: Date| date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days());
        let this_monday = monday(self.today).ok();
        let key = match self.days_ago(date) {
            // what claims to be of tomorrow stands with what is of today: clocks differ
            ..=0 => "day-today",
            1 => "day-yesterday",
            _ if this_monday.is_some_and(|monday| date >= monday) => "day-this-week",
            _ if this_monday
                .and_then(|monday| monday.checked_sub(7.days()).ok())
                .is_some_and(|monday| date >= monday) =>
            {
                "day-last-week"
            }
            _ => {
                let name = self.locale.text(month(&MONTHS, date));
                if date.year() == self.today.year() {
                    return name.to_owned();
                }
                let year = date.year().to_string();
                return self.locale.language.say("month-of-year", [("month", name.into()), ("year", year.into())]);
            }
        };
        self.locale.text(key).to_owned()
    }

    fn zoned(&self, moment: Moment) -> Zoned {
        // a date beyond the calendar's end is shown at its end
        let second = moment.seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second() - 86_400);
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.locale.zone.clone())
    }

    fn days_ago(&self, date: Date) -> i32 {
        self.today.since(date).map_or(i32::MAX, |span| span.get_days())
    }

    /// "Monday, 23 November 2026".
    pub(super) fn day(&self, date: Date) -> String {
        let day = self.day_month_year(date, self.locale.text(month(&MONTHS, date)));
        let weekday = self.locale.text(weekday(&WEEKDAYS, date));
        self.locale.language.say("date-weekday", [("weekday", weekday.into()), ("date", day.into())])
    }

    /// The time of day in the zone of `at`.
    pub(super) fn time(&self, at: &Zoned) -> String {
        if !self.locale.twelve_hours {
            return format!("{:02}:{:02}", at.hour(), at.minute());
        }
        let hour = if at.hour() % 12 == 0 { 12 } else { at.hour() % 12 };
        let time = format!("{hour}:{:02}", at.minute());
        let key = if at.hour() < 12 { "time-am" } else { "time-pm" };
        self.locale.language.say(key, [("time", time.into())])
    }

    fn day_month(&self, date: Date, month: &str) -> String {
        let key = if self.locale.month_first { "date-month-day" } else { "date-day-month" };
        self.locale.language.say(key, [("day", date.day().to_string().into()), ("month", month.into())])
    }

    fn day_month_year(&self, date: Date, month: &str) -> String {
        let key = if self.locale.month_first { "date-month-day-year" } else { "date-day-month-year" };
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.locale.language.say(key, [("day", day.into()), ("month", month.into()), ("year", year.into())])
    }
}

/// "UTC+1", "UTC-3:30", "UTC".
pub(super) fn zone_name(at: &Zoned) -> String {
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];
const MONTHS_SHORT: [&str; 12] = [
    "month-short-1",
    "month-short-2",
    "month-short-3",
    "month-short-4",
    "month-short-5",
    "month-short-6",
    "month-short-7",
    "month-short-8",
    "month-short-9",
    "month-short-10",
    "month-short-11",
    "month-short-12",
];
const WEEKDAYS: [&str; 7] = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];
const WEEKDAYS_SHORT: [&str; 7] = [
    "weekday-short-1",
    "weekday-short-2",
    "weekday-short-3",
    "weekday-short-4",
    "weekday-short-5",
    "weekday-short-6",
    "weekday-short-7",
];

fn month(names: &[&'static str; 12], date: Date) -> &'static str {
    nth(names, date.month())
}

/// The text of a weekday, from 0, Monday.
pub(super) fn weekday_key(day: u8) -> &'static str {
    WEEKDAYS.get(usize::from(day)).copied().unwrap_or_default()
}

fn weekday(names: &[&'static str; 7], date: Date) -> &'static str {
    nth(names, date.weekday().to_monday_one_offset())
}

fn nth(names: &[&'static str], number: i8) -> &'static str {
    usize::try_from(number - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    /// Monday, 23 November 2026, 10:00 in Berlin.
    const NOW: i64 = 1_795_424_400;

    fn said(language: &str, zone: &str, form: impl Fn(&Dates<'_>) -> String) -> String {
        let locale = Locale::new(&Words::load().unwrap(), language, Some(zone)).unwrap();
        form(&Dates::at(&locale, Timestamp::from_second(NOW).unwrap()))
    }

    fn before(seconds: i64) -> Moment {
        Moment { seconds: NOW - seconds, offset_minutes: 0 }
    }

    #[test]
    fn a_list_says_time_weekday_day_or_year() {
        let short = |seconds| said("en-GB", "Europe/Berlin", |dates| dates.short(before(seconds)));
        assert_eq!(short(19 * 60), "09:41");
        assert_eq!(short(86_400), "Sun");
        assert_eq!(short(6 * 86_400), "Tue");
        assert_eq!(short(7 * 86_400), "16 Nov");
        assert_eq!(short(400 * 86_400), "19 Oct 2025");
    }

    #[test]
    fn americans_read_the_month_first_and_twelve_hours() {
        let us = |seconds| said("en-US,en;q=0.9", "America/New_York", |dates| dates.short(before(seconds)));
        assert_eq!(us(19 * 60), "3:41 AM");
        assert_eq!(us(9 * 86_400), "Nov 14");
        assert_eq!(
            said("en-US", "America/New_York", |dates| dates.full(before(0))),
            "Monday, November 23, 2026, 4:00 AM (UTC-5)"
        );
        assert_eq!(said("en-AU", "UTC", |dates| dates.full(before(0))), "Monday, 23 November 2026, 9:00 AM (UTC)");
    }

    #[test]
    fn the_full_form_names_its_zone_and_so_does_the_machine_form() {
        assert_eq!(
            said("en-GB", "Europe/Berlin", |dates| dates.full(before(0))),
            "Monday, 23 November 2026, 10:00 (UTC+1)"
        );
        assert_eq!(said("en", "Asia/Kolkata", |dates| dates.machine(before(0))), "2026-11-23T14:30:00+05:30");
        assert_eq!(said("en", "Not/AZone", |dates| dates.machine(before(0))), "2026-11-23T09:00:00+00:00");
    }

    #[test]
    fn rows_are_grouped_by_day_week_and_month() {
        let group = |seconds| said("en", "Europe/Berlin", |dates| dates.group(before(seconds)));
        assert_eq!(group(-3 * 86_400), "Today");
        assert_eq!(group(0), "Today");
        assert_eq!(group(86_400), "Yesterday");
        assert_eq!(group(3 * 86_400), "Last week");
        assert_eq!(group(10 * 86_400), "November");
        assert_eq!(group(400 * 86_400), "October 2025");
    }

    #[test]
    fn absurd_dates_are_shown_at_the_end_of_the_calendar() {
        for seconds in [i64::MIN, i64::MAX] {
            let moment = Moment { seconds, offset_minutes: 0 };
            assert!(!said("en", "Pacific/Kiritimati", |dates| dates.full(moment) + &dates.group(moment)).is_empty());
        }
    }
}
