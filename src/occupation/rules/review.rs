//! Who reviews an application (R77), and what it must bring (R75, R76).

use crate::inventory::WetlandLevel;
use crate::kernel::ids::OrganisationId;
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::occupation::model::{DocumentKind, OccupationState};

/// Within which something missing is told, in working days (R76).
pub(crate) const ACCEPTANCE_DAYS: u32 = 5;
/// From acceptance to decision, in working days (R77).
pub(crate) const DECISION_DAYS: u32 = 20;
/// By how much the term of decision may be made longer, once (R77).
pub(crate) const EXTENSION_DAYS: u32 = 10;

/// Why a step of the review is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotReview {
    #[error("{0} wetland is reviewed by the forestry bureau of the {by}", by = office_of(*.0))]
    NotTheReviewer(WetlandLevel),
    #[error("the application is {0}")]
    WrongState(OccupationState),
    #[error("what is missing is told once, and it was told")]
    ToldOnce,
    #[error("nothing that the law asks for is missing")]
    NothingMissing,
    #[error("this is missing: {}", names(.0))]
    DocumentsMissing(Vec<DocumentKind>),
    #[error("the term was made longer before")]
    ExtendedBefore,
    #[error("only national important wetland needs the national authority's opinion")]
    OpinionNotAsked,
    #[error("the assessor is no assessing organisation")]
    NotAnAssessor,
    #[error("the assessor has an interest in the developer")]
    AssessorRelated,
    #[error("the assessor has not declared to have no interest")]
    NotDeclared,
    #[error("a date lies in the future")]
    InFuture,
    #[error("only water works that named their document are exempt")]
    NotExempt,
    #[error("the occupation is not temporary and approved")]
    NotTemporary,
    #[error("the approval is refused: {missing} things are missing")]
    GateClosed { missing: usize },
    #[error("a certificate that is {0} does not change so")]
    CertificateState(crate::occupation::model::CertificateState),
    #[error("a policy is approved once")]
    PolicyApproved,
    #[error("a policy is for a county, prefecture or province in your region")]
    PolicyElsewhere,
}

fn office_of(level: WetlandLevel) -> &'static str {
    match level {
        WetlandLevel::General => "county",
        WetlandLevel::NationalImportant | WetlandLevel::ProvincialImportant => "province",
    }
}

fn names(kinds: &[DocumentKind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

/// A forestry bureau by its seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reviewer {
    pub(crate) organisation: OrganisationId,
    pub(crate) seat: RegionCode,
}

/// The county reviews general wetland, the province what is important (R77).
pub(crate) fn may_review(level: WetlandLevel, by: &Reviewer) -> Result<(), CannotReview> {
    let needed = match level {
        WetlandLevel::General => RegionLevel::County,
        WetlandLevel::NationalImportant | WetlandLevel::ProvincialImportant => {
            RegionLevel::Province
        }
    };
    if by.seat.level() == needed { Ok(()) } else { Err(CannotReview::NotTheReviewer(level)) }
}

/// Returns what the law asks for and the application has not (R76).
pub(crate) fn missing_documents(filed: &[DocumentKind]) -> Vec<DocumentKind> {
    DocumentKind::REQUIRED.into_iter().filter(|kind| !filed.contains(kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r77_the_reviewer_follows_the_level() {
        let by = |seat: &str| Reviewer {
            organisation: OrganisationId::new(),
            seat: seat.parse().unwrap(),
        };
        for (level, seat, allowed) in [
            (WetlandLevel::General, "360124", true),
            (WetlandLevel::General, "36", false),
            (WetlandLevel::General, "3601", false),
            (WetlandLevel::ProvincialImportant, "36", true),
            (WetlandLevel::ProvincialImportant, "360124", false),
            (WetlandLevel::NationalImportant, "36", true),
            (WetlandLevel::NationalImportant, "3601", false),
        ] {
            assert_eq!(may_review(level, &by(seat)).is_ok(), allowed, "{level} {seat}");
        }
    }

    #[test]
    fn r76_four_documents_are_asked_for() {
        assert_eq!(missing_documents(&DocumentKind::REQUIRED), []);
        let filed = [DocumentKind::Form, DocumentKind::Other, DocumentKind::LegalPerson];
        assert_eq!(
            missing_documents(&filed),
            [DocumentKind::ProjectApproval, DocumentKind::FeasibilityReport]
        );
    }
}
