//! Layers and boundaries in the files that planners exchange.

use serde_json::{Value, json};

use super::gis::{GEOPACKAGE, ZIP, written_of, zipped};
use super::layers::begun;
use crate::support::username_of;

const ZONES: &str = include_str!("../../fixtures/jinxian/redlines.geojson");
const COUNTY: &str = include_str!("../../fixtures/jinxian/county.geojson");

/// The zones of the story as a planning office has them in its tables.
fn zones() -> Value {
    let mut file: Value = serde_json::from_str(ZONES).unwrap();
    for feature in file["features"].as_array_mut().unwrap() {
        let of = feature["properties"].clone();
        let zone = if of["zone"] == "red" { "红线区" } else { "黄线" };
        feature["properties"] = json!({
            "编号": of["zone_no"], "名称": of["name"], "区类": zone, "生效日期": of["valid_from"],
            "APPR_BY": of["approval_by"], "备注": "示例",
        });
    }
    file
}

on_both_engines! {
    async fn r18_r20_zones_come_as_geopackage_and_shapefile(town: Town) {
        town.on("2022-03-02");
        let folder = tempfile::tempdir().unwrap();
        let zhou = town.user("zhou.jianing").await;
        let id = begun(&zhou, "zones", "demo-1").await;
        let report = format!("/api/v1/layer-versions/{id}/file-reports");
        let shp = ["-of", "ESRI Shapefile", "-s_srs", "EPSG:4490", "-t_srs"];
        for (name, args, endings, expected) in [
            ("degrees.gpkg", [&["-of", "GPKG"][..], &[]], &[][..], json!([null, "file"])),
            ("metres.gpkg", [&["-of", "GPKG", "-s_srs", "EPSG:4490", "-t_srs"], &["EPSG:4527"]],
                &[], json!([39, "file"])),
            ("gbk.shp", [&shp, &["EPSG:4527", "-lco", "ENCODING=GBK"]], &["shp", "dbf", "prj"],
                json!([39, "file"])),
            ("bare.shp", [&shp, &["EPSG:4548", "-lco", "ENCODING=GBK"]], &["shp", "dbf"],
                json!([39, "county_boundary"])),
        ] {
            if written_of(&zones(), folder.path(), name, &args.concat()).await.is_none() {
                return;
            }
            let (stem, _) = name.split_once('.').unwrap();
            let (kind, bytes) = match endings {
                [] => (GEOPACKAGE, std::fs::read(folder.path().join(name)).unwrap()),
                _ => (ZIP, zipped(folder.path(), stem, endings)),
            };
            let report = zhou.post_file(&report, kind, bytes).await.ok();
            assert_eq!((&report["accepted"], &report["refused"]), (&json!(2), &json!(0)), "{report:#}");
            let of = &report["coordinates"];
            assert_eq!(json!([of["zone"], of["found_by"]]), expected, "{name}");
            let found: Vec<Value> = report["features"].as_array().unwrap().iter()
                .map(|it| json!([it["number"], it["name"], it["zone"]])).collect();
            assert_eq!(found, [
                json!(["Z360124-R01", "示例红线区", "red"]),
                json!(["Z360124-Y01", "示例黄线区", "yellow"]),
            ], "{name}");
        }
        let files = format!("/api/v1/layer-versions/{id}/files");
        let bare = zipped(folder.path(), "bare", &["shp", "dbf"]);
        let version = zhou.post_file(&files, ZIP, bare).await.created();
        assert_eq!(version["features"], 2);
        // Nothing of a file is kept of which one feature has its number twice.
        let gpkg = std::fs::read(folder.path().join("degrees.gpkg")).unwrap();
        let refused = zhou.post_file(&files, GEOPACKAGE, gpkg.clone()).await;
        refused.refused(422, "layer-features-refused");
        let no_layer = format!("{report}?layer=nowhere");
        zhou.post_file(&no_layer, GEOPACKAGE, gpkg).await.refused(422, "layer-not-named");
        let version = zhou.get(&format!("/api/v1/layer-versions/{id}")).await.ok();
        assert_eq!(version["features"], 2);
    }

    async fn r20_a_countys_boundary_comes_as_geopackage_and_shapefile(town: Town) {
        let folder = tempfile::tempdir().unwrap();
        let administrator = town.user(username_of("administrator").unwrap()).await;
        let county: Value = serde_json::from_str(COUNTY).unwrap();
        let shp = ["-of", "ESRI Shapefile", "-s_srs", "EPSG:4490", "-t_srs", "EPSG:4527"];
        if written_of(&county, folder.path(), "county.gpkg", &["-of", "GPKG"]).await.is_none() {
            return;
        }
        written_of(&county, folder.path(), "county.shp", &shp).await.unwrap();
        let gpkg = std::fs::read(folder.path().join("county.gpkg")).unwrap();
        let zip = zipped(folder.path(), "county", &["shp", "dbf", "prj"]);
        for (kind, bytes) in [(GEOPACKAGE, gpkg), (ZIP, zip)] {
            let region = administrator.post_file("/api/v1/county-boundaries", kind, bytes).await;
            assert_eq!(region.created()["code"], "360124");
        }
    }
}
