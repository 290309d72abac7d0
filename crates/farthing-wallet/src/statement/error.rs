//! Why there is no statement.

use std::io;

use farthing_store::DiskTrouble;
use farthing_vault::SealForError;

use crate::money::MoneyState;
use crate::trouble::StoreTrouble;

/// Why there is no statement. No file is left then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// Nothing was chosen: it would be the whole history.
    #[error("this would hand over the whole history")]
    OfEverything,
    /// No payment was made that it would be of.
    #[error("there is no payment to put in it")]
    Empty,
    /// It would end before it begins.
    #[error("the last day is before the first")]
    Backwards,
    /// There is no such merchant, or it was forgotten.
    #[error("there is no such merchant")]
    NoSuchMerchant,
    /// There is no such payment.
    #[error("there is no such payment")]
    NoSuchPayment,
    /// It could not be sealed.
    #[error(transparent)]
    Sealing(#[from] SealForError),
    /// It could not be written.
    #[error("the file could not be written, and nothing of it is left: {0}")]
    NotWritten(io::Error),
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl StatementError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OfEverything => "statement_of_everything",
            Self::Empty => "statement_empty",
            Self::Backwards => "bad_date",
            Self::NoSuchMerchant => "no_such_merchant",
            Self::NoSuchPayment => "no_such_payment",
            Self::Sealing(SealForError::Weak(_)) => "secret_too_weak",
            Self::Sealing(_) => "internal",
            Self::NotWritten(error) => match DiskTrouble::behind(error) {
                Some(DiskTrouble::Full) => "disk_full",
                _ => "file_unwritable",
            },
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: none moves here.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}
