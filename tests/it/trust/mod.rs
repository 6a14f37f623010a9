//! What thieves and broken machines try (security page of the README).

mod durable;
mod histories;
mod limits;
mod schema;
mod tokens;
