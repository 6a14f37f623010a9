//! When an application is taken (R32–R34, R39) and who decides on it (R35).

use chrono::NaiveDate;

use crate::certification::model::Indicators;
use crate::experts::{Panel, PanelOutcome};
use crate::kernel::actor::Role;
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::UserId;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::notices::Standing;
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
    #[error("the {0} notice was not published")]
    NotNotified(&'static str),
    #[error("the {what} notice runs until {to}")]
    NoticeRuns { what: &'static str, to: NaiveDate },
    #[error("{open} objections to the {what} notice are open")]
    Objected { what: &'static str, open: usize },
    #[error("an objection to the {0} notice was upheld: correct the notice")]
    Upheld(&'static str),
    #[error("the project is frozen")]
    Frozen,
    #[error("the panel of experts has not concluded")]
    PanelPending,
    #[error("the panel of experts is against it")]
    PanelAgainst,
}

/// Reasons against a certification, each with the field of the request that it is about.
pub(crate) type Reasons = Vec<(&'static str, CannotCertify)>;

/// What an application asks of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) m2: SquareMetres,
    /// What other applications of the project, open or certified, ask for.
    pub(crate) others_m2: i64,
    /// The parcels that the inventory bars from projects by now (R17).
    pub(crate) barred: Vec<BarredParcel>,
    /// Why somebody must restore its land by law, whatever the project says of itself (R34).
    pub(crate) duties: Vec<Label>,
    /// Where the two notices of the project stand (R28).
    pub(crate) scheme_notice: Standing,
    pub(crate) result_notice: Standing,
    /// What a panel of experts said of the application, where there is one (R30).
    pub(crate) panel: Panel,
    /// Whether the project is frozen (R45).
    pub(crate) frozen: bool,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decider {
    pub(crate) user: UserId,
    pub(crate) role: Role,
}

/// Returns everything that stands against so much of the project's land becoming credits (R32–R34),
/// each with the field that it is about; asked when an application is entered and again when it is
/// certified. A change of land class on paper is no way to it: the land must have been restored by a
/// project and accepted (R16).
pub(crate) fn against(project: &Project, asked: &Asked) -> Reasons {
    let accepted = match (&project.acceptance, project.stage) {
        (Some(accepted), Stage::Accepted | Stage::Monitoring) => Some(accepted),
        _ => None,
    };
    let objections = project.right_holder_consent.objections;
    let duty = &project.legal_duty;
    let left = accepted.map(|it| it.accepted_area_m2.whole_m2_floor() - asked.others_m2);
    let m2 = asked.m2;
    let too_much = left
        .filter(|left| m2.get() > *left)
        .map(|left| CannotCertify::TooMuch { asked: m2, left: left.max(0) });
    let against = |is: bool, reason: CannotCertify| is.then_some(reason);
    let of_state = [
        against(accepted.is_none(), CannotCertify::NotAccepted(project.stage)),
        against(project.monitoring_plan.is_none(), CannotCertify::NoPlan),
        notified("scheme", asked.scheme_notice),
        notified("result", asked.result_notice),
        against(duty.exists, CannotCertify::LegalDuty(duty.basis.to_string())),
        against(objections > 0, CannotCertify::Objections(objections)),
        against(asked.frozen, CannotCertify::Frozen),
        judged(asked.panel),
    ];
    let barred = asked.barred.iter().cloned().map(CannotCertify::Barred);
    let duties = asked.duties.iter().map(|basis| CannotCertify::LegalDuty(basis.to_string()));
    let of_state = of_state.into_iter().flatten().chain(duties).chain(barred);
    let of_state = of_state.map(|reason| ("", reason));
    of_state.chain(too_much.map(|reason| ("/m2", reason))).collect()
}

fn notified(what: &'static str, standing: Standing) -> Option<CannotCertify> {
    match standing {
        Standing::Missing => Some(CannotCertify::NotNotified(what)),
        Standing::Running { to } => Some(CannotCertify::NoticeRuns { what, to }),
        Standing::Objected { open } => Some(CannotCertify::Objected { what, open }),
        Standing::Upheld => Some(CannotCertify::Upheld(what)),
        Standing::Ended { .. } => None,
    }
}

/// The panel of experts, where there is one, must have approved (R30).
fn judged(panel: Panel) -> Option<CannotCertify> {
    match panel {
        Panel::None | Panel::Concluded(PanelOutcome::Approved) => None,
        Panel::Pending => Some(CannotCertify::PanelPending),
        Panel::Concluded(PanelOutcome::Rejected) => Some(CannotCertify::PanelAgainst),
    }
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
    use crate::restoration::tests::{day, wuli};

    /// Wuli's project as it stands at its certification.
    fn accepted() -> Project {
        let plan = MonitoringPlan { years: 5, reports_due: Vec::new() };
        Project { monitoring_plan: Some(plan), ..wuli(Stage::Accepted) }
    }

    fn all_of_it() -> Asked {
        Asked {
            m2: 11_333.try_into().unwrap(),
            others_m2: 0,
            barred: Vec::new(),
            duties: Vec::new(),
            scheme_notice: Standing::Ended { on: day("2022-04-12") },
            result_notice: Standing::Ended { on: day("2023-08-13") },
            panel: Panel::None,
            frozen: false,
        }
    }

    #[track_caller]
    fn check(project: &Project, asked: &Asked, expected: Result<(), &str>) {
        let said: Vec<String> =
            against(project, asked).iter().map(|(_, reason)| reason.to_string()).collect();
        assert_eq!(said, expected.err().into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn r32_what_is_missing_is_told_in_full() {
        let mut project = wuli(Stage::Completed);
        project.legal_duty.exists = true;
        project.right_holder_consent.objections = 1;
        let barred = BarredParcel {
            number: "R360124-0012".into(),
            english: "under farmland".into(),
            chinese: "与基本农田重叠".into(),
        };
        let asked = Asked {
            barred: vec![barred.clone(), barred],
            duties: vec!["矿山修复责任".parse().unwrap()],
            scheme_notice: Standing::Objected { open: 1 },
            result_notice: Standing::Missing,
            panel: Panel::Pending,
            frozen: true,
            ..all_of_it()
        };
        let said: Vec<String> =
            against(&project, &asked).iter().map(|(_, reason)| reason.to_string()).collect();
        assert_eq!(
            said,
            [
                "only accepted land is certified, the project is completed",
                "the project has no monitoring plan",
                "1 objections to the scheme notice are open",
                "the result notice was not published",
                "land that is restored to meet a legal duty earns no credit: 无",
                "1 right holders object",
                "the project is frozen",
                "the panel of experts has not concluded",
                "land that is restored to meet a legal duty earns no credit: 矿山修复责任",
                "parcel R360124-0012: under farmland",
                "parcel R360124-0012: under farmland",
            ]
        );
        let too_much = Asked { m2: 11_334.try_into().unwrap(), ..all_of_it() };
        assert_eq!(against(&accepted(), &too_much).first().map(|(field, _)| *field), Some("/m2"));
    }

    #[test]
    fn r32_both_notices_have_ended_with_nothing_open() {
        let to = day("2023-08-13");
        let check = |result_notice, expected| {
            check(&accepted(), &Asked { result_notice, ..all_of_it() }, expected);
        };
        check(Standing::Missing, Err("the result notice was not published"));
        check(Standing::Running { to }, Err("the result notice runs until 2023-08-13"));
        check(Standing::Objected { open: 2 }, Err("2 objections to the result notice are open"));
        check(
            Standing::Upheld,
            Err("an objection to the result notice was upheld: correct the notice"),
        );
        check(Standing::Ended { on: to }, Ok(()));
    }

    #[test]
    fn r30_r45_a_panel_against_it_and_a_freeze_bar_the_certification() {
        let against = Panel::Concluded(PanelOutcome::Rejected);
        let asked = Asked { panel: against, ..all_of_it() };
        check(&accepted(), &asked, Err("the panel of experts is against it"));
        let approved = Panel::Concluded(PanelOutcome::Approved);
        check(&accepted(), &Asked { panel: approved, ..all_of_it() }, Ok(()));
        let frozen = Asked { frozen: true, ..all_of_it() };
        check(&accepted(), &frozen, Err("the project is frozen"));
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
            assert_eq!(against(&project, &all_of_it()).is_empty(), certified, "{stage}");
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
        let planned = accepted().monitoring_plan;
        check(
            &Project { monitoring_plan: planned, ..wuli(Stage::Proposed) },
            &all_of_it(),
            Err("only accepted land is certified, the project is proposed"),
        );
    }

    #[test]
    fn r32_neither_objections_nor_barred_parcels_are_certified() {
        let mut project = accepted();
        project.right_holder_consent.objections = 2;
        check(&project, &all_of_it(), Err("2 right holders object"));
        let barred = vec![BarredParcel {
            number: "R360124-0012".into(),
            english: "class 1104K is linked to cropland".into(),
            chinese: "与耕地挂钩".into(),
        }];
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
            |m2: i64, others_m2| Asked { m2: m2.try_into().unwrap(), others_m2, ..all_of_it() };
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
