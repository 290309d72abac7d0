//! Moments.

use std::fmt;

use serde::{Serialize, Serializer};

/// A moment, in milliseconds since 1970, shown as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(u64);

impl At {
    /// A moment so many milliseconds after the start of 1970, in UTC.
    #[must_use]
    pub const fn ms(ms: u64) -> Self {
        Self(ms)
    }

    /// A moment as it is shown; nothing when it is none, or one before 1970.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        u64::try_from(moment.as_millisecond()).ok().map(Self)
    }

    /// Milliseconds since the start of 1970, in UTC.
    #[must_use]
    pub const fn to_ms(self) -> u64 {
        self.0
    }

    /// To the minute, for people: `2026-11-21 23:26 UTC`.
    #[must_use]
    pub fn to_minute(self) -> String {
        self.timestamp().strftime("%Y-%m-%d %H:%M UTC").to_string()
    }

    fn timestamp(self) -> jiff::Timestamp {
        // Later than the year 9999 is later than anything that is ever shown.
        i64::try_from(self.0)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .unwrap_or(jiff::Timestamp::MAX)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_utc() {
        let at = At::ms(1_795_303_578_000);
        assert_eq!(at.to_string(), "2026-11-21T23:26:18Z");
        assert_eq!(
            At::ms(1_795_303_578_042).to_string(),
            "2026-11-21T23:26:18.042Z"
        );
        assert_eq!(at.to_minute(), "2026-11-21 23:26 UTC");
        assert_eq!(At::read("2026-11-21T23:26:18Z"), Some(at));
        for text in ["", "yesterday", "1969-12-31T23:59:59Z"] {
            assert_eq!(At::read(text), None, "{text}");
        }
        assert!(At::ms(u64::MAX).to_string().starts_with("9999-"));
    }
}
