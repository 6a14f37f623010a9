//! Bans: a county's operations centre keeps an organisation from auctions and negotiated transfers
//! of its credits, and lifts the ban again. What was agreed before stays as it is.

mod api;
mod store;

use serde_json::json;

pub(super) use self::api::operations;
use self::store::TradingBanRow;
use super::auction::CannotAuction;
use crate::identity;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

id! {
    /// A ban on an organisation.
    pub struct TradingBanId;
}

/// Refuses an organisation that is banned in the county of the credits.
pub(super) fn check(
    conn: &mut Conn,
    county: &RegionCode,
    organisation: OrganisationId,
) -> Answer<()> {
    match store::standing(conn, county, organisation)? {
        Some(_) => Err(CannotAuction::Banned(county.clone()).into()),
        None => Ok(()),
    }
}

/// Bans an organisation from trading in the actor's county.
#[derive(Debug, Clone)]
struct Ban {
    id: TradingBanId,
    organisation: OrganisationId,
    reason: Label,
}

/// Lifts a ban.
#[derive(Debug, Clone)]
struct Lift {
    id: TradingBanId,
    reason: Label,
}

fn ban(tx: &mut Tx<'_>, it: &Ban) -> Answer<TradingBanRow> {
    let actor = tx.actor()?;
    let county = actor.region.county().ok_or_else(Failure::not_found)?;
    let organisation = identity::organisation(tx.conn(), it.organisation)?;
    if store::standing(tx.conn(), &county, organisation.id)?.is_some() {
        return Err(CannotAuction::AlreadyBanned.into());
    }
    let row = TradingBanRow {
        id: it.id,
        county,
        organisation_id: organisation.id,
        reason: it.reason.to_string(),
        banned_by: actor.user_id,
        banned_at: tx.now(),
        lifted_by: None,
        lifted_at: None,
        lift_reason: None,
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: format!("trading_ban:{}", row.id),
        reason: Some(row.reason.clone()),
        after: Some(json!({ "organisation": organisation.id, "county": row.county })),
        ..Event::default()
    });
    Ok(row)
}

fn lift(tx: &mut Tx<'_>, it: &Lift) -> Answer<TradingBanRow> {
    let actor = tx.actor()?;
    let mut row = store::ban(tx.conn(), it.id)?;
    if actor.region.county().as_ref() != Some(&row.county) {
        return Err(Failure::not_found());
    }
    if row.lifted_at.is_some() {
        return Err(CannotAuction::AlreadyLifted.into());
    }
    let (by, at): (UserId, Time) = (actor.user_id, tx.now());
    row.lifted_by = Some(by);
    row.lifted_at = Some(at);
    row.lift_reason = Some(it.reason.to_string());
    tx.update(&row)?;
    tx.record(Event {
        subject: format!("trading_ban:{}", row.id),
        reason: row.lift_reason.clone(),
        ..Event::default()
    });
    Ok(row)
}
