//! Every SQL statement of restoration. A project is loaded whole: it is small and read seldom.

pub(crate) mod rows;
mod reports;
mod withdrawals;

use std::collections::BTreeMap;

use diesel::prelude::*;

use self::rows::{
    AcceptanceRow, AssessmentRow, BillLineRow, ClosureRow, InspectorRow, PlanRow, ProjectRow,
    SiteRow, SpeciesRow, StageRow,
};
use crate::inventory::ParcelId;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::restoration::model::{
    Acceptance, Assessment, AssessmentKind, Bill, BillLine, Closure, Consent, Inspection,
    LegalDuty, MonitoringPlan, Project, ProjectId, ProjectPartId, ProjectSummary, Quantity, Scope,
    Site, Species, Stage, StageEntry,
};
use crate::restoration::rules;
use crate::schema::{
    acceptances, assessments, bill_lines, closures, monitoring_plans, project_parcels,
    project_species, project_stages, projects, site_inspectors,
};
pub(super) use reports::{
    insert_duties, insert_report, open_duties, overdue, owes_overdue, plans_without_duties,
    set_duty,
};
pub(super) use withdrawals::{insert_withdrawal, insert_zone_approval};

/// Loads a project; an unknown id is not found.
pub(super) fn load(c: &mut Conn, id: ProjectId) -> Answer<Project> {
    let row = projects::table.find(id).select(ProjectRow::as_select()).first(c).optional()?;
    let row: ProjectRow = row.ok_or_else(Failure::not_found)?;
    let stages = stages(c, id)?;
    let newest = stages.last().ok_or_else(|| Failure::broken("a project has a stage"))?;
    let acceptance = acceptance(c, id)?;
    Ok(Project {
        id,
        number: row.number,
        name: row.name,
        county: row.county,
        township: row.township,
        owner: row.owner_id,
        stage: newest.stage,
        mode: row.mode,
        contractor: row.contractor,
        right_holder_consent: Consent {
            date: row.consent_on,
            holders: row.consent_holders,
            objections: row.consent_objections,
        },
        legal_duty: LegalDuty { exists: row.legal_duty, basis: row.legal_duty_basis },
        bill_of_quantities: Bill { lines: bill(c, id)?, total: row.bill_total },
        species: species(c, id)?,
        parcels: sites(c, id)?,
        stages,
        monitoring_plan: plan(c, id, acceptance.as_ref())?,
        monitoring_reports: reports::reports(c, id)?,
        acceptance,
        closure: closure(c, id)?,
        zone_approvals: withdrawals::zone_approvals(c, id)?,
        withdrawal: withdrawals::withdrawal(c, id)?,
    })
}

/// Loads one page of the projects within a scope, newest first, and one more.
pub(super) fn list(
    c: &mut Conn,
    scope: &Scope,
    before: Option<ProjectId>,
    limit: i64,
) -> Answer<Vec<ProjectSummary>> {
    let mut query = projects::table.select(ProjectRow::as_select()).into_boxed();
    match scope {
        Scope::Region(region) => {
            query = query.filter(projects::township.like(format!("{region}%")));
        }
        Scope::Township { organisation_id, county } => {
            let approved = project_stages::table
                .filter(project_stages::stage.eq(Stage::Approved))
                .select(project_stages::project_id);
            let public = projects::county.eq(county.clone()).and(projects::id.eq_any(approved));
            query = query.filter(projects::owner_id.eq(*organisation_id).or(public));
        }
    }
    if let Some(before) = before {
        query = query.filter(projects::id.lt(before));
    }
    let rows: Vec<ProjectRow> = query.order(projects::id.desc()).limit(limit + 1).load(c)?;
    let ids: Vec<ProjectId> = rows.iter().map(|row| row.id).collect();
    let newest = newest_stages(c, &ids)?;
    let summary = |row: ProjectRow| {
        let stage = newest.get(&row.id).copied();
        summary(row, stage.ok_or_else(|| Failure::broken("a project has a stage"))?)
    };
    rows.into_iter().map(summary).collect()
}

/// Returns the number of the project that has the parcel and was not withdrawn.
pub(super) fn project_of_parcel(c: &mut Conn, parcel: ParcelId) -> Answer<Option<String>> {
    let number = project_parcels::table
        .inner_join(projects::table)
        .filter(project_parcels::parcel_id.eq(parcel))
        .filter(projects::id.ne_all(withdrawals::withdrawn()))
        .select(projects::number)
        .first(c)
        .optional()?;
    Ok(number)
}

/// Saves a project that was just proposed.
pub(super) fn insert(tx: &mut Tx, it: &Project) -> Answer<()> {
    tx.insert(&ProjectRow {
        id: it.id,
        number: it.number.clone(),
        name: it.name.clone(),
        county: it.county.clone(),
        township: it.township.clone(),
        owner_id: it.owner,
        mode: it.mode,
        contractor: it.contractor.clone(),
        consent_on: it.right_holder_consent.date,
        consent_holders: it.right_holder_consent.holders,
        consent_objections: it.right_holder_consent.objections,
        legal_duty: it.legal_duty.exists,
        legal_duty_basis: it.legal_duty.basis.clone(),
        bill_total: it.bill_of_quantities.total,
    })?;
    tx.insert_all(&it.parcels.iter().map(|site| site_row(it.id, site)).collect::<Vec<_>>())?;
    let lines = it.bill_of_quantities.lines.iter().zip(1..);
    tx.insert_all(&lines.map(|(line, n)| line_row(it.id, n, line)).collect::<Vec<_>>())?;
    let species = it.species.iter().zip(1..);
    tx.insert_all(&species.map(|(one, n)| species_row(it.id, n, one)).collect::<Vec<_>>())?;
    it.stages.iter().try_for_each(|entry| insert_stage(tx, it.id, entry))
}

/// Saves the stage that a project enters.
pub(super) fn insert_stage(tx: &mut Tx, id: ProjectId, entry: &StageEntry) -> Answer<()> {
    tx.insert(&StageRow {
        id: ProjectPartId::new(),
        project_id: id,
        position: entry.stage.position(),
        stage: entry.stage,
        entered_by: entry.entered_by,
        organisation_id: entry.organisation_id,
        entered_at: entry.entered_at,
    })?;
    Ok(())
}

/// Saves an acceptance with its report and its inspectors.
pub(super) fn insert_acceptance(tx: &mut Tx, id: ProjectId, it: &Acceptance) -> Answer<()> {
    tx.insert(&assessment_row(id, &it.assessment))?;
    tx.insert(&AcceptanceRow {
        id: ProjectPartId::new(),
        project_id: id,
        accepted_on: it.accepted_on,
        accepted_area: it.accepted_area_m2,
        inspected_on: it.inspection.date,
    })?;
    let row = |(name, position): (&Label, i64)| InspectorRow {
        id: ProjectPartId::new(),
        project_id: id,
        position,
        name: name.clone(),
    };
    tx.insert_all(&it.inspection.inspectors.iter().zip(1..).map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// Saves a monitoring plan.
pub(super) fn insert_plan(tx: &mut Tx, id: ProjectId, years: i64) -> Answer<()> {
    let (filed_by, filed_at) = (tx.actor()?.user_id, tx.now());
    tx.insert(&PlanRow { id: ProjectPartId::new(), project_id: id, years, filed_by, filed_at })?;
    Ok(())
}

/// Saves a closure with its report.
pub(super) fn insert_closure(tx: &mut Tx, id: ProjectId, it: &Closure) -> Answer<()> {
    tx.insert(&assessment_row(id, &it.assessment))?;
    tx.insert(&ClosureRow { id: ProjectPartId::new(), project_id: id, keeper: it.keeper.clone() })?;
    Ok(())
}

fn newest_stages(c: &mut Conn, ids: &[ProjectId]) -> Answer<BTreeMap<ProjectId, Stage>> {
    let all = project_stages::table
        .order(project_stages::position)
        .select((project_stages::project_id, project_stages::stage));
    let of_them = project_stages::project_id.eq_any(ids);
    let entered: Vec<(ProjectId, Stage)> = match c {
        Conn::Pg(c) => all.filter(of_them).load(c)?,
        Conn::Sqlite(c) => all.filter(of_them).load(c)?,
    };
    // In order, so that the newest stage of each project stays.
    Ok(entered.into_iter().collect())
}

fn summary(row: ProjectRow, stage: Stage) -> Answer<ProjectSummary> {
    Ok(ProjectSummary {
        id: row.id,
        number: row.number,
        name: row.name,
        county: row.county,
        township: row.township,
        owner: row.owner_id,
        stage,
        mode: row.mode,
        bill_total: row.bill_total,
    })
}

fn stages(c: &mut Conn, id: ProjectId) -> Answer<Vec<StageEntry>> {
    let rows: Vec<StageRow> = project_stages::table
        .filter(project_stages::project_id.eq(id))
        .order(project_stages::position)
        .select(StageRow::as_select())
        .load(c)?;
    let entry = |row: StageRow| StageEntry {
        stage: row.stage,
        entered_by: row.entered_by,
        organisation_id: row.organisation_id,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn sites(c: &mut Conn, id: ProjectId) -> Answer<Vec<Site>> {
    let rows: Vec<SiteRow> = project_parcels::table
        .filter(project_parcels::project_id.eq(id))
        .order(project_parcels::id)
        .select(SiteRow::as_select())
        .load(c)?;
    let site = |row: SiteRow| Site {
        parcel_id: row.parcel_id,
        parcel_no: row.parcel_number,
        township: row.township,
        area_m2: row.area,
    };
    Ok(rows.into_iter().map(site).collect())
}

fn bill(c: &mut Conn, id: ProjectId) -> Answer<Vec<BillLine>> {
    let rows: Vec<BillLineRow> = bill_lines::table
        .filter(bill_lines::project_id.eq(id))
        .order(bill_lines::position)
        .select(BillLineRow::as_select())
        .load(c)?;
    let line = |row: BillLineRow| {
        let quantity = Quantity::of_hundredths(row.quantity)
            .map_err(|_| Failure::broken("a bill line has a quantity"))?;
        Ok(BillLine {
            item: row.item,
            unit: row.unit,
            quantity,
            unit_price: row.unit_price,
            amount: row.amount,
        })
    };
    rows.into_iter().map(line).collect()
}

fn species(c: &mut Conn, id: ProjectId) -> Answer<Vec<Species>> {
    let rows: Vec<SpeciesRow> = project_species::table
        .filter(project_species::project_id.eq(id))
        .order(project_species::position)
        .select(SpeciesRow::as_select())
        .load(c)?;
    let one = |row: SpeciesRow| Species {
        name: row.name,
        latin: row.latin,
        origin: row.origin,
        assessment: row.assessment,
        approval_no: row.approval_no,
    };
    Ok(rows.into_iter().map(one).collect())
}

fn acceptance(c: &mut Conn, id: ProjectId) -> Answer<Option<Acceptance>> {
    let row: Option<AcceptanceRow> = acceptances::table
        .filter(acceptances::project_id.eq(id))
        .select(AcceptanceRow::as_select())
        .first(c)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let inspectors = site_inspectors::table
        .filter(site_inspectors::project_id.eq(id))
        .order(site_inspectors::position)
        .select(site_inspectors::name)
        .load(c)?;
    Ok(Some(Acceptance {
        accepted_on: row.accepted_on,
        accepted_area_m2: row.accepted_area,
        assessment: assessment(c, id, AssessmentKind::CompletionAssessment)?,
        inspection: Inspection { date: row.inspected_on, inspectors },
    }))
}

fn plan(
    c: &mut Conn,
    id: ProjectId,
    acceptance: Option<&Acceptance>,
) -> Answer<Option<MonitoringPlan>> {
    let years: Option<i64> = monitoring_plans::table
        .filter(monitoring_plans::project_id.eq(id))
        .select(monitoring_plans::years)
        .first(c)
        .optional()?;
    Ok(acceptance.zip(years).map(|(acceptance, years)| MonitoringPlan {
        years,
        reports_due: rules::reports_due(acceptance.accepted_on, years),
    }))
}

fn closure(c: &mut Conn, id: ProjectId) -> Answer<Option<Closure>> {
    let keeper: Option<Label> = closures::table
        .filter(closures::project_id.eq(id))
        .select(closures::keeper)
        .first(c)
        .optional()?;
    let Some(keeper) = keeper else { return Ok(None) };
    let assessment = assessment(c, id, AssessmentKind::PostAssessment)?;
    Ok(Some(Closure { assessment, keeper }))
}

fn assessment(c: &mut Conn, id: ProjectId, kind: AssessmentKind) -> Answer<Assessment> {
    let row: AssessmentRow = assessments::table
        .filter(assessments::project_id.eq(id))
        .filter(assessments::kind.eq(kind))
        .select(AssessmentRow::as_select())
        .first(c)?;
    Ok(Assessment {
        kind,
        assessor: row.assessor_id,
        report_no: row.report_number,
        date: row.reported_on,
        author: row.author,
    })
}

fn site_row(project_id: ProjectId, site: &Site) -> SiteRow {
    SiteRow {
        id: ProjectPartId::new(),
        project_id,
        parcel_id: site.parcel_id,
        parcel_number: site.parcel_no.clone(),
        township: site.township.clone(),
        area: site.area_m2,
    }
}

fn line_row(project_id: ProjectId, position: i64, line: &BillLine) -> BillLineRow {
    BillLineRow {
        id: ProjectPartId::new(),
        project_id,
        position,
        item: line.item.clone(),
        unit: line.unit.clone(),
        quantity: line.quantity.hundredths(),
        unit_price: line.unit_price,
        amount: line.amount,
    }
}

fn species_row(project_id: ProjectId, position: i64, one: &Species) -> SpeciesRow {
    SpeciesRow {
        id: ProjectPartId::new(),
        project_id,
        position,
        name: one.name.clone(),
        latin: one.latin.clone(),
        origin: one.origin,
        assessment: one.assessment.clone(),
        approval_no: one.approval_no.clone(),
    }
}

fn assessment_row(project_id: ProjectId, it: &Assessment) -> AssessmentRow {
    AssessmentRow {
        id: ProjectPartId::new(),
        project_id,
        kind: it.kind,
        assessor_id: it.assessor,
        report_number: it.report_no.clone(),
        reported_on: it.date,
        author: it.author.clone(),
    }
}
