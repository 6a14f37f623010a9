//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

mod batches;
mod corrections;
pub(crate) mod desk;
mod files;
mod given_back;
mod histories;
mod matching;
mod paper;
mod papers;
mod payouts;
pub(crate) mod periods;
pub(crate) mod readers;
mod refusals;
mod schema_reader;
mod september;
mod spendings;
mod statements;
mod trust;
