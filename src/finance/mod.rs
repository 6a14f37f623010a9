//! Money in and out of the fee accounts (domain §3).
//!
//! A developer gets a reference (`payment_notices`, open → paid) and quotes it with its transfer.
//! Money exists here only once a line of a bank file is imported. A line that is exactly what one
//! open reference waits for becomes cash; any other money in waits in suspense, any other money out
//! in receivable, each as an exception (open → resolved) until a person assigns it. A payout
//! (entered → approved → paid, or rejected, or cancelled) is entered by one person and approved by
//! another who has posted no receipts; its money falls when the bank's line arrives.
//!
//! Shares are paid out one by one or in a batch for a period (`payout_batches`), which one person
//! enters and another decides as a whole; `payment_file` tells the bank. A payout that the bank
//! sends back is due again. A share is paid only to the registered account. What leaves for an account
//! that is not trusted (`identity`), be it a share, a refund or money that goes back, waits until noon
//! of the working day after its approval, in no payment file, and can be cancelled; a new account is
//! paid to no sooner than noon of the next working day (R69). One person puts an account on hold
//! (`account_holds`, held → lift_asked → lifted) and from that moment no payment file contains it; a
//! batch with one held payout has no file at all, so that none goes out twice. Lifting takes two. What was paid out is
//! spent for permitted purposes with vouchers (R68). A wrong booking is undone by two people in a
//! mirror journal (R67); what is gone by then stands in the receivable of who had it, and is settled
//! out of the next of its own money here before any of it is paid out. What an enforced sale bound to
//! a lender (`encumbrance`) is kept for it and paid to its registered account alone.
//!
//! Decisions: a restoration cost is recorded against money of the treasury that was paid out, since
//! a share is paid only to its registered account. The credits of an undone trade go back to the
//! seller's available ones, not to the listing, which may be over; credits of one batch are alike,
//! so the buyer gives back the lowest serials that it has left of it.
//!
//! Always, per fee account: −clearing = balance of the newest line = cash + shares + suspense −
//! receivable. Suspense can hold no debt, so money out that nobody knows stands in the fee account's
//! own receivable, a contra account; with it the identity of R70 stays exact, and open exceptions,
//! money out counted negative, add up to suspense less that receivable. The receivables of
//! organisations are no exceptions: each has a correction behind it.
//!
//! Restoration fees (R82) are set by `occupation` and pulled from here: their payment comes in by a
//! reference like any other and is held in the occupier's reserved cash until the application ends.
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

pub use actions::run_due;
pub use api::operations;
