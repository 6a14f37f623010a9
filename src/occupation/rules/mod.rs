//! When wetland may be occupied, and what must be given up for it. No I/O here.

mod apply;
mod balance;
mod fee;
mod gate;
mod proposal;
mod retire;
mod review;
mod violation;

pub(crate) use apply::{Application, CannotOccupy, Neighbourhood, Wetland, may_apply};
pub(crate) use balance::{BalanceChange, changes};
pub use balance::{BalanceStep, BalanceTerms};
pub(crate) use fee::{
    CannotCharge, NOTICE_DAYS, PAYMENT_DAYS, RATE_FEN_MIN, may_charge, restoration_fee,
};
pub(crate) use gate::{Case, GateAnswer, Missing, Standing, fits, gate};
pub(crate) use proposal::{Offer, cheapest};
pub(crate) use retire::{
    CannotRetire, Holding, PARTS_MAX, PartAsked, check_parts, may_assign, may_retire,
};
pub(crate) use review::{
    ACCEPTANCE_DAYS, CannotReview, DECISION_DAYS, EXTENSION_DAYS, Reviewer, may_review,
    missing_documents,
};
pub(crate) use violation::{CannotPunish, fine, fine_range};
