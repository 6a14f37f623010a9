//! What regions ask of occupations, over HTTP (R78).

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::actions::{self, EnterPolicy};
use crate::occupation::model::{Policy, PolicyId};
use crate::occupation::store;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_occupation_policy, create_occupation_policy_approval, get_occupation_policy]
}

/// How much is retired for each occupied m²: from 1.00 to 10.00, with at most four places.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Decimal")]
struct Ratio(i64);

impl TryFrom<Decimal> for Ratio {
    type Error = &'static str;

    fn try_from(ratio: Decimal) -> Result<Self, &'static str> {
        let bp = ratio * Decimal::from(10_000);
        let fits = bp.is_integer() && (Decimal::ONE..=Decimal::TEN).contains(&ratio);
        let bp = bp.to_i64().filter(|_| fits);
        bp.map(Self).ok_or("a ratio is from 1.00 to 10.00, with at most four places")
    }
}

/// Credits of one type may stand for occupied wetland of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeSubstitute {
    occupied: WetlandType,
    retired: WetlandType,
}

/// What a region asks of occupations of its wetland.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationPolicy {
    region: RegionCode,
    #[schema(value_type = String, example = "1.00")]
    ratio: Ratio,
    /// Whether general wetland is compensated too; the law asks it for important wetland.
    #[schema(example = true)]
    general_compensates: bool,
    /// The same type always may.
    #[serde(default)]
    #[schema(max_items = 25)]
    substitutes: Vec<TypeSubstitute>,
    #[schema(value_type = String, example = "示例〔2026〕3号")]
    document: Label,
}

/// What holds in a county now, or what was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct OccupationPolicyView {
    id: Option<PolicyId>,
    region: RegionCode,
    #[schema(example = "1.0000")]
    ratio: String,
    #[schema(example = true)]
    general_compensates: bool,
    substitutes: Vec<TypeSubstitute>,
    document: Option<Label>,
    approved_at: Option<Time>,
}

impl OccupationPolicyView {
    fn of(region: RegionCode, policy: &Policy) -> Self {
        let substitute = |(occupied, retired): &(WetlandType, WetlandType)| TypeSubstitute {
            occupied: *occupied,
            retired: *retired,
        };
        Self {
            id: None,
            region,
            ratio: Decimal::new(policy.ratio_bp, 4).to_string(),
            general_compensates: policy.general_compensates,
            substitutes: policy.types.iter().map(substitute).collect(),
            document: None,
            approved_at: None,
        }
    }
}

fn left(tx: &mut Tx, id: PolicyId) -> Answer<OccupationPolicyView> {
    let row = store::policy(tx.conn(), id)?;
    let view = OccupationPolicyView::of(row.region.clone(), &actions::policy(&row)?);
    let (document, approved_at) = (Some(row.document), row.approved_at);
    Ok(OccupationPolicyView { id: Some(id), document, approved_at, ..view })
}

/// Enters what a region asks of occupations; a second person approves (R78)
#[utoipa::path(
    post, path = "/api/v1/occupation-policies", tag = "occupation",
    request_body = NewOccupationPolicy,
    responses((status = 201, body = OccupationPolicyView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_policy(
    db: Data<Db>,
    asked: Asked<NewOccupationPolicy>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let mut types: Vec<(WetlandType, WetlandType)> =
        body.substitutes.iter().map(|it| (it.occupied, it.retired)).collect();
    types.sort_unstable();
    types.dedup();
    let command = EnterPolicy {
        id: PolicyId::new(),
        region: body.region,
        policy: Policy {
            ratio_bp: body.ratio.0,
            general_compensates: body.general_compensates,
            types,
        },
        document: body.document,
    };
    let write = move |tx: &mut Tx| actions::enter_policy(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Approves what a region asks of occupations, as the second person (R78)
#[utoipa::path(
    post, path = "/api/v1/occupation-policies/{policy_id}/approval", tag = "occupation",
    params(("policy_id" = PolicyId, Path)),
    responses((status = 201, body = OccupationPolicyView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_policy_approval(
    db: Data<Db>,
    policy_id: Path<PolicyId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *policy_id;
    let write = move |tx: &mut Tx| actions::approve_policy(tx, id).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Of which county the policy is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PolicyQuery {
    #[param(value_type = String, example = "360124")]
    county: RegionCode,
}

/// Says what holds in a county: its own policy, or that of the region above, or the defaults (R78)
#[utoipa::path(
    get, path = "/api/v1/occupation-policies", tag = "occupation", params(PolicyQuery),
    responses((status = 200, body = OccupationPolicyView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn get_occupation_policy(
    db: Data<Db>,
    query: Query<PolicyQuery>,
) -> Answer<Json<OccupationPolicyView>> {
    let county = query.into_inner().county;
    let asked = county.clone();
    let policy = db.read(None, move |c: &mut Conn| actions::policy_of(c, &asked)).await?;
    Ok(Json(OccupationPolicyView::of(county, &policy)))
}
