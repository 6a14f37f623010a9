//! Trades of those whom they concern, newest first.

use diesel::prelude::*;

use super::TradeRow;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::trades;
use crate::settlement::model::TradeId;

/// Which trades are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::settlement) struct TradeFilter {
    pub(in crate::settlement) party: Option<OrganisationId>,
    pub(in crate::settlement) county: Option<RegionCode>,
}

/// Returns trades, newest first.
pub(in crate::settlement) fn trades_page(
    conn: &mut Conn,
    filter: &TradeFilter,
    before: Option<TradeId>,
    rows_max: i64,
) -> Answer<Vec<TradeRow>> {
    let Some(party) = filter.party else {
        return trades_of(conn, filter, None, (before, rows_max));
    };
    // Each side by its own index; nobody trades with themselves.
    let mut rows = trades_of(conn, filter, Some(Side::Buyer(party)), (before, rows_max))?;
    rows.extend(trades_of(conn, filter, Some(Side::Seller(party)), (before, rows_max))?);
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    Ok(rows)
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Buyer(OrganisationId),
    Seller(OrganisationId),
}

fn trades_of(
    conn: &mut Conn,
    filter: &TradeFilter,
    side: Option<Side>,
    (before, rows_max): (Option<TradeId>, i64),
) -> Answer<Vec<TradeRow>> {
    let mut query = trades::table.select(TradeRow::as_select()).into_boxed();
    match side {
        Some(Side::Buyer(party)) => query = query.filter(trades::buyer_id.eq(party)),
        Some(Side::Seller(party)) => query = query.filter(trades::seller_id.eq(party)),
        None => {}
    }
    if let Some(county) = &filter.county {
        query = query.filter(trades::county.eq(county.clone()));
    }
    if let Some(before) = before {
        query = query.filter(trades::id.lt(before));
    }
    Ok(query.order(trades::id.desc()).limit(rows_max).load(conn)?)
}
