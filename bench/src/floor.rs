//! The same rows and the same questions in a table without seals, chain or merchants' keys: what
//! SQLite and SQLCipher cost by themselves.

use std::path::Path;
use std::str::FromStr;

use rusqlite::{Connection, params};
use serde_json::json;

use crate::Outcome;
use crate::clock::{both, forget_peak, one, peak_mib, timed};
use crate::rows::{keystrokes, row};

const PAGE: i64 = 50;
/// As long as the two JSON bodies of a payment in the journal.
const BODY: usize = 620;

/// Which library, so to speak: it is one, with or without a key.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Plain,
    Cipher,
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "plain" => Ok(Self::Plain),
            "cipher" => Ok(Self::Cipher),
            _ => Err("KIND is plain or cipher".to_owned()),
        }
    }
}

fn open(kind: Kind, file: &str) -> Outcome<Connection> {
    let sqlite = Connection::open(file)?;
    if matches!(kind, Kind::Cipher) {
        let key = "a7".repeat(32);
        sqlite.execute_batch(&format!("PRAGMA key = \"x'{key}'\";"))?;
    }
    sqlite.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(sqlite)
}

pub(crate) fn fill(kind: Kind, file: &str, count: u64) -> Outcome {
    if Path::new(file).exists() {
        std::fs::remove_file(file)?;
    }
    let mut sqlite = open(kind, file)?;
    sqlite.execute_batch(
        "CREATE TABLE payments (seq INTEGER PRIMARY KEY, at INTEGER, words TEXT, body BLOB);
         CREATE VIRTUAL TABLE found USING fts5(words, content='', tokenize='unicode61');",
    )?;
    let transaction = sqlite.transaction()?;
    for number in 0..count {
        let row = row(number);
        let words = format!(" {} {}", row.payee, row.note).to_lowercase();
        let seq = number.cast_signed();
        transaction
            .prepare_cached("INSERT INTO payments VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                seq,
                row.at_ms.cast_signed(),
                words,
                vec![b'x'; BODY]
            ])?;
        transaction
            .prepare_cached("INSERT INTO found (rowid, words) VALUES (?1, ?2)")?
            .execute(params![seq, words])?;
    }
    transaction.commit()?;
    sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(json!({ "payments": count }))
}

pub(crate) fn questions(kind: Kind, file: &str) -> Outcome {
    forget_peak();
    let (opened, open_ms) = timed(|| open(kind, file));
    let sqlite = opened?;
    let newest = "SELECT seq, at, words, body FROM payments ORDER BY seq DESC LIMIT ?1";
    let (page, page_ms) = timed(|| shown(&sqlite, newest, params![PAGE]));
    let mut found = page?;
    let like = "SELECT seq, at, words, body FROM payments WHERE words LIKE ?2
                ORDER BY seq DESC LIMIT ?1";
    let indexed = "SELECT seq, at, words, body FROM payments WHERE seq IN
                   (SELECT rowid FROM found WHERE found MATCH ?2 ORDER BY rowid DESC LIMIT ?1)
                   ORDER BY seq DESC";
    let (mut scans, mut looks) = (Vec::new(), Vec::new());
    for typed in keystrokes() {
        // One word is enough for LIKE to read everything; the index takes them all.
        let last = typed.rsplit(' ').next().unwrap_or_default();
        let (lines, took) = timed(|| shown(&sqlite, like, params![PAGE, format!("% {last}%")]));
        found += lines?;
        scans.push(took);
        let words: Vec<String> = typed
            .split_ascii_whitespace()
            .map(|word| format!("\"{word}\"*"))
            .collect();
        let (lines, took) = timed(|| shown(&sqlite, indexed, params![PAGE, words.join(" ")]));
        found += lines?;
        looks.push(took);
    }
    let sum = "SELECT sum(length(body) + at) FROM payments";
    let (sum, all_ms) = timed(|| sqlite.query_row(sum, [], |row| row.get::<_, i64>(0)));
    sum?;
    Ok(json!({
        "open": one(open_ms),
        "page": one(page_ms),
        "like": both(&scans),
        "fts": both(&looks),
        "lines_shown": found,
        "everything": one(all_ms),
        "peak_mib": peak_mib(),
        "file_mib": std::fs::metadata(file)?.len() / (1024 * 1024),
    }))
}

fn shown(sqlite: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Outcome<usize> {
    let mut statement = sqlite.prepare_cached(sql)?;
    let lines = statement.query_map(values, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(3)?.len()))
    })?;
    Ok(lines.collect::<rusqlite::Result<Vec<_>>>()?.len())
}
