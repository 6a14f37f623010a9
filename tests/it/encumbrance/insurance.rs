//! Insurances: a loss that takes insured credits opens a claim, and the insurer decides.

use serde_json::{Value, json};
use wetland_exchange::due;

use crate::finance::desk::Row;
use crate::market::fair::Fair;
use crate::support::Reply;

const POLICIES: &str = "/api/v1/insurance-policies";
const CLAIMS: &str = "/api/v1/insurance-claims";

async fn policy(fair: &Fair, number: &str, first: i64, last: i64) -> Value {
    json!({
        "policy_no": number, "holder_id": fair.desk.organisation("T360124500").await,
        "batch_id": fair.batch, "ranges": [{ "first_serial": first, "last_serial": last }],
        "sum": "1000.00", "starts_on": "2023-08-25", "ends_on": "2023-12-31", "perils": "洪水、干旱",
    })
}

async fn register(fair: &Fair, body: Value) -> Reply {
    fair.town().user("ins01.desk").await.post(POLICIES, body).await
}

/// Two people take a loss of so many m²; returns its id.
async fn lose(fair: &Fair, m2: i64) -> Value {
    let projects = fair.town().user("zhou.jianing").await.get("/api/v1/projects").await.ok();
    let path = format!("/api/v1/projects/{}/losses", projects["items"][0]["id"].as_str().unwrap());
    let body = json!({
        "m2": m2, "found_on": "2023-08-25", "reason": "洪水冲毁围堤", "reference": "示例〔2023〕9号",
    });
    let loss = fair.town().user("gan.zhiqiang").await.post(&path, body).await.created();
    let path = format!("/api/v1/losses/{}/approval", loss["id"].as_str().unwrap());
    fair.town().user("liang.wenbo").await.post(&path, json!({})).await.created();
    loss["id"].clone()
}

async fn claims(fair: &Fair, username: &str) -> Vec<Value> {
    let list = fair.town().user(username).await.get(CLAIMS).await.ok();
    list["items"].as_array().unwrap().clone()
}

async fn say(fair: &Fair, claim: &Value, what: &str, body: Value) -> Reply {
    let path = format!("{CLAIMS}/{}/{what}", claim["id"].as_str().unwrap());
    fair.town().user("ins01.desk").await.post(&path, body).await
}

on_both_engines! {
    async fn r89_a_loss_of_insured_credits_is_claimed_by_itself_and_paid_by_the_bank(town: Town) {
        let fair = Fair::open(town, 0).await;
        // The lowest unreleased serials are lost first: 6,121 to 6,220.
        let body = policy(&fair, "PICC-1", 6_171, 6_300).await;
        let registered = register(&fair, body.clone()).await.created();
        assert_eq!((&registered["m2"], &registered["number"]), (&json!(130), &json!("BX360124-2023-0001")));
        register(&fair, policy(&fair, "PICC-1", 1, 2).await).await.refused(409, "policy-number-taken");
        register(&fair, policy(&fair, "PICC-2", 6_300, 6_301).await).await.refused(409, "insured-already");
        register(&fair, policy(&fair, "PICC-2", 11_333, 11_334).await).await.refused(409, "serials-not-held");
        register(&fair, policy(&fair, "PICC-2", 2, 1).await).await.refused(422, "serials-backwards");
        let mut late = policy(&fair, "PICC-2", 1, 2).await;
        late["starts_on"] = json!("2023-08-24");
        register(&fair, late).await.refused(422, "term-odd");
        // The day before next month covers nothing of today's loss.
        let mut later = policy(&fair, "PICC-2", 6_121, 6_170).await;
        later["starts_on"] = json!("2023-09-01");
        let later = register(&fair, later).await.created();
        let batches = fair.town().stranger().get("/api/v1/public/batches").await.ok();
        assert_eq!(batches["items"][0]["insured_m2"], 130);
        let trace = fair.town().stranger().get("/api/v1/serials/WL-360124-2023-B0001-006171").await.ok();
        assert_eq!(trace["insured"], true);

        let loss = lose(&fair, 100).await;
        due::run(&fair.town().db).await.unwrap();
        due::run(&fair.town().db).await.unwrap();
        let opened = claims(&fair, "ins01.desk").await;
        assert_eq!((opened.len(), &opened[0]["m2"], &opened[0]["state"]), (1, &json!(50), &json!("open")));
        assert_eq!(claims(&fair, "fu.guoping").await, opened);
        assert!(claims(&fair, "hu.xiaoqiu").await.is_empty());
        let claim = &opened[0];
        let fu = fair.town().user("fu.guoping").await;
        let again = format!("{POLICIES}/{}/claims", registered["id"].as_str().unwrap());
        fu.post(&again, json!({ "loss_id": loss })).await.refused(409, "claimed-before");
        let expired = format!("{POLICIES}/{}/claims", later["id"].as_str().unwrap());
        fu.post(&expired, json!({ "loss_id": loss })).await.refused(409, "policy-not-in-force");

        say(&fair, claim, "acceptance", json!({ "amount": "1000.01" })).await.refused(422, "more-than-insured");
        say(&fair, claim, "acceptance", json!({ "amount": "0.00" })).await.refused(422, "nothing-paid");
        let accepted = say(&fair, claim, "acceptance", json!({ "amount": "700.00" })).await.created();
        assert_eq!(accepted["state"], "accepted");
        say(&fair, claim, "refusal", json!({ "reason": "不在承保风险之内" })).await.refused(409, "claim-state");
        let rows = [Row::new("B1", 69_999, "赔款"), Row::new("B2", 70_000, "赔款")];
        fair.desk.import(fair.desk.file(0, &rows)).await;
        let luo = fair.town().user("luo.jingyi").await;
        let pay = async |serial: &str| {
            let path = format!("/api/v1/statement-lines/{}/claim-payment", fair.desk.line(serial).await);
            luo.post(&path, json!({ "claim_id": claim["id"], "reason": "保险赔款到账" })).await
        };
        pay("B1").await.refused(422, "return-does-not-fit");
        pay("B2").await.created();
        pay("B2").await.refused(409, "claim-state");
        assert_eq!(claims(&fair, "ins01.desk").await[0]["state"], "paid");
        assert_eq!(fair.desk.balance("T360124500", "township_share").await, "700.00");
        fair.desk.enter_share("township_share", "T360124500", "700.00").await.created();
        fair.town().verify().await;
    }

    async fn r89_a_claim_is_refused_with_its_reason_and_an_end_is_told_in_time(town: Town) {
        let fair = Fair::open(town, 0).await;
        register(&fair, policy(&fair, "PICC-1", 6_121, 6_300).await).await.created();
        lose(&fair, 10).await;
        due::run(&fair.town().db).await.unwrap();
        let claim = claims(&fair, "ins01.desk").await[0].clone();
        let refused = say(&fair, &claim, "refusal", json!({ "reason": "不在承保风险之内" })).await.created();
        assert_eq!((&refused["state"], &refused["reason"]), (&json!("refused"), &json!("不在承保风险之内")));
        let unknown = uuid::Uuid::now_v7();
        say(&fair, &claim, "replacement", json!({ "replacement_id": unknown })).await.refused(409, "claim-state");
        lose(&fair, 10).await;
        due::run(&fair.town().db).await.unwrap();
        let claim = claims(&fair, "ins01.desk").await[0].clone();
        assert_eq!(claim["state"], "open");
        say(&fair, &claim, "acceptance", json!({ "amount": "1.00" })).await.created();
        say(&fair, &claim, "replacement", json!({ "replacement_id": unknown })).await.refused(404, "not-found");
        let shown = async || fair.town().user("fu.guoping").await.get(POLICIES).await.ok()["items"][0].clone();
        fair.town().on("2023-11-30");
        due::run(&fair.town().db).await.unwrap();
        assert_eq!(shown().await["reminded_at"], json!(null));
        fair.town().on("2023-12-01");
        due::run(&fair.town().db).await.unwrap();
        due::run(&fair.town().db).await.unwrap();
        assert!(shown().await["reminded_at"].is_string());
        fair.town().verify().await;
    }
}
