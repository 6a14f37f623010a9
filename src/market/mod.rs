//! The market: how sellers and buyers of credits find each other: listings at a fixed price, and
//! limit orders that are filled from them; auctions (`auctions`), negotiated transfers (`negotiated`);
//! and what everybody may follow (`live`).
//!
//! A listing reserves the seller's credits (R47) and is `open` until all of it is sold, its seller
//! withdraws it or it expires; what is left is freed then. A purchase takes all or part of what is
//! left at the listed price and is settled at once, delivery versus payment (`settlement`). Buying
//! is a hot action: all purchases that wait are decided in order in memory and saved together.
//!
//! An order says how much of which type and grade is wanted, at what price at most and from where. It
//! is filled from the listings that are there (`book`, by price and then by time, at the resting
//! side's price), and what is left of it waits with its cash reserved (`order` says in which fee
//! accounts) until new listings fill it, its buyer cancels it, or its last day passes. The lines of
//! the book are indexes of the database: a transaction brings in as much of them as it can need, and
//! no process keeps a book of its own. Orders that wait are public demand; by day it is kept what was
//! wanted and what was on offer. A county may keep prices within a band around the last index (R60).
//!
//! What is left of a listing lies in `listing_remainders`, apart from the listing, which never
//! changes; it can be computed from the listing, its trades and its end.

mod actions;
mod api;
mod band;
mod banding;
mod book;
mod buying;
mod ending;
mod floor;
mod auction;
mod auctions;
mod bans;
mod deal;
mod floors;
mod listing;
mod live;
mod losses;
mod matching;
mod model;
mod order;
mod placing;
mod quoting;
mod negotiated;
mod refusal;
mod store;

pub use actions::{offers, run_due};
pub use api::{NewOrder, OrderView, operations};
pub use auctions::run_due as advance_auctions;
pub use band::index_fen;
pub use book::{Ask, Bid, Book, FILLS_MAX, Fill, Kind, Party, Placed, Stands, Turn, reserve};
pub use buying::buy;
pub(crate) use deal::{Deal, check_enforced, settle_enforced};
pub use ending::{end_due_orders, match_due_listings};
pub use listing::CannotTrade;
pub use live::Live;
pub use model::{
    Buy, Execution, Listing, ListingId, ListingState, OffersWanted, OrderId, OrderState,
    PlaceOrder, Wanted,
};
pub use negotiated::run_due as expire_negotiations;
pub use order::CannotOrder;
pub use placing::place_orders;
