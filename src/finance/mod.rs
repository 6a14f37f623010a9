//! Money in and out of the fee accounts.

pub mod model;
mod refusal;
pub mod rules;
pub mod statement;
