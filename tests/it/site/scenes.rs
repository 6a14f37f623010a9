//! What the desks of finance, the bank, the insurer, the auditor and the administrator look at: an
//! exception, a payment run, a refund, a correction, a pledge with a sale, a policy with a claim.

use serde_json::{Value, json};

use super::walk::text;
use crate::encumbrance::{ask, lend, request};
use crate::finance::desk::Row;
use crate::market::fair::{Fair, PAID_IN_FEN};
use crate::occupation::site::Site;

/// Brings all of it about; returns the ids by the names that the pages give them.
pub(super) async fn prepare(site: &Site) -> Vec<(&'static str, String)> {
    let mut ids = money(site).await;
    ids.extend(encumbered(&site.fair).await);
    let town = site.town();
    let administrator = town.user(crate::support::ADMINISTRATOR).await;
    let users = administrator.get("/api/v1/users").await.ok();
    let keys = town.stranger().get("/api/v1/public/certificate-keys").await.ok();
    ids.extend([
        ("key_id", text(&keys["items"][0]["key_id"])),
        ("seq", "1".to_owned()),
        ("user_id", text(&users["items"][0]["id"])),
    ]);
    ids
}

async fn money(site: &Site) -> Vec<(&'static str, String)> {
    let (desk, town) = (&site.fair.desk, site.town());
    let peng = town.user("peng.haoran").await;
    let rows = [Row::new("20230901000009", 12_300, "没有缴款码")];
    desk.import(desk.file(PAID_IN_FEN, &rows)).await;
    let open = peng.get(&desk.path("statement-exceptions?state=open")).await.ok();
    let body = json!({
        "from": "2023-01-01", "to": "2026-12-31",
        "payouts": [{
            "organisation_id": desk.organisation("CENTRE").await, "share": "centre_share",
            "amount": "1.00",
        }],
    });
    let batch = peng.post(&desk.path("payout-batches"), body).await.created();
    let approval = format!("/api/v1/payout-batches/{}/approval", text(&batch["id"]));
    town.user("shen.yutong").await.post(&approval, json!({})).await.ok();
    // The papers of a payout in a run are those of the run.
    let single = desk.enter_share("township_share", "T360124500", "1.00").await.created();
    let approval = format!("/api/v1/payouts/{}/approval", text(&single["id"]));
    town.user("shen.yutong").await.post(&approval, json!({})).await.ok();
    let refund = json!({ "county": "360124", "amount": "10.00" });
    let refund = site.trader().await.post("/api/v1/refund-requests", refund).await.created();
    let deposits = peng.get(&desk.path("deposits")).await.ok();
    let wrong = json!({
        "kind": "deposit", "subject_id": deposits["items"][0]["id"], "reason": "认领到了另一家单位",
    });
    let correction = peng.post("/api/v1/corrections", wrong).await.created();
    let hold = json!({ "number": "6228480000000099", "reason": "密码疑似泄露" });
    let hold = peng.post(&desk.path("account-holds"), hold).await.created();
    vec![
        ("account_hold_id", text(&hold["id"])),
        ("approved_payout_id", text(&single["id"])),
        ("correction_id", text(&correction["id"])),
        ("exception_id", text(&open["items"][0]["id"])),
        ("payout_batch_id", text(&batch["id"])),
        ("refund_id", text(&refund["id"])),
    ]
}

async fn encumbered(fair: &Fair) -> Vec<(&'static str, String)> {
    let town = fair.town();
    let mut body = request(fair).await;
    body["m2"] = json!(1_000);
    let path = ask(fair, body).await;
    lend(fair, &path, "registration", json!({})).await.created();
    let part = json!({ "m2": 100, "reason": "已还部分贷款" });
    let released = lend(fair, &path, "releases", part).await.created();
    let sale = json!({
        "buyer_id": fair.buyers[0].1, "m2": 100, "price_per_mu": "94200.00", "claim": "1000.00",
        "document": "（2023）赣0124执12号",
    });
    let sale = lend(fair, &path, "enforced-sales", sale).await.created();
    let sale_id = text(&sale["id"]);
    let act = async |by: &str, what: &str| {
        let path = format!("/api/v1/enforced-sales/{sale_id}/{what}");
        town.user(by).await.post(&path, json!({})).await.created()
    };
    act("liang.wenbo", "approval").await;
    act("buyer.00", "acceptance").await;
    let proceeds = fair.desk.path("secured-proceeds");
    let proceeds = town.user("peng.haoran").await.get(&proceeds).await.ok();
    let (policy, claim) = insured(fair).await;
    vec![
        ("claim_id", claim),
        ("departure_id", text(&released["departures"][0]["id"])),
        ("pledge_id", path.rsplit('/').next().unwrap().to_owned()),
        ("policy_id", policy),
        ("proceeds_id", text(&proceeds["items"][0]["id"])),
        ("sale_id", sale_id),
    ]
}

/// A policy on the lowest unreleased serials, of which some are lost.
async fn insured(fair: &Fair) -> (String, String) {
    let town = fair.town();
    let policy = json!({
        "policy_no": "PICC-1", "holder_id": fair.desk.organisation("T360124500").await,
        "batch_id": fair.batch, "ranges": [{ "first_serial": 6_121, "last_serial": 6_300 }],
        "sum": "1000.00", "starts_on": "2023-08-25", "ends_on": "2028-12-31",
        "perils": "洪水、干旱",
    });
    let insurer = town.user("ins01.desk").await;
    let policy = insurer.post("/api/v1/insurance-policies", policy).await.created();
    let projects = town.user("zhou.jianing").await.get("/api/v1/projects").await.ok();
    let path = format!("/api/v1/projects/{}/losses", text(&projects["items"][0]["id"]));
    let loss: Value = json!({
        "m2": 50, "found_on": "2023-08-25", "reason": "洪水冲毁围堤", "reference": "示例〔2023〕9号",
    });
    let loss = town.user("gan.zhiqiang").await.post(&path, loss).await.created();
    let path = format!("/api/v1/losses/{}/approval", text(&loss["id"]));
    town.user("liang.wenbo").await.post(&path, json!({})).await.created();
    wetland_exchange::due::run(&town.db).await.unwrap();
    let claims = insurer.get("/api/v1/insurance-claims").await.ok();
    (text(&policy["id"]), text(&claims["items"][0]["id"]))
}
