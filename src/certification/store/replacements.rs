//! Replacements of restored land that was lost.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Whose;
use super::losses::whole;
use super::rows::{FindingRow, ReplacementRow, TakingRow};
use crate::certification::model::{
    ApplicationId, CertificationPartId, Loss, LossId, Replacement, ReplacementId,
};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{batches, loss_findings, losses, replacement_takings, replacements};

/// Loads a replacement; an unknown id is not found.
pub(in crate::certification) fn replacement(
    c: &mut Conn,
    id: ReplacementId,
) -> Answer<Replacement> {
    let row: Option<ReplacementRow> =
        replacements::table.find(id).select(ReplacementRow::as_select()).first(c).optional()?;
    let rows = vec![row.ok_or_else(Failure::not_found)?];
    with_takings(c, rows)?.pop().ok_or_else(Failure::not_found)
}

/// Loads one page of the replacements of a loss, newest first, and one more.
pub(in crate::certification) fn replacements(
    c: &mut Conn,
    loss: LossId,
    before: Option<ReplacementId>,
    limit: i64,
) -> Answer<Vec<Replacement>> {
    let mut query = replacements::table
        .filter(replacements::loss_id.eq(loss))
        .select(ReplacementRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(replacements::id.lt(before));
    }
    let rows = query.order(replacements::id.desc()).limit(limit + 1).load(c)?;
    with_takings(c, rows)
}

/// Loads one page of the losses that left something to replace, newest first, and one more.
pub(in crate::certification) fn duties(
    c: &mut Conn,
    whose: &Whose,
    open: bool,
    before: Option<LossId>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    let nothing_left =
        replacement_takings::loss_id.eq(loss_findings::id).and(replacement_takings::left_m2.eq(0));
    let mut query = loss_findings::table
        .inner_join(losses::table.on(losses::finding_id.eq(loss_findings::id)))
        .left_join(replacement_takings::table.on(nothing_left))
        .filter(losses::duty_m2.gt(0))
        .select(FindingRow::as_select())
        .into_boxed();
    let of_project = batches::table.select(batches::project_id);
    query = match whose {
        Whose::Owner(owner) => {
            let theirs = of_project.filter(batches::owner_id.eq(*owner));
            query.filter(losses::project_id.eq_any(theirs))
        }
        Whose::Region(region) => {
            let there = of_project.filter(batches::county.like(format!("{region}%")));
            query.filter(losses::project_id.eq_any(there))
        }
    };
    if open {
        query = query.filter(replacement_takings::id.is_null());
    }
    if let Some(before) = before {
        query = query.filter(loss_findings::id.lt(before));
    }
    let rows = query.order(loss_findings::id.desc()).limit(limit + 1).load(c)?;
    whole(c, rows)
}

/// What each of these losses still owes after the replacements that were taken; a loss without one
/// is absent.
pub(super) fn left_of(c: &mut Conn, losses: &[LossId]) -> QueryResult<BTreeMap<LossId, i64>> {
    let taken = replacement_takings::table
        .filter(replacement_takings::loss_id.eq_any(losses))
        .group_by(replacement_takings::loss_id)
        .select((
            replacement_takings::loss_id,
            diesel::dsl::min(replacement_takings::left_m2).assume_not_null(),
        ));
    let rows: Vec<(LossId, i64)> = match c {
        Conn::Pg(c) => taken.load(c)?,
        Conn::Sqlite(c) => taken.load(c)?,
    };
    Ok(rows.into_iter().collect())
}

/// Which losses the land of these applications replaces.
pub(super) fn replaced_by(
    c: &mut Conn,
    applications: &[ApplicationId],
) -> QueryResult<BTreeMap<ApplicationId, LossId>> {
    let taken = replacement_takings::table
        .filter(replacement_takings::application_id.eq_any(applications.iter().copied().map(Some)))
        .select((
            replacement_takings::application_id.assume_not_null(),
            replacement_takings::loss_id,
        ));
    let rows: Vec<(ApplicationId, LossId)> = match c {
        Conn::Pg(c) => taken.load(c)?,
        Conn::Sqlite(c) => taken.load(c)?,
    };
    Ok(rows.into_iter().collect())
}

pub(in crate::certification) fn insert_replacement(tx: &mut Tx, it: &Replacement) -> Answer<()> {
    tx.insert(&ReplacementRow {
        id: it.id,
        number: it.number.clone(),
        loss_id: it.loss_id,
        owner_id: it.owner,
        kind: it.kind,
        batch_id: it.batch_id,
        application_id: it.application_id,
        m2: it.m2.get(),
        reason: it.reason.clone(),
        reference: it.reference.clone(),
        approval_id: it.approval_id,
        offered_by: it.offered_by,
        offered_at: it.offered_at,
    })?;
    Ok(())
}

pub(in crate::certification) fn insert_taking(
    tx: &mut Tx,
    id: CertificationPartId,
    it: &Replacement,
    left_m2: i64,
) -> Answer<()> {
    let (taken_by, taken_at) = (tx.actor()?.user_id, tx.now());
    tx.insert(&TakingRow {
        id,
        replacement_id: it.id,
        loss_id: it.loss_id,
        application_id: it.application_id,
        m2: it.m2.get(),
        left_m2,
        taken_by,
        taken_at,
    })?;
    Ok(())
}

fn with_takings(c: &mut Conn, rows: Vec<ReplacementRow>) -> Answer<Vec<Replacement>> {
    let ids: Vec<ReplacementId> = rows.iter().map(|row| row.id).collect();
    let taken = replacement_takings::table.filter(replacement_takings::replacement_id.eq_any(&ids));
    let taken: Vec<TakingRow> = match c {
        Conn::Pg(c) => taken.select(TakingRow::as_select()).load(c)?,
        Conn::Sqlite(c) => taken.select(TakingRow::as_select()).load(c)?,
    };
    let replacement = |row: ReplacementRow| {
        let taking = taken.iter().find(|taking| taking.replacement_id == row.id);
        let m2 = SquareMetres::try_from(row.m2);
        Ok(Replacement {
            id: row.id,
            number: row.number,
            loss_id: row.loss_id,
            owner: row.owner_id,
            kind: row.kind,
            batch_id: row.batch_id,
            application_id: row.application_id,
            m2: m2.map_err(|_| Failure::broken("a replacement has a positive area"))?,
            reason: row.reason,
            reference: row.reference,
            approval_id: row.approval_id,
            offered_by: row.offered_by,
            offered_at: row.offered_at,
            taken_at: taking.map(|taking| taking.taken_at),
            left_m2: taking.map(|taking| taking.left_m2),
        })
    };
    rows.into_iter().map(replacement).collect()
}
