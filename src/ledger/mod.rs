//! The ledger: double entry for money and for credits, and which serial numbers are where.
//!
//! A journal is one business event with its transfers. A transfer moves a positive amount from one
//! account to another, so a journal balances by construction; both sides keep the balance before
//! and after and the account's version, and the view `entries` shows them one by one. An account is
//! a bucket of a holder in a fee account (fen) or in a batch (m²). Balances are never negative
//! except in the named contra accounts (the bank, issuance, receivables).
//!
//! Lots say which serials: they tile their batch; a move takes the lowest serials first and splits
//! at the boundary (R41). `lot_moves` is append-only and the truth, `lots` the present state.
//!
//! The transfers and lot moves of a journal are guarded by `journals.contents_hash`, which lies in
//! the journal's digest: one audit change for each journal instead of one for each of its rows. A
//! transfer carries both of its entries in one row for the same reason: a purchase writes 4 rows
//! instead of 12. Account ids are made from holder, asset and bucket, so that finding an account
//! needs no query.
//!
//! `account_days` keeps what came into and went out of each account of money on each day, by when it
//! took effect, and `money_journals` which journals did, so that no statement of a period sums up
//! history. The books of a fee account are closed through a day (`book_closes`): nothing that takes
//! effect before is booked any more, here and by trigger.
//!
//! Credits go from one organisation to another in a journal that moves money against them, or not at
//! all: there is no gift, so nothing of them leaves without payment.
//!
//! Never here: why something moves, prices, HTTP. Rows are never changed or deleted; a correction
//! is a new journal that names the original.

mod actions;
mod api;
mod books;
mod lien;
mod model;
mod paid;
mod refusal;
mod store;

pub use actions::{
    check_unpledged, check_unpledged_serials, close_books, open_for, post, post_chosen, post_each,
    save,
};
pub use api::operations;
pub use books::{Books, CannotPost, last_day_before};
pub use lien::CreditsPledged;
pub use model::{
    Account, AccountId, AsOf, BatchId, Chosen, CreditBucket, FeeAccountId, Holder, Journal,
    JournalId, Lot, MoneyBucket, Movement, NewJournal, NewTransfer, Place, Voucher,
};
pub use store::{
    VoucherPage, accounts_of_money, balance, balance_as_of, balances, balances_as_of,
    balances_of_batch, balances_of_fee_account, balances_of_holder, books_closed_before,
    credited_from, credits_of_holder, first_day, held_among, holds, journal_about,
    journals_between, lots_of_batch, movements, serials_moved, touches, transfers_of,
    trial_balance, vouchers,
};
