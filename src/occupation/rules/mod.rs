//! When wetland may be occupied, and what must be given up for it. No I/O here.

mod apply;
mod fee;
mod gate;
mod proposal;
mod retire;
mod review;
mod violation;

pub(crate) use apply::{Application, CannotOccupy, Neighbourhood, Wetland, may_apply};
pub(crate) use fee::{CannotCharge, Charge, restoration_fee};
pub(crate) use gate::{Case, GateAnswer, Missing, Standing, fits, gate, required_m2};
pub(crate) use proposal::{Offer, Pick, cheapest};
pub(crate) use retire::{CannotRetire, Holding, PartAsked, may_assign, may_retire};
pub(crate) use review::{CannotReview, Reviewer, may_review, missing_documents};
pub(crate) use violation::{CannotPunish, Range, fine, fine_range};
