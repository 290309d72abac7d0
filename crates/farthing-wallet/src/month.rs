//! Months of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::day::Day;

/// A month, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month a moment is in, in milliseconds since 1970.
    #[must_use]
    pub fn of_ms(at_ms: u64) -> Self {
        let Day(date) = Day::of_ms(at_ms);
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// When it begins, in milliseconds since 1970.
    #[must_use]
    pub fn starts_ms(self) -> u64 {
        Date::new(self.year, self.month, 1).map_or(0, |first| Day(first).starts_ms())
    }

    /// The month before it.
    #[must_use]
    pub const fn before(self) -> Self {
        match self.month {
            1 => Self {
                year: self.year.saturating_sub(1),
                month: 12,
            },
            month => Self {
                year: self.year,
                month: month.saturating_sub(1),
            },
        }
    }

    /// Its year.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.month {
            12 => Self {
                year: self.year.saturating_add(1),
                month: 1,
            },
            month => Self {
                year: self.year,
                month: month.saturating_add(1),
            },
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// This is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no month: write it like 2026-11")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.trim().split_once('-').ok_or(NotAMonth)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return Err(NotAMonth);
        }
        let (year, month) = (
            year.parse().map_err(|_| NotAMonth)?,
            month.parse().map_err(|_| NotAMonth)?,
        );
        if !(1970..=9998).contains(&year) || !(1..=12).contains(&month) {
            return Err(NotAMonth);
        }
        Ok(Self { year, month })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_as_it_is_read_and_ends_where_the_next_begins() {
        for (text, starts_ms, next) in [
            ("1970-01", 0, "1970-02"),
            ("2024-02", 1_706_745_600_000, "2024-03"),
            ("2026-12", 1_796_083_200_000, "2027-01"),
        ] {
            let month: Month = text.parse().unwrap();
            assert_eq!(month.to_string(), text);
            assert_eq!(month.starts_ms(), starts_ms);
            assert_eq!(month.next().to_string(), next);
            assert_eq!(month.next().before(), month);
            assert_eq!(Month::of_ms(starts_ms), month);
            assert_eq!(Month::of_ms(month.next().starts_ms() - 1), month);
        }
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "26-11",
            "2026-1",
            "2026-11-01",
            "1969-12",
            "+026-11",
            "2026-+1",
        ] {
            assert_eq!(text.parse::<Month>(), Err(NotAMonth), "{text}");
        }
    }
}
