//! Regions, boundaries and the totals that the public sees.

use serde_json::json;

use super::files::before_step_nine;
use crate::support::username_of;

const REGIONS: &str = include_str!("../../fixtures/jinxian/regions.csv");
const COUNTY: &str = include_str!("../../fixtures/jinxian/county.geojson");

on_both_engines! {
    async fn everybody_sees_the_regions(town: Town) {
        let stranger = town.stranger();
        let path = "/api/v1/regions?parent=360124&limit=20";
        let first = stranger.get(path).await.ok();
        let next = first["next_cursor"].as_str().unwrap();
        let second = stranger.get(&format!("{path}&cursor={next}")).await.ok();
        assert_eq!(first["items"][0], json!({
            "code": "360124100", "name": "民和镇", "level": "township", "parent": "360124",
        }));
        assert_eq!(first["items"].as_array().unwrap().len(), 20);
        assert_eq!(second["items"].as_array().unwrap().len(), 3);
        assert_eq!(second["next_cursor"], json!(null));
        stranger.get("/api/v1/regions?parent=x").await.expect(reqwest::StatusCode::BAD_REQUEST);
    }

    async fn an_administrator_takes_regions_in_again_and_renames(town: Town) {
        let administrator = town.user(username_of("administrator").unwrap()).await;
        let post = async |text: String| {
            administrator.post_file("/api/v1/regions", "text/csv", text.into_bytes()).await
        };
        let same = post(REGIONS.into()).await.created();
        assert_eq!(same, json!({"added": 0, "renamed": 0, "unchanged": 33}));
        let renamed = post(REGIONS.replace("白圩乡", "白圩镇")).await.created();
        assert_eq!(renamed, json!({"added": 0, "renamed": 1, "unchanged": 32}));

        let orphan = "code,name,parent_code,level\n420100,武汉,4201,county\n420101001,x,420101,county\n";
        let problem = post(orphan.into()).await.refused(422, "regions-refused");
        let codes: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
        assert_eq!(codes, ["region-level", "unknown-parent"]);
        assert_eq!(problem["errors"][0]["pointer"], "/lines/3");

        let officer = town.user("zhou.jianing").await;
        officer.post_file("/api/v1/regions", "text/csv", REGIONS.into()).await.refused(403, "not-allowed");
    }

    async fn r20_the_boundary_of_a_county_is_replaced_by_a_newer_one(town: Town) {
        let administrator = town.user(username_of("administrator").unwrap()).await;
        let path = "/api/v1/county-boundaries";
        let kind = "application/geo+json";
        let county = administrator.post_file(path, kind, COUNTY.into()).await.created();
        assert_eq!(county["code"], "360124");
        let swapped = COUNTY.replace("[116.105, 28.205]", "[28.205, 116.105]");
        administrator.post_file(path, kind, swapped.into()).await.refused(422, "boundary-refused");
        let unknown = COUNTY.replace("\"360124\"", "\"360125\"");
        administrator.post_file(path, kind, unknown.into()).await.refused(422, "unknown-county");
    }

    async fn r6_r11_the_public_sees_totals_by_group_and_no_parcels(town: Town) {
        before_step_nine(&town).await;
        let stranger = town.stranger();
        let totals = stranger.get("/api/v1/inventory-totals?region=360124").await.ok();
        assert_eq!(totals["survey_year"], 2025);
        assert_eq!(totals["wetland"], json!({
            "groups": [
                {"group": "wetland", "parcels": 3, "m2": "129335.25", "mu": "194.0029",
                    "hectares": "12.93", "percent": "100.00"},
                {"group": "water", "parcels": 0, "m2": "0.00", "mu": "0.0000",
                    "hectares": "0.00", "percent": "0.00"},
            ],
            "total": {"parcels": 3, "m2": "129335.25", "mu": "194.0029", "hectares": "12.93"},
            "not_counted": {"parcels": 0, "m2": "0.00", "mu": "0.0000", "hectares": "0.00"},
        }));
        assert_eq!(totals["reserve"]["total"]["m2"], "132233.00");
        assert_eq!(totals["reserve"]["total"]["parcels"], 6);

        let elsewhere = stranger.get("/api/v1/inventory-totals?region=361129").await.ok();
        assert_eq!(elsewhere["survey_year"], json!(null));
        assert_eq!(elsewhere["wetland"]["groups"][0]["percent"], json!(null));
        stranger.get("/api/v1/parcels").await.refused(401, "credentials-needed");
    }
}
