//! `recover` and `doctor`.

use serde::Serialize;

use crate::history::PaymentLine;

/// What asking about everything undecided brought.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecoveryReport {
    /// How many purses were asked about.
    pub asked: usize,
    /// Issuers that could not be asked.
    pub unreachable: Vec<String>,
    /// What is decided now.
    pub decided: Vec<PaymentLine>,
    /// What is still undecided.
    pub still_deciding: Vec<PaymentLine>,
}

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Warn,
    /// Not as it should be.
    Bad,
}

/// One thing that was checked.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckReport {
    /// What was checked.
    pub name: String,
    /// How it is.
    pub state: CheckState,
    /// What was found, as one sentence.
    pub text: String,
}

/// Everything that was checked.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DoctorReport {
    /// Whether nothing is bad.
    pub healthy: bool,
    /// Every check.
    pub checks: Vec<CheckReport>,
}

impl DoctorReport {
    /// Sums up checks.
    #[must_use]
    pub fn of(checks: Vec<CheckReport>) -> Self {
        let healthy = checks.iter().all(|check| check.state != CheckState::Bad);
        Self { healthy, checks }
    }
}
