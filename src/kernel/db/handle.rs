//! The handle that the border holds: `write` goes through the one writer, `read` through a pool
//! that never waits for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::connection::{self, Address, Conn, Pool, Use};
use super::faults;
use super::health::{Health, WriteFault};
use super::snapshot::in_snapshot;
use super::standing;
use super::statistics::Statistics;
use super::tree;
use super::tx::Tx;
use super::wal::WalCopy;
use super::work::{self, Work};
use super::writer::Writer;
use crate::kernel::actor::{Actor, Doing};
use crate::kernel::clock::{Clock, Time};
use crate::kernel::problem::{Answer, Failure, unavailable};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How many of what the database handle may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections for reads.
    pub readers_max: u32,
    /// How long a read waits for one of them, and each of its statements takes on PostgreSQL; a read
    /// that would take longer is answered with 503. SQLite ends no statement, but all are of pages.
    pub read_time: Duration,
    /// Commands of one transaction.
    pub batch_max: usize,
    /// Commands that wait for the writer; more are answered with 503.
    pub queue_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { readers_max: 8, read_time: Duration::from_secs(30), batch_max: 256, queue_max: 4096 }
    }
}

/// The database. Cheap to clone; `close` when done.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    commands: Mutex<Option<mpsc::Sender<Box<dyn Work>>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Pool,
    turns: Arc<Semaphore>,
    read_time: Duration,
    clock: Clock,
    health: Health,
}

impl Db {
    /// Opens the database, brings its tables up to date and starts the writer.
    pub fn open(address: &Address, clock: Clock, limits: Limits) -> anyhow::Result<Self> {
        let mut conn = connection::open(address, Use::Writing)?;
        migrate(&mut conn)?;
        let (commands, waiting) = mpsc::channel(limits.queue_max);
        let health = Health::default();
        let writer = Writer {
            address: address.clone(),
            clock: clock.clone(),
            commands: waiting,
            batch_max: limits.batch_max,
            conn: Some(conn),
            deferred: Vec::new(),
            last_batch: 1,
            statistics: Statistics::default(),
            wal: WalCopy::start(address)?,
            health: health.clone(),
        };
        let writer = std::thread::Builder::new().name("writer".into()).spawn(|| writer.run())?;
        Ok(Self {
            shared: Arc::new(Shared {
                commands: Mutex::new(Some(commands)),
                writer: Mutex::new(Some(writer)),
                readers: connection::pool(address, limits.readers_max, limits.read_time)?,
                turns: Arc::new(Semaphore::new(usize::try_from(limits.readers_max)?)),
                read_time: limits.read_time,
                clock,
                health,
            }),
        })
    }

    /// The clock by which commands are dated.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Since when nothing can be written, and why. The writer tries by itself until it can again.
    pub fn write_fault(&self) -> Option<(Time, WriteFault)> {
        self.shared.health.fault()
    }

    /// Runs a command in the next transaction and answers after its commit. The command may run
    /// twice: it has no effect outside `tx`, and ids are made before it.
    pub async fn write<T, F>(&self, doing: Doing, command: F) -> Answer<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Answer<T> + Send + Sync + 'static,
    {
        let (work, answer) = work::ordinary(doing, command);
        self.submit(work, answer).await
    }

    /// Runs a hot command together with all of its kind that wait.
    pub async fn write_together<I, T, F>(&self, doing: Doing, input: I, action: F) -> Answer<T>
    where
        I: Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut Tx<'_>, &[&I]) -> Answer<Vec<Answer<T>>> + Send + Sync + 'static,
    {
        let (work, answer) = work::hot(doing, input, action);
        self.submit(work, answer).await
    }

    /// Reads on behalf of a person, whose rights are looked up, or of the public.
    pub async fn read<T, F>(&self, actor: Option<&Actor>, query: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Answer<T> + Send + 'static,
    {
        let actor = actor.cloned();
        self.on_reader(move |conn| {
            if let Some(actor) = actor {
                standing::check(&actor, &standing::standings(conn, &[actor.user_id])?)?;
            }
            query(conn)
        })
        .await
    }

    /// Reads several things as of one moment.
    pub async fn read_snapshot<T, F>(&self, actor: Option<&Actor>, query: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Answer<T> + Send + 'static,
    {
        self.read(actor, |conn| in_snapshot(conn, query)).await
    }

    async fn submit<T>(
        &self,
        work: Box<dyn Work>,
        answer: oneshot::Receiver<Answer<T>>,
    ) -> Answer<T> {
        let sender = {
            let commands = self.shared.commands.lock().unwrap_or_else(PoisonError::into_inner);
            commands.clone()
        };
        let full = || Failure::Refused(unavailable());
        sender.ok_or_else(full)?.try_send(work).map_err(|_| full())?;
        answer.await.map_err(|_| Failure::broken("the writer answers every command"))?
    }

    async fn on_reader<T, F>(&self, query: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Answer<T> + Send + 'static,
    {
        let turn = Arc::clone(&self.shared.turns).acquire_owned();
        let turn = tokio::time::timeout(self.shared.read_time, turn)
            .await
            .map_err(|_| Failure::Refused(unavailable()))?;
        let readers = self.shared.readers.clone();
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut conn = readers.get().map_err(|cause| {
                tracing::error!("no connection for a read: {cause}");
                Failure::Refused(unavailable())
            })?;
            query(&mut conn).map_err(|failure| match failure {
                Failure::Broken(cause) if faults::is_lost(&cause) => {
                    tracing::error!("the database was gone during a read: {cause:#}");
                    Failure::Refused(unavailable())
                }
                failure => failure,
            })
        });
        read.await.map_err(|_| Failure::broken("a read does not panic"))?
    }

    /// Answers what waits, stops the writer and leaves SQLite's one file complete.
    pub async fn close(&self) {
        self.shared.commands.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writer = self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let joined = tokio::task::spawn_blocking(move || writer.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the writer ended by a panic");
            }
        }
    }
}

/// Opens a connection outside the pool, for a command that reads everything, such as `verify`.
pub fn open_for_reading(address: &Address) -> anyhow::Result<Conn> {
    connection::open(address, Use::Reading)
}

/// Brings the tables up to date; several instances that start at once take turns.
pub fn migrate(conn: &mut Conn) -> anyhow::Result<()> {
    let run = match conn {
        Conn::Pg(conn) => {
            conn.batch_execute("SELECT pg_advisory_lock(20260)")?;
            let run = conn.run_pending_migrations(POSTGRES).map(|_| ());
            conn.batch_execute("SELECT pg_advisory_unlock(20260)")?;
            run
        }
        Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|_| ()),
    };
    run.map_err(|cause| anyhow::anyhow!("the tables cannot be brought up to date: {cause}"))?;
    Ok(tree::catch_up(conn)?)
}
