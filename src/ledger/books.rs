//! Booking, in memory: what journals do to accounts and lots. No I/O: the accounts and lots that
//! the journals touch are loaded before and saved after.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::model::{
    Account, BatchId, Chosen, CreditBucket, FeeAccountId, NewJournal, NewTransfer, Place,
};
use crate::kernel::clock::Time;

/// Why a journal cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotPost {
    #[error("asked for {asked}, but {bucket} holds {held}")]
    NotEnough { bucket: &'static str, held: String, asked: String },
    #[error("the serials {first} to {last} are not all there")]
    NotThere { first: i64, last: i64 },
    #[error("nothing leaves {bucket} credits again")]
    Final { bucket: &'static str },
    #[error("the books of this fee account are closed through {through}; {on} is in it")]
    Closed { on: NaiveDate, through: NaiveDate },
    /// A fault of the caller or of the books, never of the person who asked.
    #[error("the books do not allow it: {0}")]
    Fault(&'static str),
}

/// What an account holds, and how many entries it has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub balance: i64,
    pub version: i64,
}

/// A run of serials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    pub first: i64,
    pub last: i64,
}

/// One side of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    pub account: Account,
    pub before: i64,
    pub after: i64,
    pub version: i64,
}

/// A transfer with the balances that it met and left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    pub from: Side,
    pub to: Side,
    pub amount: i64,
}

/// Serials that went along with a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotMoved {
    pub batch: BatchId,
    pub run: Run,
    pub from: Account,
    pub to: Account,
}

/// A journal that was booked, for the command with that index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub command: usize,
    pub journal: NewJournal,
    pub moved: Vec<Moved>,
    pub lots: Vec<LotMoved>,
}

/// The accounts and lots that some journals touch.
#[derive(Debug, Default)]
pub struct Books {
    standings: HashMap<Account, Standing>,
    known: HashMap<Account, Standing>,
    runs: HashMap<Account, BTreeMap<i64, i64>>,
    /// Serials that leave their account before its lowest ones.
    chosen: Vec<Chosen>,
    /// Nothing takes effect in a fee account before its moment.
    closed_before: HashMap<FeeAccountId, Time>,
    /// Lots that changed, by batch and last serial: the new first serial and account.
    changed_lots: BTreeMap<(BatchId, i64), (i64, Account)>,
    booked: Vec<Booked>,
}

impl Books {
    /// Opens the books with accounts as they stand; others begin with nothing.
    pub fn open(known: HashMap<Account, Standing>) -> Self {
        Self { standings: known.clone(), known, ..Self::default() }
    }

    /// Lays in the lots of an account, lowest serials first; they may be only its first ones.
    pub fn lay_in(&mut self, account: Account, runs: impl IntoIterator<Item = Run>) {
        let held = self.runs.entry(account).or_default();
        held.extend(runs.into_iter().map(|run| (run.first, run.last)));
    }

    /// Says which serials leave their accounts before the lowest ones.
    pub fn choose(&mut self, chosen: &[Chosen]) {
        // The last is taken first.
        self.chosen = chosen.iter().rev().copied().collect();
    }

    /// The serials that moved so far, with the account that they left.
    pub fn moved(&self) -> Vec<(Account, i64, i64)> {
        let lots = self.booked.iter().flat_map(|booked| &booked.lots);
        lots.map(|lot| (lot.from, lot.run.first, lot.run.last)).collect()
    }

    /// Says before which moments nothing takes effect any more.
    #[must_use]
    pub fn closed(self, closed_before: HashMap<FeeAccountId, Time>) -> Self {
        Self { closed_before, ..self }
    }

    pub fn balance(&self, account: &Account) -> i64 {
        self.standings.get(account).map_or(0, |standing| standing.balance)
    }

    /// Books a journal whole or not at all.
    pub fn post(&mut self, command: usize, journal: NewJournal) -> Result<(), CannotPost> {
        self.check_open(&journal)?;
        self.check(&journal.transfers)?;
        let mut moved = Vec::with_capacity(journal.transfers.len());
        let mut lots = Vec::new();
        for transfer in &journal.transfers {
            self.move_lots(transfer, &mut lots)?;
            moved.push(self.move_amount(transfer)?);
        }
        self.booked.push(Booked { command, journal, moved, lots });
        Ok(())
    }

    /// A closed period stays as it is: what is found later is booked in the open one.
    fn check_open(&self, journal: &NewJournal) -> Result<(), CannotPost> {
        for fee_account in
            journal.transfers.iter().filter_map(|transfer| transfer.from.fee_account())
        {
            let Some(before) = self.closed_before.get(&fee_account) else { continue };
            if journal.effective_at < *before {
                return Err(CannotPost::Closed {
                    on: journal.effective_at.date_in_shanghai(),
                    through: last_day_before(*before),
                });
            }
        }
        Ok(())
    }

    /// Checks without effect that each transfer finds what it takes.
    fn check(&self, transfers: &[NewTransfer]) -> Result<(), CannotPost> {
        let mut running: HashMap<Account, i64> = HashMap::with_capacity(transfers.len() * 2);
        if transfers.is_empty() {
            return Err(CannotPost::Fault("a journal has a transfer"));
        }
        for transfer in transfers {
            check_kind(transfer)?;
            let held =
                *running.entry(transfer.from).or_insert_with(|| self.balance(&transfer.from));
            let left = held.checked_sub(transfer.amount).ok_or(OVERFLOW)?;
            if left < 0 && !transfer.from.is_contra() {
                return Err(not_enough(&transfer.from, held, transfer.amount));
            }
            running.insert(transfer.from, left);
            let there = running.entry(transfer.to).or_insert_with(|| self.balance(&transfer.to));
            *there = there.checked_add(transfer.amount).ok_or(OVERFLOW)?;
        }
        Ok(())
    }

    fn move_amount(&mut self, transfer: &NewTransfer) -> Result<Moved, CannotPost> {
        let from = self.enter(transfer.from, transfer.amount.checked_neg().ok_or(OVERFLOW)?)?;
        let to = self.enter(transfer.to, transfer.amount)?;
        Ok(Moved { from, to, amount: transfer.amount })
    }

    fn enter(&mut self, account: Account, amount: i64) -> Result<Side, CannotPost> {
        let standing = self.standings.entry(account).or_default();
        let before = standing.balance;
        standing.balance = before.checked_add(amount).ok_or(OVERFLOW)?;
        standing.version += 1;
        Ok(Side { account, before, after: standing.balance, version: standing.version })
    }

    /// Moves the lowest serials of the account and splits the last lot at the boundary (R41).
    fn move_lots(
        &mut self,
        transfer: &NewTransfer,
        moved: &mut Vec<LotMoved>,
    ) -> Result<(), CannotPost> {
        let Some(batch) = transfer.from.batch() else { return Ok(()) };
        let mut left = transfer.amount;
        while left > 0 {
            let run = match self.chosen_of(transfer.from) {
                Some(chosen) => self.take_chosen(batch, &chosen, left)?,
                None => self.take_lowest(transfer.from, left)?,
            };
            left -= run.last - run.first + 1;
            self.runs.entry(transfer.to).or_default().insert(run.first, run.last);
            self.changed_lots.insert((batch, run.last), (run.first, transfer.to));
            moved.push(LotMoved { batch, run, from: transfer.from, to: transfer.to });
        }
        Ok(())
    }

    /// What was chosen of that account and has not left it yet.
    fn chosen_of(&mut self, account: Account) -> Option<Chosen> {
        let at = self.chosen.iter().rposition(|chosen| chosen.from == account)?;
        Some(self.chosen.remove(at))
    }

    /// Takes chosen serials out of the lot that they lie in, as far as that lot goes; what is left
    /// of the lot stays, on both sides.
    fn take_chosen(
        &mut self,
        batch: BatchId,
        chosen: &Chosen,
        serials_max: i64,
    ) -> Result<Run, CannotPost> {
        let (account, first) = (chosen.from, chosen.first);
        let missing = CannotPost::NotThere { first, last: chosen.last };
        if chosen.last - first >= serials_max {
            return Err(CannotPost::Fault("no more is chosen than moves"));
        }
        let runs = self.runs.get_mut(&account).ok_or_else(|| missing.clone())?;
        let lot = runs.range(..=first).next_back().map(|(first, last)| (*first, *last));
        let (lot_first, lot_last) = lot.filter(|lot| lot.1 >= first).ok_or(missing)?;
        let last = chosen.last.min(lot_last);
        runs.remove(&lot_first);
        if lot_first < first {
            runs.insert(lot_first, first - 1);
            self.changed_lots.insert((batch, first - 1), (lot_first, account));
        }
        if last < lot_last {
            runs.insert(last + 1, lot_last);
            self.changed_lots.insert((batch, lot_last), (last + 1, account));
        }
        if last < chosen.last {
            self.chosen.push(Chosen { first: last + 1, ..*chosen });
        }
        Ok(Run { first, last })
    }

    /// Takes the lowest run of at most that many serials.
    fn take_lowest(&mut self, account: Account, serials_max: i64) -> Result<Run, CannotPost> {
        if let Place::Credits(_, CreditBucket::Issuance) = account.place {
            let first = 1 - self.balance(&account);
            return Ok(Run { first, last: first + serials_max - 1 });
        }
        let missing = CannotPost::Fault("an account has the lots of its balance");
        let runs = self.runs.get_mut(&account).ok_or_else(|| missing.clone())?;
        let (first, last) = runs.pop_first().ok_or(missing)?;
        let taken_last = last.min(first + serials_max - 1);
        if let (true, Some(batch)) = (taken_last < last, account.batch()) {
            runs.insert(taken_last + 1, last);
            self.changed_lots.insert((batch, last), (taken_last + 1, account));
        }
        Ok(Run { first, last: taken_last })
    }

    /// Closes the books and returns what is to be saved.
    pub fn close(self) -> Closed {
        let Self { standings, known, changed_lots, booked, .. } = self;
        let changed = |(account, standing): (Account, Standing)| {
            let before = known.get(&account).copied();
            (before != Some(standing) && standing.version > 0).then_some(Changed {
                account,
                standing,
                is_new: before.is_none(),
            })
        };
        let mut accounts: Vec<Changed> = standings.into_iter().filter_map(changed).collect();
        accounts.sort_by_key(|changed| changed.account);
        let lots = changed_lots.into_iter().map(|((batch, last), (first, account))| ChangedLot {
            batch,
            run: Run { first, last },
            account,
        });
        Closed { accounts, lots: lots.collect(), booked }
    }
}

/// What the booking of some journals leaves to be saved.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    pub accounts: Vec<Changed>,
    pub lots: Vec<ChangedLot>,
    pub booked: Vec<Booked>,
}

/// An account with new balance and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    pub account: Account,
    pub standing: Standing,
    pub is_new: bool,
}

/// A lot as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedLot {
    pub batch: BatchId,
    pub run: Run,
    pub account: Account,
}

/// The last day that is over at that moment.
pub fn last_day_before(moment: Time) -> NaiveDate {
    moment.plus_seconds(-1).date_in_shanghai()
}

const OVERFLOW: CannotPost = CannotPost::Fault("a balance fits 64 bits");

fn check_kind(transfer: &NewTransfer) -> Result<(), CannotPost> {
    let (from, to) = (transfer.from.place, transfer.to.place);
    if transfer.amount <= 0 {
        return Err(CannotPost::Fault("a transfer moves a positive amount"));
    }
    if transfer.from == transfer.to {
        return Err(CannotPost::Fault("a transfer has two accounts"));
    }
    if (from.asset(), from.asset_id()) != (to.asset(), to.asset_id()) {
        return Err(CannotPost::Fault("a transfer stays within one fee account or batch"));
    }
    match from {
        Place::Credits(_, bucket @ (CreditBucket::Retired | CreditBucket::Cancelled)) => {
            Err(CannotPost::Final { bucket: bucket.as_str() })
        }
        Place::Credits(..) | Place::Money(..) => Ok(()),
    }
}

fn not_enough(account: &Account, held: i64, asked: i64) -> CannotPost {
    let shown = |amount: i64| match account.place {
        Place::Money(..) => format!("{} CNY", crate::kernel::money::cny(amount)),
        Place::Credits(..) => format!("{amount} m²"),
    };
    let bucket = account.place.bucket();
    CannotPost::NotEnough { bucket, held: shown(held), asked: shown(asked) }
}

#[cfg(test)]
mod tests;
