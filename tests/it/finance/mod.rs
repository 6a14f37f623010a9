//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

mod batches;
mod corrections;
pub(crate) mod desk;
mod histories;
mod payouts;
mod refusals;
mod schema_reader;
mod september;
mod spendings;
mod statements;
