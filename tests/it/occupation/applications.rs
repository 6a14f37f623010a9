//! What an application must bring, where it may lie, and the clocks of its review.

use serde_json::{Value, json};

use super::site::{Site, application, grading, path, square};

const WETLANDS: &str = include_str!("../../fixtures/jinxian/wetland_database.geojson");

async fn refused(site: &Site, change: impl FnOnce(&mut Value), status: u16, code: &str) {
    let mut body = application(1, "5000.00");
    change(&mut body);
    site.trader().await.post("/api/v1/occupations", body).await.refused(status, code);
}

on_both_engines! {
    async fn r75_an_application_carries_its_statement_its_measures_and_its_land(town: Town) {
        let site = Site::open(town, 0).await;
        let values = "unreadable-values";
        refused(&site, |it| { it.as_object_mut().unwrap().remove("avoidance_statement"); }, 422, values).await;
        refused(&site, |it| it["impact_measures"] = json!(" "), 422, values).await;
        refused(&site, |it| it["area_m2"] = json!("5100.00"), 422, "polygon-refused").await;
        refused(&site, |it| it["polygon"]["coordinates"][0][2] = json!([110.0, 28.0]), 422, "polygon-refused").await;
        refused(&site, |it| it["county"] = json!("360121"), 422, "polygon-refused").await;
        refused(&site, |it| it["county"] = json!("36"), 422, "not-a-county").await;
        refused(&site, |it| it["polygon"] = json!(null), 422, "polygon-or-parcels").await;
        refused(&site, |it| { it["polygon"] = json!(null); it["parcels"] = json!(["R360124-9999"]); },
            422, "no-such-parcel").await;
        refused(&site, |it| it["starts_on"] = json!("2023-09-01"), 422, "term-days").await;
        refused(&site, |it| it["exempt_document"] = json!("无"), 422, "not-water-works").await;
        let from_parcels = {
            let mut body = application(1, "11333.00");
            body["polygon"] = json!(null);
            body["parcels"] = json!(["R360124-0012"]);
            body
        };
        let made = site.trader().await.post("/api/v1/occupations", from_parcels).await.created();
        assert_eq!(made["polygon"]["type"], "Polygon");
        assert_eq!(made["number"], "ZY360124-2023-0001");
        let list = site.trader().await.get("/api/v1/occupations?state=submitted").await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        site.town().verify().await;
    }

    async fn r19_land_of_an_approved_occupation_is_not_occupied_twice(town: Town) {
        let site = Site::open(town, 2_000).await;
        let first = site.ready(1, "1000.00").await;
        let second = site.ready(1, "900.00").await;
        site.retire(&first, 1_000).await;
        site.retire(&second, 900).await;
        site.approve(&first).await.created();
        refused(&site, |it| { it["area_m2"] = json!("900.00"); it["polygon"] = square(1, "900.00"); },
            409, "overlaps-an-approval").await;
        assert_eq!(site.missing(&second).await, ["overlaps-an-approval"]);
        site.approve(&second).await.refused(409, "gate-closed");
        site.town().verify().await;
    }

    async fn r73_r74_the_inventory_knows_the_level_and_type_of_the_wetland(town: Town) {
        let site = Site::open(town, 0).await;
        let zhou = site.town().user("zhou.jianing").await;
        site.town().on("2025-12-01");
        let path = "/api/v1/parcel-imports?kind=wetland&mode=accept_valid";
        zhou.post_file(path, "application/geo+json", WETLANDS.into()).await.created();
        let file: Value = serde_json::from_str(WETLANDS).unwrap();
        let wetland = file["features"].as_array().unwrap().iter()
            .find(|it| it["properties"]["wetland_no"] == "W360124-0003").unwrap().clone();
        let on_it = |it: &mut Value| {
            it["polygon"] = wetland["geometry"].clone();
            it["area_m2"] = wetland["properties"]["area_m2"].clone();
        };
        let problem = {
            let mut body = application(1, "5000.00");
            on_it(&mut body);
            site.trader().await.post("/api/v1/occupations", body).await
                .refused(422, "level-declared-too-low")
        };
        assert_eq!(problem["errors"][1]["code"], "other-wetland-type");
        refused(&site, |it| { on_it(it); it["level"] = json!("national_important"); it["wetland_type"] = json!("lake"); },
            422, "national-important-wetland").await;
        refused(&site, |it| { it["mangrove"] = json!(true); it["level"] = json!("provincial_important"); },
            422, "mangrove").await;
        refused(&site, |it| {
            it["mangrove"] = json!(true);
            it["level"] = json!("provincial_important");
            it["ground"] = json!("disaster_prevention");
        }, 422, "mangrove-not-assessed").await;
        let mut allowed = application(1, "5000.00");
        on_it(&mut allowed);
        allowed["level"] = json!("provincial_important");
        allowed["wetland_type"] = json!("lake");
        site.apply(allowed).await;
    }

    async fn r76_what_is_missing_is_told_once_and_silence_accepts(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        site.town().on("2023-09-25");
        let mut body = application(1, "500.00");
        body["documents"].as_array_mut().unwrap().pop();
        let told = site.apply(body).await;
        gan.post(&format!("{told}/acceptance"), json!({})).await.refused(409, "documents-missing");
        let note = json!({ "documents": ["form"], "note": "申请表未盖章" });
        let notice = format!("{told}/deficiency-notice");
        let noted = gan.post(&notice, note.clone()).await.created();
        assert_eq!(noted["deficiency"]["missing"], json!(["form", "feasibility_report"]));
        gan.post(&notice, note.clone()).await.refused(409, "occupation-state");
        assert!(site.missing(&told).await.starts_with(&["deficiency-notice-open".into()]));
        site.town().on("2023-09-26");
        let trader = site.trader().await;
        for kind in ["form", "feasibility_report"] {
            let document = json!({ "kind": kind, "title": "补正", "sha256": "cd".repeat(32) });
            trader.post(&format!("{told}/documents"), document).await.created();
        }
        assert_eq!(gan.get(&told).await.ok()["state"], "submitted");
        gan.post(&notice, note).await.refused(409, "deficiency-told-once");

        // Before the National Day of 2023: five working days from 26 September end on 9 October.
        site.town().on("2023-10-09");
        site.due().await;
        assert_eq!(gan.get(&told).await.ok()["state"], "submitted");
        site.town().on("2023-10-10");
        site.due().await;
        let accepted = gan.get(&told).await.ok();
        assert_eq!((&accepted["state"], &accepted["accepted_silently"], &accepted["accepted_on"]),
            (&json!("accepted"), &json!(true), &json!("2023-10-09")));
        site.due().await;
        site.town().verify().await;
    }

    async fn r77_the_county_reviews_general_wetland_and_the_province_what_is_important(town: Town) {
        let site = Site::open(town, 0).await;
        site.bureau(0, "36", "province.forestry").await;
        let (gan, above) = (site.forestry().await, site.town().user("province.forestry").await);
        site.town().on("2023-09-04");
        let general = site.apply(application(1, "500.00")).await;
        above.post(&format!("{general}/acceptance"), json!({})).await.refused(403, "not-the-reviewer");
        let accepted = gan.post(&format!("{general}/acceptance"), json!({})).await.created();
        assert_eq!(accepted["decide_by"], "2023-10-08", "twenty working days");
        let longer = json!({ "reason": "需组织现场核查" });
        let extended = gan.post(&format!("{general}/extension"), longer.clone()).await.created();
        assert_eq!(extended["decide_by"], "2023-10-20", "and ten more");
        gan.post(&format!("{general}/extension"), longer).await.refused(409, "extended-before");
        site.town().on("2023-10-21");
        site.due().await;
        let alarms = gan.get("/api/v1/occupation-alarms").await.ok();
        assert_eq!(alarms["items"][0]["kind"], "decision", "{alarms:#}");

        let mut national = application(2, "500.00");
        national["level"] = json!("national_important");
        national["ground"] = json!("national_major_project");
        let national = site.apply(national).await;
        gan.post(&format!("{national}/acceptance"), json!({})).await.refused(403, "not-the-reviewer");
        above.post(&format!("{national}/acceptance"), json!({})).await.created();
        gan.post(&format!("{national}/gradings"), grading(3)).await.created();
        let missing = site.missing(&national).await;
        assert!(missing.contains(&"national-opinion-missing".to_owned()), "{missing:?}");
        let opinion = |favourable: bool| json!({
            "number": "林湿函〔2023〕12号", "authority": "国家林业和草原局",
            "given_on": "2023-10-19", "favourable": favourable,
        });
        let file = format!("{national}/national-opinions");
        gan.post(&file, opinion(true)).await.refused(403, "not-the-reviewer");
        above.post(&file, opinion(false)).await.created();
        assert!(site.missing(&national).await.contains(&"national-opinion-adverse".to_owned()));
        above.post(&file, opinion(true)).await.created();
        let missing = site.missing(&national).await;
        assert!(!missing.iter().any(|code| code.starts_with("national-opinion")), "{missing:?}");
        above.post(&format!("{general}/national-opinions"), opinion(true)).await
            .refused(422, "opinion-not-asked");
        site.town().verify().await;
    }

    async fn r78_r81_the_grade_comes_from_an_assessor_without_interest(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        let road = site.apply(application(1, "500.00")).await;
        let gradings = format!("{road}/gradings");
        let with = |change: &dyn Fn(&mut Value)| {
            let mut body = grading(3);
            change(&mut body);
            body
        };
        gan.post(&gradings, with(&|it| it["assessor"] = json!("CENTRE"))).await.refused(422, "not-an-assessor");
        gan.post(&gradings, with(&|it| it["no_interest_declared"] = json!(false))).await
            .refused(422, "no-interest-not-declared");
        gan.post(&gradings, with(&|it| it["exempt"] = json!(true))).await.refused(422, "not-exempt");
        gan.post(&gradings, with(&|it| it["grade"] = json!(6))).await.refused(422, "unreadable-values");
        gan.post(&gradings, with(&|it| it["reported_on"] = json!("2099-01-01"))).await
            .refused(422, "date-in-future");
        let bridge = site.town().user("dev02.trader").await;
        let theirs = path(&bridge.post("/api/v1/occupations", application(2, "500.00")).await.created());
        gan.post(&format!("{theirs}/gradings"), with(&|it| it["assessor"] = json!("ASR02"))).await
            .refused(422, "assessor-related-to-developer");

        let mut dyke = application(3, "500.00");
        dyke["ground"] = json!("water_works");
        dyke["exempt_document"] = json!("河道管理范围划定批复 示例〔2022〕9号");
        let dyke = site.apply(dyke).await;
        gan.post(&format!("{dyke}/acceptance"), json!({})).await.created();
        gan.post(&format!("{dyke}/gradings"), grading(3)).await.created();
        assert_eq!(site.missing(&dyke).await, ["area-short"]);
        gan.post(&format!("{dyke}/gradings"), with(&|it| it["exempt"] = json!(true))).await.created();
        assert_eq!(site.gate(&dyke).await["open"], true);
        site.approve(&dyke).await.created();
        site.town().verify().await;
    }
}
