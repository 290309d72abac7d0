//! Trouble that any use case can meet: the wallet's own files, and issuers.

use farthing_rails::ecash::Trouble as RailTrouble;
use farthing_store::history::{HistoryError as StoreError, PutError};

/// The wallet's own files cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the wallet's files cannot be used: {0}")]
pub struct StoreTrouble(pub(crate) String);

impl From<StoreError> for StoreTrouble {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<PutError> for StoreTrouble {
    fn from(error: PutError) -> Self {
        Self(error.to_string())
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
        RailTrouble::Store(_) => "files_unusable",
        _ => "issuer_trouble",
    }
}
