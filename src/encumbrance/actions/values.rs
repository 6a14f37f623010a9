//! What the shares that secure a loan are worth on a day.

use chrono::{Days, NaiveDate};

use super::batch_of;
use crate::certification::Batch;
use crate::encumbrance::rules::{Basis, Cover, cover, secured_value};
use crate::encumbrance::store::{self, PledgeRow};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::market::index_fen;
use crate::settlement::{self, IndexKey, PriceDay};

/// The index of a valuation is that of a year.
const DAYS_OF_INDEX: u64 = 365;

/// What secures a loan and what it is worth.
#[derive(Debug, Clone)]
pub(crate) struct Valuation {
    pub(crate) on: NaiveDate,
    pub(crate) from: NaiveDate,
    pub(crate) batch: Batch,
    pub(crate) pledged_m2: i64,
    pub(crate) secured_bp: i64,
    /// The days on which credits of that type and grade were traded in the county.
    pub(crate) days: Vec<PriceDay>,
    pub(crate) index_fen: Option<i64>,
    /// Before and after the haircut; none where nothing was traded.
    pub(crate) value_fen: Option<(i64, i64)>,
    pub(crate) cover: Option<Cover>,
}

/// Values what secures a pledge at the end of a day.
pub(crate) fn value(c: &mut Conn, row: &PledgeRow, on: NaiveDate) -> Answer<Valuation> {
    let batch = batch_of(c, row.batch_id)?;
    let from = on.checked_sub_days(Days::new(DAYS_OF_INDEX)).unwrap_or(on);
    let key = IndexKey {
        region: row.county.clone(),
        wetland_type: Some(batch.wetland_type),
        grade: Some(batch.grade.get()),
    };
    let days = settlement::price_days(c, &key, (from, on))?;
    let turnover = days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.turnover));
    let traded_m2 = days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.m2));
    let pledged_m2 = pledged_on(c, row, on)?;
    let secured_bp = secured_bp(c, row, &batch, on)?;
    let basis =
        Basis { turnover, traded_m2, pledged_m2, secured_bp, haircut_percent: row.haircut_percent };
    let value_fen = secured_value(&basis);
    let covered = |(_, kept): (i64, i64)| cover(kept, row.amount_fen.get(), row.cover_percent);
    Ok(Valuation {
        on,
        from,
        batch,
        pledged_m2,
        secured_bp,
        days,
        index_fen: index_fen(turnover, traded_m2),
        value_fen,
        cover: value_fen.map(covered),
    })
}

/// What was under the lien at the end of a day.
fn pledged_on(c: &mut Conn, row: &PledgeRow, on: NaiveDate) -> Answer<i64> {
    if row.registered_at.is_none_or(|at| at.date_in_shanghai() > on) {
        return Ok(0);
    }
    let departures = store::departures_of(c, row.id)?;
    let gone = departures.iter().rev().find(|one| one.departed_at.date_in_shanghai() <= on);
    Ok(gone.map_or(row.m2.get(), |one| one.left_m2))
}

/// The parts of a trade's money that secure the loan, in hundredths of a percent.
fn secured_bp(c: &mut Conn, row: &PledgeRow, batch: &Batch, on: NaiveDate) -> Answer<i64> {
    let terms = settlement::terms_of_county(c, &row.county)?;
    let schedule = terms
        .schedules
        .iter()
        .find(|one| one.is_approved && (one.valid_from..=one.valid_to).contains(&on));
    let Some(schedule) = schedule else { return Ok(0) };
    let of_holder = batch.townships.iter().filter(|one| one.organisation_id == row.holder_id);
    let own: i64 = of_holder.map(|one| one.certified_m2).sum();
    let all: i64 = batch.townships.iter().map(|one| one.certified_m2).sum();
    let township = schedule.township_bp.saturating_mul(own).checked_div(all).unwrap_or(0);
    let treasury = 10_000 - schedule.township_bp - schedule.centre_bp;
    let mut bp = 0;
    if row.township_share {
        bp += township;
    }
    if row.treasury_share && row.signed_at.is_some() {
        bp += treasury;
    }
    Ok(bp)
}
