//! The public register: what anybody may read without a login. Batches with where their credits
//! are, and every trade with its price; never who bought, and no draft of anything.
//!
//! It also holds what reads across the capabilities: the no-net-loss balance of a region (R86) and
//! the maps of a county, of which officials see more than the public, and what was published late or
//! not at all (R92).
//!
//! Read-only. `store.rs` alone may read the tables of other capabilities: the register shows what
//! they did, and none of them needs to know of it.

mod api;
mod map;
mod store;

pub use api::operations;
