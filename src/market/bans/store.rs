//! The table of bans.

use diesel::prelude::*;

use super::TradingBanId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::trading_bans;

record! {
    /// A row is a county's ban on an organisation.
    pub(crate) struct TradingBanRow in trading_bans {
        id: TradingBanId as Id,
        county: RegionCode as Text,
        organisation_id: OrganisationId as Id,
        reason: String as Text,
        banned_by: UserId as Id,
        banned_at: Time as Timestamp,
        lifted_by: Option<UserId> as Nullable<Id>,
        lifted_at: Option<Time> as Nullable<Timestamp>,
        lift_reason: Option<String> as Nullable<Text>,
    }
}

/// Returns the ban that stands on an organisation in a county, if there is one.
pub(super) fn standing(
    conn: &mut Conn,
    county: &RegionCode,
    organisation: OrganisationId,
) -> QueryResult<Option<TradingBanRow>> {
    trading_bans::table
        .filter(trading_bans::organisation_id.eq(organisation))
        .filter(trading_bans::county.eq(county.clone()))
        .filter(trading_bans::lifted_at.is_null())
        .select(TradingBanRow::as_select())
        .first(conn)
        .optional()
}

/// Returns one ban; an unknown id is not found.
pub(super) fn ban(conn: &mut Conn, id: TradingBanId) -> Answer<TradingBanRow> {
    let query = trading_bans::table.find(id).select(TradingBanRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

/// Returns the bans of a county, or of all, newest first.
pub(super) fn page(
    conn: &mut Conn,
    county: Option<RegionCode>,
    before: Option<TradingBanId>,
    rows_max: i64,
) -> Answer<Vec<TradingBanRow>> {
    let mut query = trading_bans::table.select(TradingBanRow::as_select()).into_boxed();
    if let Some(county) = county {
        query = query.filter(trading_bans::county.eq(county));
    }
    if let Some(before) = before {
        query = query.filter(trading_bans::id.lt(before));
    }
    Ok(query.order(trading_bans::id.desc()).limit(rows_max).load(conn)?)
}
