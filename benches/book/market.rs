//! The book itself, and what it needs of the market's nouns.

#[path = "../../src/market/book/mod.rs"]
pub mod book;
#[path = "model.rs"]
pub mod model;
