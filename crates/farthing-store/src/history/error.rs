//! What can go wrong with `history.db`, per operation.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use super::MerchantId;
use super::migrations::MigrateError;
use crate::encrypted;

/// Where a row is, for messages and for the doctor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A row of the journal, by its number.
    Journal(u64),
    /// A merchant.
    Merchant(MerchantId),
    /// One of the documents of a kind.
    Document {
        /// The kind's name; a word of ours and not of the person's.
        kind: &'static str,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(seq) => write!(f, "journal row {seq}"),
            Self::Merchant(id) => write!(f, "merchant {id}"),
            Self::Document { kind } => write!(f, "a document of kind {kind}"),
        }
    }
}

/// Why history could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// More than one row may hold. Nothing was written.
    #[error("{bytes} bytes are too many for {what}, at most {at_most}")]
    TooLong {
        /// What was too long.
        what: &'static str,
        /// The bytes that were given.
        bytes: usize,
        /// The bytes that are allowed.
        at_most: usize,
    },
    /// There is no such merchant, or it has been forgotten.
    #[error("there is no merchant {0}")]
    NoSuchMerchant(MerchantId),
    /// A row does not open: it was changed, moved, or belongs to another wallet.
    #[error("{place} cannot be read: {why}")]
    Unreadable {
        /// Which row.
        place: Place,
        /// What the vault said.
        why: Unreadable,
    },
    /// A row could not be sealed.
    #[error("cannot seal a row: {0}")]
    Seal(#[from] farthing_vault::SealError),
    /// The merchants' keys cannot be had, so none can be made either. Nothing was written.
    #[error("the merchants' keys cannot be had: {0}")]
    Keys(#[from] farthing_vault::MerchantKeyError),
    /// The file is not as this process left it: something else writes to it.
    #[error("history.db was changed by something else while it was open")]
    ChangedOutside,
    /// SQLite refused. Nothing was written.
    #[error("history.db: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Why a sealed row does not open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The seal does not hold.
    #[error(transparent)]
    Sealed(#[from] farthing_vault::OpenError),
    /// The merchant's key does not open.
    #[error(transparent)]
    Key(#[from] farthing_vault::MerchantKeyError),
    /// The seal holds and the content has a layout this version does not know.
    #[error("its layout is not known to this version")]
    Layout,
}

/// What is wrong with the journal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainBreak {
    /// A row between others is gone.
    #[error("journal row {0} is missing")]
    Missing(u64),
    /// A row is not what was written there: edited, swapped or put in.
    #[error("journal row {0} is not the one that was written")]
    Changed(u64),
    /// The last rows are gone, or rows were added behind the end.
    #[error("the journal should end at row {expected} and ends at row {found}")]
    End {
        /// The last row by the journal's head.
        expected: u64,
        /// The last row in the file.
        found: u64,
    },
    /// The journal's head is gone or was made by someone without the key.
    #[error("the head of the journal is not the one that was written")]
    Head,
}

/// Why `history.db` could not be opened.
#[derive(Debug, Error)]
pub enum OpenHistoryError {
    /// There is no `history.db`, and none may be made where one was.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// The key does not open it: another wallet's, or its first page is damaged.
    #[error(
        "the key does not open history.db: it belongs to another wallet, or its first page is damaged"
    )]
    WrongKey,
    /// The key opens it and its content makes no sense.
    #[error("history.db is damaged: {0}")]
    Damaged(String),
    /// A newer version of Farthing has written it. It has not been touched.
    #[error(
        "history.db was written by a newer version (schema {found}, this version knows {known})"
    )]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The journal is not as it was written.
    #[error("history.db has been tampered with or damaged: {0}")]
    Broken(#[from] ChainBreak),
    /// Something in it cannot be read.
    #[error(transparent)]
    History(HistoryError),
    /// The operating system refused.
    #[error("cannot open history.db: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<MigrateError> for OpenHistoryError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Newer { found, known } => Self::Newer { found, known },
            MigrateError::Sqlite(error) => error.into(),
        }
    }
}

impl From<rusqlite::Error> for OpenHistoryError {
    fn from(error: rusqlite::Error) -> Self {
        match encrypted::OpenError::from(error) {
            encrypted::OpenError::Damaged(what) => Self::Damaged(what),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

impl From<HistoryError> for OpenHistoryError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Sqlite(error) => error.into(),
            other => Self::History(other),
        }
    }
}

impl OpenHistoryError {
    pub(super) fn at(path: &std::path::Path, error: encrypted::OpenError) -> Self {
        match error {
            encrypted::OpenError::Missing => Self::Missing(path.to_owned()),
            encrypted::OpenError::WrongKey => Self::WrongKey,
            encrypted::OpenError::Damaged(what) => Self::Damaged(what),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// What the doctor found wrong.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The journal is not as it was written.
    #[error(transparent)]
    Broken(#[from] ChainBreak),
    /// A row does not open.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The file itself is damaged.
    #[error("history.db is damaged: {0}")]
    Damaged(String),
}

impl From<rusqlite::Error> for VerifyError {
    fn from(error: rusqlite::Error) -> Self {
        match encrypted::OpenError::from(error) {
            encrypted::OpenError::Damaged(what) => Self::Damaged(what),
            encrypted::OpenError::Sqlite(error) => Self::History(error.into()),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// Why a document was not written.
#[derive(Debug, Error)]
pub enum PutError {
    /// Somebody else wrote it since it was read. `None` stands for "does not exist".
    #[error("the document is at version {found:?} and not at {expected:?}")]
    Conflict {
        /// The version the writer had seen.
        expected: Option<u64>,
        /// The version that is there.
        found: Option<u64>,
    },
    /// Anything else; nothing was written.
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl From<rusqlite::Error> for PutError {
    fn from(error: rusqlite::Error) -> Self {
        Self::History(error.into())
    }
}

/// Why a merchant was not forgotten.
#[derive(Debug, Error)]
pub enum ForgetError {
    /// It is forgotten in this file, but the key that opens old copies could not be destroyed. The
    /// next opening tries again.
    #[error("forgotten here, but not yet in old copies: {0}")]
    OldCopies(farthing_vault::EraseKeyError),
    /// It is as it was.
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl From<rusqlite::Error> for ForgetError {
    fn from(error: rusqlite::Error) -> Self {
        Self::History(error.into())
    }
}
