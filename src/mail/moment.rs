//! A point in time, with the zone its author wrote it in.

/// Seconds since 1970-01-01T00:00:00Z and the author's distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since the epoch; negative before 1970.
    pub seconds: i64,
    /// Minutes east of UTC, as written.
    pub offset_minutes: i16,
}

impl Moment {
    /// From a civil date and time (proleptic Gregorian calendar); `None` for a day or hour that is none.
    /// Second 60 is taken as the second after 59 (RFC 5322 3.3 allows leap seconds).
    pub fn from_civil(date: (i32, u8, u8), time: (u8, u8, u8), offset_minutes: i16) -> Option<Self> {
        let (year, month, day) = (i64::from(date.0), i64::from(date.1), i64::from(date.2));
        let (hour, minute, second) = (i64::from(time.0), i64::from(time.1), i64::from(time.2));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 60 || offset_minutes.abs() > 24 * 60 {
            return None;
        }
        // days since the epoch after Howard Hinnant's days_from_civil: years that begin in March
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - i64::from(offset_minutes) * 60;
        Some(Self { seconds, offset_minutes })
    }

    /// Year, month and day in UTC.
    pub fn civil_date(self) -> (i64, u8, u8) {
        // after Howard Hinnant's civil_from_days: years that begin in March
        let days = self.seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_become_seconds() {
        assert_eq!(Moment::from_civil((1970, 1, 1), (0, 0, 0), 0).unwrap().seconds, 0);
        assert_eq!(Moment::from_civil((2026, 1, 13), (9, 30, 0), 60).unwrap().seconds, 1_768_293_000);
        assert_eq!(Moment::from_civil((2000, 2, 29), (0, 0, 0), 0).unwrap().seconds, 951_782_400);
    }

    #[test]
    fn seconds_become_civil_dates() {
        for date in [(1970, 1, 1), (2000, 2, 29), (2026, 12, 31), (1969, 12, 31), (1600, 3, 1)] {
            let moment = Moment::from_civil(date, (23, 59, 59), 0).unwrap();
            assert_eq!(moment.civil_date(), (i64::from(date.0), date.1, date.2));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(Moment::from_civil((2025, 2, 29), (0, 0, 0), 0), None);
        assert_eq!(Moment::from_civil((2025, 13, 1), (0, 0, 0), 0), None);
        assert_eq!(Moment::from_civil((2025, 1, 1), (24, 0, 0), 0), None);
    }
}
