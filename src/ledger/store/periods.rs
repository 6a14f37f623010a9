//! Questions about periods of a fee account; what they cost is of the period, not of what was before.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::read::balance_as_of;
use super::rows::{AccountDayRow, AccountRow, JournalRow, MoneyJournalRow, TransferRow};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::model::{
    Account, AccountId, AsOf, FeeAccountId, Journal, JournalId, Movement, NewTransfer, Voucher,
};
use crate::schema::{account_days, accounts, journals, money_journals, transfers};

/// Returns all accounts of a fee account.
pub fn accounts_of_money(
    conn: &mut Conn,
    fee_account: FeeAccountId,
) -> Answer<HashMap<AccountId, Account>> {
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::asset_id.eq(RawId(fee_account.uuid())))
        .select(AccountRow::as_select())
        .load(conn)?;
    let known = |row: AccountRow| {
        let account = row.account().ok_or_else(|| Failure::broken("an account has known words"))?;
        Ok((row.id, account))
    };
    rows.into_iter().map(known).collect()
}

/// Returns what each account of a fee account held and what moved in it from the first to the last
/// day, both included; those without either are left out.
pub fn movements(
    conn: &mut Conn,
    fee_account: FeeAccountId,
    from: NaiveDate,
    to: NaiveDate,
) -> Answer<Vec<Movement>> {
    let known = accounts_of_money(conn, fee_account)?;
    let rows: Vec<AccountDayRow> = account_days::table
        .inner_join(accounts::table.on(accounts::id.eq(account_days::account_id)))
        .filter(accounts::asset_id.eq(RawId(fee_account.uuid())))
        .filter(account_days::day.between(from, to))
        .order(account_days::day)
        .select(AccountDayRow::as_select())
        .load(conn)?;
    let mut days: HashMap<AccountId, Vec<AccountDayRow>> = HashMap::new();
    for row in rows {
        days.entry(row.account_id).or_default().push(row);
    }
    let mut all = Vec::with_capacity(known.len());
    for (id, account) in known {
        let days = days.remove(&id).unwrap_or_default();
        let opening = match days.first() {
            Some(first) => first.balance_fen - first.came_fen + first.went_fen,
            None => held_before(conn, id, from)?,
        };
        let came = days.iter().map(|day| day.came_fen).sum();
        let went = days.iter().map(|day| day.went_fen).sum();
        all.push(Movement { account, opening, came, went, closing: opening + came - went });
    }
    all.retain(|it| it.opening != 0 || it.came != 0 || it.went != 0);
    all.sort_by_key(|it| it.account);
    Ok(all)
}

fn held_before(conn: &mut Conn, id: AccountId, day: NaiveDate) -> QueryResult<i64> {
    let last: Option<i64> = account_days::table
        .filter(account_days::account_id.eq(id))
        .filter(account_days::day.lt(day))
        .order(account_days::day.desc())
        .select(account_days::balance_fen)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Returns what each account of a fee account held, in order: at the end of a day by what took effect,
/// or at a moment by what was booked here.
pub fn balances_as_of(
    conn: &mut Conn,
    fee_account: FeeAccountId,
    as_of: AsOf,
) -> Answer<Vec<(Account, i64)>> {
    let mut all: Vec<(Account, i64)> = Vec::new();
    for (id, account) in accounts_of_money(conn, fee_account)? {
        let balance = match as_of {
            AsOf::EndOf(day) => {
                held_before(conn, id, day.succ_opt().ok_or_else(Failure::not_found)?)?
            }
            AsOf::Recorded(_) | AsOf::Effective(_) => balance_as_of(conn, &account, as_of)?,
        };
        all.push((account, balance));
    }
    all.retain(|(_, balance)| *balance != 0);
    all.sort();
    Ok(all)
}

/// Returns the day on which money first moved in a fee account.
pub fn first_day(conn: &mut Conn, fee_account: FeeAccountId) -> QueryResult<Option<NaiveDate>> {
    let first: Option<Time> = money_journals::table
        .filter(money_journals::fee_account_id.eq(fee_account))
        .order(money_journals::effective_at)
        .select(money_journals::effective_at)
        .first(conn)
        .optional()?;
    Ok(first.map(Time::date_in_shanghai))
}

/// Returns how many journals moved money of a fee account from one moment to before another.
pub fn journals_between(
    conn: &mut Conn,
    fee_account: FeeAccountId,
    from: Time,
    before: Time,
) -> QueryResult<i64> {
    money_journals::table
        .filter(money_journals::fee_account_id.eq(fee_account))
        .filter(money_journals::effective_at.ge(from))
        .filter(money_journals::effective_at.lt(before))
        .count()
        .get_result(conn)
}

/// From which moment, to before which, and where the page before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoucherPage {
    pub fee_account: FeeAccountId,
    pub from: Time,
    pub before: Time,
    pub after: Option<(Time, JournalId)>,
    pub rows_max: i64,
}

/// Returns the journals of a period in the order in which they took effect; `known` are the accounts
/// of the fee account.
pub fn vouchers(
    conn: &mut Conn,
    page: &VoucherPage,
    known: &HashMap<AccountId, Account>,
) -> Answer<Vec<Voucher>> {
    let mut query = money_journals::table
        .filter(money_journals::fee_account_id.eq(page.fee_account))
        .filter(money_journals::effective_at.ge(page.from))
        .filter(money_journals::effective_at.lt(page.before))
        .into_boxed();
    if let Some((at, id)) = page.after {
        query = query
            .filter(money_journals::effective_at.ge(at))
            .filter(money_journals::effective_at.gt(at).or(money_journals::journal_id.gt(id)));
    }
    let keys: Vec<MoneyJournalRow> = query
        .order((money_journals::effective_at, money_journals::journal_id))
        .limit(page.rows_max)
        .select(MoneyJournalRow::as_select())
        .load(conn)?;
    let ids: Vec<JournalId> = keys.iter().map(|key| key.journal_id).collect();
    let rows: Vec<JournalRow> = journals::table
        .filter(journals::id.eq_any(&ids))
        .select(JournalRow::as_select())
        .load(conn)?;
    let mut rows: HashMap<JournalId, JournalRow> =
        rows.into_iter().map(|row| (row.id, row)).collect();
    let mut moved = transfers_of(conn, &ids, known)?;
    let voucher = |key: MoneyJournalRow| {
        let row = rows.remove(&key.journal_id);
        let row = row.ok_or_else(|| Failure::broken("a journal that moved money is there"))?;
        let journal = Journal {
            id: row.id,
            event: row.event,
            subject: row.subject_id.0,
            effective_at: row.effective_at,
            recorded_at: row.recorded_at,
            reverses: row.reverses_id,
        };
        Ok(Voucher { journal, transfers: moved.remove(&key.journal_id).unwrap_or_default() })
    };
    keys.into_iter().map(voucher).collect()
}

/// The transfers of these journals between known accounts.
fn transfers_of(
    conn: &mut Conn,
    ids: &[JournalId],
    known: &HashMap<AccountId, Account>,
) -> QueryResult<BTreeMap<JournalId, Vec<NewTransfer>>> {
    let rows: Vec<TransferRow> = transfers::table
        .filter(transfers::journal_id.eq_any(ids))
        .order((transfers::journal_id, transfers::n))
        .select(TransferRow::as_select())
        .load(conn)?;
    let mut moved: BTreeMap<JournalId, Vec<NewTransfer>> = BTreeMap::new();
    for row in rows {
        let sides = (known.get(&row.from_account_id), known.get(&row.to_account_id));
        if let (Some(from), Some(to)) = sides {
            let transfer = NewTransfer { from: *from, to: *to, amount: row.amount };
            moved.entry(row.journal_id).or_default().push(transfer);
        }
    }
    Ok(moved)
}
