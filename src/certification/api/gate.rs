//! The gate of certification over HTTP: what is fulfilled, what is missing, and what would be issued.

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::certification::actions::{self, Gate};
use crate::certification::model::{ApplicationId, CertificationCondition, Milestone, Settings};
use crate::certification::rules::condition;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Refusal};
use crate::restoration::ProjectId;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_application_gate, get_certification_gate]
}

/// Whether restored land may become credits now, condition by condition, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificationGate)]
struct GateView {
    project_id: ProjectId,
    #[schema(example = "P360124-001")]
    project_number: String,
    #[schema(example = false)]
    open: bool,
    /// What is asked for; of a project, what is left of its accepted land.
    #[schema(example = 11333)]
    m2: i64,
    /// What would be held back of it.
    #[schema(example = 1133)]
    buffer_m2: i64,
    /// What would be available in all after each milestone.
    milestones: Vec<MilestoneView>,
    conditions: Vec<ConditionView>,
    asked_at: Time,
}

/// What a milestone would make available in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificationGateMilestone)]
struct MilestoneView {
    milestone: Milestone,
    #[schema(example = 6120)]
    cumulative_m2: i64,
}

/// One condition, and why it is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificationGateCondition)]
struct ConditionView {
    condition: CertificationCondition,
    #[schema(example = false)]
    fulfilled: bool,
    reasons: Vec<ReasonView>,
}

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificationGateReason)]
struct ReasonView {
    #[schema(example = "notice-running")]
    code: String,
    #[schema(example = "修复结果公示至 2023-08-13 止")]
    message_zh: String,
    #[schema(example = "the result notice runs until 2023-08-13")]
    message_en: String,
}

fn gate_view(gate: &Gate, asked_at: Time) -> GateView {
    let conditions = CertificationCondition::ALL.iter().map(|one| {
        let against = gate.against.iter().filter(|reason| condition(reason) == Some(*one));
        let reasons: Vec<ReasonView> = against
            .map(|reason| ReasonView {
                code: reason.code().to_owned(),
                message_zh: reason.chinese(),
                message_en: reason.to_string(),
            })
            .collect();
        ConditionView { condition: *one, fulfilled: reasons.is_empty(), reasons }
    });
    let milestone = |(milestone, cumulative_m2): &(Milestone, i64)| MilestoneView {
        milestone: *milestone,
        cumulative_m2: *cumulative_m2,
    };
    GateView {
        project_id: gate.project.id,
        project_number: gate.project.number.clone(),
        open: gate.against.is_empty(),
        m2: gate.m2,
        buffer_m2: gate.buffer_m2,
        milestones: gate.steps.iter().map(milestone).collect(),
        conditions: conditions.collect(),
        asked_at,
    }
}

/// Answers whether what is left of a project's land may be certified, or everything that is missing
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}/certification-gate", tag = "certification",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = GateView), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor",
            "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_certification_gate(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
    settings: Option<Data<Settings>>,
) -> Answer<Json<GateView>> {
    let (id, asker, now) = (*project_id, actor.clone(), db.clock().now());
    let (settings, today) = (super::in_force(settings), now.date_in_shanghai());
    let read = db.read_snapshot(Some(&actor), move |c| {
        actions::project_gate(c, &asker, id, &settings, today)
    });
    Ok(Json(gate_view(&read.await?, now)))
}

/// Answers whether an application may be certified now, or everything that is missing (R32–R34)
#[utoipa::path(
    get, path = "/api/v1/certification-applications/{application_id}/gate", tag = "certification",
    params(("application_id" = ApplicationId, Path)),
    responses((status = 200, body = GateView), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor",
            "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_application_gate(
    db: Data<Db>,
    actor: Actor,
    application_id: Path<ApplicationId>,
    settings: Option<Data<Settings>>,
) -> Answer<Json<GateView>> {
    let (id, asker, now) = (*application_id, actor.clone(), db.clock().now());
    let (settings, today) = (super::in_force(settings), now.date_in_shanghai());
    let read = db.read_snapshot(Some(&actor), move |c| {
        actions::application_gate(c, &asker, id, &settings, today)
    });
    Ok(Json(gate_view(&read.await?, now)))
}
