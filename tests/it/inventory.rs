//! Regions, parcels and what may enter the reserve, as the story tells it.

pub(crate) mod files;
mod land;
mod layers;
mod lists;
mod corrections;
mod files;
mod guard;
pub(crate) mod layers;
mod parcels;
mod totals;
