//! The nouns of experts. They are read from requests and written to answers as they stand.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};

id! {
    /// A member of a pool of experts.
    pub struct ExpertId;
}

id! {
    /// A row that is a part of an expert or a draw and is known by it.
    pub struct ExpertPartId;
}

id! {
    /// A draw of a panel.
    pub struct DrawId;
}

id! {
    /// A member of a panel.
    pub struct MemberId;
}

names! {
    /// What an expert knows (S 003).
    pub enum Field {
        EconomicsFinance = "economics_finance",
        Wetland = "wetland",
        EcologyEnvironment = "ecology_environment",
    }
}

names! {
    /// Whether an expert may be drawn.
    pub enum ExpertStanding {
        Active = "active",
        Suspended = "suspended",
        Removed = "removed",
    }
}

names! {
    /// What a panel judges.
    pub enum Matter {
        Project = "project",
        CertificationApplication = "certification_application",
    }
}

names! {
    /// How far a draw is.
    pub enum DrawState {
        /// The hash of the nonce is not there yet.
        Prepared = "prepared",
        /// Published; its moment comes, or the nonce is to be revealed.
        Announced = "announced",
        Drawn = "drawn",
        /// The nonce was not revealed in time.
        Void = "void",
    }
}

names! {
    /// What became of a draw, as its row says.
    pub enum DrawEnd {
        Drawn = "drawn",
        Void = "void",
    }
}

names! {
    /// For or against.
    pub enum Vote {
        Approve = "approve",
        Reject = "reject",
    }
}

names! {
    /// What a panel came to.
    pub enum PanelOutcome {
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// So many seats of a panel need this field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    #[schema(example = "wetland")]
    pub field: Field,
    #[schema(minimum = 1, maximum = 15, example = 1)]
    pub seats: i64,
}

/// Somebody who may be drawn: by id, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    pub id: ExpertId,
    #[schema(example = json!(["wetland"]))]
    pub fields: Vec<Field>,
}

/// A member of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Expert {
    pub id: ExpertId,
    #[schema(example = "EX360124-0001")]
    pub number: String,
    pub user_id: UserId,
    pub organisation_id: OrganisationId,
    #[schema(example = "裴若兰")]
    pub name: String,
    #[schema(example = json!(["wetland"]))]
    pub fields: Vec<Field>,
    pub region: RegionCode,
    pub standing: ExpertStanding,
    /// How many reviews there are, and their mean in hundredths of a point.
    #[schema(example = 3)]
    pub reviews: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 8650)]
    pub mean_score_hundredths: Option<i64>,
    pub entered_at: Time,
}

/// How an expert did their part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Review {
    pub id: ExpertPartId,
    pub expert_id: ExpertId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw_id: Option<DrawId>,
    #[schema(minimum = 0, maximum = 100, example = 86)]
    pub score: i64,
    pub remark: Passage,
    pub reviewed_at: Time,
}

/// A member of a panel, known by number; the name stays with the centre (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    pub id: MemberId,
    #[schema(example = 1)]
    pub position: i64,
    pub field: Field,
    pub expert_id: ExpertId,
    /// The ticket that the draw gave, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub ticket: String,
    /// The member in whose stead this one sits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MemberId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Label>,
    pub joined_at: Time,
}

/// What a member said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CastVote {
    pub member_id: MemberId,
    pub vote: Vote,
    #[schema(minimum = 0, maximum = 100, example = 82)]
    pub score: i64,
    pub reason: Passage,
    pub cast_at: Time,
}

/// What the panel came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelConclusion {
    pub outcome: PanelOutcome,
    #[schema(example = 2)]
    pub approvals: i64,
    #[schema(example = 1)]
    pub rejections: i64,
    /// The mean score in hundredths of a point, half up.
    #[schema(example = 8133)]
    pub score_hundredths: i64,
    pub concluded_at: Time,
}

/// A draw with everything by which it can be repeated. It is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Draw {
    pub id: DrawId,
    #[schema(example = "DR360124-2026-0001")]
    pub number: String,
    pub state: DrawState,
    pub matter: Matter,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    pub subject_id: Uuid,
    #[schema(example = "P360124-001")]
    pub subject_number: String,
    pub region: RegionCode,
    /// In the order in which the seats are drawn.
    pub needs: Vec<Need>,
    /// The head of the audit log at the first entry after this moment makes the seed.
    pub moment: Time,
    /// Without the nonce by then the draw is void.
    pub reveal_by: Time,
    pub candidates: Vec<Candidate>,
    /// SHA-256 of the lines `id:field,field` in order of ids, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub candidates_hash: String,
    pub prepared_at: Time,
    /// SHA-256 of the nonce, published with the announcement, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub nonce_hash: Option<String>,
    /// The organisation whose person holds the nonce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_by: Option<OrganisationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_at: Option<Time>,
    /// The number of the audit entry whose hash is the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4711)]
    pub head_seq: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub head_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    pub nonce: Option<String>,
    /// SHA-256(head ‖ nonce), in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub seed: Option<String>,
    /// Why it is void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "随机数未按期公开，本次抽取作废")]
    pub void_reason: Option<String>,
    /// All whom the draw took, with those who were replaced.
    pub members: Vec<Member>,
    /// Told once the panel has concluded.
    pub votes: Vec<CastVote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<PanelConclusion>,
}
