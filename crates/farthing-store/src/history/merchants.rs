//! The merchants, each under a key of its own.

use std::collections::BTreeMap;
use std::fmt;

use farthing_vault::{Binding, EraseKeyState, HistoryKeys, MerchantKey, MerchantKeyError};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::error::Unreadable;
use super::record::Record;
use super::{ForgetError, History, HistoryError, MAX_BODY, MAX_TEXT, MerchantId, Place, bounded};

/// A merchant as it is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Its number.
    pub id: MerchantId,
    /// Its origin or key: what makes it this merchant and no other.
    pub identity: String,
    /// What is kept about it.
    pub details: Vec<u8>,
    /// When it was added, in milliseconds since 1970.
    pub first_seen_ms: u64,
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A row as it stands in the file; forgotten merchants are not read.
struct Sealed {
    id: MerchantId,
    version: u64,
    sealed: Vec<u8>,
}

impl Sealed {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: MerchantId(row.get(0)?),
            version: row.get::<_, i64>(1)?.cast_unsigned(),
            sealed: row.get(2)?,
        })
    }

    fn open(&self, key: &MerchantKey) -> Result<Merchant, HistoryError> {
        let unreadable = |why| HistoryError::Unreadable {
            place: Place::Merchant(self.id),
            why,
        };
        let row = row_key(self.id);
        let bytes = key
            .open(&place(&row, self.version), &self.sealed)
            .map_err(|why| unreadable(why.into()))?;
        let record = Record::decode(&bytes).ok_or_else(|| unreadable(Unreadable::Layout))?;
        Ok(Merchant {
            id: self.id,
            identity: record.text.to_owned(),
            details: record.body.to_vec(),
            first_seen_ms: record.number,
        })
    }
}

/// A row that is to take the place of another.
pub(super) struct Anew {
    id: MerchantId,
    /// Of the row it was made from.
    version: i64,
    sealed: Vec<u8>,
}

impl Anew {
    pub(super) fn put(&self, sqlite: &Connection) -> Result<(), HistoryError> {
        let changed = sqlite.execute(
            "UPDATE merchants SET version = ?1, sealed = ?2 WHERE id = ?3 AND version = ?4",
            params![
                self.version.saturating_add(1),
                self.sealed,
                self.id.as_i64(),
                self.version
            ],
        )?;
        if changed == 1 {
            Ok(())
        } else {
            Err(HistoryError::ChangedOutside)
        }
    }
}

/// How a merchant's number is written where it is bound to something.
fn row_key(id: MerchantId) -> [u8; 8] {
    id.as_i64().to_be_bytes()
}

fn place(row: &[u8; 8], version: u64) -> Binding<'_> {
    Binding {
        table: "merchants",
        row,
        version,
    }
}

fn lookup(keys: &HistoryKeys, identity: &str) -> [u8; 32] {
    keys.lookup()
        .hash("merchants/identity", identity.as_bytes())
}

/// The keys of all merchants that are not forgotten. A key that cannot be had does not keep the
/// wallet closed: payments without that merchant go on.
pub(super) fn unwrap_all(
    sqlite: &Connection,
    keys: &HistoryKeys,
) -> Result<BTreeMap<MerchantId, Result<MerchantKey, MerchantKeyError>>, HistoryError> {
    let mut rows =
        sqlite.prepare("SELECT id, wrapped_key FROM merchants WHERE wrapped_key IS NOT NULL")?;
    let rows = rows.query_map([], |row| {
        Ok((MerchantId(row.get(0)?), row.get::<_, Vec<u8>>(1)?))
    })?;
    rows.map(|row| {
        let (id, wrapped) = row?;
        Ok((id, keys.unwrap(&row_key(id), &wrapped)))
    })
    .collect()
}

/// As [`unwrap_all`], out of a damaged file: one by one, as far as they can be read.
pub(super) fn unwrap_each(
    sqlite: &Connection,
    keys: &HistoryKeys,
    last: u64,
) -> BTreeMap<MerchantId, Result<MerchantKey, MerchantKeyError>> {
    let wrapped = |id: MerchantId| -> rusqlite::Result<Option<Vec<u8>>> {
        sqlite
            .prepare_cached("SELECT wrapped_key FROM merchants WHERE id = ?1")?
            .query_row([id.as_i64()], |row| row.get(0))
    };
    (1..=last)
        .map(|number| MerchantId(number.cast_signed()))
        .filter_map(|id| Some((id, wrapped(id).ok().flatten()?)))
        .map(|(id, wrapped)| (id, keys.unwrap(&row_key(id), &wrapped)))
        .collect()
}

impl History {
    /// The merchant with this identity, if it is known.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] when its row does not open.
    pub fn merchant(&self, identity: &str) -> Result<Option<Merchant>, HistoryError> {
        let row = self
            .sqlite
            .prepare_cached("SELECT id, version, sealed FROM merchants WHERE lookup = ?1")?
            .query_row([lookup(&self.keys, identity)], Sealed::read)
            .optional()?;
        match row {
            Some(row) => self.open_merchant(&row),
            None => Ok(None),
        }
    }

    /// The merchant with this number, if it is known and not forgotten.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] when its row does not open.
    pub fn merchant_by_id(&self, id: MerchantId) -> Result<Option<Merchant>, HistoryError> {
        let row = self
            .sqlite
            .prepare_cached(
                "SELECT id, version, sealed FROM merchants WHERE id = ?1 AND sealed IS NOT NULL",
            )?
            .query_row([id.as_i64()], Sealed::read)
            .optional()?;
        match row {
            Some(row) => self.open_merchant(&row),
            None => Ok(None),
        }
    }

    /// Every merchant that is not forgotten, in the order in which they were added.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] when a row does not open.
    pub fn merchants(&self) -> Result<Vec<Merchant>, HistoryError> {
        let mut rows = self.sqlite.prepare_cached(
            "SELECT id, version, sealed FROM merchants WHERE sealed IS NOT NULL ORDER BY id",
        )?;
        let rows = rows.query_map([], Sealed::read)?;
        let mut merchants = Vec::new();
        for row in rows {
            merchants.extend(self.open_merchant(&row?)?);
        }
        Ok(merchants)
    }

    /// Nothing for a merchant whose key was destroyed outside of this file (the keychain was
    /// wiped).
    fn open_merchant(&self, row: &Sealed) -> Result<Option<Merchant>, HistoryError> {
        match self.key_of(Some(row.id)) {
            Ok(key) => row.open(key).map(Some),
            Err(HistoryError::NoSuchMerchant(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Adds a merchant with a new key of its own, or finds the one that has this identity already
    /// and leaves it as it is.
    ///
    /// # Errors
    /// Nothing was written then; see [`HistoryError`].
    pub fn add_merchant(
        &mut self,
        identity: &str,
        details: &[u8],
        at_ms: u64,
    ) -> Result<MerchantId, HistoryError> {
        bounded("a merchant's identity", identity.len(), MAX_TEXT)?;
        bounded("a merchant's details", details.len(), MAX_BODY)?;
        let lookup = lookup(&self.keys, identity);
        let transaction = self
            .sqlite
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: Option<i64> = transaction
            .query_row(
                "SELECT id FROM merchants WHERE lookup = ?1",
                [lookup],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(id) = found.map(MerchantId) {
            if !matches!(
                self.merchant_keys.get(&id),
                None | Some(Err(MerchantKeyError::Forgotten))
            ) {
                return Ok(id);
            }
            // Its key is gone for good: what is left of it is noise that holds the identity's
            // place.
            tombstone(&transaction, id)?;
        }

        let last: Option<i64> = transaction
            .query_row(
                "SELECT seq FROM sqlite_sequence WHERE name = 'merchants'",
                [],
                |row| row.get(0),
            )
            .optional()?;
        let id = MerchantId(last.unwrap_or(0).saturating_add(1));
        let row = row_key(id);
        let key = self.keys.generate()?;
        let wrapped = self.keys.wrap(&row, &key)?;
        let record = Record {
            number: at_ms,
            text: identity,
            body: details,
        };
        let sealed = key.seal(&place(&row, 1), &record.encode())?;
        transaction.execute(
            "INSERT INTO merchants (id, lookup, version, wrapped_key, sealed)
             VALUES (?1, ?2, 1, ?3, ?4)",
            params![id.as_i64(), lookup, wrapped, sealed],
        )?;
        transaction.commit()?;
        self.merchant_keys.insert(id, Ok(key));
        Ok(id)
    }

    /// Replaces a merchant's details.
    ///
    /// # Errors
    /// [`HistoryError::NoSuchMerchant`] when it is not known or forgotten; nothing was written
    /// then.
    pub fn update_merchant(&mut self, id: MerchantId, details: &[u8]) -> Result<(), HistoryError> {
        self.sealed_anew(id, details)?.put(&self.sqlite)
    }

    /// A merchant's row with other details, in the place of the one that is there.
    pub(super) fn sealed_anew(&self, id: MerchantId, details: &[u8]) -> Result<Anew, HistoryError> {
        bounded("a merchant's details", details.len(), MAX_BODY)?;
        let merchant = self
            .merchant_by_id(id)?
            .ok_or(HistoryError::NoSuchMerchant(id))?;
        let version: i64 = self.sqlite.query_row(
            "SELECT version FROM merchants WHERE id = ?1",
            [id.as_i64()],
            |row| row.get(0),
        )?;
        let next = version.saturating_add(1);
        let record = Record {
            number: merchant.first_seen_ms,
            text: &merchant.identity,
            body: details,
        };
        let row = row_key(id);
        let sealed = self
            .key_of(Some(id))?
            .seal(&place(&row, next.cast_unsigned()), &record.encode())?;
        Ok(Anew {
            id,
            version,
            sealed,
        })
    }

    /// Asks the vault again for the merchants' keys, after the keychain that holds what they hang
    /// on was unlocked.
    ///
    /// # Errors
    /// See [`HistoryError`]. Whether the keys can be had now is said by what is returned, not by an
    /// error.
    pub fn retry_merchant_keys(&mut self) -> Result<EraseKeyState, HistoryError> {
        let state = self.keys.retry();
        self.merchant_keys = unwrap_all(&self.sqlite, &self.keys)?;
        self.finish_interrupted_forget()?;
        Ok(state)
    }

    /// Forgets a merchant: destroys its key and its row. Journal rows keep their number, payment
    /// and time; their bodies are noise from then on, here and in every old copy of this file.
    ///
    /// # Errors
    /// See [`ForgetError`]. A crash on the way is made good by the next opening.
    pub fn forget(&mut self, id: MerchantId) -> Result<(), ForgetError> {
        if !self.merchant_keys.contains_key(&id) {
            return Err(HistoryError::NoSuchMerchant(id).into());
        }
        self.keys
            .begin_rotation()
            .map_err(MerchantKeyError::from)
            .map_err(HistoryError::from)?;
        self.write_merchants_anew(Some(id))?;
        self.merchant_keys.remove(&id);
        self.index = None;
        // From here on the merchant is forgotten in this file. What follows reaches the remains:
        // the bytes of the old row in the log, then the copies elsewhere.
        let emptied = self.empty_log();
        self.keys
            .finish_rotation()
            .map_err(ForgetError::OldCopies)?;
        Ok(emptied?)
    }

    /// Completes a rotation that a crash has interrupted. Whether the merchant was gone already or
    /// is still there, the others are kept.
    pub(super) fn finish_interrupted_forget(&mut self) -> Result<(), HistoryError> {
        if self.keys.erase_key() != EraseKeyState::Rotating {
            return Ok(());
        }
        self.write_merchants_anew(None)?;
        self.empty_log()?;
        self.keys
            .finish_rotation()
            .map_err(MerchantKeyError::from)?;
        Ok(())
    }

    /// In one transaction: takes one merchant away, wraps the keys of all others anew, and writes
    /// all that is left into blank pages.
    fn write_merchants_anew(&mut self, but: Option<MerchantId>) -> Result<(), HistoryError> {
        // With references looked after, the table would be emptied row by row, and what SQLite
        // once moved from page to page would stay there. Without, every page of it is blanked.
        // Every number that is referred to is put back.
        self.sqlite.pragma_update(None, "foreign_keys", false)?;
        let written = self.move_to_blank_pages(but);
        self.sqlite.pragma_update(None, "foreign_keys", true)?;
        written
    }

    fn move_to_blank_pages(&mut self, but: Option<MerchantId>) -> Result<(), HistoryError> {
        let transaction = self
            .sqlite
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(id) = but {
            tombstone(&transaction, id)?;
        }
        let mut rows = AsWritten::all(&transaction)?;
        for row in &mut rows {
            let Some(wrapped) = &mut row.wrapped_key else {
                continue;
            };
            match self.keys.rewrap(&row_key(row.id), wrapped) {
                Ok(anew) => *wrapped = anew,
                // It opens now as little as it will afterwards.
                Err(MerchantKeyError::Forgotten | MerchantKeyError::Wrapped(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        transaction.execute("DELETE FROM merchants", [])?;
        for row in &rows {
            row.put(&transaction)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn empty_log(&self) -> Result<(), HistoryError> {
        self.sqlite
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// A row with all its columns, to be put back as it was.
struct AsWritten {
    id: MerchantId,
    lookup: Option<Vec<u8>>,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
}

impl AsWritten {
    fn all(sqlite: &Connection) -> rusqlite::Result<Vec<Self>> {
        sqlite
            .prepare("SELECT id, lookup, version, wrapped_key, sealed FROM merchants ORDER BY id")?
            .query_map([], |row| {
                Ok(Self {
                    id: MerchantId(row.get(0)?),
                    lookup: row.get(1)?,
                    version: row.get(2)?,
                    wrapped_key: row.get(3)?,
                    sealed: row.get(4)?,
                })
            })?
            .collect()
    }

    fn put(&self, sqlite: &Connection) -> rusqlite::Result<()> {
        sqlite
            .prepare_cached(
                "INSERT INTO merchants (id, lookup, version, wrapped_key, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                self.id.as_i64(),
                self.lookup,
                self.version,
                self.wrapped_key,
                self.sealed
            ])?;
        Ok(())
    }
}

/// Takes everything from a merchant but its number.
fn tombstone(transaction: &Transaction<'_>, id: MerchantId) -> Result<(), HistoryError> {
    transaction.execute("DELETE FROM documents WHERE merchant = ?1", [id.as_i64()])?;
    transaction.execute(
        "UPDATE merchants
         SET lookup = NULL, wrapped_key = NULL, sealed = NULL, version = version + 1
         WHERE id = ?1",
        [id.as_i64()],
    )?;
    Ok(())
}
