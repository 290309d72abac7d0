//! How `history.db` grows up: one frozen SQL file per step, each applied once, all in one
//! transaction.

use rusqlite::{Connection, TransactionBehavior};

/// Every step, oldest first. The file is at version *n* when the first *n* have been applied. Add
/// to the end; never change one.
pub(super) const STEPS: &[&str] = &[
    include_str!("migrations/001_first.sql"),
    include_str!("migrations/002_documents_of_merchants.sql"),
];

/// Where a file stands against this version's steps.
#[derive(Debug)]
pub(super) enum MigrateError {
    /// More steps were applied than this version knows.
    Newer {
        found: i64,
        known: i64,
    },
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings the file up to the last of `steps`, or leaves it exactly as it was. `begin` fills a file
/// that was empty before.
pub(super) fn migrate(
    sqlite: &mut Connection,
    steps: &[&str],
    begin: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), MigrateError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found: i64 = sqlite.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(MigrateError::Newer { found, known });
    }
    let pending = usize::try_from(found)
        .ok()
        .and_then(|found| steps.get(found..))
        .unwrap_or_default();
    if pending.is_empty() {
        return Ok(());
    }
    let transaction = sqlite.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in pending {
        transaction.execute_batch(step)?;
    }
    if found == 0 {
        begin(&transaction)?;
    }
    // In the same transaction: a crash can leave neither a step without its number nor a number
    // without its step.
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn schema(sqlite: &Connection) -> Vec<(String, String, Option<String>)> {
        sqlite
            .prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    fn nothing(_: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }

    fn version(sqlite: &Connection) -> i64 {
        sqlite
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    /// Every step and one more.
    fn with(later: &str) -> Vec<&str> {
        STEPS.iter().copied().chain([later]).collect()
    }

    #[test]
    fn steps_are_frozen() {
        let digests: Vec<String> = STEPS
            .iter()
            .map(|step| {
                Sha256::digest(step)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect()
            })
            .collect();
        // Append the hash of a new step. A changed hash means that files out there differ from what
        // this code expects.
        assert_eq!(
            digests,
            [
                "f20eac8028dc186754c11174d26d5bc07a2919985936fec99fde9b5a5959860c",
                "5a5e3392ea53126f770c7dd204f27389ffba43f7422020261cf578bf2a52deaf"
            ]
        );
    }

    #[test]
    fn every_earlier_schema_grows_into_the_same_one() {
        let mut fresh = Connection::open_in_memory().unwrap();
        migrate(&mut fresh, STEPS, nothing).unwrap();
        for earlier in 0..=STEPS.len() {
            let mut sqlite = Connection::open_in_memory().unwrap();
            migrate(&mut sqlite, &STEPS[..earlier], nothing).unwrap();
            assert_eq!(usize::try_from(version(&sqlite)).unwrap(), earlier);
            migrate(&mut sqlite, STEPS, nothing).unwrap();
            assert_eq!(schema(&sqlite), schema(&fresh), "from version {earlier}");
            assert_eq!(version(&sqlite), version(&fresh));
        }
    }

    #[test]
    fn steps_already_taken_are_not_taken_again_and_data_stays() {
        let later = with("ALTER TABLE merchants ADD COLUMN later TEXT;");
        let mut sqlite = Connection::open_in_memory().unwrap();
        migrate(&mut sqlite, STEPS, nothing).unwrap();
        let merchant = "INSERT INTO merchants (lookup, version, wrapped_key, sealed)
                        VALUES (zeroblob(32), 1, x'00', x'00')";
        sqlite.execute(merchant, []).unwrap();
        migrate(&mut sqlite, &later, nothing).unwrap();
        let row: (i64, Option<String>) = sqlite
            .query_row("SELECT id, later FROM merchants", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, (1, None));
        assert_eq!(usize::try_from(version(&sqlite)).unwrap(), later.len());
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let half = "CREATE TABLE half (x INTEGER) STRICT;";
        let broken = [with(half), vec![half]].concat();
        for earlier in 0..=STEPS.len() {
            let mut sqlite = Connection::open_in_memory().unwrap();
            migrate(&mut sqlite, &STEPS[..earlier], nothing).unwrap();
            let before = schema(&sqlite);
            assert!(matches!(
                migrate(&mut sqlite, &broken, nothing),
                Err(MigrateError::Sqlite(_))
            ));
            assert_eq!(schema(&sqlite), before);
            assert_eq!(usize::try_from(version(&sqlite)).unwrap(), earlier);
        }
    }

    #[test]
    fn a_file_is_begun_once_and_with_its_first_schema() {
        let mut sqlite = Connection::open_in_memory().unwrap();
        let fails = |_: &Connection| Err(rusqlite::Error::InvalidQuery);
        assert!(matches!(
            migrate(&mut sqlite, STEPS, fails),
            Err(MigrateError::Sqlite(_))
        ));
        assert_eq!(
            (schema(&sqlite), version(&sqlite)),
            (Vec::new(), 0),
            "no schema without its beginning"
        );
        migrate(&mut sqlite, STEPS, nothing).unwrap();
        migrate(
            &mut sqlite,
            &with("CREATE TABLE later (x INTEGER) STRICT;"),
            fails,
        )
        .unwrap();
    }

    #[test]
    fn a_file_from_the_future_is_refused_and_untouched() {
        let mut sqlite = Connection::open_in_memory().unwrap();
        migrate(
            &mut sqlite,
            &with("CREATE TABLE later (x INTEGER) STRICT;"),
            nothing,
        )
        .unwrap();
        let before = (schema(&sqlite), version(&sqlite));
        assert!(matches!(
            migrate(&mut sqlite, STEPS, nothing),
            Err(MigrateError::Newer { found, known }) if found == known + 1
        ));
        assert_eq!((schema(&sqlite), version(&sqlite)), before);
    }
}
