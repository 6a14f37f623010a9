//! Applications and their documents over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::views::{OccupationDetail, OccupationView, detail};
use crate::inventory::{WetlandLevel, WetlandType};
use crate::kernel::actor::Actor;
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::actions::{self, AddDocument, NamedZone, NewDocument, Submit};
use crate::occupation::model::{
    DocumentKind, OccupationGround, OccupationId, OccupationPartId, OccupationState, OccupationTerm,
};
use crate::occupation::store::{self, Filter};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_occupation, list_occupations, get_occupation, create_occupation_document]
}

/// The SHA-256 of a file, 64 hex digits in small letters.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Sha256(String);

impl TryFrom<String> for Sha256 {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() == 64 && text.chars().all(is_hex) {
            Ok(Self(text))
        } else {
            Err("a SHA-256 has 64 hex digits in small letters")
        }
    }
}

/// A document of an application: its file is known by its hash.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationDocument {
    kind: DocumentKind,
    title: Label,
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: Sha256,
}

impl NewOccupationDocument {
    fn into_command(self) -> NewDocument {
        let Self { kind, title, sha256 } = self;
        NewDocument { id: OccupationPartId::new(), kind, title, sha256: sha256.0 }
    }
}

/// The approval that a zone on the land needs (R18).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNamedApproval {
    #[schema(value_type = String, example = "Z360124-Y01")]
    zone_number: Label,
    #[schema(value_type = String, example = "示例〔2026〕17号")]
    document: Label,
    #[schema(value_type = String, example = "county_government")]
    by: Label,
}

/// An application to occupy wetland.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupation {
    county: RegionCode,
    #[schema(value_type = String, example = "示例县道改建工程")]
    project_name: Label,
    term: OccupationTerm,
    ground: OccupationGround,
    #[schema(value_type = String, example = "湿地保护法第十九条")]
    legal_basis: Label,
    wetland_type: WetlandType,
    level: WetlandLevel,
    #[serde(default)]
    #[schema(example = false)]
    mangrove: bool,
    #[serde(default)]
    #[schema(example = false)]
    peat: bool,
    #[schema(value_type = String, example = "9876.40")]
    area_m2: SurveyedArea,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first; or name the parcels.
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({"type": "Polygon", "coordinates":
        [[[116.3, 28.6], [116.301, 28.6], [116.301, 28.601], [116.3, 28.601], [116.3, 28.6]]]}))]
    polygon: Option<serde_json::Value>,
    /// The numbers of the parcels that the land is drawn from.
    #[serde(default)]
    #[schema(example = json!([]), max_items = 50)]
    parcels: Vec<String>,
    #[serde(default)]
    zone_approvals: Vec<NewNamedApproval>,
    /// The province's assessment, which mangroves need (R74).
    #[serde(default)]
    provincial_assessment: Option<Label>,
    /// What shows that water works lie inside river management range or a flood-storage area (R81).
    #[serde(default)]
    exempt_document: Option<Label>,
    #[schema(value_type = String, example = "比选三条线位，无法避让，已缩减4.2%")]
    avoidance_statement: Label,
    #[schema(value_type = String, example = "施工期围堰与表土剥离回用")]
    impact_measures: Label,
    #[schema(example = true)]
    permanent_building: bool,
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    #[serde(default)]
    ends_on: Option<NaiveDate>,
    documents: Vec<NewOccupationDocument>,
}

impl NewOccupation {
    fn into_command(self) -> Submit {
        let zone = |it: NewNamedApproval| NamedZone {
            zone_number: it.zone_number,
            document: it.document,
            by: it.by,
        };
        Submit {
            id: OccupationId::new(),
            county: self.county,
            project_name: self.project_name,
            term: self.term,
            ground: self.ground,
            legal_basis: self.legal_basis,
            wetland_type: self.wetland_type,
            level: self.level,
            mangrove: self.mangrove,
            peat: self.peat,
            area: self.area_m2,
            polygon: self.polygon,
            parcels: self.parcels,
            zone_approvals: self.zone_approvals.into_iter().map(zone).collect(),
            provincial_assessment: self.provincial_assessment,
            exempt_document: self.exempt_document,
            avoidance_statement: self.avoidance_statement,
            impact_measures: self.impact_measures,
            permanent_building: self.permanent_building,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            documents: self
                .documents
                .into_iter()
                .map(NewOccupationDocument::into_command)
                .collect(),
        }
    }
}

/// An application as a command leaves it.
pub(super) fn left(tx: &mut Tx, id: OccupationId) -> Answer<OccupationDetail> {
    let row = store::occupation(tx.conn(), id)?;
    detail(tx.conn(), row)
}

/// Applies to occupy wetland (R75, R76)
#[utoipa::path(
    post, path = "/api/v1/occupations", tag = "occupation", request_body = NewOccupation,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation(db: Data<Db>, asked: Asked<NewOccupation>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command();
    let write = move |tx: &mut Tx| actions::submit(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Which applications are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OccupationQuery {
    #[param(example = "accepted")]
    state: Option<OccupationState>,
}

/// Lists applications: a developer's own, or those of an authority's region, newest first
#[utoipa::path(
    get, path = "/api/v1/occupations", tag = "occupation", params(OccupationQuery, PageQuery),
    responses((status = 200, body = Page<OccupationView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_occupations(
    db: Data<Db>,
    actor: Actor,
    query: Query<OccupationQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<OccupationView>>> {
    let filter = Filter { whose: actions::seen(&actor), state: query.state };
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::occupations_page(c, &filter, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.0.id.uuid(), OccupationView::from)))
}

/// Shows an application with all that belongs to it
#[utoipa::path(
    get, path = "/api/v1/occupations/{occupation_id}", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)),
    responses((status = 200, body = OccupationDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_occupation(
    db: Data<Db>,
    actor: Actor,
    occupation_id: Path<OccupationId>,
) -> Answer<Json<OccupationDetail>> {
    let (id, asker) = (*occupation_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible(c, &asker, id)?;
        detail(c, row)
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// Files a document, also after a notice of what is missing (R76)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/documents", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationDocument,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_document(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationDocument>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = AddDocument { occupation_id: *occupation_id, document: body.into_command() };
    let write = move |tx: &mut Tx| actions::add_document(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
