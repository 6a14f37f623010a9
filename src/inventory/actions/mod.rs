//! What can be done with the inventory: take regions, boundaries and files of parcels in, survey
//! parcels again, and answer what other capabilities ask.

mod check;
mod enter;
mod regions;
mod surveys;

pub use check::{CheckParcels, Checked, check_parcels, names_of};
pub use enter::{EnterParcels, enter_parcels};
pub use regions::{RegionsLoaded, create_county_boundary, create_regions};
pub use surveys::{create_land_survey, create_monitoring};
