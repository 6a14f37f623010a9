//! What moved the balance of a region, from those who wrote it down.

use diesel::prelude::*;

use crate::inventory::{BalanceChange, BalanceFact};
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::{batches, releases};

/// Returns every release of credits in a region: a batch has at most three.
pub(crate) fn releases_in(conn: &mut Conn, region: &RegionCode) -> Answer<Vec<BalanceFact>> {
    let rows: Vec<(RegionCode, Time, i64)> = releases::table
        .inner_join(batches::table.on(batches::id.eq(releases::batch_id)))
        .filter(batches::county.like(format!("{region}%")))
        .order(releases::id)
        .select((batches::county, releases::released_at, releases::step_m2))
        .load(conn)?;
    let fact = |(county, released_at, m2): (RegionCode, Time, i64)| BalanceFact {
        on: released_at.date_in_shanghai(),
        change: BalanceChange::Released { county },
        centi_m2: m2.saturating_mul(100),
    };
    Ok(rows.into_iter().map(fact).collect())
}
