//! Trouble that any use case can meet: the wallet's own files, and issuers.

use farthing_rails::ecash::Trouble as RailTrouble;
use farthing_store::DiskTrouble;
use farthing_store::history::{HistoryError as StoreError, PutError};

/// The wallet's own files cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the wallet's files cannot be used: {0}")]
pub struct StoreTrouble(pub(crate) String);

impl StoreTrouble {
    /// The error's stable name: what can be done depends on what the disk did.
    #[must_use]
    pub fn code(&self) -> &'static str {
        code_of_disk(DiskTrouble::told_by(&self.0)).unwrap_or("files_unusable")
    }

    /// The disk's part in an error, or else what the error says of itself.
    fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self(
            DiskTrouble::behind(error)
                .map_or_else(|| error.to_string(), |disk| disk.sentence().to_owned()),
        )
    }
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
        Self("a record is damaged".to_owned())
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
        RailTrouble::Unfinished => "not_all_looked_for",
        RailTrouble::Store(what) => StoreTrouble(what.clone()).code(),
        _ => "issuer_trouble",
    }
}
