//! The bodies of the OGC API.

use actix_web::HttpRequest;
use serde_json::{Value, json};

use super::Item;
use super::query::{Collection, Wanted};
use crate::inventory::geometry::Bounds;
use crate::kernel::clock::Time;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const GEOJSON: &str = "application/geo+json";
const JSON: &str = "application/json";

/// Where this server is for the caller; links are whole addresses.
pub(super) struct Place {
    house: String,
}

impl Place {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let info = request.connection_info();
        Self { house: format!("{}://{}", info.scheme(), info.host()) }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/api/v1/ogc{path}", self.house)
    }

    fn items(&self, collection: Collection) -> String {
        self.at(&format!("/collections/{collection}/items"))
    }
}

fn link(href: &str, rel: &str, kind: &str, title: &str) -> Value {
    json!({"href": href, "rel": rel, "type": kind, "title": title})
}

pub(super) fn landing_view(place: &Place) -> Value {
    let document = "application/vnd.oai.openapi+json;version=3.1";
    json!({
        "title": "湿地占补平衡指标交易：湿地与后备资源",
        "description": "Wetlands, reserve parcels and county boundaries in degrees of CGCS2000 \
            (EPSG:4490), longitude first. Everybody sees the boundaries; parcels need a token.",
        "links": [
            link(&place.at(""), "self", JSON, "本页"),
            link(&format!("{}/openapi.json", place.house), "service-desc", document, "OpenAPI"),
            link(&format!("{}/docs/", place.house), "service-doc", "text/html", "接口文档"),
            link(&place.at("/conformance"), "conformance", JSON, "符合的标准"),
            link(&place.at("/collections"), "data", JSON, "要素集"),
        ],
    })
}

/// The document is OpenAPI 3.1, and the class of the standard speaks of 3.0, so it is not claimed.
pub(super) fn conformance_view() -> Value {
    let class =
        |name: &str| format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}");
    json!({"conformsTo": [class("core"), class("geojson")]})
}

/// A collection, and the box around what the caller sees of it.
pub(super) struct Shown {
    pub(super) collection: Collection,
    pub(super) bounds: Option<Bounds>,
}

pub(super) fn collections_view(place: &Place, shown: &[Shown]) -> Value {
    let collections: Vec<Value> = shown.iter().map(|it| collection_view(place, it)).collect();
    json!({
        "collections": collections,
        "links": [link(&place.at("/collections"), "self", JSON, "要素集")],
    })
}

pub(super) fn collection_view(place: &Place, shown: &Shown) -> Value {
    let Shown { collection, bounds } = shown;
    let own = place.at(&format!("/collections/{collection}"));
    let mut view = json!({
        "id": collection,
        "title": collection.title(),
        "description": "CGCS2000（EPSG:4490）经纬度，经度在前；与 CRS84 相差厘米级",
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(&own, "self", JSON, collection.title()),
            link(&place.items(*collection), "items", GEOJSON, collection.title()),
        ],
    });
    if let Some(bounds) = bounds {
        let bbox = bounds.degrees();
        if let Some(fields) = view.as_object_mut() {
            let extent = json!({"spatial": {"bbox": [bbox], "crs": CRS84}});
            fields.insert("extent".to_owned(), extent);
        }
    }
    view
}

/// A page of features; they are JSON already.
pub(super) fn page_text(
    place: &Place,
    collection: Collection,
    wanted: &Wanted,
    mut items: Vec<Item>,
    now: Time,
) -> String {
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let bbox = wanted.bbox.as_ref().map(|bbox| format!("&bbox={}", bbox.replace(' ', "")));
    let asked = format!("limit={}{}", wanted.limit, bbox.unwrap_or_default());
    let here = wanted.after.as_ref().map(|after| format!("&after={after}")).unwrap_or_default();
    let items_at = place.items(collection);
    let mut links = vec![link(&format!("{items_at}?{asked}{here}"), "self", GEOJSON, "本页")];
    if let Some(last) = items.last().filter(|_| more) {
        let next = format!("{items_at}?{asked}&after={}", last.id);
        links.push(link(&next, "next", GEOJSON, "下一页"));
    }
    let own = place.at(&format!("/collections/{collection}"));
    links.push(link(&own, "collection", JSON, collection.title()));
    let (links, returned) = (Value::Array(links), items.len());
    let features: Vec<String> = items.into_iter().map(|item| item.text).collect();
    let (now, features) = (json!(now), features.join(",\n"));
    format!(
        "{{\"type\":\"FeatureCollection\",\"timeStamp\":{now},\"numberReturned\":{returned},\
         \"links\":{links},\"features\":[\n{features}\n]}}\n"
    )
}

/// A feature with its links.
pub(super) fn item_text(place: &Place, collection: Collection, item: &Item) -> String {
    let own = format!("{}/{}", place.items(collection), item.id);
    let of = place.at(&format!("/collections/{collection}"));
    let links = json!([
        link(&own, "self", GEOJSON, &item.id),
        link(&of, "collection", JSON, collection.title()),
    ]);
    let open = item.text.strip_suffix('}').unwrap_or_default();
    format!("{open},\"links\":{links}}}\n")
}
