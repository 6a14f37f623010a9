//! What thieves and broken machines try (security page of the README).

mod durable;
mod gifts;
mod limits;
mod schema;
mod tokens;
