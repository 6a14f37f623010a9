//! The three lists of a reconciliation: what bank and ledger agree on, what only the bank shows, and
//! what only the ledger shows.

use diesel::prelude::*;

use super::lines::LineRow;
use super::payouts::PayoutRow;
use crate::finance::model::{ExceptionKind, ExceptionState, LineId, PayoutId, PayoutState};
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::schema::{payouts, statement_exceptions, statement_lines};

/// Which items a list shows.
#[derive(Debug, Clone, Default)]
pub(in crate::finance) struct ItemFilter {
    pub(in crate::finance) from: Option<Time>,
    pub(in crate::finance) before: Option<Time>,
    pub(in crate::finance) amount: Option<Fen>,
    /// Stands in the counterparty's name, account, the text or the serial.
    pub(in crate::finance) contains: Option<String>,
}

/// Lines whose money waits (`waiting`) or does not, newest first, with one more than `rows_max`.
pub(in crate::finance) fn list_placed_lines(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    waiting: bool,
    filter: &ItemFilter,
    (after, rows_max): (Option<LineId>, i64),
) -> Answer<Vec<LineRow>> {
    let mut query = statement_lines::table
        .filter(statement_lines::fee_account_id.eq(fee_account_id))
        .into_boxed();
    let open = statement_exceptions::table
        .filter(statement_exceptions::fee_account_id.eq(fee_account_id))
        .filter(statement_exceptions::state.eq(ExceptionState::Open))
        .filter(statement_exceptions::kind.ne(ExceptionKind::Duplicate))
        .select(statement_exceptions::line_id);
    query = if waiting {
        query.filter(statement_lines::id.eq_any(open))
    } else {
        query.filter(statement_lines::id.ne_all(open))
    };
    if let Some(from) = filter.from {
        query = query.filter(statement_lines::effective_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(statement_lines::effective_at.lt(before));
    }
    if let Some(amount) = filter.amount {
        let either =
            statement_lines::credit_fen.eq(amount).or(statement_lines::debit_fen.eq(amount));
        query = query.filter(either);
    }
    if let Some(part) = &filter.contains {
        let part = like(part);
        let either = statement_lines::counterparty_name
            .like(part.clone())
            .escape('\\')
            .or(statement_lines::counterparty_account.like(part.clone()).escape('\\'))
            .or(statement_lines::text.like(part.clone()).escape('\\'))
            .or(statement_lines::known_by.like(part).escape('\\'));
        query = query.filter(either);
    }
    if let Some(after) = after {
        let position = super::line(c, after)?.position;
        query = query.filter(statement_lines::position.lt(position));
    }
    let query = query.order(statement_lines::position.desc()).limit(rows_max + 1);
    Ok(query.select(LineRow::as_select()).load(c)?)
}

/// Payouts on their way, newest first, with one more than `rows_max`.
pub(in crate::finance) fn list_under_way(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    filter: &ItemFilter,
    (after, rows_max): (Option<PayoutId>, i64),
) -> Answer<Vec<PayoutRow>> {
    let mut query = payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Approved))
        .into_boxed();
    if let Some(from) = filter.from {
        query = query.filter(payouts::decided_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(payouts::decided_at.lt(before));
    }
    if let Some(amount) = filter.amount {
        query = query.filter(payouts::amount_fen.eq(amount));
    }
    if let Some(part) = &filter.contains {
        let part = like(part);
        let either = payouts::account_name
            .like(part.clone())
            .escape('\\')
            .or(payouts::account.like(part.clone()).escape('\\'))
            .or(payouts::number.like(part).escape('\\'));
        query = query.filter(either);
    }
    if let Some(after) = after {
        query = query.filter(payouts::id.lt(after));
    }
    let query = query.order(payouts::id.desc()).limit(rows_max + 1);
    Ok(query.select(PayoutRow::as_select()).load(c)?)
}

/// The exceptions by which these lines wait or waited; duplicates are of no line's money.
pub(in crate::finance) fn waits_of_lines(
    c: &mut Conn,
    lines: &[LineId],
) -> QueryResult<Vec<super::ExceptionRow>> {
    statement_exceptions::table
        .filter(statement_exceptions::line_id.eq_any(lines))
        .filter(statement_exceptions::kind.ne(ExceptionKind::Duplicate))
        .select(super::ExceptionRow::as_select())
        .load(c)
}

/// The text anywhere, each of its characters standing for itself.
fn like(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
