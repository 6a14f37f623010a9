//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

pub(crate) mod desk;
mod files;
mod histories;
mod matching;
mod payouts;
mod refusals;
mod september;
mod statements;
