//! What a paywall sold for coins, and which of its credentials still hold, in SQLite.

use std::path::Path;

use cdk_common::ProofsMethods;
use cdk_common::nuts::Proofs;
use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::orders::{Purse, StoreError};
use super::till::Plan;
use crate::shared::{Book, Sync};

/// One payment in coins.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    /// What was bought: a path.
    pub what: String,
    /// The issuer of the coins.
    pub issuer: String,
    /// The exchange under way; none once it is done.
    pub plan: Option<Plan>,
    /// Whether showing the same coins again still opens the page.
    pub honoured: bool,
}

/// What one path sold for coins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Sold {
    /// The path.
    pub what: String,
    /// How often it was paid.
    pub paid: i64,
    /// What the shop has of it, in satoshi.
    pub net: i64,
}

#[derive(Debug)]
pub(super) struct SalesBook {
    book: Book,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sale (
    digest TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    issuer TEXT NOT NULL,
    plan TEXT,
    honoured INTEGER NOT NULL DEFAULT 1,
    net INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS coin (
    secret TEXT PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES sale (digest),
    issuer TEXT NOT NULL,
    amount INTEGER NOT NULL,
    proof TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS epoch (
    what TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS consumed (
    hash TEXT PRIMARY KEY
) STRICT;
";

/// The row of `epoch` that stands for everything sold here.
const ALL: &str = "";

impl SalesBook {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            book: Book::open(path, Sync::Full, SCHEMA)?,
        })
    }

    pub(super) fn find(&self, digest: &str) -> Result<Option<Sale>, StoreError> {
        let row = self
            .book
            .lock()
            .query_row(
                "SELECT what, issuer, plan, honoured FROM sale WHERE digest = ?1",
                [digest],
                |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get::<_, Option<String>>(2)?,
                        row.get(3)?,
                    ))
                },
            )
            .optional()?;
        let Some((what, issuer, plan, honoured)) = row else {
            return Ok(None);
        };
        let plan = plan.map(|text| serde_json::from_str(&text)).transpose()?;
        Ok(Some(Sale {
            what,
            issuer,
            plan,
            honoured,
        }))
    }

    /// Exchanges a crash interrupted, by digest.
    pub(super) fn unfinished(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare("SELECT digest FROM sale WHERE plan IS NOT NULL")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes down what is about to be asked of the issuer, before asking.
    pub(super) fn begin(
        &self,
        digest: &str,
        what: &str,
        issuer: &str,
        plan: &Plan,
    ) -> Result<(), StoreError> {
        self.book.lock().execute(
            "INSERT INTO sale (digest, what, issuer, plan) VALUES (?1, ?2, ?3, ?4)",
            params![digest, what, issuer, serde_json::to_string(plan)?],
        )?;
        Ok(())
    }

    /// The issuer has not taken the coins and never will.
    pub(super) fn call_off(&self, digest: &str) -> Result<(), StoreError> {
        self.book.lock().execute(
            "DELETE FROM sale WHERE digest = ?1 AND plan IS NOT NULL",
            [digest],
        )?;
        Ok(())
    }

    /// The new coins and the sale, together or not at all.
    pub(super) fn bank(
        &self,
        digest: &str,
        issuer: &str,
        coins: &Proofs,
    ) -> Result<(), StoreError> {
        let signed = |value: u64| i64::try_from(value).map_err(|_| StoreError::Sum);
        let net = coins.total_amount().map_err(|_| StoreError::Sum)?.to_u64();
        let mut connection = self.book.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for coin in coins {
            tx.execute(
                "INSERT INTO coin (secret, digest, issuer, amount, proof) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    coin.secret.to_string(),
                    digest,
                    issuer,
                    signed(coin.amount.to_u64())?,
                    serde_json::to_string(coin)?,
                ],
            )?;
        }
        let changed = tx.execute(
            "UPDATE sale SET plan = NULL, net = ?2 WHERE digest = ?1 AND plan IS NOT NULL",
            params![digest, signed(net)?],
        )?;
        if changed != 1 {
            return Err(StoreError::MovedOn);
        }
        tx.commit()?;
        Ok(())
    }

    /// What every path sold.
    pub(super) fn sold(&self) -> Result<Vec<Sold>, StoreError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(
            "SELECT what, COUNT(*), SUM(net) FROM sale WHERE plan IS NULL GROUP BY what ORDER BY what",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Sold {
                what: row.get(0)?,
                paid: row.get(1)?,
                net: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        let connection = self.book.lock();
        let mut statement =
            connection.prepare("SELECT issuer, SUM(amount), COUNT(*) FROM coin GROUP BY issuer")?;
        let rows = statement.query_map([], |row| {
            Ok(Purse {
                issuer: row.get(0)?,
                unit: "sat".to_owned(),
                holds: row.get(1)?,
                coins: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Credentials of an earlier epoch than this no longer open `what`.
    pub(super) fn epoch(&self, what: &str) -> Result<u64, StoreError> {
        let number: i64 = self.book.lock().query_row(
            "SELECT COALESCE(SUM(number), 0) FROM epoch WHERE what IN (?1, ?2)",
            [what, ALL],
            |row| row.get(0),
        )?;
        u64::try_from(number).map_err(|_| StoreError::Unreadable("epoch"))
    }

    /// Forgets every credential for `what`, or for everything.
    pub(super) fn revoke(&self, what: Option<&str>) -> Result<(), StoreError> {
        let mut connection = self.book.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(
            "INSERT INTO epoch (what, number) VALUES (?1, 1)
             ON CONFLICT (what) DO UPDATE SET number = number + 1",
            [what.unwrap_or(ALL)],
        )?;
        tx.execute(
            "UPDATE sale SET honoured = 0 WHERE ?1 IS NULL OR what = ?1",
            [what],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// Uses a payment hash up; `false` when it already was.
    pub(super) fn consume(&self, hash: &str) -> Result<bool, StoreError> {
        let fresh = self
            .book
            .lock()
            .execute("INSERT OR IGNORE INTO consumed (hash) VALUES (?1)", [hash])?;
        Ok(fresh == 1)
    }
}
