//! Applications, what was filed with them, policies and restoration fees.

use diesel::prelude::*;

use super::rows::{
    DecisionRow, DeficiencyRow, DocumentRow, FeeRow, OccupationRow, OpinionRow, PolicyRow, StateRow,
};
use crate::inventory::Bounds;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::occupation::model::{
    FeeState, OccupationId, OccupationState, PolicyId, RestorationFeeId,
};
use crate::schema::{
    deficiency_notices, national_opinions, occupation_decisions, occupation_documents,
    occupation_policies, occupation_states, occupations, restoration_fees,
};

/// No place has so many approved occupations; more would hide behind each other.
const NEAR_MAX: i64 = 1_000;
/// How many documents an application may have, and one more.
const DOCUMENTS_MAX: i64 = 101;

/// Whose applications are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    Developer(OrganisationId),
    Region(RegionCode),
}

/// Which applications a list shows.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) whose: Whose,
    pub(crate) state: Option<OccupationState>,
}

/// Loads an application; an unknown id is not found.
pub(crate) fn occupation(c: &mut Conn, id: OccupationId) -> Answer<OccupationRow> {
    let query = occupations::table.find(id).select(OccupationRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// How far an application is.
pub(crate) fn state(c: &mut Conn, id: OccupationId) -> Answer<StateRow> {
    let query = occupation_states::table.find(id).select(StateRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// One page of applications with how far they are, newest first.
pub(crate) fn occupations_page(
    c: &mut Conn,
    filter: &Filter,
    before: Option<OccupationId>,
    rows_max: i64,
) -> Answer<Vec<(OccupationRow, StateRow)>> {
    let mut query = occupations::table
        .inner_join(occupation_states::table.on(occupation_states::id.eq(occupations::id)))
        .select((OccupationRow::as_select(), StateRow::as_select()))
        .into_boxed();
    query = match &filter.whose {
        Whose::Developer(id) => query.filter(occupations::developer_id.eq(*id)),
        Whose::Region(region) => query.filter(occupations::county.like(format!("{region}%"))),
    };
    if let Some(state) = filter.state {
        query = query.filter(occupation_states::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(occupations::id.lt(before));
    }
    Ok(query.order(occupations::id.desc()).limit(rows_max).load(c)?)
}

/// How many applications of a developer wait for their decision, counted up to that many.
pub(crate) fn waiting_of(c: &mut Conn, developer: OrganisationId, most: i64) -> Answer<i64> {
    let waiting =
        [OccupationState::Submitted, OccupationState::Deficient, OccupationState::Accepted];
    let ids: Vec<OccupationId> = occupations::table
        .inner_join(occupation_states::table.on(occupation_states::id.eq(occupations::id)))
        .filter(occupations::developer_id.eq(developer))
        .filter(occupation_states::state.eq_any(waiting))
        .limit(most)
        .select(occupations::id)
        .load(c)?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// Approved occupations in a county whose box touches this one; restored land is free again.
pub(crate) fn approved_near(
    c: &mut Conn,
    county: &RegionCode,
    bounds: &Bounds,
) -> Answer<Vec<OccupationRow>> {
    Ok(occupations::table
        .inner_join(occupation_states::table.on(occupation_states::id.eq(occupations::id)))
        .filter(occupations::county.eq(county.clone()))
        .filter(occupations::west.le(bounds.east))
        .filter(occupations::east.ge(bounds.west))
        .filter(occupations::south.le(bounds.north))
        .filter(occupations::north.ge(bounds.south))
        .filter(occupation_states::state.eq(OccupationState::Approved))
        .order(occupations::id)
        .limit(NEAR_MAX)
        .select(OccupationRow::as_select())
        .load(c)?)
}

/// The documents of an application, in the order of their filing.
pub(crate) fn documents(c: &mut Conn, id: OccupationId) -> Answer<Vec<DocumentRow>> {
    Ok(occupation_documents::table
        .filter(occupation_documents::occupation_id.eq(id))
        .order(occupation_documents::id)
        .limit(DOCUMENTS_MAX)
        .select(DocumentRow::as_select())
        .load(c)?)
}

/// The notice of what is missing, if there was one.
pub(crate) fn deficiency(c: &mut Conn, id: OccupationId) -> Answer<Option<DeficiencyRow>> {
    Ok(deficiency_notices::table
        .filter(deficiency_notices::occupation_id.eq(id))
        .select(DeficiencyRow::as_select())
        .first(c)
        .optional()?)
}

/// The newest opinion of the national authority.
pub(crate) fn last_opinion(c: &mut Conn, id: OccupationId) -> Answer<Option<OpinionRow>> {
    Ok(national_opinions::table
        .filter(national_opinions::occupation_id.eq(id))
        .order(national_opinions::id.desc())
        .select(OpinionRow::as_select())
        .first(c)
        .optional()?)
}

/// How an application ended.
pub(crate) fn decision(c: &mut Conn, id: OccupationId) -> Answer<Option<DecisionRow>> {
    Ok(occupation_decisions::table
        .filter(occupation_decisions::occupation_id.eq(id))
        .select(DecisionRow::as_select())
        .first(c)
        .optional()?)
}

/// Loads a policy; an unknown id is not found.
pub(crate) fn policy(c: &mut Conn, id: PolicyId) -> Answer<PolicyRow> {
    let query = occupation_policies::table.find(id).select(PolicyRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The policy last approved for exactly this region.
pub(crate) fn policy_in_force(c: &mut Conn, region: &RegionCode) -> Answer<Option<PolicyRow>> {
    Ok(occupation_policies::table
        .filter(occupation_policies::region.eq(region.clone()))
        .filter(occupation_policies::approved_at.is_not_null())
        .order(occupation_policies::approved_at.desc())
        .select(PolicyRow::as_select())
        .first(c)
        .optional()?)
}

/// Loads a restoration fee; an unknown id is not found.
pub(crate) fn fee(c: &mut Conn, id: RestorationFeeId) -> Answer<FeeRow> {
    let query = restoration_fees::table.find(id).select(FeeRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The restoration fee of an application, if one is set.
pub(crate) fn fee_of(c: &mut Conn, id: OccupationId) -> Answer<Option<FeeRow>> {
    Ok(restoration_fees::table
        .filter(restoration_fees::occupation_id.eq(id))
        .select(FeeRow::as_select())
        .first(c)
        .optional()?)
}

/// Restoration fees in that state after that one, in order.
pub(crate) fn fees_in(
    c: &mut Conn,
    state: FeeState,
    after: Option<RestorationFeeId>,
    rows_max: i64,
) -> Answer<Vec<FeeRow>> {
    let mut query = restoration_fees::table
        .filter(restoration_fees::state.eq(state))
        .order(restoration_fees::id)
        .limit(rows_max)
        .select(FeeRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(restoration_fees::id.gt(after));
    }
    Ok(query.load(c)?)
}
