//! Retirements, their parts and serials, and their assignments.

use diesel::prelude::*;

use super::applications::Whose;
use super::rows::{AssignmentRow, PartRow, RetirementRow, SerialsRow};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::occupation::model::{OccupationId, RetirementId, RetirementState};
use crate::schema::{retirement_assignments, retirement_parts, retirement_serials, retirements};

/// Loads a retirement; an unknown id is not found.
pub(crate) fn retirement(c: &mut Conn, id: RetirementId) -> Answer<RetirementRow> {
    let query = retirements::table.find(id).select(RetirementRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// One page of retirements, newest first.
pub(crate) fn retirements_page(
    c: &mut Conn,
    whose: &Whose,
    before: Option<RetirementId>,
    rows_max: i64,
) -> Answer<Vec<RetirementRow>> {
    let mut query = retirements::table.select(RetirementRow::as_select()).into_boxed();
    query = match whose {
        Whose::Developer(id) => query.filter(retirements::developer_id.eq(*id)),
        Whose::Region(region) => query.filter(retirements::county.like(format!("{region}%"))),
    };
    if let Some(before) = before {
        query = query.filter(retirements::id.lt(before));
    }
    Ok(query.order(retirements::id.desc()).limit(rows_max).load(c)?)
}

/// The retirements that count, or may count, for an application, in order.
pub(crate) fn retirements_serving(
    c: &mut Conn,
    id: OccupationId,
    state: RetirementState,
    rows_max: i64,
) -> Answer<Vec<RetirementRow>> {
    Ok(retirements::table
        .filter(retirements::serves_id.eq(id))
        .filter(retirements::state.eq(state))
        .order(retirements::id)
        .limit(rows_max)
        .select(RetirementRow::as_select())
        .load(c)?)
}

/// What was asked for, part by part.
pub(crate) fn parts(c: &mut Conn, id: RetirementId) -> Answer<Vec<PartRow>> {
    Ok(retirement_parts::table
        .filter(retirement_parts::retirement_id.eq(id))
        .order(retirement_parts::position)
        .select(PartRow::as_select())
        .load(c)?)
}

/// The serials that a retirement used up, in order.
pub(crate) fn serials(c: &mut Conn, id: RetirementId) -> Answer<Vec<SerialsRow>> {
    Ok(retirement_serials::table
        .filter(retirement_serials::retirement_id.eq(id))
        .order(retirement_serials::position)
        .select(SerialsRow::as_select())
        .load(c)?)
}

/// The serials that several retirements used up.
pub(crate) fn serials_of(c: &mut Conn, ids: &[RetirementId]) -> Answer<Vec<SerialsRow>> {
    Ok(retirement_serials::table
        .filter(retirement_serials::retirement_id.eq_any(ids))
        .order((retirement_serials::retirement_id, retirement_serials::position))
        .select(SerialsRow::as_select())
        .load(c)?)
}

/// The assignment of a retirement that waits for its second person.
pub(crate) fn assignment_waiting(c: &mut Conn, id: RetirementId) -> Answer<Option<AssignmentRow>> {
    Ok(retirement_assignments::table
        .filter(retirement_assignments::retirement_id.eq(id))
        .filter(retirement_assignments::state.eq(RetirementState::Asked))
        .order(retirement_assignments::id.desc())
        .select(AssignmentRow::as_select())
        .first(c)
        .optional()?)
}
