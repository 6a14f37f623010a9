//! Every SQL statement of experts.

mod draws;
mod pool;
pub(crate) mod rows;

pub(super) use draws::*;
pub(super) use pool::*;
