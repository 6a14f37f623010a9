//! Trades by what they sold: for who undoes one of them, or asks what a project earned.

use diesel::prelude::*;

use super::trade;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::Answer;
use crate::ledger::BatchId;
use crate::schema::trades;
use crate::settlement::model::{Split, Totals, Trade, TradeId};

/// Returns the sums over all trades of these batches but some.
pub fn totals_of_batches(
    conn: &mut Conn,
    batches: &[BatchId],
    without: &[uuid::Uuid],
) -> Answer<Totals> {
    let rows: Vec<(TradeId, SquareMetres, i64, i64, i64, i64)> = trades::table
        .filter(trades::batch_id.eq_any(batches))
        .select((
            trades::id,
            trades::m2,
            trades::amount_fen,
            trades::township_fen,
            trades::centre_fen,
            trades::treasury_fen,
        ))
        .load(conn)?;
    let mut totals = Totals::default();
    for (id, m2, amount, township, centre, treasury) in rows {
        if without.contains(&id.uuid()) {
            continue;
        }
        totals.count += 1;
        totals.m2 += m2.get();
        totals.amount += amount;
        totals.township_share += township;
        totals.centre_share += centre;
        totals.treasury_share += treasury;
    }
    Ok(totals)
}

/// Returns a settled trade; an unknown id is not found.
pub fn trade_of(conn: &mut Conn, id: TradeId) -> Answer<Trade> {
    let row = trade(conn, id)?;
    Ok(Trade {
        id: row.id,
        journal: row.journal_id,
        source: row.source,
        source_id: row.source_id.0,
        county: row.county.clone(),
        fee_account: row.fee_account_id,
        schedule: row.schedule_id,
        batch: row.batch_id,
        seller: row.seller_id,
        buyer: row.buyer_id,
        related: row.related,
        area: row.m2,
        price: row.price_fen_per_mu,
        split: Split::from(&row),
        at: row.traded_at,
    })
}

/// Returns the numbers of the newest trades by which a buyer got credits of a batch, oldest first.
pub fn trades_of_buyer(
    conn: &mut Conn,
    buyer: OrganisationId,
    batch: BatchId,
    rows_max: i64,
) -> Answer<Vec<String>> {
    let mut numbers: Vec<String> = trades::table
        .filter(trades::batch_id.eq(batch))
        .filter(trades::buyer_id.eq(buyer))
        .order(trades::id.desc())
        .limit(rows_max)
        .select(trades::number)
        .load(conn)?;
    numbers.reverse();
    Ok(numbers)
}
