//! What the inventory answers instead of doing what was asked.

use crate::kernel::region::RegionCode;

/// Too much for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are more than {most} parcels; ask for one county, township or kind at a time")]
pub struct CannotExport {
    pub most: usize,
}

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotEnter {
    #[error("{refused} of {of} features break a rule, so nothing of the file entered")]
    FeaturesRefused { refused: usize, of: usize },
    #[error("{0} is not a county that is known here")]
    UnknownCounty(RegionCode),
    #[error("only a reserve parcel is surveyed again; the wetland database is imported by year")]
    NotAReserveParcel,
    #[error("the survey does not fit the parcel")]
    SurveyRefused,
    #[error("{0} was withdrawn")]
    Withdrawn(String),
    #[error("{0} has a survey of that year already")]
    SurveyedThatYear(String),
}
