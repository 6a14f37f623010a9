//! The inventory over HTTP.

mod exports;
mod ogc;
mod parcels;
mod regions;
mod totals;
mod views;

use crate::kernel::operations::Operations;

/// The operations of the inventory.
pub fn operations() -> Operations {
    regions::operations()
        .and(exports::operations())
        .and(ogc::operations())
        .and(parcels::operations())
        .and(totals::operations())
}
