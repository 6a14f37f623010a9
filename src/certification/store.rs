//! Every SQL statement of certification.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::certification::model::{
    Application, ApplicationId, Batch, CertificationPartId, Decision, Grade, Milestone, Outcome,
    Release, ReleaseId, TownshipShare,
};
use crate::certification::rules::SerialBlock;
use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::restoration::ProjectId;
use crate::schema::{
    batch_townships, batches, certification_applications, certification_decisions, releases,
};

record! {
    /// A row asks to turn accepted land into credits.
    pub(crate) struct ApplicationRow in certification_applications {
        id: ApplicationId as Id,
        project_id: ProjectId as Id,
        project_number: String as Text,
        township: RegionCode as Text,
        owner_id: OrganisationId as Id,
        m2: i64 as BigInt,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        grade_method: Label as Text,
        grade_indicators: String as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is the one decision on an application.
    pub(crate) struct DecisionRow in certification_decisions {
        id: CertificationPartId as Id,
        application_id: ApplicationId as Id,
        outcome: Outcome as Text,
        reason: Option<Label> as Nullable<Text>,
        decided_by: UserId as Id,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is a batch of credits.
    pub(crate) struct BatchRow in batches {
        id: BatchId as Id,
        application_id: ApplicationId as Id,
        number: String as Text,
        project_id: ProjectId as Id,
        project_number: String as Text,
        county: RegionCode as Text,
        owner_id: OrganisationId as Id,
        assessor_id: OrganisationId as Id,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        year: i64 as BigInt,
        issued_m2: i64 as BigInt,
        buffer_m2: i64 as BigInt,
        accepted_on: NaiveDate as Date,
        certified_at: Time as Timestamp,
    }
}

record! {
    /// A row is the part of a batch that was certified in one township.
    pub(crate) struct TownshipRow in batch_townships {
        id: CertificationPartId as Id,
        batch_id: BatchId as Id,
        region: RegionCode as Text,
        organisation_id: OrganisationId as Id,
        certified_m2: i64 as BigInt,
    }
}

record! {
    /// A row is one step by which a batch's credits become available.
    pub(crate) struct ReleaseRow in releases {
        id: ReleaseId as Id,
        batch_id: BatchId as Id,
        position: i64 as BigInt,
        milestone: Milestone as Text,
        percent: i64 as BigInt,
        cumulative_m2: i64 as BigInt,
        step_m2: i64 as BigInt,
        released_by: UserId as Id,
        released_at: Time as Timestamp,
    }
}

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
    let row = certification_applications::table
        .find(id)
        .select(ApplicationRow::as_select())
        .first(c)
        .optional()?;
    with_decision(c, row.ok_or_else(Failure::not_found)?)
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
    rows.into_iter().map(|row| with_decision(c, row)).collect()
}

/// Loads all applications of a project.
pub(super) fn applications_of(c: &mut Conn, project: ProjectId) -> Answer<Vec<Application>> {
    let rows: Vec<ApplicationRow> = certification_applications::table
        .filter(certification_applications::project_id.eq(project))
        .order(certification_applications::id)
        .select(ApplicationRow::as_select())
        .load(c)?;
    rows.into_iter().map(|row| with_decision(c, row)).collect()
}

/// Loads a batch; an unknown id is not found.
pub(super) fn batch(c: &mut Conn, id: BatchId) -> Answer<Batch> {
    let row = batches::table.find(id).select(BatchRow::as_select()).first(c).optional()?;
    whole(c, row.ok_or_else(Failure::not_found)?)
}

/// Loads the batch with that number, if there is one.
pub(super) fn batch_by_number(c: &mut Conn, number: &str) -> Answer<Option<Batch>> {
    let row: Option<BatchRow> = batches::table
        .filter(batches::number.eq(number))
        .select(BatchRow::as_select())
        .first(c)
        .optional()?;
    row.map(|row| whole(c, row)).transpose()
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
    rows.into_iter().map(|row| whole(c, row)).collect()
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

fn with_decision(c: &mut Conn, row: ApplicationRow) -> Answer<Application> {
    let decision: Option<DecisionRow> = certification_decisions::table
        .filter(certification_decisions::application_id.eq(row.id))
        .select(DecisionRow::as_select())
        .first(c)
        .optional()?;
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
        decision: decision.map(|row| Decision {
            outcome: row.outcome,
            reason: row.reason,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
        }),
    })
}

fn whole(c: &mut Conn, row: BatchRow) -> Answer<Batch> {
    let townships: Vec<TownshipRow> = batch_townships::table
        .filter(batch_townships::batch_id.eq(row.id))
        .order(batch_townships::region)
        .select(TownshipRow::as_select())
        .load(c)?;
    let steps: Vec<ReleaseRow> = releases::table
        .filter(releases::batch_id.eq(row.id))
        .order(releases::position)
        .select(ReleaseRow::as_select())
        .load(c)?;
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
        townships: townships.into_iter().map(share).collect(),
        accepted_on: row.accepted_on,
        certified_at: row.certified_at,
        releases: steps.into_iter().map(step).collect(),
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
