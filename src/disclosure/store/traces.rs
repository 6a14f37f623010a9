//! Where a serial number was, and where the credits of a batch were on a day.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::problem::Answer;
use crate::ledger::{AccountId, BatchId, Holder, JournalId};
use crate::schema::{accounts, batches, entries, journals, lot_moves, trades};

/// A credit moves a handful of times in its life; a page of JSON holds this many.
const MOVES_MAX: i64 = 500;

/// A journal that moved a serial number.
#[derive(Debug, Clone)]
pub(in crate::disclosure) struct MovedRow {
    pub(in crate::disclosure) event: String,
    pub(in crate::disclosure) effective_at: Time,
    pub(in crate::disclosure) from: (Holder, String),
    pub(in crate::disclosure) to: (Holder, String),
    /// The number of the trade, where it was one.
    pub(in crate::disclosure) trade: Option<String>,
}

/// Returns the journals that moved a serial number of a batch, the first first.
pub(in crate::disclosure) fn moves_of_serial(
    conn: &mut Conn,
    batch: BatchId,
    serial: i64,
) -> Answer<Vec<MovedRow>> {
    let rows: Vec<(JournalId, String, Time, AccountId, AccountId)> = lot_moves::table
        .inner_join(journals::table.on(journals::id.eq(lot_moves::journal_id)))
        .filter(lot_moves::batch_id.eq(batch))
        .filter(lot_moves::first_serial.le(serial))
        .filter(lot_moves::last_serial.ge(serial))
        .order((journals::recorded_at, journals::id, lot_moves::n))
        .limit(MOVES_MAX)
        .select((
            journals::id,
            journals::event,
            journals::effective_at,
            lot_moves::from_account_id,
            lot_moves::to_account_id,
        ))
        .load(conn)?;
    let mut moves = Vec::with_capacity(rows.len());
    for (journal, event, effective_at, from, to) in rows {
        let trade = trades::table
            .filter(trades::journal_id.eq(journal))
            .select(trades::number)
            .first(conn)
            .optional()?;
        let (from, to) = (place(conn, from)?, place(conn, to)?);
        moves.push(MovedRow { event, effective_at, from, to, trade });
    }
    Ok(moves)
}

/// Returns where the credits of a batch were at that moment, over all holders: buckets with what
/// they held, those of issuance left out.
pub(in crate::disclosure) fn buckets_of_batch_at(
    conn: &mut Conn,
    batch: BatchId,
    before: Time,
) -> Answer<BTreeMap<String, i64>> {
    let sum = diesel::dsl::sql::<BigInt>("CAST(COALESCE(SUM(entries.amount), 0) AS BIGINT)");
    let rows: Vec<(String, i64)> = entries::table
        .inner_join(accounts::table.on(accounts::id.eq(entries::account_id)))
        .inner_join(journals::table.on(journals::id.eq(entries::journal_id)))
        .filter(accounts::asset_id.eq(RawId(batch.uuid())))
        .filter(accounts::bucket.ne("issuance"))
        .filter(journals::effective_at.lt(before))
        .group_by(accounts::bucket)
        .select((accounts::bucket, sum))
        .load(conn)?;
    Ok(rows.into_iter().filter(|(_, m2)| *m2 != 0).collect())
}

/// Returns the id of the application that a batch was certified on.
pub(in crate::disclosure) fn application_of(conn: &mut Conn, batch: BatchId) -> Answer<RawId> {
    let id: crate::certification::ApplicationId =
        batches::table.find(batch).select(batches::application_id).first(conn)?;
    Ok(RawId(id.uuid()))
}

fn place(conn: &mut Conn, id: AccountId) -> Answer<(Holder, String)> {
    let (holder, bucket): (RawId, String) =
        accounts::table.find(id).select((accounts::holder_id, accounts::bucket)).first(conn)?;
    Ok((Holder::of_uuid(holder.0), bucket))
}
