//! The table of floor prices.

use diesel::prelude::*;

use super::PriceFloorId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, record};
use crate::kernel::ids::UserId;
use crate::kernel::money::PricePerMu;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::price_floors;

record! {
    /// A row is a decision on a county's floor price.
    pub(crate) struct PriceFloorRow in price_floors {
        id: PriceFloorId as Id,
        county: RegionCode as Text,
        price_fen_per_mu: PricePerMu as BigInt,
        document: String as Text,
        approval_id: RawId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// Returns the floor price of a county, where it has set one.
pub(in crate::market) fn floor_of(
    conn: &mut Conn,
    county: &RegionCode,
) -> QueryResult<Option<PricePerMu>> {
    price_floors::table
        .filter(price_floors::county.eq(county.clone()))
        .filter(price_floors::approved_at.is_not_null())
        .order(price_floors::approved_at.desc())
        .select(price_floors::price_fen_per_mu)
        .first(conn)
        .optional()
}

/// Returns one decision; an unknown id is not found.
pub(super) fn floor(conn: &mut Conn, id: PriceFloorId) -> Answer<PriceFloorRow> {
    let query = price_floors::table.find(id).select(PriceFloorRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

/// Loads the decisions of a county on its floor, newest first, and one more than the page holds.
pub(super) fn floors_of(
    conn: &mut Conn,
    county: &RegionCode,
    page: &PageQuery,
) -> Answer<Vec<PriceFloorRow>> {
    let mut query =
        price_floors::table.filter(price_floors::county.eq(county.clone())).into_boxed();
    if let Some(after) = page.after::<PriceFloorId>()? {
        query = query.filter(price_floors::id.lt(after));
    }
    let query = query.order(price_floors::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PriceFloorRow::as_select()).load(conn)?)
}
