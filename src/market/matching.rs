//! A new listing meets the orders that wait for it, in the transaction that makes it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::book::{Ask, FILLS_MAX, meets, reserve};
use super::floor::{Floor, bid};
use super::listing::has_expired;
use super::model::{Listing, Order, OrderEndId, OrderEndKind, OrderFill, OrderId, OrderState};
use super::placing::{available, end_of, fill_of, moving, take};
use super::store::{self, Line, OrderEndRow, Part, Shift};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{self, Account, FeeAccountId, MoneyBucket, NewJournal};
use crate::settlement::{self, Trade, check_terms};

/// How many orders one command fills, so that the writer is not held up; the rest follows.
const FILLS_PER_COMMAND_MAX: usize = 200;
/// How many waiting orders of a line are brought in first, and then each time.
const FIRST: i64 = 8;
const FURTHER: i64 = 64;
/// The worst grade that there is.
const GRADE_WORST: i64 = 5;

/// What a listing's matching changes.
#[derive(Default)]
struct Matched {
    journals: Vec<NewJournal>,
    trades: Vec<(usize, Trade)>,
    fills: Vec<(usize, OrderFill)>,
    ends: Vec<(usize, OrderEndRow)>,
    shift: Shift,
}

/// Fills orders that wait for what is left of a listing, at their prices; returns how many, and
/// whether there may be more.
pub(super) fn match_listing(tx: &mut Tx<'_>, listing: &mut Listing) -> Answer<(usize, bool)> {
    let now = tx.now();
    let mut floor = Floor::default();
    let Some(ask) = floor.admit(tx.conn(), vec![listing.clone()], now)?.pop() else {
        return Ok((0, false));
    };
    let mut orders = bring_bids(tx.conn(), &mut floor, (listing, &ask), now.date_in_shanghai())?;
    if orders.is_empty() {
        return Ok((0, false));
    }
    let found = floor.book.list(&ask, FILLS_PER_COMMAND_MAX);
    if found.is_empty() {
        return Ok((0, false));
    }
    let accounts = accounts_of(tx.conn(), orders.values())?;
    let mut matched = Matched::default();
    let mut touched = Vec::with_capacity(found.len());
    for fill in &found {
        let order = orders.get_mut(&fill.order);
        let order = order.ok_or_else(|| Failure::broken("a fill has its order"))?;
        let (trade, journal) = floor.sale(fill, order, now)?;
        let reserved = order.reserved_fen;
        order.left_m2 -= fill.m2;
        order.fills += 1;
        order.reserved_fen = reserve(order.left_m2, order.limit.fen(), order.fills);
        matched.shift.want(order, -fill.m2);
        matched.shift.offer(listing, -fill.m2);
        take(listing, fill.m2);
        let freed = reserved - order.reserved_fen;
        for county in &order.counties {
            let account = account_in(&accounts, county)?;
            let from = Account::money(order.buyer, account, MoneyBucket::Reserved);
            let to = available(order.buyer, account);
            matched.journals.push(moving(order, "order_release", (from, to), freed, now));
        }
        matched.fills.push((0, fill_of(order, &trade, fill)));
        matched.journals.push(journal);
        matched.trades.push((0, trade));
        if order.left_m2 == 0 {
            order.state = OrderState::Filled;
        } else if order.fills >= FILLS_MAX {
            let kind = OrderEndKind::Exhausted;
            matched.ends.push((0, end_of(order, OrderEndId::new(), kind, now)));
            matched.shift.want(order, -order.left_m2);
            order.state = kind.state();
            order.left_m2 = 0;
        }
        touched.push(order.id);
    }
    let changed: Vec<&Order> = touched.iter().filter_map(|id| orders.get(id)).collect();
    save(tx, matched, &changed, &accounts)?;
    store::save_remainders(tx, std::iter::once(&*listing))?;
    Ok((found.len(), found.len() == FILLS_PER_COMMAND_MAX && listing.left_m2 > 0))
}

/// Lays in the orders that wait for this listing, as many as it can need.
fn bring_bids(
    conn: &mut Conn,
    floor: &mut Floor,
    (listing, ask): (&Listing, &Ask),
    today: NaiveDate,
) -> Answer<HashMap<OrderId, Order>> {
    let wetland_type = ask.kind.wetland_type;
    let mut orders = HashMap::new();
    for grade in ask.kind.grade..=GRADE_WORST {
        let line = Line { county: listing.county.clone(), wetland_type, grade };
        let (mut after, mut m2, mut able) = (0, 0, 0);
        loop {
            let count = if after == 0 { FIRST } else { FURTHER };
            let rows = store::bids_in_line(conn, &line, Part { after, count })?;
            let found = i64::try_from(rows.len()).unwrap_or(count);
            after += found;
            floor.know(conn, rows.iter().map(|order| order.buyer))?;
            let is_over = rows.last().is_none_or(|last| last.limit < listing.price);
            for order in rows {
                let terms = floor.terms(conn, &listing.county)?;
                let fits = order.limit >= listing.price && !has_expired(order.valid_to, today);
                if !fits || check_terms(terms, &order.place, today).is_err() {
                    continue;
                }
                let bid = bid(&order, floor.side(order.buyer)?);
                if meets(ask, &bid) {
                    m2 += order.left_m2;
                    able += 1;
                }
                floor.book.lay_in_bid(bid);
                orders.insert(order.id, order);
            }
            let is_enough = m2 >= ask.left_m2 || able >= FILLS_PER_COMMAND_MAX;
            if is_over || is_enough || found < count {
                break;
            }
        }
    }
    Ok(orders)
}

/// The fee accounts of all counties that these orders are paid in.
pub(super) fn accounts_of<'o>(
    conn: &mut Conn,
    orders: impl Iterator<Item = &'o Order>,
) -> Answer<BTreeMap<RegionCode, FeeAccountId>> {
    let mut accounts = BTreeMap::new();
    for county in orders.flat_map(|order| &order.counties) {
        if let Entry::Vacant(free) = accounts.entry(county.clone()) {
            free.insert(settlement::fee_account_of_county(conn, county)?.id);
        }
    }
    Ok(accounts)
}

pub(super) fn account_in(
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
    county: &RegionCode,
) -> Answer<FeeAccountId> {
    let account = accounts.get(county).copied();
    account.ok_or_else(|| Failure::broken("a county of an order has its fee account"))
}

fn save(
    tx: &mut Tx<'_>,
    matched: Matched,
    orders: &[&Order],
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
) -> Answer<()> {
    let mut books = ledger::open_for(tx.conn(), &matched.journals)?;
    for journal in matched.journals {
        books.post(0, journal)?;
    }
    ledger::save(tx, books)?;
    settlement::save_trades(tx, &matched.trades)?;
    store::insert_fills(tx, &matched.fills)?;
    store::insert_order_ends(tx, matched.ends)?;
    store::save_orders(tx, orders, accounts)?;
    store::save_shift(tx, matched.shift)
}
