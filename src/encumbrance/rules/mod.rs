//! Decisions on liens. Values in, decisions out.

mod insurance;
mod pledge;
mod runs;
mod sale;
mod value;

pub(crate) use insurance::{
    CannotInsure, check_amount, check_claim, check_policy_term, hit, reminder_on,
};
pub use pledge::CannotPledge;
pub(crate) use pledge::{
    DAYS_TO_REGISTER, Parties, TermsAsked, check_extension, check_open, check_registration,
    check_request, check_signature,
};
pub use runs::check_runs;
pub(crate) use runs::{RUNS_MAX, joined, lowest, m2_of, minus, within};
pub(crate) use sale::{Leg, bound};
pub(crate) use value::{Basis, Cover, cover, secured_value};
