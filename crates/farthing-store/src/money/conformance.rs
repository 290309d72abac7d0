//! cdk's own conformance suite, on an encrypted file on disk.

use std::path::PathBuf;

use cdk_common::wallet_db_test;

use super::{MoneyDb, open};
use crate::encrypted::{Create, RawKey};

/// One directory per case. They live until the test program ends, because the suite takes the
/// database by value and gives no place to keep a guard in.
async fn provide_db(case: String) -> MoneyDb {
    let dir: PathBuf = tempfile::Builder::new()
        .prefix(&case)
        .tempdir()
        .unwrap()
        .keep();
    let db = open(
        &dir.join("money.db"),
        &RawKey::of_bytes(7),
        Create::IfAbsent,
    )
    .await
    .unwrap()
    .tables;
    // On Unix the open files outlive their directory entry, so nothing is left behind even when a
    // case fails.
    #[cfg(unix)]
    std::fs::remove_dir_all(&dir).unwrap();
    MoneyDb::clone(&db)
}

wallet_db_test!(provide_db);
