//! Tests of the whole exchange over its real HTTP API, on both engines. One module per capability;
//! `support` holds the town that they play in.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it should be"
)]

#[macro_use]
mod support;

mod access;
mod afterwards;
mod audit;
mod backup;
mod census;
mod certification;
mod checkpoints;
mod cli;
mod coverage;
mod demo;
mod encumbrance;
mod experts;
mod faketime;
mod finance;
mod garbage;
mod identity;
mod inventory;
mod maps;
mod market;
mod notices;
mod occupation;
mod openapi;
mod replacements;
mod restoration;
mod site;
mod tampering;
mod traces;
mod trust;
mod writer;
