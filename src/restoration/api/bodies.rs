//! What requests about projects carry.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::inventory::{self, CorrectLand, LandClass};
use crate::kernel::area::SurveyedArea;
use crate::kernel::problem::Answer;
use crate::kernel::text::{Label, Passage};
use crate::restoration::actions::{Accept, Close, DeliverReport, FileApproval, Propose, Report};
use crate::restoration::model::{
    Bill, Consent, Inspection, LegalDuty, Mode, ProjectId, Scheme, Species,
};

/// A project as a township proposes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    #[schema(example = "五里垦殖场示例退养塘湿地修复项目")]
    pub name: Label,
    /// The numbers of the reserve parcels, 1 to 100.
    #[schema(min_items = 1, max_items = 100, example = json!(["R360124-0012"]))]
    pub parcels: Vec<String>,
    #[schema(example = "entrusted")]
    pub mode: Mode,
    /// Who does the work; an entrusted project names it.
    #[serde(default)]
    #[schema(example = "青岚示例生态修复有限公司")]
    pub contractor: Option<Label>,
    pub right_holder_consent: Consent,
    pub legal_duty: LegalDuty,
    pub bill_of_quantities: Bill,
    /// 1 to 200 species.
    #[schema(min_items = 1, max_items = 200, example = json!([
        {"name": "芦苇", "latin": "Phragmites australis", "origin": "native"}
    ]))]
    pub species: Vec<Species>,
}

impl NewProject {
    pub(super) fn into_command(self, id: ProjectId) -> Propose {
        Propose {
            id,
            parcels: self.parcels,
            scheme: Scheme {
                name: self.name,
                mode: self.mode,
                contractor: self.contractor,
                consent: self.right_holder_consent,
                legal_duty: self.legal_duty,
                bill: self.bill_of_quantities,
                species: self.species,
            },
        }
    }
}

/// A third party's report on the completed works.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletionReport {
    /// The code of the assessor's organisation.
    #[schema(example = "ASR01")]
    pub assessor: Label,
    #[schema(example = "JY-2023-018")]
    pub report_no: Label,
    #[schema(example = "2023-06-12")]
    pub date: NaiveDate,
    #[schema(example = "裴若兰")]
    pub author: Label,
    #[schema(example = "11333.00")]
    pub accepted_area_m2: SurveyedArea,
    /// Whether the report declares that its assessor has no interest in the project.
    #[schema(example = true)]
    pub no_interest_declared: bool,
}

/// What an acceptance rests on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAcceptance {
    pub third_party_report: CompletionReport,
    pub inspection: Inspection,
}

impl NewAcceptance {
    pub(super) fn into_command(self, id: ProjectId) -> Accept {
        let report = self.third_party_report;
        Accept {
            id,
            area: report.accepted_area_m2,
            inspection: self.inspection,
            report: Report {
                assessor: report.assessor,
                report_no: report.report_no,
                date: report.date,
                author: report.author,
                no_interest_declared: report.no_interest_declared,
            },
        }
    }
}

/// For how many years restored land is watched.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMonitoringPlan {
    /// One report is due each year from the acceptance on.
    #[schema(minimum = 1, maximum = 30, example = 5)]
    pub years: i64,
}

/// A report on restored land for a day on which one is due.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMonitoringReport {
    #[schema(example = "2024-08-04")]
    pub due_on: NaiveDate,
    #[schema(example = "WL-JC-2024-007")]
    pub report_no: Label,
    #[schema(example = "2024-07-28")]
    pub date: NaiveDate,
    #[schema(example = "裴若兰")]
    pub author: Label,
    /// The restored area that was found.
    #[schema(example = "11333.00")]
    pub restored_area_m2: SurveyedArea,
    #[schema(example = "植被盖度稳定，水文连通良好")]
    pub findings: Passage,
}

impl NewMonitoringReport {
    pub(super) fn into_command(self, id: ProjectId) -> DeliverReport {
        let Self { due_on, report_no, date, author, restored_area_m2, findings } = self;
        let restored_area = restored_area_m2;
        DeliverReport { id, due_on, report_no, date, author, restored_area, findings }
    }
}

/// A third party's report on the land after years of monitoring.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostReport {
    /// The code of the assessor's organisation.
    #[schema(example = "ASR01")]
    pub assessor: Label,
    #[schema(example = "JY-2028-031")]
    pub report_no: Label,
    #[schema(example = "2028-08-20")]
    pub date: NaiveDate,
    #[schema(example = "裴若兰")]
    pub author: Label,
    /// Whether the report declares that its assessor has no interest in the project.
    #[schema(example = true)]
    pub no_interest_declared: bool,
}

/// What a closure rests on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosure {
    pub post_assessment: PostReport,
    /// Who keeps the land from now on.
    #[schema(example = "五里垦殖场湿地管护站")]
    pub keeper: Label,
}

impl NewClosure {
    pub(super) fn into_command(self, id: ProjectId) -> Close {
        let report = self.post_assessment;
        Close {
            id,
            keeper: self.keeper,
            report: Report {
                assessor: report.assessor,
                report_no: report.report_no,
                date: report.date,
                author: report.author,
                no_interest_declared: report.no_interest_declared,
            },
        }
    }
}

/// An authority's approval of a project on land of a zone.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewZoneApproval {
    #[schema(example = "Z360124-Y01")]
    pub zone_no: Label,
    /// The approval, or the plan by the municipal government.
    #[schema(example = "示例〔2024〕17号")]
    pub approval_no: Label,
    /// The authority, as the layer names it.
    #[schema(example = "county_government")]
    pub by: Label,
    #[schema(example = "2024-07-30")]
    pub date: NaiveDate,
}

impl NewZoneApproval {
    pub(super) fn into_command(self, id: ProjectId) -> FileApproval {
        let Self { zone_no, approval_no, by, date } = self;
        FileApproval { id, zone: zone_no, approval_no, by, date }
    }
}

/// Why a project is given up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProjectWithdrawal {
    #[schema(example = "权利人改变用途")]
    pub reason: Label,
}

/// A mistake in what the land survey says of a parcel, put right.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLandCorrection {
    #[schema(example = "界址点坐标有误")]
    pub reason: Label,
    #[schema(example = "2025年度国土变更调查")]
    pub source: Label,
    #[schema(minimum = 1990, example = 2025)]
    pub survey_year: i64,
    #[schema(example = "五里垦殖场示例退养塘")]
    pub name: Label,
    #[schema(example = "1104A")]
    pub land_class: LandClass,
    #[schema(example = "11333.00")]
    pub declared_area_m2: SurveyedArea,
    #[serde(default)]
    #[schema(example = "国有，五里垦殖场使用")]
    pub tenure: Option<Label>,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first; absent when it was right.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub polygon: Option<serde_json::Value>,
}

impl NewLandCorrection {
    pub(super) fn into_command(self) -> Answer<CorrectLand> {
        Ok(CorrectLand {
            reason: self.reason,
            source: self.source,
            survey_year: self.survey_year,
            name: self.name,
            land_class: self.land_class,
            declared_area: self.declared_area_m2,
            tenure: self.tenure,
            shape: self.polygon.as_ref().map(inventory::read_polygon).transpose()?,
        })
    }
}

/// Why a parcel is withdrawn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParcelWithdrawal {
    #[schema(example = "经核实不再具备修复条件")]
    pub reason: Label,
}
