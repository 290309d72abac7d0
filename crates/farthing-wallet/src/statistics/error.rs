//! Why statistics did not leave.

use std::io;

use farthing_rails::gate::{Blocked, GateError};
use farthing_store::DiskTrouble;

use crate::money::MoneyState;
use crate::trouble::StoreTrouble;

/// Why statistics did not leave, or why nobody knows whether they did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// They are switched off.
    #[error("anonymous statistics are off")]
    Off,
    /// This month's were sent already.
    #[error("the statistics of this month were sent already")]
    Sent,
    /// As much was told this year as may be.
    #[error("as much was told this year as may be told")]
    BudgetSpent,
    /// The wallet may not go there.
    #[error("this address cannot be used: {0}")]
    Address(Blocked),
    /// Nothing arrived.
    #[error("the site cannot be reached: {0}")]
    NotSent(GateError),
    /// They may have arrived: they count as sent.
    #[error("no answer came; the statistics may have arrived, and are not sent again")]
    Unanswered,
    /// The site did not take them.
    #[error("the site did not take them (status {status})")]
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// The file could not be written.
    #[error("the file could not be written, and nothing of it is left: {0}")]
    NotWritten(io::Error),
    /// The system gives no randomness, and without it there is no noise.
    #[error("the system gives no random numbers")]
    NoChance,
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl StatisticsError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "statistics_off",
            Self::Sent | Self::Unanswered => "statistics_sent",
            Self::BudgetSpent => "statistics_budget_spent",
            Self::Address(_) => "address_refused",
            Self::NotSent(_) => "site_unreachable",
            Self::Refused { .. } => "site_refused",
            Self::NotWritten(error) => match DiskTrouble::behind(error) {
                Some(DiskTrouble::Full) => "disk_full",
                _ => "file_unwritable",
            },
            Self::NoChance => "internal",
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: none moves here.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}
