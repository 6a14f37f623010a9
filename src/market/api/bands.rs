//! Price bands over HTTP (R60).

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::market::band::{PERCENT_DEFAULT, PriceBandId};
use crate::market::banding::{self, EnterPriceBand};
use crate::market::store::{self, PriceBandRow};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_price_band,
        create_price_band_approval,
        get_price_band,
        list_price_band_changes,
    ]
}

/// The price band of the own county, or its end.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriceBand {
    /// Whether there is to be a band.
    #[schema(example = true)]
    on: bool,
    /// How far from the last index prices may be, in percent; 10 unless another is named.
    #[serde(default = "percent_default")]
    #[schema(minimum = 1, maximum = 99, example = 10)]
    percent: BandPercent,
    /// The document that sets it.
    #[schema(example = "示例〔2026〕7号")]
    document: Label,
}

/// A whole percentage from 1 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = i64, minimum = 1, maximum = 99, example = 10)]
pub struct BandPercent(i64);

impl<'de> Deserialize<'de> for BandPercent {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let percent = i64::deserialize(input)?;
        if (1..=99).contains(&percent) {
            Ok(Self(percent))
        } else {
            Err(serde::de::Error::custom(format!("{percent} is not a percentage from 1 to 99")))
        }
    }
}

fn percent_default() -> BandPercent {
    BandPercent(PERCENT_DEFAULT)
}

/// A decision on the price band of a county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceBandView {
    pub id: PriceBandId,
    pub county: RegionCode,
    /// Absent: there is to be no band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 10)]
    pub percent: Option<i64>,
    #[schema(example = "示例〔2026〕7号")]
    pub document: String,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// Absent until a second person has approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
}

impl From<PriceBandRow> for PriceBandView {
    fn from(row: PriceBandRow) -> Self {
        Self {
            id: row.id,
            county: row.county,
            percent: row.percent,
            document: row.document,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_at: row.approved_at,
        }
    }
}

/// Enters the price band of the own county, or its end (R60)
#[utoipa::path(
    post, path = "/api/v1/price-bands", tag = "market", request_body = NewPriceBand,
    responses((status = 201, body = PriceBandView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_price_band(db: Data<Db>, asked: Asked<NewPriceBand>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterPriceBand {
        id: PriceBandId::new(),
        percent: body.on.then_some(body.percent.0),
        document: body.document.as_str().to_owned(),
    };
    let id = db.write(doing, move |tx| banding::enter_price_band(tx, &command)).await?;
    let row = db.read(None, move |c| store::price_band(c, id)).await?;
    Ok(HttpResponse::Created().json(PriceBandView::from(row)))
}

/// Approves a price band as the second person (R60)
#[utoipa::path(
    post, path = "/api/v1/price-bands/{price_band_id}/approval", tag = "market",
    params(("price_band_id" = PriceBandId, Path)),
    responses((status = 201, body = PriceBandView), Problems),
    extensions(
        ("x-roles" = json!(["finance_director", "finance_officer"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_price_band_approval(
    db: Data<Db>,
    price_band_id: Path<PriceBandId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *price_band_id;
    let id = db.write(asked.doing, move |tx| banding::approve_price_band(tx, id)).await?;
    let row = db.read(None, move |c| store::price_band(c, id)).await?;
    Ok(HttpResponse::Created().json(PriceBandView::from(row)))
}

/// Whose band is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BandQuery {
    /// The code of a county.
    #[param(value_type = String, example = "360124")]
    county: RegionCode,
}

/// The price band of a county now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BandView {
    pub county: RegionCode,
    /// Absent: prices are free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 10)]
    pub percent: Option<i64>,
}

/// Says whether prices of a county are kept in a band (R60)
#[utoipa::path(
    get, path = "/api/v1/price-bands", tag = "market", params(BandQuery),
    responses((status = 200, body = BandView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_price_band(db: Data<Db>, query: Query<BandQuery>) -> Answer<Json<BandView>> {
    let county = query.into_inner().county;
    let asked = county.clone();
    let percent = db.read(None, move |c| store::band_of_county(c, &asked)).await?;
    Ok(Json(BandView { county, percent }))
}

/// Lists what the own county decided on its price band, newest first (R60)
///
/// With what was entered and waits for the second person.
#[utoipa::path(
    get, path = "/api/v1/price-band-changes", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<PriceBandView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_price_band_changes(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PriceBandView>>> {
    let county = actor.region.county().ok_or_else(Failure::not_found)?;
    let (asked, page) = (page.clone(), page.into_inner());
    let rows = db.read(Some(&actor), move |c| store::price_bands_of(c, &county, &asked)).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), PriceBandView::from)))
}
