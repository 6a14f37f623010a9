//! A project for tests: 五里垦殖场, 11,333.00 m² accepted on 2023-08-04 of 11,333.01 m².

use chrono::NaiveDate;

use super::model::{
    Acceptance, Assessment, AssessmentKind, Bill, Consent, Inspection, LegalDuty, Mode, Project,
    ProjectId, Site, Stage, StageEntry,
};
use crate::inventory::ParcelId;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Wuli's project in that stage, without a monitoring plan; it was completed on 2023-04-20.
pub(crate) fn wuli(stage: Stage) -> Project {
    let entry = |stage: &Stage| StageEntry {
        stage: *stage,
        entered_by: UserId::new(),
        organisation_id: OrganisationId::new(),
        entered_at: Time::in_shanghai(day("2023-04-20"), 9),
    };
    let site = Site {
        parcel_id: ParcelId::new(),
        parcel_no: "R360124-0012".into(),
        township: "360124500".parse().unwrap(),
        area_m2: "11333.01".parse().unwrap(),
    };
    Project {
        id: ProjectId::new(),
        number: "P360124-001".into(),
        name: "五里".parse().unwrap(),
        county: "360124".parse().unwrap(),
        township: "360124500".parse().unwrap(),
        owner: OrganisationId::new(),
        stage,
        mode: Mode::Entrusted,
        contractor: Some("青岚示例生态修复有限公司".parse().unwrap()),
        right_holder_consent: Consent { date: day("2022-02-23"), holders: 1, objections: 0 },
        legal_duty: LegalDuty { exists: false, basis: "无".parse().unwrap() },
        bill_of_quantities: Bill { lines: Vec::new(), total: Fen::ZERO },
        species: Vec::new(),
        parcels: vec![site],
        stages: Stage::ALL.iter().filter(|one| **one <= stage).map(entry).collect(),
        acceptance: (stage >= Stage::Accepted).then(acceptance),
        monitoring_plan: None,
        monitoring_reports: Vec::new(),
        closure: None,
        zone_approvals: Vec::new(),
        withdrawal: None,
    }
}

fn acceptance() -> Acceptance {
    Acceptance {
        accepted_on: day("2023-08-04"),
        accepted_area_m2: "11333.00".parse().unwrap(),
        assessment: Assessment {
            kind: AssessmentKind::CompletionAssessment,
            assessor: OrganisationId::new(),
            report_no: "JY-2023-018".parse().unwrap(),
            date: day("2023-06-12"),
            author: "裴若兰".parse().unwrap(),
        },
        inspection: Inspection {
            date: day("2023-06-21"),
            inspectors: vec!["甘志强".parse().unwrap(), "梅秀兰".parse().unwrap()],
        },
    }
}
