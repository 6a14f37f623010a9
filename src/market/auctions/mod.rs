//! Auctions: announced ahead, bid in with a deposit, closed by the clock, settled after their result
//! was notified. The rules stand in `auction`.
//!
//! An auction is `announced`, `open`, closed with a winner (`noticed`, then `confirmed`) or without
//! one (`failed`), and `ended` when every winner has completed or refused; equal bids at the margin
//! wait for their draw (`drawing`). Its seller may take it back before it opens (`withdrawn`), the
//! centre of the county may cancel it.
//!
//! What never changes is in `auctions`, how far it is in `auction_standings`, where `due_at` says
//! when the clock has something to do. Each step looks at the standing in its own transaction, so
//! that two instances that close at once close it once; and since transactions are dated in one
//! order, a bid is before the close or after it, whatever the wire did.
//!
//! Invariants: the seller's reserved credits of an auction are its `left_m2` · a deposit is held
//! from its registration until it is freed, used for the payment or forfeited, once.

pub(super) mod actions;
pub(super) mod api;
pub(super) mod model;
mod refusal;
pub(super) mod store;

pub(super) use actions::cancel_for_loss;
pub use actions::run_due;
pub(super) use api::operations;
