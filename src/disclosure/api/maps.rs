//! Maps of a county over HTTP, for everybody and for officials, as sheets and as tiles.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::sheets::{self, Layer, Reader, SheetAsked, TileAsked};
use crate::disclosure::map::{TilePlace, Window};
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Language};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::web::{Problems, Turned};

/// Narrower than any telephone, and wider than any wall: the size of a sheet in pixels.
const WIDTH_MIN: u32 = 320;
const WIDTH_MAX: u32 = 4_000;
const WIDTH_DEFAULT: u32 = 1_000;

pub(super) fn operations() -> Operations {
    operations![get_public_map, get_public_tile, get_map, get_tile]
}

/// What a sheet shows.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MapQuery {
    /// The layers that are shown, separated by commas; all when absent.
    #[param(example = "boundary,wetland,certified")]
    layers: Option<String>,
    /// `zh` or `en`.
    #[param(example = "zh")]
    lang: Option<String>,
    /// In pixels, 320 to 4000; below 760 the legend stands under the land.
    #[param(example = 1000)]
    width: Option<u32>,
    /// A part of the county: west,south,east,north in degrees.
    #[param(example = "116.2,28.3,116.4,28.5")]
    bbox: Option<String>,
}

/// Which layers a tile shows.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TileQuery {
    /// The layers that are shown, separated by commas; all when absent.
    #[param(example = "boundary,wetland,certified")]
    layers: Option<String>,
}

/// Draws the map of a county with what everybody may see: wetlands, land in restoration, certified
/// land
#[utoipa::path(
    get, path = "/api/v1/public/maps/{county}.svg", tag = "disclosure",
    params(("county" = RegionCode, Path), MapQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml",
        example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_public_map(
    db: Data<Db>,
    county: Path<RegionCode>,
    query: Query<MapQuery>,
) -> Answer<HttpResponse> {
    let asked = query.into_inner().parsed(county.into_inner(), Reader::Public)?;
    let svg = db.read_snapshot(None, move |c| sheets::sheet(c, &asked)).await?;
    Ok(drawn(svg, "public, max-age=300"))
}

/// Draws a tile of the map of a county with what everybody may see
#[utoipa::path(
    get, path = "/api/v1/public/maps/{county}/tiles/{z}/{x}/{y}.svg", tag = "disclosure",
    params(("county" = RegionCode, Path), ("z" = u32, Path, example = 12),
        ("x" = u32, Path, example = 3370), ("y" = u32, Path, example = 1705), TileQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml",
        example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_public_tile(
    db: Data<Db>,
    place: Path<(RegionCode, u32, u32, u32)>,
    query: Query<TileQuery>,
) -> Answer<HttpResponse> {
    let asked = query.into_inner().parsed(place.into_inner(), Reader::Public)?;
    let svg = db.read_snapshot(None, move |c| sheets::tile(c, &asked)).await?;
    Ok(drawn(svg, "public, max-age=300"))
}

/// Draws the map of a county of one's own region with its reserve parcels too
#[utoipa::path(
    get, path = "/api/v1/maps/{county}.svg", tag = "inventory",
    params(("county" = RegionCode, Path), MapQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml",
        example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
pub async fn get_map(
    db: Data<Db>,
    actor: Actor,
    county: Path<RegionCode>,
    query: Query<MapQuery>,
) -> Answer<HttpResponse> {
    let county = own(&actor, county.into_inner())?;
    let asked = query.into_inner().parsed(county, Reader::Official)?;
    let svg = db.read_snapshot(Some(&actor), move |c| sheets::sheet(c, &asked)).await?;
    Ok(drawn(svg, "private, no-cache"))
}

/// Draws a tile of the map of a county of one's own region with its reserve parcels too
#[utoipa::path(
    get, path = "/api/v1/maps/{county}/tiles/{z}/{x}/{y}.svg", tag = "inventory",
    params(("county" = RegionCode, Path), ("z" = u32, Path, example = 12),
        ("x" = u32, Path, example = 3370), ("y" = u32, Path, example = 1705), TileQuery),
    responses((status = 200, body = String, content_type = "image/svg+xml",
        example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
pub async fn get_tile(
    db: Data<Db>,
    actor: Actor,
    place: Path<(RegionCode, u32, u32, u32)>,
    query: Query<TileQuery>,
) -> Answer<HttpResponse> {
    let (county, z, x, y) = place.into_inner();
    let place = (own(&actor, county)?, z, x, y);
    let asked = query.into_inner().parsed(place, Reader::Official)?;
    let svg = db.read_snapshot(Some(&actor), move |c| sheets::tile(c, &asked)).await?;
    Ok(drawn(svg, "private, no-cache"))
}

/// A county of another region looks like one that is not there.
fn own(actor: &Actor, county: RegionCode) -> Answer<RegionCode> {
    Some(county).filter(|it| it.is_within(&actor.region)).ok_or_else(Failure::not_found)
}

fn drawn(svg: String, keep: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/svg+xml; charset=utf-8")
        .insert_header(("cache-control", keep))
        .body(svg)
}

impl MapQuery {
    fn parsed(self, county: RegionCode, reader: Reader) -> Answer<SheetAsked> {
        let width = self.width.unwrap_or(WIDTH_DEFAULT);
        if !(WIDTH_MIN..=WIDTH_MAX).contains(&width) {
            return Err(bad(&format!("width is a number from {WIDTH_MIN} to {WIDTH_MAX}")));
        }
        let language = match self.lang.as_deref() {
            None | Some("zh") => Language::Chinese,
            Some("en") => Language::English,
            Some(_) => return Err(bad("lang is zh or en")),
        };
        let window = self.bbox.as_deref().map(|text| {
            Window::of_text(text).ok_or_else(|| bad("bbox is west,south,east,north in degrees"))
        });
        Ok(SheetAsked {
            county: a_county(county)?,
            reader,
            layers: layers(self.layers.as_deref(), reader)?,
            language,
            width,
            window: window.transpose()?,
        })
    }
}

impl TileQuery {
    fn parsed(
        self,
        (county, z, x, y): (RegionCode, u32, u32, u32),
        reader: Reader,
    ) -> Answer<TileAsked> {
        Ok(TileAsked {
            county: a_county(county)?,
            reader,
            layers: layers(self.layers.as_deref(), reader)?,
            place: TilePlace::of(z, x, y).ok_or_else(Failure::not_found)?,
        })
    }
}

fn a_county(code: RegionCode) -> Answer<RegionCode> {
    Some(code).filter(|it| it.level() == RegionLevel::County).ok_or_else(Failure::not_found)
}

/// The layers that are named, or all that the reader may see.
fn layers(text: Option<&str>, reader: Reader) -> Answer<Vec<Layer>> {
    let all = Layer::ALL.iter().copied().filter(|layer| layer.is_for(reader));
    let Some(text) = text else { return Ok(all.collect()) };
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let layer = name.parse::<Layer>().ok().filter(|layer| layer.is_for(reader));
            let known: Vec<&str> = all.clone().map(Layer::as_str).collect();
            layer.ok_or_else(|| bad(&format!("the layers are {}", known.join(", "))))
        })
        .collect()
}

fn bad(message: &str) -> Failure {
    Turned::BadQuery(message.to_owned()).into()
}
