//! One SQLite connection on a thread of its own, as cdk's pool wants it.
//!
//! Why a thread and not a mutex: a task may be dropped at any `await`, with its statement queued or
//! half done. cdk then asks for a rollback. Both go through the same queue, so the rollback always
//! runs *after* the statement, never before it, and nothing is left written outside of its
//! transaction.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use cdk_common::database::Error as CdkError;
use cdk_sql_common::database::{DatabaseConnector, DatabaseExecutor, DatabaseTransaction};
use cdk_sql_common::pool::{self, DatabaseConfig, DatabasePool};
use cdk_sql_common::stmt::{Column, SqlPart, Statement, query};
use cdk_sql_common::value::Value;
use rusqlite::{Connection, Params, Rows, ffi, params_from_iter};
use thiserror::Error;
use tokio::sync::oneshot;

use super::coins::Line;
use crate::encrypted::{self, Create, OpenError, RawKey};

/// How long a task waits for the only connection. Long: giving up in the middle of a payment is
/// worse than waiting for a slow disk.
pub(super) const WAIT: Duration = Duration::from_secs(30);

/// Where the file is and how to open it. The pool opens a new connection with it if the first one
/// breaks.
#[derive(Clone)]
pub struct PoolConfig {
    path: PathBuf,
    key: RawKey,
    create: Create,
    /// Whether it was open before: then it exists, and one that is gone must not come back empty.
    was_open: Arc<AtomicBool>,
    schema: i64,
    line: Line,
}

impl PoolConfig {
    pub(super) fn new(path: PathBuf, key: RawKey, create: Create, schema: i64) -> Self {
        Self {
            line: Line::default(),
            path,
            key,
            create,
            was_open: Arc::default(),
            schema,
        }
    }

    /// The way to the connection for questions of our own.
    pub(super) fn line(&self) -> Line {
        self.line.clone()
    }
}

impl fmt::Debug for PoolConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolConfig")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl DatabaseConfig for PoolConfig {
    fn max_size(&self) -> usize {
        1
    }

    fn default_timeout(&self) -> Duration {
        WAIT
    }
}

/// Why the pool has no connection to give.
#[derive(Debug, Error)]
pub enum ConnectionError {
    /// The file did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file is from a newer version.
    #[error("schema {found} is newer than {known}")]
    Newer {
        /// The schema in the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// No thread for it.
    #[error("cannot start the database thread: {0}")]
    Thread(std::io::Error),
}

/// The pool's description: one encrypted connection.
#[derive(Debug, Clone)]
pub struct MoneyPool;

impl DatabasePool for MoneyPool {
    type Connection = MoneyConnection;
    type Config = PoolConfig;
    type Error = ConnectionError;

    fn new_resource(
        config: &PoolConfig,
        stale: Arc<AtomicBool>,
        _timeout: Duration,
    ) -> Result<MoneyConnection, pool::Error<ConnectionError>> {
        let create = if config.was_open.load(Ordering::SeqCst) {
            Create::Never
        } else {
            config.create
        };
        let sqlite =
            encrypted::open(&config.path, &config.key, create).map_err(ConnectionError::from)?;
        claim_schema(&sqlite, config.schema)?;
        config.was_open.store(true, Ordering::SeqCst);
        Ok(MoneyConnection::start(sqlite, stale, &config.line)?)
    }
}

/// Refuses a file from a newer version; marks an older one as ours before anything else is written
/// to it.
fn claim_schema(sqlite: &Connection, known: i64) -> Result<(), ConnectionError> {
    let found: i64 = sqlite
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(OpenError::from)?;
    if found > known {
        return Err(ConnectionError::Newer { found, known });
    }
    if found < known {
        sqlite
            .pragma_update(None, "user_version", known)
            .map_err(OpenError::from)?;
    }
    Ok(())
}

type Job = Box<dyn FnOnce(&Connection) + Send>;
/// What a connection's thread works through, in order.
pub(super) type Queue = Sender<Job>;

/// Has `work` run on the connection's thread, after everything asked before it, and whether or not
/// the answer is still waited for. `None` when the thread has ended.
pub(super) fn ask<T, W>(queue: &Queue, work: W) -> Option<oneshot::Receiver<T>>
where
    T: Send + 'static,
    W: FnOnce(&Connection) -> T + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let job: Job = Box::new(move |sqlite| {
        // Nobody may be waiting any more; the work counts all the same.
        let _ = answer.send(work(sqlite));
    });
    queue.send(job).ok()?;
    Some(answered)
}

/// The connection, seen from the async side: a queue into the thread that owns it.
pub struct MoneyConnection {
    /// `None` only while being dropped.
    jobs: Option<Arc<Queue>>,
    thread: Option<JoinHandle<()>>,
    /// Tells the pool that this connection is of no more use.
    stale: Arc<AtomicBool>,
}

impl fmt::Debug for MoneyConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MoneyConnection").finish_non_exhaustive()
    }
}

impl MoneyConnection {
    fn start(
        sqlite: Connection,
        stale: Arc<AtomicBool>,
        line: &Line,
    ) -> Result<Self, ConnectionError> {
        let (jobs, queue) = channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("money.db".to_owned())
            .spawn(move || {
                for job in queue {
                    job(&sqlite);
                }
                // Closing rolls back what is open and folds the log into the file.
            })
            .map_err(ConnectionError::Thread)?;
        let jobs = Arc::new(jobs);
        line.lead_to(&jobs);
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            stale,
        })
    }

    /// Runs `work` as [`ask`] has it, and waits for the answer.
    async fn run<T, W>(&self, work: W) -> Result<T, CdkError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, CdkError> + Send + 'static,
    {
        if let Some(jobs) = &self.jobs
            && let Some(answered) = ask(jobs, work)
            && let Ok(result) = answered.await
        {
            return result;
        }
        // The thread has ended, which only a bug in it can do. The pool opens another connection.
        self.stale.store(true, Ordering::SeqCst);
        Err(CdkError::Internal(
            "the database thread has stopped".to_owned(),
        ))
    }
}

impl Drop for MoneyConnection {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // Waiting here is what makes "dropped" mean "closed": the wallet's lock may be given up
            // next. A thread that panicked has nothing more to close.
            let _ = thread.join();
        }
    }
}

#[async_trait]
impl DatabaseExecutor for MoneyConnection {
    // cdk picks its migrations by this name.
    fn name() -> &'static str {
        "sqlite"
    }

    async fn execute(&self, statement: Statement) -> Result<usize, CdkError> {
        let (sql, values) = prepare(statement)?;
        self.run(move |sqlite| {
            let mut statement = sqlite.prepare_cached(&sql).map_err(refused)?;
            statement.execute(values).map_err(refused)
        })
        .await
    }

    async fn fetch_one(&self, statement: Statement) -> Result<Option<Vec<Column>>, CdkError> {
        let (sql, values) = prepare(statement)?;
        self.run(move |sqlite| {
            let mut statement = sqlite.prepare_cached(&sql).map_err(refused)?;
            let width = statement.column_count();
            let mut rows = statement.query(values).map_err(refused)?;
            next_row(&mut rows, width).map_err(refused)
        })
        .await
    }

    async fn fetch_all(&self, statement: Statement) -> Result<Vec<Vec<Column>>, CdkError> {
        let (sql, values) = prepare(statement)?;
        self.run(move |sqlite| {
            let mut statement = sqlite.prepare_cached(&sql).map_err(refused)?;
            let width = statement.column_count();
            let mut rows = statement.query(values).map_err(refused)?;
            let mut all = Vec::new();
            while let Some(row) = next_row(&mut rows, width).map_err(refused)? {
                all.push(row);
            }
            Ok(all)
        })
        .await
    }

    async fn pluck(&self, statement: Statement) -> Result<Option<Column>, CdkError> {
        let (sql, values) = prepare(statement)?;
        self.run(move |sqlite| {
            let mut statement = sqlite.prepare_cached(&sql).map_err(refused)?;
            let mut rows = statement.query(values).map_err(refused)?;
            let row = next_row(&mut rows, 1).map_err(refused)?;
            Ok(row.and_then(|mut columns| columns.pop()))
        })
        .await
    }

    async fn batch(&self, statement: Statement) -> Result<(), CdkError> {
        let sql = match statement.parts.as_slice() {
            [SqlPart::Raw(sql)] => Arc::clone(sql),
            _ => {
                return Err(CdkError::Internal(
                    "a batch is one piece of SQL without placeholders".to_owned(),
                ));
            }
        };
        self.run(move |sqlite| sqlite.execute_batch(&sql).map_err(refused))
            .await
    }
}

impl DatabaseConnector for MoneyConnection {
    type Transaction = MoneyTransaction;
}

/// How a transaction begins and ends on this connection.
#[derive(Debug)]
pub struct MoneyTransaction;

#[async_trait]
impl DatabaseTransaction<MoneyConnection> for MoneyTransaction {
    async fn begin(connection: &mut MoneyConnection) -> Result<(), CdkError> {
        // IMMEDIATE: a transaction that will write fails at its start or not at all.
        query("BEGIN IMMEDIATE")?
            .execute(connection)
            .await
            .map(drop)
    }

    async fn commit(connection: &mut MoneyConnection) -> Result<(), CdkError> {
        query("COMMIT")?.execute(connection).await.map(drop)
    }

    async fn rollback(connection: &mut MoneyConnection) -> Result<(), CdkError> {
        connection
            .run(|sqlite| {
                // Asked after a BEGIN that failed or a COMMIT that got through: then there is
                // nothing to undo.
                if sqlite.is_autocommit() {
                    return Ok(());
                }
                sqlite.execute_batch("ROLLBACK").map_err(refused)
            })
            .await
    }
}

/// Splits cdk's statement into SQL for SQLite and its values in order.
fn prepare(statement: Statement) -> Result<(String, impl Params + Send + 'static), CdkError> {
    let (sql, values) = statement.to_sql()?;
    // Row locks are PostgreSQL's; here BEGIN IMMEDIATE has locked everything.
    let sql = sql.trim().trim_end_matches("FOR UPDATE").to_owned();
    Ok((sql, params_from_iter(values.into_iter().map(into_sqlite))))
}

fn next_row(rows: &mut Rows<'_>, width: usize) -> rusqlite::Result<Option<Vec<Column>>> {
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    (0..width)
        .map(|column| row.get(column).map(from_sqlite))
        .collect::<rusqlite::Result<_>>()
        .map(Some)
}

fn into_sqlite(value: Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Sqlite;
    match value {
        Value::Null => Sqlite::Null,
        Value::Integer(number) => Sqlite::Integer(number),
        Value::Real(number) => Sqlite::Real(number),
        Value::Text(text) => Sqlite::Text(text),
        Value::Blob(bytes) => Sqlite::Blob(bytes),
    }
}

fn from_sqlite(value: rusqlite::types::Value) -> Value {
    use rusqlite::types::Value as Sqlite;
    match value {
        Sqlite::Null => Value::Null,
        Sqlite::Integer(number) => Value::Integer(number),
        Sqlite::Real(number) => Value::Real(number),
        Sqlite::Text(text) => Value::Text(text),
        Sqlite::Blob(bytes) => Value::Blob(bytes),
    }
}

/// cdk acts on duplicates, so those have to arrive as such.
pub(super) fn refused(error: rusqlite::Error) -> CdkError {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => {
            CdkError::Duplicate
        }
        _ => CdkError::Database(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use cdk_sql_common::database::ConnectionWithTransaction;
    use cdk_sql_common::pool::Pool;

    use super::*;

    fn config(dir: &std::path::Path) -> PoolConfig {
        PoolConfig::new(
            dir.join("money.db"),
            RawKey::of_bytes(3),
            Create::IfAbsent,
            1,
        )
    }

    async fn count(pool: &Arc<Pool<MoneyPool>>) -> i64 {
        let connection = pool.get().await.unwrap();
        match query("SELECT count(*) FROM t")
            .unwrap()
            .pluck(&*connection)
            .await
            .unwrap()
        {
            Some(Value::Integer(count)) => count,
            other => panic!("{other:?}"),
        }
    }

    async fn table(pool: &Arc<Pool<MoneyPool>>) {
        let connection = pool.get().await.unwrap();
        query("CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT")
            .unwrap()
            .batch(&*connection)
            .await
            .unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_transaction_dropped_at_any_moment_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let pool = Pool::<MoneyPool>::new(config(dir.path()));
        table(&pool).await;

        for polls in 0..6 {
            let work = async {
                let transaction = ConnectionWithTransaction::new(pool.get().await.unwrap())
                    .await
                    .unwrap();
                for x in 0..3_i64 {
                    query("INSERT INTO t (x) VALUES (:x)")
                        .unwrap()
                        .bind("x", x)
                        .execute(&transaction)
                        .await
                        .unwrap();
                }
                std::future::pending::<()>().await;
            };
            {
                let mut work = pin!(work);
                for _ in 0..polls {
                    let _ = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    // Let the database thread answer, so that the next poll gets further.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            assert_eq!(count(&pool).await, 0, "dropped after {polls} polls");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_statement_whose_task_was_dropped_runs_before_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        let pool = Pool::<MoneyPool>::new(config(dir.path()));
        table(&pool).await;
        {
            let connection = pool.get().await.unwrap();
            let insert = query("INSERT INTO t (x) VALUES (:x)")
                .unwrap()
                .bind("x", 1_i64);
            let mut asked = pin!(insert.execute(&*connection));
            let _ = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
        assert_eq!(count(&pool).await, 1);
    }

    #[tokio::test]
    async fn a_duplicate_arrives_as_a_duplicate_and_leaves_the_connection_usable() {
        let dir = tempfile::tempdir().unwrap();
        let pool = Pool::<MoneyPool>::new(config(dir.path()));
        table(&pool).await;
        {
            let connection = pool.get().await.unwrap();
            let insert = || {
                query("INSERT INTO t (x) VALUES (:x)")
                    .unwrap()
                    .bind("x", 1_i64)
            };
            insert().execute(&*connection).await.unwrap();
            assert!(matches!(
                insert().execute(&*connection).await,
                Err(CdkError::Duplicate)
            ));
        }
        assert_eq!(count(&pool).await, 1);
    }

    #[tokio::test]
    async fn a_broken_connection_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let pool = Pool::<MoneyPool>::new(config(dir.path()));
        table(&pool).await;
        {
            let connection = pool.get().await.unwrap();
            let broken: Result<(), CdkError> = connection.run(|_| panic!("on purpose")).await;
            assert!(matches!(broken, Err(CdkError::Internal(_))));
        }
        assert_eq!(count(&pool).await, 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_vanished_is_not_replaced_by_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let pool = Pool::<MoneyPool>::new(config(dir.path()));
        table(&pool).await;
        {
            let connection = pool.get().await.unwrap();
            for file in std::fs::read_dir(dir.path()).unwrap() {
                std::fs::remove_file(file.unwrap().path()).unwrap();
            }
            let _broken: Result<(), CdkError> = connection.run(|_| panic!("on purpose")).await;
        }
        let refused = pool.get().await.unwrap_err();
        assert!(matches!(
            refused,
            pool::Error::Resource(ConnectionError::Open(OpenError::Missing))
        ));
    }

    #[test]
    fn debug_shows_neither_key_nor_path() {
        let shown = format!(
            "{:?}",
            PoolConfig::new(
                "/home/ada/money.db".into(),
                RawKey::of_bytes(3),
                Create::Never,
                1
            )
        );
        assert!(!shown.contains("ada") && !shown.contains('3'), "{shown}");
    }
}
