//! The tables of the ledger.

mod read;
mod rows;
mod write;

pub(super) use read::{Entry, credits_of_holder, entries_after, lay_in_lots, standings};
pub use read::{
    balance, balance_as_of, balances_of_batch, balances_of_fee_account, balances_of_holder,
    credited_from, journal_about, lots_of_batch, transfers_of, trial_balance,
};

pub(super) use write::save;
