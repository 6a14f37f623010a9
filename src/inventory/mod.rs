//! To come.

pub mod geometry;
