//! Money in and out of the fee accounts (domain §3).
//!
//! A developer gets a reference (`payment_notices`, open → paid) and quotes it with its transfer.
//! Money exists here only once a line of a bank file is imported. A line that is exactly what one
//! open reference waits for becomes cash; any other money in waits in suspense, any other money out
//! in receivable, each as an exception (open → resolved) until a person assigns it. A payout
//! (entered → approved → paid, or rejected, or cancelled) is entered by one person and approved by
//! another who has posted no receipts; its money falls when the bank's line arrives.
//!
//! Always, per fee account: −clearing = balance of the newest line = cash + shares + suspense −
//! receivable. Suspense can hold no debt, so money out that nobody knows stands in receivable, a
//! contra account; with it the identity of R70 stays exact, and open exceptions, money out counted
//! negative, add up to suspense − receivable.
//!
//! A day or a month is closed by two people (`period_closes`, entered → closed) once bank and books
//! agree and the bank's files cover it; what is merely open is carried over and listed. `papers` are
//! what goes out on a period: statement, vouchers, and the books for other programs.
//!
//! Never here: a line booked twice, a line changed, a payout to an account that nobody registered.

mod actions;
mod api;
pub mod model;
mod payment_file;
mod papers;
mod refusal;
pub mod rules;
pub mod statement;
mod store;

pub use api::operations;
