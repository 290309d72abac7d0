//! The kiosk's vouchers, in SQLite.

use std::path::Path;

use rusqlite::{OptionalExtension, Row, params};

use crate::shared::{Book, Sync};
use crate::shop::orders::StoreError;

/// Where a voucher stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has cashed it.
    Fresh,
    /// An invoice has it; the payment is not decided.
    Paying,
    /// Paid out, once.
    Paid,
}

#[derive(Debug, Clone)]
pub(super) struct Voucher {
    pub id: String,
    pub k1: String,
    pub min_msat: u64,
    pub max_msat: u64,
    pub state: State,
    pub invoice: Option<String>,
    pub notify: Option<String>,
}

#[derive(Debug)]
pub(super) struct VoucherBook(Book);

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS voucher (
    id TEXT PRIMARY KEY,
    k1 TEXT NOT NULL UNIQUE,
    min_msat INTEGER NOT NULL,
    max_msat INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'fresh' CHECK (state IN ('fresh', 'paying', 'paid')),
    invoice TEXT UNIQUE,
    notify TEXT
) STRICT;
";

const SELECT: &str = "SELECT id, k1, min_msat, max_msat, state, invoice, notify FROM voucher";

impl VoucherBook {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self(Book::open(path, Sync::Full, SCHEMA)?))
    }

    pub(super) fn add(&self, voucher: &Voucher) -> Result<(), StoreError> {
        let signed = |value: u64| i64::try_from(value).map_err(|_| StoreError::Sum);
        self.0.lock().execute(
            "INSERT INTO voucher (id, k1, min_msat, max_msat) VALUES (?1, ?2, ?3, ?4)",
            params![
                voucher.id,
                voucher.k1,
                signed(voucher.min_msat)?,
                signed(voucher.max_msat)?
            ],
        )?;
        Ok(())
    }

    pub(super) fn find(&self, id: &str) -> Result<Option<Voucher>, StoreError> {
        self.0
            .lock()
            .query_row(&format!("{SELECT} WHERE id = ?1"), [id], |row| {
                Ok(voucher(row))
            })
            .optional()?
            .transpose()
    }

    fn list(&self, which: &str) -> Result<Vec<Voucher>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare(&format!("{SELECT} {which} ORDER BY rowid"))?;
        let rows = statement.query_map([], |row| Ok(voucher(row)))?;
        rows.map(|row| row?).collect()
    }

    pub(super) fn all(&self) -> Result<Vec<Voucher>, StoreError> {
        self.list("")
    }

    pub(super) fn fresh(&self) -> Result<Vec<Voucher>, StoreError> {
        self.list("WHERE state = 'fresh'")
    }

    pub(super) fn paying(&self) -> Result<Vec<Voucher>, StoreError> {
        self.list("WHERE state = 'paying'")
    }

    /// Gives a fresh voucher to an invoice; `false` when another has it.
    pub(super) fn claim(
        &self,
        id: &str,
        invoice: &str,
        notify: Option<&str>,
    ) -> Result<bool, StoreError> {
        // One invoice pays one voucher: the unique index ignores a second try.
        let changed = self.0.lock().execute(
            "UPDATE OR IGNORE voucher SET state = 'paying', invoice = ?2, notify = ?3
             WHERE id = ?1 AND state = 'fresh'",
            params![id, invoice, notify],
        )?;
        Ok(changed == 1)
    }

    /// The payment went through, or never will.
    pub(super) fn decide(&self, id: &str, paid: bool) -> Result<(), StoreError> {
        self.0.lock().execute(
            if paid {
                "UPDATE voucher SET state = 'paid' WHERE id = ?1 AND state = 'paying'"
            } else {
                "UPDATE voucher SET state = 'fresh', invoice = NULL WHERE id = ?1 AND state = 'paying'"
            },
            [id],
        )?;
        Ok(())
    }
}

fn voucher(row: &Row<'_>) -> Result<Voucher, StoreError> {
    let number = |at: usize| -> Result<u64, StoreError> {
        u64::try_from(row.get::<_, i64>(at)?).map_err(|_| StoreError::Unreadable("amount"))
    };
    Ok(Voucher {
        id: row.get(0)?,
        k1: row.get(1)?,
        min_msat: number(2)?,
        max_msat: number(3)?,
        state: match row.get::<_, String>(4)?.as_str() {
            "fresh" => State::Fresh,
            "paying" => State::Paying,
            "paid" => State::Paid,
            _ => return Err(StoreError::Unreadable("state")),
        },
        invoice: row.get(5)?,
        notify: row.get(6)?,
    })
}
