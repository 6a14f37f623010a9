//! The inventory over HTTP.

mod list_views;
mod lists;
mod parcels;
mod published;
mod published_views;
mod regions;
mod totals;
mod views;

use crate::kernel::operations::Operations;

/// The operations of the inventory.
pub fn operations() -> Operations {
    regions::operations()
        .and(parcels::operations())
        .and(totals::operations())
        .and(published::operations())
        .and(lists::operations())
}
