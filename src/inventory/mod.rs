//! To come.

pub mod geometry;
pub mod import;
pub mod model;
pub mod rules;
