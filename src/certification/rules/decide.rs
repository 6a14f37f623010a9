//! When an application is taken (R32–R34, R39) and who decides on it (R35).

use crate::certification::model::Indicators;
use crate::kernel::actor::Role;
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::UserId;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::restoration::{BarredParcel, Project, Stage};

/// A grade rests on at most this many indicators: ten times what methods use.
pub(crate) const INDICATORS_MAX: usize = 100;

/// Why land does not become credits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotCertify {
    #[error("only accepted land is certified, the project is {0}")]
    NotAccepted(Stage),
    #[error("the project has no monitoring plan")]
    NoPlan,
    #[error("land that is restored to meet a legal duty earns no credit: {0}")]
    LegalDuty(String),
    #[error("{0} right holders object")]
    Objections(i64),
    #[error("parcel {}: {}", .0.number, .0.english)]
    Barred(BarredParcel),
    #[error("{asked} asked for, {left} m² of the accepted area are left")]
    TooMuch { asked: SquareMetres, left: i64 },
    #[error("a grade rests on 1 to {max} indicators with names of 1 to 300 characters")]
    Indicators { max: usize },
    #[error("the application is decided")]
    Decided,
    #[error("who entered an application does not decide on it")]
    SamePerson,
    #[error("a director of the centre decides on an application")]
    NotADirector,
    #[error("no organisation of township {0} can hold its part of the batch")]
    NoTownship(RegionCode),
}

/// What an application asks of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) m2: SquareMetres,
    /// What other applications of the project, open or certified, ask for.
    pub(crate) others_m2: i64,
    /// A parcel that the inventory bars from projects by now (R17).
    pub(crate) barred: Option<BarredParcel>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decider {
    pub(crate) user: UserId,
    pub(crate) role: Role,
}

/// Decides whether so much of the project's land may become credits; asked when an application is
/// entered and again when it is certified. A change of land class on paper is no way to it: the land
/// must have been restored by a project and accepted (R16).
pub(crate) fn certifiable(project: &Project, asked: &Asked) -> Result<(), CannotCertify> {
    let accepted = match (&project.acceptance, project.stage) {
        (Some(accepted), Stage::Accepted | Stage::Monitoring) => accepted,
        _ => return Err(CannotCertify::NotAccepted(project.stage)),
    };
    if project.monitoring_plan.is_none() {
        return Err(CannotCertify::NoPlan);
    }
    if project.legal_duty.exists {
        return Err(CannotCertify::LegalDuty(project.legal_duty.basis.to_string()));
    }
    if project.right_holder_consent.objections > 0 {
        return Err(CannotCertify::Objections(project.right_holder_consent.objections));
    }
    if let Some(barred) = asked.barred.clone() {
        return Err(CannotCertify::Barred(barred));
    }
    let left = accepted.accepted_area_m2.whole_m2_floor() - asked.others_m2;
    if asked.m2.get() > left {
        return Err(CannotCertify::TooMuch { asked: asked.m2, left: left.max(0) });
    }
    Ok(())
}

/// Decides whether a grade rests on something (R39).
pub(crate) fn indicators_given(indicators: &Indicators) -> Result<(), CannotCertify> {
    let named = indicators.keys().all(|name| name.parse::<Label>().is_ok());
    if named && (1..=INDICATORS_MAX).contains(&indicators.len()) {
        Ok(())
    } else {
        Err(CannotCertify::Indicators { max: INDICATORS_MAX })
    }
}

/// Decides who may decide: another person than entered the application, and a director (R35).
pub(crate) fn decide(
    entered_by: UserId,
    decided: bool,
    decider: &Decider,
) -> Result<(), CannotCertify> {
    if decider.user == entered_by {
        return Err(CannotCertify::SamePerson);
    }
    if decider.role != Role::CentreDirector {
        return Err(CannotCertify::NotADirector);
    }
    if decided { Err(CannotCertify::Decided) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restoration::MonitoringPlan;
    use crate::restoration::tests::wuli;

    /// Wuli's project as it stands at its certification.
    fn accepted() -> Project {
        let plan = MonitoringPlan { years: 5, reports_due: Vec::new() };
        Project { monitoring_plan: Some(plan), ..wuli(Stage::Accepted) }
    }

    fn all_of_it() -> Asked {
        Asked { m2: 11_333.try_into().unwrap(), others_m2: 0, barred: None }
    }

    #[track_caller]
    fn check(project: &Project, asked: &Asked, expected: Result<(), &str>) {
        let answer = certifiable(project, asked).map_err(|e| e.to_string());
        assert_eq!(answer, expected.map_err(str::to_owned));
    }

    #[test]
    fn r32_only_accepted_land_with_a_monitoring_plan_is_certified() {
        check(&accepted(), &all_of_it(), Ok(()));
        let plan = accepted().monitoring_plan;
        check(
            &Project { monitoring_plan: plan.clone(), ..wuli(Stage::Monitoring) },
            &all_of_it(),
            Ok(()),
        );
        check(&wuli(Stage::Accepted), &all_of_it(), Err("the project has no monitoring plan"));
        for stage in Stage::ALL {
            let certified = matches!(stage, Stage::Accepted | Stage::Monitoring);
            let project = Project { monitoring_plan: plan.clone(), ..wuli(*stage) };
            assert_eq!(certifiable(&project, &all_of_it()).is_ok(), certified, "{stage}");
        }
    }

    #[test]
    fn r16_a_parcel_without_restoration_is_never_certified() {
        let on_paper = Project { acceptance: None, ..accepted() };
        check(
            &on_paper,
            &all_of_it(),
            Err("only accepted land is certified, the project is accepted"),
        );
        check(
            &wuli(Stage::Proposed),
            &all_of_it(),
            Err("only accepted land is certified, the project is proposed"),
        );
    }

    #[test]
    fn r32_neither_objections_nor_barred_parcels_are_certified() {
        let mut project = accepted();
        project.right_holder_consent.objections = 2;
        check(&project, &all_of_it(), Err("2 right holders object"));
        let barred = Some(BarredParcel {
            number: "R360124-0012".into(),
            english: "class 1104K is linked to cropland".into(),
            chinese: "与耕地挂钩".into(),
        });
        check(
            &accepted(),
            &Asked { barred, ..all_of_it() },
            Err("parcel R360124-0012: class 1104K is linked to cropland"),
        );
    }

    #[test]
    fn r34_land_restored_to_meet_a_legal_duty_earns_no_credit() {
        let mut project = accepted();
        project.legal_duty.exists = true;
        project.legal_duty.basis = "矿山修复责任".parse().unwrap();
        check(
            &project,
            &all_of_it(),
            Err("land that is restored to meet a legal duty earns no credit: 矿山修复责任"),
        );
    }

    #[test]
    fn r33_all_certified_land_of_a_project_is_within_what_was_accepted() {
        let asked =
            |m2: i64, others_m2| Asked { m2: m2.try_into().unwrap(), others_m2, barred: None };
        check(&accepted(), &asked(11_333, 0), Ok(()));
        check(&accepted(), &asked(333, 11_000), Ok(()));
        check(
            &accepted(),
            &asked(11_334, 0),
            Err("11334 m² asked for, 11333 m² of the accepted area are left"),
        );
        check(
            &accepted(),
            &asked(334, 11_000),
            Err("334 m² asked for, 333 m² of the accepted area are left"),
        );
        let mut project = accepted();
        if let Some(acceptance) = &mut project.acceptance {
            acceptance.accepted_area_m2 = "11333.99".parse().unwrap();
        }
        check(
            &project,
            &asked(11_334, 0),
            Err("11334 m² asked for, 11333 m² of the accepted area are left"),
        );
    }

    #[test]
    fn r35_who_entered_an_application_does_not_decide_on_it() {
        let (officer, director) = (UserId::new(), UserId::new());
        let by = |user, role| Decider { user, role };
        let answer = |decider: Decider| decide(officer, false, &decider);
        assert_eq!(answer(by(director, Role::CentreDirector)), Ok(()));
        for role in [Role::CentreOfficer, Role::CentreDirector] {
            assert_eq!(answer(by(officer, role)), Err(CannotCertify::SamePerson), "{role}");
        }
        let colleague = by(UserId::new(), Role::CentreOfficer);
        assert_eq!(answer(colleague), Err(CannotCertify::NotADirector));
        let again = decide(officer, true, &by(director, Role::CentreDirector));
        assert_eq!(again, Err(CannotCertify::Decided));
    }

    #[test]
    fn r39_a_grade_rests_on_indicators() {
        let of = |names: &[&str]| -> Indicators {
            names.iter().map(|name| ((*name).to_owned(), 4.into())).collect()
        };
        let refused = Err(CannotCertify::Indicators { max: INDICATORS_MAX });
        assert_eq!(indicators_given(&of(&["水质", "植被盖度"])), Ok(()));
        assert_eq!(indicators_given(&of(&[])), refused);
        assert_eq!(indicators_given(&of(&[" "])), refused);
        let many: Vec<String> = (0..=INDICATORS_MAX).map(|n| n.to_string()).collect();
        assert_eq!(
            indicators_given(&many.iter().map(|n| (n.clone(), 1.into())).collect()),
            refused
        );
    }
}
