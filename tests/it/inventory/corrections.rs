//! Parcels that are corrected and withdrawn: what they said before stays readable (R21), and their
//! land is guarded as it is now (R12, R19).

use serde_json::{Value, json};

use super::files::{KIND, RESERVE, VALID, WETLAND, bytes, plots, wetlands};
use crate::support::Town;

/// Enters a plot and returns its path.
async fn entered(town: &Town, number: &str) -> String {
    let zhou = town.user("zhou.jianing").await;
    zhou.post_file(RESERVE, KIND, bytes(&plots(&[number]))).await.created();
    let list = zhou.get(&format!("/api/v1/parcels?number={number}")).await.ok();
    format!("/api/v1/parcels/{}", list["items"][0]["id"].as_str().unwrap())
}

/// A correction of 五里's plot that changes nothing but its reason.
fn correction() -> Value {
    json!({
        "reason": "界址点坐标有误", "source": "2024年度国土变更调查", "survey_year": 2024,
        "name": "五里垦殖场示例退养塘", "land_class": "1104A", "declared_area_m2": "11333.00",
        "tenure": "国有，五里垦殖场使用",
    })
}

/// A plot's polygon moved by so many degrees to the east.
fn moved(number: &str, east: f64) -> Value {
    let mut polygon = plots(&[number])["features"][0]["geometry"].clone();
    for point in polygon["coordinates"][0].as_array_mut().unwrap() {
        point[0] = json!(((point[0].as_f64().unwrap() + east) * 1e9).round() / 1e9);
    }
    polygon
}

on_both_engines! {
    async fn r21_a_correction_is_a_new_version_and_the_older_one_stays_readable(town: Town) {
        town.on("2024-06-03");
        let path = entered(&town, "R360124-0012").await;
        let zhou = town.user("zhou.jianing").await;
        let before = zhou.get(&path).await.ok();
        let mut land = correction();
        land["polygon"] = moved("R360124-0012", 0.01);
        land["tenure"] = json!("集体，五里村");
        let after = zhou.post(&format!("{path}/land-corrections"), land.clone()).await.created();
        assert_eq!(after["land_survey"]["source"], "2024年度国土变更调查");
        assert_eq!(after["land_survey"]["tenure"], "集体，五里村");
        assert_eq!(after["monitoring"], before["monitoring"]);
        assert_eq!(zhou.get(&path).await.ok()["polygon"], moved("R360124-0012", 0.01));

        let gan = town.user("gan.zhiqiang").await;
        let monitoring = json!({
            "reason": "录入时级别有误", "source": "湿地生态综合监测", "survey_year": 2023,
            "level": "provincial_important", "wetland_type": "lake", "water_regime": "seasonal",
        });
        gan.post(&format!("{path}/land-corrections"), land.clone()).await.refused(403, "not-allowed");
        let monitored = gan.post(&format!("{path}/monitoring-corrections"), monitoring).await.created();
        assert_eq!(monitored["land_survey"], after["land_survey"]);
        assert_eq!(monitored["monitoring"]["level"], "provincial_important");
        let survey = json!({
            "source": "2024年度国土变更调查", "survey_year": 2024, "land_class": "1104",
            "declared_area_m2": "11333.00",
        });
        zhou.post(&format!("{path}/land-surveys"), survey).await.created();

        let changes = zhou.get(&format!("{path}/changes")).await.ok();
        let told: Vec<(i64, &str, &Value)> = changes["items"].as_array().unwrap().iter()
            .map(|it| (it["version"].as_i64().unwrap(), it["change"].as_str().unwrap(), &it["reason"]))
            .collect();
        assert_eq!(told, [
            (4, "land_survey", &json!(null)),
            (3, "monitoring_correction", &json!("录入时级别有误")),
            (2, "land_correction", &json!("界址点坐标有误")),
        ]);
        let first = &changes["items"][2];
        assert_eq!(first["polygon_before"], before["polygon"]);
        assert_eq!(first["said_before"]["land_survey"]["tenure"], before["land_survey"]["tenure"]);
        assert_eq!(first["said_before"]["computed_area_m2"], before["computed_area_m2"]);
        assert_eq!(changes["items"][0]["said_before"]["monitoring"]["level"], "provincial_important");
        town.user("fu.guoping").await.get(&format!("{path}/changes")).await.ok();
        town.user("hu.xiaoqiu").await.get(&format!("{path}/changes")).await.refused(404, "not-found");
    }

    async fn r21_a_survey_acts_on_the_parcel_that_was_seen_or_not_at_all(town: Town) {
        town.on("2024-06-03");
        let path = entered(&town, "R360124-0012").await;
        let zhou = town.user("zhou.jianing").await;
        let seen = zhou.get(&path).await.header("etag").to_owned();
        let monitoring = json!({
            "source": "湿地生态综合监测", "survey_year": 2023, "level": "general",
            "wetland_type": "lake", "water_regime": "seasonal",
        });
        zhou.post_on_version(&path, "monitorings", monitoring.clone(), &seen).await.created();
        let survey = json!({
            "source": "2024年度国土变更调查", "survey_year": 2024, "land_class": "1104A",
            "declared_area_m2": "11333.00",
        });
        zhou.post_on_version(&path, "land-surveys", survey.clone(), &seen).await
            .refused(412, "version-stale");
        zhou.post_on_version(&path, "land-corrections", correction(), &seen).await
            .refused(412, "version-stale");
        zhou.post_on_version(&path, "withdrawal", json!({ "reason": "不再适合" }), &seen).await
            .refused(412, "version-stale");
        zhou.post_on(&path, "land-surveys", survey).await.created();
        zhou.post_on(&path, "withdrawal", json!({ "reason": "不再适合" })).await.created();
    }

    async fn r10_r15_r17_r20_r22_a_correction_could_have_entered_like_that(town: Town) {
        town.on("2024-06-03");
        let path = entered(&town, "R360124-0012").await;
        let zhou = town.user("zhou.jianing").await;
        for (field, value, codes) in [
            ("land_class", json!("0103"), &["cropland"][..]),
            ("land_class", json!("1104K"), &["linked-to-cropland"]),
            ("land_class", json!("0303"), &["mangrove-is-general"]),
            ("declared_area_m2", json!("11500.00"), &["area-differs"]),
            ("survey_year", json!(2025), &["survey-year"]),
            ("polygon", moved("R360124-0012", 0.5), &["outside-county"]),
        ] {
            let mut wrong = correction();
            wrong[field] = value;
            let problem = zhou.post(&format!("{path}/land-corrections"), wrong).await;
            let problem = problem.refused(422, "survey-refused");
            let told: Vec<&str> = problem["errors"].as_array().unwrap().iter()
                .map(|it| it["code"].as_str().unwrap()).collect();
            assert_eq!(told, codes);
        }
        let mut unknown = correction();
        unknown["land_class"] = json!("9999");
        zhou.post(&format!("{path}/land-corrections"), unknown).await.refused(422, "unreadable-values");
        let mut bow = correction();
        bow["polygon"] = json!({"type": "Polygon", "coordinates":
            [[[116.2, 28.3], [116.21, 28.31], [116.21, 28.3], [116.2, 28.31], [116.2, 28.3]]]});
        zhou.post(&format!("{path}/land-corrections"), bow).await.refused(422, "polygon-refused");
        let changes = zhou.get(&format!("{path}/changes")).await.ok();
        assert_eq!(changes["items"], json!([]));
    }

    async fn r12_r19_corrected_and_withdrawn_land_is_guarded_as_it_is_now(town: Town) {
        town.on("2025-08-18");
        let path = entered(&town, "R360124-0012").await;
        let beside = entered(&town, "R360124-0003").await;
        let zhou = town.user("zhou.jianing").await;
        // Onto another parcel it does not go, next to it it does, and back.
        let mut onto = correction();
        onto["polygon"] = plots(&["R360124-0003"])["features"][0]["geometry"].clone();
        onto["declared_area_m2"] = json!("31200.00");
        let problem = zhou.post(&format!("{path}/land-corrections"), onto.clone()).await;
        assert_eq!(problem.refused(422, "survey-refused")["errors"][0]["code"], "overlaps-parcel");
        let mut away = correction();
        away["polygon"] = moved("R360124-0012", 0.01);
        zhou.post(&format!("{path}/land-corrections"), away).await.created();
        // Where it was is free, where it is now is not.
        let mut again = plots(&["R360124-0012"]);
        again["features"][0]["properties"]["parcel_no"] = json!("R360124-0091");
        zhou.post_file(RESERVE, KIND, bytes(&again)).await.created();
        again["features"][0]["properties"]["parcel_no"] = json!("R360124-0092");
        again["features"][0]["geometry"] = moved("R360124-0012", 0.01);
        let problem = zhou.post_file(VALID, KIND, bytes(&again)).await.refused(422, "parcels-refused");
        assert_eq!(problem["errors"][0]["code"], "overlaps-parcel");

        // A wetland of the same year on it is refused, until it is withdrawn.
        let mut wetland: Value = serde_json::from_slice(&wetlands()).unwrap();
        wetland["features"] = json!([wetland["features"][0]]);
        wetland["features"][0]["geometry"] = plots(&["R360124-0003"])["features"][0]["geometry"].clone();
        wetland["features"][0]["properties"]["area_m2"] = json!("31200.00");
        let year = zhou.get(&beside).await.ok()["land_survey"]["survey_year"].clone();
        wetland["features"][0]["properties"]["survey_year"] = year;
        let problem = zhou.post_file(WETLAND, KIND, bytes(&wetland)).await;
        let problem = problem.refused(422, "parcels-refused");
        assert_eq!(problem["errors"][0]["code"], "on-reserve-parcel");
        let reason = json!({ "reason": "经核实不再具备修复条件" });
        let withdrawal = format!("{beside}/withdrawal");
        let withdrawn = zhou.post(&withdrawal, reason.clone()).await.created();
        assert_eq!(withdrawn["withdrawn_at"], "2025-08-18T01:00:00.000000Z");
        zhou.post(&withdrawal, reason).await.refused(409, "parcel-withdrawn");
        zhou.post(&format!("{beside}/land-corrections"), onto).await.refused(409, "parcel-withdrawn");
        zhou.post_file(WETLAND, KIND, bytes(&wetland)).await.created();
        let shown = zhou.get(&beside).await.ok();
        assert_eq!(shown["withdrawn_because"], "经核实不再具备修复条件");
        // Its number is not given again, and it counts in no total.
        let problem = zhou.post_file(RESERVE, KIND, bytes(&plots(&["R360124-0003"]))).await;
        let problem = problem.refused(422, "parcels-refused");
        let codes: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
        assert_eq!(codes, ["in-wetland-database", "number-taken"]);
        let totals = town.stranger().get("/api/v1/inventory-totals").await.ok();
        assert_eq!(totals["reserve"]["total"]["parcels"], 2);
    }
}
