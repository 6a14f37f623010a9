//! What requests about experts carry.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::experts::model::{DrawId, ExpertStanding, Field, Matter, MemberId, Need, Vote};
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;
use crate::kernel::text::{Label, Passage};

/// A person whom the centre takes into its pool.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExpert {
    /// A person who may log in as an assessor.
    pub user_id: UserId,
    #[schema(min_items = 1, example = json!(["wetland"]))]
    pub fields: Vec<Field>,
}

/// Whether an expert may be drawn from now on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStanding {
    #[schema(example = "suspended")]
    pub standing: ExpertStanding,
    #[schema(example = "年度考核不合格")]
    pub reason: Passage,
}

/// How an expert did their part.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// The panel that it was about.
    #[serde(default)]
    pub draw_id: Option<DrawId>,
    #[schema(minimum = 0, maximum = 100, example = 86)]
    pub score: i64,
    #[schema(example = "意见具体，按时提交")]
    pub remark: Passage,
}

/// A matter in which an expert takes no part.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecusal {
    #[schema(example = "project")]
    pub matter: Matter,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    pub subject_id: Uuid,
    #[schema(example = "曾为该项目编制修复方案")]
    pub reason: Passage,
}

/// The panel that a matter needs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraw {
    /// In the order in which the seats are drawn; an odd number of seats, three at least.
    #[schema(min_items = 1, max_items = 3, example = json!([
        {"field": "economics_finance", "seats": 1}, {"field": "wetland", "seats": 1},
        {"field": "ecology_environment", "seats": 1}
    ]))]
    pub needs: Vec<Need>,
    /// The head of the audit log at the first entry after this moment makes the seed.
    pub moment: Time,
}

/// The hash of a nonce that is kept secret until the moment has passed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnnouncement {
    /// SHA-256 of the nonce's bytes, 64 hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub nonce_hash: String,
}

/// The nonce.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReveal {
    /// 16 to 64 bytes in hexadecimal.
    #[schema(example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    pub nonce: String,
}

/// Who cannot come, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplacement {
    pub member_id: MemberId,
    #[schema(example = "因故不能到会")]
    pub reason: Label,
}

/// What a member says of the matter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVote {
    #[schema(example = "approve")]
    pub vote: Vote,
    #[schema(minimum = 0, maximum = 100, example = 82)]
    pub score: i64,
    #[schema(example = "方案可行，水文连通措施充分")]
    pub reason: Passage,
}
