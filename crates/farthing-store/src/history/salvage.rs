//! Taking what can still be read out of a damaged file into a new one.
//!
//! Every row is sealed and bound to its place, so a row that opens is the row that was written,
//! whatever became of the pages and rows around it.

use std::collections::BTreeMap;
use std::path::Path;

use farthing_vault::{DatabaseKey, HistoryKeys, Link};
use rusqlite::{Connection, OptionalExtension as _};

use super::journal::{COLUMNS, Sealed};
use super::{Head, History, HistoryError, MerchantId, NewEntry, merchants};
use crate::encrypted::{self, Create, RawKey};

/// No journal is longer; a damaged number must not be counted up to.
const MOST_ROWS: u64 = 10_000_000;

/// What a damaged file still told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Journal rows taken over.
    pub entries: u64,
    /// Journal rows that cannot be read any more.
    pub lost: u64,
    /// Whether the file opened at all; if not, how many rows are lost is not known.
    pub opened: bool,
    /// Whether every document of the kinds asked for was taken over.
    pub documents: bool,
}

impl History {
    /// Takes the merchants, the journal and the documents of `kinds` out of a damaged file into this
    /// empty one, as far as they can be read: while the erase key cannot be had, nothing of a
    /// merchant can. Merchants and rows get new numbers, rows a new chain. The damaged file is a copy nobody else has open; SQLite may write to it.
    ///
    /// # Errors
    /// See [`HistoryError`]; what cannot be read is counted and is no error.
    pub fn take_over(
        &mut self,
        damaged: &Path,
        file_key: &DatabaseKey,
        keys: HistoryKeys,
        kinds: &[&'static str],
    ) -> Result<Salvaged, HistoryError> {
        let Ok(sqlite) = encrypted::open(damaged, &RawKey::from(file_key), Create::Never) else {
            return Ok(Salvaged::default());
        };
        let merchant_keys = merchants::unwrap_each(&sqlite, &keys, last_merchant(&sqlite));
        let last = last_row(&sqlite);
        let old = Self {
            sqlite,
            keys,
            merchant_keys,
            head: Head {
                entries: 0,
                link: Link([0; 32]),
            },
            index: None,
        };
        let mut salvaged = Salvaged {
            opened: true,
            documents: true,
            ..Salvaged::default()
        };
        let mut known = BTreeMap::new();
        // Also those no row names: what the person decided about them holds on.
        for id in old.merchant_keys.keys() {
            self.take_over_merchant(&old, *id, &mut known)?;
        }
        for seq in 1..=last {
            if self.take_over_row(&old, seq, &mut known)? {
                salvaged.entries = salvaged.entries.saturating_add(1);
            } else {
                salvaged.lost = salvaged.lost.saturating_add(1);
            }
        }
        for kind in kinds {
            let Ok(documents) = old.documents(kind) else {
                salvaged.documents = false;
                continue;
            };
            for document in documents {
                let merchant = match document.merchant {
                    None => None,
                    Some(id) => match self.take_over_merchant(&old, id, &mut known)? {
                        Some(here) => Some(here),
                        // Under the wallet's own key it could not be forgotten any more.
                        None => continue,
                    },
                };
                // One that is here already is newer.
                match self.put_document_of(merchant, kind, &document.key, None, &document.body) {
                    Ok(_) | Err(super::PutError::Conflict { .. }) => {}
                    Err(super::PutError::History(error)) => return Err(error),
                }
            }
        }
        Ok(salvaged)
    }

    /// Whether the row could be read. Rows of forgotten merchants cannot, which is their purpose.
    fn take_over_row(
        &mut self,
        old: &Self,
        seq: u64,
        known: &mut BTreeMap<MerchantId, Option<MerchantId>>,
    ) -> Result<bool, HistoryError> {
        let row = old
            .sqlite
            .prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE seq = ?1"))
            .and_then(|mut row| row.query_row([seq.cast_signed()], Sealed::read).optional());
        let Ok(Some(row)) = row else { return Ok(false) };
        let Ok((entry, words)) = old.open_row(&row) else {
            return Ok(false);
        };
        let Some(body) = entry.body else {
            return Ok(false);
        };
        let merchant = match entry.merchant {
            None => None,
            Some(id) => {
                let here = self.take_over_merchant(old, id, known)?;
                // Under the wallet's own key it could not be forgotten any more.
                if here.is_none() {
                    return Ok(false);
                }
                here
            }
        };
        self.append(&NewEntry {
            payment: entry.payment,
            merchant,
            at_ms: entry.at_ms,
            body: &body,
            words: words.as_deref().unwrap_or_default(),
        })?;
        Ok(true)
    }

    /// The number that a merchant of the old file has here; none where it cannot be read.
    fn take_over_merchant(
        &mut self,
        old: &Self,
        id: MerchantId,
        known: &mut BTreeMap<MerchantId, Option<MerchantId>>,
    ) -> Result<Option<MerchantId>, HistoryError> {
        if let Some(here) = known.get(&id) {
            return Ok(*here);
        }
        let here = match old.merchant_by_id(id) {
            Ok(Some(merchant)) => Some(self.add_merchant(
                &merchant.identity,
                &merchant.details,
                merchant.first_seen_ms,
            )?),
            Ok(None) | Err(_) => None,
        };
        known.insert(id, here);
        Ok(here)
    }
}

fn last_row(sqlite: &Connection) -> u64 {
    highest(
        sqlite,
        &[
            "SELECT entries FROM head",
            "SELECT seq FROM sqlite_sequence WHERE name = 'journal'",
            "SELECT max(seq) FROM journal",
        ],
    )
}

fn last_merchant(sqlite: &Connection) -> u64 {
    highest(
        sqlite,
        &[
            "SELECT seq FROM sqlite_sequence WHERE name = 'merchants'",
            "SELECT max(id) FROM merchants",
        ],
    )
}

/// The highest number a row may have, from whatever still tells it.
fn highest(sqlite: &Connection, asked: &[&str]) -> u64 {
    asked
        .iter()
        .filter_map(|asked| sqlite.query_row(asked, [], |row| row.get::<_, i64>(0)).ok())
        .filter_map(|number| u64::try_from(number).ok())
        .max()
        .unwrap_or(0)
        .min(MOST_ROWS)
}
