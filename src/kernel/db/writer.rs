//! The one writer. It takes every waiting command, up to a limit and without a timer, opens one
//! transaction, runs them in order, appends their entries to the audit chain, commits once, and
//! only then answers them all. That gives a strictly serial history on both engines, a chain
//! without contention, no deadlocks, and one flush to disk for many trades.
//!
//! Why not a transaction for each command: a county's share accounts are hot rows; transactions
//! queue up for them and each pays its own flush. `benches/settlement` measures the difference.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use actix_web::http::StatusCode;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use tokio::sync::mpsc;

use super::chain::{self, Event, HeadRow, Outcome, Pending};
use super::connection::{self, Address, Conn, Use};
use super::door::{settle_at_the_door, turn_away};
use super::faults;
use super::health::Health;
use super::standing::{self, OnceId, OnceKey, OnceRow};
use super::statistics::Statistics;
use super::tx::Tx;
use super::wal::WalCopy;
use super::work::Work;
use crate::kernel::actor::Doing;
use crate::kernel::clock::{Clock, Time};
use crate::kernel::problem::{Answer, Failure, Problem, unavailable};
use crate::schema::audit_entries;

/// How often a batch is tried again after a serialization failure or a deadlock.
const TRIES_MAX: u32 = 5;

/// How often others get the processor before a batch that is smaller than the last one begins.
const YIELDS_MAX: u32 = 200;

pub(super) struct Writer {
    pub(super) address: Address,
    pub(super) clock: Clock,
    pub(super) commands: mpsc::Receiver<Box<dyn Work>>,
    pub(super) batch_max: usize,
    pub(super) conn: Option<Conn>,
    pub(super) deferred: Vec<Box<dyn Work>>,
    /// How many commands were taken together last time.
    pub(super) last_batch: usize,
    pub(super) statistics: Statistics,
    pub(super) wal: WalCopy,
    pub(super) health: Health,
}

/// The table whose rows say what people may do.
const PEOPLE: &str = "users";

/// Commands that wait.
type Works = Vec<Box<dyn Work>>;

/// Why a batch as a whole did not get through.
enum Stop {
    /// Another instance was in the way: the same again.
    Again,
    /// Something in it cannot be saved: each command for itself.
    Fault(anyhow::Error),
    /// The connection was lost; the batch's last entry tells whether it was committed.
    Lost { last: Option<(i64, Vec<u8>)>, cause: anyhow::Error },
}

impl Writer {
    /// Runs until all senders are gone and the last command is answered.
    pub(super) fn run(mut self) {
        while let Some(works) = self.next_batch() {
            self.handle(works);
            if let Some(conn) = self.conn.as_mut() {
                self.statistics.renew(conn);
            }
        }
        self.wal.end(self.conn.as_mut());
    }

    /// Everything that waits, up to the limit, with hot commands of one kind joined.
    fn next_batch(&mut self) -> Option<Vec<Box<dyn Work>>> {
        let mut works = std::mem::take(&mut self.deferred);
        if works.is_empty() {
            works.push(self.next_command()?);
        }
        // Those who were just answered are about to send again: they get the processor first, until
        // there are as many as last time. Who is alone waits for nobody.
        for _ in 0..YIELDS_MAX {
            while works.len() < self.batch_max {
                let Ok(work) = self.commands.try_recv() else { break };
                works.push(work);
            }
            if works.len() >= self.last_batch {
                break;
            }
            std::thread::yield_now();
        }
        self.last_batch = works.len();
        Some(self.joined(self.without_twins(works)))
    }

    fn without_twins(&self, works: Works) -> (Works, Works) {
        let mut seen = HashSet::new();
        works.into_iter().partition(|work| {
            let keys: Vec<_> = work.doings().iter().filter_map(standing::once_key).collect();
            keys.into_iter().all(|key| seen.insert(key))
        })
    }

    /// A request with the same key as an earlier one of the batch waits for the next batch, where
    /// it finds the kept answer.
    fn joined(&mut self, (works, twins): (Works, Works)) -> Vec<Box<dyn Work>> {
        self.deferred = twins;
        let mut joined: Vec<Box<dyn Work>> = Vec::with_capacity(works.len());
        for work in works {
            let kind = work.kind();
            let same = joined.iter_mut().find(|other| kind.is_some() && other.kind() == kind);
            match same {
                Some(other) => other.absorb(work),
                None => joined.push(work),
            }
        }
        joined
    }

    fn handle(&mut self, mut works: Vec<Box<dyn Work>>) {
        for _ in 0..TRIES_MAX {
            match self.attempt(&mut works) {
                Ok(()) => return works.into_iter().for_each(|work| work.answer(None)),
                Err(Stop::Again) => works.iter_mut().for_each(|work| work.forget()),
                Err(Stop::Fault(cause)) => return self.one_by_one(works, cause),
                Err(Stop::Lost { last, cause }) => {
                    tracing::error!("the database cannot be written: {cause:#}");
                    self.health.lost(self.clock.now(), &cause);
                    let committed = last.is_some_and(|last| self.is_committed(&last));
                    if committed {
                        self.health.well();
                    }
                    let instead = (!committed).then(unavailable);
                    return works.into_iter().for_each(|work| work.answer(instead.as_ref()));
                }
            }
        }
        let busy = unavailable();
        works.into_iter().for_each(|work| work.answer(Some(&busy)));
    }

    /// The batch cannot be saved as a whole: only the guilty one is to answer for it.
    fn one_by_one(&mut self, works: Vec<Box<dyn Work>>, cause: anyhow::Error) {
        let mut alone: Vec<Box<dyn Work>> =
            works.into_iter().flat_map(|work| work.split()).collect();
        alone.iter_mut().for_each(|work| work.forget());
        if alone.len() > 1 {
            tracing::warn!("a batch of {} is run one by one: {cause:#}", alone.len());
            return alone.into_iter().for_each(|work| self.handle(vec![work]));
        }
        tracing::error!("a command cannot be saved: {cause:#}");
        let problem = crate::kernel::problem::internal_error();
        alone.into_iter().for_each(|work| work.answer(Some(&problem)));
    }

    fn attempt(&mut self, works: &mut [Box<dyn Work>]) -> Result<(), Stop> {
        let now = self.clock.now();
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => connection::open(&self.address, Use::Writing)
                .map_err(|cause| Stop::Lost { last: None, cause })?,
        };
        let result = transaction(&mut conn, now, works);
        match &result {
            Ok(Saved { rows, before }) => {
                self.statistics.count(*rows, *before);
                self.wal.count(*rows);
                if *rows > 0 {
                    self.health.well();
                }
                self.conn = Some(conn);
            }
            Err(Stop::Lost { .. }) => {}
            // A connection that cannot even roll back is not used again.
            Err(_) => self.conn = conn.batch_execute("ROLLBACK").is_ok().then_some(conn),
        }
        result.map(|_| ())
    }

    /// Looks with a new connection whether the entry is in the chain. Locking the end of the chain
    /// waits for the lost transaction, which may still be on its way to its commit.
    fn is_committed(&mut self, (seq, hash): &(i64, Vec<u8>)) -> bool {
        let found = connection::open(&self.address, Use::Writing).and_then(|mut conn| {
            conn.batch_execute("BEGIN; SET LOCAL lock_timeout = '10s'")?;
            chain::lock_head(&mut conn)?;
            let found = audit_entries::table
                .find(seq)
                .select(audit_entries::hash)
                .first::<Vec<u8>>(&mut conn)
                .optional()?;
            conn.batch_execute("ROLLBACK")?;
            self.conn = Some(conn);
            Ok(found)
        });
        match found {
            Ok(found) => found.as_ref() == Some(hash),
            Err(cause) => {
                tracing::error!("whether the last batch was committed is not known: {cause:#}");
                false
            }
        }
    }
}

/// What a transaction added.
struct Saved {
    rows: usize,
    /// How many entries the log had before it.
    before: i64,
}

/// One transaction: begin, run, chain, commit.
fn transaction(conn: &mut Conn, clock: Time, works: &mut [Box<dyn Work>]) -> Result<Saved, Stop> {
    begin(conn)?;
    let head = chain::lock_head(conn)?;
    let now = clock.max(head.recorded_at);
    let free_again = settle_at_the_door(conn, works, now)?;
    let mut pending = Vec::new();
    let among_others = works.len() > 1;
    let mut rights_changed = false;
    for work in works.iter_mut() {
        if rights_changed {
            turn_away(conn, std::slice::from_mut(work))?;
        }
        let entries = run(conn, now, work.as_mut(), among_others, &free_again)?;
        let mut saved = entries.iter().flat_map(|entry| &entry.changes);
        rights_changed |= saved.any(|change| change.table == PEOPLE);
        pending.extend(entries);
    }
    let rows = pending.iter().map(|entry| entry.changes.len()).sum();
    let saved = Saved { rows, before: head.seq };
    if pending.is_empty() {
        conn.batch_execute("COMMIT")?;
        return Ok(saved);
    }
    let head = chain::append(conn, &head, now, pending)?;
    conn.batch_execute("COMMIT").map_err(|cause| in_commit(conn, head, cause))?;
    Ok(saved)
}

pub(super) fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Pg(conn) => conn.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED"),
        Conn::Sqlite(conn) => conn.batch_execute("BEGIN IMMEDIATE"),
    }
}

/// Runs one work in a savepoint of its own, so that what fails in it does not touch its
/// neighbours; returns the entries that the chain is to keep of it.
fn run(
    conn: &mut Conn,
    now: Time,
    work: &mut dyn Work,
    among_others: bool,
    free_again: &HashMap<OnceKey, OnceId>,
) -> Result<Vec<Pending>, Stop> {
    let doings = work.doings();
    let open: Vec<usize> = (0..doings.len()).filter(|&c| !work.is_settled(c)).collect();
    let running: Vec<Doing> = open.iter().filter_map(|&c| doings.get(c).cloned()).collect();
    if running.is_empty() {
        return Ok(Vec::new());
    }
    // Many commands of one kind and nothing else: if they fail, all of it is run one by one anyway.
    let own_savepoint = among_others || running.len() == 1;
    if own_savepoint {
        conn.batch_execute("SAVEPOINT work")?;
    }
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut tx = Tx::new(conn, now, running.clone());
        work.run(&mut tx)?;
        finish(tx, work, &open, &running, free_again)
    }));
    let failure = match ran {
        Ok(Ok(done)) => {
            if own_savepoint {
                conn.batch_execute("RELEASE SAVEPOINT work")?;
            }
            return Ok(with_refusals(done, work, &open, running));
        }
        Ok(Err(failure)) => failure,
        Err(_) => Failure::broken("an action does not panic"),
    };
    if let Failure::Broken(cause) = &failure
        && let Some(stop) = stop_of(cause)
    {
        return Err(stop);
    }
    if own_savepoint {
        conn.batch_execute("ROLLBACK TO SAVEPOINT work; RELEASE SAVEPOINT work")?;
    }
    if let [alone] = open[..] {
        work.fail(alone, failure);
        return Ok(with_refusals(vec![None], work, &open, running));
    }
    Err(Stop::Fault(anyhow::anyhow!("{failure:?}")))
}

/// Keeps the answers of requests that may come twice, and takes the entries.
pub(super) fn finish(
    mut tx: Tx<'_>,
    work: &dyn Work,
    open: &[usize],
    running: &[Doing],
    free_again: &HashMap<OnceKey, OnceId>,
) -> Answer<Vec<Option<Pending>>> {
    let now = tx.now();
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for (n, (command, doing)) in open.iter().zip(running).enumerate() {
        if tx.had_effect(n)?
            && let Some(Ok(answer)) = work.outcome(*command)
        {
            let Some(row) = standing::to_keep(doing, answer, now) else { continue };
            match free_again.get(&row.once_key()) {
                Some(&id) => again.push((n, OnceRow { id, ..row })),
                None => new.push((n, row)),
            }
        }
    }
    tx.insert_each(new)?;
    for (n, row) in again {
        tx.update_of(n, &row)?;
    }
    Ok(tx.into_pending())
}

/// Adds an entry for each command that a rule refused; what strangers get wrong is not kept, so
/// that they cannot fill the chain.
fn with_refusals(
    done: Vec<Option<Pending>>,
    work: &dyn Work,
    open: &[usize],
    running: Vec<Doing>,
) -> Vec<Pending> {
    let each = done.into_iter().zip(open).zip(running);
    let entry = |((done, command), doing): ((Option<Pending>, &usize), Doing)| {
        done.or_else(|| refusal(doing, work.outcome(*command)?.err()?))
    };
    each.filter_map(entry).collect()
}

fn refusal(doing: Doing, problem: Problem) -> Option<Pending> {
    let by_rule = [StatusCode::FORBIDDEN, StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
    if doing.actor.is_none() || !by_rule.contains(&problem.status) {
        return None;
    }
    let event = Event {
        subject: format!("problem:{}", problem.code),
        reason: Some(problem.english),
        ..Event::default()
    };
    Some(Pending { doing, outcome: Outcome::Refused, event, changes: Vec::new() })
}

impl From<diesel::result::Error> for Stop {
    fn from(cause: diesel::result::Error) -> Self {
        let cause = anyhow::Error::from(cause);
        stop_of(&cause).unwrap_or(Self::Fault(cause))
    }
}

/// Tells causes that concern the batch as a whole; others are the business of one command.
fn stop_of(cause: &anyhow::Error) -> Option<Stop> {
    let Some(diesel::result::Error::DatabaseError(kind, info)) = cause.downcast_ref() else {
        return None;
    };
    let message = info.message();
    match kind {
        DatabaseErrorKind::SerializationFailure => Some(Stop::Again),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            Some(Stop::Lost { last: None, cause: anyhow::anyhow!("{message}") })
        }
        _ if message.contains("deadlock detected") || message.contains("database is locked") => {
            Some(Stop::Again)
        }
        _ if faults::cannot_write(message) => {
            Some(Stop::Lost { last: None, cause: anyhow::anyhow!("{message}") })
        }
        _ => None,
    }
}

/// On PostgreSQL an error in COMMIT leaves open whether it took effect, unless the server says so.
fn in_commit(conn: &Conn, head: HeadRow, cause: diesel::result::Error) -> Stop {
    match (conn, Stop::from(cause)) {
        (_, Stop::Again) => Stop::Again,
        (Conn::Sqlite(_), stop) => stop,
        (Conn::Pg(_), Stop::Fault(cause) | Stop::Lost { cause, .. }) => {
            Stop::Lost { last: Some((head.seq, head.hash)), cause }
        }
    }
}
