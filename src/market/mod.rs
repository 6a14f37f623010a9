//! The market: how sellers and buyers of credits find each other. Now: listings at a fixed price.
//!
//! A listing reserves the seller's credits (R47) and is `open` until all of it is sold, its seller
//! withdraws it or it expires; what is left is freed then. A purchase takes all or part of what is
//! left at the listed price and is settled at once, delivery versus payment (`settlement`). Buying
//! is a hot action: all purchases that wait are decided in order in memory and saved together.
//!
//! What is left of a listing lies in `listing_remainders`, apart from the listing, which never
//! changes; it can be computed from the listing, its trades and its end.

mod actions;
mod api;
mod buying;
mod listing;
mod model;
mod refusal;
mod store;

pub use actions::{offers, run_due};
pub use api::operations;
pub use buying::buy;
pub use listing::CannotTrade;
pub use model::{Buy, Listing, ListingId, ListingState, OffersWanted};
