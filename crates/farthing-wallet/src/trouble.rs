//! Trouble that any use case can meet: the wallet's own files, and issuers.

use farthing_rails::ecash::Trouble as RailTrouble;
use farthing_rails::gate::GateError;
use farthing_rails::lnurl::LnurlError;
use farthing_store::history::{HistoryError as StoreError, PutError};
use farthing_store::{DiskTrouble, StoreFault};

/// The wallet's own files cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the wallet's files cannot be used: {0}")]
pub struct StoreTrouble(#[source] pub(crate) StoreFault);

impl StoreTrouble {
    /// The error's stable name: what can be done depends on what the disk did.
    #[must_use]
    pub fn code(&self) -> &'static str {
        code_of_fault(&self.0)
    }

    /// What is kept does not say what it must.
    pub(crate) fn damaged() -> Self {
        Self("a record is damaged".into())
    }

    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self(StoreFault::behind(error))
    }
}

fn code_of_fault(fault: &StoreFault) -> &'static str {
    code_of_disk(fault.disk).unwrap_or("files_unusable")
}

/// The stable name of what a disk did.
pub(crate) fn code_of_disk(disk: Option<DiskTrouble>) -> Option<&'static str> {
    disk.map(|disk| match disk {
        DiskTrouble::Full => "disk_full",
        DiskTrouble::ReadOnly => "disk_read_only",
        DiskTrouble::Failing => "disk_failing",
        DiskTrouble::Damaged => "files_damaged",
    })
}

impl From<StoreError> for StoreTrouble {
    fn from(error: StoreError) -> Self {
        Self::of(&error)
    }
}

impl From<PutError> for StoreTrouble {
    fn from(error: PutError) -> Self {
        Self::of(&error)
    }
}

impl From<serde_json::Error> for StoreTrouble {
    fn from(_: serde_json::Error) -> Self {
        // The text of a JSON error quotes what it read.
        Self::damaged()
    }
}

/// The stable name of an issuer's trouble.
pub(crate) fn code_of(trouble: &RailTrouble) -> &'static str {
    match trouble {
        RailTrouble::NotSent => "issuer_unreachable",
        RailTrouble::Lost => "issuer_answer_lost",
        RailTrouble::Refused(_) => "issuer_refused",
        RailTrouble::Dishonest(_) => "issuer_dishonest",
        RailTrouble::KeysOfAnother { .. } => "issuer_keys_of_another",
        RailTrouble::ClocksDiffer => "clocks_differ",
        RailTrouble::Unfinished => "not_all_looked_for",
        RailTrouble::Store(fault) => code_of_fault(fault),
        _ => "issuer_trouble",
    }
}

/// The stable name of what is wrong with a payee, a voucher's maker or a site that was asked over
/// LNURL.
pub(crate) fn code_of_lnurl(error: &LnurlError) -> &'static str {
    match error {
        LnurlError::Gate(GateError::Blocked(_)) => "address_refused",
        LnurlError::Gate(GateError::ReplyTooLong) => "site_not_understood",
        LnurlError::Gate(_) => "site_unreachable",
        LnurlError::Refused { .. } => "site_refused",
        LnurlError::Moved
        | LnurlError::OtherHost
        | LnurlError::OtherAmount
        | LnurlError::OtherDescription => "site_dishonest",
        LnurlError::Unsupported(_) => "code_not_payable",
        LnurlError::OutOfBounds => "amount_out_of_bounds",
        LnurlError::NoteTooLong { .. } => "note_too_long",
        _ => "site_not_understood",
    }
}
