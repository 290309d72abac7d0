//! The two database files, damaged by chance and by somebody who has their keys.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use cdk_common::database::WalletDatabase as _;
use farthing_store::history::{Entry, History, NewEntry, PaymentId};
use farthing_store::{check_money, open_money, open_or_create_money};
use farthing_vault::{DatabaseKey, Vault};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use crate::edit::edited;
use crate::scratch;
use crate::vaults::new_vault;

struct World {
    // Held for its folder.
    _home: tempfile::TempDir,
    vault: Vault,
    history: Vec<u8>,
    money: Vec<u8>,
    entries: Vec<(u64, u64, Option<Vec<u8>>)>,
}

const KIND: &str = "review";
const ISSUER: &str = "https://issuer.example";

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let home = scratch();
    let vault = new_vault(home.path());
    let path = home.path().join("history.db");
    let mut history =
        History::open_or_create(&path, &vault.history_file_key(), vault.history_keys()).unwrap();
    let shop = history.add_merchant("shop.example", b"details", 5).unwrap();
    for number in 0..6_u8 {
        history
            .append(&NewEntry {
                payment: PaymentId::from_bytes([number / 2; 16]),
                merchant: (number % 2 == 0).then_some(shop),
                at_ms: 1_000 + u64::from(number),
                body: format!("payment {number}").as_bytes(),
                words: "two coffees",
            })
            .unwrap();
    }
    history.put_document(KIND, "a", None, b"one").unwrap();
    let entries = facts(&history.entries().unwrap());
    drop(history);
    let money = home.path().join("money.db");
    runtime().block_on(async {
        let db = open_or_create_money(&money, &vault.money_key())
            .await
            .unwrap();
        db.tables
            .add_mint(ISSUER.parse().unwrap(), None)
            .await
            .unwrap();
        drop(db);
    });
    World {
        history: whole_file(&path, &vault.history_file_key()),
        money: whole_file(&money, &vault.money_key()),
        _home: home,
        vault,
        entries,
    }
});

/// The file with everything its log held.
fn whole_file(path: &Path, key: &DatabaseKey) -> Vec<u8> {
    let raw = raw(path, key).unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(raw);
    fs::read(path).unwrap()
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The file as someone sees it who has its key and writes SQL.
fn raw(path: &Path, key: &DatabaseKey) -> rusqlite::Result<Connection> {
    let raw = Connection::open(path)?;
    raw.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    raw.execute_batch(&format!("PRAGMA key = \"{}\";", *key.to_sqlcipher()))?;
    Ok(raw)
}

fn facts(entries: &[Entry]) -> Vec<(u64, u64, Option<Vec<u8>>)> {
    entries
        .iter()
        .map(|one| (one.seq.0, one.at_ms, one.body.clone()))
        .collect()
}

fn open_and_compare(path: &Path) {
    let world = &*WORLD;
    let opened = History::open_existing(
        path,
        &world.vault.history_file_key(),
        world.vault.history_keys(),
    );
    let Ok(mut history) = opened else {
        return;
    };
    if let Ok(entries) = history.entries() {
        let found = facts(&entries);
        assert_eq!(found.len(), world.entries.len(), "rows came or went");
        for (found, written) in found.iter().zip(&world.entries) {
            assert_eq!((found.0, found.1), (written.0, written.1));
            // A merchant's key that is gone means a merchant that was forgotten.
            assert!(
                found.2.is_none() || found.2 == written.2,
                "another text than was written"
            );
        }
    }
    let _ = history.verify();
    let _ = history.search("coffees", 10);
    let _ = history.documents(KIND);
    if let Ok(Some(shop)) = history.merchant("shop.example") {
        assert_eq!(shop.details, b"details");
    }
    let _ = history.merchants();
}

/// `history.db` changed by somebody without its key, or by a dying disk.
pub fn history_file(data: &[u8]) {
    let home = scratch();
    let path = home.path().join("history.db");
    damage(&path, &WORLD.history, data);
    open_and_compare(&path);
}

/// The database alone, or with a write-ahead log or a rollback journal of anybody's bytes.
fn damage(path: &Path, genuine: &[u8], data: &[u8]) {
    let (what, script) = data.split_first().unwrap_or((&0, &[]));
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name
    };
    match what % 8 {
        6 => {
            fs::write(path, genuine).unwrap();
            fs::write(beside("-wal"), script).unwrap();
        }
        7 => {
            fs::write(path, genuine).unwrap();
            fs::write(beside("-journal"), script).unwrap();
        }
        5 => fs::write(path, script).unwrap(),
        _ => fs::write(path, edited(genuine, script)).unwrap(),
    }
}

/// `history.db` changed row by row by somebody who has its file key: the sealed rows and the chain
/// have to hold by themselves.
pub fn history_rows(data: &[u8]) {
    const COLUMNS: &[(&str, &[&str])] = &[
        (
            "journal",
            &["seq", "payment", "merchant", "stub", "sealed", "link"],
        ),
        ("head", &["entries", "link", "seal"]),
        (
            "merchants",
            &["id", "lookup", "wrapped_key", "version", "sealed"],
        ),
        ("documents", &["kind", "lookup", "version", "sealed"]),
    ];
    let world = &*WORLD;
    let home = scratch();
    let path = home.path().join("history.db");
    fs::write(&path, &world.history).unwrap();
    let key = world.vault.history_file_key();
    let raw = raw(&path, &key).unwrap();
    // A change may break a rule of the schema: then it is not made.
    for step in data.chunks(8).take(8) {
        let [table, column, row, script @ ..] = step else {
            break;
        };
        let (table, columns) = COLUMNS[usize::from(*table) % COLUMNS.len()];
        let column = columns[usize::from(*column) % columns.len()];
        let rows: i64 = raw
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap();
        let row = i64::from(*row) % rows.max(1);
        let id = if table == "documents" {
            "lookup"
        } else {
            "rowid"
        };
        let pick = format!("{id} = (SELECT {id} FROM {table} LIMIT 1 OFFSET ?1)");
        let old = raw.query_row(
            &format!("SELECT {column} FROM {table} WHERE {pick}"),
            params![row],
            |row| row.get::<_, Value>(0),
        );
        let new = match old {
            Ok(Value::Blob(bytes)) => Value::Blob(edited(&bytes, script)),
            Ok(Value::Integer(number)) => {
                let by = script
                    .iter()
                    .fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
                Value::Integer(number ^ by)
            }
            Ok(Value::Null) => Value::Integer(1),
            _ => continue,
        };
        let _ = raw.execute(
            &format!("UPDATE {table} SET {column} = ?2 WHERE {pick}"),
            params![row, new],
        );
        if script.first() == Some(&0xff) {
            let _ = raw.execute(&format!("DELETE FROM {table} WHERE {pick}"), params![row]);
        }
    }
    drop(raw);
    open_and_compare(&path);
}

/// `money.db` changed by somebody without its key, or by a dying disk.
pub fn money_file(data: &[u8]) {
    let world = &*WORLD;
    let home = scratch();
    let path = home.path().join("money.db");
    damage(&path, &world.money, data);
    let key = world.vault.money_key();
    let _ = check_money(&path, &key);
    runtime().block_on(async {
        if let Ok(db) = open_money(&path, &key).await {
            if let Ok(issuers) = db.tables.get_mints().await {
                assert!(
                    issuers.contains_key(&ISSUER.parse().unwrap()),
                    "an issuer is gone"
                );
            }
            if let Ok(coins) = db.tables.get_proofs(None, None, None, None).await {
                assert!(coins.is_empty(), "coins out of nothing");
            }
        }
    });
}
