//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

pub(crate) mod desk;
mod payouts;
mod refusals;
mod september;
mod statements;
