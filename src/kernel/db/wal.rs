//! SQLite's write-ahead log, copied into the database file beside the writer.
//!
//! SQLite has whoever commits copy the log once it is long, and everybody who waits for an answer
//! waits for that: the longer the history, the more pages there are to copy. A thread of its own
//! copies what is committed every now and then instead, so that little is left to the writer when the
//! log begins anew.

use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

use diesel::connection::SimpleConnection;

use super::connection::{self, Address, Conn, Use};

/// The log is copied after so many saved rows, about three hundred trades.
const ROWS: usize = 4_000;

/// The thread that copies; PostgreSQL has a process of its own for this.
pub(super) struct WalCopy {
    thread: Option<(SyncSender<()>, JoinHandle<()>)>,
    /// How many rows were saved since.
    rows: usize,
}

impl WalCopy {
    pub(super) fn start(address: &Address) -> anyhow::Result<Self> {
        if let Address::Pg(_) = address {
            return Ok(Self { thread: None, rows: 0 });
        }
        let mut conn = connection::open(address, Use::Writing)?;
        let (due, told) = mpsc::sync_channel(1);
        let copy = move || {
            while told.recv().is_ok() {
                if let Err(cause) = conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)") {
                    tracing::warn!("the write-ahead log is not copied now: {cause}");
                }
            }
        };
        let thread = std::thread::Builder::new().name("wal".into()).spawn(copy)?;
        Ok(Self { thread: Some((due, thread)), rows: 0 })
    }

    /// Counts rows that a batch has saved.
    pub(super) fn count(&mut self, saved: usize) {
        self.rows += saved;
        if self.rows >= ROWS
            && let Some((due, _)) = &self.thread
        {
            self.rows = 0;
            // When one is due already it copies this too.
            let _ = due.try_send(());
        }
    }

    /// Waits until the thread has ended, since two cannot copy at the same time, and folds what is
    /// left of the log into the database file.
    pub(super) fn end(&mut self, conn: Option<&mut Conn>) {
        if let Some((due, thread)) = self.thread.take() {
            drop(due);
            let _ = thread.join();
        }
        if let Some(Conn::Sqlite(conn)) = conn
            && let Err(cause) = conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        {
            tracing::warn!("the write-ahead log stays beside the database: {cause}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_in_the_database_file_after_so_many_rows() {
        for (rows, copied) in [(ROWS - 1, false), (ROWS, true)] {
            let folder = tempfile::tempdir().unwrap();
            let file = |name: &str| folder.path().join(name);
            let at = |name: &str| Address::Sqlite(file(name).to_str().unwrap().to_owned());
            let mut conn = connection::open(&at("of.db"), Use::Writing).unwrap();
            conn.batch_execute("CREATE TABLE kept (id INTEGER)").unwrap();
            let mut wal = WalCopy::start(&at("of.db")).unwrap();
            wal.count(rows);
            wal.end(None);
            std::fs::copy(file("of.db"), file("without_log.db")).unwrap();
            let mut there = connection::open(&at("without_log.db"), Use::Writing).unwrap();
            assert_eq!(there.batch_execute("SELECT id FROM kept").is_ok(), copied, "{rows} rows");
        }
    }
}
