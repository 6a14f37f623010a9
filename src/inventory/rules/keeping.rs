//! Who keeps which totals, lists and markers, and what they must say.

use crate::kernel::region::RegionCode;

/// Why a publication, target, list or marker is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotKeep {
    #[error("{0} is not a region that is known here")]
    UnknownRegion(RegionCode),
    #[error("the figures of {0} are kept by an organisation of that region")]
    OtherRegion(RegionCode),
    #[error("the file is no table of totals, so nothing of it was taken")]
    TableRefused,
    #[error("that document has set this target already")]
    TargetTwice,
    #[error("a rate lies between 0 and 100 percent, an area is not negative")]
    TargetOutOfRange,
}

/// A table or target of a region is kept by those in it, and by those whose region it lies in.
pub(crate) fn keep(by: &RegionCode, of: &RegionCode) -> Result<(), CannotKeep> {
    if of.is_within(by) || by.is_within(of) {
        Ok(())
    } else {
        Err(CannotKeep::OtherRegion(of.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r85_figures_are_kept_by_an_organisation_of_the_region() {
        let region = |code: &str| code.parse::<RegionCode>().unwrap();
        for (by, of, kept) in [
            ("4507", "4507", true),
            ("450721", "4507", true),
            ("4507", "450721", true),
            ("360124", "4507", false),
            ("450702", "450721", false),
        ] {
            assert_eq!(keep(&region(by), &region(of)).is_ok(), kept, "{by} {of}");
        }
    }
}
