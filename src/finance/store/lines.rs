//! The lines of the bank, each in its place in the account's order.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::finance::model::{LineId, StatementId, TransactionId};
use crate::finance::rules::{Books, KnownLine, Last};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{line_transactions, statement_lines};

/// Keys of one query; engines bound how many values a statement may carry.
const KEYS_MAX: usize = 500;
const ARRAY_KEYS_MAX: usize = 10_000;
/// How many of what a line may be are looked at.
const CANDIDATES_MAX: i64 = 50;

record! {
    /// A row is one booking of the bank.
    pub(crate) struct LineRow in statement_lines {
        id: LineId as Id,
        fee_account_id: FeeAccountId as Id,
        statement_id: Option<StatementId> as Nullable<Id>,
        position: i64 as BigInt,
        known_by: String as Text,
        serial: Option<String> as Nullable<Text>,
        effective_at: Time as Timestamp,
        credit_fen: Fen as BigInt,
        debit_fen: Fen as BigInt,
        balance_fen: Fen as BigInt,
        counterparty_name: String as Text,
        counterparty_account: String as Text,
        text: String as Text,
        journal_id: JournalId as Id,
    }
}

record! {
    /// A row is one transaction of a batch entry.
    pub(crate) struct TransactionRow in line_transactions {
        id: TransactionId as Id,
        line_id: LineId as Id,
        position: i64 as BigInt,
        serial: Option<String> as Nullable<Text>,
        amount_fen: Fen as BigInt,
        counterparty_name: String as Text,
        counterparty_account: String as Text,
        text: String as Text,
    }
}

impl LineRow {
    /// Money in as positive fen, money out as negative.
    pub(in crate::finance) fn signed_fen(&self) -> i64 {
        self.credit_fen.get() - self.debit_fen.get()
    }
}

/// The bank's totals of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::finance) struct PeriodTotals {
    pub(in crate::finance) opening: Fen,
    pub(in crate::finance) credits_fen: i64,
    pub(in crate::finance) debits_fen: i64,
    pub(in crate::finance) closing: Fen,
}

/// What is booked of an account, as far as lines known by `keys` and a period from `before` need it.
pub(in crate::finance) fn books(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    keys: &[&str],
    before: Time,
) -> Answer<Books> {
    let books = end_of_books(c, fee_account_id, keys)?;
    let before_period =
        end_before(c, fee_account_id, before)?.map_or(Fen::ZERO, |last| last.balance);
    Ok(Books { before_period, ..books })
}

/// Which of these keys are booked, and where the books end.
pub(in crate::finance) fn end_of_books(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    keys: &[&str],
) -> Answer<Books> {
    type Known = (String, i64, Time, Fen, Fen, Fen);
    let last = last_line(c, fee_account_id)?;
    let last = last.map(|row| Last { position: row.position, balance: row.balance_fen });
    let mut known = HashMap::new();
    // An account without lines knows none.
    let keys = if last.is_none() { &[] } else { keys };
    for keys in keys.chunks(keys_per_query(c)) {
        let rows: Vec<Known> = statement_lines::table
            .filter(statement_lines::fee_account_id.eq(fee_account_id))
            .filter(statement_lines::known_by.eq_any(keys.iter().copied()))
            .select((
                statement_lines::known_by,
                statement_lines::position,
                statement_lines::effective_at,
                statement_lines::credit_fen,
                statement_lines::debit_fen,
                statement_lines::balance_fen,
            ))
            .load(c)?;
        known.extend(rows.into_iter().map(
            |(key, position, effective_at, credit, debit, balance)| {
                let signed_fen = credit.get() - debit.get();
                (key, KnownLine { position, effective_at, signed_fen, balance })
            },
        ));
    }
    Ok(Books { known, last, before_period: Fen::ZERO })
}

/// PostgreSQL takes keys as one array, SQLite as a value each.
pub(super) fn keys_per_query(c: &Conn) -> usize {
    match c {
        Conn::Pg(_) => ARRAY_KEYS_MAX,
        Conn::Sqlite(_) => KEYS_MAX,
    }
}

/// At most [`KEYS_MAX`] keys.
pub(in crate::finance) fn lines_by_key(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    keys: &[&str],
) -> QueryResult<Vec<LineRow>> {
    statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .filter(statement_lines::known_by.eq_any(keys.iter().copied()))
        .select(LineRow::as_select())
        .load(c)
}

/// Where the books of an account end: the newest line of the bank.
pub(in crate::finance) fn last_line(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
) -> QueryResult<Option<LineRow>> {
    statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .order(statement_lines::position.desc())
        .select(LineRow::as_select())
        .first(c)
        .optional()
}

fn end_before(c: &mut Conn, fee_account_id: FeeAccountId, time: Time) -> QueryResult<Option<Last>> {
    let row: Option<LineRow> = statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .filter(statement_lines::effective_at.lt(time))
        .order(statement_lines::position.desc())
        .select(LineRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(|row| Last { position: row.position, balance: row.balance_fen }))
}

/// The bank's totals over distinct lines from one moment to before another.
pub(in crate::finance) fn period_totals(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    from: Time,
    before: Time,
) -> Answer<PeriodTotals> {
    let nothing = Last { position: -1, balance: Fen::ZERO };
    let begin = end_before(c, fee_account_id, from)?.unwrap_or(nothing);
    let end = end_before(c, fee_account_id, before)?.unwrap_or(nothing);
    let (credits_fen, debits_fen): (i64, i64) = statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .filter(statement_lines::position.gt(begin.position))
        .filter(statement_lines::position.le(end.position))
        .select((
            sql::<BigInt>("CAST(COALESCE(SUM(credit_fen), 0) AS BIGINT)"),
            sql::<BigInt>("CAST(COALESCE(SUM(debit_fen), 0) AS BIGINT)"),
        ))
        .first(c)?;
    Ok(PeriodTotals { opening: begin.balance, credits_fen, debits_fen, closing: end.balance })
}

pub(in crate::finance) fn line(c: &mut Conn, id: LineId) -> Answer<LineRow> {
    let found = statement_lines::table.find(id).select(LineRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

pub(in crate::finance) fn lines_by_id(
    c: &mut Conn,
    ids: &[LineId],
) -> QueryResult<HashMap<LineId, LineRow>> {
    let rows: Vec<LineRow> = statement_lines::table
        .filter(statement_lines::id.eq_any(ids))
        .select(LineRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Money in of exactly so much, since a day and before a place in the account's order; a bounded
/// part of it, newest first.
pub(in crate::finance) fn credits_of(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    amount: Fen,
    (since, before_position): (Time, i64),
) -> QueryResult<Vec<LineRow>> {
    statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .filter(statement_lines::credit_fen.eq(amount))
        .filter(statement_lines::effective_at.ge(since))
        .filter(statement_lines::position.lt(before_position))
        .order(statement_lines::position.desc())
        .limit(CANDIDATES_MAX)
        .select(LineRow::as_select())
        .load(c)
}

/// The bank's order, newest first, with one more than the page holds.
pub(in crate::finance) fn list_lines(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<LineRow>> {
    let mut query = statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(after) = page.after::<LineId>()? {
        let position = line(c, after)?.position;
        query = query.filter(statement_lines::position.lt(position));
    }
    let query = query.order(statement_lines::position.desc()).limit(page.limit() + 1);
    Ok(query.select(LineRow::as_select()).load(c)?)
}

/// The transactions of batch entries, in their order.
pub(in crate::finance) fn transactions_of(
    c: &mut Conn,
    lines: &[LineId],
) -> QueryResult<Vec<TransactionRow>> {
    line_transactions::table
        .filter(line_transactions::line_id.eq_any(lines))
        .order((line_transactions::line_id, line_transactions::position))
        .select(TransactionRow::as_select())
        .load(c)
}
