//! "Send later": the times that are offered, and the one that a person types, in their own zone.

use std::time::Duration;

use jiff::civil::{Date, DateTime, time};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::dates::{Dates, zone_name};
use super::locale::Locale;
use crate::mail::Moment;

/// The latest time, in days from now.
const FARTHEST: i64 = 366;

/// One of the offered times.
#[derive(Serialize)]
pub(super) struct Offer {
    /// What the button sends.
    value: String,
    label: String,
    note: String,
    icon: &'static str,
}

/// Why a time can't be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Not a day and time.
    Unreadable,
    /// It has gone by.
    Past,
    /// More than a year from now.
    TooFar,
}

/// The menu: this evening, tomorrow morning, Monday morning, as far as they differ and lie ahead.
pub(super) fn offers(locale: &Locale, now: Timestamp) -> Vec<Offer> {
    let here = now.to_zoned(locale.zone.clone());
    let (today, dates) = (here.date(), Dates::at(locale, now));
    let day = |days: i64| today.checked_add(days.days()).unwrap_or(today);
    let offer = |label: &str, icon, at: DateTime, note: String| Offer {
        value: format!("later:{}", at.strftime("%Y-%m-%dT%H:%M")),
        label: locale.text(label).to_owned(),
        note,
        icon,
    };
    let clock = |at: DateTime| at.to_zoned(locale.zone.clone()).map(|at| dates.time(&at)).unwrap_or_default();
    let mut offers = Vec::new();
    let evening = today.to_datetime(time(18, 0, 0, 0));
    if here.hour() < 17 {
        offers.push(offer("later-evening", "moon", evening, clock(evening)));
    }
    let tomorrow = day(1).to_datetime(time(8, 0, 0, 0));
    offers.push(offer("later-tomorrow", "sun", tomorrow, clock(tomorrow)));
    let to_monday = i64::from(8 - today.weekday().to_monday_one_offset());
    if to_monday > 1 {
        let monday = day(to_monday).to_datetime(time(8, 0, 0, 0));
        let note = monday.to_zoned(locale.zone.clone()).map(|at| dates.short(moment(at.timestamp())));
        offers.push(offer("later-monday", "calendar-clock", monday, note.unwrap_or_default()));
    }
    offers
}

/// What the field for day and time begins with: tomorrow, nine o'clock.
pub(super) fn first_guess(locale: &Locale, now: Timestamp) -> String {
    let today: Date = now.to_zoned(locale.zone.clone()).date();
    let tomorrow = today.checked_add(1.day()).unwrap_or(today);
    tomorrow.to_datetime(time(9, 0, 0, 0)).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The zone that times are in: "UTC+1".
pub(super) fn zone(locale: &Locale, now: Timestamp) -> String {
    zone_name(&now.to_zoned(locale.zone.clone()))
}

/// Reads `2026-11-24T09:00` in the person's zone, as seconds since 1970. An hour that the clocks skip is the one after.
pub(super) fn read(text: &str, locale: &Locale, now: Timestamp) -> Result<i64, Unfit> {
    let civil: DateTime = text.trim().parse().map_err(|_| Unfit::Unreadable)?;
    let at = civil.to_zoned(locale.zone.clone()).map_err(|_| Unfit::Unreadable)?.timestamp().as_second();
    match at - now.as_second() {
        ..=0 => Err(Unfit::Past),
        ahead if ahead > FARTHEST * 86_400 => Err(Unfit::TooFar),
        _ => Ok(at),
    }
}

/// When a message goes that waits: "in 10 seconds", or a day and time.
pub(super) fn goes_out(due: i64, now: Timestamp, locale: &Locale) -> String {
    let ahead = due.saturating_sub(now.as_second());
    if ahead <= 60 {
        return locale.language.count("done-waiting", u64::try_from(ahead.max(1)).unwrap_or(1), []);
    }
    let time = Dates::at(locale, now).full(Moment { seconds: due, offset_minutes: 0 });
    locale.language.say("done-later", [("time", time.into())])
}

/// What "Send later" takes: that the password is kept here, or that the mail server keeps the message. `longest_hold` is for how
/// long it does, nought where it does not, if that is known.
pub(super) fn note(longest_hold: Option<Duration>, locale: &Locale, now: Timestamp) -> String {
    match longest_hold {
        None => locale.text("compose-later-note-perhaps").to_owned(),
        Some(Duration::ZERO) => locale.text("compose-later-note").to_owned(),
        Some(hold) => {
            let seconds = i64::try_from(hold.as_secs()).unwrap_or(i64::MAX).min(FARTHEST * 86_400);
            let latest = Moment { seconds: now.as_second().saturating_add(seconds), offset_minutes: 0 };
            locale.language.say("compose-later-note-held", [("time", Dates::at(locale, now).full(latest).into())])
        }
    }
}

/// A point in time in the words of the ground floor.
pub(super) fn moment(at: Timestamp) -> Moment {
    Moment { seconds: at.as_second(), offset_minutes: 0 }
}

/// Now, as far from UTC as the person is: `Date`.
pub(super) fn now_here(locale: &Locale) -> Moment {
    let now = Timestamp::now().to_zoned(locale.zone.clone());
    let offset = i16::try_from(now.offset().seconds() / 60).unwrap_or_default();
    Moment { seconds: now.timestamp().as_second(), offset_minutes: offset }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::words::Words;

    /// Monday, 23 November 2026, 10:00 in Berlin.
    const NOW: i64 = 1_795_424_400;

    fn berlin() -> Locale {
        Locale::new(&Words::load().unwrap(), "en-GB", Some("Europe/Berlin")).unwrap()
    }

    #[test]
    fn times_are_offered_that_lie_ahead_and_differ() {
        let said = |now| {
            let offers = offers(&berlin(), Timestamp::from_second(now).unwrap());
            offers.into_iter().map(|offer| format!("{} {}", offer.value, offer.note)).collect::<Vec<_>>()
        };
        assert_eq!(
            said(NOW),
            ["later:2026-11-23T18:00 18:00", "later:2026-11-24T08:00 08:00", "later:2026-11-30T08:00 30 Nov"]
        );
        // Sunday evening: tomorrow is Monday
        assert_eq!(said(NOW + 6 * 86_400 + 9 * 3_600), ["later:2026-11-30T08:00 08:00"]);
    }

    #[test]
    fn a_time_is_read_in_the_persons_zone_and_lies_ahead() {
        let now = Timestamp::from_second(NOW).unwrap();
        assert_eq!(read("2026-11-23T10:01", &berlin(), now), Ok(NOW + 60));
        assert_eq!(read("2026-11-23T10:00", &berlin(), now), Err(Unfit::Past));
        assert_eq!(read("2028-11-23T10:00", &berlin(), now), Err(Unfit::TooFar));
        for wrong in ["", "tomorrow", "2026-13-01T00:00", "2026-11-24"] {
            let read = read(wrong, &berlin(), now);
            assert!(read == Err(Unfit::Unreadable) || wrong == "2026-11-24", "{wrong}: {read:?}");
        }
        // 28 March 2027, 02:30 is skipped: 03:30 summer time
        assert_eq!(read("2027-03-28T02:30", &berlin(), now), read("2027-03-28T03:30", &berlin(), now));
    }
}
