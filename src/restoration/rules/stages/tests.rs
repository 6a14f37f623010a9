//! What the stages of a project ask for.

use super::*;
use crate::kernel::actor::{Factor, Login};
use crate::kernel::ids::SessionId;
use crate::restoration::model::MonitoringPlan;
use crate::restoration::tests::{day, wuli};

fn actor(role: Role, region: &str) -> Actor {
    Actor {
        user_id: UserId::new(),
        organisation_id: OrganisationId::new(),
        role,
        region: region.parse().unwrap(),
        standing: 1,
        login: Login { session: SessionId::new(), factor: Factor::NotNeeded },
    }
}

fn asr01() -> Assessor {
    Assessor {
        id: OrganisationId::new(),
        name: "江右示例生态评估有限公司".into(),
        is_assessor: true,
        related_to: None,
        related_name: None,
    }
}

struct Handed {
    project: Project,
    assessor: Assessor,
    declared: bool,
    reported_on: &'static str,
    inspected_on: &'static str,
    inspectors: Vec<&'static str>,
    area: &'static str,
    important: bool,
    seat: &'static str,
}

#[track_caller]
fn check_acceptance(change: impl FnOnce(&mut Handed), expected: Result<(), &str>) {
    let mut handed = Handed {
        project: wuli(Stage::Completed),
        assessor: asr01(),
        declared: true,
        reported_on: "2023-06-12",
        inspected_on: "2023-06-21",
        inspectors: vec!["甘志强", "梅秀兰"],
        area: "11333.00",
        important: false,
        seat: "360124",
    };
    change(&mut handed);
    let inspectors: Vec<Label> =
        handed.inspectors.iter().map(|name| name.parse().unwrap()).collect();
    let put = Completion {
        assessor: &handed.assessor,
        no_interest_declared: handed.declared,
        reported_on: day(handed.reported_on),
        inspected_on: day(handed.inspected_on),
        inspectors: &inspectors,
        area: handed.area.parse().unwrap(),
    };
    let officer = actor(Role::CentreOfficer, handed.seat);
    let against =
        against_acceptance(&handed.project, &officer, handed.important, &put, day("2023-08-04"));
    let said: Vec<String> = against.iter().map(|(_, reason)| reason.to_string()).collect();
    assert_eq!(said, expected.err().into_iter().collect::<Vec<_>>());
}

/// The approval of a scheme whose notice has ended.
fn approve(project: &Project, by: &Actor, important: bool) -> Reasons {
    let notice = Standing::Ended { on: day("2022-04-12") };
    against_approval(project, by, important, notice, Panel::None)
}

#[test]
fn an_acceptance_is_told_everything_that_stands_against_it() {
    let mut interested = asr01();
    let project = wuli(Stage::UnderConstruction);
    interested.related_to = Some(project.owner);
    let put = Completion {
        assessor: &interested,
        no_interest_declared: true,
        reported_on: day("2024-01-01"),
        inspected_on: day("2024-01-01"),
        inspectors: &[],
        area: "99999.00".parse().unwrap(),
    };
    let officer = actor(Role::CentreOfficer, "360124");
    let against = against_acceptance(&project, &officer, true, &put, day("2023-08-04"));
    let fields: Vec<&str> = against.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [
            "",
            "",
            "/third_party_report/assessor",
            "/third_party_report/date",
            "/inspection/date",
            "/inspection/inspectors",
            "/third_party_report/accepted_area_m2",
        ]
    );
}

#[test]
fn r88_a_report_is_delivered_once_for_a_day_on_which_one_is_due() {
    let mut project = wuli(Stage::Monitoring);
    let (due, today) = (day("2024-08-04"), day("2024-09-10"));
    let deliver = |project: &Project, due_on, dated| deliver_report(project, due_on, dated, today);
    assert_eq!(deliver(&project, due, today), Err(CannotAdvance::NoPlan));
    project.monitoring_plan = Some(MonitoringPlan { years: 5, reports_due: vec![due] });
    assert_eq!(deliver(&project, due, today), Ok(()));
    let other = day("2024-08-05");
    assert_eq!(deliver(&project, other, today), Err(CannotAdvance::NoReportDue(other)));
    assert!(deliver(&project, due, day("2023-08-03")).is_err(), "dated before the acceptance");
    assert!(deliver(&project, due, day("2024-09-11")).is_err(), "dated tomorrow");
    for stage in Stage::ALL {
        let taken = matches!(stage, Stage::Accepted | Stage::Monitoring);
        let project = Project { stage: *stage, ..project.clone() };
        assert_eq!(deliver(&project, due, today).is_ok(), taken, "{stage}");
    }
}

#[test]
fn r88_a_report_thirty_days_late_is_borne_and_the_day_after_freezes() {
    assert_eq!(frozen_on(day("2026-06-20")), day("2026-07-21"));
}

#[test]
fn r24_a_project_enters_the_next_stage_and_no_other() {
    for is in Stage::ALL {
        for wanted in Stage::ALL {
            let next = is.position() + 1 == wanted.position();
            assert_eq!(advance(*is, *wanted).is_ok(), next, "{is} → {wanted}");
        }
    }
}

#[test]
fn r24_a_closure_needs_a_post_assessment_of_the_monitored_land() {
    let assessor = asr01();
    let post = |declared, reported_on: &str| Post {
        assessor: &assessor,
        no_interest_declared: declared,
        reported_on: day(reported_on),
    };
    let today = day("2028-09-01");
    let monitored = wuli(Stage::Monitoring);
    assert_eq!(close(&monitored, &post(true, "2028-08-20"), today), Ok(()));
    assert_eq!(
        close(&monitored, &post(false, "2028-08-20"), today),
        Err(CannotAdvance::InterestNotDenied)
    );
    assert!(close(&monitored, &post(true, "2022-01-01"), today).is_err());
    assert!(close(&monitored, &post(true, "2028-09-02"), today).is_err());
    assert!(close(&wuli(Stage::Accepted), &post(true, "2028-08-20"), today).is_err());
}

#[test]
fn r29_an_acceptance_needs_two_different_inspectors() {
    let refused = Err("an acceptance names 2 to 20 different inspectors");
    check_acceptance(|_| (), Ok(()));
    check_acceptance(|it| it.inspectors.truncate(1), refused);
    check_acceptance(|it| it.inspectors = vec!["甘志强", "甘志强"], refused);
    check_acceptance(|it| it.inspectors = vec!["甘志强", "梅秀兰", "甘志强"], refused);
}

#[test]
fn r29_the_assessor_has_no_interest_in_the_project() {
    let interested =
        |why: &str| format!("江右示例生态评估有限公司 has an interest in this project: {why}");
    let owners = interested("it is related to the project's owner");
    check_acceptance(|it| it.assessor.related_to = Some(it.project.owner), Err(&owners));
    check_acceptance(|it| it.assessor.id = it.project.owner, Err(&owners));
    let contractors = interested("it is related to the contractor");
    check_acceptance(
        |it| it.assessor.related_name = Some("青岚示例生态修复有限公司".into()),
        Err(&contractors),
    );
    check_acceptance(|it| it.project.contractor = it.assessor.name.parse().ok(), Err(&contractors));
    check_acceptance(
        |it| it.declared = false,
        Err("the report does not declare that its assessor has no interest"),
    );
    check_acceptance(
        |it| it.assessor.is_assessor = false,
        Err("there is no assessor 江右示例生态评估有限公司"),
    );
    check_acceptance(|it| it.assessor.related_to = Some(OrganisationId::new()), Ok(()));
}

#[test]
fn r29_report_and_visit_lie_between_completion_and_acceptance() {
    check_acceptance(
        |it| it.reported_on = "2023-04-19",
        Err("the report is dated 2023-04-19; it must lie between 2023-04-20 and 2023-08-04"),
    );
    check_acceptance(
        |it| it.inspected_on = "2023-08-05",
        Err("the inspection is dated 2023-08-05; it must lie between 2023-04-20 and 2023-08-04"),
    );
}

#[test]
fn r33_the_accepted_area_is_at_most_that_of_the_polygons() {
    check_acceptance(|it| it.area = "11333.01", Ok(()));
    check_acceptance(
        |it| it.area = "11333.02",
        Err(
            "an accepted area is positive and at most that of the polygons: 11333.02 m² of 11333.01 m²",
        ),
    );
    check_acceptance(
        |it| it.area = "0",
        Err(
            "an accepted area is positive and at most that of the polygons: 0.00 m² of 11333.01 m²",
        ),
    );
}

#[test]
fn r31_important_wetland_is_approved_and_accepted_by_the_province() {
    let refused = Err(
        "restoration of important wetland is approved and accepted at provincial level or above",
    );
    check_acceptance(|it| it.important = true, refused);
    check_acceptance(|it| (it.important, it.seat) = (true, "3601"), refused);
    check_acceptance(|it| (it.important, it.seat) = (true, "36"), Ok(()));
    let reviewed = wuli(Stage::SchemeReviewed);
    let county = approve(&reviewed, &actor(Role::CentreDirector, "360124"), true);
    assert_eq!(county, [("", CannotAdvance::ImportantWetland)]);
    assert_eq!(approve(&reviewed, &actor(Role::CentreDirector, "36"), true), []);
}

#[test]
fn who_reviewed_a_scheme_does_not_approve_it() {
    let mut project = wuli(Stage::SchemeReviewed);
    let mut promoted = actor(Role::CentreDirector, "360124");
    assert_eq!(approve(&project, &promoted, false), []);
    promoted.user_id = project.stages.get(1).unwrap().entered_by;
    assert_eq!(approve(&project, &promoted, false), [("", CannotAdvance::ReviewerApproves)]);
    project.stage = Stage::Proposed;
    assert_eq!(approve(&project, &promoted, false).len(), 2);
}

#[test]
fn r32_monitoring_starts_with_a_plan_which_is_filed_once_after_the_acceptance() {
    let mut project = wuli(Stage::Accepted);
    let ended = Standing::Ended { on: day("2023-08-13") };
    assert_eq!(monitor(&project, ended), Err(CannotAdvance::NoPlan));
    assert_eq!(plan(&project, 5), Ok(()));
    assert_eq!(plan(&project, 0), Err(CannotAdvance::PlanYears { max: 30 }));
    assert_eq!(plan(&project, 31), Err(CannotAdvance::PlanYears { max: 30 }));
    project.monitoring_plan = Some(MonitoringPlan { years: 5, reports_due: Vec::new() });
    assert_eq!(monitor(&project, ended), Ok(()));
    let open = monitor(&project, Standing::Objected { open: 1 });
    assert_eq!(open, Err(CannotAdvance::Objected { what: Notified::Result, open: 1 }));
    assert_eq!(plan(&project, 5), Err(CannotAdvance::HasPlan));
    let early = plan(&wuli(Stage::Completed), 5);
    assert_eq!(early, Err(CannotAdvance::PlanOutOfTime { is: Stage::Completed }));
}

#[test]
fn reports_are_due_on_the_anniversaries_of_the_acceptance() {
    let due = reports_due(day("2023-08-04"), 5);
    assert_eq!(due.first(), Some(&day("2024-08-04")));
    assert_eq!(due.last(), Some(&day("2028-08-04")));
    assert_eq!(due.len(), 5);
}

#[test]
fn r94_a_township_sees_no_drafts_of_another() {
    let own = actor(Role::TownshipOfficer, "360124500");
    let other = actor(Role::TownshipOfficer, "360124108");
    let far = actor(Role::TownshipOfficer, "360121100");
    let centre = actor(Role::CentreOfficer, "360124");
    for stage in Stage::ALL {
        let mut project = wuli(*stage);
        project.owner = own.organisation_id;
        let sees = |actor: &Actor| scope_of(actor).sees(&project);
        assert!(sees(&own) && sees(&centre), "{stage}");
        assert_eq!(sees(&other), *stage >= Stage::Approved, "{stage}");
        assert!(!sees(&far), "{stage}");
    }
}
