//! Every SQL statement of certification.

mod freezes;
mod orders;
mod losses;
mod replacements;
pub(crate) mod rows;

use std::collections::BTreeMap;

use diesel::prelude::*;

use self::rows::{ApplicationRow, BatchRow, DecisionRow, ReleaseRow, TownshipRow};
use crate::certification::model::{
    Application, ApplicationId, Batch, CertificationPartId, Decision, Grade, Release, ReleaseId,
    TownshipShare,
};
use crate::certification::rules::SerialBlock;
use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::restoration::ProjectId;
use crate::schema::{
    batch_townships, batches, certification_applications, certification_decisions, releases,
};

pub(super) use freezes::{
    Freezes, freeze, freezes, insert_freeze, insert_thaw, insert_thaw_request, open_freeze,
    thaw_request,
};
pub(super) use losses::{
    insert_buffer_return, insert_finding, insert_loss, loss, losses, losses_taken, lost_m2, owed_m2,
};
pub(super) use orders::{insert_order, order, orders, update_order};
pub(super) use replacements::{
    duties, insert_replacement, insert_taking, replacement, replacements,
};

/// Whose applications are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those whose credits would go to the organisation.
    Owner(OrganisationId),
    /// Those of land in the region.
    Region(RegionCode),
}

/// Loads an application; an unknown id is not found.
pub(super) fn application(c: &mut Conn, id: ApplicationId) -> Answer<Application> {
    let rows =
        certification_applications::table.find(id).select(ApplicationRow::as_select()).load(c)?;
    with_decisions(c, rows)?.pop().ok_or_else(Failure::not_found)
}

/// Loads one page of applications, newest first, and one more.
pub(super) fn applications(
    c: &mut Conn,
    whose: &Whose,
    before: Option<ApplicationId>,
    limit: i64,
) -> Answer<Vec<Application>> {
    let mut query =
        certification_applications::table.select(ApplicationRow::as_select()).into_boxed();
    match whose {
        Whose::Owner(owner) => {
            query = query.filter(certification_applications::owner_id.eq(*owner));
        }
        Whose::Region(region) => {
            query = query.filter(certification_applications::township.like(format!("{region}%")));
        }
    }
    if let Some(before) = before {
        query = query.filter(certification_applications::id.lt(before));
    }
    let rows: Vec<ApplicationRow> =
        query.order(certification_applications::id.desc()).limit(limit + 1).load(c)?;
    with_decisions(c, rows)
}

/// Loads all applications of a project.
pub(super) fn applications_of(c: &mut Conn, project: ProjectId) -> Answer<Vec<Application>> {
    let rows: Vec<ApplicationRow> = certification_applications::table
        .filter(certification_applications::project_id.eq(project))
        .order(certification_applications::id)
        .select(ApplicationRow::as_select())
        .load(c)?;
    with_decisions(c, rows)
}

/// Loads a batch; an unknown id is not found.
pub(super) fn batch(c: &mut Conn, id: BatchId) -> Answer<Batch> {
    batches_by_id(c, &[id])?.pop().ok_or_else(Failure::not_found)
}

/// Loads the batches with these ids; an unknown id has none.
pub(super) fn batches_by_id(c: &mut Conn, ids: &[BatchId]) -> Answer<Vec<Batch>> {
    let named = batches::table.filter(batches::id.eq_any(ids));
    let rows = match c {
        Conn::Pg(c) => named.select(BatchRow::as_select()).load(c)?,
        Conn::Sqlite(c) => named.select(BatchRow::as_select()).load(c)?,
    };
    whole(c, rows)
}

/// Loads the type and grade of batches; an unknown id has none.
pub(super) fn kinds_by_id(
    c: &mut Conn,
    ids: &[BatchId],
) -> Answer<BTreeMap<BatchId, (WetlandType, i64)>> {
    let rows: Vec<(BatchId, WetlandType, i64)> = batches::table
        .filter(batches::id.eq_any(ids))
        .select((batches::id, batches::wetland_type, batches::grade))
        .load(c)?;
    Ok(rows.into_iter().map(|(id, wetland_type, grade)| (id, (wetland_type, grade))).collect())
}

/// Loads the batches of a project, the first first.
pub(super) fn batches_of_project(c: &mut Conn, project: ProjectId) -> Answer<Vec<Batch>> {
    let rows = batches::table
        .filter(batches::project_id.eq(project))
        .order(batches::id)
        .select(BatchRow::as_select())
        .load(c)?;
    whole(c, rows)
}

/// Loads the batch with that number, if there is one.
pub(super) fn batch_by_number(c: &mut Conn, number: &str) -> Answer<Option<Batch>> {
    let rows =
        batches::table.filter(batches::number.eq(number)).select(BatchRow::as_select()).load(c)?;
    Ok(whole(c, rows)?.pop())
}

/// Loads one page of batches, newest first, and one more.
pub(super) fn batches_page(
    c: &mut Conn,
    before: Option<BatchId>,
    limit: i64,
) -> Answer<Vec<Batch>> {
    let mut query = batches::table.select(BatchRow::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(batches::id.lt(before));
    }
    let rows: Vec<BatchRow> = query.order(batches::id.desc()).limit(limit + 1).load(c)?;
    whole(c, rows)
}

pub(super) fn insert_application(tx: &mut Tx, it: &Application) -> Answer<()> {
    let indicators = serde_json::to_string(&it.grade_indicators)
        .map_err(|_| Failure::broken("names and numbers can be written as JSON"))?;
    tx.insert(&ApplicationRow {
        id: it.id,
        project_id: it.project_id,
        project_number: it.project_number.clone(),
        township: it.township.clone(),
        owner_id: it.owner,
        m2: it.m2.get(),
        wetland_type: it.wetland_type,
        grade: it.grade.get(),
        grade_method: it.grade_method.clone(),
        grade_indicators: indicators,
        entered_by: it.entered_by,
        entered_at: it.entered_at,
    })?;
    Ok(())
}

pub(super) fn insert_decision(tx: &mut Tx, id: ApplicationId, it: &Decision) -> Answer<()> {
    tx.insert(&DecisionRow {
        id: CertificationPartId::new(),
        application_id: id,
        outcome: it.outcome,
        reason: it.reason.clone(),
        decided_by: it.decided_by,
        decided_at: it.decided_at,
    })?;
    Ok(())
}

pub(super) fn insert_batch(tx: &mut Tx, application: ApplicationId, it: &Batch) -> Answer<()> {
    tx.insert(&BatchRow {
        id: it.id,
        application_id: application,
        number: it.number.clone(),
        project_id: it.project_id,
        project_number: it.project_number.clone(),
        county: it.county.clone(),
        owner_id: it.owner,
        assessor_id: it.assessor,
        wetland_type: it.wetland_type,
        grade: it.grade.get(),
        year: it.year,
        issued_m2: it.issued_m2,
        buffer_m2: it.buffer_m2,
        accepted_on: it.accepted_on,
        certified_at: it.certified_at,
    })?;
    let row = |share: &TownshipShare| TownshipRow {
        id: CertificationPartId::new(),
        batch_id: it.id,
        region: share.region.clone(),
        organisation_id: share.organisation_id,
        certified_m2: share.certified_m2,
    };
    tx.insert_all(&it.townships.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

pub(super) fn insert_release(
    tx: &mut Tx,
    id: ReleaseId,
    batch_id: BatchId,
    it: &Release,
) -> Answer<()> {
    let released_by = tx.actor()?.user_id;
    tx.insert(&ReleaseRow {
        id,
        batch_id,
        position: it.milestone.position(),
        milestone: it.milestone,
        percent: it.percent,
        cumulative_m2: it.cumulative_m2,
        step_m2: it.step_m2,
        released_by,
        released_at: it.released_at,
    })?;
    Ok(())
}

fn with_decisions(c: &mut Conn, rows: Vec<ApplicationRow>) -> Answer<Vec<Application>> {
    let ids: Vec<ApplicationId> = rows.iter().map(|row| row.id).collect();
    let of_them =
        certification_decisions::table.filter(certification_decisions::application_id.eq_any(&ids));
    let decisions: Vec<DecisionRow> = match c {
        Conn::Pg(c) => of_them.select(DecisionRow::as_select()).load(c)?,
        Conn::Sqlite(c) => of_them.select(DecisionRow::as_select()).load(c)?,
    };
    let mut decisions: BTreeMap<ApplicationId, Decision> =
        decisions.into_iter().map(|row| (row.application_id, decision(row))).collect();
    let replaced = replacements::replaced_by(c, &ids)?;
    rows.into_iter()
        .map(|row| {
            let decision = decisions.remove(&row.id);
            let replaces = replaced.get(&row.id).copied();
            Ok(Application { replaces, ..application_of(row, decision)? })
        })
        .collect()
}

fn decision(row: DecisionRow) -> Decision {
    Decision {
        outcome: row.outcome,
        reason: row.reason,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    }
}

fn application_of(row: ApplicationRow, decision: Option<Decision>) -> Answer<Application> {
    let m2 = SquareMetres::try_from(row.m2);
    let indicators = serde_json::from_str(&row.grade_indicators);
    Ok(Application {
        id: row.id,
        project_id: row.project_id,
        project_number: row.project_number,
        township: row.township,
        owner: row.owner_id,
        m2: m2.map_err(|_| Failure::broken("an application asks for a positive area"))?,
        wetland_type: row.wetland_type,
        grade: grade(row.grade)?,
        grade_method: row.grade_method,
        grade_indicators: indicators
            .map_err(|_| Failure::broken("the indicators of a grade are names and numbers"))?,
        entered_by: row.entered_by,
        entered_at: row.entered_at,
        decision,
        replaces: None,
    })
}

/// Adds the townships and the releases to batches: one query for all of each.
fn whole(c: &mut Conn, rows: Vec<BatchRow>) -> Answer<Vec<Batch>> {
    let ids: Vec<BatchId> = rows.iter().map(|row| row.id).collect();
    let mut townships: BTreeMap<BatchId, Vec<TownshipShare>> = BTreeMap::new();
    for row in townships_of(c, &ids)? {
        townships.entry(row.batch_id).or_default().push(share(row));
    }
    let mut steps: BTreeMap<BatchId, Vec<Release>> = BTreeMap::new();
    for row in releases_of(c, &ids)? {
        steps.entry(row.batch_id).or_default().push(step(row));
    }
    let projects: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    let frozen = freezes::frozen_among(c, &projects)?;
    let batch = |row: BatchRow| {
        let townships = townships.remove(&row.id).unwrap_or_default();
        let releases = steps.remove(&row.id).unwrap_or_default();
        let frozen = frozen.contains(&row.project_id);
        Ok(Batch { frozen, ..batch_of(row, townships, releases)? })
    };
    rows.into_iter().map(batch).collect()
}

fn townships_of(c: &mut Conn, ids: &[BatchId]) -> Answer<Vec<TownshipRow>> {
    let of_them = batch_townships::table
        .filter(batch_townships::batch_id.eq_any(ids))
        .order(batch_townships::region);
    Ok(match c {
        Conn::Pg(c) => of_them.select(TownshipRow::as_select()).load(c)?,
        Conn::Sqlite(c) => of_them.select(TownshipRow::as_select()).load(c)?,
    })
}

fn releases_of(c: &mut Conn, ids: &[BatchId]) -> Answer<Vec<ReleaseRow>> {
    let of_them = releases::table.filter(releases::batch_id.eq_any(ids)).order(releases::position);
    Ok(match c {
        Conn::Pg(c) => of_them.select(ReleaseRow::as_select()).load(c)?,
        Conn::Sqlite(c) => of_them.select(ReleaseRow::as_select()).load(c)?,
    })
}

/// Returns the releases from that moment on, in order, with the county of their batch.
pub(super) fn releases_since(
    c: &mut Conn,
    since: Option<Time>,
    rows_max: i64,
) -> Answer<Vec<(ReleaseId, RegionCode, Release)>> {
    let mut query = releases::table
        .inner_join(batches::table.on(batches::id.eq(releases::batch_id)))
        .select((ReleaseRow::as_select(), batches::county))
        .into_boxed();
    if let Some(since) = since {
        query = query.filter(releases::released_at.ge(since));
    }
    let rows: Vec<(ReleaseRow, RegionCode)> =
        query.order((releases::released_at, releases::id)).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(|(row, county)| (row.id, county, step(row))).collect())
}

fn batch_of(row: BatchRow, townships: Vec<TownshipShare>, releases: Vec<Release>) -> Answer<Batch> {
    let serials = SerialBlock { batch: row.number.clone(), first: 1, last: row.issued_m2 };
    Ok(Batch {
        id: row.id,
        serials: serials.to_string(),
        number: row.number,
        project_id: row.project_id,
        project_number: row.project_number,
        county: row.county,
        owner: row.owner_id,
        assessor: row.assessor_id,
        wetland_type: row.wetland_type,
        grade: grade(row.grade)?,
        year: row.year,
        issued_m2: row.issued_m2,
        buffer_m2: row.buffer_m2,
        townships,
        accepted_on: row.accepted_on,
        certified_at: row.certified_at,
        releases,
        frozen: false,
    })
}

fn grade(grade: i64) -> Answer<Grade> {
    Grade::try_from(grade).map_err(|_| Failure::broken("a grade runs from 1 to 5"))
}

fn share(row: TownshipRow) -> TownshipShare {
    TownshipShare {
        region: row.region,
        organisation_id: row.organisation_id,
        certified_m2: row.certified_m2,
    }
}

fn step(row: ReleaseRow) -> Release {
    Release {
        milestone: row.milestone,
        percent: row.percent,
        cumulative_m2: row.cumulative_m2,
        step_m2: row.step_m2,
        released_at: row.released_at,
    }
}
