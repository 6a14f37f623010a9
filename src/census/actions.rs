//! One function per use case of the census: load, decide, save, record.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;

use super::model::{
    AssemblyMode, CensusPartId, CheckedTask, LandAssembly, LandAssemblyId, PondFinding,
    RightHolder, SurveyStepKind, SurveyTask, SurveyTaskId,
};
use super::rules::{self, CannotSurvey, VERSIONS_MAX};
use super::store::{self, FileRow, PondRow, StepRow, TaskRow};
use crate::documents::{self, Document, DocumentId, DocumentSubject, NewDocument};
use crate::identity;
use crate::inventory::{self, Checked, ParcelImportId, PondCheck, PondResult};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::{Label, Passage};

/// The centre gives a township a task.
#[derive(Debug, Clone)]
pub(super) struct GiveTask {
    pub(super) id: SurveyTaskId,
    pub(super) township: RegionCode,
    pub(super) survey_year: i64,
    pub(super) title: Label,
    pub(super) document: Label,
    pub(super) due_on: NaiveDate,
}

/// A township hands a file in, which was checked.
#[derive(Debug, Clone)]
pub(super) struct HandIn {
    pub(super) id: CensusPartId,
    pub(super) task_id: SurveyTaskId,
    pub(super) content_type: String,
    pub(super) bytes: Arc<[u8]>,
    pub(super) checked: Checked,
}

/// Somebody of the centre was at a pond.
#[derive(Debug, Clone)]
pub(super) struct VerifyPond {
    pub(super) id: CensusPartId,
    pub(super) task_id: SurveyTaskId,
    pub(super) parcel_no: Label,
    pub(super) result: PondFinding,
    pub(super) evidence: Passage,
}

/// A task goes to the other side.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) id: CensusPartId,
    pub(super) task_id: SurveyTaskId,
}

/// A township assembled land.
#[derive(Debug, Clone)]
pub(super) struct Assemble {
    pub(super) id: LandAssemblyId,
    pub(super) parcel_no: String,
    pub(super) mode: AssemblyMode,
    pub(super) assembled_on: NaiveDate,
    pub(super) document: Label,
    pub(super) holders: Vec<RightHolder>,
}

/// Returns a task of the actor's region: a township knows its own.
pub(super) fn visible_task(c: &mut Conn, actor: &Actor, id: SurveyTaskId) -> Answer<SurveyTask> {
    let task = store::task(c, id)?;
    if actor.role == Role::Auditor || task.township.is_within(&actor.region) {
        Ok(task)
    } else {
        Err(Failure::not_found())
    }
}

/// Returns one page of the tasks of the actor's region, newest first, and one more.
pub(super) fn visible_tasks(
    c: &mut Conn,
    actor: &Actor,
    before: Option<SurveyTaskId>,
    limit: i64,
) -> Answer<Vec<SurveyTask>> {
    store::tasks(c, &actor.region, before, limit)
}

/// Checks the newest file of a task as it would enter now, with what was found at its ponds.
pub(super) fn check_newest(
    c: &mut Conn,
    actor: &Actor,
    id: SurveyTaskId,
    today: NaiveDate,
) -> Answer<(SurveyTask, Checked)> {
    let task = visible_task(c, actor, id)?;
    let (file, bytes) = store::newest_file(c, id)?.ok_or(CannotSurvey::NoFile)?;
    let user = identity::find_user(c, file.handed_by)?;
    let names = user.map(|user| vec![user.username, user.display_name]).unwrap_or_default();
    let by = (names, task.township.clone(), today);
    let checked = inventory::check_reserve_file(c, by, &file.format, &bytes, &ponds(&task))?;
    Ok((task, checked))
}

/// Checks a file that a township would hand in.
pub(super) fn check_file(
    c: &mut Conn,
    actor: &Actor,
    id: SurveyTaskId,
    (content_type, bytes): (&str, &[u8]),
    today: NaiveDate,
) -> Answer<Checked> {
    let task = visible_task(c, actor, id)?;
    let user = identity::find_user(c, actor.user_id)?.ok_or_else(Failure::not_found)?;
    let by = (vec![user.username, user.display_name], task.township.clone(), today);
    inventory::check_reserve_file(c, by, content_type, bytes, &ponds(&task))
}

pub(super) fn give_task(tx: &mut Tx<'_>, it: &GiveTask) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    if !it.township.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let is_township = it.township.level() == RegionLevel::Township;
    rules::check_task(is_township, it.survey_year, it.due_on, tx.now().date_in_shanghai())?;
    let county = it.township.county().ok_or(CannotSurvey::NotATownship)?;
    let n = tx.next_number(&format!("survey_task:{county}:{}", it.survey_year))?;
    let row = TaskRow {
        id: it.id,
        number: format!("PC{county}-{}-{n:04}", it.survey_year),
        township: it.township.clone(),
        survey_year: it.survey_year,
        title: it.title.clone(),
        document: it.document.clone(),
        due_on: it.due_on,
        created_by: actor.user_id,
        organisation_id: actor.organisation_id,
        created_at: tx.now(),
    };
    store::insert_task(tx, &row)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(
            json!({ "number": row.number, "township": row.township, "due_on": row.due_on }),
        ),
        ..Event::default()
    });
    store::task(tx.conn(), it.id)
}

pub(super) fn hand_in(tx: &mut Tx<'_>, it: &HandIn) -> Answer<CheckedTask> {
    let actor = tx.actor()?;
    let task = visible_task(tx.conn(), &actor, it.task_id)?;
    rules::with_township(task.state, "handed in")?;
    if task.files.len() >= VERSIONS_MAX {
        return Err(CannotSurvey::TooManyVersions { max: VERSIONS_MAX }.into());
    }
    let report = it.checked.report();
    let version = i64::try_from(task.files.len()).unwrap_or(i64::MAX).saturating_add(1);
    let row = FileRow {
        id: it.id,
        task_id: it.task_id,
        version,
        format: it.content_type.clone(),
        file_sha256: report.file_sha256.clone(),
        accepted: report.accepted,
        refused: report.refused,
        handed_by: actor.user_id,
        organisation_id: actor.organisation_id,
        handed_at: tx.now(),
    };
    store::insert_file(tx, &row, &it.bytes)?;
    tx.record(Event {
        subject: subject(it.task_id),
        after: Some(json!({
            "version": version,
            "file_sha256": row.file_sha256,
            "accepted": row.accepted,
            "refused": row.refused,
        })),
        ..Event::default()
    });
    Ok(CheckedTask { task: store::task(tx.conn(), it.task_id)?, report })
}

pub(super) fn verify_pond(tx: &mut Tx<'_>, it: &VerifyPond) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    let task = visible_task(tx.conn(), &actor, it.task_id)?;
    let handed_by: Vec<_> = task.files.iter().map(|file| file.handed_by).collect();
    rules::check_pond(task.state, &handed_by, actor.user_id)?;
    let user = identity::find_user(tx.conn(), actor.user_id)?.ok_or_else(Failure::not_found)?;
    store::insert_pond(
        tx,
        &PondRow {
            id: it.id,
            task_id: it.task_id,
            parcel_number: it.parcel_no.clone(),
            result: it.result,
            evidence: it.evidence.clone(),
            verified_by: actor.user_id,
            verifier: user.username,
            verified_on: tx.now().date_in_shanghai(),
            verified_at: tx.now(),
        },
    )?;
    tx.record(Event {
        subject: subject(it.task_id),
        after: Some(json!({ "pond": it.parcel_no, "result": it.result })),
        ..Event::default()
    });
    store::task(tx.conn(), it.task_id)
}

/// Submits the newest version: only ponds that nobody was at yet may be open.
pub(super) fn submit(tx: &mut Tx<'_>, it: &Step) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    let task = visible_task(tx.conn(), &actor, it.task_id)?;
    rules::with_township(task.state, "submitted")?;
    let today = tx.now().date_in_shanghai();
    let (_, checked) = check_newest(tx.conn(), &actor, it.task_id, today)?;
    inventory::refuse_unless(&checked, Some("R15"))?;
    take(tx, (it, &task), SurveyStepKind::Submitted, (None, None))
}

pub(super) fn give_back(tx: &mut Tx<'_>, it: &Step, reason: &Passage) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    let task = visible_task(tx.conn(), &actor, it.task_id)?;
    rules::with_centre(task.state, "returned", submitter(&task), actor.user_id)?;
    take(tx, (it, &task), SurveyStepKind::Returned, (Some(reason.clone()), None))
}

/// Verifies a task: its plots enter the reserve, all of them or none.
pub(super) fn verify(
    tx: &mut Tx<'_>,
    it: &Step,
    import: ParcelImportId,
    checked: &Checked,
) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    let task = visible_task(tx.conn(), &actor, it.task_id)?;
    rules::with_centre(task.state, "verified", submitter(&task), actor.user_id)?;
    inventory::enter_whole(tx, import, checked)?;
    take(tx, (it, &task), SurveyStepKind::Verified, (None, Some(import)))
}

pub(super) fn assemble(tx: &mut Tx<'_>, it: &Assemble) -> Answer<LandAssembly> {
    let actor = tx.actor()?;
    let parcel = inventory::parcel_by_number(tx.conn(), &it.parcel_no)?
        .filter(|parcel| parcel.township.is_within(&actor.region))
        .ok_or_else(Failure::not_found)?;
    let today = tx.now().date_in_shanghai();
    rules::check_assembly(&it.holders, parcel.computed_area, it.assembled_on, today)?;
    if store::is_assembled(tx.conn(), parcel.id)? {
        return Err(CannotSurvey::Assembled.into());
    }
    let assembly = LandAssembly {
        id: it.id,
        parcel_id: parcel.id,
        parcel_no: parcel.number,
        township: parcel.township,
        owner: actor.organisation_id,
        mode: it.mode,
        assembled_on: it.assembled_on,
        document: it.document.clone(),
        holders: it.holders.clone(),
        entered_by: actor.user_id,
        entered_at: tx.now(),
    };
    store::insert_assembly(tx, &assembly, actor.organisation_id)?;
    // Who holds rights stands in its own rows alone.
    tx.record(Event {
        subject: format!("land_assembly:{}", it.id),
        after: Some(json!({
            "parcel": assembly.parcel_no,
            "mode": assembly.mode,
            "document": assembly.document,
            "holders": assembly.holders.len(),
        })),
        ..Event::default()
    });
    Ok(assembly)
}

/// Returns an assembly of the actor's region: a township knows its own.
pub(super) fn visible_assembly(
    c: &mut Conn,
    actor: &Actor,
    id: LandAssemblyId,
) -> Answer<LandAssembly> {
    let assembly = store::assembly(c, id)?;
    if actor.role == Role::Auditor || assembly.township.is_within(&actor.region) {
        Ok(assembly)
    } else {
        Err(Failure::not_found())
    }
}

/// Returns one page of the assemblies of the actor's region, newest first, and one more.
pub(super) fn visible_assemblies(
    c: &mut Conn,
    actor: &Actor,
    before: Option<LandAssemblyId>,
    limit: i64,
) -> Answer<Vec<LandAssembly>> {
    store::assemblies(c, &actor.region, before, limit)
}

/// Attaches a consent or a contract to an assembly.
pub(super) fn attach_consent(
    tx: &mut Tx<'_>,
    id: LandAssemblyId,
    document: DocumentId,
    (name, purpose): (&Label, &Label),
    bytes: &Arc<[u8]>,
) -> Answer<Document> {
    let actor = tx.actor()?;
    let assembly = visible_assembly(tx.conn(), &actor, id)?;
    documents::attach(
        tx,
        &NewDocument {
            id: document,
            subject_kind: DocumentSubject::LandAssembly,
            subject_id: id.uuid(),
            region: assembly.township,
            owner: Some(assembly.owner),
            purpose: purpose.clone(),
            name: name.clone(),
            bytes: Arc::clone(bytes),
        },
    )
}

fn take(
    tx: &mut Tx<'_>,
    (it, task): (&Step, &SurveyTask),
    step: SurveyStepKind,
    (reason, import_id): (Option<Passage>, Option<ParcelImportId>),
) -> Answer<SurveyTask> {
    let actor = tx.actor()?;
    let said = reason.as_ref().map(Passage::to_string);
    let row = StepRow {
        id: it.id,
        task_id: it.task_id,
        position: i64::try_from(task.steps.len()).unwrap_or(i64::MAX).saturating_add(1),
        step,
        version: task.files.last().map_or(0, |file| file.version),
        reason,
        import_id,
        taken_by: actor.user_id,
        organisation_id: actor.organisation_id,
        taken_at: tx.now(),
    };
    store::insert_step(tx, &row)?;
    tx.record(Event {
        subject: subject(it.task_id),
        reason: said,
        before: Some(json!({ "state": task.state })),
        after: Some(json!({ "state": step, "version": row.version, "import": import_id })),
    });
    store::task(tx.conn(), it.task_id)
}

fn submitter(task: &SurveyTask) -> Option<crate::kernel::ids::UserId> {
    let last = task.steps.iter().rfind(|step| step.step == SurveyStepKind::Submitted);
    last.map(|step| step.taken_by)
}

/// What counts of each pond: the newest.
fn ponds(task: &SurveyTask) -> Vec<(String, PondCheck)> {
    let check = |it: &super::model::PondVerification| {
        let result = match it.result {
            PondFinding::Passed => PondResult::Passed,
            PondFinding::Refused => PondResult::Refused,
        };
        let check = PondCheck {
            result,
            evidence: it.evidence.to_string(),
            verified_by: it.verified_by.clone(),
            date: it.verified_on,
        };
        (it.parcel_no.to_string(), check)
    };
    task.pond_verifications.iter().map(check).collect()
}

fn subject(id: SurveyTaskId) -> String {
    format!("survey_task:{id}")
}
