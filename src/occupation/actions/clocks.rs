//! Terms that run, and what the clock asks for when they are over.

use chrono::NaiveDate;
use uuid::Uuid;

use super::balance::{count_releases, has_uncounted};
use super::reviews::accepted;
use crate::identity;
use crate::inventory::{self, Duty, DutyLandId, shape_of_text};
use crate::kernel::actor::Doing;
use crate::kernel::db::{Db, Event, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::model::{ClockId, ClockKind, ClockState, OccupationState};
use crate::occupation::store::{self, ClockRow, OccupationRow};

/// How many terms one command looks at, so that the writer is not held up.
const CLOCKS_PER_COMMAND_MAX: i64 = 50;

/// For what a term runs.
#[derive(Debug, Clone)]
pub(super) struct Running<'a> {
    pub(super) id: Uuid,
    pub(super) subject: String,
    pub(super) county: &'a RegionCode,
}

impl<'a> Running<'a> {
    fn of(occupation: &'a OccupationRow) -> Self {
        Self {
            id: occupation.id.uuid(),
            subject: occupation.number.clone(),
            county: &occupation.county,
        }
    }
}

/// Lets a term of so many working days run from today; returns its last day.
pub(super) fn start(
    tx: &mut Tx,
    occupation: &OccupationRow,
    kind: ClockKind,
    working_days: u32,
) -> Answer<NaiveDate> {
    let calendar = identity::calendar(tx.conn())?;
    let due_on = calendar.term_end(tx.now().date_in_shanghai(), working_days);
    let due_on = due_on.ok_or_else(|| Failure::broken("the calendar has working days"))?;
    start_on(tx, occupation, kind, due_on)?;
    Ok(due_on)
}

/// Lets a term run until that day.
pub(super) fn start_on(
    tx: &mut Tx,
    occupation: &OccupationRow,
    kind: ClockKind,
    due_on: NaiveDate,
) -> Answer<()> {
    run_until(tx, &Running::of(occupation), kind, due_on)
}

/// Lets a term of anything run until that day.
pub(super) fn run_until(
    tx: &mut Tx,
    it: &Running,
    kind: ClockKind,
    due_on: NaiveDate,
) -> Answer<()> {
    Ok(tx.insert(&ClockRow {
        id: ClockId::new(),
        subject_id: RawId(it.id),
        subject: it.subject.clone(),
        county: it.county.clone(),
        kind,
        due_on,
        state: ClockState::Running,
        ended_at: None,
    })?)
}

/// What the term was for is done: kept, or resolved when it was missed.
pub(super) fn stop(tx: &mut Tx, subject: Uuid, kind: ClockKind) -> Answer<()> {
    if let Some(clock) = store::running_clock(tx.conn(), subject, kind)? {
        end(tx, clock)?;
    }
    Ok(())
}

/// Ends all terms of something.
pub(super) fn stop_all(tx: &mut Tx, subject: Uuid) -> Answer<()> {
    for clock in store::running_clocks(tx.conn(), subject)? {
        end(tx, clock)?;
    }
    Ok(())
}

fn end(tx: &mut Tx, clock: ClockRow) -> Answer<()> {
    let today = tx.now().date_in_shanghai();
    let in_time = clock.state == ClockState::Running && today <= clock.due_on;
    let state = if in_time { ClockState::Kept } else { ClockState::Resolved };
    Ok(tx.update(&ClockRow { state, ended_at: Some(tx.now()), ..clock })?)
}

/// Gives a term another last day.
pub(super) fn move_to(
    tx: &mut Tx,
    subject: Uuid,
    kind: ClockKind,
    due_on: NaiveDate,
) -> Answer<()> {
    if let Some(clock) = store::running_clock(tx.conn(), subject, kind)? {
        tx.update(&ClockRow { due_on, state: ClockState::Running, ended_at: None, ..clock })?;
    }
    Ok(())
}

/// Does what the clock asks of occupation: silence accepts an application (R76), a missed term raises
/// its alarm, and releases are counted; returns how much. Where nothing is due it only reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut done = 0;
    if db.read(None, has_uncounted).await? {
        done += db.write(Doing::system("count_releases"), count).await?;
    }
    loop {
        let today = db.clock().now().date_in_shanghai();
        let due = db.read(None, move |c| store::clocks_due(c, today, 1)).await?;
        if due.is_empty() {
            return Ok(done);
        }
        done += db.write(Doing::system("end_terms"), end_terms).await?;
    }
}

fn count(tx: &mut Tx) -> Answer<usize> {
    let counted = count_releases(tx)?;
    if counted > 0 {
        tx.record(Event {
            subject: "balances".into(),
            after: Some(serde_json::json!({ "releases": counted })),
            ..Event::default()
        });
    }
    Ok(counted)
}

/// Ends terms whose last day has passed, as they are now.
fn end_terms(tx: &mut Tx) -> Answer<usize> {
    let today = tx.now().date_in_shanghai();
    let due = store::clocks_due(tx.conn(), today, CLOCKS_PER_COMMAND_MAX)?;
    let (mut missed, mut silent) = (Vec::new(), Vec::new());
    for clock in &due {
        if clock.kind == ClockKind::Acceptance {
            let occupation = store::occupation(tx.conn(), clock.subject_id.0.into())?;
            let state = store::state(tx.conn(), occupation.id)?;
            if state.state == OccupationState::Submitted {
                accepted(tx, &occupation, state, clock.due_on, true)?;
                silent.push(clock.subject.clone());
                continue;
            }
        }
        miss(tx, clock)?;
        missed.push(format!("{} {}", clock.subject, clock.kind));
    }
    if !due.is_empty() {
        tx.record(Event {
            subject: "occupation_clocks".into(),
            after: Some(serde_json::json!({ "missed": missed, "accepted_by_silence": silent })),
            ..Event::default()
        });
    }
    Ok(due.len())
}

/// A missed term is an alarm. Land that was not restored in its year is under a duty from then on,
/// and what is restored there earns no credit (R34, R83).
fn miss(tx: &mut Tx, clock: &ClockRow) -> Answer<()> {
    let now = tx.now();
    tx.update(&ClockRow { state: ClockState::Missed, ended_at: Some(now), ..clock.clone() })?;
    if clock.kind != ClockKind::Restoration {
        return Ok(());
    }
    let occupation = store::occupation(tx.conn(), clock.subject_id.0.into())?;
    let shape = shape_of_text(&occupation.polygon)
        .map_err(|_| Failure::broken("an application has a valid shape"))?;
    let basis: Label = format!("临时占用期满未恢复：{}", occupation.number)
        .parse()
        .map_err(|_| Failure::broken("a number makes a short text"))?;
    let duty = Duty {
        id: DutyLandId::new(),
        county: occupation.county.clone(),
        subject: format!("occupation:{}", occupation.id),
        basis,
    };
    inventory::impose_duty(tx, &duty, &shape)
}
