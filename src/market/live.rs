//! The live view: what happens to listings, auctions and trades, in the order of the audit chain.
//!
//! Every command that saves rows leaves its changes in the chain, in one order, in its own
//! transaction. So the chain is the log that a reader follows: the id of an event is its place in
//! it, nothing is lost over a crash or between instances, and whoever knows the last id goes on
//! from there. An event shows its thing as the public sees it when it is sent.
//!
//! One task of each instance reads what is new and keeps the last events in memory for all streams;
//! a stream that lies further back reads pages of its own until it has caught up.

mod api;
mod feed;

pub use feed::Live;

pub(super) use api::operations;
