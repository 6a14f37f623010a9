//! When land becomes credits, and when credits become available. No I/O here.

mod decide;
mod numbers;
mod release;

pub(super) use decide::{Asked, CannotCertify, Decider, certifiable, decide, indicators_given};
pub(super) use numbers::{SerialBlock, batch_number, buffer, township_shares};
pub(super) use release::{CannotRelease, release};
