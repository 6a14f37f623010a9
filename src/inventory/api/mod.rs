//! The inventory over HTTP.

mod exports;
mod ogc;
mod candidates;
mod changes;
mod forms;
mod land;
mod layer_views;
mod layers;
mod list_views;
mod lists;
mod papers;
mod parcels;
mod published;
mod published_views;
mod regions;
mod totals;
mod views;

use crate::kernel::operations::Operations;

pub use parcels::expect_parcel;
pub use views::ParcelView;

/// The operations of the inventory.
pub fn operations() -> Operations {
    regions::operations()
        .and(exports::operations())
        .and(ogc::operations())
        .and(papers::operations())
        .and(parcels::operations())
        .and(forms::operations())
        .and(layers::operations())
        .and(land::operations())
        .and(changes::operations())
        .and(totals::operations())
        .and(published::operations())
        .and(lists::operations())
        .and(candidates::operations())
}
