//! Every SQL statement of occupation.

mod applications;
mod balance;
mod certificates;
mod clocks;
mod retirements;
mod rows;

pub(super) use applications::{
    Filter, Whose, approved_near, decision, deficiency, documents, fee, fee_of, fees_in,
    last_opinion, occupation, occupations_page, policy, policy_in_force, state, waiting_of,
};
pub(super) use balance::{balance_day, balance_days, has_moved, last_release_at, save_balance_day};
pub(super) use certificates::{
    cases_page, certificate, certificate_by_number, certificates_of, certificates_of_retirements,
    last_mark, marks_of, violation_case,
};
pub(super) use clocks::{clocks_due, clocks_missed, clocks_of, running_clock, running_clocks};
pub(super) use retirements::{
    assignment_waiting, parts, retirement, retirements_page, retirements_serving, serials,
    serials_of,
};
pub(crate) use rows::*;
