//! Losses, and buffers that went to their owners.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::replacements::left_of;
use super::rows::{BufferReturnRow, FindingRow, LossMoveRow, LossRow};
use crate::certification::model::{CertificationPartId, DutyState, Loss, LossId, LossMove};
use crate::certification::rules::Take;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::BatchId;
use crate::restoration::ProjectId;
use crate::schema::{loss_findings, loss_moves, losses};

/// Loads a loss; an unknown id is not found.
pub(in crate::certification) fn loss(c: &mut Conn, id: LossId) -> Answer<Loss> {
    let row = loss_findings::table.find(id).select(FindingRow::as_select()).first(c).optional()?;
    let row: FindingRow = row.ok_or_else(Failure::not_found)?;
    whole(c, vec![row])?.pop().ok_or_else(Failure::not_found)
}

/// Loads one page of the losses of a project, newest first, and one more.
pub(in crate::certification) fn losses(
    c: &mut Conn,
    project: ProjectId,
    before: Option<LossId>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    let mut query = loss_findings::table
        .filter(loss_findings::project_id.eq(project))
        .select(FindingRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(loss_findings::id.lt(before));
    }
    let rows = query.order(loss_findings::id.desc()).limit(limit + 1).load(c)?;
    whole(c, rows)
}

/// Loads losses that were taken from that moment on, the first first, a bounded number of them.
pub(in crate::certification) fn losses_taken(
    c: &mut Conn,
    from: Option<Time>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    let mut query = losses::table.select(losses::finding_id).into_boxed();
    if let Some(from) = from {
        query = query.filter(losses::decided_at.ge(from));
    }
    let ids: Vec<LossId> = query.order((losses::decided_at, losses::id)).limit(limit).load(c)?;
    ids.into_iter().map(|id| loss(c, id)).collect()
}

/// How many m² of a project were lost by now, taken or owed.
pub(in crate::certification) fn lost_m2(c: &mut Conn, project: ProjectId) -> QueryResult<i64> {
    Ok(of_project(c, project)?.iter().map(|row| row.taken_m2 + row.duty_m2).sum())
}

/// How many m² a project still owes in replacement.
pub(in crate::certification) fn owed_m2(c: &mut Conn, project: ProjectId) -> QueryResult<i64> {
    let rows = of_project(c, project)?;
    let left = left_of(c, &rows.iter().map(|row| row.finding_id).collect::<Vec<_>>())?;
    let owed = |row: &LossRow| left.get(&row.finding_id).copied().unwrap_or(row.duty_m2);
    Ok(rows.iter().map(owed).sum())
}

pub(in crate::certification) fn insert_finding(tx: &mut Tx, it: &Loss) -> Answer<()> {
    tx.insert(&FindingRow {
        id: it.id,
        number: it.number.clone(),
        project_id: it.project_id,
        project_number: it.project_number.clone(),
        m2: it.m2.get(),
        found_on: it.found_on,
        reason: it.reason.clone(),
        reference: it.reference.clone(),
        approval_id: it.approval_id,
        entered_by: it.entered_by,
        entered_at: it.entered_at,
    })?;
    Ok(())
}

pub(in crate::certification) fn insert_loss(
    tx: &mut Tx,
    (id, loss): (CertificationPartId, &Loss),
    (taken_m2, duty_m2): (i64, i64),
    moves: &[Take],
) -> Answer<()> {
    let decided_by = tx.actor()?.user_id;
    let decided_at = tx.now();
    tx.insert(&LossRow {
        id,
        finding_id: loss.id,
        project_id: loss.project_id,
        taken_m2,
        duty_m2,
        decided_by,
        decided_at,
    })?;
    let row = |(take, position): (&Take, i64)| LossMoveRow {
        id: CertificationPartId::new(),
        loss_id: id,
        position,
        batch_id: take.batch,
        bucket: take.bucket.as_str().to_owned(),
        m2: take.m2,
    };
    Ok(tx.insert_all(&moves.iter().zip(1..).map(row).collect::<Vec<_>>())?)
}

pub(in crate::certification) fn insert_buffer_return(
    tx: &mut Tx,
    id: CertificationPartId,
    (batch_id, m2): (BatchId, i64),
    returned_by: UserId,
) -> Answer<()> {
    let returned_at = tx.now();
    Ok(tx.insert(&BufferReturnRow { id, batch_id, m2, returned_by, returned_at })?)
}

/// A project has few losses: each is a decision of two people.
fn of_project(c: &mut Conn, project: ProjectId) -> QueryResult<Vec<LossRow>> {
    losses::table.filter(losses::project_id.eq(project)).select(LossRow::as_select()).load(c)
}

/// Adds to losses what was taken and what is still owed: one query for all of each.
pub(super) fn whole(c: &mut Conn, rows: Vec<FindingRow>) -> Answer<Vec<Loss>> {
    let ids: Vec<LossId> = rows.iter().map(|row| row.id).collect();
    let decided = losses::table.filter(losses::finding_id.eq_any(&ids));
    let decided: Vec<LossRow> = match c {
        Conn::Pg(c) => decided.select(LossRow::as_select()).load(c)?,
        Conn::Sqlite(c) => decided.select(LossRow::as_select()).load(c)?,
    };
    let taken: Vec<CertificationPartId> = decided.iter().map(|row| row.id).collect();
    let moved =
        loss_moves::table.filter(loss_moves::loss_id.eq_any(&taken)).order(loss_moves::position);
    let moved: Vec<LossMoveRow> = match c {
        Conn::Pg(c) => moved.select(LossMoveRow::as_select()).load(c)?,
        Conn::Sqlite(c) => moved.select(LossMoveRow::as_select()).load(c)?,
    };
    let mut moves: BTreeMap<CertificationPartId, Vec<LossMove>> = BTreeMap::new();
    for row in moved {
        let moved = LossMove { batch_id: row.batch_id, bucket: row.bucket, m2: row.m2 };
        moves.entry(row.loss_id).or_default().push(moved);
    }
    let left = left_of(c, &ids)?;
    let loss = |row: FindingRow| {
        let taken = decided.iter().find(|loss| loss.finding_id == row.id);
        let m2 = SquareMetres::try_from(row.m2);
        let duty_m2 = taken.map_or(0, |loss| loss.duty_m2);
        let owed_m2 = left.get(&row.id).copied().unwrap_or(duty_m2);
        Ok(Loss {
            id: row.id,
            number: row.number,
            project_id: row.project_id,
            project_number: row.project_number,
            m2: m2.map_err(|_| Failure::broken("a loss has a positive area"))?,
            found_on: row.found_on,
            reason: row.reason,
            reference: row.reference,
            approval_id: row.approval_id,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_at: taken.map(|loss| loss.decided_at),
            moves: taken.and_then(|loss| moves.remove(&loss.id)).unwrap_or_default(),
            duty_m2,
            owed_m2,
            duty: match (duty_m2, owed_m2) {
                (0, _) => DutyState::None,
                (_, 0) => DutyState::Fulfilled,
                _ => DutyState::Open,
            },
        })
    };
    rows.into_iter().map(loss).collect()
}
