//! The wetland offset-credit exchange.

pub mod audit;
pub mod certification;
pub mod disclosure;
pub mod finance;
pub mod identity;
pub mod inventory;
pub mod kernel;
pub mod ledger;
pub mod market;
pub mod restoration;
pub mod schema;
pub mod settlement;
pub mod web;
