//! One function per use case of restoration: load, decide, save, record.

mod land;
mod notices;
mod papers;
mod reports;

use chrono::NaiveDate;
use serde_json::json;

use crate::experts::{self, Matter};
use crate::identity::{self, OrganisationKind};
use crate::inventory::{self, Parcel, ParcelKind, WetlandLevel};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::restoration::model::{
    Acceptance, Assessment, AssessmentKind, BarredParcel, Closure, Inspection, Project, ProjectId,
    ProjectSummary, Scheme, Site, Stage, StageEntry,
};
use crate::restoration::rules::{
    self, Assessor, Candidate, CannotAdvance, CannotPropose, Completion, Notified, PARCELS_MAX,
    Post,
};
use crate::restoration::store;

pub(crate) use land::{
    FileApproval, correct_land, file_zone_approval, land_answers, withdraw, withdraw_parcel,
};
pub(crate) use notices::{prepare_draw, publish_result, publish_scheme};
pub use notices::{result_notice, scheme_notice};
pub(crate) use papers::{attach_document, project_documents};
pub(crate) use reports::{DeliverReport, deliver_report};
pub use reports::{Overdue, is_overdue, mark_frozen, overdue, run_due};

/// A township proposes to restore land.
#[derive(Debug, Clone)]
pub(crate) struct Propose {
    pub(crate) id: ProjectId,
    /// The numbers of the parcels.
    pub(crate) parcels: Vec<String>,
    pub(crate) scheme: Scheme,
}

/// A report as it is handed in.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    /// The code of the assessor's organisation.
    pub(crate) assessor: Label,
    pub(crate) report_no: Label,
    pub(crate) date: NaiveDate,
    pub(crate) author: Label,
    pub(crate) no_interest_declared: bool,
}

/// The centre accepts restored land.
#[derive(Debug, Clone)]
pub(crate) struct Accept {
    pub(crate) id: ProjectId,
    pub(crate) report: Report,
    pub(crate) area: SurveyedArea,
    pub(crate) inspection: Inspection,
}

/// The centre closes a project.
#[derive(Debug, Clone)]
pub(crate) struct Close {
    pub(crate) id: ProjectId,
    pub(crate) report: Report,
    pub(crate) keeper: Label,
}

/// Returns a project, for who has shown that he may know of it.
pub fn project(c: &mut Conn, id: ProjectId) -> Answer<Project> {
    store::load(c, id)
}

/// Returns who assessed the project's completion: it has no part with the buyers either (R29).
pub fn assessor(c: &mut Conn, id: ProjectId) -> Answer<Option<OrganisationId>> {
    Ok(store::load(c, id)?.acceptance.map(|acceptance| acceptance.assessment.assessor))
}

/// Returns a project that the actor may know of.
pub(crate) fn visible_project(c: &mut Conn, actor: &Actor, id: ProjectId) -> Answer<Project> {
    let project = store::load(c, id)?;
    if rules::scope_of(actor).sees(&project) { Ok(project) } else { Err(Failure::not_found()) }
}

/// Returns the projects that the actor may know of, newest first, and one more than the limit.
pub(crate) fn visible_projects(
    c: &mut Conn,
    actor: &Actor,
    before: Option<ProjectId>,
    limit: i64,
) -> Answer<Vec<ProjectSummary>> {
    store::list(c, &rules::scope_of(actor), before, limit)
}

pub(crate) fn propose(tx: &mut Tx, it: &Propose) -> Answer<Project> {
    let (actor, now) = (tx.actor()?, tx.now());
    if it.parcels.len() > PARCELS_MAX {
        return Err(CannotPropose::Count { what: "parcels", max: PARCELS_MAX }.into());
    }
    let (mut land, mut sites) = (Vec::new(), Vec::new());
    for number in &it.parcels {
        let parcel = inventory::parcel_by_number(tx.conn(), number)?
            .ok_or_else(|| CannotPropose::NoSuchParcel(number.clone()))?;
        land.push(candidate(tx.conn(), &parcel, now.date_in_shanghai())?);
        sites.push(site(&parcel));
    }
    rules::propose(&it.scheme, &land, &actor.region, now.date_in_shanghai())?;
    let county = actor.region.county().ok_or(CannotPropose::NotATownship)?;
    let n = tx.next_number(&format!("project:{county}"))?;
    let project = Project {
        id: it.id,
        number: format!("P{county}-{n:03}"),
        name: it.scheme.name.clone(),
        county,
        township: actor.region.clone(),
        owner: actor.organisation_id,
        stage: Stage::Proposed,
        mode: it.scheme.mode,
        contractor: it.scheme.contractor.clone(),
        right_holder_consent: it.scheme.consent.clone(),
        legal_duty: it.scheme.legal_duty.clone(),
        bill_of_quantities: it.scheme.bill.clone(),
        species: it.scheme.species.clone(),
        parcels: sites,
        stages: vec![entry(&actor, Stage::Proposed, now)],
        acceptance: None,
        monitoring_plan: None,
        monitoring_reports: Vec::new(),
        closure: None,
        zone_approvals: Vec::new(),
        withdrawal: None,
    };
    store::insert(tx, &project)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "number": &project.number,
            "stage": Stage::Proposed,
            "parcels": &it.parcels,
            "bill_total": project.bill_of_quantities.total,
        })),
        ..Event::default()
    });
    Ok(project)
}

/// Says that the scheme was reviewed.
pub(crate) fn review_scheme(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let project = own_project(tx, id)?;
    rules::advance(project.stage, Stage::SchemeReviewed)?;
    let notice = notices::standing_of(tx, &project, Notified::Scheme)?;
    rules::unobjected(Notified::Scheme, notice)?;
    enter(tx, project, Stage::SchemeReviewed)
}

pub(crate) fn approve(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let project = own_project(tx, id)?;
    let important = is_important(tx.conn(), &project)?;
    let notice = notices::standing_of(tx, &project, Notified::Scheme)?;
    let panel = experts::panel_of(tx.conn(), Matter::Project, project.id.uuid())?;
    let against = rules::against_approval(&project, &tx.actor()?, important, notice, panel);
    none_of("project-not-approvable", &against)?;
    land::may_be_restored(tx, &project)?;
    enter(tx, project, Stage::Approved)
}

pub(crate) fn start_construction(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let project = own_project(tx, id)?;
    rules::advance(project.stage, Stage::UnderConstruction)?;
    enter(tx, project, Stage::UnderConstruction)
}

pub(crate) fn complete(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let project = own_project(tx, id)?;
    rules::advance(project.stage, Stage::Completed)?;
    enter(tx, project, Stage::Completed)
}

pub(crate) fn accept(tx: &mut Tx, it: &Accept) -> Answer<Project> {
    let mut project = own_project(tx, it.id)?;
    let (actor, today) = (tx.actor()?, tx.now().date_in_shanghai());
    let important = is_important(tx.conn(), &project)?;
    let assessor = assessor_by_code(tx.conn(), it.report.assessor.as_str())?;
    let put = Completion {
        assessor: &assessor,
        no_interest_declared: it.report.no_interest_declared,
        reported_on: it.report.date,
        inspected_on: it.inspection.date,
        inspectors: &it.inspection.inspectors,
        area: it.area,
    };
    let against = rules::against_acceptance(&project, &actor, important, &put, today);
    none_of("project-not-acceptable", &against)?;
    let acceptance = Acceptance {
        accepted_on: today,
        accepted_area_m2: it.area,
        assessment: assessment(AssessmentKind::CompletionAssessment, assessor.id, &it.report),
        inspection: it.inspection.clone(),
    };
    store::insert_acceptance(tx, it.id, &acceptance)?;
    project.acceptance = Some(acceptance);
    enter(tx, project, Stage::Accepted)
}

/// Files the plan by which the restored land is watched.
pub(crate) fn plan_monitoring(tx: &mut Tx, id: ProjectId, years: i64) -> Answer<Project> {
    let project = own_project(tx, id)?;
    rules::plan(&project, years)?;
    store::insert_plan(tx, id, years)?;
    reports::owe(tx, &project, years)?;
    tx.record(Event {
        subject: subject(id),
        after: Some(json!({ "monitoring_years": years })),
        ..Event::default()
    });
    store::load(tx.conn(), id)
}

pub(crate) fn start_monitoring(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let project = own_project(tx, id)?;
    let notice = notices::standing_of(tx, &project, Notified::Result)?;
    rules::monitor(&project, notice)?;
    enter(tx, project, Stage::Monitoring)
}

pub(crate) fn close(tx: &mut Tx, it: &Close) -> Answer<Project> {
    let mut project = own_project(tx, it.id)?;
    rules::advance(project.stage, Stage::Closed)?;
    let assessor = assessor_by_code(tx.conn(), it.report.assessor.as_str())?;
    let put = Post {
        assessor: &assessor,
        no_interest_declared: it.report.no_interest_declared,
        reported_on: it.report.date,
    };
    let today = tx.now().date_in_shanghai();
    rules::close(&project, &put, today)?;
    if store::owes_overdue(tx.conn(), it.id, today)? {
        return Err(CannotAdvance::ReportOverdue.into());
    }
    reports::end(tx, it.id)?;
    let closure = Closure {
        assessment: assessment(AssessmentKind::PostAssessment, assessor.id, &it.report),
        keeper: it.keeper.clone(),
    };
    store::insert_closure(tx, it.id, &closure)?;
    project.closure = Some(closure);
    enter(tx, project, Stage::Closed)
}

/// Refuses with everything that stands against a step, told at once.
fn none_of(code: &'static str, against: &[(&'static str, CannotAdvance)]) -> Answer<()> {
    if against.is_empty() { Ok(()) } else { Err(Failure::of_all(code, against)) }
}

/// Loads the project for who may act on it: its township, or the centre in whose region it lies.
fn own_project(tx: &mut Tx, id: ProjectId) -> Answer<Project> {
    let actor = tx.actor()?;
    let project = store::load(tx.conn(), id)?;
    let own = match actor.role {
        Role::TownshipOfficer => project.owner == actor.organisation_id,
        _ => project.township.is_within(&actor.region),
    };
    if !own {
        return Err(Failure::not_found());
    }
    rules::not_withdrawn(&project)?;
    Ok(project)
}

fn enter(tx: &mut Tx, mut project: Project, stage: Stage) -> Answer<Project> {
    let entry = entry(&tx.actor()?, stage, tx.now());
    store::insert_stage(tx, project.id, &entry)?;
    tx.record(Event {
        subject: subject(project.id),
        before: Some(json!({ "stage": project.stage })),
        after: Some(json!({ "stage": stage })),
        ..Event::default()
    });
    project.stage = stage;
    project.stages.push(entry);
    Ok(project)
}

fn entry(actor: &Actor, stage: Stage, entered_at: Time) -> StageEntry {
    let (entered_by, organisation_id) = (actor.user_id, actor.organisation_id);
    StageEntry { stage, entered_by, organisation_id, entered_at }
}

fn subject(id: ProjectId) -> String {
    format!("project:{id}")
}

fn candidate(c: &mut Conn, parcel: &Parcel, today: NaiveDate) -> Answer<Candidate> {
    let by_class = barred(parcel);
    let barred = match by_class {
        None => land::barred_by_layers(c, parcel, today)?,
        by_class => by_class,
    };
    Ok(Candidate {
        number: parcel.number.clone(),
        township: parcel.township.clone(),
        active_reserve: parcel.kind == ParcelKind::Reserve && parcel.withdrawn_at.is_none(),
        barred,
        taken_by: store::project_of_parcel(c, parcel.id)?,
    })
}

/// Returns why the inventory bars a parcel from projects, if it does (R17).
pub fn barred(parcel: &Parcel) -> Option<BarredParcel> {
    let finding = inventory::blocks_project(parcel)?;
    Some(BarredParcel {
        number: parcel.number.clone(),
        english: finding.to_string(),
        chinese: finding.chinese(),
    })
}

fn site(parcel: &Parcel) -> Site {
    Site {
        parcel_id: parcel.id,
        parcel_no: parcel.number.clone(),
        township: parcel.township.clone(),
        area_m2: parcel.computed_area,
    }
}

/// Whether any of the land is important wetland by its newest survey (R31).
fn is_important(c: &mut Conn, project: &Project) -> Answer<bool> {
    let ids: Vec<_> = project.parcels.iter().map(|site| site.parcel_id).collect();
    let parcels = inventory::parcels(c, &ids)?;
    Ok(parcels.iter().any(|parcel| parcel.monitoring.level != WetlandLevel::General))
}

fn assessor_by_code(c: &mut Conn, code: &str) -> Answer<Assessor> {
    let it = identity::organisation_by_code(c, code)
        .map_err(|failure| absent(failure, CannotAdvance::NoSuchAssessor(code.to_owned())))?;
    let related = it.related_to.map(|id| identity::organisation(c, id)).transpose()?;
    Ok(Assessor {
        id: it.id,
        name: it.name,
        is_assessor: it.kind == OrganisationKind::Assessor,
        related_to: it.related_to,
        related_name: related.map(|related| related.name),
    })
}

/// Says in our own words that something is not there.
fn absent(failure: Failure, refusal: CannotAdvance) -> Failure {
    match failure {
        Failure::Refused(problem) if problem.code == "not-found" => refusal.into(),
        other => other,
    }
}

fn assessment(kind: AssessmentKind, assessor: OrganisationId, report: &Report) -> Assessment {
    Assessment {
        kind,
        assessor,
        report_no: report.report_no.clone(),
        date: report.date,
        author: report.author.clone(),
    }
}
