//! The network's books, in SQLite.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::{Behaviour, FRIEND, Misfortune, ROUTERS};
use crate::shared::{Book, Sync};

/// The books could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// SQLite failed.
    #[error("the Lightning ledger failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A stored value has no meaning.
    #[error("the Lightning ledger holds an unreadable {0}")]
    Unreadable(&'static str),
    /// A number does not fit.
    #[error("an amount is too large for the Lightning ledger")]
    TooLarge,
}

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Nobody has paid it.
    Open,
    /// Paid, once.
    Settled,
    /// Withdrawn by its node; nobody can pay it.
    Withdrawn,
}

/// Where one attempt to pay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Undecided.
    InFlight,
    /// The money has moved.
    Settled,
    /// It never will.
    Failed,
}

/// An invoice as the network knows it.
#[derive(Debug, Clone)]
pub struct InvoiceRecord {
    /// Payment hash, hexadecimal.
    pub hash: String,
    /// Node it pays.
    pub node: String,
    /// Which till of that node.
    pub till: String,
    /// The invoice itself.
    pub bolt11: String,
    /// Amount asked for, in millisatoshi; `None` lets the payer choose.
    pub amount_msat: Option<u64>,
    /// The secret that proves payment, hexadecimal.
    pub preimage: String,
    /// Where it stands.
    pub state: InvoiceState,
    /// What arrived, in millisatoshi.
    pub received_msat: u64,
    /// Unix seconds after which nobody can pay it.
    pub expires_at: u64,
}

/// One attempt to pay.
#[derive(Debug, Clone)]
pub struct PaymentRecord {
    /// Its number.
    pub id: i64,
    /// Payment hash, hexadecimal.
    pub hash: String,
    /// Node that pays.
    pub payer: String,
    /// The payer's own name for it.
    pub reference: Option<String>,
    /// What the payee gets, in millisatoshi.
    pub amount_msat: u64,
    /// What the routers get, in millisatoshi.
    pub fee_msat: u64,
    /// Where it stands.
    pub state: AttemptState,
    /// The misfortune that struck it.
    pub misfortune: Option<Misfortune>,
    /// The payer cannot learn the outcome yet.
    pub veiled: bool,
    /// Milliseconds before anything happens.
    pub delay_ms: u64,
    /// Why it failed.
    pub failure: Option<String>,
}

/// What a payer asks for.
#[derive(Debug, Clone)]
pub struct Payment<'a> {
    /// Payment hash, hexadecimal.
    pub hash: &'a str,
    /// Node that pays.
    pub payer: &'a str,
    /// The payer's own name for it; asking twice under one name pays once.
    pub reference: Option<&'a str>,
    /// What the payee gets, in millisatoshi.
    pub amount_msat: u64,
    /// What the routers get, in millisatoshi.
    pub fee_msat: u64,
}

/// What a node received and sent, in millisatoshi.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Flow {
    /// The node.
    pub node: String,
    /// Received.
    pub received_msat: i64,
    /// Sent to payees.
    pub sent_msat: i64,
    /// Paid to routers.
    pub fees_msat: i64,
    /// What it holds more, or owes more, than on the first day.
    pub balance_msat: i64,
}

/// What one till of a node was paid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TillFlow {
    /// The till.
    pub till: String,
    /// How many invoices were paid.
    pub paid: u64,
    /// Their sum, in millisatoshi.
    pub received_msat: u64,
}

/// What `Ledger::begin` found.
#[derive(Debug)]
pub(super) enum Begun {
    /// A new attempt was written down.
    Fresh(PaymentRecord),
    /// This payer already asked for this very payment.
    Known(PaymentRecord),
    /// Someone else's payment is in flight or settled.
    Taken(AttemptState),
    /// The invoice was withdrawn.
    Withdrawn,
}

#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) book: Book,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS invoice (
    hash TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    till TEXT NOT NULL,
    bolt11 TEXT NOT NULL,
    amount_msat INTEGER,
    preimage TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled', 'withdrawn')),
    received_msat INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS payment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL REFERENCES invoice (hash),
    payer TEXT NOT NULL,
    reference TEXT,
    amount_msat INTEGER NOT NULL CHECK (amount_msat > 0),
    fee_msat INTEGER NOT NULL CHECK (fee_msat >= 0),
    state TEXT NOT NULL DEFAULT 'in_flight' CHECK (state IN ('in_flight', 'settled', 'failed')),
    misfortune TEXT,
    veiled INTEGER NOT NULL DEFAULT 0,
    delay_ms INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    created_at INTEGER NOT NULL
) STRICT;
-- At most one attempt per invoice is alive or has succeeded, whatever the code does.
CREATE UNIQUE INDEX IF NOT EXISTS payment_once ON payment (hash) WHERE state <> 'failed';
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment INTEGER NOT NULL REFERENCES payment (id),
    node TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('received', 'sent', 'fee')),
    amount_msat INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_node ON entry (node);
CREATE TABLE IF NOT EXISTS behaviour (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    misfortune TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    delay_ms INTEGER NOT NULL,
    hash TEXT,
    payer TEXT
) STRICT;
";

impl Ledger {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        let tables = format!("{SCHEMA}{}", super::offer::TABLES);
        Ok(Self {
            book: Book::open(path, Sync::Normal, &tables)?,
        })
    }

    pub(super) fn add_invoice(&self, invoice: &InvoiceRecord) -> Result<(), LedgerError> {
        self.book.lock().execute(
            "INSERT INTO invoice (hash, node, till, bolt11, amount_msat, preimage, created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                invoice.hash,
                invoice.node,
                invoice.till,
                invoice.bolt11,
                invoice.amount_msat.map(signed).transpose()?,
                invoice.preimage,
                signed(now())?,
                signed(invoice.expires_at)?,
            ],
        )?;
        Ok(())
    }

    pub(super) fn invoice(&self, hash: &str) -> Result<Option<InvoiceRecord>, LedgerError> {
        read_invoice(&self.book.lock(), hash)
    }

    /// Takes an open invoice out of circulation; `false` when it is settled,
    /// being paid or unknown.
    pub(super) fn withdraw(&self, hash: &str) -> Result<bool, LedgerError> {
        let changed = self.book.lock().execute(
            "UPDATE invoice SET state = 'withdrawn' WHERE hash = ?1 AND state = 'open'
             AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.hash = ?1 AND payment.state <> 'failed')",
            [hash],
        )?;
        Ok(changed == 1)
    }

    /// Puts a withdrawn invoice back.
    pub(super) fn offer_again(&self, hash: &str) -> Result<(), LedgerError> {
        self.book.lock().execute(
            "UPDATE invoice SET state = 'open' WHERE hash = ?1 AND state = 'withdrawn'",
            [hash],
        )?;
        Ok(())
    }

    /// Writes an attempt down, with the misfortune that will strike it.
    pub(super) fn begin(&self, wanted: &Payment<'_>) -> Result<Begun, LedgerError> {
        let mut connection = self.book.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let alive = tx
            .query_row(
                &format!("{SELECT_PAYMENT} WHERE hash = ?1 AND state <> 'failed'"),
                [wanted.hash],
                payment_row,
            )
            .optional()?
            .transpose()?;
        if let Some(alive) = alive {
            let same = alive.payer == wanted.payer
                && alive.reference.is_some()
                && alive.reference.as_deref() == wanted.reference;
            return Ok(if same {
                Begun::Known(alive)
            } else {
                Begun::Taken(alive.state)
            });
        }
        match read_invoice(&tx, wanted.hash)?.map(|i| i.state) {
            Some(InvoiceState::Open) => {}
            Some(InvoiceState::Settled) => return Ok(Begun::Taken(AttemptState::Settled)),
            Some(InvoiceState::Withdrawn) | None => return Ok(Begun::Withdrawn),
        }
        let struck = strike(&tx, wanted)?;
        let (misfortune, delay_ms) = struck.map_or((None, 0), |(m, d)| (Some(m), d));
        tx.execute(
            "INSERT INTO payment (hash, payer, reference, amount_msat, fee_msat, misfortune, veiled, delay_ms, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                wanted.hash,
                wanted.payer,
                wanted.reference,
                signed(wanted.amount_msat)?,
                signed(wanted.fee_msat)?,
                misfortune.map(Misfortune::name),
                misfortune == Some(Misfortune::PaidButUnknown),
                signed(delay_ms)?,
                signed(now())?,
            ],
        )?;
        let id = tx.last_insert_rowid();
        let fresh = read_payment(&tx, id)?;
        tx.commit()?;
        Ok(Begun::Fresh(fresh))
    }

    /// Moves the money of an undecided attempt; does nothing for a decided one.
    pub(super) fn settle(&self, id: i64) -> Result<PaymentRecord, LedgerError> {
        let mut connection = self.book.lock();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let payment = read_payment(&tx, id)?;
        if payment.state != AttemptState::InFlight {
            return Ok(payment);
        }
        let invoice =
            read_invoice(&tx, &payment.hash)?.ok_or(LedgerError::Unreadable("invoice"))?;
        let (amount, fee) = (signed(payment.amount_msat)?, signed(payment.fee_msat)?);
        tx.execute("UPDATE payment SET state = 'settled' WHERE id = ?1", [id])?;
        let changed = tx.execute(
            "UPDATE invoice SET state = 'settled', received_msat = ?2, settled_at = ?3
             WHERE hash = ?1 AND state = 'open'",
            params![payment.hash, amount, signed(now())?],
        )?;
        if changed != 1 {
            // The unique index makes this unreachable; rolling back keeps it harmless.
            return Err(LedgerError::Unreadable("invoice state"));
        }
        for (node, kind, change) in [
            (payment.payer.as_str(), "sent", -amount),
            (payment.payer.as_str(), "fee", -fee),
            (invoice.node.as_str(), "received", amount),
            (ROUTERS, "received", fee),
        ] {
            tx.execute(
                "INSERT INTO entry (payment, node, kind, amount_msat) VALUES (?1, ?2, ?3, ?4)",
                params![id, node, kind, change],
            )?;
        }
        let settled = read_payment(&tx, id)?;
        tx.commit()?;
        Ok(settled)
    }

    /// Ends an undecided attempt without moving money.
    pub(super) fn fail(&self, id: i64, why: &str) -> Result<PaymentRecord, LedgerError> {
        let connection = self.book.lock();
        connection.execute(
            "UPDATE payment SET state = 'failed', failure = ?2 WHERE id = ?1 AND state = 'in_flight'",
            params![id, why],
        )?;
        read_payment(&connection, id)
    }

    /// Lets the payer see the outcome.
    pub(super) fn unveil(&self, id: i64) -> Result<PaymentRecord, LedgerError> {
        let connection = self.book.lock();
        connection.execute("UPDATE payment SET veiled = 0 WHERE id = ?1", [id])?;
        read_payment(&connection, id)
    }

    /// The payer's latest attempt at this invoice.
    pub(super) fn latest(
        &self,
        payer: &str,
        hash: &str,
    ) -> Result<Option<PaymentRecord>, LedgerError> {
        self.book
            .lock()
            .query_row(
                &format!(
                    "{SELECT_PAYMENT} WHERE payer = ?1 AND hash = ?2 ORDER BY id DESC LIMIT 1"
                ),
                [payer, hash],
                payment_row,
            )
            .optional()?
            .transpose()
    }

    /// Attempts whose payer waits for an answer.
    pub(super) fn held(&self, hash: Option<&str>) -> Result<Vec<PaymentRecord>, LedgerError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(&format!(
            "{SELECT_PAYMENT} WHERE (state = 'in_flight' OR veiled = 1) AND (?1 IS NULL OR hash = ?1) ORDER BY id"
        ))?;
        let rows = statement.query_map([hash], payment_row)?;
        rows.map(|row| row?).collect()
    }

    pub(super) fn add_behaviour(&self, behaviour: &Behaviour) -> Result<(), LedgerError> {
        self.book.lock().execute(
            "INSERT INTO behaviour (misfortune, remaining, delay_ms, hash, payer) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                behaviour.misfortune.name(),
                behaviour.next,
                signed(behaviour.delay_ms)?,
                behaviour.payment_hash,
                behaviour.from,
            ],
        )?;
        Ok(())
    }

    pub(super) fn clear_behaviours(&self) -> Result<usize, LedgerError> {
        Ok(self.book.lock().execute("DELETE FROM behaviour", [])?)
    }

    /// What each till of `node` was paid.
    pub(super) fn tills(&self, node: &str) -> Result<Vec<TillFlow>, LedgerError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(
            "SELECT till, COUNT(*), SUM(received_msat) FROM invoice
             WHERE node = ?1 AND state = 'settled' GROUP BY till ORDER BY till",
        )?;
        let rows = statement.query_map([node], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })?;
        rows.map(|row| {
            let (till, paid, received) = row?;
            Ok(TillFlow {
                till,
                paid: unsigned(paid)?,
                received_msat: unsigned(received)?,
            })
        })
        .collect()
    }

    /// What every node received and sent.
    pub(super) fn flows(&self) -> Result<Vec<Flow>, LedgerError> {
        let connection = self.book.lock();
        let mut statement = connection.prepare(
            "SELECT node,
                    COALESCE(SUM(CASE kind WHEN 'received' THEN amount_msat END), 0),
                    COALESCE(-SUM(CASE kind WHEN 'sent' THEN amount_msat END), 0),
                    COALESCE(-SUM(CASE kind WHEN 'fee' THEN amount_msat END), 0),
                    SUM(amount_msat)
             FROM entry GROUP BY node ORDER BY node",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Flow {
                node: row.get(0)?,
                received_msat: row.get(1)?,
                sent_msat: row.get(2)?,
                fees_msat: row.get(3)?,
                balance_msat: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Uses up the first misfortune that fits this payment.
fn strike(
    tx: &Transaction<'_>,
    wanted: &Payment<'_>,
) -> Result<Option<(Misfortune, u64)>, LedgerError> {
    let found = tx
        .query_row(
            "SELECT id, misfortune, delay_ms FROM behaviour
             WHERE remaining > 0 AND (hash IS NULL OR hash = ?1)
               AND (payer = ?2 OR (payer IS NULL AND (?2 <> ?3 OR hash IS NOT NULL)))
             ORDER BY hash IS NULL, id LIMIT 1",
            [wanted.hash, wanted.payer, FRIEND],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )
        .optional()?;
    let Some((id, name, delay)) = found else {
        return Ok(None);
    };
    tx.execute(
        "UPDATE behaviour SET remaining = remaining - 1 WHERE id = ?1",
        [id],
    )?;
    tx.execute("DELETE FROM behaviour WHERE remaining <= 0", [])?;
    let misfortune = Misfortune::named(&name).ok_or(LedgerError::Unreadable("behaviour"))?;
    Ok(Some((misfortune, unsigned(delay)?)))
}

const SELECT_PAYMENT: &str = "SELECT id, hash, payer, reference, amount_msat, fee_msat, state, misfortune, veiled, delay_ms, failure FROM payment";

fn read_payment(connection: &Connection, id: i64) -> Result<PaymentRecord, LedgerError> {
    connection.query_row(
        &format!("{SELECT_PAYMENT} WHERE id = ?1"),
        [id],
        payment_row,
    )?
}

fn payment_row(row: &Row<'_>) -> rusqlite::Result<Result<PaymentRecord, LedgerError>> {
    let state: String = row.get(6)?;
    let misfortune: Option<String> = row.get(7)?;
    let (amount, fee, delay): (i64, i64, i64) = (row.get(4)?, row.get(5)?, row.get(9)?);
    let (id, hash, payer, reference) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    let (veiled, failure) = (row.get(8)?, row.get(10)?);
    Ok((|| {
        Ok(PaymentRecord {
            id,
            hash,
            payer,
            reference,
            amount_msat: unsigned(amount)?,
            fee_msat: unsigned(fee)?,
            state: match state.as_str() {
                "in_flight" => AttemptState::InFlight,
                "settled" => AttemptState::Settled,
                "failed" => AttemptState::Failed,
                _ => return Err(LedgerError::Unreadable("payment state")),
            },
            misfortune: misfortune
                .map(|name| Misfortune::named(&name).ok_or(LedgerError::Unreadable("behaviour")))
                .transpose()?,
            veiled,
            delay_ms: unsigned(delay)?,
            failure,
        })
    })())
}

fn read_invoice(connection: &Connection, hash: &str) -> Result<Option<InvoiceRecord>, LedgerError> {
    let row = connection
        .query_row(
            "SELECT hash, node, till, bolt11, amount_msat, preimage, state, received_msat, expires_at
             FROM invoice WHERE hash = ?1",
            [hash],
            |row| {
                Ok((
                    InvoiceRecord {
                        hash: row.get(0)?,
                        node: row.get(1)?,
                        till: row.get(2)?,
                        bolt11: row.get(3)?,
                        amount_msat: None,
                        preimage: row.get(5)?,
                        state: InvoiceState::Open,
                        received_msat: 0,
                        expires_at: 0,
                    },
                    row.get::<_, Option<i64>>(4)?,
                    row.get::<_, String>(6)?,
                    row.get::<_, i64>(7)?,
                    row.get::<_, i64>(8)?,
                ))
            },
        )
        .optional()?;
    let Some((mut invoice, amount, state, received, expires)) = row else {
        return Ok(None);
    };
    invoice.amount_msat = amount.map(unsigned).transpose()?;
    invoice.received_msat = unsigned(received)?;
    invoice.expires_at = unsigned(expires)?;
    invoice.state = match state.as_str() {
        "open" => InvoiceState::Open,
        "settled" => InvoiceState::Settled,
        "withdrawn" => InvoiceState::Withdrawn,
        _ => return Err(LedgerError::Unreadable("invoice state")),
    };
    Ok(Some(invoice))
}

pub(super) fn signed(value: u64) -> Result<i64, LedgerError> {
    i64::try_from(value).map_err(|_| LedgerError::TooLarge)
}

pub(super) fn unsigned(value: i64) -> Result<u64, LedgerError> {
    u64::try_from(value).map_err(|_| LedgerError::Unreadable("amount"))
}

pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
}
