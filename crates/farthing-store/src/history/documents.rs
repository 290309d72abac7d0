//! Small sealed records that change: reviews, given coins, settings. Written only by those who have
//! seen the last version.
//!
//! They are sealed under the wallet's own key, or under that of the merchant they belong to. An old
//! copy of the file keeps old versions of the first kind readable to whoever has the root; those of
//! a forgotten merchant are noise there too.

use std::fmt;

use farthing_vault::{Binding, HistoryKeys, MerchantKey};
use rusqlite::{OptionalExtension as _, Row, TransactionBehavior, params};

use super::error::Unreadable;
use super::record::Record;
use super::{History, HistoryError, MAX_BODY, MAX_TEXT, MerchantId, Place, PutError, bounded};

/// A document as it was found.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its key within its kind.
    pub key: String,
    /// Counts its changes, from 1. Give it back to write the next version.
    pub version: u64,
    /// Its content.
    pub body: Vec<u8>,
    /// Whose it is: it goes when this merchant is forgotten.
    pub merchant: Option<MerchantId>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Keyed hashes that stand for the names.
struct Lookup {
    kind: [u8; 32],
    key: [u8; 32],
}

fn kind_lookup(keys: &HistoryKeys, kind: &str) -> [u8; 32] {
    keys.lookup().hash("documents/kind", kind.as_bytes())
}

impl Lookup {
    fn of(keys: &HistoryKeys, kind: &str, key: &str) -> Self {
        let kind = kind_lookup(keys, kind);
        // The kind's hash has a fixed length, so no kind and key run into each other.
        let mut named = Vec::with_capacity(key.len().saturating_add(32));
        named.extend_from_slice(&kind);
        named.extend_from_slice(key.as_bytes());
        Self {
            kind,
            key: keys.lookup().hash("documents/key", &named),
        }
    }
}

impl History {
    /// Writes a document of at most [`MAX_BODY`] bytes if it still is at the version its writer has
    /// seen (`None`: does not exist). Returns the new version. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`PutError::Conflict`] when it is not; nothing was written then.
    pub fn put_document(
        &mut self,
        kind: &'static str,
        key: &str,
        expected: Option<u64>,
        body: &[u8],
    ) -> Result<u64, PutError> {
        self.put_document_of(None, kind, key, expected, body)
    }

    /// The same for a document that belongs to `merchant` from now on.
    ///
    /// # Errors
    /// As [`History::put_document`], and [`HistoryError::NoSuchMerchant`].
    pub fn put_document_of(
        &mut self,
        merchant: Option<MerchantId>,
        kind: &'static str,
        key: &str,
        expected: Option<u64>,
        body: &[u8],
    ) -> Result<u64, PutError> {
        bounded("a document's key", key.len(), MAX_TEXT)?;
        bounded("a document", body.len(), MAX_BODY)?;
        let lookup = Lookup::of(&self.keys, kind, key);
        let seals_with = self.key_of(merchant)?.clone();
        let transaction = self
            .sqlite
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: Option<i64> = transaction
            .prepare_cached("SELECT version FROM documents WHERE kind = ?1 AND lookup = ?2")?
            .query_row(params![lookup.kind, lookup.key], |row| row.get(0))
            .optional()?;
        let found = found.map(i64::cast_unsigned);
        if found != expected {
            return Err(PutError::Conflict { expected, found });
        }
        let version = found.unwrap_or(0).saturating_add(1);
        let place = Binding {
            table: "documents",
            row: &lookup.key,
            version,
        };
        let record = Record {
            number: 0,
            text: key,
            body,
        };
        let sealed = seals_with
            .seal(&place, &record.encode())
            .map_err(HistoryError::from)?;
        transaction
            .prepare_cached(
                "INSERT INTO documents (kind, lookup, version, sealed, merchant)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (kind, lookup)
                 DO UPDATE SET version = ?3, sealed = ?4, merchant = ?5",
            )?
            .execute(params![
                lookup.kind,
                lookup.key,
                version.cast_signed(),
                sealed,
                merchant.map(MerchantId::as_i64)
            ])?;
        transaction.commit()?;
        Ok(version)
    }

    /// A document, if there is one.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] when it does not open.
    pub fn document(
        &self,
        kind: &'static str,
        key: &str,
    ) -> Result<Option<Document>, HistoryError> {
        let lookup = Lookup::of(&self.keys, kind, key);
        let row = self
            .sqlite
            .prepare_cached(
                "SELECT lookup, version, sealed, merchant FROM documents
                 WHERE kind = ?1 AND lookup = ?2",
            )?
            .query_row(params![lookup.kind, lookup.key], SealedDocument::read)
            .optional()?;
        match row {
            Some(row) => self.open_document(&row, kind),
            None => Ok(None),
        }
    }

    /// Every document of a kind, in no particular order. Those of a merchant whose key cannot be had
    /// now are left out: what needs no merchant goes on without them.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] when one does not open.
    pub fn documents(&self, kind: &'static str) -> Result<Vec<Document>, HistoryError> {
        let mut rows = self.sqlite.prepare_cached(
            "SELECT lookup, version, sealed, merchant FROM documents WHERE kind = ?1",
        )?;
        let rows = rows.query_map([kind_lookup(&self.keys, kind)], SealedDocument::read)?;
        let mut documents = Vec::new();
        for row in rows {
            let row = row?;
            if let Ok(key) = self.key_of(row.merchant) {
                documents.push(row.open(key, kind)?);
            }
        }
        Ok(documents)
    }

    /// Nothing where the merchant it belongs to is forgotten.
    fn open_document(
        &self,
        row: &SealedDocument,
        kind: &'static str,
    ) -> Result<Option<Document>, HistoryError> {
        match self.key_of(row.merchant) {
            Ok(key) => row.open(key, kind).map(Some),
            Err(HistoryError::NoSuchMerchant(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Removes a document. Returns whether there was one.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn remove_document(&mut self, kind: &'static str, key: &str) -> Result<bool, HistoryError> {
        let lookup = Lookup::of(&self.keys, kind, key);
        let removed = self
            .sqlite
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND lookup = ?2")?
            .execute(params![lookup.kind, lookup.key])?;
        Ok(removed > 0)
    }
}

struct SealedDocument {
    lookup: [u8; 32],
    version: u64,
    sealed: Vec<u8>,
    merchant: Option<MerchantId>,
}

impl SealedDocument {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            lookup: row.get(0)?,
            version: row.get::<_, i64>(1)?.cast_unsigned(),
            sealed: row.get(2)?,
            merchant: row.get::<_, Option<i64>>(3)?.map(MerchantId),
        })
    }

    fn open(&self, key: &MerchantKey, kind: &'static str) -> Result<Document, HistoryError> {
        let unreadable = |why| HistoryError::Unreadable {
            place: Place::Document { kind },
            why,
        };
        let place = Binding {
            table: "documents",
            row: &self.lookup,
            version: self.version,
        };
        let bytes = key
            .open(&place, &self.sealed)
            .map_err(|why| unreadable(why.into()))?;
        let record = Record::decode(&bytes).ok_or_else(|| unreadable(Unreadable::Layout))?;
        Ok(Document {
            key: record.text.to_owned(),
            version: self.version,
            body: record.body.to_vec(),
            merchant: self.merchant,
        })
    }
}
