//! Restored land that was lost is replaced (R89), told as stories on both engines.

use serde_json::{Value, json};

use crate::afterwards::freeze_by_order;
use crate::inventory::files::{KIND, RESERVE, bytes, plots};
use crate::market::fair::{Fair, purchases};
use crate::restoration::works::{Works, described, proposal};
use crate::support::Town;

const APPLICATIONS: &str = "/api/v1/certification-applications";

fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap_or_else(|| panic!("no id: {answer:#}"))
}

/// A second project of 五里, as good as the first: 8,450 m² of marsh of grade 2, accepted.
async fn second_project(town: &Town) -> Works<'_> {
    let mut it = described("P360124-002");
    it["township_code"] = json!("360124500");
    it["certification"]["wetland_type"] = json!("marsh");
    it["certification"]["grade"] = json!(2);
    let mut file = plots(&["R360124-0010"]);
    file["features"][0]["properties"]["township_code"] = json!("360124500");
    town.user("zhou.jianing").await.post_file(RESERVE, KIND, bytes(&file)).await.created();
    let fu = town.user("fu.guoping").await;
    let project = fu.post("/api/v1/projects", proposal(&it)).await.created();
    let works = Works { town, it, id: id(&project).to_owned() };
    works.accept().await;
    town.on("2024-07-08");
    works
}

/// Enters an application for so much of a project; returns its id.
async fn apply(works: &Works<'_>, m2: i64) -> String {
    let mut body = works.application();
    body["m2"] = json!(m2);
    let zhou = works.town.user("zhou.jianing").await;
    id(&zhou.post(APPLICATIONS, body).await.created()).to_owned()
}

/// All that the fair's project has is lost, after 133 m² of it were sold: the path of the loss,
/// which waits for its second person.
async fn lost(fair: &Fair) -> String {
    let town = fair.town();
    let list = town.user("zhou.jianing").await.get("/api/v1/projects?limit=200").await.ok();
    let of_fair = |one: &&Value| one["number"] == "P360124-001";
    let project = list["items"].as_array().unwrap().iter().find(of_fair).unwrap();
    let body = json!({
        "m2": 11_333, "found_on": "2024-07-01", "reason": "洪水冲毁围堤",
        "reference": "示例林湿〔2024〕9号",
    });
    let path = format!("/api/v1/projects/{}/losses", id(project));
    let loss = town.user("gan.zhiqiang").await.post(&path, body).await.created();
    format!("/api/v1/losses/{}", id(&loss))
}

fn offer(kind: &str, source: &str, m2: i64) -> Value {
    json!({
        "kind": kind, "source_id": source, "m2": m2, "reason": "履行补建义务",
        "reference": "示例五垦〔2024〕4号",
    })
}

on_both_engines! {
    async fn r89_a_duty_is_fulfilled_with_credits_and_land_by_two_people(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let listing = fair.list(3_000, "94200.00").await;
        town.user("buyer.00").await.post(&purchases(&listing), json!({ "m2": 133 })).await.created();
        let works = second_project(town).await;
        let (fu, hu, tu, liang) = (
            town.user("fu.guoping").await, town.user("hu.xiaoqiu").await,
            town.user("tu.mingyuan").await, town.user("liang.wenbo").await,
        );
        let whole = format!("{APPLICATIONS}/{}/certification", apply(&works, 8_350).await);
        let batch = liang.post(&whole, json!({})).await.created();
        let batch = id(&batch);
        let release = json!({ "milestone": "acceptance" });
        liang.post(&format!("/api/v1/batches/{batch}/releases"), release).await.created();

        let loss = lost(&fair).await;
        let offers = format!("{loss}/replacements");
        fu.post(&offers, offer("credits", batch, 100)).await.refused(409, "loss-undecided");
        let taken = liang.post(&format!("{loss}/approval"), json!({})).await.created();
        assert_eq!((&taken["duty_m2"], &taken["owed_m2"], &taken["duty"]), (&json!(133), &json!(133), &json!("open")));
        let duties = async |query: &str| {
            fu.get(&format!("/api/v1/replacement-duties{query}")).await.ok()["items"].clone()
        };
        assert_eq!(duties("?open=true").await, json!([fu.get(&loss).await.ok()]));
        assert_eq!(hu.get("/api/v1/replacement-duties").await.ok()["items"], json!([]));

        let fair_batch = fair.batch.to_string();
        let unknown = "0191e4c8-7b1a-7000-8000-000000000001";
        fu.post(&offers, offer("credits", batch, 134)).await.refused(422, "replacement-more-than-owed");
        fu.post(&offers, offer("credits", &fair_batch, 1)).await.refused(409, "replacement-not-available");
        fu.post(&offers, offer("credits", unknown, 1)).await.refused(404, "not-found");
        fu.post(&offers, offer("area", unknown, 1)).await.refused(404, "not-found");
        hu.post(&offers, offer("credits", batch, 1)).await.refused(404, "not-found");
        tu.post(&offers, offer("credits", batch, 1)).await.refused(403, "not-allowed");

        // What is frozen replaces nothing, neither as an offer nor when it is taken.
        let waiting = fu.post(&offers, offer("credits", batch, 133)).await.created();
        let waiting = format!("/api/v1/replacements/{}/approval", id(&waiting));
        let freeze = freeze_by_order(town, &works.path("freeze-orders")).await;
        fu.post(&offers, offer("credits", batch, 1)).await.refused(409, "project-frozen");
        liang.post(&waiting, json!({})).await.refused(409, "project-frozen");
        let thaw = format!("/api/v1/freezes/{}/thaw-requests", id(&freeze));
        let thaw = tu.post(&thaw, json!({ "reason": "已查清", "document": "示例〔2024〕12号" })).await.created();
        let thaw = format!("/api/v1/thaw-requests/{}/approval", id(&thaw["thaw_requests"][0]));
        liang.post(&thaw, json!({})).await.created();

        let credits = fu.post(&offers, offer("credits", batch, 100)).await.created();
        let path = format!("/api/v1/replacements/{}", id(&credits));
        assert_eq!(fu.get(&path).await.ok(), credits);
        for stranger in ["hu.xiaoqiu", "rao.zhiyuan"] {
            town.user(stranger).await.get(&path).await.refused(404, "not-found");
        }
        let approval = format!("{path}/approval");
        fu.post(&approval, json!({})).await.refused(403, "not-allowed");
        tu.post(&approval, json!({})).await.refused(403, "not-allowed");
        let first = liang.post_once(&approval, json!({}), "once").await.created();
        assert_eq!(liang.post_once(&approval, json!({}), "once").await.created(), first);
        assert_eq!(first["left_m2"], 33);
        liang.post(&approval, json!({})).await.refused(409, "replacement-taken");
        // The other offer was for more than is owed by now.
        liang.post(&waiting, json!({})).await.refused(422, "replacement-more-than-owed");
        let state = town.stranger().get(&format!("/api/v1/batches/{batch}/state")).await.ok();
        assert_eq!(state["buckets"], json!({
            "available": 4_409, "buffer": 835, "cancelled": 100, "unreleased": 3_006,
        }));

        let land = apply(&works, 33).await;
        fu.post(&offers, offer("area", &land, 32)).await.refused(422, "replacement-other-area");
        let area = fu.post(&offers, offer("area", &land, 33)).await.created();
        let approval = format!("/api/v1/replacements/{}/approval", id(&area));
        assert_eq!(liang.post(&approval, json!({})).await.created()["left_m2"], 0);
        // The land counts once: it earns no credits any more.
        let land = format!("{APPLICATIONS}/{land}");
        assert_eq!(fu.get(&land).await.ok()["replaces"], taken["id"]);
        liang.post(&format!("{land}/certification"), json!({})).await.refused(409, "application-decided");
        let mut rest = works.application();
        rest["m2"] = json!(68);
        town.user("zhou.jianing").await.post(APPLICATIONS, rest).await.refused(422, "more-than-accepted");

        let fulfilled = fu.get(&loss).await.ok();
        assert_eq!((&fulfilled["duty"], &fulfilled["owed_m2"], &fulfilled["duty_m2"]), (&json!("fulfilled"), &json!(0), &json!(133)));
        fu.post(&offers, offer("credits", batch, 1)).await.refused(409, "nothing-owed");
        assert_eq!(duties("?open=true").await, json!([]));
        assert_eq!(duties("").await, json!([fulfilled]));
        let history = fu.get(&offers).await.ok();
        let kinds: Vec<&str> = history["items"].as_array().unwrap().iter()
            .map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["area", "credits", "credits"]);
        let page = fu.get(&format!("{offers}?limit=1")).await.ok();
        let next = format!("{offers}?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(fu.get(&next).await.ok()["items"].as_array().unwrap().len(), 2);
        town.verify().await;
    }
}
