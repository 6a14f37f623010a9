//! Values and machinery that every capability stands on. It knows no capability.

pub mod area;
pub mod clock;
pub mod money;
pub mod problem;
