//! The tables of liens.

mod insurance;
mod rows;
mod sales;

use chrono::NaiveDate;
use diesel::prelude::*;

pub(crate) use insurance::*;
pub(crate) use rows::*;
pub(crate) use sales::*;

use crate::encumbrance::model::{
    DepartureId, EncumbrancePartId, PledgeId, PledgeState, Run, RunKind,
};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{pledge_departures, pledge_extensions, pledge_serials, pledges};

/// Departures and extensions that are shown of one pledge.
const PARTS_SHOWN_MAX: i64 = 200;

/// Whose pledges or sales are asked for.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    Holder(OrganisationId),
    Lender(OrganisationId),
    Region(RegionCode),
}

/// Returns one pledge; an unknown id is not found.
pub(crate) fn pledge(c: &mut Conn, id: PledgeId) -> Answer<PledgeRow> {
    let found = pledges::table.find(id).select(PledgeRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns pledges, newest first.
pub(crate) fn pledges_page(
    c: &mut Conn,
    whose: &Whose,
    state: Option<PledgeState>,
    before: Option<PledgeId>,
    limit: i64,
) -> Answer<Vec<PledgeRow>> {
    let mut query = pledges::table.select(PledgeRow::as_select()).into_boxed();
    query = match whose {
        Whose::Holder(id) => query.filter(pledges::holder_id.eq(*id)),
        Whose::Lender(id) => query.filter(pledges::lender_id.eq(*id)),
        Whose::Region(region) => query.filter(pledges::county.like(format!("{region}%"))),
    };
    if let Some(state) = state {
        query = query.filter(pledges::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(pledges::id.lt(before));
    }
    Ok(query.order(pledges::id.desc()).limit(limit).load(c)?)
}

/// Returns requests that nobody answered by then, a bounded number of them.
pub(crate) fn pledges_expired(
    c: &mut Conn,
    today: NaiveDate,
    limit: i64,
) -> Answer<Vec<PledgeRow>> {
    Ok(pledges::table
        .filter(pledges::expires_on.lt(today))
        .order(pledges::expires_on)
        .limit(limit)
        .select(PledgeRow::as_select())
        .load(c)?)
}

/// Returns pledges that were not valued that day yet, a bounded number of them.
pub(crate) fn pledges_to_value(
    c: &mut Conn,
    today: NaiveDate,
    limit: i64,
) -> Answer<Vec<PledgeRow>> {
    Ok(pledges::table
        .filter(pledges::valued_on.lt(today))
        .order(pledges::valued_on)
        .limit(limit)
        .select(PledgeRow::as_select())
        .load(c)?)
}

/// Returns the runs of a pledge of one kind, in order.
pub(crate) fn runs_of(c: &mut Conn, id: PledgeId, kind: RunKind) -> Answer<Vec<Run>> {
    let rows: Vec<(i64, i64)> = pledge_serials::table
        .filter(pledge_serials::pledge_id.eq(id))
        .filter(pledge_serials::kind.eq(kind))
        .order(pledge_serials::first_serial)
        .select((pledge_serials::first_serial, pledge_serials::last_serial))
        .load(c)?;
    Ok(rows.into_iter().map(run).collect())
}

/// Returns the runs of one departure, in order.
pub(crate) fn runs_of_departure(c: &mut Conn, row: &DepartureRow) -> Answer<Vec<Run>> {
    let rows: Vec<(i64, i64)> = pledge_serials::table
        .filter(pledge_serials::pledge_id.eq(row.pledge_id))
        .filter(pledge_serials::departure_id.eq(row.id))
        .order(pledge_serials::first_serial)
        .select((pledge_serials::first_serial, pledge_serials::last_serial))
        .load(c)?;
    Ok(rows.into_iter().map(run).collect())
}

fn run((first_serial, last_serial): (i64, i64)) -> Run {
    Run { first_serial, last_serial }
}

/// Keeps runs of a pledge.
pub(crate) fn insert_runs(
    tx: &mut Tx,
    pledge_id: PledgeId,
    (kind, departure_id): (RunKind, Option<DepartureId>),
    runs: &[Run],
) -> Answer<()> {
    let row = |run: &Run| SerialsRow {
        id: EncumbrancePartId::new(),
        pledge_id,
        kind,
        departure_id,
        first_serial: run.first_serial,
        last_serial: run.last_serial,
    };
    Ok(tx.insert_all(&runs.iter().map(row).collect::<Vec<_>>())?)
}

/// Returns one departure; an unknown id is not found.
pub(crate) fn departure(c: &mut Conn, id: DepartureId) -> Answer<DepartureRow> {
    let found =
        pledge_departures::table.find(id).select(DepartureRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Returns the last departures of a pledge, the first of them first.
pub(crate) fn departures_of(c: &mut Conn, id: PledgeId) -> Answer<Vec<DepartureRow>> {
    let mut rows: Vec<DepartureRow> = pledge_departures::table
        .filter(pledge_departures::pledge_id.eq(id))
        .order(pledge_departures::left_m2)
        .limit(PARTS_SHOWN_MAX)
        .select(DepartureRow::as_select())
        .load(c)?;
    rows.reverse();
    Ok(rows)
}

/// Returns the last extensions of a pledge, the first of them first.
pub(crate) fn extensions_of(c: &mut Conn, id: PledgeId) -> Answer<Vec<ExtensionRow>> {
    let mut rows: Vec<ExtensionRow> = pledge_extensions::table
        .filter(pledge_extensions::pledge_id.eq(id))
        .order(pledge_extensions::ends_on.desc())
        .limit(PARTS_SHOWN_MAX)
        .select(ExtensionRow::as_select())
        .load(c)?;
    rows.reverse();
    Ok(rows)
}
