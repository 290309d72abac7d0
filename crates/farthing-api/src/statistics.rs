//! Anonymous statistics: docs/statistics.md says what they are.

use farthing_wallet as wallet;
use serde::Serialize;

use crate::time::At;

/// Where anonymous statistics stand, and the very bytes that would leave.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StatisticsReport {
    /// Whether the person wants them.
    pub on: bool,
    /// The last whole month, like `2026-10`, in UTC.
    pub month: String,
    /// The very bytes that would leave.
    pub text: String,
    /// How much one month tells at most: its ε.
    pub epsilon_month: String,
    /// The same of all that left this year.
    pub epsilon_spent: String,
    /// As much may leave in a year.
    pub epsilon_year: String,
    /// When this month's were sent.
    #[cfg_attr(test, ts(type = "At | null"))]
    pub sent: Option<At>,
    /// Whether they may leave now.
    pub can_send: bool,
}

impl From<&wallet::Statistics> for StatisticsReport {
    fn from(now: &wallet::Statistics) -> Self {
        Self {
            on: now.on,
            month: now.month.to_string(),
            text: now.text.clone(),
            epsilon_month: thousandths(now.epsilon_month),
            epsilon_spent: thousandths(now.epsilon_spent),
            epsilon_year: thousandths(now.epsilon_year),
            sent: now.sent_ms.map(At::ms),
            can_send: now.can_send,
        }
    }
}

fn thousandths(count: u64) -> String {
    format!("{}.{:03}", count / 1000, count % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epsilon_is_written_as_people_write_it() {
        assert_eq!(
            [0, 511, 3_066].map(thousandths),
            ["0.000", "0.511", "3.066"]
        );
    }
}
