//! What a published table says, and what follows from its own rows and columns. No I/O here: the
//! figures are shown as they are and never corrected (R85).

mod deviations;
mod figures;
mod parcels;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use deviations::{Deviation, quality};
pub(crate) use figures::{BadTable, TableFault, figures};
pub(crate) use parcels::{WetlandSum, of_parcels};
pub(crate) use targets::{
    Demand, Parts, Source, bases, rate_percent, standing, table_of, target_in_range, with_above,
};
