//! Points at which a test has this process killed, as a power cut would, to see what is lost.
//!
//! Every write to a database of ours and every request is counted, before and after. With
//! `FARTHING_KILL_AT` the process kills itself at the points of those numbers (one here; a test
//! that wants a second kill runs the program again). With `FARTHING_KILL_COUNT` each point that is
//! passed adds a line, its number and name, to that file. Names hold SQL with placeholders and
//! paths of addresses, never a value.
//!
//! Only with the feature `kill-points`, and never in a release.

use farthing_vault::kill::Points;
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

static OURS: Points = Points::of("FARTHING_KILL_AT", "FARTHING_KILL_COUNT");

/// Counts one point; at the one that was asked for, this does not return.
pub fn point(name: &str) {
    OURS.pass(name);
}

/// Makes every writing statement of `connection` two points: before it runs, and when it has run.
pub(crate) fn watch(connection: &mut Connection, file: &str) -> rusqlite::Result<()> {
    let file = file.to_owned();
    let mut open = false;
    connection.trace_v2(
        TraceEventCodes::SQLITE_TRACE_STMT
            | TraceEventCodes::SQLITE_TRACE_PROFILE
            | TraceEventCodes::SQLITE_TRACE_CLOSE,
        Some(move |event: TraceEvent<'_>| match event {
            // A trigger's statements are told as comments; they are part of the one around them.
            TraceEvent::Stmt(statement, told) if !told.starts_with("--") => {
                write("before", &file, &statement.sql(), &mut open);
            }
            TraceEvent::Profile(statement, _) => {
                write("after", &file, &statement.sql(), &mut open);
            }
            TraceEvent::Close(_) => point(&format!("before {file}: close")),
            _ => {}
        }),
    )
}

fn write(when: &str, file: &str, sql: &str, open: &mut bool) {
    let words: Vec<&str> = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .flat_map(str::split_whitespace)
        .take(4)
        .collect();
    let name = words.join(" ");
    match words.first() {
        Some(&"BEGIN") => *open = true,
        Some(&("COMMIT" | "ROLLBACK")) => *open = false,
        _ => {}
    }
    if is_write(&name) {
        let transaction = if *open { ", in a transaction" } else { "" };
        point(&format!("{when} {file}: {name}{transaction}"));
    }
}

fn is_write(sql: &str) -> bool {
    const READS: [&str; 5] = ["SELECT", "WITH", "EXPLAIN", "BEGIN", "SAVEPOINT"];
    let sql = sql.to_ascii_uppercase();
    let first = sql
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .next()
        .unwrap_or_default();
    match first {
        "PRAGMA" => sql.contains("USER_VERSION =") || sql.contains("WAL_CHECKPOINT"),
        first => !READS.contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::is_write;

    #[test]
    fn writes_are_told_from_reads() {
        for write in [
            "INSERT INTO t",
            "update t",
            "COMMIT",
            "ROLLBACK",
            "VACUUM",
            "PRAGMA user_version = 3",
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "CREATE TABLE t",
        ] {
            assert!(is_write(write), "{write}");
        }
        for read in [
            "SELECT x",
            "select\n x",
            "PRAGMA user_version",
            "PRAGMA key = \"..\"",
            "BEGIN IMMEDIATE",
        ] {
            assert!(!is_write(read), "{read}");
        }
    }
}
