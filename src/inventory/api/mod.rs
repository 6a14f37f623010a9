//! The inventory over HTTP.

mod land;
mod layer_views;
mod layers;
mod parcels;
mod regions;
mod totals;
mod views;

use crate::kernel::operations::Operations;

/// The operations of the inventory.
pub fn operations() -> Operations {
    regions::operations()
        .and(parcels::operations())
        .and(layers::operations())
        .and(land::operations())
        .and(totals::operations())
}
