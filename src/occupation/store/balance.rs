//! What moved balances, and the balance of each region at the end of each day.

use diesel::prelude::*;

use super::rows::{BalanceDayRow, BalanceMoveRow};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::occupation::model::BalanceMoveKind;
use crate::schema::{balance_days, balance_moves};

/// When the newest release was that is counted.
pub(crate) fn last_release_at(c: &mut Conn) -> Answer<Option<Time>> {
    Ok(balance_moves::table
        .filter(balance_moves::kind.eq(BalanceMoveKind::Released))
        .order(balance_moves::moved_at.desc())
        .select(balance_moves::moved_at)
        .first(c)
        .optional()?)
}

/// Whether a move of that kind is counted for that subject.
pub(crate) fn has_moved(c: &mut Conn, kind: BalanceMoveKind, subject: uuid::Uuid) -> Answer<bool> {
    let found: Option<BalanceMoveRow> = balance_moves::table
        .filter(balance_moves::kind.eq(kind))
        .filter(balance_moves::subject_id.eq(RawId(subject)))
        .select(BalanceMoveRow::as_select())
        .first(c)
        .optional()?;
    Ok(found.is_some())
}

/// The balance of a region after the last day that changed it.
pub(crate) fn balance_day(c: &mut Conn, region: &RegionCode) -> Answer<Option<BalanceDayRow>> {
    Ok(balance_days::table
        .filter(balance_days::region.eq(region.clone()))
        .order(balance_days::day.desc())
        .select(BalanceDayRow::as_select())
        .first(c)
        .optional()?)
}

/// Saves the balance of a region at the end of a day.
pub(crate) fn save_balance_day(tx: &mut Tx, day: BalanceDayRow) -> Answer<()> {
    Ok(tx.insert_derived(&[day])?)
}

/// The balance of a region at the end of the newest days that changed it, newest first.
pub(crate) fn balance_days(
    c: &mut Conn,
    region: &RegionCode,
    days_max: i64,
) -> Answer<Vec<BalanceDayRow>> {
    Ok(balance_days::table
        .filter(balance_days::region.eq(region.clone()))
        .order(balance_days::day.desc())
        .limit(days_max)
        .select(BalanceDayRow::as_select())
        .load(c)?)
}
