//! `money.db`: the e-cash, in cdk's own tables over our own encrypted connection.
//!
//! cdk's SQL wallet database is generic over its connection pool. Ours has one connection, owned by
//! one thread, so that statements happen in the order they were asked for, whatever becomes of the
//! tasks that asked.

mod coins;
mod connection;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cdk_common::database::Error as CdkError;
use cdk_sql_common::SQLWalletDatabase;
use cdk_sql_common::pool;
use farthing_vault::DatabaseKey;
use thiserror::Error;

use crate::encrypted::{self, Create, OpenError, RawKey};
pub use coins::CoinTable;
use connection::{ConnectionError, PoolConfig};
pub use connection::{MoneyConnection, MoneyPool, MoneyTransaction};

/// cdk's wallet database over our connection: an `Arc` of it is what cdk's wallets take as their
/// `localstore`.
///
/// The file is closed when the last clone is dropped (a [`CoinTable`] does not count); dropping waits for the statement that is
/// running.
pub type MoneyDb = SQLWalletDatabase<MoneyPool>;

/// An open `money.db`.
#[derive(Debug, Clone)]
pub struct Money {
    /// cdk's view of it.
    pub tables: Arc<MoneyDb>,
    /// Ours.
    pub coins: CoinTable,
}

/// Which schema this version writes. It is stored as `user_version` *before* cdk migrates, so that
/// an older version refuses the file. Add one whenever an update of cdk brings migrations (a test
/// notices).
const SCHEMA: i64 = 1;

/// Why `money.db` could not be opened.
#[derive(Debug, Error)]
pub enum MoneyError {
    /// There is no `money.db`, and none may be made where one was.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// The key does not open it. The vault has already proven the key, so the file is another
    /// wallet's or its first page is damaged.
    #[error(
        "the key does not open money.db: it belongs to another wallet, or its first page is damaged"
    )]
    WrongKey,
    /// The key opens it and its content makes no sense.
    #[error("money.db is damaged: {0}")]
    Damaged(String),
    /// A newer version of Farthing has written it. It has not been touched.
    #[error("money.db was written by a newer version (schema {found}, this version knows {known})")]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The operating system or SQLite refused for another reason.
    #[error("cannot open money.db: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Opens the `money.db` of a wallet that exists.
///
/// # Errors
/// [`MoneyError::Missing`] when it is not there: an empty one in its place would hide the loss.
pub async fn open_money(path: &Path, key: &DatabaseKey) -> Result<Money, MoneyError> {
    open(path, &RawKey::from(key), Create::Never).await
}

/// Opens `money.db`, or makes an empty one. For making or restoring a wallet only.
///
/// # Errors
/// See [`MoneyError`].
pub async fn open_or_create_money(path: &Path, key: &DatabaseKey) -> Result<Money, MoneyError> {
    open(path, &RawKey::from(key), Create::IfAbsent).await
}

/// Reads every page and every index of a `money.db`, open elsewhere or not: for the doctor.
///
/// # Errors
/// [`MoneyError::Damaged`] says what is wrong first.
pub fn check_money(path: &Path, key: &DatabaseKey) -> Result<(), MoneyError> {
    encrypted::open(path, &RawKey::from(key), Create::Never)
        .and_then(|sqlite| encrypted::check(&sqlite))
        .map_err(|error| at(path, error))
}

async fn open(path: &Path, key: &RawKey, create: Create) -> Result<Money, MoneyError> {
    let config = PoolConfig::new(path.to_owned(), key.clone(), create, SCHEMA);
    let coins = CoinTable::over(config.line());
    match MoneyDb::new(config).await {
        Ok(db) => Ok(Money {
            tables: Arc::new(db),
            coins,
        }),
        Err(error) => Err(why(path, error)),
    }
}

/// cdk passes our own error through as an opaque one; this gets it back.
fn why(path: &Path, error: CdkError) -> MoneyError {
    let cause = match error {
        CdkError::Database(cause) => cause,
        other => return MoneyError::Unavailable(Box::new(other)),
    };
    let cause = match cause.downcast::<pool::Error<ConnectionError>>() {
        Ok(ours) => match *ours {
            pool::Error::Resource(ConnectionError::Open(error)) => return at(path, error),
            pool::Error::Resource(ConnectionError::Newer { found, known }) => {
                return MoneyError::Newer { found, known };
            }
            other => return MoneyError::Unavailable(Box::new(other)),
        },
        Err(cause) => cause,
    };
    match cause.downcast::<rusqlite::Error>() {
        // Met while cdk was reading or migrating.
        Ok(sqlite) => at(path, OpenError::from(*sqlite)),
        Err(cause) => MoneyError::Unavailable(cause),
    }
}

/// Whether the file was found damaged, as an error says that cdk passes through when the
/// connection broke and was to be opened again.
pub(crate) fn met_damage(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(
        error.downcast_ref::<pool::Error<ConnectionError>>(),
        Some(pool::Error::Resource(ConnectionError::Open(
            OpenError::Damaged(_)
        )))
    )
}

fn at(path: &Path, error: OpenError) -> MoneyError {
    match error {
        OpenError::Missing => MoneyError::Missing(path.to_owned()),
        OpenError::WrongKey => MoneyError::WrongKey,
        OpenError::Damaged(what) => MoneyError::Damaged(what),
        other => MoneyError::Unavailable(Box::new(other)),
    }
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;
