//! The tables of settlement.

mod lists;
mod prices;
mod standing;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::BigInt as SqlBigInt;

pub(super) use self::lists::{TradeFilter, trades_page};
pub use self::prices::{IndexKey, PriceDay, last_price_day, price_days, take_out_of_index};
pub use self::standing::{totals_of_batches, trade_of, trades_of_buyer};
use super::model::{
    FeeAccount, Reach, Schedule, ScheduleId, Source, Split, Terms, Totals, Trade, TradeId,
    TradingAreaId,
};
use super::rules::CannotSettle;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx, derived_record, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::PricePerMu;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, FeeAccountId, JournalId};
use crate::schema::{fee_accounts, fee_schedules, trade_days, trades, trading_areas};

record! {
    /// A row is a county's bank account for trading money.
    pub(crate) struct FeeAccountRow in fee_accounts {
        id: FeeAccountId as Id,
        county: RegionCode as Text,
        number: String as Text,
        name: String as Text,
        bank: String as Text,
        document: String as Text,
        centre_id: OrganisationId as Id,
        treasury_id: OrganisationId as Id,
        opened_at: Time as Timestamp,
    }
}

record! {
    /// A row is how trades of a county are split in a period.
    pub(crate) struct FeeScheduleRow in fee_schedules {
        id: ScheduleId as Id,
        county: RegionCode as Text,
        version: i64 as BigInt,
        valid_from: NaiveDate as Date,
        valid_to: NaiveDate as Date,
        township_bp: i64 as BigInt,
        centre_bp: i64 as BigInt,
        label: String as Text,
        approval_id: RawId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is a decision on how far a county's credits may go.
    pub(crate) struct TradingAreaRow in trading_areas {
        id: TradingAreaId as Id,
        county: RegionCode as Text,
        reach: Reach as Text,
        document: String as Text,
        approval_id: RawId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is one settled trade.
    pub(crate) struct TradeRow in trades {
        id: TradeId as Id,
        number: String as Text,
        journal_id: JournalId as Id,
        source: Source as Text,
        source_id: RawId as Id,
        county: RegionCode as Text,
        fee_account_id: FeeAccountId as Id,
        schedule_id: ScheduleId as Id,
        batch_id: BatchId as Id,
        seller_id: OrganisationId as Id,
        buyer_id: OrganisationId as Id,
        related: bool as Bool,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        amount_fen: i64 as BigInt,
        township_fen: i64 as BigInt,
        centre_fen: i64 as BigInt,
        treasury_fen: i64 as BigInt,
        traded_on: NaiveDate as Date,
        traded_at: Time as Timestamp,
    }
}

derived_record! {
    /// A row is what was traded in a fee account on one day.
    pub(crate) struct TradeDayRow in trade_days {
        fee_account_id: FeeAccountId as Id,
        traded_on: NaiveDate as Date,
        trades: i64 as BigInt,
        m2: i64 as BigInt,
        amount_fen: i64 as BigInt,
        township_fen: i64 as BigInt,
        centre_fen: i64 as BigInt,
        treasury_fen: i64 as BigInt,
    }
    replacing (fee_account_id, traded_on)
    set (trades, m2, amount_fen, township_fen, centre_fen, treasury_fen)
}

impl From<FeeAccountRow> for FeeAccount {
    fn from(row: FeeAccountRow) -> Self {
        Self {
            id: row.id,
            county: row.county,
            number: row.number,
            name: row.name,
            bank: row.bank,
            document: row.document,
            centre: row.centre_id,
            treasury: row.treasury_id,
        }
    }
}

impl From<&FeeScheduleRow> for Schedule {
    fn from(row: &FeeScheduleRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            township_bp: row.township_bp,
            centre_bp: row.centre_bp,
            is_approved: row.approved_at.is_some(),
        }
    }
}

/// Returns a fee account; an unknown id is not found.
pub fn fee_account(conn: &mut Conn, id: FeeAccountId) -> Answer<FeeAccount> {
    let row: Option<FeeAccountRow> =
        fee_accounts::table.find(id).select(FeeAccountRow::as_select()).first(conn).optional()?;
    row.map(FeeAccount::from).ok_or_else(Failure::not_found)
}

/// Returns the fee account of a county, or refuses when it has none.
pub fn fee_account_of_county(conn: &mut Conn, county: &RegionCode) -> Answer<FeeAccount> {
    let row: Option<FeeAccountRow> = fee_accounts::table
        .filter(fee_accounts::county.eq(county.clone()))
        .select(FeeAccountRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(FeeAccount::from).ok_or_else(|| CannotSettle::NoFeeAccount(county.clone()))?)
}

/// Returns all fee accounts in the order of their counties; there are as many as counties.
pub fn fee_accounts(conn: &mut Conn) -> Answer<Vec<FeeAccount>> {
    let rows: Vec<FeeAccountRow> = fee_accounts::table
        .order(fee_accounts::county)
        .select(FeeAccountRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(FeeAccount::from).collect())
}

/// Returns all that trades of a county go by.
pub fn terms_of_county(conn: &mut Conn, county: &RegionCode) -> Answer<Terms> {
    let fee_account = fee_account_of_county(conn, county)?;
    let schedules = schedules(conn, county)?.iter().map(Schedule::from).collect();
    Ok(Terms { fee_account, schedules, reach: reach_of_county(conn, county)? })
}

/// Returns how far the credits of a county may go: the last approved decision, or the county.
pub fn reach_of_county(conn: &mut Conn, county: &RegionCode) -> Answer<Reach> {
    let area: Option<TradingAreaRow> = trading_areas::table
        .filter(trading_areas::county.eq(county.clone()))
        .filter(trading_areas::approved_at.is_not_null())
        .order(trading_areas::approved_at.desc())
        .select(TradingAreaRow::as_select())
        .first(conn)
        .optional()?;
    Ok(area.map_or(Reach::County, |area| area.reach))
}

/// Returns a county's schedules, the first version first.
pub(super) fn schedules(conn: &mut Conn, county: &RegionCode) -> QueryResult<Vec<FeeScheduleRow>> {
    fee_schedules::table
        .filter(fee_schedules::county.eq(county.clone()))
        .order(fee_schedules::version)
        .select(FeeScheduleRow::as_select())
        .load(conn)
}

pub(super) fn schedule(conn: &mut Conn, id: ScheduleId) -> Answer<FeeScheduleRow> {
    let query = fee_schedules::table.find(id).select(FeeScheduleRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

pub(super) fn trading_area(conn: &mut Conn, id: TradingAreaId) -> Answer<TradingAreaRow> {
    let query = trading_areas::table.find(id).select(TradingAreaRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

/// Loads the decisions of a county on how far its credits go, newest first, and one more than the
/// page holds.
pub(super) fn trading_areas_of(
    conn: &mut Conn,
    county: &RegionCode,
    page: &PageQuery,
) -> Answer<Vec<TradingAreaRow>> {
    let mut query =
        trading_areas::table.filter(trading_areas::county.eq(county.clone())).into_boxed();
    if let Some(after) = page.after::<TradingAreaId>()? {
        query = query.filter(trading_areas::id.lt(after));
    }
    let query = query.order(trading_areas::id.desc()).limit(page.limit() + 1);
    Ok(query.select(TradingAreaRow::as_select()).load(conn)?)
}

/// Saves trades of several commands with their numbers, and adds them to their days.
pub(crate) fn save_trades(
    tx: &mut Tx<'_>,
    trades: &[(usize, Trade)],
) -> Answer<Vec<(usize, TradeRow)>> {
    let mut by_series: BTreeMap<String, Vec<&(usize, Trade)>> = BTreeMap::new();
    for one in trades {
        let year = one.1.at.date_in_shanghai().year();
        by_series.entry(format!("CJ{}-{year}", one.1.county)).or_default().push(one);
    }
    let mut rows = Vec::with_capacity(trades.len());
    for (series, trades) in by_series {
        let commands: Vec<usize> = trades.iter().map(|(command, _)| *command).collect();
        let first = tx.next_numbers(&series, &commands)?;
        let numbered = (first..).zip(trades);
        rows.extend(numbered.map(|(n, (command, trade))| {
            let on = trade.at.date_in_shanghai();
            (*command, row_of(trade, format!("{series}-{n:06}"), on))
        }));
    }
    tx.insert_each(rows.clone())?;
    add_to_days(tx, rows.iter().map(|(_, row)| row))?;
    prices::add_to_index(tx, rows.iter().map(|(_, row)| row))?;
    Ok(rows)
}

fn row_of(trade: &Trade, number: String, on: NaiveDate) -> TradeRow {
    TradeRow {
        id: trade.id,
        number,
        journal_id: trade.journal,
        source: trade.source,
        source_id: RawId(trade.source_id),
        county: trade.county.clone(),
        fee_account_id: trade.fee_account,
        schedule_id: trade.schedule,
        batch_id: trade.batch,
        seller_id: trade.seller,
        buyer_id: trade.buyer,
        related: trade.related,
        m2: trade.area,
        price_fen_per_mu: trade.price,
        amount_fen: trade.split.amount,
        township_fen: trade.split.township,
        centre_fen: trade.split.centre,
        treasury_fen: trade.split.treasury,
        traded_on: on,
        traded_at: trade.at,
    }
}

fn add_to_days<'r>(tx: &mut Tx<'_>, rows: impl Iterator<Item = &'r TradeRow>) -> QueryResult<()> {
    let mut days: BTreeMap<(FeeAccountId, NaiveDate), TradeDayRow> = BTreeMap::new();
    for row in rows {
        let key = (row.fee_account_id, row.traded_on);
        let day = match days.entry(key) {
            std::collections::btree_map::Entry::Occupied(day) => day.into_mut(),
            std::collections::btree_map::Entry::Vacant(day) => {
                day.insert(load_day(tx.conn(), key)?)
            }
        };
        day.trades += 1;
        day.m2 += row.m2.get();
        day.amount_fen += row.amount_fen;
        day.township_fen += row.township_fen;
        day.centre_fen += row.centre_fen;
        day.treasury_fen += row.treasury_fen;
    }
    tx.insert_derived(&days.into_values().collect::<Vec<_>>())
}

fn load_day(conn: &mut Conn, key: (FeeAccountId, NaiveDate)) -> QueryResult<TradeDayRow> {
    let found =
        trade_days::table.find(key).select(TradeDayRow::as_select()).first(conn).optional()?;
    Ok(found.unwrap_or(TradeDayRow {
        fee_account_id: key.0,
        traded_on: key.1,
        trades: 0,
        m2: 0,
        amount_fen: 0,
        township_fen: 0,
        centre_fen: 0,
        treasury_fen: 0,
    }))
}

/// Returns the sums over the trades of a fee account from the first to the last day, both included.
pub fn totals(
    conn: &mut Conn,
    fee_account: FeeAccountId,
    from: NaiveDate,
    to: NaiveDate,
) -> Answer<Totals> {
    let sum = |column: &str| {
        diesel::dsl::sql::<SqlBigInt>(&format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"))
    };
    let (count, m2, amount, township_share, centre_share, treasury_share) = trade_days::table
        .filter(trade_days::fee_account_id.eq(fee_account))
        .filter(trade_days::traded_on.between(from, to))
        .select((
            sum("trades"),
            sum("m2"),
            sum("amount_fen"),
            sum("township_fen"),
            sum("centre_fen"),
            sum("treasury_fen"),
        ))
        .first(conn)?;
    Ok(Totals { count, m2, amount, township_share, centre_share, treasury_share })
}

/// Which trades of a fee account, and where the page before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TradePage {
    pub(crate) fee_account: FeeAccountId,
    pub(crate) from: Time,
    pub(crate) before: Time,
    pub(crate) after: Option<(Time, TradeId)>,
    pub(crate) rows_max: i64,
}

/// Returns the trades of a fee account from one moment to before another, in order.
pub(crate) fn trades_between(conn: &mut Conn, page: &TradePage) -> Answer<Vec<TradeRow>> {
    let mut query = trades::table
        .filter(trades::fee_account_id.eq(page.fee_account))
        .filter(trades::traded_at.ge(page.from))
        .filter(trades::traded_at.lt(page.before))
        .into_boxed();
    if let Some((at, id)) = page.after {
        query = query
            .filter(trades::traded_at.ge(at))
            .filter(trades::traded_at.gt(at).or(trades::id.gt(id)));
    }
    let query = query.order((trades::traded_at, trades::id)).limit(page.rows_max);
    Ok(query.select(TradeRow::as_select()).load(conn)?)
}

/// Returns a trade's row; an unknown id is not found.
pub(crate) fn trade(conn: &mut Conn, id: TradeId) -> Answer<TradeRow> {
    let query = trades::table.find(id).select(TradeRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

impl From<&TradeRow> for Split {
    fn from(row: &TradeRow) -> Self {
        Self {
            amount: row.amount_fen,
            township: row.township_fen,
            centre: row.centre_fen,
            treasury: row.treasury_fen,
        }
    }
}
