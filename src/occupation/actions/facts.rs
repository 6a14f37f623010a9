//! What the gate looks at, gathered, and who may see it.

use chrono::NaiveDate;

use super::balance::balance_of;
use super::certificates::worth_of;
use super::policies::policy_of;
use crate::certification::Grade;
use crate::inventory::{
    self, LandPurpose, LayerKind, NamedApproval, ParcelKind, Shape, common_area, shape_of_text,
};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::occupation::model::{
    CertificateState, DocumentKind, FeeState, OccupationGround, OccupationId, OccupationTerm,
    Quality, RetiredLot, RetirementId, RetirementState, Wanted,
};
use crate::occupation::rules::{
    Application, CannotOccupy, CannotReview, Case, GateAnswer, Neighbourhood, Standing, Wetland,
    gate, may_apply, missing_documents,
};
use crate::occupation::store::{
    self, CertificateRow, OccupationRow, RetirementRow, SerialsRow, StateRow, Whose,
};
use crate::settlement;

/// Polygons may overlap by 1 m², no more (R19); in 0.01 m².
const OVERLAP_TOLERANCE_CENTI_M2: i64 = 100;
/// How many retirements an application may have.
pub(super) const RETIREMENTS_MAX: i64 = 200;

/// An application with all that is decided by.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) occupation: OccupationRow,
    pub(crate) state: StateRow,
    /// Absent until the grade is set.
    pub(crate) wanted: Option<Wanted>,
    pub(crate) gate: GateAnswer,
    pub(crate) documents_missing: Vec<DocumentKind>,
}

/// Whose applications the actor may know of: a developer its own, an authority those of its region.
pub(crate) fn seen(actor: &Actor) -> Whose {
    match actor.role {
        Role::Developer | Role::DeveloperDirector => Whose::Developer(actor.organisation_id),
        _ => Whose::Region(actor.region.clone()),
    }
}

/// Loads an application that the actor may know of.
pub(crate) fn visible(c: &mut Conn, actor: &Actor, id: OccupationId) -> Answer<OccupationRow> {
    let row = store::occupation(c, id)?;
    let is_seen = match seen(actor) {
        Whose::Developer(developer) => row.developer_id == developer,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// The county of an application of the actor's own that still waits for its decision.
pub(crate) fn county_of_own(c: &mut Conn, actor: &Actor, id: OccupationId) -> Answer<RegionCode> {
    let row = visible(c, actor, id)?;
    let state = store::state(c, id)?.state;
    if state.is_pending() { Ok(row.county) } else { Err(CannotReview::WrongState(state).into()) }
}

/// Loads a retirement that the actor may know of.
pub(crate) fn visible_retirement(
    c: &mut Conn,
    actor: &Actor,
    id: RetirementId,
) -> Answer<RetirementRow> {
    let row = store::retirement(c, id)?;
    let is_seen = match seen(actor) {
        Whose::Developer(developer) => row.developer_id == developer,
        Whose::Region(region) => row.county.is_within(&region),
    };
    if is_seen { Ok(row) } else { Err(Failure::not_found()) }
}

/// Gathers all that the gate looks at and asks it.
pub(crate) fn facts(c: &mut Conn, id: OccupationId, today: NaiveDate) -> Answer<Facts> {
    let occupation = store::occupation(c, id)?;
    let state = store::state(c, id)?;
    let policy = policy_of(c, &occupation.county)?;
    let grade = grade_of(&state)?;
    let lots = lots_of(c, id, today)?;
    let documents_missing = documents_missing(c, id)?;
    let opinion = store::last_opinion(c, id)?.map(|opinion| opinion.favourable);
    let fee = store::fee_of(c, id)?.map(|fee| Standing {
        amount: fee.amount_fen,
        is_paid: matches!(fee.state, FeeState::Paid | FeeState::Collected),
    });
    let land =
        if state.state.is_pending() { land_faults(c, &occupation, today)? } else { Vec::new() };
    let mut balances = Vec::with_capacity(2);
    for region in [occupation.county.clone(), occupation.county.province()] {
        let balance = balance_of(c, &region)?.balance();
        balances.push((region, balance));
    }
    let gate = gate(&Case {
        state: state.state,
        county: &occupation.county,
        term: occupation.term,
        level: occupation.level,
        wetland_type: occupation.wetland_type,
        occupied: occupation.area,
        grade,
        exempt: state.exempt,
        policy: &policy,
        lots: &lots,
        documents_missing: documents_missing.clone(),
        opinion,
        fee,
        balances,
        land,
    });
    let wanted = grade.map(|grade| Wanted {
        county: occupation.county.clone(),
        wetland_type: occupation.wetland_type,
        grade,
        policy,
    });
    Ok(Facts { occupation, state, wanted, gate, documents_missing })
}

fn grade_of(state: &StateRow) -> Answer<Option<Grade>> {
    let grade = state.grade.map(Grade::try_from).transpose();
    grade.map_err(|_| Failure::broken("a grade runs from 1 to 5"))
}

/// What is missing of the papers: what the law asks for, and what a notice asked for anew.
fn documents_missing(c: &mut Conn, id: OccupationId) -> Answer<Vec<DocumentKind>> {
    let filed = store::documents(c, id)?;
    let kinds: Vec<DocumentKind> = filed.iter().map(|document| document.kind).collect();
    let mut missing = missing_documents(&kinds);
    if let Some(notice) = store::deficiency(c, id)? {
        let asked: Vec<DocumentKind> = serde_json::from_str(&notice.missing)
            .map_err(|_| Failure::broken("a notice names kinds of documents"))?;
        let since = |kind: &DocumentKind| {
            filed.iter().any(|it| it.kind == *kind && it.filed_at > notice.noted_at)
        };
        missing.extend(asked.into_iter().filter(|kind| !since(kind)));
    }
    missing.sort_unstable();
    missing.dedup();
    Ok(missing)
}

/// What was retired for an application, as the rules look at it.
fn lots_of(c: &mut Conn, id: OccupationId, today: NaiveDate) -> Answer<Vec<RetiredLot>> {
    let retired =
        store::retirements_serving(c, id, RetirementState::Effective, RETIREMENTS_MAX + 1)?;
    let ids: Vec<RetirementId> = retired.iter().map(|row| row.id).collect();
    let certificates = store::certificates_of_retirements(c, &ids)?;
    let mut lots = Vec::new();
    for row in store::serials_of(c, &ids)? {
        let newest = certificates.iter().find(|it| it.retirement_id == row.retirement_id);
        let certificate = worth_of_newest(c, newest, today)?;
        lots.push(RetiredLot { m2: row.m2.get(), certificate, quality: quality_of(c, &row)? });
    }
    Ok(lots)
}

/// Nobody counts by a paper that would be refused at the desk: frozen, or expired.
fn worth_of_newest(
    c: &mut Conn,
    newest: Option<&CertificateRow>,
    today: NaiveDate,
) -> Answer<CertificateState> {
    let newest = newest.ok_or_else(|| Failure::broken("a retirement has its certificate"))?;
    Ok(worth_of(c, newest, today)?.0)
}

/// What rules look at of serials that were retired.
pub(super) fn quality_of(c: &mut Conn, row: &SerialsRow) -> Answer<Quality> {
    let grade = Grade::try_from(row.grade);
    Ok(Quality {
        batch: row.batch_number.clone(),
        county: row.county.clone(),
        reach: settlement::reach_of_county(c, &row.county)?,
        wetland_type: row.wetland_type,
        grade: grade.map_err(|_| Failure::broken("a grade runs from 1 to 5"))?,
    })
}

/// What speaks against the place of an application as it is today.
fn land_faults(c: &mut Conn, it: &OccupationRow, today: NaiveDate) -> Answer<Vec<CannotOccupy>> {
    let shape = shape_of_text(&it.polygon)
        .map_err(|_| Failure::broken("an application has a valid shape"))?;
    let approvals = approvals_of(&it.zone_approvals)?;
    let around =
        neighbourhood(c, &shape, &it.county, &Use { ground: it.ground, approvals }, today)?;
    let application = Application {
        term: it.term,
        ground: it.ground,
        level: it.level,
        wetland_type: it.wetland_type,
        mangrove: it.mangrove,
        has_provincial_assessment: it.provincial_assessment.is_some(),
        claims_exemption: it.exempt_document.is_some(),
        permanent_building: it.term == OccupationTerm::Permanent,
        starts_on: it.starts_on,
        ends_on: it.ends_on,
    };
    Ok(may_apply(&application, &around))
}

/// For what land is to be used, and the approvals in hand.
pub(super) struct Use {
    pub(super) ground: OccupationGround,
    pub(super) approvals: Vec<NamedApproval>,
}

/// Reads the approvals that an application brought for its zones.
pub(super) fn approvals_of(text: &str) -> Answer<Vec<NamedApproval>> {
    let kept: Vec<(String, String, String)> = serde_json::from_str(text)
        .map_err(|_| Failure::broken("approvals are zone, document and authority"))?;
    let approval = |(zone_number, document, by)| NamedApproval { zone_number, document, by };
    Ok(kept.into_iter().map(approval).collect())
}

/// What the inventory and earlier approvals know of a place.
pub(super) fn neighbourhood(
    c: &mut Conn,
    shape: &Shape,
    county: &RegionCode,
    used: &Use,
    today: NaiveDate,
) -> Answer<Neighbourhood> {
    let land = inventory::land_at(c, shape, county, today)?;
    let wetlands = land.parcels.iter().filter(|touch| touch.kind == ParcelKind::Wetland);
    let ids: Vec<_> = wetlands.map(|touch| touch.parcel_id).collect();
    let mut wetlands: Vec<Wetland> = inventory::parcels(c, &ids)?
        .into_iter()
        .map(|parcel| Wetland {
            number: parcel.number,
            level: parcel.monitoring.level,
            wetland_type: parcel.monitoring.wetland_type,
            land_class: parcel.land.land_class,
        })
        .collect();
    wetlands.sort_by(|a, b| a.number.cmp(&b.number));
    let purpose = match used.ground {
        OccupationGround::WetlandProtection => LandPurpose::Protection,
        _ => LandPurpose::Other,
    };
    let zones = match inventory::may_use_land(&land, purpose, &used.approvals) {
        Ok(()) => None,
        Err(Failure::Refused(problem)) => Some((problem.english, problem.chinese)),
        Err(broken) => return Err(broken),
    };
    let mut approved = None;
    for other in store::approved_near(c, county, &shape.bounds())? {
        let theirs = shape_of_text(&other.polygon)
            .map_err(|_| Failure::broken("an application has a valid shape"))?;
        let m2 = common_area(shape, &theirs);
        if m2.centi_m2() > OVERLAP_TOLERANCE_CENTI_M2 {
            approved = Some((other.number, m2));
            break;
        }
    }
    let in_mangrove_layer = land.layers.iter().any(|touch| touch.kind == LayerKind::Mangrove);
    Ok(Neighbourhood { wetlands, in_mangrove_layer, zones, approved })
}
