//! What several use at once: things behind a lock, and books in SQLite.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// Waits for its turn. A panic elsewhere cannot leave a thing half-written: what is in memory is
/// changed in one go, and in a book transactions roll back.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When what is written is on the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sync {
    /// With every transaction: coins are in it.
    Full,
    /// Now and then: what a power cut takes, no purse misses.
    Normal,
}

/// A book in SQLite, used by one at a time.
#[derive(Debug)]
pub(crate) struct Book(Mutex<Connection>);

impl Book {
    /// Opens the book at `path`, and draws its tables where they are not there yet.
    pub(crate) fn open(path: &Path, sync: Sync, tables: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        let sync = match sync {
            Sync::Full => "FULL",
            Sync::Normal => "NORMAL",
        };
        connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {sync}; PRAGMA foreign_keys = ON;"
        ))?;
        connection.execute_batch(tables)?;
        Ok(Self(Mutex::new(connection)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        lock(&self.0)
    }
}
