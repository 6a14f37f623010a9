//! Values and machinery that every capability stands on. It knows no capability.

pub mod actor;
pub mod area;
pub mod calendar;
pub mod capitals;
pub mod clock;
pub mod db;
pub mod ids;
pub mod money;
pub mod names;
pub mod operations;
pub mod page;
pub mod problem;
pub mod region;
pub mod text;
pub mod version;
