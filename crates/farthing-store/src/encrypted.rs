//! Opening an SQLCipher file with a raw key and the settings every file of ours needs.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use farthing_vault::DatabaseKey;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::home;

/// How long a statement waits for another connection to the same file. Only a second process that
/// ignores the wallet's lock (a backup tool, say) could hold one.
const BUSY: Duration = Duration::from_secs(10);

/// What every SQLite file begins with when it is not encrypted.
const PLAIN_MAGIC: &[u8] = b"SQLite format 3\0";

/// Prepared statements kept per connection; cdk has about eighty different ones.
const PREPARED: usize = 128;
/// The smallest page SQLite knows: no file of ours is shorter, in bytes.
const SMALLEST_FILE: u64 = 512;

/// The key of one database file, as `PRAGMA key` takes it: `x'` and 64 hexadecimal digits and `'`.
/// The blob in the string is what tells SQLCipher that this is the key itself and not a password to
/// stretch.
#[derive(Clone)]
pub(crate) struct RawKey(Zeroizing<String>);

impl From<&DatabaseKey> for RawKey {
    fn from(key: &DatabaseKey) -> Self {
        Self(key.to_sqlcipher())
    }
}

impl RawKey {
    fn pragma(&self) -> Zeroizing<String> {
        // Reserved in full, so that no half-built copy is left behind by a growing string.
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"");
        sql.push_str(&self.0);
        sql.push_str("\";");
        sql
    }

    #[cfg(test)]
    pub(crate) fn of_bytes(byte: u8) -> Self {
        Self(Zeroizing::new(format!(
            "x'{}'",
            format!("{byte:02x}").repeat(32)
        )))
    }
}

impl fmt::Debug for RawKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawKey(..)")
    }
}

/// Whether a file may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Create {
    /// Only ever for a new wallet: an empty database where money was is money out of sight.
    IfAbsent,
    Never,
}

/// Why an encrypted file could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It does not exist, and making it was not asked for.
    #[error("the file is not there")]
    Missing,
    /// The first page does not decrypt.
    #[error("the key does not open the file")]
    WrongKey,
    /// Not what we wrote.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The operating system refused.
    #[error("cannot open the file: {0}")]
    Io(#[from] io::Error),
    /// SQLite refused.
    #[error("cannot open the file: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// Opens `path`, proves that `key` is its key, and applies the settings that keep it durable and
/// leave nothing readable.
pub(crate) fn open(path: &Path, key: &RawKey, create: Create) -> Result<Connection, OpenError> {
    let size = match std::fs::metadata(path) {
        Ok(found) => found.len(),
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => match create {
            Create::Never => return Err(OpenError::Missing),
            Create::IfAbsent => {
                refuse_orphaned_log(path)?;
                // SQLite would take the process's umask; its -wal and -shm files copy the mode of
                // this one.
                home::private(OpenOptions::new().write(true).create_new(true)).open(path)?;
                0
            }
        },
        Err(error) => return Err(error.into()),
    };
    if size == 0 && create == Create::Never {
        return Err(OpenError::Damaged("the file is empty".to_owned()));
    }
    if (1..SMALLEST_FILE).contains(&size) {
        // SQLite takes a file of a single byte for an empty one, and would start over.
        return Err(OpenError::Damaged("the file is cut off".to_owned()));
    }
    if size > 0 && begins_in_plain_text(path)? {
        return Err(OpenError::Damaged("the file is not encrypted".to_owned()));
    }

    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(OpenError::Sqlite)?;
    connection.busy_timeout(BUSY).map_err(OpenError::Sqlite)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    prove_key(&connection, key)?;
    settle(&mut connection)?;
    #[cfg(feature = "kill-points")]
    crate::kill::watch(
        &mut connection,
        &path.file_name().unwrap_or_default().to_string_lossy(),
    )
    .map_err(OpenError::Sqlite)?;
    Ok(connection)
}

/// A write-ahead log whose database is gone holds the newest pages of something that existed: not a
/// place for a new file.
fn refuse_orphaned_log(path: &Path) -> Result<(), OpenError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    match std::fs::metadata(&log) {
        Ok(found) if found.len() > 0 => Err(OpenError::Damaged(
            "the file is gone but its write-ahead log is still there".to_owned(),
        )),
        _ => Ok(()),
    }
}

fn begins_in_plain_text(path: &Path) -> io::Result<bool> {
    let mut start = Vec::with_capacity(PLAIN_MAGIC.len());
    File::open(path)?
        .take(PLAIN_MAGIC.len() as u64)
        .read_to_end(&mut start)?;
    Ok(start == PLAIN_MAGIC)
}

fn prove_key(connection: &Connection, key: &RawKey) -> Result<(), OpenError> {
    // SQLCipher writes its failures to stderr by default; ours are told once, by us. The library
    // remembers this for the whole program and not per connection, which is what we want.
    connection
        .execute_batch("PRAGMA cipher_log_level = NONE;")
        .map_err(OpenError::Sqlite)?;
    connection
        .execute_batch(&key.pragma())
        .map_err(OpenError::Sqlite)?;
    // A build that linked plain SQLite would ignore the key and write money in the clear.
    let cipher: Option<String> = connection
        .pragma_query_value(None, "cipher_version", |row| row.get(0))
        .map_err(OpenError::Sqlite)?;
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(OpenError::Sqlite(rusqlite::Error::InvalidQuery));
    }
    // The first read is what decrypts the first page.
    match connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| {
        row.get::<_, i64>(0)
    }) {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(OpenError::WrongKey)
        }
        Err(error) => Err(error.into()),
    }
}

fn settle(connection: &mut Connection) -> Result<(), OpenError> {
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if journal != "wal" {
        return Err(OpenError::Damaged(format!(
            "write-ahead logging is refused ({journal})"
        )));
    }
    // FULL: a commit is on the disk when it returns. secure_delete: deleted rows are overwritten,
    // not just unlinked. temp_store: sorting spills to memory. mmap_size: no pages shared behind
    // the cipher's back.
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(())
}

/// Reads every page and every index: what a doctor asks for, too slow for each opening of a large
/// file.
pub(crate) fn check(connection: &Connection) -> Result<(), OpenError> {
    // Every page against its own seal first: `integrity_check` does not read unused ones.
    let broken: Option<String> = connection
        .query_row("PRAGMA cipher_integrity_check", [], |row| row.get(0))
        .optional()?;
    if let Some(broken) = broken {
        return Err(OpenError::Damaged(broken));
    }
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged(verdict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> RawKey {
        RawKey::of_bytes(0xa7)
    }

    fn made(dir: &Path) -> PathBuf {
        let path = dir.join("made.db");
        let connection = open(&path, &key(), Create::IfAbsent).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (x TEXT) STRICT; INSERT INTO t VALUES ('canary-in-the-vault');",
            )
            .unwrap();
        path
    }

    #[test]
    fn a_key_is_not_shown_by_debug() {
        let shown = format!("{:?}", key());
        assert!(!shown.contains("a7") && !shown.contains("167"), "{shown}");
    }

    #[test]
    fn what_is_left_of_a_file_is_not_taken_for_a_new_one() {
        for size in [1, 2, 100, 511] {
            for create in [Create::Never, Create::IfAbsent] {
                let dir = tempfile::tempdir().unwrap();
                let path = dir.path().join("cut.db");
                std::fs::write(&path, vec![b'x'; size]).unwrap();
                assert!(matches!(
                    open(&path, &key(), create),
                    Err(OpenError::Damaged(_))
                ));
                assert_eq!(
                    std::fs::read(&path).unwrap().len(),
                    size,
                    "it was written to"
                );
            }
        }
    }

    #[test]
    fn the_key_is_used_raw_and_never_as_a_password() {
        let dir = tempfile::tempdir().unwrap();
        let path = made(dir.path());
        let hex = "a7".repeat(32);
        let reads = |pragma: String| {
            let connection = Connection::open(&path).unwrap();
            connection.execute_batch(&pragma).unwrap();
            connection.query_row("SELECT x FROM t", [], |row| row.get::<_, String>(0))
        };

        // A raw key may carry the file's salt (its first 16 bytes) behind it; that form exists in
        // raw mode only.
        let salt: String = std::fs::read(&path)
            .unwrap()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            reads(format!("PRAGMA key = \"x'{hex}{salt}'\";")).unwrap(),
            "canary-in-the-vault"
        );
        reads(format!("PRAGMA key = '{hex}';")).unwrap_err();
    }

    #[test]
    fn settings_read_back_as_they_were_set() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(&made(dir.path()), &key(), Create::Never).unwrap();
        let number = |pragma: &str| {
            connection
                .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
                .unwrap()
        };
        let text = |pragma: &str| {
            connection
                .pragma_query_value(None, pragma, |row| row.get::<_, String>(0))
                .unwrap()
        };

        assert_eq!(text("journal_mode"), "wal");
        assert_eq!(number("synchronous"), 2, "FULL");
        assert_eq!(number("secure_delete"), 1);
        assert_eq!(number("temp_store"), 2, "MEMORY");
        assert_eq!(number("fullfsync"), 1);
        assert_eq!(number("checkpoint_fullfsync"), 1);
        assert_eq!(number("foreign_keys"), 1);
        assert_eq!(number("trusted_schema"), 0);
        // SQLite answers this one only when memory mapping is possible at all.
        let mapped = connection
            .query_row("PRAGMA mmap_size", [], |row| row.get::<_, i64>(0))
            .unwrap_or(0);
        assert_eq!(mapped, 0);
        assert!(
            text("cipher_version").starts_with("4."),
            "{}",
            text("cipher_version")
        );
        check(&connection).unwrap();
    }

    #[test]
    fn an_absent_file_is_made_only_when_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("absent.db");
        assert!(matches!(
            open(&path, &key(), Create::Never),
            Err(OpenError::Missing)
        ));
        assert!(!path.exists());
    }

    #[test]
    fn a_log_without_its_database_is_never_built_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gone.db");
        std::fs::write(dir.path().join("gone.db-wal"), b"pages").unwrap();
        assert!(matches!(
            open(&path, &key(), Create::IfAbsent),
            Err(OpenError::Damaged(_))
        ));
        assert!(!path.exists());
    }

    #[test]
    fn a_wrong_key_a_cut_file_and_a_plain_file_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = made(dir.path());
        let before = std::fs::read(&path).unwrap();

        let wrong = RawKey::of_bytes(0xa8);
        assert!(matches!(
            open(&path, &wrong, Create::IfAbsent),
            Err(OpenError::WrongKey)
        ));
        assert_eq!(
            std::fs::read(&path).unwrap(),
            before,
            "a wrong key changes nothing"
        );

        std::fs::write(&path, b"").unwrap();
        assert!(matches!(
            open(&path, &key(), Create::Never),
            Err(OpenError::Damaged(_))
        ));
        std::fs::write(&path, b"SQLite format 3\0 and the rest of a plain database").unwrap();
        assert!(matches!(
            open(&path, &key(), Create::Never),
            Err(OpenError::Damaged(_))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn every_file_of_a_database_is_closed_to_everyone_else() {
        use std::os::unix::fs::PermissionsExt as _;

        let dir = tempfile::tempdir().unwrap();
        let connection = open(&dir.path().join("made.db"), &key(), Create::IfAbsent).unwrap();
        connection
            .execute_batch("CREATE TABLE t (x TEXT) STRICT; INSERT INTO t VALUES ('x');")
            .unwrap();
        let mut seen = 0;
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let file = file.unwrap();
            assert_eq!(
                file.metadata().unwrap().permissions().mode() & 0o777,
                0o600,
                "{:?}",
                file.path()
            );
            seen += 1;
        }
        assert!(seen >= 2, "the database and its log at least");
    }
}
