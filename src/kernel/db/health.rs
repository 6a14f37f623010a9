//! Whether what is written gets to the database, for whoever asks if the service is ready.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tokio::sync::mpsc::error::TryRecvError;

use super::connection::{self, Use};
use super::work::Work;
use super::writer::{Writer, begin};
use super::{chain, faults};
use crate::kernel::clock::Time;

/// How long the writer waits before it tries whether it can write again.
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// Why nothing can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFault {
    /// The disk is full, read-only or broken.
    Disk,
    /// The database cannot be reached.
    Connection,
}

/// Since when nothing can be written, and why; shared by the writer and those who ask.
#[derive(Debug, Clone, Default)]
pub(super) struct Health(Arc<Mutex<Option<(Time, WriteFault)>>>);

impl Health {
    /// A batch was lost at that time.
    pub(super) fn lost(&self, now: Time, cause: &anyhow::Error) {
        let fault = match faults::is_of_the_disk(&cause.to_string()) {
            true => WriteFault::Disk,
            false => WriteFault::Connection,
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = kept.map_or(now, |(since, _)| since);
        *kept = Some((since, fault));
    }

    /// Something was written.
    pub(super) fn well(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn fault(&self) -> Option<(Time, WriteFault)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// The next command. While nothing can be written the writer does not sleep, but tries whether
    /// it can again, since a service that is not ready is sent nothing.
    pub(super) fn next_command(&mut self) -> Option<Box<dyn Work>> {
        while self.health.fault().is_some() {
            match self.commands.try_recv() {
                Ok(work) => return Some(work),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => std::thread::sleep(BETWEEN_TRIES),
            }
            if self.try_to_write().is_ok() {
                self.health.well();
            }
        }
        self.commands.blocking_recv()
    }

    /// Writes the end of the chain as it is.
    fn try_to_write(&mut self) -> anyhow::Result<()> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => connection::open(&self.address, Use::Writing)?,
        };
        begin(&mut conn)?;
        chain::write_head_as_it_is(&mut conn)?;
        conn.batch_execute("COMMIT")?;
        self.conn = Some(conn);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_known_from_its_first_batch_until_something_is_written() {
        let noon = Time::in_shanghai("2026-09-04".parse().unwrap(), 12);
        let health = Health::default();
        assert_eq!(health.fault(), None);
        health.lost(noon, &anyhow::anyhow!("server closed the connection unexpectedly"));
        assert_eq!(health.fault(), Some((noon, WriteFault::Connection)));
        health.lost(noon.plus_seconds(9), &anyhow::anyhow!("database or disk is full"));
        assert_eq!(health.fault(), Some((noon, WriteFault::Disk)));
        health.well();
        assert_eq!(health.fault(), None);
    }
}
