//! Regions, parcels and what may enter the reserve, as the story tells it.

mod files;
mod land;
mod lists;
mod parcels;
mod totals;
