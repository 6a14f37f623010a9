//! The inventory over HTTP.

mod exports;
mod ogc;
mod changes;
mod land;
mod layer_views;
mod layers;
mod parcels;
mod regions;
mod totals;
mod views;

use crate::kernel::operations::Operations;

pub use views::ParcelView;

/// The operations of the inventory.
pub fn operations() -> Operations {
    regions::operations()
        .and(exports::operations())
        .and(ogc::operations())
        .and(parcels::operations())
        .and(layers::operations())
        .and(land::operations())
        .and(changes::operations())
        .and(totals::operations())
}
