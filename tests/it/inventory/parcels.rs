//! Files of parcels: checked, refused, taken in; and who sees what entered.

use serde_json::{Value, json};

use super::files::{
    KIND, RESERVE, SIX, VALID, WETLAND, all_parcels, before_step_nine, bytes, numbers, plots,
    wetlands,
};

const REPORT: &str = "/api/v1/parcel-import-reports?kind=reserve";

/// Number and rules of each refused feature.
fn refused(report: &Value) -> Vec<(&str, Vec<&str>)> {
    let features = report["features"].as_array().unwrap().iter();
    let refused = features.filter(|feature| feature["accepted"] == false);
    refused
        .map(|feature| {
            let findings = feature["findings"].as_array().unwrap().iter();
            let rules = findings.map(|finding| finding["rule"].as_str().unwrap_or("-"));
            (feature["number"].as_str().unwrap(), rules.collect())
        })
        .collect()
}

on_both_engines! {
    async fn r12_r14_r15_r17_the_story_refuses_four_of_six_and_takes_two(town: Town) {
        before_step_nine(&town).await;
        let zhou = town.user("zhou.jianing").await;
        let four = [
            ("R360124-0004", vec!["R14", "R15"]),
            ("R360124-0006", vec!["R14", "R15", "R17"]),
            ("R360124-0008", vec!["R14", "R17"]),
            ("R360124-0011", vec!["R12"]),
        ];
        let report = zhou.post_file(REPORT, KIND, bytes(&plots(&SIX))).await.ok();
        assert_eq!(refused(&report), four);
        assert_eq!((&report["accepted"], &report["refused"]), (&json!(2), &json!(4)));

        // Step 9: the whole file is refused.
        let problem = zhou.post_file(RESERVE, KIND, bytes(&plots(&SIX))).await;
        let problem = problem.refused(422, "parcels-refused");
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 8);
        assert_eq!(errors[1], json!({
            "pointer": "/features/1/properties/pond_check",
            "code": "pond-refused",
            "message": "R15 R360124-0004：坑塘属性核实未通过 / the pond verification did not pass",
        }));
        assert_eq!(all_parcels(&town, "zhou.jianing", "&kind=reserve").await.len(), 6);

        // Step 10: the good ones enter, the others are listed.
        town.on("2025-08-19");
        let import = zhou.post_file(VALID, KIND, bytes(&plots(&SIX))).await.created();
        assert_eq!(refused(&import["report"]), four);
        assert_eq!(import["number"], 7);
        assert_eq!(import["report"]["declared_area_m2"], "15000.00");
        let reserve = all_parcels(&town, "zhou.jianing", "&kind=reserve").await;
        assert_eq!(numbers(&reserve), [
            "R360124-0001", "R360124-0002", "R360124-0003", "R360124-0005",
            "R360124-0007", "R360124-0009", "R360124-0010", "R360124-0012",
        ]);
        let totals = town.stranger().get("/api/v1/inventory-totals").await.ok();
        assert_eq!(totals["reserve"]["total"]["m2"], "147233.00");

        let path = format!("/api/v1/parcel-imports/{}", import["id"].as_str().unwrap());
        assert_eq!(zhou.get(&path).await.ok(), import);
        let list = zhou.get("/api/v1/parcel-imports?limit=2").await.ok();
        assert_eq!(list["items"][0]["id"], import["id"]);
        assert_eq!(list["items"][0]["refused"], 4);
    }

    async fn r13_a_parcel_without_its_water_regime_stays_out(town: Town) {
        let zhou = town.user("zhou.jianing").await;
        town.on("2025-08-18");
        let mut file = plots(&["R360124-0012"]);
        file["features"][0]["properties"]["water_regime"] = json!(null);
        let report = zhou.post_file(REPORT, KIND, bytes(&file)).await.ok();
        assert_eq!(refused(&report), [("R360124-0012", vec!["R13"])]);
        let problem = zhou.post_file(RESERVE, KIND, bytes(&file)).await.refused(422, "parcels-refused");
        let error = &problem["errors"][0];
        assert_eq!((&error["code"], &error["pointer"]), (
            &json!("no-water-regime"), &json!("/features/0/properties/water_regime"),
        ));
        assert!(all_parcels(&town, "zhou.jianing", "&kind=reserve").await.is_empty());
        for regime in ["seasonal", "long_term"] {
            file["features"][0]["properties"]["water_regime"] = json!(regime);
            assert_eq!(zhou.post_file(REPORT, KIND, bytes(&file)).await.ok()["accepted"], 1, "{regime}");
        }
        let import = zhou.post_file(RESERVE, KIND, bytes(&file)).await.created();
        assert_eq!(import["report"]["accepted"], 1);
    }

    async fn r19_what_is_there_already_does_not_enter_again(town: Town) {
        let zhou = town.user("zhou.jianing").await;
        town.on("2025-08-18");
        let mut file = plots(&["R360124-0012"]);
        zhou.post_file(RESERVE, KIND, bytes(&file)).await.created();
        let again = zhou.post_file(RESERVE, KIND, bytes(&file)).await.refused(422, "parcels-refused");
        assert_eq!(again["errors"][0]["code"], "overlaps-parcel");
        assert_eq!(again["errors"][1]["code"], "number-taken");

        file["features"][0]["properties"]["parcel_no"] = json!("R360124-0099");
        let report = zhou.post_file(REPORT, KIND, bytes(&file)).await.ok();
        assert_eq!(refused(&report), [("R360124-0099", vec!["R19"])]);
        // Nothing good in the file: nothing enters either way.
        zhou.post_file(VALID, KIND, bytes(&file)).await.refused(422, "parcels-refused");

        zhou.post_file(WETLAND, KIND, wetlands()).await.created();
        let problem = zhou.post_file(WETLAND, KIND, wetlands()).await.refused(422, "parcels-refused");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
        assert_eq!(problem["errors"][0]["code"], "number-taken");
    }

    async fn r19_two_files_with_the_same_land_at_once_enter_it_once(town: Town) {
        town.on("2025-08-18");
        let (zhou, liang) = (town.user("zhou.jianing").await, town.user("liang.wenbo").await);
        let one = plots(&["R360124-0012"]);
        let mut other = one.clone();
        other["features"][0]["properties"]["parcel_no"] = json!("R360124-0098");
        for round in 0..4 {
            let (a, b) = tokio::join!(
                zhou.post_file(RESERVE, KIND, bytes(&one)),
                liang.post_file(RESERVE, KIND, bytes(&other)),
            );
            let entered = [&a, &b].iter().filter(|reply| reply.status == 201).count();
            assert_eq!(entered, usize::from(round == 0), "{} {}", a.text, b.text);
        }
        assert_eq!(all_parcels(&town, "zhou.jianing", "").await.len(), 1);
    }

    async fn r15_a_file_never_names_its_importer_as_the_verifier(town: Town) {
        town.on("2022-03-02");
        let tu = town.user("tu.mingyuan").await;
        let file = plots(&["R360124-0012"]);
        let problem = tu.post_file(RESERVE, KIND, bytes(&file)).await.refused(422, "parcels-refused");
        assert_eq!(problem["errors"][0]["code"], "pond-checked-by-importer");

        let mut by_name = file.clone();
        by_name["features"][0]["properties"]["pond_check"]["verified_by"] = json!("涂明远");
        let problem = tu.post_file(RESERVE, KIND, bytes(&by_name)).await;
        assert_eq!(problem.refused(422, "parcels-refused")["errors"][0]["code"], "pond-checked-by-importer");

        let zhou = town.user("zhou.jianing").await;
        zhou.post_file(RESERVE, KIND, bytes(&file)).await.created();
        let parcel = &all_parcels(&town, "zhou.jianing", "&number=R360124-0012").await[0];
        assert_eq!(parcel["pond_check"], json!({
            "verified_by": "tu.mingyuan",
            "date": "2022-03-01",
            "evidence": "停养证明及2020—2021年影像",
        }));
    }

    async fn r94_a_township_sees_its_own_parcels_only(town: Town) {
        before_step_nine(&town).await;
        let all = all_parcels(&town, "liang.wenbo", "").await;
        assert_eq!(all.len(), 9);
        let own = all_parcels(&town, "fu.guoping", "").await;
        assert_eq!(numbers(&own), ["R360124-0012"]);
        let fu = town.user("fu.guoping").await;
        let id = |number: &str| {
            let parcel = all.iter().find(|parcel| parcel["number"] == number).unwrap();
            format!("/api/v1/parcels/{}", parcel["id"].as_str().unwrap())
        };
        let shown = fu.get(&id("R360124-0012")).await.ok();
        assert_eq!(shown["polygon"]["type"], "Polygon");
        assert_eq!(shown["land_survey"]["mu"], "16.9995");
        assert_eq!(shown["land_survey"]["hectares"], "1.1333");
        fu.get(&id("R360124-0003")).await.refused(404, "not-found");
        town.user("dev01.trader").await.get("/api/v1/parcels").await.refused(403, "not-allowed");
        fu.post_file(RESERVE, KIND, bytes(&plots(&SIX))).await.refused(403, "not-allowed");

        type Filter = (&'static str, fn(&Value) -> bool);
        let filters: [Filter; 4] = [
            ("&kind=wetland", |p: &Value| p["kind"] == "wetland"),
            ("&township=360124108", |p: &Value| p["township"] == "360124108"),
            ("&land_class=1104A&kind=reserve", |p: &Value| p["land_survey"]["land_class"] == "1104A"),
            ("&survey_year=2024", |p: &Value| p["land_survey"]["survey_year"] == 2024),
        ];
        for (query, expected) in filters {
            let naive: Vec<Value> = all.iter().filter(|p| expected(p)).cloned().collect();
            assert!(!naive.is_empty());
            assert_eq!(all_parcels(&town, "liang.wenbo", query).await, naive, "{query}");
        }
    }

    async fn r21_land_survey_and_monitoring_never_overwrite_each_other(town: Town) {
        before_step_nine(&town).await;
        let zhou = town.user("zhou.jianing").await;
        let parcel = all_parcels(&town, "zhou.jianing", "&number=R360124-0012").await.remove(0);
        let at = |what: &str| format!("/api/v1/parcels/{}/{what}", parcel["id"].as_str().unwrap());

        let survey = json!({"source": "2024年度国土变更调查", "survey_year": 2024,
            "land_class": "1104", "declared_area_m2": "11333.00"});
        let surveyed = zhou.post(&at("land-surveys"), survey.clone()).await.created();
        assert_eq!(surveyed["land_survey"]["land_class"], "1104");
        assert_eq!(surveyed["land_survey"]["source"], "2024年度国土变更调查");
        assert_eq!(surveyed["entered_class"], "1104A");
        assert_eq!(surveyed["monitoring"], parcel["monitoring"]);

        let gan = town.user("gan.zhiqiang").await;
        let monitoring = json!({"source": "2025年湿地监测", "survey_year": 2025, "level": "general",
            "wetland_type": "marsh", "water_regime": "seasonal"});
        let monitored = gan.post(&at("monitorings"), monitoring.clone()).await.created();
        assert_eq!(monitored["monitoring"]["water_regime"], "seasonal");
        assert_eq!(monitored["land_survey"], surveyed["land_survey"]);
        gan.post(&at("land-surveys"), survey.clone()).await.refused(403, "not-allowed");

        for (name, value, code) in [
            ("survey_year", json!(2023), "survey-year"),
            ("survey_year", json!(2026), "survey-year"),
            ("declared_area_m2", json!("12000.00"), "area-differs"),
            ("land_class", json!("0303"), "mangrove-is-general"),
        ] {
            let mut survey = survey.clone();
            survey[name] = value;
            let problem = zhou.post(&at("land-surveys"), survey).await.refused(422, "survey-refused");
            assert_eq!(problem["errors"][0]["code"], code);
        }
        let mut dry = monitoring;
        dry["water_regime"] = json!(null);
        let problem = gan.post(&at("monitorings"), dry).await.refused(422, "survey-refused");
        assert_eq!(problem["errors"][0]["code"], "no-water-regime");
        let wetland = all_parcels(&town, "zhou.jianing", "&kind=wetland").await.remove(0);
        let path = format!("/api/v1/parcels/{}/land-surveys", wetland["id"].as_str().unwrap());
        zhou.post(&path, survey).await.refused(409, "not-a-reserve-parcel");
    }

    async fn a_file_that_is_none_changes_nothing(town: Town) {
        let zhou = town.user("zhou.jianing").await;
        let file = bytes(&plots(&["R360124-0012"]));
        let text = String::from_utf8(file.clone()).unwrap();
        for (body, status, code) in [
            ("{", 400, "malformed-json"),
            ("[]", 422, "not-a-feature-collection"),
            ("\u{0}", 400, "malformed-json"),
            (&text.replace("4490", "4326"), 422, "not-cgcs2000"),
            (&text.replace("\"name\":", "\"name\":1,\"name\":"), 422, "not-a-feature-collection"),
        ] {
            let answer = zhou.post_file(RESERVE, KIND, body.as_bytes().to_vec()).await;
            answer.refused(status, code);
        }
        let mut broken = plots(&["R360124-0012"]);
        broken["features"][0]["geometry"]["coordinates"][0][3] = json!([116.2345, 28.3499]);
        broken["features"][0]["geometry"]["coordinates"][0][4] = json!([116.2349, 28.3505]);
        let problem = zhou.post_file(VALID, KIND, bytes(&broken)).await.refused(422, "parcels-refused");
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains("R20"), "{problem:#}");
        zhou.post_file(RESERVE, "text/plain", file.clone()).await.refused(415, "unsupported-media-type");
        let path = "/api/v1/parcel-imports?kind=forest";
        assert_eq!(zhou.post_file(path, KIND, file).await.status, 400);
        assert_eq!(all_parcels(&town, "zhou.jianing", "").await, [json!(null); 0]);
    }
}
