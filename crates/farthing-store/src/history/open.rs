//! Opening and closing.

use std::path::Path;

use farthing_vault::{DatabaseKey, HistoryKeys, MerchantKey, MerchantKeyError};

use super::chain::{self, Look};
use super::{
    History, HistoryError, MerchantId, OpenHistoryError, Place, journal, merchants, migrations,
};
use crate::encrypted::{self, Create, RawKey};

impl History {
    /// Opens the `history.db` of a wallet that exists, and checks its journal.
    ///
    /// Only ever the wallet's own file, never a copy beside it: a forgetting that a crash has
    /// interrupted is finished in the file that is opened, and what was not wrapped anew there is
    /// noise afterwards.
    ///
    /// # Errors
    /// [`OpenHistoryError::Missing`] when it is not there, [`OpenHistoryError::Broken`] when the
    /// journal is not as it was written; see [`OpenHistoryError`].
    pub fn open_existing(
        path: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
    ) -> Result<Self, OpenHistoryError> {
        Self::open(path, file_key, keys, Create::Never)
    }

    /// Opens `history.db`, or makes an empty one. For making or restoring a wallet only.
    ///
    /// # Errors
    /// See [`OpenHistoryError`].
    pub fn open_or_create(
        path: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
    ) -> Result<Self, OpenHistoryError> {
        Self::open(path, file_key, keys, Create::IfAbsent)
    }

    /// Makes an empty one beside the wallet's own, to take over what can be read of that. A forgetting
    /// that was interrupted is finished once it has: until then the old file needs the old erase key.
    ///
    /// # Errors
    /// See [`OpenHistoryError`].
    pub fn begin_beside(
        path: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
    ) -> Result<Self, OpenHistoryError> {
        Self::open_as_it_is(path, file_key, keys, Create::IfAbsent)
    }

    /// Folds its log into the file and closes it: after this the file alone is all of it.
    ///
    /// # Errors
    /// See [`HistoryError`]; on a full disk its log may still hold some of it.
    pub fn close_whole(self) -> Result<(), HistoryError> {
        let busy: i64 = self
            .sqlite
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy != 0 {
            let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
            return Err(rusqlite::Error::SqliteFailure(busy, None).into());
        }
        Ok(())
    }

    fn open(
        path: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
        create: Create,
    ) -> Result<Self, OpenHistoryError> {
        let mut history = Self::open_as_it_is(path, file_key, keys, create)?;
        history.finish_interrupted_forget()?;
        Ok(history)
    }

    fn open_as_it_is(
        path: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
        create: Create,
    ) -> Result<Self, OpenHistoryError> {
        let mut sqlite = encrypted::open(path, &RawKey::from(file_key), create)
            .map_err(|error| OpenHistoryError::at(path, error))?;
        migrations::migrate(&mut sqlite, migrations::STEPS, |new| {
            journal::begin(new, &keys)
        })?;
        let head = chain::check(&sqlite, &keys, Look::OPENING)?;
        let merchant_keys = merchants::unwrap_all(&sqlite, &keys)?;
        Ok(Self {
            sqlite,
            keys,
            merchant_keys,
            head,
            index: None,
        })
    }

    /// The key a row of `merchant` is sealed under.
    pub(super) fn key_of(
        &self,
        merchant: Option<MerchantId>,
    ) -> Result<&MerchantKey, HistoryError> {
        let Some(id) = merchant else {
            return Ok(self.keys.wallet_rows());
        };
        match self.merchant_keys.get(&id) {
            Some(Ok(key)) => Ok(key),
            None | Some(Err(MerchantKeyError::Forgotten)) => Err(HistoryError::NoSuchMerchant(id)),
            Some(Err(error)) => Err(HistoryError::Unreadable {
                place: Place::Merchant(id),
                why: error.clone().into(),
            }),
        }
    }
}
