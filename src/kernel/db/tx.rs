//! The write transaction that `db.write` hands to an action.

use diesel::prelude::*;
use serde::Serialize;

use super::chain::{Change, Event, Outcome, Pending};
use super::connection::Conn;
use super::record::{Digested, Record, record};
use crate::kernel::actor::{Actor, Doing};
use crate::kernel::clock::Time;
use crate::kernel::ids::id;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::version::{VersionRefused, version_of};
use crate::schema::counters;

/// One transaction, and what the commands that share it have done so far.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    now: Time,
    commands: Vec<Command>,
}

struct Command {
    doing: Doing,
    event: Option<Event>,
    changes: Vec<Change>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut Conn, now: Time, doings: Vec<Doing>) -> Self {
        let commands =
            doings.into_iter().map(|doing| Command { doing, event: None, changes: Vec::new() });
        Self { conn, now, commands: commands.collect() }
    }

    /// For queries; rows are written through [`Tx::insert`] and its like only.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// The time of these commands, never before that of an earlier one.
    pub fn now(&self) -> Time {
        self.now
    }

    /// What is being done, for an action that handles one command.
    pub fn doing(&self) -> Answer<&Doing> {
        let command = self.commands.first();
        command.map(|c| &c.doing).ok_or_else(|| Failure::broken("a transaction has a command"))
    }

    /// Who is doing it, for an action that handles one command.
    pub fn actor(&self) -> Answer<Actor> {
        self.doing()?.actor().cloned()
    }

    /// Who does the command with that index, for plural actions.
    pub fn actor_of(&self, command: usize) -> Answer<&Actor> {
        let command = self.commands.get(command);
        command.ok_or_else(|| Failure::broken("a plural action knows its commands"))?.doing.actor()
    }

    /// Refuses the command when its caller saw another version of this resource, as the operation
    /// that shows it would answer it now.
    pub fn expect_version<V: Serialize>(
        &mut self,
        view: impl FnOnce(&mut Conn) -> Answer<V>,
    ) -> Answer<()> {
        let Some(expected) = self.doing()?.expected.clone() else { return Ok(()) };
        let view = view(self.conn)?;
        let bytes = serde_json::to_vec(&view).map_err(anyhow::Error::from)?;
        if expected.admits(&version_of(&bytes)) {
            Ok(())
        } else {
            Err(VersionRefused::Stale.into())
        }
    }

    pub fn insert<R: Digested>(&mut self, row: &R) -> QueryResult<()> {
        self.insert_all(std::slice::from_ref(row))
    }

    pub fn insert_all<R: Digested>(&mut self, rows: &[R]) -> QueryResult<()> {
        R::insert(self.conn, rows)?;
        rows.iter().for_each(|row| self.saw(0, row));
        Ok(())
    }

    /// Inserts rows of several commands: each row with the index of its command.
    pub fn insert_each<R: Digested>(&mut self, rows: Vec<(usize, R)>) -> QueryResult<()> {
        rows.iter().for_each(|(command, row)| self.saw(*command, row));
        let rows: Vec<R> = rows.into_iter().map(|(_, row)| row).collect();
        R::insert(self.conn, &rows)
    }

    /// Replaces all columns of the row with this id.
    pub fn update<R: Digested>(&mut self, row: &R) -> QueryResult<()> {
        self.update_of(0, row)
    }

    /// Replaces all columns of many rows: one statement on PostgreSQL.
    pub fn update_all<R: Digested>(&mut self, rows: &[R]) -> QueryResult<()> {
        if R::update_all(self.conn, rows)? != rows.len() {
            return Err(diesel::result::Error::NotFound);
        }
        rows.iter().for_each(|row| self.saw(0, row));
        Ok(())
    }

    /// Replaces a row on behalf of the command with that index.
    pub fn update_of<R: Digested>(&mut self, command: usize, row: &R) -> QueryResult<()> {
        match row.update(self.conn)? {
            0 => Err(diesel::result::Error::NotFound),
            _ => {
                self.saw(command, row);
                Ok(())
            }
        }
    }

    /// Inserts rows that can be computed from others and are therefore not digested.
    pub fn insert_derived<R: Record>(&mut self, rows: &[R]) -> QueryResult<()> {
        R::insert(self.conn, rows)
    }

    /// Says what the command did; once for each command that saves rows.
    pub fn record(&mut self, event: Event) {
        self.record_of(0, event);
    }

    /// Says what the command with that index did.
    pub fn record_of(&mut self, command: usize, event: Event) {
        if let Some(command) = self.commands.get_mut(command) {
            command.event = Some(event);
        }
    }

    /// Returns 1, 2, 3 … for each name, without gaps.
    pub fn next_number(&mut self, name: &str) -> QueryResult<i64> {
        self.next_numbers(name, &[0])
    }

    /// Takes one number for each of these commands and returns the first.
    pub fn next_numbers(&mut self, name: &str, commands: &[usize]) -> QueryResult<i64> {
        let taken = i64::try_from(commands.len()).map_err(|_| diesel::result::Error::NotFound)?;
        let on_behalf_of = commands.last().copied().unwrap_or_default();
        let found: Option<CounterRow> = counters::table
            .filter(counters::name.eq(name))
            .select(CounterRow::as_select())
            .first(self.conn)
            .optional()?;
        match found {
            Some(row) => {
                let row = CounterRow { value: row.value + taken, ..row };
                self.update_of(on_behalf_of, &row)?;
                Ok(row.value - taken + 1)
            }
            None => {
                let row = CounterRow { id: CounterId::new(), name: name.to_owned(), value: taken };
                self.insert_each(vec![(on_behalf_of, row)])?;
                Ok(1)
            }
        }
    }

    fn saw<R: Digested>(&mut self, command: usize, row: &R) {
        if let Some(command) = self.commands.get_mut(command) {
            let change = Change { table: R::TABLE, row_id: row.row_id(), digest: row.digest() };
            command.changes.push(change);
        }
    }

    /// Whether the command saved rows; one that did must have said what it did.
    pub(super) fn had_effect(&self, command: usize) -> Answer<bool> {
        match self.commands.get(command) {
            Some(Command { event: None, changes, doing }) if !changes.is_empty() => Err(
                Failure::broken(&format!("{} saved rows and recorded no event", doing.operation)),
            ),
            Some(command) => Ok(!command.changes.is_empty() || command.event.is_some()),
            None => Ok(false),
        }
    }

    /// Ends the work of the commands and returns what the chain is to keep of those that had an
    /// effect.
    pub(super) fn into_pending(self) -> Vec<Option<Pending>> {
        let pending = |command: Command| {
            command.event.map(|event| Pending {
                doing: command.doing,
                outcome: Outcome::Done,
                event,
                changes: command.changes,
            })
        };
        self.commands.into_iter().map(pending).collect()
    }
}

id! {
    /// A counter.
    pub struct CounterId;
}

record! {
    /// A row is the last number given under a name.
    pub(crate) struct CounterRow in counters {
        id: CounterId as Id,
        name: String as Text,
        value: i64 as BigInt,
    }
}
