//! Land in the files that planners exchange: read, refused, written; and read by the programs that
//! they use.

use std::io::{Read, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::files::{KIND, RESERVE, before_step_nine, bytes, plots};
use crate::support::{Town, text, tool};

const REPORT: &str = "/api/v1/parcel-import-reports?kind=reserve";
pub(super) const GEOPACKAGE: &str = "application/geopackage+sqlite3";
pub(super) const ZIP: &str = "application/zip";
const NAME: &str = "五里垦殖场示例退养塘";

/// One plot of the story as a table has it, with short and Chinese names.
fn table() -> Value {
    let mut file = plots(&["R360124-0012"]);
    let of = file["features"][0]["properties"].clone();
    let (restorable, pond) = (&of["restorable"], &of["pond_check"]);
    file["features"][0]["properties"] = json!({
        "地块号": of["parcel_no"], "名称": of["name"], "TOWN_CODE": of["township_code"],
        "DLBM": of["land_class"], "AREA_M2": of["declared_area_m2"], "权属": of["tenure"],
        "级别": "一般", "WET_TYPE": of["wetland_type"], "年度": of["survey_year"],
        "WATER_REG": of["water_regime"], "SUBMIT_BY": of["submitted_by"],
        "RS_CONCL": "可恢复", "RS_BASIS": restorable["basis"], "评估人": restorable["author"],
        "RS_DATE": restorable["date"], "PC_RESULT": "通过", "PC_EVID": pond["evidence"],
        "PC_BY": pond["verified_by"], "PC_DATE": pond["date"],
    });
    file
}

/// The table written by GDAL into that format and reference system.
async fn written(folder: &Path, name: &str, more: &[&str]) -> Option<()> {
    written_of(&table(), folder, name, more).await
}

/// A file of GeoJSON written by GDAL into that format and reference system.
pub(super) async fn written_of(
    file: &Value,
    folder: &Path,
    name: &str,
    more: &[&str],
) -> Option<()> {
    let source = folder.join("table.geojson");
    std::fs::write(&source, bytes(file)).unwrap();
    let target = folder.join(name);
    let args = [more, &[text(&target), text(&source)]].concat();
    tool("ogr2ogr", &args, &[]).await.map(drop)
}

/// A Shapefile that GDAL wrote, in a ZIP, with these of its parts.
pub(super) fn zipped(folder: &Path, name: &str, endings: &[&str]) -> Vec<u8> {
    let parts = endings.iter().map(|ending| {
        let file = format!("{name}.{ending}");
        (file.clone(), std::fs::read(folder.join(file)).unwrap())
    });
    zip_of(&parts.collect::<Vec<_>>())
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Codes of the findings on the first feature.
/// Sends 200 MB in chunks without saying how much it will be; the first line of the answer.
fn pour(address: &str, token: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = format!(
        "POST {RESERVE} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: {KIND}\r\nidempotency-key: 0191e4c8-7b1a-7000-8000-000000000001\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    for _ in 0..200 {
        stream.write_all(&chunk).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = [0; 64];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).lines().next().unwrap_or_default().to_owned()
}

fn found(report: &Value) -> Vec<&str> {
    let findings = report["features"][0]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// Random plots with a hole, made and measured by PROJ on the ellipsoid of CGCS2000.
const RANDOM: &str = r#"
import json, math, random, sys
from pyproj import Geod, Transformer
random.seed(int(sys.argv[1]))
target, reach = int(sys.argv[2]), float(sys.argv[3])
geod = Geod(a=6378137, rf=298.257222101)
project = Transformer.from_crs(4490, target, always_xy=True) if target != 4490 else None
features, areas = [], []
for n in range(1000):
    lon, lat = random.uniform(115.6, 118.3), random.uniform(24.6, 29.9)
    spokes = [random.uniform(0.4, 1.0) * reach for _ in range(random.randrange(5, 30))]
    def ring(scale):
        turn = 2 * math.pi / len(spokes)
        points = [(round(lon + s * scale * math.cos(i * turn), 9),
                   round(lat + s * scale * math.sin(i * turn), 9)) for i, s in enumerate(spokes)]
        return points + points[:1]
    rings = [ring(1), ring(0.3)[::-1]]
    measure = lambda r: abs(geod.polygon_area_perimeter(*zip(*r))[0])
    areas.append(measure(rings[0]) - measure(rings[1]))
    if project:
        rings = [[[round(v, 6) for v in project.transform(*p)] for p in r] for r in rings]
    features.append({"type": "Feature", "properties": {},
        "geometry": {"type": "Polygon", "coordinates": rings}})
crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::%d" % target}}
json.dump({"file": {"type": "FeatureCollection", "crs": crs, "features": features},
    "areas": areas}, sys.stdout)
"#;

/// The largest difference between our areas and PROJ's.
async fn largest_difference(town: &Town, seed: &str, epsg: &str, reach: &str) -> Option<f64> {
    let answer = tool("python3", &["-c", RANDOM, seed, epsg, reach], &[]).await?;
    let made: Value = serde_json::from_str(&answer).unwrap();
    let zhou = town.user("zhou.jianing").await;
    let report = zhou.post_file(REPORT, KIND, bytes(&made["file"])).await.ok();
    let ours = report["features"].as_array().unwrap();
    assert_eq!(ours.len(), 1000);
    let areas = ours.iter().zip(made["areas"].as_array().unwrap());
    let apart = areas.map(|(ours, theirs)| {
        let ours: f64 = ours["computed_area_m2"].as_str().unwrap().parse().unwrap();
        (ours - theirs.as_f64().unwrap()).abs()
    });
    Some(apart.fold(0.0, f64::max))
}

on_both_engines! {
    async fn r20_areas_agree_with_proj_on_a_thousand_plots_with_holes(town: Town) {
        let Some(apart) = largest_difference(&town, "20260922", "4490", "0.01").await else { return };
        assert!(apart <= 0.01, "{apart} m² apart");
    }

    async fn r20_metres_of_a_gauss_krueger_zone_agree_with_proj(town: Town) {
        // A plot of 100 m, kept to a tenth of a millimetre.
        for epsg in ["4527", "4548"] {
            let Some(apart) = largest_difference(&town, "7", epsg, "0.0005").await else { return };
            assert!(apart <= 0.02, "EPSG:{epsg}: {apart} m² apart");
        }
    }

    async fn r20_a_geopackage_is_read_in_degrees_and_in_metres(town: Town) {
        town.on("2022-03-02");
        let folder = tempfile::tempdir().unwrap();
        let zhou = town.user("zhou.jianing").await;
        for (name, srs, zone) in
            [("a.gpkg", "EPSG:4490", json!(null)), ("b.gpkg", "EPSG:4527", json!(39)), ("c.gpkg", "EPSG:4548", json!(39))]
        {
            let args = ["-of", "GPKG", "-s_srs", "EPSG:4490", "-t_srs", srs, "-nln", "后备资源"];
            if written(folder.path(), name, &args).await.is_none() {
                return;
            }
            let file = std::fs::read(folder.path().join(name)).unwrap();
            let report = zhou.post_file(REPORT, GEOPACKAGE, file).await.ok();
            assert_eq!(found(&report), [""; 0], "{srs} {report:#}");
            assert_eq!(report["coordinates"]["zone"], zone);
            assert_eq!(report["coordinates"]["found_by"], "file");
            assert_eq!(report["coordinates"]["layer"], "后备资源");
        }
        let file = std::fs::read(folder.path().join("b.gpkg")).unwrap();
        let other = zhou.post_file(&format!("{REPORT}&layer=x"), GEOPACKAGE, file.clone()).await;
        other.refused(422, "layer-not-named");
        let import = zhou.post_file(RESERVE, GEOPACKAGE, file.clone()).await.created();
        assert_eq!(import["report"]["features"][0]["name"], NAME);
        assert_eq!(import["report"]["coordinates"]["central_meridian"], 117);
        zhou.post_file(REPORT, GEOPACKAGE, file[..4096].to_vec()).await.refused(422, "not-a-geopackage");
        zhou.post_file(REPORT, GEOPACKAGE, b"x".to_vec()).await.refused(422, "not-a-geopackage");

        let none = ["-of", "GPKG", "-nln", "空", "-where", "DLBM = 'none'", "-s_srs", "EPSG:4490", "-t_srs", "EPSG:4490"];
        written(folder.path(), "empty.gpkg", &none).await.unwrap();
        let empty = std::fs::read(folder.path().join("empty.gpkg")).unwrap();
        zhou.post_file(REPORT, GEOPACKAGE, empty).await.refused(422, "not-a-feature-collection");
        let wgs = ["-of", "GPKG", "-s_srs", "EPSG:4490", "-t_srs", "EPSG:32650"];
        written(folder.path(), "utm.gpkg", &wgs).await.unwrap();
        let utm = std::fs::read(folder.path().join("utm.gpkg")).unwrap();
        zhou.post_file(REPORT, GEOPACKAGE, utm).await.refused(422, "not-cgcs2000");
    }

    async fn r20_a_shapefile_is_read_in_gbk_and_its_zone_is_found(town: Town) {
        town.on("2022-03-02");
        let folder = tempfile::tempdir().unwrap();
        let zhou = town.user("zhou.jianing").await;
        let all = ["shp", "shx", "dbf", "prj", "cpg"];
        for (name, srs, encoding, endings, expected) in [
            ("utf8", "EPSG:4490", "UTF-8", &all[..], json!([null, "file", "UTF-8"])),
            ("gbk", "EPSG:4527", "GBK", &all[..], json!([39, "file", "GB18030"])),
            ("bare", "EPSG:4548", "GBK", &all[..3], json!([39, "county_boundary", "GB18030"])),
            ("prefixed", "EPSG:4527", "UTF-8", &all[..3], json!([39, "numbers", "UTF-8"])),
            ("degrees", "EPSG:4490", "GBK", &all[..3], json!([null, "numbers", "GB18030"])),
        ] {
            let encoding = format!("ENCODING={encoding}");
            let args = ["-of", "ESRI Shapefile", "-s_srs", "EPSG:4490", "-t_srs", srs, "-lco", &encoding];
            if written(folder.path(), &format!("{name}.shp"), &args).await.is_none() {
                return;
            }
            let report = zhou.post_file(REPORT, ZIP, zipped(folder.path(), name, endings)).await.ok();
            assert_eq!(found(&report), [""; 0], "{name} {report:#}");
            assert_eq!(report["features"][0]["name"], NAME, "{name}");
            let of = &report["coordinates"];
            assert_eq!(json!([of["zone"], of["found_by"], of["encoding"]]), expected, "{name}");
        }
        let bare = zipped(folder.path(), "bare", &all[..3]);
        let import = zhou.post_file(RESERVE, ZIP, bare).await.created();
        assert_eq!(import["report"]["coordinates"]["zone"], 39);
        zhou.post_file(REPORT, ZIP, zipped(folder.path(), "gbk", &["shp", "prj"])).await.refused(422, "not-a-shapefile");
        let shp = std::fs::read(folder.path().join("gbk.shp")).unwrap();
        let dbf = std::fs::read(folder.path().join("gbk.dbf")).unwrap();
        let cut = zip_of(&[("a.shp".into(), shp[..180].to_vec()), ("a.dbf".into(), dbf.clone())]);
        zhou.post_file(REPORT, ZIP, cut).await.refused(422, "not-a-shapefile");
        let two = ["a", "b"].map(|name| [(format!("{name}.shp"), shp.clone()), (format!("{name}.dbf"), dbf.clone())]);
        zhou.post_file(REPORT, ZIP, zip_of(&two.concat())).await.refused(422, "layer-not-named");
        let utm = ["-of", "ESRI Shapefile", "-s_srs", "EPSG:4490", "-t_srs", "EPSG:32650"];
        written(folder.path(), "utm.shp", &utm).await.unwrap();
        zhou.post_file(REPORT, ZIP, zipped(folder.path(), "utm", &["shp", "dbf", "prj"])).await.refused(422, "not-cgcs2000");
    }

    async fn r20_what_cannot_be_a_file_of_land_is_refused_and_nothing_is_kept(town: Town) {
        town.on("2022-03-02");
        let zhou = town.user("zhou.jianing").await;
        let bomb = zip_of(&[("a.shp".into(), vec![0; 140 << 20]), ("a.dbf".into(), vec![0; 1 << 20])]);
        assert!(bomb.len() < 1 << 20);
        zhou.post_file(RESERVE, ZIP, bomb).await.refused(422, "too-large-unpacked");
        zhou.post_file(RESERVE, ZIP, b"PK\x03\x04".to_vec()).await.refused(422, "not-a-shapefile");
        zhou.post_file(RESERVE, KIND, vec![b' '; 200 << 20]).await.refused(413, "body-too-large");
        let address = town.url.trim_start_matches("http://").to_owned();
        let token = town.log_in("zhou.jianing").await;
        let poured = tokio::task::spawn_blocking(move || pour(&address, &token)).await.unwrap();
        assert_eq!(poured, "HTTP/1.1 413 Payload Too Large");

        let mut file = plots(&["R360124-0012"]);
        let places: Vec<Value> = (0..1_000_000).map(|n| json!([116.2, 28.3 + f64::from(n) * 1e-9])).collect();
        file["features"][0]["geometry"]["coordinates"] = json!([places]);
        let report = zhou.post_file(REPORT, KIND, bytes(&file)).await.ok();
        assert_eq!(found(&report), ["too-many-points"]);

        // Another province: inside China, outside the county.
        let mut file = plots(&["R360124-0012"]);
        let ring = json!([[104.0, 30.0], [104.0015, 30.0], [104.0015, 30.00069], [104.0, 30.0]]);
        file["features"][0]["geometry"]["coordinates"] = json!([ring]);
        let report = zhou.post_file(REPORT, KIND, bytes(&file)).await.ok();
        assert!(found(&report).contains(&"outside-county"), "{report:#}");

        let mut mixed = plots(&["R360124-0012", "R360124-0010"]);
        mixed["crs"]["properties"]["name"] = json!("urn:ogc:def:crs:EPSG::4527");
        let square = |x: f64| json!([[[x, 3137470.0], [x + 100.0, 3137470.0], [x + 100.0, 3137570.0], [x, 3137470.0]]]);
        mixed["features"][0]["geometry"]["coordinates"] = square(38_424_506.0);
        mixed["features"][1]["geometry"]["coordinates"] = square(39_424_506.0);
        let report = zhou.post_file(REPORT, KIND, bytes(&mixed)).await.ok();
        assert!(found(&report).contains(&"other-zone"), "{report:#}");
        assert_eq!(report["coordinates"]["zone"], 39);
        zhou.post_file(RESERVE, KIND, bytes(&mixed)).await.refused(422, "parcels-refused");
        assert_eq!(super::files::all_parcels(&town, "zhou.jianing", "").await, [json!(null); 0]);
    }

    async fn parcels_go_out_in_files_that_gdal_reads(town: Town) {
        before_step_nine(&town).await;
        let folder = tempfile::tempdir().unwrap();
        let zhou = town.user("zhou.jianing").await;
        let plain = zhou.get("/api/v1/parcel-exports?kind=reserve").await.ok();
        assert_eq!(plain["features"].as_array().unwrap().len(), 6);
        let fu = town.user("fu.guoping").await;
        let own = fu.get("/api/v1/parcel-exports").await.ok();
        assert_eq!(own["features"].as_array().unwrap().len(), 1);
        assert_eq!(own["features"][0]["properties"]["name"], NAME);
        assert_eq!(own["features"][0]["properties"]["area_m2"], json!(11333.0));
        town.stranger().get("/api/v1/parcel-exports").await.refused(401, "credentials-needed");
        for (format, file) in [("geopackage", "a.gpkg"), ("shapefile", "a.zip")] {
            let path = format!("/api/v1/parcel-exports?format={format}&kind=reserve&county=360124");
            let request = zhou.request(reqwest::Method::GET, &path).await;
            let body = request.send().await.unwrap().bytes().await.unwrap();
            let place = folder.path().join(file);
            std::fs::write(&place, body).unwrap();
            let place = match format {
                "shapefile" => format!("/vsizip/{}/parcels.shp", text(&place)),
                _ => text(&place).to_owned(),
            };
            let Some(told) = tool("ogrinfo", &["-ro", "-al", &place], &[]).await else { return };
            assert!(told.contains("Feature Count: 6"), "{told}");
            assert!(told.contains(&format!("name (String) = {NAME}")), "{told}");
            assert!(told.contains("ID[\"EPSG\",4490]"), "{told}");
            assert!(told.contains("(Real) = 11333"), "{told}");
            assert!(told.contains("POLYGON (("), "{told}");
        }
        let none = zhou.get("/api/v1/parcel-exports?format=shapefile&township=360124101").await;
        assert_eq!(none.status, 200);
    }

    async fn gdal_reads_the_land_by_ogc_api_features(town: Town) {
        before_step_nine(&town).await;
        let stranger = town.stranger();
        let landing = stranger.get("/api/v1/ogc").await.ok();
        let rels: Vec<&str> = landing["links"].as_array().unwrap().iter().map(|it| it["rel"].as_str().unwrap()).collect();
        assert_eq!(rels, ["self", "service-desc", "service-doc", "conformance", "data"]);
        let classes = stranger.get("/api/v1/ogc/conformance").await.ok();
        assert_eq!(classes["conformsTo"][0], "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core");
        let ids = |list: &Value| -> Vec<String> {
            list["collections"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
        };
        let open = stranger.get("/api/v1/ogc/collections").await.ok();
        assert_eq!(ids(&open), ["county_boundaries"]);
        assert_eq!(open["collections"][0]["crs"], json!(["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]));
        let reserve = "/api/v1/ogc/collections/reserve_parcels";
        for path in [reserve.to_owned(), format!("{reserve}/items")] {
            stranger.get(&path).await.refused(404, "not-found");
        }
        let dev = town.user("dev01.trader").await;
        dev.get(&format!("{reserve}/items")).await.refused(404, "not-found");

        let zhou = town.user("zhou.jianing").await;
        assert_eq!(ids(&zhou.get("/api/v1/ogc/collections").await.ok()).len(), 3);
        let all = zhou.get(&format!("{reserve}/items")).await.ok();
        assert_eq!(all["numberReturned"], 6);
        let (mut pages, mut path) = (Vec::new(), format!("{reserve}/items?limit=4"));
        loop {
            let page = zhou.get(&path).await.ok();
            pages.extend(page["features"].as_array().unwrap().clone());
            let links = page["links"].as_array().unwrap();
            let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
            path = next["href"].as_str().unwrap().strip_prefix(&town.url).unwrap().to_owned();
        }
        assert_eq!(json!(pages), all["features"]);
        let one = format!("{reserve}/items/{}", pages[0]["id"].as_str().unwrap());
        assert_eq!(zhou.get(&one).await.ok()["properties"], pages[0]["properties"]);
        zhou.get(&one.replace("reserve_parcels", "wetlands")).await.refused(404, "not-found");
        let fu = town.user("fu.guoping").await;
        assert_eq!(fu.get(&format!("{reserve}/items")).await.ok()["numberReturned"], 1);

        // The box around one plot holds it, a box beside it does not.
        let ring = pages[0]["geometry"]["coordinates"][0].as_array().unwrap();
        let (lon, lat) = (ring[0][0].as_f64().unwrap(), ring[0][1].as_f64().unwrap());
        let near = |d: f64| format!("{reserve}/items?bbox={},{},{},{}", lon + d, lat + d, lon + d + 1e-5, lat + d + 1e-5);
        let held = zhou.get(&near(-5e-6)).await.ok();
        assert_eq!(held["features"][0]["id"], pages[0]["id"]);
        assert_eq!(zhou.get(&near(0.2)).await.ok()["numberReturned"], 0);
        let whole = zhou.get(&format!("{reserve}/items?bbox=73,3,136,54")).await.ok();
        assert_eq!(whole["features"], all["features"]);
        for (query, code) in [
            ("bbox=1,2,3", "bad-bbox"), ("bbox=117,28,116,29", "bad-bbox"), ("limit=0", "bad-limit"),
            ("limit=x", "bad-limit"), ("after=x", "bad-query"), ("colour=blue", "bad-query"),
            ("bbox=116,28,117,29&bbox-crs=EPSG:3857", "bad-query"),
        ] {
            zhou.get(&format!("{reserve}/items?{query}")).await.refused(400, code);
        }

        let service = format!("OAPIF:{}/api/v1/ogc", town.url);
        let Some(told) = tool("ogrinfo", &["-ro", "-al", &service, "county_boundaries"], &[]).await else { return };
        assert!(told.contains("name (String) = 进贤县") && told.contains("WGS 84"), "{told}");
        let token = format!("Authorization: Bearer {}", town.log_in("zhou.jianing").await);
        let headers = [("GDAL_HTTP_HEADERS", token.as_str())];
        let told = tool("ogrinfo", &["-ro", "-al", &service, "reserve_parcels"], &headers).await.unwrap();
        assert!(told.contains("Feature Count: 6") && told.contains(NAME), "{told}");
    }
}
