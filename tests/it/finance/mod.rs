//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

pub(crate) mod desk;
mod payouts;
mod september;
mod statements;
