//! When land becomes credits, and when credits become available. No I/O here.

mod decide;
mod freeze;
mod gate;
mod loss;
mod numbers;
mod release;
mod replace;

pub(super) use decide::{Asked, CannotCertify, Decider, against, decide, indicators_given};
pub(super) use freeze::{CannotFreeze, check_document, check_freeze, check_thaw};
pub(super) use gate::condition;
pub(super) use loss::{CannotLose, Side, Take, check_finding, check_return, take};
pub(super) use numbers::{SerialBlock, batch_number, buffer, township_shares};
pub(super) use release::{CannotRelease, may_release, release, steps};
pub(super) use replace::{
    CannotReplace, Lost, Offered, OfferedFrom, check_offer, check_open, check_taker,
};
