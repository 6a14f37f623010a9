//! Regions, parcels and what may enter the reserve, as the story tells it.

mod corrections;
pub(crate) mod files;
mod gis;
mod gis_layers;
mod guard;
mod land;
pub(crate) mod layers;
mod lists;
mod parcels;
mod totals;
mod worklist;
