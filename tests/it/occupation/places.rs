//! Where land is occupied decides who reviews it, what it needs, and whose credits count.

use serde_json::{Value, json};
use wetland_exchange::inventory::{self, CountyBoundaryId, FileFormat, RegionId};
use wetland_exchange::kernel::actor::Doing;

use super::site::{Site, application, grading, square_at};
use crate::inventory::layers;
use crate::support::Town;

const WETLANDS: &str = include_str!("../../fixtures/jinxian/wetland_database.geojson");
const ZONES: &str = include_str!("../../fixtures/jinxian/redlines.geojson");
/// The officer of the province's forestry bureau.
const ABOVE: &str = "province.forestry";
const COUNTY: &str = "gan.zhiqiang";

/// An application for so many m² there.
fn at(corner: (f64, f64), m2: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut body = application(1, m2);
    body["polygon"] = square_at(corner, m2);
    change(&mut body);
    body
}

async fn refused(site: &Site, body: Value, code: &str) -> Value {
    site.trader().await.post("/api/v1/occupations", body).await.refused(422, code)
}

/// The balance of a region, as everybody reads it: released, retired elsewhere, retired for it,
/// occupied, and what they come to.
async fn balance(town: &Town, region: &str) -> [String; 5] {
    let told = town.stranger().get(&format!("/api/v1/public/balances/{region}")).await.ok();
    ["released_m2", "retired_elsewhere_m2", "retired_for_it_m2", "occupied_m2", "balance_m2"]
        .map(|term| told["now"][term].as_str().unwrap().to_owned())
}

/// The wetlands of the story, the first of them national important.
async fn wetlands(site: &Site) {
    let mut file: Value = serde_json::from_str(WETLANDS).unwrap();
    file["features"][0]["properties"]["level"] = json!("national_important");
    let path = "/api/v1/parcel-imports?kind=wetland&mode=accept_valid";
    let zhou = site.town().user("zhou.jianing").await;
    zhou.post_file(path, "application/geo+json", file.to_string().into()).await.created();
}

/// Red and yellow zones come into force; the red one names a plan.
async fn zones(town: &Town) {
    let mut file: Value = serde_json::from_str(ZONES).unwrap();
    file["features"][0]["properties"]["approval_document"] = json!("示例市规〔2020〕1号");
    let zhou = town.user("zhou.jianing").await;
    let id = layers::draft(&zhou, "zones", "demo-1", &file.to_string()).await;
    layers::approve(town, &id).await;
}

/// A county with a boundary of its own south of the others, and an officer for its wetland.
async fn county(site: &Site, n: u8, code: &str, officer: &str) -> (f64, f64) {
    let west = 117.0 + f64::from(n);
    let corners = [(0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2), (0.0, 0.0)];
    let ring: Vec<_> = corners.iter().map(|(x, y)| [west + x, 27.0 + y]).collect();
    let file = json!({
        "type": "FeatureCollection", "name": "county",
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::4490" } },
        "features": [{
            "type": "Feature", "properties": { "code": code, "name": code },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        }],
    });
    let boundary =
        inventory::read_boundary(FileFormat::GeoJson, None, file.to_string().as_bytes()).unwrap();
    let id = CountyBoundaryId::new();
    let write = site.town().db.write(Doing::system("open_county"), move |tx| {
        inventory::create_county_boundary(tx, id, &boundary, &"0".repeat(64)).map(|_| ())
    });
    write.await.unwrap();
    site.bureau(usize::from(n), code, officer).await;
    (west + 0.1, 27.1)
}

/// Another province with one county.
async fn another_province(town: &Town) {
    let csv = "code,name,parent_code,level\n42,湖北省,,province\n4201,武汉市,42,prefecture\n\
        420102,江岸区,4201,county\n";
    let regions = inventory::read_regions(csv.as_bytes(), |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().map(|region| (RegionId::new(), region)).collect();
    let write = town.db.write(Doing::system("open_county"), move |tx| {
        inventory::create_regions(tx, &regions).map(|_| ())
    });
    write.await.unwrap();
}

/// Two people of 进贤县 decide how far its credits go.
async fn reach(town: &Town, reach: &str) {
    let (peng, shen) = (town.user("peng.haoran").await, town.user("shen.yutong").await);
    let area = json!({ "reach": reach, "document": "示例〔2023〕1号" });
    let area = peng.post("/api/v1/trading-areas", area).await.created();
    let path = format!("/api/v1/trading-areas/{}/approval", area["id"].as_str().unwrap());
    shen.post(&path, json!({})).await.created();
}

on_both_engines! {
    async fn r73_r74_r77_important_wetland_is_approved_through_the_province(town: Town) {
        let site = Site::open(town, 2_000).await;
        site.bureau(0, "36", ABOVE).await;
        site.town().on("2025-12-01");
        wetlands(&site).await;
        site.substitutes(json!([
            { "occupied": "lake", "retired": "marsh" }, { "occupied": "river", "retired": "marsh" },
        ])).await;
        let (gan, above) = (site.forestry().await, site.town().user(ABOVE).await);

        let lake = site.apply(at((116.1721, 28.4751), "500.00", |it| {
            it["level"] = json!("provincial_important");
            it["wetland_type"] = json!("lake");
        })).await;
        gan.post(&format!("{lake}/acceptance"), json!({})).await.refused(403, "not-the-reviewer");
        above.post(&format!("{lake}/acceptance"), json!({})).await.created();
        gan.post(&format!("{lake}/gradings"), grading(3)).await.created();
        let problem = site.approve_as(&lake, ABOVE).await.refused(409, "gate-closed");
        assert_eq!(problem["errors"][0]["code"], "area-short");
        site.retire(&lake, 500).await;
        site.approve(&lake).await.refused(403, "not-the-reviewer");
        let rejection = json!({ "reason": "选址未充分避让" });
        gan.post(&format!("{lake}/rejection"), rejection).await.refused(403, "not-the-reviewer");
        let told = above.get(&format!("{lake}/gate")).await.ok();
        assert_eq!((&told, &told["open"]), (&site.gate(&lake).await, &json!(true)));
        let approved = site.approve_as(&lake, ABOVE).await.created();
        assert_eq!((&approved["state"], &approved["decision"]["retired_m2"]),
            (&json!("approved"), &json!(500)));

        let river = |change: &dyn Fn(&mut Value)| at((116.3, 28.225), "300.00", |it| {
            it["wetland_type"] = json!("river");
            it["level"] = json!("national_important");
            change(it);
        });
        let lower = river(&|it| it["level"] = json!("provincial_important"));
        refused(&site, lower, "level-declared-too-low").await;
        for ground in ["other", "water_works"] {
            let body = river(&|it| it["ground"] = json!(ground));
            refused(&site, body, "national-important-wetland").await;
        }
        for ground in ["disaster_prevention", "important_facility", "wetland_protection"] {
            site.apply(river(&|it| it["ground"] = json!(ground))).await;
        }
        let major = river(&|it| it["ground"] = json!("national_major_project"));
        let major = site.ready_with(major, ABOVE).await;
        site.retire(&major, 300).await;
        assert_eq!(site.missing(&major).await, ["national-opinion-missing"]);
        site.approve_as(&major, ABOVE).await.refused(409, "gate-closed");
        let opinion = json!({
            "number": "林湿函〔2025〕12号", "authority": "国家林业和草原局",
            "given_on": "2025-11-28", "favourable": true,
        });
        above.post(&format!("{major}/national-opinions"), opinion).await.created();
        site.approve_as(&major, ABOVE).await.created();

        let mangrove = site.ready_with(at((116.26, 28.42), "100.00", |it| {
            it["mangrove"] = json!(true);
            it["level"] = json!("provincial_important");
            it["ground"] = json!("disaster_prevention");
            it["provincial_assessment"] = json!("示例省评估论证〔2025〕2号");
        }), ABOVE).await;
        let fee = json!({
            "rate_per_m2": "200.00", "reason": "无法恢复", "document": "示例〔2025〕33号",
        });
        let noun = format!("{mangrove}/restoration-fee");
        gan.post(&noun, fee.clone()).await.refused(403, "not-the-reviewer");
        let charged = above.post(&noun, fee).await.created()["restoration_fee"].clone();
        assert_eq!((&charged["multiplier"], &charged["amount"]), (&json!(3), &json!("60000.00")));
        assert_eq!(site.missing(&mangrove).await, ["restoration-fee-unpaid"]);
        assert_eq!(site.credits().await, (1_200, 800));
        assert_eq!(balance(site.town(), "36").await,
            ["6120.00", "0.00", "0.00", "800.00", "5320.00"]);
        site.town().verify().await;
    }

    async fn r18_r81_land_in_a_zone_is_occupied_with_the_approval_that_it_names(town: Town) {
        let (red, yellow) = ((116.34, 28.66), (116.322, 28.688));
        let site = Site::open(town, 1_000).await;
        let early = site.ready_with(at(yellow, "200.00", |_| ()), COUNTY).await;
        site.retire(&early, 200).await;
        assert_eq!(site.gate(&early).await["open"], true);
        zones(site.town()).await;
        // What came into force since closes the gate, and nothing moves.
        assert_eq!(site.missing(&early).await, ["zone-forbids"]);
        site.approve(&early).await.refused(409, "gate-closed");
        assert_eq!(site.credits().await, (800, 200));

        let approval = |zone: &str, document: &str, by: &str| json!([
            { "zone_number": zone, "document": document, "by": by },
        ]);
        let problem = refused(&site, at(red, "100.00", |_| ()), "zone-forbids").await;
        assert!(problem["detail"].as_str().unwrap().contains("Z360124-R01"), "{problem:#}");
        for (document, zone) in [("别的规划", "Z360124-R01"), ("示例市规〔2020〕1号", "Z360124-Y01")] {
            let body = at(red, "100.00", |it| {
                it["zone_approvals"] = approval(zone, document, "municipal_government");
            });
            refused(&site, body, "zone-forbids").await;
        }
        let planned = at(red, "100.00", |it| {
            it["zone_approvals"] = approval("Z360124-R01", "示例市规〔2020〕1号", "municipal_government");
        });
        let planned = site.ready_with(planned, COUNTY).await;
        site.retire(&planned, 100).await;
        site.approve(&planned).await.created();
        let protection = |it: &mut Value| it["ground"] = json!("wetland_protection");
        site.apply(at((116.3405, 28.6605), "100.00", protection)).await;

        refused(&site, at(yellow, "100.00", |_| ()), "zone-forbids").await;
        let by_others = at(yellow, "100.00", |it| {
            it["zone_approvals"] = approval("Z360124-Y01", "示例〔2023〕17号", "township_government");
        });
        refused(&site, by_others, "zone-forbids").await;
        let named = approval("Z360124-Y01", "示例〔2023〕17号", "county_government");
        let by_county = at(yellow, "100.00", |it| it["zone_approvals"] = named.clone());
        let by_county = site.ready_with(by_county, COUNTY).await;
        site.retire(&by_county, 100).await;
        site.approve(&by_county).await.created();

        // Water works are exempt from credits, not from zones.
        let dyke = |approved: bool| at((116.3225, 28.6885), "100.00", |it| {
            it["ground"] = json!("water_works");
            it["exempt_document"] = json!("河道管理范围划定批复 示例〔2022〕9号");
            if approved {
                it["zone_approvals"] = named.clone();
            }
        });
        refused(&site, dyke(false), "zone-forbids").await;
        let dyke = site.ready_with(dyke(true), COUNTY).await;
        assert_eq!(site.missing(&dyke).await, ["area-short"]);
        let mut exempt = grading(3);
        exempt["exempt"] = json!(true);
        let gan = site.forestry().await;
        gan.post(&format!("{dyke}/gradings"), exempt).await.created();
        site.approve(&dyke).await.created();
        assert_eq!(site.credits().await, (600, 400));
        site.town().verify().await;
    }

    async fn r46_r86_credits_of_one_county_serve_another_as_far_as_it_lets_them(town: Town) {
        let site = Site::open(town, 3_000).await;
        another_province(site.town()).await;
        let mut there = Vec::new();
        for (n, code, officer) in
            [(1, "360121", "near.forestry"), (2, "361129", "far.forestry"), (3, "420102", "other.forestry")]
        {
            let corner = county(&site, n, code, officer).await;
            let body = at(corner, "1200.00", |it| it["county"] = json!(code));
            there.push(site.ready_with(body, officer).await);
        }
        let [near, far, other] = there.as_slice() else { panic!("three counties") };
        let parts = json!([{ "batch_id": site.fair.batch, "m2": 700 }]);
        let own = site.ready(1, "500.00").await;
        let retired = site.retire(&own, 500).await;
        let reason = json!({ "reason": "选址未充分避让" });
        site.forestry().await.post(&format!("{own}/rejection"), reason).await.created();
        for path in &there {
            site.ask(path, parts.clone()).await.refused(422, "outside-trading-area");
        }
        let (trader, director) = (site.trader().await, site.director().await);
        let retired = format!("/api/v1/retirements/{}", retired["id"].as_str().unwrap());
        let to = |path: &str| json!({ "occupation_id": path.rsplit('/').next().unwrap() });
        let assign = format!("{retired}/assignments");
        trader.post(&assign, to(near)).await.refused(422, "outside-trading-area");
        assert_eq!(site.credits().await, (2_500, 500));

        site.town().on("2023-09-04");
        reach(site.town(), "prefecture").await;
        for path in [far, other] {
            site.ask(path, parts.clone()).await.refused(422, "outside-trading-area");
            trader.post(&assign, to(path)).await.refused(422, "outside-trading-area");
        }
        trader.post(&assign, to(near)).await.created();
        director.post(&format!("{retired}/assignment-confirmation"), json!({})).await.created();
        let town = site.town();
        assert_eq!(balance(town, "360124").await, ["6120.00", "500.00", "0.00", "0.00", "5620.00"]);
        assert_eq!(site.gate(near).await["missing"][0]["code"], "area-short");
        site.retire(near, 700).await;
        site.forestry().await.get(near).await.refused(404, "not-found");
        site.approve(near).await.refused(404, "not-found");
        site.approve_as(near, "near.forestry").await.created();
        assert_eq!(balance(town, "360124").await, ["6120.00", "1200.00", "0.00", "0.00", "4920.00"]);
        assert_eq!(balance(town, "360121").await, ["0.00", "0.00", "1200.00", "1200.00", "0.00"]);
        assert_eq!(balance(town, "3601").await, ["6120.00", "0.00", "0.00", "1200.00", "4920.00"]);

        town.on("2023-09-05");
        reach(town, "province").await;
        site.ask(other, parts).await.refused(422, "outside-trading-area");
        assert_eq!(site.missing(other).await, ["area-short", "balance-below-zero", "balance-below-zero"]);
        site.approve_as(other, "other.forestry").await.refused(409, "gate-closed");
        site.retire(far, 1_200).await;
        site.approve_as(far, "far.forestry").await.created();
        assert_eq!(balance(town, "3601").await, ["6120.00", "1200.00", "0.00", "1200.00", "3720.00"]);
        assert_eq!(balance(town, "36").await, ["6120.00", "0.00", "0.00", "2400.00", "3720.00"]);
        assert_eq!(site.credits().await, (600, 2_400));
        town.verify().await;
    }

    async fn r78_a_county_that_does_not_ask_lets_general_wetland_go_without_credits(town: Town) {
        let site = Site::open(town, 1_000).await;
        site.bureau(0, "36", ABOVE).await;
        let policy = json!({
            "region": "360124", "ratio": "1.00", "general_compensates": false,
            "document": "示例〔2023〕3号",
        });
        site.policy(policy).await;
        let general = site.ready(1, "500.00").await;
        assert_eq!(site.gate(&general).await["required_m2"], 0);
        let parts = json!([{ "batch_id": site.fair.batch, "m2": 1 }]);
        site.ask(&general, parts).await.refused(409, "no-credits-asked");
        site.approve(&general).await.created();
        assert_eq!(balance(site.town(), "360124").await[4], "5620.00");
        let important = at((116.25, 28.42), "500.00", |it| {
            it["level"] = json!("provincial_important");
        });
        let important = site.ready_with(important, ABOVE).await;
        assert_eq!(site.missing(&important).await, ["area-short"]);
        site.approve_as(&important, ABOVE).await.refused(409, "gate-closed");
        site.town().verify().await;
    }
}
