//! Price bands of counties.

use diesel::prelude::*;

use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::market::band::PriceBandId;
use crate::schema::price_bands;

record! {
    /// A row is how far from the last index the prices of a county may be.
    pub(crate) struct PriceBandRow in price_bands {
        id: PriceBandId as Id,
        county: RegionCode as Text,
        percent: Option<i64> as Nullable<BigInt>,
        document: String as Text,
        approval_id: RawId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// Returns the percentage in force in a county, if there is a band.
pub(in crate::market) fn band_of_county(
    conn: &mut Conn,
    county: &RegionCode,
) -> Answer<Option<i64>> {
    let last: Option<Option<i64>> = price_bands::table
        .filter(price_bands::county.eq(county.clone()))
        .filter(price_bands::approved_at.is_not_null())
        .order(price_bands::approved_at.desc())
        .select(price_bands::percent)
        .first(conn)
        .optional()?;
    Ok(last.flatten())
}

pub(in crate::market) fn price_band(conn: &mut Conn, id: PriceBandId) -> Answer<PriceBandRow> {
    let query = price_bands::table.find(id).select(PriceBandRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

/// Loads the decisions of a county on its band, newest first, and one more than the page holds.
pub(in crate::market) fn price_bands_of(
    conn: &mut Conn,
    county: &RegionCode,
    page: &PageQuery,
) -> Answer<Vec<PriceBandRow>> {
    let mut query = price_bands::table.filter(price_bands::county.eq(county.clone())).into_boxed();
    if let Some(after) = page.after::<PriceBandId>()? {
        query = query.filter(price_bands::id.lt(after));
    }
    let query = query.order(price_bands::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PriceBandRow::as_select()).load(conn)?)
}
