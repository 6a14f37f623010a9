//! `verify` against reading the same rows through the same driver, page by page.

use std::time::Instant;

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;
use wetland_exchange::kernel::clock::Time;
use wetland_exchange::kernel::db::{
    ChangeRow, Conn, EntryRow, RawId, in_snapshot, open_for_reading,
};
use wetland_exchange::kernel::problem::Answer;
use wetland_exchange::schema::{
    audit_changes, audit_entries, idempotency_keys, journals, lot_moves, lots, trades, transfers,
};

use crate::world::{World, cause};

/// How both went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proved {
    pub(crate) entries: i64,
    pub(crate) rows: i64,
    pub(crate) verify_s: f64,
    pub(crate) read_s: f64,
}

pub(crate) fn measure(world: &World) -> anyhow::Result<Proved> {
    let mut conn = open_for_reading(&world.address()?)?;
    let began = Instant::now();
    let rows = in_snapshot(&mut conn, read_all).map_err(cause)?;
    let read_s = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let report = wetland_exchange::verify::verify_at(&world.address()?, None)?.map_err(cause)?;
    anyhow::ensure!(report.is_clean(), "{report}");
    let verify_s = began.elapsed().as_secs_f64();
    Ok(Proved { entries: report.entries, rows, verify_s, read_s })
}

const ROWS_PER_PAGE: i64 = 1_000;

type Journal = (RawId, String, RawId, Time, Time, Option<RawId>, Vec<u8>);
type Transfer = (RawId, i32, RawId, RawId, i64, i64, i64, i64, i64, i64, i64);
type LotMove = (RawId, i32, RawId, i64, i64, RawId, RawId);
type Kept = (RawId, RawId, String, String, Vec<u8>, String, Time);
type Parties = (RawId, String, RawId, String, RawId, String, RawId, RawId, RawId, RawId, RawId);
type Amounts = (bool, i64, i64, i64, i64, i64, i64, NaiveDate, Time);

/// Reads all rows that purchases leave, each table once; returns how many there are.
fn read_all(conn: &mut Conn) -> Answer<i64> {
    Ok(chain(conn)? + journals(conn)? + trades(conn)? + kept(conn)? + lots(conn)?)
}

fn count<T>(rows: &[T]) -> i64 {
    i64::try_from(std::hint::black_box(rows).len()).unwrap_or(i64::MAX)
}

fn chain(conn: &mut Conn) -> QueryResult<i64> {
    let (mut seq, mut rows) = (0, 0);
    loop {
        let entries: Vec<EntryRow> = audit_entries::table
            .filter(audit_entries::seq.gt(seq))
            .order(audit_entries::seq)
            .limit(ROWS_PER_PAGE)
            .select(EntryRow::as_select())
            .load(conn)?;
        let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(rows) };
        let changes: Vec<ChangeRow> = audit_changes::table
            .filter(audit_changes::seq.between(seq + 1, last))
            .order((audit_changes::seq, audit_changes::n))
            .select(ChangeRow::as_select())
            .load(conn)?;
        (seq, rows) = (last, rows + count(&entries) + count(&changes));
    }
}

fn journals(conn: &mut Conn) -> QueryResult<i64> {
    let (mut after, mut rows) = (RawId(Uuid::nil()), 0);
    loop {
        let page: Vec<Journal> = journals::table
            .filter(journals::id.gt(after))
            .order(journals::id)
            .limit(ROWS_PER_PAGE)
            .load(conn)?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(rows) };
        let moved: Vec<Transfer> = transfers::table
            .filter(transfers::journal_id.between(first.0, last.0))
            .order((transfers::journal_id, transfers::n))
            .load(conn)?;
        let serials: Vec<LotMove> = lot_moves::table
            .filter(lot_moves::journal_id.between(first.0, last.0))
            .order((lot_moves::journal_id, lot_moves::n))
            .load(conn)?;
        (after, rows) = (last.0, rows + count(&page) + count(&moved) + count(&serials));
    }
}

fn trades(conn: &mut Conn) -> QueryResult<i64> {
    use trades::*;
    let (mut after, mut rows) = (RawId(Uuid::nil()), 0);
    loop {
        let page: Vec<(Parties, Amounts)> = table
            .filter(id.gt(after))
            .order(id)
            .limit(ROWS_PER_PAGE)
            .select((
                (
                    id,
                    number,
                    journal_id,
                    source,
                    source_id,
                    county,
                    fee_account_id,
                    schedule_id,
                    batch_id,
                    seller_id,
                    buyer_id,
                ),
                (
                    related,
                    m2,
                    price_fen_per_mu,
                    amount_fen,
                    township_fen,
                    centre_fen,
                    treasury_fen,
                    traded_on,
                    traded_at,
                ),
            ))
            .load(conn)?;
        let Some(last) = page.last() else { return Ok(rows) };
        (after, rows) = (last.0.0, rows + count(&page));
    }
}

fn kept(conn: &mut Conn) -> QueryResult<i64> {
    let (mut after, mut rows) = (RawId(Uuid::nil()), 0);
    loop {
        let page: Vec<Kept> = idempotency_keys::table
            .filter(idempotency_keys::id.gt(after))
            .order(idempotency_keys::id)
            .limit(ROWS_PER_PAGE)
            .load(conn)?;
        let Some(last) = page.last() else { return Ok(rows) };
        (after, rows) = (last.0, rows + count(&page));
    }
}

/// There is one batch.
fn lots(conn: &mut Conn) -> QueryResult<i64> {
    let (mut after, mut rows) = (0, 0);
    loop {
        let page: Vec<(RawId, i64, i64, RawId)> = lots::table
            .filter(lots::last_serial.gt(after))
            .order((lots::batch_id, lots::last_serial))
            .limit(ROWS_PER_PAGE)
            .load(conn)?;
        let Some(last) = page.last() else { return Ok(rows) };
        (after, rows) = (last.1, rows + count(&page));
    }
}
