//! What thieves and broken machines try (security page of the README).

mod disk;
mod durable;
mod gifts;
mod histories;
mod limits;
mod overload;
mod parsers;
mod schema;
mod tokens;
