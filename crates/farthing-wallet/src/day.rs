//! Days of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::now_ms;

/// A day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub(crate) Date);

/// This is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no day: write it like 2026-11-21")]
pub struct NotADay;

impl Day {
    /// The day a moment is in, in milliseconds since 1970.
    #[must_use]
    pub fn of_ms(at_ms: u64) -> Self {
        // Later than the year 9999 is later than anything that happens.
        let at = i64::try_from(at_ms)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
            .unwrap_or(Timestamp::MAX);
        Self(at.to_zoned(TimeZone::UTC).date())
    }

    /// The day it is now.
    #[must_use]
    pub fn today() -> Self {
        Self::of_ms(now_ms())
    }

    /// When it begins, in milliseconds since 1970.
    #[must_use]
    pub fn starts_ms(self) -> u64 {
        self.0
            .to_zoned(TimeZone::UTC)
            .ok()
            .and_then(|start| u64::try_from(start.timestamp().as_millisecond()).ok())
            .unwrap_or(0)
    }

    /// When the next one begins, in milliseconds since 1970.
    #[must_use]
    pub fn ends_ms(self) -> u64 {
        self.0
            .tomorrow()
            .map_or(u64::MAX, |next| Self(next).starts_ms())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let text = text.trim();
        // A moment would be read as its day, and say more than is meant.
        if text.len() != "2026-11-21".len() {
            return Err(NotADay);
        }
        let date: Date = text.parse().map_err(|_| NotADay)?;
        if !(1970..=9998).contains(&date.year()) {
            return Err(NotADay);
        }
        Ok(Self(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_it_is_read_and_ends_where_the_next_begins() {
        for (text, starts_ms, next) in [
            ("1970-01-01", 0, "1970-01-02"),
            ("2024-02-29", 1_709_164_800_000, "2024-03-01"),
            ("2026-12-31", 1_798_675_200_000, "2027-01-01"),
        ] {
            let day: Day = text.parse().unwrap();
            assert_eq!(day.to_string(), text);
            assert_eq!(day.starts_ms(), starts_ms);
            assert_eq!(day.ends_ms(), next.parse::<Day>().unwrap().starts_ms());
            assert_eq!(Day::of_ms(starts_ms), day);
            assert_eq!(Day::of_ms(day.ends_ms() - 1), day);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-11",
            "2026-13-01",
            "2026-02-29",
            "21.11.2026",
            "1969-12-31",
            "2026-11-21T10:00",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }
}
