//! The tables of the ledger.

mod days;
mod periods;
mod read;
mod rows;
mod write;

pub use days::books_closed_before;
pub(super) use days::closed_before;
pub use periods::{
    VoucherPage, accounts_of_money, balances_as_of, first_day, journals_between, movements,
    vouchers,
};
pub(super) use read::{Entry, entries_after, lay_in_between, lay_in_lots, standings};
pub use read::{
    balance, balance_as_of, balances, balances_of_batch, balances_of_fee_account,
    balances_of_holder, credited_from, credits_of_holder, held_among, holds, journal_about,
    lots_of_batch, serials_moved, touches, transfers_of, trial_balance,
};
pub(super) use rows::BookCloseRow;

pub(super) use write::save;
