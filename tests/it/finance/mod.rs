//! Money in and out over the API: bank files, exceptions, payouts, reconciliation.

pub(crate) mod desk;
mod papers;
mod files;
mod histories;
mod matching;
mod payouts;
pub(crate) mod periods;
mod readers;
mod refusals;
mod september;
mod statements;
