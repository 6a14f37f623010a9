//! Posting: load what the journals touch, book in memory, save set by set.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Books, CannotPost};
use super::lien::{CreditsPledged, check_lien};
use super::model::{Account, BatchId, BookCloseId, Chosen, CreditBucket, FeeAccountId, NewJournal};
use super::paid::is_paid;
use super::store;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};

/// Books one journal of the command that is being done; refused when an account has not enough.
pub fn post(tx: &mut Tx<'_>, journal: NewJournal) -> Answer<()> {
    let mut books = open_for(tx.conn(), std::slice::from_ref(&journal))?;
    books.post(0, journal)?;
    save(tx, books)
}

/// Books one journal that moves these serials; what else it moves are the lowest ones left. Returns
/// the serials that moved, by account; refused when not all of the chosen ones are there.
pub fn post_chosen(
    tx: &mut Tx<'_>,
    journal: NewJournal,
    chosen: &[Chosen],
) -> Answer<Vec<(Account, i64, i64)>> {
    let mut books = open_for(tx.conn(), std::slice::from_ref(&journal))?;
    for one in chosen {
        store::lay_in_between(tx.conn(), &mut books, one)?;
    }
    books.choose(chosen);
    books.post(0, journal)?;
    let moved = books.moved();
    save(tx, books)?;
    Ok(moved)
}

/// Books journals of several commands in order; each gets its own answer, and only those that
/// could be booked are saved.
pub fn post_each(
    tx: &mut Tx<'_>,
    journals: Vec<(usize, NewJournal)>,
) -> Answer<Vec<Result<(), CannotPost>>> {
    let (commands, journals): (Vec<usize>, Vec<NewJournal>) = journals.into_iter().unzip();
    let mut books = open_for(tx.conn(), &journals)?;
    let each = commands.into_iter().zip(journals);
    let answers = each.map(|(command, journal)| books.post(command, journal)).collect();
    save(tx, books)?;
    Ok(answers)
}

/// Opens the books on all that these journals touch; they are not booked yet.
pub fn open_for(conn: &mut Conn, journals: &[NewJournal]) -> Answer<Books> {
    let accounts = accounts_of(journals);
    let fee_accounts: BTreeSet<FeeAccountId> =
        accounts.iter().filter_map(|account| account.fee_account()).collect();
    let mut books = Books::open(store::standings(conn, &accounts)?)
        .closed(store::closed_before(conn, &fee_accounts)?);
    store::lay_in_lots(conn, &mut books, &taken_of(journals))?;
    Ok(books)
}

/// Refuses in the words of R44 where a holder asks for more of a batch than it has available and a
/// lien holds a part of the rest.
pub fn check_unpledged(
    conn: &mut Conn,
    holder: OrganisationId,
    batch: BatchId,
    asked_m2: i64,
) -> Answer<()> {
    let mut held = |bucket| store::balance(conn, &Account::credits(holder, batch, bucket));
    let (available, pledged) = (held(CreditBucket::Available)?, held(CreditBucket::Pledged)?);
    Ok(check_lien(asked_m2, (available, pledged))?)
}

/// Refuses in the words of R44 where some of these serials of a holder are under a lien.
pub fn check_unpledged_serials(
    conn: &mut Conn,
    holder: OrganisationId,
    batch: BatchId,
    (first, last): (i64, i64),
) -> Answer<()> {
    let pledged = Account::credits(holder, batch, CreditBucket::Pledged);
    if !store::touches(conn, &pledged, first, last)? {
        return Ok(());
    }
    let available = Account::credits(holder, batch, CreditBucket::Available);
    Err(CreditsPledged {
        available_m2: store::balance(conn, &available)?,
        pledged_m2: store::balance(conn, &pledged)?,
        asked_m2: last.saturating_sub(first).saturating_add(1),
    }
    .into())
}

/// Saves all that was booked.
pub fn save(tx: &mut Tx<'_>, books: Books) -> Answer<()> {
    let booked = books.close();
    if !booked.booked.iter().all(|one| is_paid(&one.journal.transfers)) {
        return Err(Failure::broken("credits change hands for money alone"));
    }
    store::save(tx, booked)
}

/// Closes the books of a fee account: nothing takes effect in it before that moment any more.
pub fn close_books(tx: &mut Tx<'_>, fee_account_id: FeeAccountId, before: Time) -> Answer<()> {
    let closed_at = tx.now();
    let id = BookCloseId::new();
    let row = store::BookCloseRow { id, fee_account_id, closed_before: before, closed_at };
    Ok(tx.insert(&row)?)
}

fn accounts_of(journals: &[NewJournal]) -> BTreeSet<Account> {
    let transfers = journals.iter().flat_map(|journal| &journal.transfers);
    transfers.flat_map(|transfer| [transfer.from, transfer.to]).collect()
}

/// How much each account of credits may have to give at most.
fn taken_of(journals: &[NewJournal]) -> BTreeMap<Account, i64> {
    let mut taken = BTreeMap::new();
    for transfer in journals.iter().flat_map(|journal| &journal.transfers) {
        if transfer.from.batch().is_some() && !transfer.from.is_contra() {
            let sum: &mut i64 = taken.entry(transfer.from).or_default();
            *sum = sum.saturating_add(transfer.amount);
        }
    }
    taken
}
