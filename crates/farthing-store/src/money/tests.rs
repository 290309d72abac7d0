use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr as _;

use cdk_common::MintInfo;
use cdk_common::database::WalletDatabase as _;
use cdk_common::mint_url::MintUrl;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::*;

fn key() -> RawKey {
    RawKey::of_bytes(0xc1)
}

fn issuer() -> MintUrl {
    MintUrl::from_str("https://canary-issuer.example").unwrap()
}

async fn with_an_issuer(path: &Path) {
    let db = open(path, &key(), Create::IfAbsent).await.unwrap().tables;
    db.add_mint(
        issuer(),
        Some(MintInfo::new().description("canary-description")),
    )
    .await
    .unwrap();
}

fn sqlite(path: &Path) -> Connection {
    crate::encrypted::open(path, &key(), Create::Never).unwrap()
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    with_an_issuer(&path).await;
    let db = open(&path, &key(), Create::Never).await.unwrap().tables;
    assert_eq!(
        db.get_mint(issuer())
            .await
            .unwrap()
            .unwrap()
            .description
            .unwrap(),
        "canary-description"
    );
}

#[tokio::test]
async fn nothing_on_the_disk_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir.path().join("money.db"), &key(), Create::IfAbsent)
        .await
        .unwrap()
        .tables;
    db.add_mint(
        issuer(),
        Some(MintInfo::new().description("canary-description")),
    )
    .await
    .unwrap();

    assert!(
        dir.path().join("money.db-wal").metadata().unwrap().len() > 0,
        "the log is part of the test"
    );
    assert_unreadable(dir.path());
    drop(db);
    assert!(
        !dir.path().join("money.db-wal").exists(),
        "dropped means closed"
    );
    assert_unreadable(dir.path());
}

fn assert_unreadable(dir: &Path) {
    let mut scanned = 0;
    for file in std::fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for canary in ["SQLite format 3", "canary", "CREATE TABLE", "description"] {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary:?} in {}", path.display());
        }
        scanned += 1;
    }
    assert!(scanned >= 1);
}

#[tokio::test]
async fn a_missing_file_is_missing_and_stays_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    assert!(
        matches!(open(&path, &key(), Create::Never).await, Err(MoneyError::Missing(missing)) if missing == path)
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn another_wallets_key_does_not_open_it_even_where_creating_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    with_an_issuer(&path).await;
    let before = std::fs::read(&path).unwrap();

    let other = RawKey::of_bytes(0xc2);
    assert!(matches!(
        open(&path, &other, Create::Never).await,
        Err(MoneyError::WrongKey)
    ));
    assert!(matches!(
        open(&path, &other, Create::IfAbsent).await,
        Err(MoneyError::WrongKey)
    ));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_page_is_damage_and_not_a_wrong_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    with_an_issuer(&path).await;
    let mut bytes = std::fs::read(&path).unwrap();
    // Every page but the first, which is what proves the key.
    for byte in bytes.iter_mut().skip(4096) {
        *byte ^= 1;
    }
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        open(&path, &key(), Create::Never).await,
        Err(MoneyError::Damaged(_))
    ));
    let checked = crate::encrypted::open(&path, &key(), Create::Never)
        .and_then(|sqlite| crate::encrypted::check(&sqlite));
    assert!(matches!(checked, Err(OpenError::Damaged(_))));
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(
        open(&path, &key(), Create::Never).await,
        Err(MoneyError::Damaged(_))
    ));
}

#[tokio::test]
async fn a_file_from_a_newer_version_is_refused_and_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    with_an_issuer(&path).await;
    sqlite(&path)
        .pragma_update(None, "user_version", SCHEMA + 1)
        .unwrap();
    let before = std::fs::read(&path).unwrap();

    let refused = open(&path, &key(), Create::Never).await;
    assert!(
        matches!(refused, Err(MoneyError::Newer { found, known: SCHEMA }) if found == SCHEMA + 1)
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn the_schema_number_is_the_one_of_cdks_migrations() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("money.db");
    with_an_issuer(&path).await;
    let sqlite = sqlite(&path);
    let applied: BTreeSet<String> = sqlite
        .prepare("SELECT name FROM migrations")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut digest = Sha256::new();
    for name in &applied {
        digest.update(name.as_bytes());
        digest.update([0]);
    }
    let digest: String = digest
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Changed? Then cdk brought migrations: add one to SCHEMA, so that older versions refuse the
    // file.
    assert_eq!(
        (SCHEMA, applied.len(), digest.as_str()),
        (1, 40, "314c15f3c2c4da51")
    );
    let version: i64 = sqlite
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, SCHEMA);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_share_the_one_connection() {
    let dir = tempfile::tempdir().unwrap();
    let db = open(&dir.path().join("money.db"), &key(), Create::IfAbsent)
        .await
        .unwrap()
        .tables;
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let db = Arc::clone(&db);
            tokio::spawn(async move { db.increment_derivation_counter("purse", 1).await.unwrap() })
        })
        .collect();
    let mut counts = BTreeSet::new();
    for task in tasks {
        counts.insert(task.await.unwrap());
    }
    assert_eq!(counts, (1..=64).collect());
}
