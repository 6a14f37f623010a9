//! Layers: taken in as drafts, brought into force by a second person, asked about land.

use serde_json::{Value, json};

use super::files::{KIND, RESERVE, before_step_nine, bytes, plots};
use crate::support::{Town, User};

const ZONES: &str = include_str!("../../fixtures/jinxian/redlines.geojson");
const FARMLAND: &str = include_str!("../../fixtures/jinxian/basic_farmland.geojson");
const LAYERS: &str = "/api/v1/layer-versions";

/// Begins a version.
pub(crate) async fn begun(user: &User<'_>, kind: &str, name: &str) -> String {
    let version = json!({
        "kind": kind, "region": "360124", "name": name, "source_authority": "进贤县自然资源局",
        "source_document": "示例〔2021〕3号", "source_date": "2021-01-01",
    });
    let version = user.post(LAYERS, version).await.created();
    version["id"].as_str().unwrap().to_owned()
}

/// Begins a version and adds a file to it.
pub(crate) async fn draft(user: &User<'_>, kind: &str, name: &str, file: &str) -> String {
    let id = begun(user, kind, name).await;
    let path = format!("{LAYERS}/{id}/files");
    user.post_file(&path, KIND, file.as_bytes().to_vec()).await.created();
    id
}

fn decision() -> Value {
    json!({ "document": "示例〔2021〕5号", "dated": "2021-03-01" })
}

pub(crate) async fn approve(town: &Town, id: &str) -> Value {
    let liang = town.user("liang.wenbo").await;
    liang.post(&format!("{LAYERS}/{id}/approval"), decision()).await.created()
}

/// Brings the story's zones and basic farmland into force.
pub(crate) async fn layers_of_the_story(town: &Town) {
    let zhou = town.user("zhou.jianing").await;
    for (kind, file) in [("zones", ZONES), ("basic_farmland", FARMLAND)] {
        let id = draft(&zhou, kind, "demo-1", file).await;
        approve(town, &id).await;
    }
}

/// What touches a plot of the story: kind, number and m² of each.
async fn touches(town: &Town, number: &str) -> (Value, Vec<(String, String)>) {
    let plot = plots(&[number])["features"][0]["geometry"].clone();
    let zhou = town.user("zhou.jianing").await;
    let answer = zhou.post("/api/v1/land-answers", json!({ "polygon": plot })).await.ok();
    let list = |name: &str| {
        let touches = answer[name].as_array().unwrap().clone();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        touches.into_iter().map(move |it| (text(&it["number"]), text(&it["m2"])))
    };
    let all = list("layers").chain(list("parcels")).collect();
    (answer, all)
}

on_both_engines! {
    async fn r17_r18_the_traps_of_the_story_come_out_to_a_hundredth(town: Town) {
        before_step_nine(&town).await;
        layers_of_the_story(&town).await;
        for n in 1..=12 {
            let number = format!("R360124-{n:04}");
            let (answer, touches) = touches(&town, &number).await;
            let own = answer["area_m2"].as_str().unwrap().to_owned();
            let entered = [1, 3, 5, 7, 10, 12].contains(&n);
            let mut expected: Vec<(&str, &str)> = match n {
                1 => vec![("Z360124-Y01", "800.00")],
                4 => vec![("Z360124-R01", "1500.00")],
                8 => vec![("F360124-001", "2400.00")],
                11 => vec![("W360124-0001", &own)],
                _ => vec![],
            };
            if entered {
                expected.push((&number, &own));
            }
            let found: Vec<(&str, &str)> = touches.iter().map(|(a, b)| (&**a, &**b)).collect();
            assert_eq!(found, expected, "{number}");
            let strictest = match n { 1 => json!("yellow"), 4 => json!("red"), _ => json!(null) };
            assert_eq!(answer["strictest"], strictest, "{number}");
            let barred = match n { 8 => "basic_farmland", _ => "" };
            assert_eq!(answer["barred"][0]["bar"].as_str().unwrap_or_default(), barred, "{number}");
            let names: Vec<_> =
                answer["versions"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
            assert_eq!(names, ["demo-1", "demo-1"]);
            assert_eq!(
                answer["layers_unknown"],
                json!(["ecological_red_line", "urban_planning_area", "mangrove"])
            );
        }
        // The zones overlap each other: the stricter one decides there.
        let zhou = town.user("zhou.jianing").await;
        let red: Value = serde_json::from_str(ZONES).unwrap();
        let red = json!({ "polygon": red["features"][0]["geometry"] });
        let answer = zhou.post("/api/v1/land-answers", red).await.ok();
        assert_eq!(answer["layers"][1]["number"], "Z360124-Y01");
        assert_eq!(answer["layers"][1]["m2"], "598442.10");
        assert_eq!(answer["zone_allows"], "protection_and_restoration");
        let uses: Vec<_> = answer["uses"].as_array().unwrap().iter().map(|it| &it["allowed"]).collect();
        assert_eq!(uses, [true, true, false]);
        assert_eq!(answer["uses"][2]["code"], "red-zone");
    }

    async fn r18_a_draft_counts_in_no_decision_but_can_be_compared(town: Town) {
        before_step_nine(&town).await;
        let zhou = town.user("zhou.jianing").await;
        let id = draft(&zhou, "zones", "demo-1", ZONES).await;
        assert_eq!(touches(&town, "R360124-0001").await.0["strictest"], json!(null));
        let path = format!("{LAYERS}/{id}/comparison");
        let comparison = zhou.get(&path).await.ok();
        assert_eq!(comparison["replaces"], json!(null));
        let changes = comparison["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "{comparison:#}");
        assert_eq!(changes[0]["number"], "R360124-0001");
        assert_eq!(changes[0]["strictest_now"], json!(null));
        assert_eq!(changes[0]["strictest_then"], "yellow");
        assert_eq!(changes[0]["touches_then"][0]["m2"], "800.00");

        approve(&town, &id).await;
        assert_eq!(touches(&town, "R360124-0001").await.0["strictest"], "yellow");
        // A newer version without the yellow zone frees the plot; the older one stays readable.
        let mut newer: Value = serde_json::from_str(ZONES).unwrap();
        newer["features"].as_array_mut().unwrap().remove(1);
        let newer = draft(&zhou, "zones", "demo-2", &newer.to_string()).await;
        let comparison = zhou.get(&format!("{LAYERS}/{newer}/comparison")).await.ok();
        assert_eq!(comparison["replaces"]["name"], "demo-1");
        assert_eq!(comparison["changes"][0]["strictest_then"], json!(null));
        approve(&town, &newer).await;
        let (answer, _) = touches(&town, "R360124-0001").await;
        assert_eq!(answer["strictest"], json!(null));
        assert_eq!(answer["versions"][0]["name"], "demo-2");
        let older = zhou.get(&format!("{LAYERS}/{id}")).await.ok();
        assert_eq!((&older["in_force"], &older["state"]), (&json!(false), &json!("approved")));
        let features = zhou.get(&format!("{LAYERS}/{id}/features?limit=1")).await.ok();
        assert_eq!(features["items"][0]["number"], "Z360124-R01");
        assert_eq!(features["items"][0]["polygon"]["type"], "Polygon");
        assert!(features["next_cursor"].is_string());
        let list = zhou.get(&format!("{LAYERS}?kind=zones&in_force=true")).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    async fn a_red_line_is_consulted_argued_and_approved_by_a_second_person(town: Town) {
        town.on("2023-03-01");
        let (zhou, liang) = (town.user("zhou.jianing").await, town.user("liang.wenbo").await);
        let file = r#"{"type":"Feature","properties":{"feature_no":"E1","name":"示例生态保护红线"},"geometry":"#;
        let zones: Value = serde_json::from_str(ZONES).unwrap();
        let mut layer = zones.clone();
        let text = format!("{file}{}}}", zones["features"][0]["geometry"]);
        layer["features"] = json!([serde_json::from_str::<Value>(&text).unwrap()]);
        let id = draft(&zhou, "ecological_red_line", "2021年版", &layer.to_string()).await;
        let path = |noun: &str| format!("{LAYERS}/{id}/{noun}");
        let comment = json!({ "author": "梅庄镇人民政府", "comment": "无意见", "made_on": "2023-03-01" });

        liang.post(&path("approval"), decision()).await.refused(409, "layer-out-of-order");
        zhou.post(&path("comments"), comment.clone()).await.refused(409, "no-consultation");
        let past = json!({ "closes_on": "2023-02-28" });
        zhou.post(&path("consultation"), past).await.refused(422, "consultation-term");
        let term = json!({ "closes_on": "2023-03-10" });
        zhou.post(&path("consultation"), term).await.created();
        zhou.post(&path("comments"), comment.clone()).await.created();
        let later = json!({ "author": "某人", "comment": "迟到", "made_on": "2023-03-02" });
        zhou.post(&path("comments"), later).await.refused(422, "layer-date-out-of-range");
        let more = layer.to_string().replace("E1", "E2").into_bytes();
        zhou.post_file(&path("files"), KIND, more).await.refused(409, "layer-not-a-draft");
        let argued = json!({ "document": "专家论证意见", "dated": "2023-03-10" });
        zhou.post(&path("argument"), argued.clone()).await.refused(409, "consultation-open");
        town.on("2023-03-11");
        liang.post(&path("argument"), argued).await.created();
        liang.post(&path("approval"), decision()).await.refused(403, "layer-needs-second-person");
        let gan = town.user("gan.zhiqiang").await;
        let approved = gan.post(&path("approval"), decision()).await.created();
        assert_eq!((&approved["state"], &approved["in_force"]), (&json!("approved"), &json!(true)));
        let shown = zhou.get(&format!("{LAYERS}/{id}")).await.ok();
        let states: Vec<_> =
            shown["steps"].as_array().unwrap().iter().map(|step| &step["state"]).collect();
        assert_eq!(states, ["draft", "consultation", "argued", "approved"]);
        assert_eq!(shown["frame"], "EPSG:4490");
        let comments = zhou.get(&path("comments")).await.ok();
        assert_eq!(comments["items"][0]["author"], "梅庄镇人民政府");
        assert_eq!(comments["items"].as_array().unwrap().len(), 1);
        // It is a red zone.
        assert_eq!(touches(&town, "R360124-0004").await.0["strictest"], "red");
    }

    async fn r20_a_bad_layer_is_reported_by_feature_and_nothing_is_stored(town: Town) {
        let zhou = town.user("zhou.jianing").await;
        let version = json!({
            "kind": "zones", "region": "360124", "name": "demo-1", "source_authority": "局",
            "source_document": "文", "source_date": "2021-01-01",
        });
        let made = zhou.post(LAYERS, version.clone()).await.created();
        zhou.post(LAYERS, version.clone()).await.refused(409, "layer-version-exists");
        let mut elsewhere = version;
        elsewhere["region"] = json!("3611");
        zhou.post(LAYERS, elsewhere).await.refused(422, "unknown-region");
        let path = |noun: &str| format!("{LAYERS}/{}/{noun}", made["id"].as_str().unwrap());
        let mut file: Value = serde_json::from_str(ZONES).unwrap();
        file["features"][1]["properties"]["zone_no"] = json!("Z360124-R01");
        file["features"][1]["properties"]["zone"] = json!("green");
        file["features"][1]["geometry"]["coordinates"][0][1] = json!([116.9, 28.2]);
        file["features"][0]["geometry"]["coordinates"] =
            json!([[[113.0, 28.0], [113.1, 28.0], [113.1, 28.1], [113.0, 28.0]]]);
        let report = zhou.post_file(&path("file-reports"), KIND, bytes(&file)).await.ok();
        assert_eq!((&report["accepted"], &report["refused"]), (&json!(0), &json!(2)));
        let problem = zhou.post_file(&path("files"), KIND, bytes(&file)).await;
        let problem = problem.refused(422, "layer-features-refused");
        let errors = problem["errors"].as_array().unwrap();
        let told: Vec<(&str, &str)> = errors
            .iter()
            .map(|it| (it["pointer"].as_str().unwrap(), it["code"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [
            ("/features/0/properties", "number-twice"),
            ("/features/0/geometry", "outside-county"),
            ("/features/1/properties/zone", "unreadable-property"),
            ("/features/1/geometry", "self-intersection"),
            ("/features/1/properties", "number-twice"),
        ]);
        let shown = zhou.get(&format!("{LAYERS}/{}", made["id"].as_str().unwrap())).await.ok();
        assert_eq!((&shown["features"], &shown["files"]), (&json!(0), &json!([])));
        let liang = town.user("liang.wenbo").await;
        liang.post(&path("approval"), decision()).await.refused(409, "layer-empty");

        let good = ZONES.as_bytes().to_vec();
        zhou.post_file(&path("files"), KIND, good.clone()).await.created();
        let again = zhou.post_file(&path("files"), KIND, good).await;
        assert_eq!(again.refused(422, "layer-features-refused")["errors"][0]["code"], "number-taken");
        let polygon = json!({ "polygon": {"type": "Polygon", "coordinates": [[[28.0, 116.0]]]} });
        zhou.post("/api/v1/land-answers", polygon).await.refused(422, "polygon-refused");
    }

    async fn r94_an_answer_on_a_parcel_is_given_to_its_own_region(town: Town) {
        town.on("2024-06-03");
        let zhou = town.user("zhou.jianing").await;
        zhou.post_file(RESERVE, KIND, bytes(&plots(&["R360124-0001"]))).await.created();
        layers_of_the_story(&town).await;
        let parcel = &zhou.get("/api/v1/parcels").await.ok()["items"][0];
        let path = format!("/api/v1/parcels/{}/land-answer", parcel["id"].as_str().unwrap());
        let answer = zhou.get(&path).await.ok();
        assert_eq!(answer["strictest"], "yellow");
        assert_eq!(answer["parcels"], json!([]));
        assert_eq!(answer["uses"][1]["code"], "zone-approval-missing");
        assert_eq!(answer["uses"][1]["message_zh"],
            "其中 800.00 平方米位于黄线区 Z360124-Y01，须有 county_government 的批准文件");
        town.user("hu.xiaoqiu").await.get(&path).await.ok();
        town.user("fu.guoping").await.get(&path).await.refused(404, "not-found");
    }
}
