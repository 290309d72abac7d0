//! The shop's order book and its coins, in SQLite.

use std::path::Path;

use cdk_common::ProofsMethods;
use cdk_common::nuts::Proofs;
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};

use super::till::Plan;
use crate::shared::{Book, Sync};

/// The order book could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite failed.
    #[error("the order book failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A stored value has no meaning.
    #[error("the order book holds an unreadable {0}")]
    Unreadable(&'static str),
    /// A value could not be written down.
    #[error("the order book could not write: {0}")]
    Json(#[from] serde_json::Error),
    /// Coins that do not add up, or are too many to count.
    #[error("the coins do not add up")]
    Sum,
    /// The order is not in the state the step needs.
    #[error("the order has moved on")]
    MovedOn,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Nobody has paid.
    Open,
    /// Coins are with the issuer; the outcome is not known yet.
    Redeeming,
    /// Paid, once.
    Paid,
}

/// How an order was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// With coins.
    Ecash,
    /// By Lightning.
    Lightning,
}

/// An order as the book holds it.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// Its id; also the payment request's.
    pub id: String,
    /// What was ordered.
    pub item: String,
    /// The price, in `unit`, net of the shop's own fees.
    pub amount: u64,
    /// `sat` or `usd`.
    pub unit: String,
    /// The issuer whose coins are taken.
    pub issuer: String,
    /// The payment request, `creqA…`.
    pub request: String,
    /// The same, `creqB…`.
    pub request_bech32: String,
    /// A Lightning invoice for the same order.
    pub invoice: String,
    /// That invoice's payment hash.
    pub payment_hash: String,
    /// Unix seconds.
    pub created_at: u64,
    /// Where it stands.
    pub state: OrderState,
    /// How it was paid.
    pub paid_by: Option<PaidBy>,
    /// Which coins were offered, as one digest.
    pub digest: Option<String>,
    /// The exchange under way with the issuer.
    pub plan: Option<Plan>,
    /// Face value received, in `unit`.
    pub gross: Option<u64>,
    /// What the issuer kept of it.
    pub fee: Option<u64>,
    /// What the shop has.
    pub net: Option<u64>,
}

/// Coins the shop holds at one issuer in one unit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Purse {
    /// The issuer.
    pub issuer: String,
    /// The unit.
    pub unit: String,
    /// Their sum, in the unit.
    pub holds: i64,
    /// How many.
    pub coins: i64,
}

#[derive(Debug)]
pub(super) struct OrderBook {
    book: Book,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    unit TEXT NOT NULL,
    issuer TEXT NOT NULL,
    request TEXT NOT NULL,
    request_bech32 TEXT NOT NULL,
    invoice TEXT NOT NULL,
    payment_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'redeeming', 'paid')),
    paid_by TEXT CHECK (paid_by IN ('ecash', 'lightning')),
    digest TEXT,
    plan TEXT,
    gross INTEGER,
    fee INTEGER,
    net INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS coin (
    secret TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    issuer TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount INTEGER NOT NULL,
    proof TEXT NOT NULL
) STRICT;
";

impl OrderBook {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            book: Book::open(path, Sync::Full, SCHEMA)?,
        })
    }

    pub(super) fn add(&self, order: &Order) -> Result<(), StoreError> {
        self.book.lock().execute(
            "INSERT INTO orders (id, item, amount, unit, issuer, request, request_bech32, invoice, payment_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                order.id,
                order.item,
                signed(order.amount)?,
                order.unit,
                order.issuer,
                order.request,
                order.request_bech32,
                order.invoice,
                order.payment_hash,
                signed(order.created_at)?,
            ],
        )?;
        Ok(())
    }

    pub(super) fn find(&self, id: &str) -> Result<Option<Order>, StoreError> {
        self.book
            .lock()
            .query_row(&format!("{SELECT} WHERE id = ?1"), [id], |row| {
                Ok(order(row))
            })
            .optional()?
            .transpose()
    }

    /// Orders that are not paid.
    pub(super) fn unpaid(&self) -> Result<Vec<Order>, StoreError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(&format!("{SELECT} WHERE state <> 'paid'"))?;
        let rows = statement.query_map([], |row| Ok(order(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Writes down what is about to be asked of the issuer, before asking.
    pub(super) fn begin(&self, id: &str, digest: &str, plan: &Plan) -> Result<(), StoreError> {
        let changed = self.book.lock().execute(
            "UPDATE orders SET state = 'redeeming', digest = ?2, plan = ?3 WHERE id = ?1 AND state = 'open'",
            params![id, digest, serde_json::to_string(plan)?],
        )?;
        moved(changed)
    }

    /// The issuer has not taken the coins and never will: open again.
    pub(super) fn reopen(&self, id: &str) -> Result<(), StoreError> {
        let changed = self.book.lock().execute(
            "UPDATE orders SET state = 'open', digest = NULL, plan = NULL WHERE id = ?1 AND state = 'redeeming'",
            [id],
        )?;
        moved(changed)
    }

    /// The new coins and the order's payment, together or not at all.
    pub(super) fn bank(&self, order: &Order, gross: u64, coins: &Proofs) -> Result<(), StoreError> {
        let net = coins.total_amount().map_err(|_| StoreError::Sum)?.to_u64();
        let fee = gross.checked_sub(net).ok_or(StoreError::Sum)?;
        let mut connection = self.book.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for coin in coins {
            tx.execute(
                "INSERT INTO coin (secret, order_id, issuer, unit, amount, proof) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    coin.secret.to_string(),
                    order.id,
                    order.issuer,
                    order.unit,
                    signed(coin.amount.to_u64())?,
                    serde_json::to_string(coin)?,
                ],
            )?;
        }
        let changed = tx.execute(
            "UPDATE orders SET state = 'paid', paid_by = 'ecash', plan = NULL, gross = ?2, fee = ?3, net = ?4
             WHERE id = ?1 AND state = 'redeeming'",
            params![order.id, signed(gross)?, signed(fee)?, signed(net)?],
        )?;
        moved(changed)?;
        tx.commit()?;
        Ok(())
    }

    /// The invoice was paid.
    pub(super) fn paid_by_lightning(&self, id: &str, amount: u64) -> Result<(), StoreError> {
        let amount = signed(amount)?;
        self.book.lock().execute(
            "UPDATE orders SET state = 'paid', paid_by = 'lightning', gross = ?2, fee = 0, net = ?2
             WHERE id = ?1 AND state = 'open'",
            params![id, amount],
        )?;
        Ok(())
    }

    pub(super) fn purses(&self) -> Result<Vec<Purse>, StoreError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(
            "SELECT issuer, unit, SUM(amount), COUNT(*) FROM coin GROUP BY issuer, unit ORDER BY issuer, unit",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Purse {
                issuer: row.get(0)?,
                unit: row.get(1)?,
                holds: row.get(2)?,
                coins: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const SELECT: &str = "SELECT id, item, amount, unit, issuer, request, request_bech32, invoice, payment_hash, created_at, state, paid_by, digest, plan, gross, fee, net FROM orders";

fn order(row: &Row<'_>) -> Result<Order, StoreError> {
    let number = |at: usize| -> Result<u64, StoreError> { unsigned(row.get(at)?) };
    let maybe = |at: usize| -> Result<Option<u64>, StoreError> {
        row.get::<_, Option<i64>>(at)?.map(unsigned).transpose()
    };
    Ok(Order {
        id: row.get(0)?,
        item: row.get(1)?,
        amount: number(2)?,
        unit: row.get(3)?,
        issuer: row.get(4)?,
        request: row.get(5)?,
        request_bech32: row.get(6)?,
        invoice: row.get(7)?,
        payment_hash: row.get(8)?,
        created_at: number(9)?,
        state: match row.get::<_, String>(10)?.as_str() {
            "open" => OrderState::Open,
            "redeeming" => OrderState::Redeeming,
            "paid" => OrderState::Paid,
            _ => return Err(StoreError::Unreadable("state")),
        },
        paid_by: match row.get::<_, Option<String>>(11)?.as_deref() {
            None => None,
            Some("ecash") => Some(PaidBy::Ecash),
            Some("lightning") => Some(PaidBy::Lightning),
            Some(_) => return Err(StoreError::Unreadable("means of payment")),
        },
        digest: row.get(12)?,
        plan: row
            .get::<_, Option<String>>(13)?
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
        gross: maybe(14)?,
        fee: maybe(15)?,
        net: maybe(16)?,
    })
}

fn moved(changed: usize) -> Result<(), StoreError> {
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::MovedOn)
    }
}

fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Sum)
}

fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Unreadable("amount"))
}
