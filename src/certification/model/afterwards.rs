//! The nouns of what happens to credits after their certification: freezes, losses, buffers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ApplicationId, FreezeId, FreezeOrderId, LossId, ReplacementId, ThawRequestId};
use crate::identity::ApprovalId;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::names::names;
use crate::kernel::text::{Label, Passage};
use crate::ledger::BatchId;
use crate::restoration::ProjectId;

names! {
    /// Why a project was frozen.
    pub enum FreezeCause {
        /// A monitoring report was more than thirty days late (R88).
        ReportOverdue = "report_overdue",
        /// A person ordered it.
        Ordered = "ordered",
    }
}

names! {
    /// Who orders a freeze.
    pub enum FreezeAuthority {
        Court = "court",
        Centre = "centre",
    }
}

names! {
    /// Whether a loss left something to replace.
    pub enum DutyState {
        /// Nothing was left to replace, or the loss waits for its second person.
        None = "none",
        Open = "open",
        Fulfilled = "fulfilled",
    }
}

names! {
    /// What replaces restored land that was lost.
    pub enum ReplacementKind {
        /// Credits of a batch of the owner's; they are cancelled.
        Credits = "credits",
        /// Land of an application for certification; it earns no credits.
        Area = "area",
    }
}

/// What went from available to frozen of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreezeMove {
    pub batch_id: BatchId,
    #[schema(example = 3120)]
    pub m2: i64,
}

/// Somebody asked to thaw a project; a second person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThawRequest {
    pub id: ThawRequestId,
    pub freeze_id: FreezeId,
    pub reason: Passage,
    /// The document that lets it be asked; an ordered freeze needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Label>,
    pub approval_id: ApprovalId,
    pub asked_by: UserId,
    pub asked_at: Time,
}

/// An order to freeze a project; a second person lets it take effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreezeOrder {
    pub id: FreezeOrderId,
    pub project_id: ProjectId,
    #[schema(example = "P360124-002")]
    pub project_number: String,
    pub authority: FreezeAuthority,
    pub document: Label,
    pub reason: Passage,
    pub approval_id: ApprovalId,
    pub asked_by: UserId,
    pub asked_at: Time,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze_id: Option<FreezeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
}

/// A freeze of a project (R45).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Freeze {
    pub id: FreezeId,
    pub project_id: ProjectId,
    #[schema(example = "P360124-002")]
    pub project_number: String,
    pub cause: FreezeCause,
    /// When the report was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-06-20")]
    pub due_on: Option<NaiveDate>,
    pub reason: Passage,
    pub frozen_at: Time,
    /// What it moved; a thaw moves back what is left of it.
    pub moves: Vec<FreezeMove>,
    /// Who ordered it, and by which document, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<FreezeAuthority>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Label>,
    pub thaw_requests: Vec<ThawRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thawed_at: Option<Time>,
}

/// What a loss took from one bucket of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LossMove {
    pub batch_id: BatchId,
    #[schema(example = "buffer")]
    pub bucket: String,
    #[schema(example = 1133)]
    pub m2: i64,
}

/// Restored land that was lost (R89).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Loss {
    pub id: LossId,
    #[schema(example = "LO360124-2026-0001")]
    pub number: String,
    pub project_id: ProjectId,
    #[schema(example = "P360124-001")]
    pub project_number: String,
    pub m2: SquareMetres,
    pub found_on: NaiveDate,
    pub reason: Passage,
    /// The document by which it is known.
    pub reference: Label,
    pub approval_id: ApprovalId,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// When it was taken; absent while it waits for a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
    /// What it took, in order.
    pub moves: Vec<LossMove>,
    /// What the project's own side did not have and the project has to replace.
    #[schema(example = 133)]
    pub duty_m2: i64,
    /// What of it is not replaced yet.
    #[serde(default)]
    #[schema(example = 133)]
    pub owed_m2: i64,
    pub duty: DutyState,
}

/// What the owner of a project offers in replacement of restored land that was lost (R89).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replacement {
    pub id: ReplacementId,
    #[schema(example = "RP360124-2026-0001")]
    pub number: String,
    pub loss_id: LossId,
    /// Who owes the replacement and offers it.
    pub owner: OrganisationId,
    pub kind: ReplacementKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<BatchId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    pub m2: SquareMetres,
    pub reason: Passage,
    /// The document that goes with it.
    pub reference: Label,
    pub approval_id: ApprovalId,
    pub offered_by: UserId,
    pub offered_at: Time,
    /// When a second person took it; absent while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Time>,
    /// What the loss still owed after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 33)]
    pub left_m2: Option<i64>,
}
