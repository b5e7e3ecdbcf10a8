//! Dates and times of day as people write them, in no zone.

/// A day and a time of it (proleptic Gregorian calendar), in whatever zone stands beside it. Ordered as time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// From 1 to 9999.
    pub year: i16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// To 23.
    pub hour: u8,
    /// To 59.
    pub minute: u8,
    /// To 59.
    pub second: u8,
}

impl Civil {
    /// `None` for a day or an hour that is none. Second 60 is taken as 59.
    pub fn new(date: (i16, u8, u8), time: (u8, u8, u8)) -> Option<Self> {
        let second = time.2.min(59);
        super::Moment::from_civil((date.0.into(), date.1, date.2), (time.0, time.1, second), 0)?;
        let whole = Self { year: date.0, month: date.1, day: date.2, hour: time.0, minute: time.1, second };
        (1..=9999).contains(&date.0).then_some(whole)
    }

    /// Seconds since 1970-01-01T00:00:00 in the same zone.
    pub fn seconds(self) -> i64 {
        let (date, time) = ((self.year.into(), self.month, self.day), (self.hour, self.minute, self.second));
        super::Moment::from_civil(date, time, 0).map_or(0, |moment| moment.seconds)
    }

    /// The date and time so many seconds after 1970-01-01T00:00:00; `None` outside the years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        let (year, month, day) = super::Moment { seconds, offset_minutes: 0 }.civil_date();
        let of_day = seconds.rem_euclid(86_400);
        let small = |number: i64| u8::try_from(number).ok();
        Self::new(
            (i16::try_from(year).ok()?, month, day),
            (small(of_day / 3_600)?, small(of_day / 60 % 60)?, small(of_day % 60)?),
        )
    }

    /// So many seconds later; `None` past the year 9999.
    pub fn plus(self, seconds: i64) -> Option<Self> {
        Self::from_seconds(self.seconds().checked_add(seconds)?)
    }

    /// From 0, Monday.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday
        u8::try_from((self.seconds().div_euclid(86_400) + 3).rem_euclid(7)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_the_same_thing() {
        for date in [(1, 1, 1), (1970, 1, 1), (2000, 2, 29), (2026, 11, 29), (9999, 12, 31)] {
            let civil = Civil::new(date, (23, 59, 1)).unwrap();
            assert_eq!(Civil::from_seconds(civil.seconds()), Some(civil));
        }
        assert_eq!(Civil::new((2025, 2, 29), (0, 0, 0)), None);
        assert_eq!(Civil::new((9999, 12, 31), (23, 0, 0)).unwrap().plus(86_400), None);
        assert_eq!(Civil::from_seconds(i64::MAX), None);
    }

    #[test]
    fn weekdays_count_from_monday() {
        assert_eq!(Civil::new((1970, 1, 1), (0, 0, 0)).unwrap().weekday(), 3);
        assert_eq!(Civil::new((2026, 11, 29), (12, 0, 0)).unwrap().weekday(), 6);
        assert_eq!(Civil::new((1900, 1, 1), (12, 0, 0)).unwrap().weekday(), 0);
    }
}
