//! Money in and out of the fee accounts.

pub mod statement;
