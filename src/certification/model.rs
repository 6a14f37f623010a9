//! The nouns of certification. They are read from requests and written to answers as they stand.

mod afterwards;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::restoration::ProjectId;

pub use afterwards::{
    DutyState, Freeze, FreezeAuthority, FreezeCause, FreezeMove, FreezeOrder, Loss, LossMove,
    Replacement, ReplacementKind, ThawRequest,
};

id! {
    /// An application for certification.
    pub struct ApplicationId;
}

id! {
    /// A row that is a part of an application or a batch and is known by it.
    pub struct CertificationPartId;
}

id! {
    /// A freeze of a project.
    pub struct FreezeId;
}

id! {
    /// An order to freeze a project.
    pub struct FreezeOrderId;
}

id! {
    /// Somebody asks to thaw a project.
    pub struct ThawRequestId;
}

id! {
    /// A loss of restored area.
    pub struct LossId;
}

id! {
    /// Something that is offered in replacement of a loss.
    pub struct ReplacementId;
}

id! {
    /// A release of credits of a batch.
    pub struct ReleaseId;
}

names! {
    /// What became of an application.
    pub enum ApplicationOutcome {
        Certified = "certified",
        Rejected = "rejected",
    }
}

names! {
    /// What must hold before restored land becomes credits (R32–R34), in the order in which it comes
    /// about.
    pub enum CertificationCondition {
        RightHolders = "right_holders",
        NoLegalDuty = "no_legal_duty",
        ParcelsFree = "parcels_free",
        SchemeNotice = "scheme_notice",
        Accepted = "accepted",
        MonitoringPlan = "monitoring_plan",
        ResultNotice = "result_notice",
        AreaLeft = "area_left",
        Panel = "panel",
        NotFrozen = "not_frozen",
    }
}

names! {
    /// What must be met before more credits are released (R37); later milestones are greater.
    pub enum Milestone {
        Acceptance = "acceptance",
        Year1 = "year_1",
        Year3 = "year_3",
    }
}

impl Milestone {
    /// The place in the order, from 1.
    pub fn position(self) -> i64 {
        match self {
            Self::Acceptance => 1,
            Self::Year1 => 2,
            Self::Year3 => 3,
        }
    }
}

/// The quality of restored wetland, 1 (best) to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = i64, minimum = 1, maximum = 5, example = 2)]
pub struct Grade(i64);

/// A number is no grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a grade from 1 to 5")]
pub struct NotAGrade(pub i64);

impl Grade {
    pub fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Grade {
    type Error = NotAGrade;

    fn try_from(grade: i64) -> Result<Self, NotAGrade> {
        if (1..=5).contains(&grade) { Ok(Self(grade)) } else { Err(NotAGrade(grade)) }
    }
}

impl Serialize for Grade {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        i64::deserialize(input)?.try_into().map_err(de::Error::custom)
    }
}

/// What a grade was measured by: the name of each indicator and its value (R39).
pub type Indicators = BTreeMap<String, serde_json::Number>;

/// The shares of a certification, in percent: data, since a county's policy may set others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Held back against loss (R38). Default 10 (A, D).
    pub buffer_percent: i64,
    /// Released in all once the land is accepted (R37). Default 60 (A).
    pub acceptance_percent: i64,
    /// Released in all one year later (R37). Default 80 (A).
    pub year_1_percent: i64,
    /// Released in all three years after acceptance (R37). Default 100 (A).
    pub year_3_percent: i64,
    /// Whether a buffer goes to its owner after the post assessment (R38). Default yes (D).
    pub buffer_returns: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            buffer_percent: 10,
            acceptance_percent: 60,
            year_1_percent: 80,
            year_3_percent: 100,
            buffer_returns: true,
        }
    }
}

impl Settings {
    /// Whether the shares are percentages that only grow.
    pub fn are_sound(self) -> bool {
        let shares = [0, self.acceptance_percent, self.year_1_percent, self.year_3_percent, 100];
        shares.is_sorted() && (0..=100).contains(&self.buffer_percent)
    }

    /// The cumulative share that a milestone releases.
    pub fn percent(self, milestone: Milestone) -> i64 {
        match milestone {
            Milestone::Acceptance => self.acceptance_percent,
            Milestone::Year1 => self.year_1_percent,
            Milestone::Year3 => self.year_3_percent,
        }
    }
}

/// The one decision on an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    pub outcome: ApplicationOutcome,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Label>,
    pub decided_by: UserId,
    pub decided_at: Time,
}

/// An application to turn accepted land of a project into credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    pub id: ApplicationId,
    pub project_id: ProjectId,
    #[schema(example = "P360124-001")]
    pub project_number: String,
    pub township: RegionCode,
    /// The organisation that the credits are to go to.
    pub owner: OrganisationId,
    pub m2: SquareMetres,
    pub wetland_type: WetlandType,
    pub grade: Grade,
    /// Which version of which method graded it.
    #[schema(example = "DEMO-GRADE-1.0")]
    pub grade_method: Label,
    #[schema(value_type = Object, example = json!({"水文连通": 4, "植被盖度": 4}))]
    pub grade_indicators: Indicators,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// Absent while the application is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The loss that its land replaces instead of becoming credits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<LossId>,
}

impl Application {
    /// Whether nobody said yet what becomes of its land.
    pub fn is_open(&self) -> bool {
        self.decision.is_none() && self.replaces.is_none()
    }
}

/// What of a batch was certified in one township (R64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TownshipShare {
    pub region: RegionCode,
    pub organisation_id: OrganisationId,
    #[schema(example = 11333)]
    pub certified_m2: i64,
}

/// A step by which credits of a batch became available (R37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Release {
    pub milestone: Milestone,
    /// The cumulative share in force.
    #[schema(example = 60)]
    pub percent: i64,
    #[schema(example = 6120)]
    pub cumulative_m2: i64,
    #[schema(example = 6120)]
    pub step_m2: i64,
    pub released_at: Time,
}

/// A batch of credits: one for each certified m² of one project, type, grade and year. It is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Batch {
    pub id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub number: String,
    /// All its serial numbers (R36).
    #[schema(example = "WL-360124-2023-B0001-000001-011333")]
    pub serials: String,
    pub project_id: ProjectId,
    #[schema(example = "P360124-001")]
    pub project_number: String,
    pub county: RegionCode,
    /// The organisation that the credits were issued to.
    pub owner: OrganisationId,
    /// Who assessed the restored land: it has no part with a buyer (R29).
    pub assessor: OrganisationId,
    pub wetland_type: WetlandType,
    pub grade: Grade,
    #[schema(example = 2023)]
    pub year: i64,
    #[schema(example = 11333)]
    pub issued_m2: i64,
    #[schema(example = 1133)]
    pub buffer_m2: i64,
    pub townships: Vec<TownshipShare>,
    /// The day from which the years to a release count.
    pub accepted_on: NaiveDate,
    pub certified_at: Time,
    pub releases: Vec<Release>,
    /// Whether its project is frozen: nothing is released, and its listings are suspended (R45).
    #[serde(default)]
    #[schema(example = false)]
    pub frozen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r37_the_shares_of_the_settings_only_grow() {
        assert!(Settings::default().are_sound());
        let shrinking = Settings { year_1_percent: 50, ..Settings::default() };
        assert!(!shrinking.are_sound());
        let above_all = Settings { year_3_percent: 101, ..Settings::default() };
        assert!(!above_all.are_sound());
        let negative = Settings { buffer_percent: -1, ..Settings::default() };
        assert!(!negative.are_sound());
    }

    #[test]
    fn grades_run_from_one_to_five() {
        for good in ["1", "5"] {
            assert!(serde_json::from_str::<Grade>(good).is_ok(), "{good} was refused");
        }
        for bad in ["0", "6", "2.0", "\"2\"", "-1"] {
            assert!(serde_json::from_str::<Grade>(bad).is_err(), "{bad} was taken");
        }
    }
}
