//! What a statement of a period says.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::super::actions::moments;
use super::super::rules::Carried;
use super::super::store::{self, PayoutRow, PeriodTotals};
use super::names::{Known, bucket_of, holder_of};
use crate::certification;
use crate::identity;
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::Answer;
use crate::ledger::{
    self, Account, BatchId, FeeAccountId, Holder, MoneyBucket, Voucher, VoucherPage,
};
use crate::settlement::{self, FeeAccount, TradePage, TradeRow};

/// Rows of one page that is held in memory.
const ROWS_PER_PAGE: i64 = 500;

/// One account over the period. What belongs to the fee account (the bank, receivables) counts as
/// people count it: money there is positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::finance) struct Line {
    pub(in crate::finance) code: String,
    pub(in crate::finance) name: String,
    pub(in crate::finance) bucket: MoneyBucket,
    pub(in crate::finance) opening: i64,
    pub(in crate::finance) came: i64,
    pub(in crate::finance) went: i64,
    pub(in crate::finance) closing: i64,
}

/// What was traded of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::finance) struct BatchLine {
    pub(in crate::finance) number: String,
    pub(in crate::finance) trades: i64,
    pub(in crate::finance) m2: i64,
    pub(in crate::finance) amount: i64,
    pub(in crate::finance) township: i64,
    pub(in crate::finance) centre: i64,
    pub(in crate::finance) treasury: i64,
}

/// A statement without its long lists.
pub(in crate::finance) struct Contents {
    pub(in crate::finance) account: FeeAccount,
    pub(in crate::finance) from: NaiveDate,
    pub(in crate::finance) to: NaiveDate,
    /// When the last day of the period was closed.
    pub(in crate::finance) closed_at: Option<Time>,
    pub(in crate::finance) bank: PeriodTotals,
    pub(in crate::finance) lines: Vec<Line>,
    pub(in crate::finance) batches: Vec<BatchLine>,
    pub(in crate::finance) payouts: Vec<PayoutRow>,
    /// What was open when the period was closed, or is open now; absent for a part of a closed one.
    pub(in crate::finance) carried: Option<Carried>,
    pub(in crate::finance) journals: i64,
    pub(super) known: Known,
}

impl Contents {
    /// What the lines of some buckets come to at the end.
    pub(in crate::finance) fn closing_of(&self, buckets: &[MoneyBucket]) -> i64 {
        let its = self.lines.iter().filter(|line| buckets.contains(&line.bucket));
        its.map(|line| line.closing).sum()
    }

    pub(super) fn name_of(&self, id: OrganisationId) -> &str {
        self.known.get(&id).map_or("", |one| one.name.as_str())
    }
}

/// Gathers a statement; its cost is of the period.
pub(in crate::finance) fn contents(
    c: &mut Conn,
    account: FeeAccount,
    from: NaiveDate,
    to: NaiveDate,
) -> Answer<Contents> {
    let (begin, over) = moments(from, to)?;
    let movements = ledger::movements(c, account.id, from, to)?;
    let mut batches: BTreeMap<BatchId, BatchLine> = BTreeMap::new();
    let mut parties = BTreeSet::new();
    each_trade(c, account.id, from, to, |_, trade| {
        let line = batches.entry(trade.batch_id).or_default();
        line.trades += 1;
        line.m2 += trade.m2.get();
        line.amount += trade.amount_fen;
        line.township += trade.township_fen;
        line.centre += trade.centre_fen;
        line.treasury += trade.treasury_fen;
        parties.insert(trade.buyer_id);
        Ok(())
    })?;
    let payouts = store::payouts_paid(c, account.id, begin, over)?;
    parties.extend(payouts.iter().map(|payout| payout.organisation_id));
    parties.extend(movements.iter().filter_map(|it| holder_id(&it.account)));
    let known = known(c, parties)?;
    let lines = movements.iter().filter_map(|it| line_of(it, &known)).collect();
    let close = store::close_over(c, account.id, to)?;
    let carried = match &close {
        None => Some(store::carried(c, account.id)?),
        Some(row) if row.period_to == to => Some(Carried {
            exceptions: row.exceptions,
            exceptions_fen: row.exceptions_fen,
            payouts: row.payouts,
            payouts_fen: row.payouts_fen,
        }),
        Some(_) => None,
    };
    Ok(Contents {
        from,
        to,
        closed_at: close.and_then(|row| row.closed_at),
        bank: store::period_totals(c, account.id, begin, over)?,
        lines,
        batches: named(c, batches)?,
        payouts,
        carried,
        journals: ledger::journals_between(c, account.id, begin, over)?,
        known,
        account,
    })
}

fn holder_id(account: &Account) -> Option<OrganisationId> {
    match account.holder {
        Holder::Organisation(id) => Some(id),
        Holder::House => None,
    }
}

/// These organisations by id.
pub(super) fn known(c: &mut Conn, ids: BTreeSet<OrganisationId>) -> Answer<Known> {
    let ids: Vec<OrganisationId> = ids.into_iter().collect();
    Ok(identity::organisations(c, &ids)?.into_iter().map(|one| (one.id, one)).collect())
}

/// All organisations that have accounts in a fee account.
pub(super) fn known_holders(c: &mut Conn, account: FeeAccountId) -> Answer<Known> {
    let accounts = ledger::accounts_of_money(c, account)?;
    known(c, accounts.values().filter_map(holder_id).collect())
}

fn line_of(it: &ledger::Movement, known: &Known) -> Option<Line> {
    let bucket = bucket_of(&it.account)?;
    let (code, name) = holder_of(&it.account, known);
    let (code, name) = (code.to_owned(), name.to_owned());
    Some(if it.account.is_contra() {
        let (opening, closing) = (-it.opening, -it.closing);
        Line { code, name, bucket, opening, came: it.went, went: it.came, closing }
    } else {
        let (opening, closing) = (it.opening, it.closing);
        Line { code, name, bucket, opening, came: it.came, went: it.went, closing }
    })
}

fn named(c: &mut Conn, lines: BTreeMap<BatchId, BatchLine>) -> Answer<Vec<BatchLine>> {
    let ids: Vec<BatchId> = lines.keys().copied().collect();
    let batches = certification::batches(c, &ids)?;
    let number = |id: BatchId| {
        let batch = batches.iter().find(|batch| batch.id == id);
        batch.map(|batch| batch.number.clone()).unwrap_or_default()
    };
    let mut lines: Vec<BatchLine> =
        lines.into_iter().map(|(id, line)| BatchLine { number: number(id), ..line }).collect();
    lines.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(lines)
}

/// Walks through the trades of a period, a page at a time.
pub(super) fn each_trade(
    c: &mut Conn,
    fee_account: FeeAccountId,
    from: NaiveDate,
    to: NaiveDate,
    mut see: impl FnMut(&mut Conn, &TradeRow) -> Answer<()>,
) -> Answer<()> {
    let (from, before) = moments(from, to)?;
    let mut page = TradePage { fee_account, from, before, after: None, rows_max: ROWS_PER_PAGE };
    loop {
        let rows = settlement::trades_between(c, &page)?;
        for row in &rows {
            see(c, row)?;
        }
        match rows.last() {
            Some(last) => page.after = Some((last.traded_at, last.id)),
            None => return Ok(()),
        }
    }
}

/// Walks through the vouchers of a period, a page at a time, each with its number: they are counted
/// anew each month, in the order in which they took effect.
pub(super) fn each_voucher(
    c: &mut Conn,
    fee_account: FeeAccountId,
    (from, to): (NaiveDate, NaiveDate),
    mut see: impl FnMut(&str, &Voucher) -> Answer<()>,
) -> Answer<()> {
    let accounts = ledger::accounts_of_money(c, fee_account)?;
    let (begin, before) = moments(from, to)?;
    let first = Time::in_shanghai(from.with_day(1).unwrap_or(from), 0);
    let mut month = (from.year(), from.month());
    let mut n = ledger::journals_between(c, fee_account, first, begin)?;
    let rows_max = ROWS_PER_PAGE;
    let mut page = VoucherPage { fee_account, from: begin, before, after: None, rows_max };
    loop {
        let vouchers = ledger::vouchers(c, &page, &accounts)?;
        for voucher in &vouchers {
            let day = voucher.journal.effective_at.date_in_shanghai();
            if (day.year(), day.month()) != month {
                month = (day.year(), day.month());
                n = 0;
            }
            n += 1;
            see(&format!("{}{:02}-{n:05}", month.0, month.1), voucher)?;
        }
        match vouchers.last() {
            Some(last) => page.after = Some((last.journal.effective_at, last.journal.id)),
            None => return Ok(()),
        }
    }
}
