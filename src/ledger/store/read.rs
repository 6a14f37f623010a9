//! Questions to the ledger.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::rows::{AccountRow, BalanceRow, JournalRow, LotRow, TransferRow, account_id};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::books::{Books, Run, Standing};
use crate::ledger::model::{
    Account, AccountId, AsOf, BatchId, Chosen, CreditBucket, FeeAccountId, Journal, JournalId, Lot,
    NewTransfer, Place,
};
use crate::schema::{accounts, balances, entries, journals, lot_moves, lots, transfers};

/// How many lots of an account are loaded at a time.
const LOTS_PER_LOAD: i64 = 256;

pub(in crate::ledger) fn standings(
    conn: &mut Conn,
    wanted: &BTreeSet<Account>,
) -> Answer<HashMap<Account, Standing>> {
    let by_id: HashMap<_, _> =
        wanted.iter().map(|account| (account_id(account), *account)).collect();
    let rows: Vec<BalanceRow> = match conn {
        Conn::Pg(conn) => balances::table
            .filter(balances::account_id.eq_any(by_id.keys()))
            .select(BalanceRow::as_select())
            .load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(by_id.len());
            for id in by_id.keys() {
                let one = balances::table.find(*id).select(BalanceRow::as_select());
                rows.extend(one.get_result(conn).optional()?);
            }
            rows
        }
    };
    let standing = |row: BalanceRow| {
        let account = by_id.get(&row.account_id)?;
        Some((*account, Standing { balance: row.balance, version: row.version }))
    };
    Ok(rows.into_iter().filter_map(standing).collect())
}

/// Returns what these accounts hold now; accounts that never were are absent.
pub fn balances(conn: &mut Conn, wanted: &BTreeSet<Account>) -> Answer<HashMap<Account, i64>> {
    let standings = standings(conn, wanted)?;
    Ok(standings.into_iter().map(|(account, standing)| (account, standing.balance)).collect())
}

/// Lays in the lowest lots of each account, as many as may be taken of it.
pub(in crate::ledger) fn lay_in_lots(
    conn: &mut Conn,
    books: &mut Books,
    taken: &BTreeMap<Account, i64>,
) -> Answer<()> {
    for (account, amount) in taken {
        let mut missing = *amount;
        let mut after = 0;
        while missing > 0 {
            let runs = lots_after(conn, account, after)?;
            let Some(last) = runs.last() else { break };
            after = last.last;
            missing = missing.saturating_sub(runs.iter().map(|run| run.last - run.first + 1).sum());
            books.lay_in(*account, runs);
        }
    }
    Ok(())
}

/// Lays in the lots of an account that hold any of these serials.
pub(in crate::ledger) fn lay_in_between(
    conn: &mut Conn,
    books: &mut Books,
    chosen: &Chosen,
) -> Answer<()> {
    let mut after = chosen.first - 1;
    while after < chosen.last {
        let runs = lots_after(conn, &chosen.from, after)?;
        let Some(last) = runs.last() else { break };
        after = last.last;
        books.lay_in(chosen.from, runs);
    }
    Ok(())
}

/// Says whether an account holds all serials from the first to the last.
pub fn holds(conn: &mut Conn, account: &Account, first: i64, last: i64) -> Answer<bool> {
    let mut next = first;
    while next <= last {
        let runs = lots_after(conn, account, next - 1)?;
        if runs.is_empty() {
            return Ok(false);
        }
        for run in runs {
            if next > last {
                break;
            }
            if run.first > next {
                return Ok(false);
            }
            next = run.last + 1;
        }
    }
    Ok(true)
}

/// Says whether an account holds any of the serials from the first to the last.
pub fn touches(conn: &mut Conn, account: &Account, first: i64, last: i64) -> Answer<bool> {
    let its = lots::table
        .filter(lots::account_id.eq(account_id(account)))
        .filter(lots::last_serial.ge(first))
        .filter(lots::first_serial.le(last));
    Ok(diesel::select(diesel::dsl::exists(its)).get_result(conn)?)
}

/// Returns how many of these serials of a batch a holder has, in whatever bucket but the final ones.
pub fn held_among(
    conn: &mut Conn,
    (holder, batch): (OrganisationId, BatchId),
    (first, last): (i64, i64),
) -> Answer<i64> {
    let mut held = 0;
    for bucket in CreditBucket::ALL {
        if matches!(bucket, CreditBucket::Retired | CreditBucket::Cancelled) {
            continue;
        }
        let account = Account::credits(holder, batch, *bucket);
        let mut after = first - 1;
        while after < last {
            let runs = lots_after(conn, &account, after)?;
            let Some(end) = runs.last() else { break };
            after = end.last;
            let among = |run: &Run| (run.last.min(last) - run.first.max(first) + 1).max(0);
            held += runs.iter().map(among).sum::<i64>();
        }
    }
    Ok(held)
}

/// Returns the serials of a batch that journals of that event about that subject moved.
pub fn serials_moved(
    conn: &mut Conn,
    event: &str,
    subject: uuid::Uuid,
    batch: BatchId,
) -> Answer<Vec<(i64, i64)>> {
    Ok(lot_moves::table
        .inner_join(journals::table.on(journals::id.eq(lot_moves::journal_id)))
        .filter(journals::subject_id.eq(RawId(subject)))
        .filter(journals::event.eq(event))
        .filter(lot_moves::batch_id.eq(batch))
        .order(lot_moves::first_serial)
        .select((lot_moves::first_serial, lot_moves::last_serial))
        .load(conn)?)
}

fn lots_after(conn: &mut Conn, account: &Account, after: i64) -> QueryResult<Vec<Run>> {
    let rows: Vec<(i64, i64)> = lots::table
        .filter(lots::account_id.eq(account_id(account)))
        .filter(lots::last_serial.gt(after))
        .order(lots::last_serial)
        .limit(LOTS_PER_LOAD)
        .select((lots::first_serial, lots::last_serial))
        .load(conn)?;
    Ok(rows.into_iter().map(|(first, last)| Run { first, last }).collect())
}

/// Returns what an account holds now: fen or m²; an account that never was holds nothing.
pub fn balance(conn: &mut Conn, account: &Account) -> Answer<i64> {
    let found: Option<i64> = balances::table
        .find(account_id(account))
        .select(balances::balance)
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Returns what an account held at a past moment.
pub fn balance_as_of(conn: &mut Conn, account: &Account, as_of: AsOf) -> Answer<i64> {
    let id = account_id(account);
    let its = entries::table
        .inner_join(journals::table.on(journals::id.eq(entries::journal_id)))
        .filter(entries::account_id.eq(id));
    match as_of {
        AsOf::Recorded(at) => {
            let last: Option<i64> = its
                .filter(journals::recorded_at.le(at))
                .order(entries::version.desc())
                .select(entries::balance_after)
                .first(conn)
                .optional()?;
            Ok(last.unwrap_or(0))
        }
        AsOf::EndOf(day) => {
            let next = day.succ_opt().ok_or_else(Failure::not_found)?;
            let end = Time::in_shanghai(next, 0).just_before();
            balance_as_of(conn, account, AsOf::Effective(end))
        }
        AsOf::Effective(at) => {
            let later: Vec<i64> =
                its.filter(journals::effective_at.gt(at)).select(entries::amount).load(conn)?;
            Ok(balance(conn, account)? - later.into_iter().sum::<i64>())
        }
    }
}

/// Returns all accounts of a fee account with their balances in fen, in order.
pub fn balances_of_fee_account(conn: &mut Conn, id: FeeAccountId) -> Answer<Vec<(Account, i64)>> {
    balances_where(conn, RawId(id.uuid()), None)
}

/// Returns all accounts of a batch with their balances in m², in order (R40).
pub fn balances_of_batch(conn: &mut Conn, id: BatchId) -> Answer<Vec<(Account, i64)>> {
    balances_where(conn, RawId(id.uuid()), None)
}

/// Returns the accounts of one holder in a fee account or batch.
pub fn balances_of_holder(
    conn: &mut Conn,
    holder: OrganisationId,
    asset_id: uuid::Uuid,
) -> Answer<Vec<(Account, i64)>> {
    balances_where(conn, RawId(asset_id), Some(RawId(holder.uuid())))
}

fn balances_where(
    conn: &mut Conn,
    asset: RawId,
    holder: Option<RawId>,
) -> Answer<Vec<(Account, i64)>> {
    let mut query = accounts::table
        .inner_join(balances::table.on(balances::account_id.eq(accounts::id)))
        .filter(accounts::asset_id.eq(asset))
        .select((AccountRow::as_select(), balances::balance))
        .into_boxed();
    if let Some(holder) = holder {
        query = query.filter(accounts::holder_id.eq(holder));
    }
    known(query.load(conn)?)
}

/// Reads the rows as accounts, in order.
fn known(rows: Vec<(AccountRow, i64)>) -> Answer<Vec<(Account, i64)>> {
    let known = |(row, balance): (AccountRow, i64)| {
        let account = row.account().ok_or_else(|| Failure::broken("an account has known words"))?;
        Ok((account, balance))
    };
    let mut all = rows.into_iter().map(known).collect::<Answer<Vec<_>>>()?;
    all.sort();
    Ok(all)
}

/// Returns all accounts of credits of one holder.
pub fn credits_of_holder(conn: &mut Conn, holder: OrganisationId) -> Answer<Vec<(Account, i64)>> {
    let rows = accounts::table
        .inner_join(balances::table.on(balances::account_id.eq(accounts::id)))
        .filter(accounts::holder_id.eq(RawId(holder.uuid())))
        .filter(accounts::asset.eq("credits"))
        .select((AccountRow::as_select(), balances::balance))
        .load(conn)?;
    known(rows)
}

/// The effect of one transfer on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Entry {
    pub(in crate::ledger) version: i64,
    pub(in crate::ledger) amount: i64,
    pub(in crate::ledger) balance_before: i64,
    pub(in crate::ledger) balance_after: i64,
    pub(in crate::ledger) journal: Journal,
}

/// Returns the entries of an account after a version of it, in order.
pub(in crate::ledger) fn entries_after(
    conn: &mut Conn,
    account: &Account,
    after: i64,
    rows_max: i64,
) -> Answer<Vec<Entry>> {
    let rows: Vec<((i64, i64, i64, i64), JournalRow)> = entries::table
        .inner_join(journals::table.on(journals::id.eq(entries::journal_id)))
        .filter(entries::account_id.eq(account_id(account)))
        .filter(entries::version.gt(after))
        .order(entries::version)
        .limit(rows_max)
        .select((
            (entries::version, entries::amount, entries::balance_before, entries::balance_after),
            JournalRow::as_select(),
        ))
        .load(conn)?;
    let entry = |((version, amount, balance_before, balance_after), row): (_, JournalRow)| Entry {
        version,
        amount,
        balance_before,
        balance_after,
        journal: Journal {
            id: row.id,
            event: row.event,
            subject: row.subject_id.0,
            effective_at: row.effective_at,
            recorded_at: row.recorded_at,
            reverses: row.reverses_id,
        },
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Returns the transfers of a journal, in order.
pub fn transfers_of(conn: &mut Conn, id: JournalId) -> Answer<Vec<NewTransfer>> {
    let rows: Vec<TransferRow> = transfers::table
        .filter(transfers::journal_id.eq(id))
        .order(transfers::n)
        .select(TransferRow::as_select())
        .load(conn)?;
    let mut ids: Vec<AccountId> =
        rows.iter().flat_map(|row| [row.from_account_id, row.to_account_id]).collect();
    ids.sort_unstable();
    ids.dedup();
    let named: Vec<AccountRow> = accounts::table
        .filter(accounts::id.eq_any(&ids))
        .select(AccountRow::as_select())
        .load(conn)?;
    let account = |id: AccountId| {
        let found = named.iter().find(|row| row.id == id).and_then(AccountRow::account);
        found.ok_or_else(|| Failure::broken("a transfer joins two known accounts"))
    };
    let transfer = |row: TransferRow| {
        let (from, to) = (account(row.from_account_id)?, account(row.to_account_id)?);
        Ok(NewTransfer { from, to, amount: row.amount })
    };
    rows.into_iter().map(transfer).collect()
}

/// Returns the newest journal of that event about that subject among those that touch an account.
pub fn journal_about(
    conn: &mut Conn,
    account: &Account,
    event: &str,
    subject: uuid::Uuid,
) -> Answer<Option<JournalId>> {
    let found = entries::table
        .inner_join(journals::table.on(journals::id.eq(entries::journal_id)))
        .filter(entries::account_id.eq(account_id(account)))
        .filter(journals::subject_id.eq(RawId(subject)))
        .filter(journals::event.eq(event))
        .order(entries::version.desc())
        .select(journals::id)
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Returns what came into an account from a moment on, by when it took effect.
pub fn credited_from(conn: &mut Conn, account: &Account, from: Time) -> Answer<i64> {
    let amounts: Vec<i64> = entries::table
        .inner_join(journals::table.on(journals::id.eq(entries::journal_id)))
        .filter(entries::account_id.eq(account_id(account)))
        .filter(journals::effective_at.ge(from))
        .filter(entries::amount.gt(0))
        .select(entries::amount)
        .load(conn)?;
    Ok(amounts.into_iter().sum())
}

/// Returns the sum of the balances of each bucket of a fee account or batch; they add up to 0.
pub fn trial_balance(conn: &mut Conn, asset_id: uuid::Uuid) -> Answer<Vec<(String, i64)>> {
    let sum = diesel::dsl::sql::<BigInt>("CAST(COALESCE(SUM(balances.balance), 0) AS BIGINT)");
    let rows = accounts::table
        .inner_join(balances::table.on(balances::account_id.eq(accounts::id)))
        .filter(accounts::asset_id.eq(RawId(asset_id)))
        .group_by(accounts::bucket)
        .order(accounts::bucket)
        .select((accounts::bucket, sum))
        .load(conn)?;
    Ok(rows)
}

/// Returns the lots of a batch in the order of their serials.
pub fn lots_of_batch(conn: &mut Conn, batch: BatchId) -> Answer<Vec<Lot>> {
    let rows: Vec<(LotRow, AccountRow)> = lots::table
        .inner_join(accounts::table.on(accounts::id.eq(lots::account_id)))
        .filter(lots::batch_id.eq(batch))
        .order(lots::last_serial)
        .select((LotRow::as_select(), AccountRow::as_select()))
        .load(conn)?;
    let lot = |(lot, account): (LotRow, AccountRow)| match account.account() {
        Some(Account { holder, place: Place::Credits(_, bucket) }) => {
            Ok(Lot { first: lot.first_serial, last: lot.last_serial, holder, bucket })
        }
        _ => Err(Failure::broken("a lot lies in an account of credits")),
    };
    rows.into_iter().map(lot).collect()
}
