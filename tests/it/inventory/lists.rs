//! Lists of important wetlands and the markers at them.

use serde_json::{Value, json};

use super::files::before_step_nine;
use crate::support::Town;

/// The ids of the three wetlands of the story, by number.
async fn wetland(town: &Town, number: &str) -> String {
    let gan = town.user("gan.zhiqiang").await;
    let list = gan.get(&format!("/api/v1/parcels?kind=wetland&number={number}")).await.ok();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

fn decision(outcome: &str, level: &str) -> Value {
    json!({
        "outcome": outcome, "level": level, "document": "示例林湿〔2025〕3号",
        "decided_on": "2025-08-16",
    })
}

fn marker() -> Value {
    json!({
        "name": "示例湖滨沼泽", "functions": "调蓄洪水、候鸟越冬", "species": "白鹤、小天鹅",
        "authority": "进贤县林业局", "manager": "前坊镇湿地管护站", "scope": "湖岸线以内",
        "phone": "0791-00000000", "place": "东岸渡口", "set_on": "2025-08-17",
    })
}

on_both_engines! {
    async fn r22_a_decision_lists_a_wetland_and_the_published_list_stays_as_it_was(town: Town) {
        before_step_nine(&town).await;
        let gan = town.user("gan.zhiqiang").await;
        let id = wetland(&town, "W360124-0002").await;
        let path = format!("/api/v1/parcels/{id}/list-decisions");
        let list = json!({
            "region": "360124", "level": "national_important", "document": "示例府发〔2025〕8号",
            "published_on": "2025-08-17",
        });
        gan.post("/api/v1/wetland-lists", list.clone()).await.refused(409, "list-empty");
        // An international level counts as national.
        let mut first = decision("listed", "international_important");
        first["document"] = json!("=HYPERLINK(1)");
        assert_eq!(gan.post(&path, first).await.created()["level"], "national_important");
        let published = gan.post("/api/v1/wetland-lists", list.clone()).await.created();
        assert_eq!(published["version"], 1);
        assert_eq!(published["entry_count"], 1);
        assert_eq!(published["area_m2"], "18825.22");
        assert_eq!(published["entries"][0]["number"], "W360124-0002");
        assert_eq!(published["entries"][0]["document"], "=HYPERLINK(1)");

        gan.post(&path, decision("not_listed", "national_important")).await
            .refused(422, "reason-missing");
        let mut off = decision("not_listed", "national_important");
        off["reason"] = json!("面积核减");
        gan.post(&path, off).await.created();
        gan.post("/api/v1/wetland-lists", list).await.refused(409, "list-empty");
        let stranger = town.stranger();
        let shown = format!("/api/v1/wetland-lists/{}", published["id"].as_str().unwrap());
        assert_eq!(stranger.get(&shown).await.ok(), published);
        let csv = stranger.get(&format!("{shown}/entries.csv")).await.text;
        assert!(csv.starts_with("\u{feff}编号,名称,"), "{csv}");
        assert!(csv.contains("1108,沼泽地,湖泊湿地,18825.22,'=HYPERLINK(1)\r\n"), "{csv}");
        let general = json!({
            "region": "360124", "level": "general", "document": "示例府发〔2025〕9号",
            "published_on": "2025-08-17",
        });
        let general = gan.post("/api/v1/wetland-lists", general).await.created();
        assert_eq!(general["entry_count"], 2);
        let all = stranger.get("/api/v1/wetland-lists?region=36").await.ok();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let history = gan.get(&path).await.ok();
        assert_eq!(history["items"].as_array().unwrap().len(), 2);
        assert_eq!(history["items"][0]["outcome"], "not_listed");
        town.verify().await;
    }

    async fn r22_what_cannot_be_listed_is_refused(town: Town) {
        before_step_nine(&town).await;
        let gan = town.user("gan.zhiqiang").await;
        let id = wetland(&town, "W360124-0003").await;
        let path = format!("/api/v1/parcels/{id}/list-decisions");
        gan.post(&path, decision("listed", "general")).await.refused(422, "not-an-important-level");
        gan.post(&path, decision("listed", "worldwide")).await.refused(422, "unreadable-values");
        let mut ahead = decision("listed", "provincial_important");
        ahead["decided_on"] = json!("2025-08-19");
        gan.post(&path, ahead).await.refused(422, "in-the-future");
        let reserve = gan.get("/api/v1/parcels?kind=reserve&limit=1").await.ok();
        let path = format!("/api/v1/parcels/{}", reserve["items"][0]["id"].as_str().unwrap());
        let it = decision("listed", "provincial_important");
        gan.post(&format!("{path}/list-decisions"), it).await.refused(409, "not-a-wetland");
        gan.post(&format!("{path}/markers"), marker()).await.refused(409, "not-a-wetland");
    }

    async fn r22_a_marker_at_an_important_wetland_says_all_it_must(town: Town) {
        before_step_nine(&town).await;
        let gan = town.user("gan.zhiqiang").await;
        let id = wetland(&town, "W360124-0002").await;
        let path = format!("/api/v1/parcels/{id}");
        let markers = format!("{path}/markers");
        gan.post(&markers, marker()).await.refused(409, "not-important");
        let listed = decision("listed", "provincial_important");
        gan.post(&format!("{path}/list-decisions"), listed).await.created();

        let mut lacking = marker();
        lacking["species"] = json!("  ");
        lacking.as_object_mut().unwrap().remove("phone");
        let problem = gan.post(&markers, lacking).await.refused(422, "marker-incomplete");
        let named: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|it| &it["pointer"]).collect();
        assert_eq!(named, ["/species", "/phone"]);
        let set = gan.post(&markers, marker()).await.created();
        assert_eq!(set["number"], "JB360124-0001");
        assert_eq!(set["level"], "provincial_important");
        assert_eq!(set["area_m2"], "18825.22");
        assert_eq!(set["hectares"], "1.8825");
        assert_eq!(gan.post(&markers, marker()).await.created()["number"], "JB360124-0002");
        let public = town.stranger().get("/api/v1/wetland-markers?region=360124").await.ok();
        assert_eq!(public["items"][1], set);
        town.verify().await;
    }
}
