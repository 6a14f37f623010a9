//! Which condition of a certification each reason against it belongs to.

use super::CannotCertify;
use crate::certification::model::CertificationCondition;

/// Returns the condition that a reason says is not met; `None` where it is about who decides or
/// about what was sent, not about the project.
pub(crate) fn condition(reason: &CannotCertify) -> Option<CertificationCondition> {
    use CertificationCondition as Condition;

    let of_notice = |what: &str| match what {
        "scheme" => Condition::SchemeNotice,
        _ => Condition::ResultNotice,
    };
    match reason {
        CannotCertify::NotAccepted(_) => Some(Condition::Accepted),
        CannotCertify::NoPlan => Some(Condition::MonitoringPlan),
        CannotCertify::LegalDuty(_) => Some(Condition::NoLegalDuty),
        CannotCertify::Objections(_) => Some(Condition::RightHolders),
        CannotCertify::Barred(_) => Some(Condition::ParcelsFree),
        CannotCertify::TooMuch { .. } => Some(Condition::AreaLeft),
        CannotCertify::NotNotified(what)
        | CannotCertify::NoticeRuns { what, .. }
        | CannotCertify::Objected { what, .. }
        | CannotCertify::Upheld(what) => Some(of_notice(what)),
        CannotCertify::Frozen => Some(Condition::NotFrozen),
        CannotCertify::PanelPending | CannotCertify::PanelAgainst => Some(Condition::Panel),
        CannotCertify::Indicators { .. }
        | CannotCertify::Decided
        | CannotCertify::SamePerson
        | CannotCertify::NotADirector
        | CannotCertify::NoTownship(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r32_each_notice_is_a_condition_of_its_own() {
        let scheme = condition(&CannotCertify::Upheld("scheme"));
        assert_eq!(scheme, Some(CertificationCondition::SchemeNotice));
        let result = condition(&CannotCertify::NotNotified("result"));
        assert_eq!(result, Some(CertificationCondition::ResultNotice));
    }

    #[test]
    fn r35_who_decides_is_no_condition_of_the_project() {
        assert_eq!(condition(&CannotCertify::SamePerson), None);
        assert_eq!(condition(&CannotCertify::NotADirector), None);
    }
}
