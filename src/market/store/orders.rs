//! The tables of orders.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx, derived_record, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;
use crate::market::model::{
    Execution, ListingId, Order, OrderEndId, OrderEndKind, OrderFill, OrderFillId, OrderId,
    OrderState,
};
use crate::schema::{order_fills, order_remainders, orders};
use crate::settlement::TradeId;

record! {
    /// A row is a buyer's limit order.
    pub(crate) struct OrderRow in orders {
        id: OrderId as Id,
        number: String as Text,
        buyer_id: OrganisationId as Id,
        buyer_name: String as Text,
        place: RegionCode as Text,
        occupation_id: Option<RawId> as Nullable<Id>,
        m2: SquareMetres as BigInt,
        limit_fen_per_mu: PricePerMu as BigInt,
        wetland_type: WetlandType as Text,
        grade_max: i64 as BigInt,
        area: RegionCode as Text,
        counties: String as Text,
        execution: Execution as Text,
        valid_to: Option<NaiveDate> as Nullable<Date>,
        shows_buyer: bool as Bool,
        placed_by: UserId as Id,
        placed_at: Time as Timestamp,
    }
}

record! {
    /// A row is one fill of an order.
    pub(crate) struct OrderFillRow in order_fills {
        id: OrderFillId as Id,
        order_id: OrderId as Id,
        n: i64 as BigInt,
        trade_id: TradeId as Id,
        listing_id: ListingId as Id,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        amount_fen: i64 as BigInt,
        filled_at: Time as Timestamp,
    }
}

record! {
    /// A row is the end of an order before all of it was filled.
    pub(crate) struct OrderEndRow in order_ends {
        id: OrderEndId as Id,
        order_id: OrderId as Id,
        kind: OrderEndKind as Text,
        freed_m2: i64 as BigInt,
        reason: String as Text,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Time as Timestamp,
    }
}

derived_record! {
    /// A row is what is left of an order.
    pub(crate) struct OrderRemainderRow in order_remainders {
        order_id: OrderId as Id,
        left_m2: i64 as BigInt,
        fills: i64 as BigInt,
        reserved_fen: i64 as BigInt,
        state: OrderState as Text,
        valid_to: Option<NaiveDate> as Nullable<Date>,
        place: RegionCode as Text,
        area: RegionCode as Text,
        wetland_type: WetlandType as Text,
        grade_max: i64 as BigInt,
    }
    replacing (order_id) set (left_m2, fills, reserved_fen, state)
}

derived_record! {
    /// A row is a county whose credits a waiting order pays for.
    pub(crate) struct OrderPurseRow in order_purses {
        order_id: OrderId as Id,
        county: RegionCode as Text,
        fee_account_id: FeeAccountId as Id,
        wetland_type: WetlandType as Text,
        grade_max: i64 as BigInt,
        limit_fen_per_mu: PricePerMu as BigInt,
        placed_at: Time as Timestamp,
        state: OrderState as Text,
    }
    replacing (order_id, county) set (state)
}

impl Order {
    pub(super) fn of((row, left): (OrderRow, OrderRemainderRow)) -> Answer<Self> {
        let counties: Result<Vec<RegionCode>, _> =
            row.counties.split(' ').map(str::parse).collect();
        Ok(Self {
            id: row.id,
            number: row.number,
            buyer: row.buyer_id,
            buyer_name: row.buyer_name,
            place: row.place,
            occupation: row.occupation_id.map(|id| id.0),
            area: row.m2,
            limit: row.limit_fen_per_mu,
            wetland_type: row.wetland_type,
            grade_max: row.grade_max,
            trading_area: row.area,
            counties: counties.map_err(|_| Failure::broken("an order names its counties"))?,
            execution: row.execution,
            valid_to: row.valid_to,
            shows_buyer: row.shows_buyer,
            placed_by: row.placed_by,
            placed_at: row.placed_at,
            left_m2: left.left_m2,
            fills: left.fills,
            reserved_fen: left.reserved_fen,
            state: left.state,
        })
    }

    fn row(&self) -> OrderRow {
        let counties: Vec<&str> = self.counties.iter().map(RegionCode::as_str).collect();
        OrderRow {
            id: self.id,
            number: self.number.clone(),
            buyer_id: self.buyer,
            buyer_name: self.buyer_name.clone(),
            place: self.place.clone(),
            occupation_id: self.occupation.map(RawId),
            m2: self.area,
            limit_fen_per_mu: self.limit,
            wetland_type: self.wetland_type,
            grade_max: self.grade_max,
            area: self.trading_area.clone(),
            counties: counties.join(" "),
            execution: self.execution,
            valid_to: self.valid_to,
            shows_buyer: self.shows_buyer,
            placed_by: self.placed_by,
            placed_at: self.placed_at,
        }
    }

    fn remainder(&self) -> OrderRemainderRow {
        OrderRemainderRow {
            order_id: self.id,
            left_m2: self.left_m2,
            fills: self.fills,
            reserved_fen: self.reserved_fen,
            state: self.state,
            valid_to: self.valid_to,
            place: self.place.clone(),
            area: self.trading_area.clone(),
            wetland_type: self.wetland_type,
            grade_max: self.grade_max,
        }
    }

    fn purse(&self, county: RegionCode, fee_account_id: FeeAccountId) -> OrderPurseRow {
        OrderPurseRow {
            order_id: self.id,
            county,
            fee_account_id,
            wetland_type: self.wetland_type,
            grade_max: self.grade_max,
            limit_fen_per_mu: self.limit,
            placed_at: self.placed_at,
            state: self.state,
        }
    }
}

/// Returns the order as its columns say it.
pub(in crate::market) fn orders(
    conn: &mut Conn,
    ids: &[OrderId],
) -> Answer<HashMap<OrderId, Order>> {
    let mut found = HashMap::with_capacity(ids.len());
    // SQLite takes a bounded number of values in one statement.
    for ids in ids.chunks(500) {
        let rows: Vec<(OrderRow, OrderRemainderRow)> = orders::table
            .inner_join(order_remainders::table.on(order_remainders::order_id.eq(orders::id)))
            .filter(orders::id.eq_any(ids))
            .select((OrderRow::as_select(), OrderRemainderRow::as_select()))
            .load(conn)?;
        for rows in rows {
            found.insert(rows.0.id, Order::of(rows)?);
        }
    }
    Ok(found)
}

/// Returns one order; an unknown id is not found.
pub(in crate::market) fn order(conn: &mut Conn, id: OrderId) -> Answer<Order> {
    orders(conn, &[id])?.remove(&id).ok_or_else(Failure::not_found)
}

/// Returns the fills of these orders, each order's in their turn.
pub(in crate::market) fn fills_of(
    conn: &mut Conn,
    ids: &[OrderId],
) -> Answer<BTreeMap<OrderId, Vec<OrderFill>>> {
    let rows: Vec<OrderFillRow> = order_fills::table
        .filter(order_fills::order_id.eq_any(ids))
        .order((order_fills::order_id, order_fills::n))
        .select(OrderFillRow::as_select())
        .load(conn)?;
    let mut fills: BTreeMap<OrderId, Vec<OrderFill>> = BTreeMap::new();
    for row in rows {
        fills.entry(row.order_id).or_default().push(OrderFill {
            order: row.order_id,
            n: row.n,
            trade: row.trade_id,
            listing: row.listing_id,
            area: row.m2,
            price: row.price_fen_per_mu,
            amount_fen: row.amount_fen,
            at: row.filled_at,
        });
    }
    Ok(fills)
}

/// Which orders are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::market) struct OrderFilter {
    pub(in crate::market) buyer: Option<OrganisationId>,
    pub(in crate::market) state: Option<OrderState>,
}

/// Returns orders, newest first.
pub(in crate::market) fn orders_page(
    conn: &mut Conn,
    filter: &OrderFilter,
    before: Option<OrderId>,
    rows_max: i64,
) -> Answer<Vec<Order>> {
    let mut query = orders::table
        .inner_join(order_remainders::table.on(order_remainders::order_id.eq(orders::id)))
        .select((OrderRow::as_select(), OrderRemainderRow::as_select()))
        .into_boxed();
    if let Some(buyer) = filter.buyer {
        query = query.filter(orders::buyer_id.eq(buyer));
    }
    if let Some(state) = filter.state {
        query = query.filter(order_remainders::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(orders::id.lt(before));
    }
    let rows: Vec<(OrderRow, OrderRemainderRow)> =
        query.order(orders::id.desc()).limit(rows_max).load(conn)?;
    rows.into_iter().map(Order::of).collect()
}

/// Saves new orders, each with the fee accounts of its counties.
pub(in crate::market) fn insert_orders(
    tx: &mut Tx<'_>,
    orders: &[(usize, &Order)],
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
) -> Answer<()> {
    tx.insert_each(orders.iter().map(|(command, order)| (*command, order.row())).collect())?;
    let remainders: Vec<_> = orders.iter().map(|(_, order)| order.remainder()).collect();
    tx.insert_derived(&remainders)?;
    // What does not wait stands in no line.
    let waiting = orders.iter().filter(|(_, order)| order.state == OrderState::Open);
    save_purses(tx, waiting.map(|(_, order)| *order), accounts)
}

/// Saves what is left of orders that waited.
pub(in crate::market) fn save_orders(
    tx: &mut Tx<'_>,
    orders: &[&Order],
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
) -> Answer<()> {
    let mut remainders: Vec<_> = orders.iter().map(|order| order.remainder()).collect();
    remainders.sort_by_key(|row| row.order_id);
    tx.insert_derived(&remainders)?;
    let ended = orders.iter().filter(|order| order.state != OrderState::Open);
    save_purses(tx, ended.copied(), accounts)
}

fn save_purses<'o>(
    tx: &mut Tx<'_>,
    orders: impl Iterator<Item = &'o Order>,
    accounts: &BTreeMap<RegionCode, FeeAccountId>,
) -> Answer<()> {
    let mut purses = Vec::new();
    for order in orders {
        for county in &order.counties {
            let account = accounts.get(county).copied();
            let account =
                account.ok_or_else(|| Failure::broken("a county of an order has its account"))?;
            purses.push(order.purse(county.clone(), account));
        }
    }
    Ok(tx.insert_derived(&purses)?)
}

pub(in crate::market) fn insert_fills(tx: &mut Tx<'_>, fills: &[(usize, OrderFill)]) -> Answer<()> {
    let row = |(command, fill): &(usize, OrderFill)| {
        let row = OrderFillRow {
            id: Uuid::now_v7().into(),
            order_id: fill.order,
            n: fill.n,
            trade_id: fill.trade,
            listing_id: fill.listing,
            m2: fill.area,
            price_fen_per_mu: fill.price,
            amount_fen: fill.amount_fen,
            filled_at: fill.at,
        };
        (*command, row)
    };
    Ok(tx.insert_each(fills.iter().map(row).collect())?)
}

pub(in crate::market) fn insert_order_ends(
    tx: &mut Tx<'_>,
    ends: Vec<(usize, OrderEndRow)>,
) -> Answer<()> {
    Ok(tx.insert_each(ends)?)
}

/// Orders that wait, in the words of the indexes that hold no others.
pub(super) fn is_waiting() -> SqlLiteral<Bool> {
    diesel::dsl::sql::<Bool>("order_remainders.state = 'open'")
}

/// Returns waiting orders whose last day has passed, the longest expired first.
pub(in crate::market) fn expired_orders(
    conn: &mut Conn,
    today: NaiveDate,
    rows_max: i64,
) -> QueryResult<Vec<OrderId>> {
    order_remainders::table
        .filter(is_waiting())
        .filter(order_remainders::valid_to.lt(today))
        .order(order_remainders::valid_to)
        .limit(rows_max)
        .select(order_remainders::order_id)
        .load(conn)
}
