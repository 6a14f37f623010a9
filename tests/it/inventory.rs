//! Regions, parcels and what may enter the reserve, as the story tells it.

pub(crate) mod files;
mod land;
mod layers;
mod lists;
mod parcels;
mod totals;
