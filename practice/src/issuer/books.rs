//! An issuer's books, read from its own database.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The books could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    /// SQLite failed.
    #[error("the issuer's books could not be read: {0}")]
    Sql(#[from] rusqlite::Error),
}

/// What an issuer issued and owes in one unit, in that unit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UnitBooks {
    /// The unit.
    pub unit: String,
    /// Coins signed, ever.
    pub issued: i64,
    /// Coins taken back, ever.
    pub redeemed: i64,
    /// Coins people hold: `issued - redeemed`.
    pub outstanding: i64,
    /// Of those, coins set aside for payments still being decided.
    pub held: i64,
    /// Top-ups that are paid and not yet turned into coins.
    pub paid_not_issued: i64,
    /// Coin fees kept.
    pub fees: i64,
}

pub(super) fn read(database: &Path) -> Result<Vec<UnitBooks>, BooksError> {
    let connection = Connection::open_with_flags(
        database,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // One statement, so that all figures are of one moment.
    let mut statement = connection.prepare(
        "SELECT unit, SUM(issued), SUM(redeemed), SUM(fees), SUM(held), SUM(paid) FROM (
             SELECT k.unit AS unit, a.total_issued AS issued, a.total_redeemed AS redeemed,
                    a.fee_collected AS fees, 0 AS held, 0 AS paid
               FROM keyset k LEFT JOIN keyset_amounts a ON a.keyset_id = k.id
             UNION ALL
             SELECT k.unit, 0, 0, 0, p.amount, 0
               FROM proof p JOIN keyset k ON k.id = p.keyset_id WHERE p.state = 'PENDING'
             UNION ALL
             SELECT unit, 0, 0, 0, 0, amount_paid - amount_issued FROM mint_quote
         ) GROUP BY unit ORDER BY unit",
    )?;
    let rows = statement.query_map([], |row| {
        let number = |at| row.get::<_, Option<i64>>(at).map(Option::unwrap_or_default);
        let (issued, redeemed) = (number(1)?, number(2)?);
        Ok(UnitBooks {
            unit: row.get::<_, String>(0)?.to_lowercase(),
            issued,
            redeemed,
            outstanding: issued - redeemed,
            held: number(4)?,
            paid_not_issued: number(5)?,
            fees: number(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
