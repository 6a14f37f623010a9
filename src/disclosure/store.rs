//! What the public may read, from the tables of those who wrote it.

mod land;
mod publications;
mod retired;
mod traces;
mod tape;
mod zones;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::schema::{accounts, balances, batches};

pub(super) use land::{LandFilter, boundary, cells, extent, marks, public_parcel, wetland_year};
pub(super) use publications::{LateRow, OverdueRow, late_notices, unpublished};
pub(super) use retired::{Retired, RetiredFilter, retired};
pub(super) use tape::{TapeFilter, Taped, tape};
pub(super) use traces::{MovedRow, application_of, buckets_of_batch_at, moves_of_serial};
pub(super) use zones::zones;

/// A batch as the public sees it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct PublicBatchRow {
    pub(super) id: BatchId,
    pub(super) number: String,
    pub(super) county: RegionCode,
    pub(super) project_number: String,
    pub(super) wetland_type: String,
    pub(super) grade: i64,
    pub(super) issued_m2: i64,
    pub(super) certified_at: Time,
}

/// Returns batches, newest first.
pub(super) fn batches_page(
    conn: &mut Conn,
    county: Option<RegionCode>,
    before: Option<BatchId>,
    rows_max: i64,
) -> Answer<Vec<PublicBatchRow>> {
    let mut query = batches::table
        .select((
            batches::id,
            batches::number,
            batches::county,
            batches::project_number,
            batches::wetland_type,
            batches::grade,
            batches::issued_m2,
            batches::certified_at,
        ))
        .into_boxed();
    if let Some(county) = county {
        query = query.filter(batches::county.eq(county));
    }
    if let Some(before) = before {
        query = query.filter(batches::id.lt(before));
    }
    Ok(query.order(batches::id.desc()).limit(rows_max).load(conn)?)
}

/// Returns where the credits of a batch are, over all holders (R40): buckets with what they hold.
pub(super) fn buckets_of_batch(conn: &mut Conn, id: BatchId) -> Answer<BTreeMap<String, i64>> {
    let sum = diesel::dsl::sql::<BigInt>("CAST(COALESCE(SUM(balances.balance), 0) AS BIGINT)");
    let rows: Vec<(String, i64)> = accounts::table
        .inner_join(balances::table.on(balances::account_id.eq(accounts::id)))
        .filter(accounts::asset_id.eq(RawId(id.uuid())))
        .filter(accounts::bucket.ne("issuance"))
        .group_by(accounts::bucket)
        .select((accounts::bucket, sum))
        .load(conn)?;
    Ok(rows.into_iter().filter(|(_, m2)| *m2 != 0).collect())
}
