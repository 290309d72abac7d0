//! What a person asks of a merchant, and how long it has to answer.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// What is asked of a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// What it knows (GDPR article 15; California Civil Code section 1798.110).
    Access,
    /// That it erases what it knows (GDPR article 17; section 1798.105).
    Erasure,
    /// Nothing: it is told that a yes was taken back (GDPR article 7(3); section 1798.120).
    Notice,
}

/// The law a person asks under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// The European Union's General Data Protection Regulation.
    Gdpr,
    /// The California Consumer Privacy Act.
    Ccpa,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// It was sent, and there is still time.
    Asked,
    /// The merchant answered.
    Answered,
    /// It did not, and its time is over.
    Overdue,
}

/// The text names nothing that can be asked of a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is nothing that can be asked of a merchant: access, erasure or notice")]
pub struct NotARequest;

/// The text names no law that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this law is not known: gdpr or ccpa")]
pub struct NotALaw;

/// Days a merchant has under the CCPA (11 CCR § 7021: calendar days).
const CCPA_DAYS: i64 = 45;

impl RequestKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Access, Self::Erasure, Self::Notice];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Erasure => "erasure",
            Self::Notice => "notice",
        }
    }
}

impl Law {
    /// Every law.
    pub const ALL: [Self; 2] = [Self::Gdpr, Self::Ccpa];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gdpr => "gdpr",
            Self::Ccpa => "ccpa",
        }
    }
}

impl RequestState {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Overdue => "overdue",
        }
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for RequestKind {
    type Err = NotARequest;

    fn from_str(text: &str) -> Result<Self, NotARequest> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.code() == text.trim())
            .ok_or(NotARequest)
    }
}

impl FromStr for Law {
    type Err = NotALaw;

    fn from_str(text: &str) -> Result<Self, NotALaw> {
        let mut all = Self::ALL.into_iter();
        all.find(|law| law.code() == text.trim()).ok_or(NotALaw)
    }
}

/// The last millisecond in which an answer to what was asked at `asked_ms` is in time, in
/// milliseconds since 1970, by the calendar in UTC. `None` for a notice, which wants no answer, and
/// for a moment after the end of the calendar.
///
/// Under the GDPR that is the end of the same day of the next month, or of its last day where it has
/// no such day; a Saturday or Sunday moves it to the Monday after (Regulation 1182/71, article 3).
/// Public holidays differ from country to country and are not counted. Under the CCPA it is the end
/// of the 45th day.
#[must_use]
pub fn answer_due_ms(kind: RequestKind, law: Law, asked_ms: u64) -> Option<u64> {
    if kind == RequestKind::Notice {
        return None;
    }
    let asked = Timestamp::from_millisecond(i64::try_from(asked_ms).ok()?).ok()?;
    let asked = asked.to_zoned(TimeZone::UTC).date();
    let last = match law {
        Law::Gdpr => working_day(asked.checked_add(1.month()).ok()?)?,
        Law::Ccpa => asked.checked_add(CCPA_DAYS.days()).ok()?,
    };
    let after = last.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
    let after = u64::try_from(after.timestamp().as_millisecond()).ok()?;
    after.checked_sub(1)
}

/// The day, or the Monday after where it is no working day.
fn working_day(day: Date) -> Option<Date> {
    match day.weekday() {
        Weekday::Saturday => day.checked_add(2.days()).ok(),
        Weekday::Sunday => day.tomorrow().ok(),
        _ => Some(day),
    }
}

/// Where a request stands at `now_ms`. A late answer is an answer.
#[must_use]
pub const fn request_state(
    due_ms: Option<u64>,
    answered_ms: Option<u64>,
    now_ms: u64,
) -> RequestState {
    match (due_ms, answered_ms) {
        (_, Some(_)) => RequestState::Answered,
        (Some(due), None) if now_ms > due => RequestState::Overdue,
        (_, None) => RequestState::Asked,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(moment: &str) -> u64 {
        let at: Timestamp = moment.parse().unwrap();
        at.as_millisecond().try_into().unwrap()
    }

    fn due(law: Law, asked: &str) -> String {
        let due = answer_due_ms(RequestKind::Access, law, ms(asked)).unwrap();
        Timestamp::from_millisecond(due.try_into().unwrap())
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_month_ends_with_the_same_day_of_the_next_or_with_its_last() {
        for (asked, last) in [
            ("2026-09-22T23:59:59Z", "2026-10-22"),
            // 2027 and 2023 have no 29th of February, 2028 has.
            ("2027-01-29T00:00:00Z", "2027-03-01"),
            ("2023-01-31T12:00:00Z", "2023-02-28"),
            ("2028-01-31T12:00:00Z", "2028-02-29"),
            ("2026-08-31T12:00:00Z", "2026-09-30"),
            ("2026-12-15T12:00:00Z", "2027-01-15"),
        ] {
            let end = format!("{last}T23:59:59.999Z");
            assert_eq!(due(Law::Gdpr, asked), end, "{asked}");
        }
    }

    #[test]
    fn a_month_that_ends_on_a_weekend_ends_on_the_monday_after() {
        // 28 November 2026 is a Saturday, the 29th a Sunday.
        for asked in ["2026-10-28T10:00:00Z", "2026-10-29T10:00:00Z"] {
            assert_eq!(due(Law::Gdpr, asked), "2026-11-30T23:59:59.999Z", "{asked}");
        }
    }

    #[test]
    fn forty_five_days_are_days_of_the_calendar() {
        assert_eq!(
            due(Law::Ccpa, "2026-11-22T09:00:00Z"),
            "2027-01-06T23:59:59.999Z"
        );
    }

    #[test]
    fn a_request_is_overdue_when_its_last_day_is_over_and_not_before() {
        let asked = ms("2026-09-22T10:00:00Z");
        let due = answer_due_ms(RequestKind::Erasure, Law::Gdpr, asked);
        for (now, answered, state) in [
            ("2026-09-22T10:00:00Z", None, RequestState::Asked),
            ("2026-10-22T23:59:59.999Z", None, RequestState::Asked),
            ("2026-10-23T00:00:00Z", None, RequestState::Overdue),
            ("2026-10-23T00:00:00Z", Some(asked), RequestState::Answered),
            // A clock that was set back makes nothing overdue.
            ("1970-01-01T00:00:00Z", None, RequestState::Asked),
        ] {
            assert_eq!(request_state(due, answered, ms(now)), state, "{now}");
        }
    }

    #[test]
    fn a_notice_wants_no_answer_and_is_never_overdue() {
        for law in Law::ALL {
            assert_eq!(answer_due_ms(RequestKind::Notice, law, 0), None);
        }
        assert_eq!(request_state(None, None, u64::MAX), RequestState::Asked);
    }

    #[test]
    fn kinds_and_laws_are_read_as_they_are_written() {
        for kind in RequestKind::ALL {
            assert_eq!(kind.code().parse(), Ok(kind));
        }
        for law in Law::ALL {
            assert_eq!(law.code().parse(), Ok(law));
        }
        assert_eq!("ACCESS".parse::<RequestKind>(), Err(NotARequest));
        assert_eq!("".parse::<Law>(), Err(NotALaw));
    }

    proptest! {
        #[test]
        fn an_answer_is_due_after_four_to_seven_weeks_whenever_it_was_asked_for(
            asked in 0..4_000_000_000_000_u64, law in prop::sample::select(Law::ALL.to_vec())
        ) {
            let day = 24 * 60 * 60 * 1000;
            let due = answer_due_ms(RequestKind::Access, law, asked).unwrap();
            prop_assert_eq!((due + 1) % day, 0);
            prop_assert!((27 * day..47 * day).contains(&(due - asked)), "{}", due - asked);
        }

        #[test]
        fn no_moment_breaks_the_calendar(asked in any::<u64>()) {
            for law in Law::ALL {
                if let Some(due) = answer_due_ms(RequestKind::Access, law, asked) {
                    prop_assert!(due > asked);
                }
            }
        }
    }
}
