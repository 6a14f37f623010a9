//! One function per use case of certification: load, decide, save, post, record.

mod draws;
mod freezes;
mod gate;
mod orders;
mod losses;
mod papers;
mod releases;
mod replacements;

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use crate::certification::model::{
    Application, ApplicationId, ApplicationOutcome, Batch, Decision, Grade, Indicators, Release,
    ReleaseId, Settings, TownshipShare,
};
use crate::certification::rules::{
    self, Asked, CannotCertify, Decider, SerialBlock, batch_number, buffer, township_shares,
};
use crate::certification::store::{self, Whose};
use crate::experts::{self, Matter};
use crate::identity::{self, OrganisationKind};
use crate::inventory::{self, WetlandType};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::{
    self, Account, BatchId, CreditBucket, Holder, JournalId, NewJournal, NewTransfer,
};
use crate::restoration::{self, BarredParcel, Project, ProjectId};

pub(crate) use draws::prepare_draw;
pub use freezes::run_due;
pub(crate) use freezes::{AskThaw, Thaw, ask_thaw, thaw, visible_freeze, visible_freezes};
pub(crate) use gate::{Gate, application_gate, project_gate};
pub(crate) use losses::{
    EnterLoss, ReturnBuffer, enter_loss, return_buffer, visible_loss, visible_losses,
};
pub use losses::{TakeLoss, loss, losses_taken, take_loss};
pub(crate) use orders::{EnterOrder, ObeyOrder, enter_order, obey_order, visible_order};
pub(crate) use papers::{application_documents, attach_document};
pub(crate) use releases::{ReleaseCredits, release};
pub use replacements::replacement;
pub(crate) use replacements::{
    OfferReplacement, ReplacementSource, TakeReplacement, offer_replacement, take_replacement,
    visible_duties, visible_replacement, visible_replacements,
};

/// An officer of the centre enters an application.
#[derive(Debug, Clone)]
pub(crate) struct Apply {
    pub(crate) id: ApplicationId,
    pub(crate) project_id: ProjectId,
    pub(crate) m2: SquareMetres,
    pub(crate) wetland_type: WetlandType,
    pub(crate) grade: Grade,
    pub(crate) grade_method: Label,
    pub(crate) grade_indicators: Indicators,
}

/// A director of the centre turns an application into a batch.
#[derive(Debug, Clone)]
pub(crate) struct Certify {
    pub(crate) application_id: ApplicationId,
    pub(crate) batch_id: BatchId,
    pub(crate) journal_id: JournalId,
    pub(crate) settings: Settings,
}

/// A director of the centre rejects an application.
#[derive(Debug, Clone)]
pub(crate) struct Reject {
    pub(crate) application_id: ApplicationId,
    pub(crate) reason: Label,
}

/// Returns a batch; an unknown id is not found.
pub fn batch(c: &mut Conn, id: BatchId) -> Answer<Batch> {
    store::batch(c, id)
}

/// Returns the type and grade of these batches; an unknown id is absent.
pub fn kinds(
    c: &mut Conn,
    ids: &[BatchId],
) -> Answer<std::collections::BTreeMap<BatchId, (crate::inventory::WetlandType, i64)>> {
    store::kinds_by_id(c, ids)
}

/// Returns the batches with these ids, in no order; an unknown id has none.
pub fn batches(c: &mut Conn, ids: &[BatchId]) -> Answer<Vec<Batch>> {
    store::batches_by_id(c, ids)
}

/// Returns the batches of a project, the first first.
pub fn batches_of_project(c: &mut Conn, project: ProjectId) -> Answer<Vec<Batch>> {
    store::batches_of_project(c, project)
}

/// Returns the batch with that number, if there is one.
pub fn batch_by_number(c: &mut Conn, number: &str) -> Answer<Option<Batch>> {
    store::batch_by_number(c, number)
}

/// Returns the releases from that moment on, in order, with the county of their batch.
pub fn releases_since(
    c: &mut Conn,
    since: Option<Time>,
    rows_max: i64,
) -> Answer<Vec<(ReleaseId, RegionCode, Release)>> {
    store::releases_since(c, since, rows_max)
}

/// Returns one page of all batches, newest first, and one more.
pub(crate) fn batches_page(
    c: &mut Conn,
    before: Option<BatchId>,
    limit: i64,
) -> Answer<Vec<Batch>> {
    store::batches_page(c, before, limit)
}

/// Returns an application that the actor may know of.
pub(crate) fn visible_application(
    c: &mut Conn,
    actor: &Actor,
    id: ApplicationId,
) -> Answer<Application> {
    let application = store::application(c, id)?;
    let visible = match whose(actor) {
        Whose::Owner(owner) => application.owner == owner,
        Whose::Region(region) => application.township.is_within(&region),
    };
    if visible { Ok(application) } else { Err(Failure::not_found()) }
}

/// Returns the applications that the actor may know of, newest first, and one more.
pub(crate) fn visible_applications(
    c: &mut Conn,
    actor: &Actor,
    before: Option<ApplicationId>,
    limit: i64,
) -> Answer<Vec<Application>> {
    store::applications(c, &whose(actor), before, limit)
}

pub(crate) fn apply(tx: &mut Tx, it: &Apply) -> Answer<Application> {
    let (actor, now) = (tx.actor()?, tx.now());
    let project = project_within(tx.conn(), it.project_id, &actor.region)?;
    rules::indicators_given(&it.grade_indicators)?;
    let asked = asked(tx.conn(), &project, it.id, it.m2, now.date_in_shanghai())?;
    none_of(&rules::against(&project, &asked))?;
    let application = Application {
        id: it.id,
        project_id: project.id,
        project_number: project.number,
        township: project.township,
        owner: project.owner,
        m2: it.m2,
        wetland_type: it.wetland_type,
        grade: it.grade,
        grade_method: it.grade_method.clone(),
        grade_indicators: it.grade_indicators.clone(),
        entered_by: actor.user_id,
        entered_at: now,
        decision: None,
        replaces: None,
    };
    store::insert_application(tx, &application)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "project": &application.project_number,
            "m2": it.m2,
            "grade": it.grade,
            "wetland_type": it.wetland_type,
        })),
        ..Event::default()
    });
    Ok(application)
}

pub(crate) fn certify(tx: &mut Tx, it: &Certify) -> Answer<Batch> {
    let application = undecided(tx, it.application_id)?;
    let now = tx.now();
    let project = restoration::project(tx.conn(), application.project_id)?;
    let today = now.date_in_shanghai();
    let asked = asked(tx.conn(), &project, application.id, application.m2, today)?;
    none_of(&rules::against(&project, &asked))?;
    identity::fresh_code(tx)?;
    let acceptance = project
        .acceptance
        .as_ref()
        .ok_or_else(|| Failure::broken("certifiable land has its acceptance"))?;
    let year = today.year();
    let n = tx.next_number(&format!("batch:{}:{year}", project.county))?;
    let number = batch_number(&project.county, year, n);
    let issued_m2 = application.m2.get();
    let batch = Batch {
        id: it.batch_id,
        serials: SerialBlock { batch: number.clone(), first: 1, last: issued_m2 }.to_string(),
        number,
        project_id: project.id,
        project_number: project.number.clone(),
        county: project.county.clone(),
        owner: project.owner,
        assessor: acceptance.assessment.assessor,
        wetland_type: application.wetland_type,
        grade: application.grade,
        year: i64::from(year),
        issued_m2,
        buffer_m2: buffer(issued_m2, it.settings.buffer_percent),
        townships: townships(tx.conn(), &project, issued_m2)?,
        accepted_on: acceptance.accepted_on,
        certified_at: now,
        releases: Vec::new(),
        frozen: false,
    };
    decide(tx, application.id, ApplicationOutcome::Certified, None)?;
    store::insert_batch(tx, application.id, &batch)?;
    issue(tx, it.journal_id, &batch)?;
    tx.record(Event {
        subject: subject(application.id),
        before: Some(json!({ "outcome": null })),
        after: Some(json!({
            "outcome": ApplicationOutcome::Certified,
            "batch": &batch.number,
            "serials": &batch.serials,
            "buffer_m2": batch.buffer_m2,
        })),
        ..Event::default()
    });
    Ok(batch)
}

pub(crate) fn reject(tx: &mut Tx, it: &Reject) -> Answer<Application> {
    let application = undecided(tx, it.application_id)?;
    decide(tx, application.id, ApplicationOutcome::Rejected, Some(it.reason.clone()))?;
    tx.record(Event {
        subject: subject(application.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "outcome": null })),
        after: Some(json!({ "outcome": ApplicationOutcome::Rejected })),
    });
    store::application(tx.conn(), application.id)
}

/// Loads an application for the person who is to decide on it.
fn undecided(tx: &mut Tx, id: ApplicationId) -> Answer<Application> {
    let actor = tx.actor()?;
    let application = visible_application(tx.conn(), &actor, id)?;
    let decider = Decider { user: actor.user_id, role: actor.role };
    rules::decide(application.entered_by, !application.is_open(), &decider)?;
    Ok(application)
}

fn decide(
    tx: &mut Tx,
    id: ApplicationId,
    outcome: ApplicationOutcome,
    reason: Option<Label>,
) -> Answer<()> {
    let (decided_by, decided_at) = (tx.actor()?.user_id, tx.now());
    store::insert_decision(tx, id, &Decision { outcome, reason, decided_by, decided_at })
}

/// Books the credits: the lowest serials to be released, the highest into the buffer (R38).
fn issue(tx: &mut Tx, journal_id: JournalId, batch: &Batch) -> Answer<()> {
    let transfer = |bucket, amount| NewTransfer {
        from: Account::credits(Holder::House, batch.id, CreditBucket::Issuance),
        to: Account::credits(batch.owner, batch.id, bucket),
        amount,
    };
    let mut transfers = vec![
        transfer(CreditBucket::Unreleased, batch.issued_m2 - batch.buffer_m2),
        transfer(CreditBucket::Buffer, batch.buffer_m2),
    ];
    transfers.retain(|transfer| transfer.amount > 0);
    ledger::post(
        tx,
        NewJournal {
            id: journal_id,
            event: "certification",
            subject: batch.id.uuid(),
            effective_at: batch.certified_at,
            reverses: None,
            transfers,
        },
    )
}

/// Returns what of the batch belongs to which township (R64).
fn townships(c: &mut Conn, project: &Project, issued_m2: i64) -> Answer<Vec<TownshipShare>> {
    let land: Vec<(RegionCode, i64)> = project
        .parcels
        .iter()
        .map(|site| (site.township.clone(), site.area_m2.centi_m2()))
        .collect();
    let share = |(region, certified_m2): (RegionCode, i64)| {
        let organisation_id = if region == project.township {
            project.owner
        } else {
            identity::organisation_in_region(c, OrganisationKind::Township, &region)
                .map_err(|failure| absent(failure, CannotCertify::NoTownship(region.clone())))?
                .id
        };
        Ok(TownshipShare { region, organisation_id, certified_m2 })
    };
    township_shares(issued_m2, &land).into_iter().map(share).collect()
}

fn asked(
    c: &mut Conn,
    project: &Project,
    application: ApplicationId,
    m2: SquareMetres,
    today: NaiveDate,
) -> Answer<Asked> {
    let rejected = |other: &Application| {
        other
            .decision
            .as_ref()
            .is_some_and(|decision| decision.outcome == ApplicationOutcome::Rejected)
    };
    let others_m2 = store::applications_of(c, project.id)?
        .iter()
        .filter(|other| other.id != application && !rejected(other))
        .map(|other| other.m2.get())
        .sum();
    let matter = Matter::CertificationApplication;
    Ok(Asked {
        m2,
        others_m2,
        barred: barred(c, project)?,
        duties: duties(c, project)?,
        scheme_notice: restoration::scheme_notice(c, project.id, today)?,
        result_notice: restoration::result_notice(c, project.id, today)?,
        panel: experts::panel_of(c, matter, application.uuid())?,
        frozen: store::open_freeze(c, project.id)?.is_some(),
    })
}

fn barred(c: &mut Conn, project: &Project) -> Answer<Vec<BarredParcel>> {
    let ids: Vec<_> = project.parcels.iter().map(|site| site.parcel_id).collect();
    Ok(inventory::parcels(c, &ids)?.iter().filter_map(restoration::barred).collect())
}

/// Refuses with everything that stands against a certification, told at once.
fn none_of(against: &[(&'static str, CannotCertify)]) -> Answer<()> {
    if against.is_empty() { Ok(()) } else { Err(Failure::of_all("not-certifiable", against)) }
}

/// Land that somebody must restore by law earns no credit, whatever the project says of itself (R34).
fn duties(c: &mut Conn, project: &Project) -> Answer<Vec<Label>> {
    let mut duties = Vec::new();
    for site in &project.parcels {
        duties.extend(inventory::duty_on_parcel(c, site.parcel_id)?);
    }
    Ok(duties)
}

fn project_within(c: &mut Conn, id: ProjectId, region: &RegionCode) -> Answer<Project> {
    let project = restoration::project(c, id)?;
    if project.township.is_within(region) { Ok(project) } else { Err(Failure::not_found()) }
}

/// Says in our own words that something is not there.
fn absent(failure: Failure, refusal: CannotCertify) -> Failure {
    match failure {
        Failure::Refused(problem) if problem.code == "not-found" => refusal.into(),
        other => other,
    }
}

/// A township sees its own applications, the authorities those of their region.
fn whose(actor: &Actor) -> Whose {
    match actor.role {
        Role::TownshipOfficer => Whose::Owner(actor.organisation_id),
        _ => Whose::Region(actor.region.clone()),
    }
}

fn subject(id: ApplicationId) -> String {
    format!("certification_application:{id}")
}

fn subject_of_project(id: ProjectId) -> String {
    format!("project:{id}")
}
