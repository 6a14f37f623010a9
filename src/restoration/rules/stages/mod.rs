//! When a project may go on (R24), be accepted (R29, R33) and be closed; who may know of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::last_day_of_years;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;
use crate::restoration::model::{Project, Scope, Stage};

/// Why a project does not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotAdvance {
    #[error("the project is {is}, it cannot become {wanted}")]
    OutOfOrder { is: Stage, wanted: Stage },
    #[error("who reviewed the scheme cannot approve it")]
    ReviewerApproves,
    #[error(
        "restoration of important wetland is approved and accepted at provincial level or above"
    )]
    ImportantWetland,
    #[error("there is no assessor {0}")]
    NoSuchAssessor(String),
    #[error("{assessor} has an interest in this project: {why}")]
    Interested { assessor: String, why: &'static str },
    #[error("the report does not declare that its assessor has no interest")]
    InterestNotDenied,
    #[error("an acceptance names 2 to {max} different inspectors")]
    Inspectors { max: usize },
    #[error("{what} is dated {date}; it must lie between {first} and {last}")]
    Dated { what: &'static str, date: NaiveDate, first: NaiveDate, last: NaiveDate },
    #[error(
        "an accepted area is positive and at most that of the polygons: {asked} m² of {polygons} m²"
    )]
    Area { asked: SurveyedArea, polygons: SurveyedArea },
    #[error("the project has no monitoring plan")]
    NoPlan,
    #[error("the project has its monitoring plan")]
    HasPlan,
    #[error("a monitoring plan is filed between acceptance and closure, the project is {is}")]
    PlanOutOfTime { is: Stage },
    #[error("a monitoring plan runs for 1 to {max} years")]
    PlanYears { max: i64 },
    #[error("the project was withdrawn")]
    Withdrawn,
    #[error("a project is withdrawn before its construction begins, it is {is}")]
    TooLateToWithdraw { is: Stage },
    #[error("zone approvals are filed before the project is approved, it is {is}")]
    TooLateForApproval { is: Stage },
    #[error("the project has an approval for zone {0}")]
    HasZoneApproval(String),
}

/// An acceptance is signed by at most this many inspectors.
const INSPECTORS_MAX: usize = 20;
/// The longest monitoring plan: a generation.
const PLAN_YEARS_MAX: i64 = 30;

/// An organisation that wrote a report, as far as its interests go (R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assessor {
    pub(crate) id: OrganisationId,
    pub(crate) name: String,
    pub(crate) is_assessor: bool,
    pub(crate) related_to: Option<OrganisationId>,
    /// The name of the organisation that it is related to.
    pub(crate) related_name: Option<String>,
}

/// What is put forward for an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion<'a> {
    pub(crate) assessor: &'a Assessor,
    pub(crate) no_interest_declared: bool,
    pub(crate) reported_on: NaiveDate,
    pub(crate) inspected_on: NaiveDate,
    pub(crate) inspectors: &'a [Label],
    pub(crate) area: SurveyedArea,
}

/// What is put forward for a closure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post<'a> {
    pub(crate) assessor: &'a Assessor,
    pub(crate) no_interest_declared: bool,
    pub(crate) reported_on: NaiveDate,
}

/// Decides whether the project may enter the stage: the next one only (R24).
pub(crate) fn advance(is: Stage, wanted: Stage) -> Result<(), CannotAdvance> {
    if is.next() == Some(wanted) { Ok(()) } else { Err(CannotAdvance::OutOfOrder { is, wanted }) }
}

/// Decides on an approval: by another person than the reviewer, for important wetland by the
/// province (R31).
pub(crate) fn approve(
    project: &Project,
    approver: &Actor,
    important: bool,
) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Approved)?;
    if entered_by(project, Stage::SchemeReviewed) == Some(approver.user_id) {
        return Err(CannotAdvance::ReviewerApproves);
    }
    high_enough(&approver.region, important)
}

/// Decides on an acceptance (R29, R31, R33).
pub(crate) fn accept(
    project: &Project,
    acceptor: &Actor,
    important: bool,
    put: &Completion,
    today: NaiveDate,
) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Accepted)?;
    high_enough(&acceptor.region, important)?;
    independent(project, put.assessor, put.no_interest_declared)?;
    let first = entered_on(project, Stage::Completed).unwrap_or(today);
    dated("the report", put.reported_on, first, today)?;
    dated("the inspection", put.inspected_on, first, today)?;
    let different = put.inspectors.iter().collect::<BTreeSet<_>>().len();
    if different < 2 || different != put.inspectors.len() || different > INSPECTORS_MAX {
        return Err(CannotAdvance::Inspectors { max: INSPECTORS_MAX });
    }
    area_fits(project, put.area)
}

/// Decides whether the project may go into monitoring.
pub(crate) fn monitor(project: &Project) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Monitoring)?;
    if project.monitoring_plan.is_none() { Err(CannotAdvance::NoPlan) } else { Ok(()) }
}

/// Decides whether a monitoring plan may be filed.
pub(crate) fn plan(project: &Project, years: i64) -> Result<(), CannotAdvance> {
    if project.monitoring_plan.is_some() {
        return Err(CannotAdvance::HasPlan);
    }
    if !matches!(project.stage, Stage::Accepted | Stage::Monitoring) {
        return Err(CannotAdvance::PlanOutOfTime { is: project.stage });
    }
    if (1..=PLAN_YEARS_MAX).contains(&years) {
        Ok(())
    } else {
        Err(CannotAdvance::PlanYears { max: PLAN_YEARS_MAX })
    }
}

/// Decides on a closure, which needs a post assessment of the land under monitoring (R24).
pub(crate) fn close(project: &Project, put: &Post, today: NaiveDate) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Closed)?;
    independent(project, put.assessor, put.no_interest_declared)?;
    let first = entered_on(project, Stage::Monitoring).unwrap_or(today);
    dated("the post assessment", put.reported_on, first, today)
}

/// Decides whether anything may still be done to the project.
pub(crate) fn not_withdrawn(project: &Project) -> Result<(), CannotAdvance> {
    if project.withdrawal.is_some() { Err(CannotAdvance::Withdrawn) } else { Ok(()) }
}

/// Decides whether the project may be given up: before anything is built.
pub(crate) fn withdraw(project: &Project) -> Result<(), CannotAdvance> {
    let is = project.stage;
    if is > Stage::Approved { Err(CannotAdvance::TooLateToWithdraw { is }) } else { Ok(()) }
}

/// Decides whether an approval of that day for a zone is filed (R18).
pub(crate) fn file_approval(
    project: &Project,
    zone: &str,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotAdvance> {
    let is = project.stage;
    if is >= Stage::Approved {
        return Err(CannotAdvance::TooLateForApproval { is });
    }
    if project.zone_approvals.iter().any(|it| it.zone_no.as_str() == zone) {
        return Err(CannotAdvance::HasZoneApproval(zone.to_owned()));
    }
    dated("the approval", date, NaiveDate::MIN, today)
}

/// Returns on which days the yearly reports are due, counted from the acceptance.
pub(crate) fn reports_due(accepted_on: NaiveDate, years: i64) -> Vec<NaiveDate> {
    let year = |n: i64| {
        last_day_of_years(accepted_on, i32::try_from(n).ok()?).and_then(|last| last.succ_opt())
    };
    (1..=years).filter_map(year).collect()
}

/// Returns which projects somebody may know of: a township's drafts are its own affair.
pub(crate) fn scope_of(actor: &Actor) -> Scope {
    let county = actor.region.county().unwrap_or_else(|| actor.region.clone());
    match actor.role {
        Role::TownshipOfficer => Scope::Township { organisation_id: actor.organisation_id, county },
        Role::Administrator
        | Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer
        | Role::Auditor
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer => Scope::Region(actor.region.clone()),
    }
}

impl Scope {
    /// Whether a project is within it.
    pub(crate) fn sees(&self, project: &Project) -> bool {
        match self {
            Self::Region(region) => project.township.is_within(region),
            Self::Township { organisation_id, county } => {
                let public = project.stage >= Stage::Approved && project.county == *county;
                project.owner == *organisation_id || public
            }
        }
    }
}

fn entered_by(project: &Project, stage: Stage) -> Option<UserId> {
    project.stages.iter().find(|entry| entry.stage == stage).map(|entry| entry.entered_by)
}

fn entered_on(project: &Project, stage: Stage) -> Option<NaiveDate> {
    let entry = project.stages.iter().find(|entry| entry.stage == stage)?;
    Some(entry.entered_at.date_in_shanghai())
}

fn high_enough(seat: &RegionCode, important: bool) -> Result<(), CannotAdvance> {
    if important && seat.level() != RegionLevel::Province {
        return Err(CannotAdvance::ImportantWetland);
    }
    Ok(())
}

/// The buyers are not known yet: who buys from a project asks for its assessor then.
fn independent(project: &Project, assessor: &Assessor, denied: bool) -> Result<(), CannotAdvance> {
    let name = assessor.name.clone();
    if !assessor.is_assessor {
        return Err(CannotAdvance::NoSuchAssessor(name));
    }
    let contractor = project.contractor.as_ref().map(|contractor| contractor.as_str());
    let why = if assessor.id == project.owner || assessor.related_to == Some(project.owner) {
        Some("it is related to the project's owner")
    } else if contractor.is_some()
        && (contractor == Some(&name) || contractor == assessor.related_name.as_deref())
    {
        Some("it is related to the contractor")
    } else {
        None
    };
    match why {
        Some(why) => Err(CannotAdvance::Interested { assessor: name, why }),
        None if denied => Ok(()),
        None => Err(CannotAdvance::InterestNotDenied),
    }
}

fn dated(
    what: &'static str,
    date: NaiveDate,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<(), CannotAdvance> {
    if (first..=last).contains(&date) {
        Ok(())
    } else {
        Err(CannotAdvance::Dated { what, date, first, last })
    }
}

fn area_fits(project: &Project, asked: SurveyedArea) -> Result<(), CannotAdvance> {
    let centi_m2 = project.parcels.iter().map(|site| site.area_m2.centi_m2()).sum();
    let polygons = SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default();
    if asked > SurveyedArea::default() && asked <= polygons {
        Ok(())
    } else {
        Err(CannotAdvance::Area { asked, polygons })
    }
}

#[cfg(test)]
mod tests;
