//! What moved on which day: kept when it is booked, so that nobody sums up history.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::rows::{AccountDayRow, MoneyJournalRow, account_id};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::Answer;
use crate::ledger::books::{Booked, Changed, Moved};
use crate::ledger::model::{Account, AccountId, FeeAccountId};
use crate::schema::{account_days, book_closes};

/// Came and went.
type Sums = (i64, i64);

/// Returns before which moments nothing takes effect any more in these fee accounts.
pub(in crate::ledger) fn closed_before(
    conn: &mut Conn,
    fee_accounts: &BTreeSet<FeeAccountId>,
) -> QueryResult<HashMap<FeeAccountId, Time>> {
    let mut closed = HashMap::new();
    for fee_account in fee_accounts {
        closed.extend(books_closed_before(conn, *fee_account)?.map(|time| (*fee_account, time)));
    }
    Ok(closed)
}

/// Returns before which moment nothing takes effect any more in a fee account.
pub fn books_closed_before(
    conn: &mut Conn,
    fee_account: FeeAccountId,
) -> QueryResult<Option<Time>> {
    book_closes::table
        .filter(book_closes::fee_account_id.eq(fee_account))
        .order(book_closes::closed_before.desc())
        .select(book_closes::closed_before)
        .first(conn)
        .optional()
}

/// Adds what was booked to the days on which it takes effect; a day in the past raises or lowers
/// what the account held at the end of each later one.
pub(super) fn save_days(tx: &mut Tx<'_>, booked: &[Booked], accounts: &[Changed]) -> Answer<()> {
    let mut journals = Vec::with_capacity(booked.len());
    let mut sums: BTreeMap<Account, BTreeMap<NaiveDate, Sums>> = BTreeMap::new();
    for one in booked {
        let (id, effective_at) = (one.journal.id, one.journal.effective_at);
        let moved: Vec<&Moved> =
            one.moved.iter().filter(|moved| moved.from.account.fee_account().is_some()).collect();
        let touched: BTreeSet<FeeAccountId> =
            moved.iter().filter_map(|moved| moved.from.account.fee_account()).collect();
        journals.extend(touched.into_iter().map(|fee_account_id| MoneyJournalRow {
            fee_account_id,
            effective_at,
            journal_id: id,
        }));
        let day = effective_at.date_in_shanghai();
        for moved in moved {
            let from = sums.entry(moved.from.account).or_default().entry(day).or_default();
            from.1 += moved.amount;
            let to = sums.entry(moved.to.account).or_default().entry(day).or_default();
            to.0 += moved.amount;
        }
    }
    tx.insert_derived(&journals)?;
    let mut known = days_from(tx.conn(), &sums)?;
    let balances: HashMap<Account, i64> =
        accounts.iter().map(|changed| (changed.account, changed.standing.balance)).collect();
    let mut rows = Vec::new();
    for (account, days) in sums {
        let id = account_id(&account);
        let now = balances.get(&account).copied().unwrap_or_default();
        rows.extend(days_with(id, now, known.remove(&id).unwrap_or_default(), days));
    }
    Ok(tx.insert_derived(&rows)?)
}

/// The days of an account that change, as they are from now on; `now` is what it holds afterwards.
fn days_with(
    account_id: AccountId,
    now: i64,
    known: Vec<AccountDayRow>,
    more: BTreeMap<NaiveDate, Sums>,
) -> Vec<AccountDayRow> {
    let added: i64 = more.values().map(|(came, went)| came - went).sum();
    let before = |first: &AccountDayRow| first.balance_fen - first.came_fen + first.went_fen;
    let mut balance_fen = known.first().map_or(now - added, before);
    let mut days: BTreeMap<NaiveDate, Sums> =
        known.into_iter().map(|row| (row.day, (row.came_fen, row.went_fen))).collect();
    for (day, (came, went)) in more {
        let sums = days.entry(day).or_default();
        *sums = (sums.0 + came, sums.1 + went);
    }
    let row = |(day, (came_fen, went_fen)): (NaiveDate, Sums)| {
        balance_fen += came_fen - went_fen;
        AccountDayRow { account_id, day, came_fen, went_fen, balance_fen }
    };
    days.into_iter().map(row).collect()
}

/// The days of each account from the first on that changes.
fn days_from(
    conn: &mut Conn,
    sums: &BTreeMap<Account, BTreeMap<NaiveDate, Sums>>,
) -> QueryResult<HashMap<AccountId, Vec<AccountDayRow>>> {
    let firsts: Vec<(AccountId, NaiveDate)> = sums
        .iter()
        .filter_map(|(account, days)| Some((account_id(account), *days.first_key_value()?.0)))
        .collect();
    let Some(first) = firsts.iter().map(|(_, day)| *day).min() else { return Ok(HashMap::new()) };
    let days = account_days::table.order((account_days::account_id, account_days::day));
    let rows: Vec<AccountDayRow> = match conn {
        Conn::Pg(conn) => days
            .filter(account_days::account_id.eq_any(firsts.iter().map(|(id, _)| *id)))
            .filter(account_days::day.ge(first))
            .select(AccountDayRow::as_select())
            .load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(firsts.len());
            for (id, _) in &firsts {
                let its = days
                    .filter(account_days::account_id.eq(*id))
                    .filter(account_days::day.ge(first))
                    .select(AccountDayRow::as_select());
                rows.extend(its.load(conn)?);
            }
            rows
        }
    };
    let mut known: HashMap<AccountId, Vec<AccountDayRow>> = HashMap::with_capacity(firsts.len());
    for row in rows {
        known.entry(row.account_id).or_default().push(row);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + chrono::Days::new(n)
    }

    proptest! {
        /// The naive version keeps every entry and adds up those up to each day.
        #[test]
        fn r70_days_agree_with_adding_up_all_entries(
            batches in proptest::collection::vec(
                proptest::collection::vec((0_u64..6, -50_i64..50), 1..4), 1..30)
        ) {
            let account = AccountId::new();
            let (mut all, mut kept, mut now) = (Vec::new(), BTreeMap::new(), 0);
            for batch in batches {
                let mut more: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
                for (n, amount) in batch.into_iter().filter(|(_, amount)| *amount != 0) {
                    let sums = more.entry(day(n)).or_default();
                    *sums = (sums.0 + amount.max(0), sums.1 + (-amount).max(0));
                    all.push((day(n), amount));
                    now += amount;
                }
                let Some(first) = more.keys().next().copied() else { continue };
                let known: Vec<AccountDayRow> =
                    kept.range(first..).map(|(_, row): (_, &AccountDayRow)| row.clone()).collect();
                kept.extend(days_with(account, now, known, more).into_iter().map(|row| (row.day, row)));
                for (on, row) in &kept {
                    let upto: i64 = all.iter().filter(|(day, _)| day <= on).map(|(_, fen)| fen).sum();
                    let came: i64 = all.iter().filter(|(day, fen)| day == on && *fen > 0).map(|(_, fen)| fen).sum();
                    prop_assert_eq!((row.balance_fen, row.came_fen), (upto, came));
                }
            }
        }
    }
}
