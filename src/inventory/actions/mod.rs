//! What can be done with the inventory: take regions, boundaries and files of parcels in, survey
//! parcels again, and answer what other capabilities ask.

mod check;
mod enter;
mod export;
mod regions;
mod surveys;

pub(crate) use check::names_of;
pub use check::{CheckParcels, Checked, check_parcels, read_parcels};
pub use enter::{EnterParcels, enter_parcels};
pub(crate) use export::export_parcels;
pub use regions::{RegionsLoaded, create_county_boundary, create_regions};
pub use surveys::{create_land_survey, create_monitoring};
