//! The tables of the census.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{
    AssemblyMode, CensusPartId, LandAssembly, LandAssemblyId, PondFinding, PondVerification,
    RightHolder, SurveyFile, SurveyStep, SurveyStepKind, SurveyTask, SurveyTaskId,
};
use super::rules;
use crate::inventory::{ParcelId, ParcelImportId};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::schema::{
    land_assemblies, right_holders, survey_file_parts, survey_files, survey_ponds, survey_steps,
    survey_tasks,
};

/// A part is small, so that who walks all rows holds few bytes at once.
const PART_BYTES: usize = 32 * 1024;

record! {
    /// A row is a survey that a township is to do.
    pub(crate) struct TaskRow in survey_tasks {
        id: SurveyTaskId as Id,
        number: String as Text,
        township: RegionCode as Text,
        survey_year: i64 as BigInt,
        title: Label as Text,
        document: Label as Text,
        due_on: NaiveDate as Date,
        created_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        created_at: Time as Timestamp,
    }
}

record! {
    /// A row is a version of what was handed in.
    pub(crate) struct FileRow in survey_files {
        id: CensusPartId as Id,
        task_id: SurveyTaskId as Id,
        version: i64 as BigInt,
        format: String as Text,
        file_sha256: String as Text,
        accepted: i64 as BigInt,
        refused: i64 as BigInt,
        handed_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        handed_at: Time as Timestamp,
    }
}

record! {
    /// A row is a part of the bytes of a file.
    pub(crate) struct FilePartRow in survey_file_parts {
        id: CensusPartId as Id,
        file_id: CensusPartId as Id,
        position: i64 as BigInt,
        content: Vec<u8> as Binary,
    }
}

record! {
    /// A row is what was found at a pond.
    pub(crate) struct PondRow in survey_ponds {
        id: CensusPartId as Id,
        task_id: SurveyTaskId as Id,
        parcel_number: Label as Text,
        result: PondFinding as Text,
        evidence: Passage as Text,
        verified_by: UserId as Id,
        verifier: String as Text,
        verified_on: NaiveDate as Date,
        verified_at: Time as Timestamp,
    }
}

record! {
    /// A row is a step of a task.
    pub(crate) struct StepRow in survey_steps {
        id: CensusPartId as Id,
        task_id: SurveyTaskId as Id,
        position: i64 as BigInt,
        step: SurveyStepKind as Text,
        version: i64 as BigInt,
        reason: Option<Passage> as Nullable<Text>,
        import_id: Option<ParcelImportId> as Nullable<Id>,
        taken_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        taken_at: Time as Timestamp,
    }
}

record! {
    /// A row is a parcel whose land was assembled.
    pub(crate) struct AssemblyRow in land_assemblies {
        id: LandAssemblyId as Id,
        parcel_id: ParcelId as Id,
        parcel_number: String as Text,
        township: RegionCode as Text,
        owner_id: OrganisationId as Id,
        mode: AssemblyMode as Text,
        assembled_on: NaiveDate as Date,
        document: Label as Text,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is somebody with a right to assembled land.
    pub(crate) struct HolderRow in right_holders {
        id: CensusPartId as Id,
        assembly_id: LandAssemblyId as Id,
        position: i64 as BigInt,
        name: Label as Text,
        area: SurveyedArea as BigInt,
        consented_on: NaiveDate as Date,
    }
}

/// Loads a task with all that was done about it; an unknown id is not found.
pub(super) fn task(c: &mut Conn, id: SurveyTaskId) -> Answer<SurveyTask> {
    let row = survey_tasks::table.find(id).select(TaskRow::as_select()).first(c).optional()?;
    whole(c, row.ok_or_else(Failure::not_found)?)
}

/// Loads one page of the tasks of a region, newest first, and one more.
pub(super) fn tasks(
    c: &mut Conn,
    region: &RegionCode,
    before: Option<SurveyTaskId>,
    limit: i64,
) -> Answer<Vec<SurveyTask>> {
    let mut query = survey_tasks::table
        .filter(survey_tasks::township.like(format!("{region}%")))
        .select(TaskRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(survey_tasks::id.lt(before));
    }
    let rows: Vec<TaskRow> = query.order(survey_tasks::id.desc()).limit(limit + 1).load(c)?;
    rows.into_iter().map(|row| whole(c, row)).collect()
}

/// Loads the newest file of a task with its bytes, if there is one.
pub(super) fn newest_file(c: &mut Conn, task: SurveyTaskId) -> Answer<Option<(FileRow, Vec<u8>)>> {
    let row: Option<FileRow> = survey_files::table
        .filter(survey_files::task_id.eq(task))
        .order(survey_files::version.desc())
        .select(FileRow::as_select())
        .first(c)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let parts: Vec<Vec<u8>> = survey_file_parts::table
        .filter(survey_file_parts::file_id.eq(row.id))
        .order(survey_file_parts::position)
        .select(survey_file_parts::content)
        .load(c)?;
    Ok(Some((row, parts.concat())))
}

pub(super) fn insert_task(tx: &mut Tx<'_>, row: &TaskRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(super) fn insert_file(tx: &mut Tx<'_>, row: &FileRow, bytes: &[u8]) -> Answer<()> {
    tx.insert(row)?;
    let part = |(content, position): (&[u8], i64)| FilePartRow {
        id: CensusPartId::new(),
        file_id: row.id,
        position,
        content: content.to_vec(),
    };
    Ok(tx.insert_all(&bytes.chunks(PART_BYTES).zip(1..).map(part).collect::<Vec<_>>())?)
}

pub(super) fn insert_pond(tx: &mut Tx<'_>, row: &PondRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(super) fn insert_step(tx: &mut Tx<'_>, row: &StepRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

/// Loads an assembly; an unknown id is not found.
pub(super) fn assembly(c: &mut Conn, id: LandAssemblyId) -> Answer<LandAssembly> {
    let row = land_assemblies::table.find(id).select(AssemblyRow::as_select()).first(c);
    let row: Option<AssemblyRow> = row.optional()?;
    with_holders(c, vec![row.ok_or_else(Failure::not_found)?])?.pop().ok_or_else(Failure::not_found)
}

/// Whether a parcel was assembled.
pub(super) fn is_assembled(c: &mut Conn, parcel: ParcelId) -> QueryResult<bool> {
    let found: Option<LandAssemblyId> = land_assemblies::table
        .filter(land_assemblies::parcel_id.eq(parcel))
        .select(land_assemblies::id)
        .first(c)
        .optional()?;
    Ok(found.is_some())
}

/// Loads one page of the assemblies of a region, newest first, and one more.
pub(super) fn assemblies(
    c: &mut Conn,
    region: &RegionCode,
    before: Option<LandAssemblyId>,
    limit: i64,
) -> Answer<Vec<LandAssembly>> {
    let mut query = land_assemblies::table
        .filter(land_assemblies::township.like(format!("{region}%")))
        .select(AssemblyRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(land_assemblies::id.lt(before));
    }
    let rows = query.order(land_assemblies::id.desc()).limit(limit + 1).load(c)?;
    with_holders(c, rows)
}

pub(super) fn insert_assembly(
    tx: &mut Tx<'_>,
    it: &LandAssembly,
    organisation_id: OrganisationId,
) -> Answer<()> {
    tx.insert(&AssemblyRow {
        id: it.id,
        parcel_id: it.parcel_id,
        parcel_number: it.parcel_no.clone(),
        township: it.township.clone(),
        owner_id: it.owner,
        mode: it.mode,
        assembled_on: it.assembled_on,
        document: it.document.clone(),
        entered_by: it.entered_by,
        organisation_id,
        entered_at: it.entered_at,
    })?;
    let holder = |(one, position): (&RightHolder, i64)| HolderRow {
        id: CensusPartId::new(),
        assembly_id: it.id,
        position,
        name: one.name.clone(),
        area: one.area_m2,
        consented_on: one.consented_on,
    };
    Ok(tx.insert_all(&it.holders.iter().zip(1..).map(holder).collect::<Vec<_>>())?)
}

fn with_holders(c: &mut Conn, rows: Vec<AssemblyRow>) -> Answer<Vec<LandAssembly>> {
    let ids: Vec<LandAssemblyId> = rows.iter().map(|row| row.id).collect();
    let of_them = right_holders::table
        .filter(right_holders::assembly_id.eq_any(&ids))
        .order(right_holders::position);
    let found: Vec<HolderRow> = match c {
        Conn::Pg(c) => of_them.select(HolderRow::as_select()).load(c)?,
        Conn::Sqlite(c) => of_them.select(HolderRow::as_select()).load(c)?,
    };
    let mut holders: BTreeMap<LandAssemblyId, Vec<RightHolder>> = BTreeMap::new();
    for row in found {
        let (name, area_m2, consented_on) = (row.name, row.area, row.consented_on);
        let holder = RightHolder { name, area_m2, consented_on };
        holders.entry(row.assembly_id).or_default().push(holder);
    }
    let assembly = |row: AssemblyRow| LandAssembly {
        id: row.id,
        parcel_id: row.parcel_id,
        parcel_no: row.parcel_number,
        township: row.township,
        owner: row.owner_id,
        mode: row.mode,
        assembled_on: row.assembled_on,
        document: row.document,
        holders: holders.remove(&row.id).unwrap_or_default(),
        entered_by: row.entered_by,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(assembly).collect())
}

fn whole(c: &mut Conn, row: TaskRow) -> Answer<SurveyTask> {
    let files: Vec<FileRow> = survey_files::table
        .filter(survey_files::task_id.eq(row.id))
        .order(survey_files::version)
        .select(FileRow::as_select())
        .load(c)?;
    let ponds: Vec<PondRow> = survey_ponds::table
        .filter(survey_ponds::task_id.eq(row.id))
        .order(survey_ponds::id)
        .select(PondRow::as_select())
        .load(c)?;
    let steps: Vec<StepRow> = survey_steps::table
        .filter(survey_steps::task_id.eq(row.id))
        .order(survey_steps::position)
        .select(StepRow::as_select())
        .load(c)?;
    let file = |row: FileRow| SurveyFile {
        version: row.version,
        sha256: row.file_sha256,
        accepted: row.accepted,
        refused: row.refused,
        handed_by: row.handed_by,
        handed_at: row.handed_at,
    };
    let pond = |row: PondRow| PondVerification {
        parcel_no: row.parcel_number,
        result: row.result,
        evidence: row.evidence,
        verified_by: row.verifier,
        verified_on: row.verified_on,
    };
    let step = |row: StepRow| SurveyStep {
        step: row.step,
        version: row.version,
        reason: row.reason,
        import_id: row.import_id,
        taken_by: row.taken_by,
        taken_at: row.taken_at,
    };
    Ok(SurveyTask {
        id: row.id,
        number: row.number,
        township: row.township,
        survey_year: row.survey_year,
        title: row.title,
        document: row.document,
        due_on: row.due_on,
        state: rules::state_of(steps.last().map(|step| step.step)),
        files: files.into_iter().map(file).collect(),
        pond_verifications: ponds.into_iter().map(pond).collect(),
        steps: steps.into_iter().map(step).collect(),
        created_at: row.created_at,
    })
}
