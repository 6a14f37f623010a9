//! The rows of the tables of experts.

use crate::experts::model::{
    DrawEnd, DrawId, ExpertId, ExpertPartId, ExpertStanding, Field, Matter, MemberId, PanelOutcome,
    Vote,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{RawId, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};

record! {
    /// A row is a member of a pool.
    pub(crate) struct ExpertRow in experts {
        id: ExpertId as Id,
        number: String as Text,
        user_id: UserId as Id,
        organisation_id: OrganisationId as Id,
        name: String as Text,
        fields: String as Text,
        region: RegionCode as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row says whether an expert may be drawn from then on.
    pub(crate) struct StandingRow in expert_standings {
        id: ExpertPartId as Id,
        expert_id: ExpertId as Id,
        position: i64 as BigInt,
        standing: ExpertStanding as Text,
        reason: Passage as Text,
        set_by: UserId as Id,
        set_at: Time as Timestamp,
    }
}

record! {
    /// A row is how well an expert did their part.
    pub(crate) struct ReviewRow in expert_reviews {
        id: ExpertPartId as Id,
        expert_id: ExpertId as Id,
        draw_id: Option<DrawId> as Nullable<Id>,
        score: i64 as BigInt,
        remark: Passage as Text,
        reviewed_by: UserId as Id,
        reviewed_at: Time as Timestamp,
    }
}

record! {
    /// A row says that an expert takes no part in a matter.
    pub(crate) struct RecusalRow in expert_recusals {
        id: ExpertPartId as Id,
        expert_id: ExpertId as Id,
        subject_kind: Matter as Text,
        subject_id: RawId as Id,
        reason: Passage as Text,
        declared_by: UserId as Id,
        declared_at: Time as Timestamp,
    }
}

record! {
    /// A row is a draw as it was prepared.
    pub(crate) struct DrawRow in expert_draws {
        id: DrawId as Id,
        number: String as Text,
        subject_kind: Matter as Text,
        subject_id: RawId as Id,
        subject_number: String as Text,
        region: RegionCode as Text,
        needs: String as Text,
        moment: Time as Timestamp,
        reveal_by: Time as Timestamp,
        candidates: String as Text,
        candidates_hash: Vec<u8> as Binary,
        conflicts: String as Text,
        prepared_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        prepared_at: Time as Timestamp,
    }
}

record! {
    /// A row announces a draw.
    pub(crate) struct CommitmentRow in draw_commitments {
        id: ExpertPartId as Id,
        draw_id: DrawId as Id,
        nonce_hash: Vec<u8> as Binary,
        committed_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        committed_at: Time as Timestamp,
    }
}

record! {
    /// A row is the end of a draw.
    pub(crate) struct OutcomeRow in draw_outcomes {
        id: ExpertPartId as Id,
        draw_id: DrawId as Id,
        outcome: DrawEnd as Text,
        head_seq: Option<i64> as Nullable<BigInt>,
        head_hash: Option<Vec<u8>> as Nullable<Binary>,
        nonce: Option<Vec<u8>> as Nullable<Binary>,
        seed: Option<Vec<u8>> as Nullable<Binary>,
        reason: Option<String> as Nullable<Text>,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is an expert whom the lot took.
    pub(crate) struct MemberRow in draw_members {
        id: MemberId as Id,
        draw_id: DrawId as Id,
        position: i64 as BigInt,
        field: Field as Text,
        expert_id: ExpertId as Id,
        ticket: Vec<u8> as Binary,
        replaces_id: Option<MemberId> as Nullable<Id>,
        reason: Option<Label> as Nullable<Text>,
        joined_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a member said.
    pub(crate) struct VoteRow in panel_votes {
        id: ExpertPartId as Id,
        draw_id: DrawId as Id,
        member_id: MemberId as Id,
        expert_id: ExpertId as Id,
        vote: Vote as Text,
        score: i64 as BigInt,
        reason: Passage as Text,
        cast_by: UserId as Id,
        cast_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a panel came to.
    pub(crate) struct ConclusionRow in panel_conclusions {
        id: ExpertPartId as Id,
        draw_id: DrawId as Id,
        outcome: PanelOutcome as Text,
        approvals: i64 as BigInt,
        rejections: i64 as BigInt,
        score_hundredths: i64 as BigInt,
        concluded_at: Time as Timestamp,
    }
}
