//! One command as one plain transaction on a connection of its own: for `benches/`, what the writer
//! is measured against. The same loads, decisions, rows and chain; no queue, no savepoint, no
//! company. The head of the chain is locked before anything that others may change is read, so that
//! the locks of all come in one order.

use diesel::connection::SimpleConnection;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chain;
use super::connection::{self, Address, Conn, Use};
use super::door::settle_at_the_door;
use super::tx::Tx;
use super::work::{self, Work};
use super::writer::{begin, finish};
use crate::kernel::actor::Doing;
use crate::kernel::clock::Clock;
use crate::kernel::problem::{Answer, Failure};

/// A connection that writes without the writer. The service never does.
#[derive(Debug)]
pub struct Plain {
    conn: Conn,
}

impl Plain {
    pub fn open(address: &Address) -> anyhow::Result<Self> {
        Ok(Self { conn: connection::open(address, Use::Writing)? })
    }

    /// Runs a plural action for one command and commits.
    pub fn write<I, T, F>(&mut self, clock: &Clock, doing: Doing, input: I, action: F) -> Answer<T>
    where
        I: Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(&mut Tx<'_>, &[&I]) -> Answer<Vec<Answer<T>>> + Send + Sync + 'static,
    {
        let (work, mut answer) = work::hot(doing, input, action);
        let mut works = [work];
        if let Err(failure) = self.transaction(clock, &mut works) {
            self.conn.batch_execute("ROLLBACK")?;
            return Err(failure);
        }
        let [work] = works;
        work.answer(None);
        answer.try_recv().map_err(|_| Failure::broken("a command has its answer"))?
    }

    fn transaction(&mut self, clock: &Clock, works: &mut [Box<dyn Work>; 1]) -> Answer<()> {
        let conn = &mut self.conn;
        begin(conn)?;
        let head = chain::lock_head(conn)?;
        let now = clock.now().max(head.recorded_at);
        let free_again = settle_at_the_door(conn, works, now)?;
        let [work] = works;
        let doings = work.doings();
        let mut tx = Tx::new(conn, now, doings.clone());
        work.run(&mut tx)?;
        let pending =
            finish(tx, work.as_ref(), &[0], &doings, &free_again)?.into_iter().flatten().collect();
        chain::append(conn, &head, now, pending)?;
        Ok(conn.batch_execute("COMMIT")?)
    }
}
