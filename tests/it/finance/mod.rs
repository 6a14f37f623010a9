//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

pub(crate) mod desk;
mod papers;
mod payouts;
pub(crate) mod periods;
mod readers;
mod refusals;
mod september;
mod statements;
