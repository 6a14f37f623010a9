//! What an order would cost now and from whom, without placing it.

use std::collections::BTreeMap;

use super::book::{Fill, reserve};
use super::floor::{Floor, bid};
use super::model::{Listing, Order, OrderId, OrderState, Wanted};
use super::order::{Candidate, check_order};
use super::placing::{available, may_pay, place_of};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::money::{PricePerMu, amount};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger;
use crate::settlement::{self, check_terms};

/// One listing that an order would be filled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QuotedFill {
    pub(super) listing: Listing,
    pub(super) m2: i64,
    pub(super) amount_fen: i64,
}

/// What an order would need in the fee account of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QuotedCash {
    pub(super) county: RegionCode,
    /// What the fills of this county's credits would cost.
    pub(super) cost_fen: i64,
    /// What the order would have to reserve to be taken.
    pub(super) reserve_fen: i64,
    pub(super) available_fen: i64,
}

/// The answer to an order that is only asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) place: RegionCode,
    pub(super) trading_area: RegionCode,
    pub(super) fills: Vec<QuotedFill>,
    pub(super) cash: Vec<QuotedCash>,
}

/// Answers for all counties that may sell to the buyer, whether or not its cash is there.
pub(super) fn quote(conn: &mut Conn, actor: &Actor, wanted: &Wanted, now: Time) -> Answer<Quote> {
    let mut floor = Floor::default();
    floor.know(conn, [actor.organisation_id])?;
    let buyer = floor.organisation(actor.organisation_id)?.clone();
    let (today, place) = (now.date_in_shanghai(), place_of(wanted, &buyer.region));
    let trading_area = check_order(wanted, &place, today)?;
    let mut candidates: Vec<(Candidate, _)> = Vec::new();
    for account in settlement::fee_accounts(conn)? {
        if may_pay(wanted, &place, &account) {
            let terms = check_terms(floor.terms(conn, &account.county)?, &place, today);
            let cash_fen = ledger::balance(conn, &available(buyer.id, account.id))?;
            candidates.push((Candidate { county: account.county, cash_fen, terms }, account.id));
        }
    }
    candidates.retain(|(candidate, _)| candidate.terms.is_ok());
    let counties = candidates.iter().map(|(candidate, _)| candidate.county.clone()).collect();
    let order = asked(wanted, &buyer, (place.clone(), trading_area.clone()), counties, now);
    let bid = bid(&order, floor.side(buyer.id)?);
    floor.bring_asks(conn, &bid, &order.counties, now)?;
    let fills = floor.book.quote(&bid);
    let fills = fills.iter().map(|fill| quoted(&floor, fill)).collect::<Answer<Vec<_>>>()?;
    let mut costs: BTreeMap<RegionCode, i64> = BTreeMap::new();
    for fill in &fills {
        *costs.entry(fill.listing.county.clone()).or_default() += fill.amount_fen;
    }
    let reserve_fen = reserve(wanted.area.get(), wanted.limit.fen(), 0);
    let cash = candidates.into_iter().map(|(candidate, _)| QuotedCash {
        cost_fen: costs.get(&candidate.county).copied().unwrap_or_default(),
        reserve_fen,
        available_fen: candidate.cash_fen,
        county: candidate.county,
    });
    Ok(Quote { place, trading_area, fills, cash: cash.collect() })
}

fn quoted(floor: &Floor, fill: &Fill) -> Answer<QuotedFill> {
    let broken = || Failure::broken("a quoted fill has its listing and an amount");
    let listing = floor.listings.get(&fill.listing).ok_or_else(broken)?;
    let area = fill.m2.try_into().map_err(|_| broken())?;
    let price = PricePerMu::of_fen(fill.price_fen).map_err(|_| broken())?;
    let amount_fen = amount(area, price).map_err(|_| broken())?.get();
    Ok(QuotedFill { listing: listing.clone(), m2: fill.m2, amount_fen })
}

/// The order that it would be.
fn asked(
    wanted: &Wanted,
    buyer: &crate::identity::Organisation,
    (place, trading_area): (RegionCode, RegionCode),
    counties: Vec<RegionCode>,
    now: Time,
) -> Order {
    Order {
        id: OrderId::from(uuid::Uuid::nil()),
        number: String::new(),
        buyer: buyer.id,
        buyer_name: buyer.name.clone(),
        place,
        occupation: wanted.occupation.as_ref().map(|(id, _)| *id),
        area: wanted.area,
        limit: wanted.limit,
        wetland_type: wanted.wetland_type,
        grade_max: wanted.grade_max,
        trading_area,
        counties,
        execution: wanted.execution,
        valid_to: wanted.valid_to,
        shows_buyer: false,
        placed_by: crate::kernel::ids::UserId::from(uuid::Uuid::nil()),
        placed_at: now,
        left_m2: wanted.area.get(),
        fills: 0,
        reserved_fen: 0,
        state: OrderState::Open,
    }
}
