//! The wetland offset-credit exchange.

pub mod app;
pub mod audit;
pub mod certification;
pub mod cli;
pub mod config;
pub mod disclosure;
pub mod finance;
pub mod identity;
pub mod inventory;
pub mod kernel;
pub mod ledger;
pub mod market;
pub mod openapi;
pub mod restoration;
pub mod schema;
pub mod settlement;
pub mod web;
