//! Orders that end before all of them is filled: by their buyer, or by the clock. What was reserved
//! is free again in each of their fee accounts.

use std::collections::BTreeMap;

use super::listing::has_expired;
use super::matching::{account_in, accounts_of, match_listing};
use super::model::{CancelOrder, Listing, Order, OrderEndId, OrderEndKind, OrderId, OrderState};
use super::order::CannotOrder;
use super::placing::{available, end_of, moving};
use super::store::{self, OrderEndRow, Shift};
use crate::kernel::actor::Doing;
use crate::kernel::db::{Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, Account, FeeAccountId, MoneyBucket};

/// How many orders one command ends, so that the writer is not held up.
const EXPIRED_PER_COMMAND_MAX: i64 = 100;

/// Takes back what is left of an order and frees what is reserved for it.
pub(super) fn cancel_order(tx: &mut Tx<'_>, it: &CancelOrder) -> Answer<Order> {
    let actor = tx.actor()?;
    let mut order = store::order(tx.conn(), it.order)?;
    if order.buyer != actor.organisation_id {
        return Err(Failure::not_found());
    }
    if order.state != OrderState::Open {
        return Err(CannotOrder::NotOpen(order.state).into());
    }
    let end = end_of(&order, it.end, OrderEndKind::Cancelled, tx.now());
    let end = OrderEndRow { reason: it.reason.clone(), ended_by: Some(actor.user_id), ..end };
    let accounts = accounts_of(tx.conn(), std::iter::once(&order))?;
    end_order(tx, &mut order, end.clone(), &accounts)?;
    tx.record(Event {
        subject: format!("order:{}", order.id),
        reason: Some(it.reason.clone()),
        after: Some(serde_json::json!({ "freed_m2": end.freed_m2, "state": order.state })),
        ..Event::default()
    });
    Ok(order)
}

fn end_order(
    tx: &mut Tx<'_>,
    order: &mut Order,
    end: OrderEndRow,
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
) -> Answer<()> {
    let now = tx.now();
    for county in &order.counties {
        let account = account_in(accounts, county)?;
        let from = Account::money(order.buyer, account, MoneyBucket::Reserved);
        let to = available(order.buyer, account);
        let journal = moving(order, "order_release", (from, to), order.reserved_fen, now);
        ledger::post(tx, journal)?;
    }
    let mut shift = Shift::default();
    shift.want(order, -order.left_m2);
    order.state = end.kind.state();
    order.left_m2 = 0;
    order.reserved_fen = 0;
    store::insert_order_ends(tx, vec![(0, end)])?;
    store::save_orders(tx, &[&*order], accounts)?;
    store::save_shift(tx, shift)
}

fn expire_orders(tx: &mut Tx<'_>) -> Answer<usize> {
    let (now, today) = (tx.now(), tx.now().date_in_shanghai());
    let mut ended: Vec<OrderId> = Vec::new();
    for id in store::expired_orders(tx.conn(), today, EXPIRED_PER_COMMAND_MAX)? {
        let mut order = store::order(tx.conn(), id)?;
        if order.state != OrderState::Open || !has_expired(order.valid_to, today) {
            continue;
        }
        let end = end_of(&order, OrderEndId::new(), OrderEndKind::Expired, now);
        let accounts = accounts_of(tx.conn(), std::iter::once(&order))?;
        end_order(tx, &mut order, end, &accounts)?;
        ended.push(id);
    }
    if !ended.is_empty() {
        tx.record(Event {
            subject: "orders".into(),
            after: Some(serde_json::json!({ "expired": ended })),
            ..Event::default()
        });
    }
    Ok(ended.len())
}

/// Ends orders whose last day has passed; returns how many. Where nothing is due it only reads.
pub async fn end_due_orders(db: &Db) -> Answer<usize> {
    let mut ended = 0;
    loop {
        let today = db.clock().now().date_in_shanghai();
        if db.read(None, move |conn| Ok(store::expired_orders(conn, today, 1)?)).await?.is_empty() {
            return Ok(ended);
        }
        ended += db.write(Doing::system("expire_orders"), expire_orders).await?;
    }
}

/// Goes on matching listings that met more waiting orders than one command fills; returns how many
/// orders it filled.
pub async fn match_due_listings(db: &Db) -> Answer<usize> {
    let mut filled = 0;
    while db.read(None, |conn| Ok(store::matching_due(conn)?.is_some())).await? {
        filled += db.write(Doing::system("match_listing"), go_on_matching).await?;
    }
    Ok(filled)
}

fn go_on_matching(tx: &mut Tx<'_>) -> Answer<usize> {
    let Some(due) = store::matching_due(tx.conn())? else { return Ok(0) };
    let mut listing: Listing = store::listing(tx.conn(), due.listing_id)?;
    let (filled, is_more) = match_listing(tx, &mut listing)?;
    if !is_more {
        store::finish_matching(tx, &due)?;
    }
    tx.record(Event {
        subject: format!("listing:{}", listing.id),
        after: Some(serde_json::json!({ "orders_filled": filled, "left_m2": listing.left_m2 })),
        ..Event::default()
    });
    Ok(filled)
}
