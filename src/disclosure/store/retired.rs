//! The retirements of everybody, newest first.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::{RetirementId, RetirementState, run_text};
use crate::schema::{certificates, occupations, retirement_serials, retirements};

/// A retirement as the public sees it.
#[derive(Debug, Clone, Queryable)]
pub(in crate::disclosure) struct RetiredRow {
    pub(in crate::disclosure) id: RetirementId,
    pub(in crate::disclosure) number: String,
    pub(in crate::disclosure) county: RegionCode,
    /// The application that it serves.
    pub(in crate::disclosure) occupation: String,
    pub(in crate::disclosure) project: Label,
    /// Of what is occupied.
    pub(in crate::disclosure) wetland_type: WetlandType,
    pub(in crate::disclosure) m2: SquareMetres,
    pub(in crate::disclosure) retired_at: Time,
}

/// A retirement with its newest certificate and the serials that it used up.
#[derive(Debug, Clone)]
pub(in crate::disclosure) struct Retired {
    pub(in crate::disclosure) row: RetiredRow,
    pub(in crate::disclosure) certificate: Option<String>,
    pub(in crate::disclosure) serials: Vec<String>,
}

/// Which retirements are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::disclosure) struct RetiredFilter {
    /// The county of the occupation.
    pub(in crate::disclosure) county: Option<RegionCode>,
    pub(in crate::disclosure) from: Option<Time>,
    pub(in crate::disclosure) before: Option<Time>,
}

/// Returns retirements that took effect, newest first.
pub(in crate::disclosure) fn retired(
    c: &mut Conn,
    filter: &RetiredFilter,
    after: Option<RetirementId>,
    rows_max: i64,
) -> Answer<Vec<Retired>> {
    let rows = page(c, filter, after, rows_max)?;
    let ids: Vec<RetirementId> = rows.iter().map(|row| row.id).collect();
    let mut newest = newest_certificates(c, &ids)?;
    let mut serials = serials_of(c, &ids)?;
    let whole = |row: RetiredRow| Retired {
        certificate: newest.remove(&row.id),
        serials: serials.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(whole).collect())
}

fn page(
    c: &mut Conn,
    filter: &RetiredFilter,
    after: Option<RetirementId>,
    rows_max: i64,
) -> Answer<Vec<RetiredRow>> {
    let retired_at = retirements::decided_at.assume_not_null();
    let mut query = retirements::table
        .inner_join(occupations::table.on(occupations::id.eq(retirements::serves_id)))
        .filter(retirements::state.eq(RetirementState::Effective))
        .select((
            retirements::id,
            retirements::number,
            retirements::county,
            occupations::number,
            occupations::project_name,
            occupations::wetland_type,
            retirements::m2,
            retired_at,
        ))
        .into_boxed();
    if let Some(county) = &filter.county {
        query = query.filter(retirements::county.eq(county.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(retired_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(retired_at.lt(before));
    }
    if let Some(id) = after {
        let Some(last_at) = moment_of(c, id)? else { return Ok(Vec::new()) };
        query = query
            .filter(retired_at.le(last_at))
            .filter(retired_at.lt(last_at).or(retirements::id.lt(id)));
    }
    Ok(query.order((retired_at.desc(), retirements::id.desc())).limit(rows_max).load(c)?)
}

/// When the retirement took effect at which the page before ended.
fn moment_of(c: &mut Conn, id: RetirementId) -> QueryResult<Option<Time>> {
    let found: Option<Option<Time>> =
        retirements::table.find(id).select(retirements::decided_at).first(c).optional()?;
    Ok(found.flatten())
}

/// The number of the newest certificate of each.
fn newest_certificates(
    c: &mut Conn,
    ids: &[RetirementId],
) -> QueryResult<HashMap<RetirementId, String>> {
    let rows: Vec<(RetirementId, String)> = certificates::table
        .filter(certificates::retirement_id.eq_any(ids))
        .order(certificates::id)
        .select((certificates::retirement_id, certificates::number))
        .load(c)?;
    Ok(rows.into_iter().collect())
}

/// The runs of serials that each used up, as they are printed.
fn serials_of(
    c: &mut Conn,
    ids: &[RetirementId],
) -> QueryResult<HashMap<RetirementId, Vec<String>>> {
    let rows: Vec<(RetirementId, String, i64, i64)> = retirement_serials::table
        .filter(retirement_serials::retirement_id.eq_any(ids))
        .order((retirement_serials::retirement_id, retirement_serials::position))
        .select((
            retirement_serials::retirement_id,
            retirement_serials::batch_number,
            retirement_serials::first_serial,
            retirement_serials::last_serial,
        ))
        .load(c)?;
    let mut runs: HashMap<RetirementId, Vec<String>> = HashMap::new();
    for (id, batch, first, last) in rows {
        runs.entry(id).or_default().push(run_text(&batch, first, last));
    }
    Ok(runs)
}
