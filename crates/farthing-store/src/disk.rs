//! What a disk does to a wallet, told apart by what a person can do about it.

use std::io;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;

use crate::money;

/// A reason of the disk's for not keeping or giving back what it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskTrouble {
    /// Nothing more fits.
    Full,
    /// It may only be read.
    ReadOnly,
    /// It gives errors.
    Failing,
    /// It gives back something else than was written.
    Damaged,
}

impl DiskTrouble {
    /// What happened.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Full => "the disk is full",
            Self::ReadOnly => "the disk cannot be written to",
            Self::Failing => "the disk gives errors",
            Self::Damaged => "a file is damaged",
        }
    }

    /// The disk's part in an error, if it had one.
    #[must_use]
    pub fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = cause {
            let trouble = if let Some(sqlite) = error.downcast_ref::<rusqlite::Error>() {
                Self::of_sqlite(sqlite)
            } else if let Some(io) = error.downcast_ref::<io::Error>() {
                Self::of_system(io)
            } else if let Some(fault) = error.downcast_ref::<StoreFault>() {
                fault.disk
            } else if money::met_damage(error) {
                Some(Self::Damaged)
            } else {
                None
            };
            if trouble.is_some() {
                return trouble;
            }
            cause = error.source();
        }
        None
    }

    fn of_sqlite(error: &rusqlite::Error) -> Option<Self> {
        // The first thing SQLite makes room for, and the one failure to find room it does not
        // call "full".
        if error.sqlite_error()?.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
            return Some(Self::Full);
        }
        match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some(Self::Full),
            ErrorCode::ReadOnly => Some(Self::ReadOnly),
            ErrorCode::SystemIoFailure => Some(Self::Failing),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(Self::Damaged),
            _ => None,
        }
    }

    fn of_system(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Some(Self::ReadOnly)
            }
            // What a broken disk says has no kind of its own.
            _ if cfg!(unix) && error.raw_os_error() == Some(5) => Some(Self::Failing),
            _ => None,
        }
    }
}

/// Why the wallet's own files cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct StoreFault {
    /// The disk's part in it, if it had one.
    pub disk: Option<DiskTrouble>,
    /// What happened, in words.
    pub why: String,
}

impl StoreFault {
    /// The fault behind an error: what the disk did, or else what the error says of itself.
    #[must_use]
    pub fn behind(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::from_disk(error).unwrap_or_else(|| error.to_string().into())
    }

    /// The fault behind an error, if it is the disk's.
    #[must_use]
    pub fn from_disk(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let disk = DiskTrouble::behind(error)?;
        Some(Self {
            disk: Some(disk),
            why: disk.sentence().to_owned(),
        })
    }
}

impl From<String> for StoreFault {
    fn from(why: String) -> Self {
        Self { disk: None, why }
    }
}

impl From<&str> for StoreFault {
    fn from(why: &str) -> Self {
        why.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{HistoryError, PutError};
    use crate::money::MoneyError;

    fn sqlite(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn the_disk_is_found_behind_every_error_that_carries_it() {
        for (code, trouble) in [
            (ffi::SQLITE_FULL, DiskTrouble::Full),
            (ffi::SQLITE_IOERR_SHMSIZE, DiskTrouble::Full),
            (ffi::SQLITE_READONLY, DiskTrouble::ReadOnly),
            (ffi::SQLITE_IOERR_FSYNC, DiskTrouble::Failing),
            (ffi::SQLITE_CORRUPT, DiskTrouble::Damaged),
            (ffi::SQLITE_NOTADB, DiskTrouble::Damaged),
        ] {
            assert_eq!(DiskTrouble::behind(&sqlite(code)), Some(trouble));
            let put = PutError::History(HistoryError::Sqlite(sqlite(code)));
            assert_eq!(DiskTrouble::behind(&put), Some(trouble), "{put}");
            let opened = crate::encrypted::OpenError::Sqlite(sqlite(code));
            let open = MoneyError::Unavailable(Box::new(opened));
            assert_eq!(DiskTrouble::behind(&open), Some(trouble), "{open}");
            // Passed on, it still knows.
            let fault = StoreFault::behind(&open);
            assert_eq!(DiskTrouble::behind(&fault), Some(trouble), "{fault}");
        }
        assert_eq!(DiskTrouble::behind(&sqlite(ffi::SQLITE_BUSY)), None);
    }

    #[cfg(unix)]
    #[test]
    fn what_the_system_says_is_told_apart() {
        for (number, trouble) in [
            (28, Some(DiskTrouble::Full)),
            (122, Some(DiskTrouble::Full)),
            (30, Some(DiskTrouble::ReadOnly)),
            (13, Some(DiskTrouble::ReadOnly)),
            (5, Some(DiskTrouble::Failing)),
            (2, None),
        ] {
            let error = io::Error::from_raw_os_error(number);
            if cfg!(target_os = "linux") || number != 122 {
                assert_eq!(DiskTrouble::behind(&error), trouble, "{error}");
            }
        }
    }
}
