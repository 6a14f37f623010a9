//! What happens to credits after their certification: freezes, losses, buffers, on both engines.

use serde_json::{Value, json};
use wetland_exchange::due;
use wetland_exchange::ledger::{self, CreditBucket};

use crate::certification::certify;
use crate::market::fair::{Fair, purchases};
use crate::restoration::works::{Works, described};
use crate::support::Town;

/// How much of the fair's batch lies in each bucket, over all holders.
async fn buckets(fair: &Fair) -> Vec<(CreditBucket, i64)> {
    let batch = fair.batch;
    let read = fair.town().db.read(None, move |c| ledger::lots_of_batch(c, batch));
    let lots = read.await.unwrap();
    let of = |bucket| {
        lots.iter().filter(|lot| lot.bucket == bucket).map(|lot| lot.last - lot.first + 1).sum()
    };
    let all: Vec<(CreditBucket, i64)> =
        CreditBucket::ALL.iter().map(|bucket| (*bucket, of(*bucket))).collect();
    let whole: i64 = all.iter().map(|(_, m2)| m2).sum();
    assert_eq!(whole, 11_333, "R40: {all:?}");
    all.into_iter().filter(|(_, m2)| *m2 > 0).collect()
}

/// The project of the fair.
async fn project(fair: &Fair) -> String {
    let list = fair.town().user("zhou.jianing").await.get("/api/v1/projects").await.ok();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

fn works<'t>(town: &'t Town, id: &str) -> Works<'t> {
    Works { town, it: described("P360124-001"), id: id.to_owned() }
}

/// Two people freeze a project by an order of the centre; returns the freeze.
pub(crate) async fn freeze_by_order(town: &Town, orders: &str) -> Value {
    let body = json!({
        "authority": "centre", "document": "示例湿中心〔2023〕冻1号", "reason": "现场检查发现退化，待查",
    });
    let order = town.user("gan.zhiqiang").await.post(orders, body).await.created();
    let path = format!("/api/v1/freeze-orders/{}/approval", order["id"].as_str().unwrap());
    town.user("liang.wenbo").await.post(&path, json!({})).await.created()
}

on_both_engines! {
    async fn r45_r88_a_report_thirty_days_late_freezes_the_project_once_and_a_second_person_thaws_it(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let listing = fair.list(3_000, "94200.00").await;
        let (buyer, liang, tu) = (
            town.user("buyer.00").await, town.user("liang.wenbo").await,
            town.user("tu.mingyuan").await,
        );
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        let id = project(&fair).await;
        let works = works(town, &id);
        use CreditBucket::{Available, Buffer, Frozen, Reserved, Unreleased};
        let before = [(Unreleased, 4_080), (Buffer, 1_133), (Available, 3_220), (Reserved, 2_900)];
        town.on("2024-09-03");
        due::run(&town.db).await.unwrap();
        assert_eq!(buckets(&fair).await, before);

        town.on("2024-09-04");
        due::run(&town.db).await.unwrap();
        due::run(&town.db).await.unwrap();
        // What was sold stays with its buyer; what is listed stays reserved.
        let frozen = [(Unreleased, 4_080), (Buffer, 1_133), (Available, 100), (Reserved, 2_900), (Frozen, 3_120)];
        assert_eq!(buckets(&fair).await, frozen);
        let freezes = tu.get("/api/v1/freezes").await.ok();
        assert_eq!(freezes["items"].as_array().unwrap().len(), 1);
        let freeze = &freezes["items"][0];
        assert_eq!((&freeze["cause"], &freeze["due_on"]), (&json!("report_overdue"), &json!("2024-08-04")));
        let path = format!("/api/v1/freezes/{}", freeze["id"].as_str().unwrap());
        let batch = town.stranger().get(&format!("/api/v1/batches/{}", fair.batch)).await.ok();
        assert_eq!(batch["frozen"], true);
        let shown = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        let suspended = town.stranger().get(&shown).await.ok();
        assert_eq!((&suspended["suspended"], &suspended["state"]), (&json!(true), &json!("open")));
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.refused(409, "listing-suspended");
        let body = json!({ "batch_id": fair.batch, "m2": 1, "price_per_mu": "94200.00" });
        town.user("fu.guoping").await.post("/api/v1/listings", body).await
            .refused(409, "listing-suspended");
        let releases = format!("/api/v1/batches/{}/releases", fair.batch);
        liang.post(&releases, json!({ "milestone": "year_1" })).await.refused(409, "project-frozen");

        let reason = json!({ "reason": "监测报告已补交" });
        tu.post(&format!("{path}/thaw-requests"), reason.clone()).await.refused(409, "report-overdue");
        works.report("2024-08-04").await;
        let asked = tu.post(&format!("{path}/thaw-requests"), reason).await.created();
        let request = asked["thaw_requests"][0]["id"].as_str().unwrap();
        let approval = format!("/api/v1/thaw-requests/{request}/approval");
        tu.post(&approval, json!({})).await.refused(403, "not-allowed");
        let thawed = liang.post(&approval, json!({})).await.created();
        assert!(thawed["thawed_at"].is_string());
        liang.post(&approval, json!({})).await.refused(409, "freeze-ended");
        assert_eq!(buckets(&fair).await, before);
        assert_eq!(town.stranger().get(&shown).await.ok()["suspended"], false);
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        liang.post(&releases, json!({ "milestone": "year_1" })).await.created();
        due::run(&town.db).await.unwrap();
        assert_eq!(tu.get("/api/v1/freezes").await.ok()["items"].as_array().unwrap().len(), 1);
        town.verify().await;
    }

    async fn r45_two_of_the_authorities_freeze_by_order_and_thaw_by_a_document(town: Town) {
        let fair = Fair::open(town, 0).await;
        let town = fair.town();
        let id = project(&fair).await;
        let path = format!("/api/v1/projects/{id}/freeze-orders");
        let order = json!({
            "authority": "court", "document": "（2023）赣0124财保3号", "reason": "现场检查发现退化，待查",
        });
        let (tu, gan, liang) = (
            town.user("tu.mingyuan").await, town.user("gan.zhiqiang").await,
            town.user("liang.wenbo").await,
        );
        tu.post(&path, order.clone()).await.refused(403, "not-allowed");
        let entered = gan.post_once(&path, order.clone(), "once").await.created();
        assert_eq!(gan.post_once(&path, order.clone(), "once").await.created(), entered);
        assert_eq!(gan.get("/api/v1/freezes").await.ok()["items"], json!([]), "one person freezes nothing");
        let approval = format!("/api/v1/freeze-orders/{}/approval", entered["id"].as_str().unwrap());
        assert_eq!(gan.post(&approval, json!({})).await.status, 403, "the same person");
        let freeze = liang.post(&approval, json!({})).await.created();
        assert_eq!((&freeze["authority"], &freeze["document"]), (&json!("court"), &order["document"]));
        assert_eq!(freeze["moves"][0]["m2"], 6_120);
        liang.post(&approval, json!({})).await.refused(409, "project-frozen");
        gan.post(&path, order).await.refused(409, "project-frozen");
        let shown = format!("/api/v1/freeze-orders/{}", entered["id"].as_str().unwrap());
        assert_eq!(tu.get(&shown).await.ok()["freeze_id"], freeze["id"]);
        assert_eq!(tu.get("/api/v1/freeze-orders").await.ok()["items"].as_array().unwrap().len(), 1);
        let fu = town.user("fu.guoping").await.get("/api/v1/freezes").await.ok();
        assert_eq!(fu["items"].as_array().unwrap().len(), 1);
        let others = town.user("hu.xiaoqiu").await.get("/api/v1/freezes").await.ok();
        assert_eq!(others["items"], json!([]));

        let thaw = format!("/api/v1/freezes/{}/thaw-requests", freeze["id"].as_str().unwrap());
        let mut reason = json!({ "reason": "已查清" });
        tu.post(&thaw, reason.clone()).await.refused(422, "document-missing");
        reason["document"] = json!("（2023）赣0124财保3号之一");
        let asked = tu.post(&thaw, reason).await.created();
        let request = &asked["thaw_requests"][0];
        assert_eq!(request["document"], "（2023）赣0124财保3号之一");
        let approval = format!("/api/v1/thaw-requests/{}/approval", request["id"].as_str().unwrap());
        liang.post(&approval, json!({})).await.created();
        let available = buckets(&fair).await.into_iter().find(|one| one.0 == CreditBucket::Available);
        assert_eq!(available, Some((CreditBucket::Available, 6_120)));
        town.verify().await;
    }

    async fn r89_a_loss_takes_from_the_owners_side_cuts_its_listing_and_leaves_a_duty(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let listing = fair.list(3_000, "94200.00").await;
        let buyer = town.user("buyer.00").await;
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        let losses = format!("/api/v1/projects/{}/losses", project(&fair).await);
        let (gan, liang) = (town.user("gan.zhiqiang").await, town.user("liang.wenbo").await);
        let loss = |m2: i64, found_on: &str| json!({
            "m2": m2, "found_on": found_on, "reason": "洪水冲毁围堤", "reference": "示例林湿〔2023〕9号",
        });
        gan.post(&losses, loss(11_334, "2023-08-25")).await.refused(422, "loss-more-than-certified");
        gan.post(&losses, loss(100, "2023-08-26")).await.refused(422, "date-out-of-range");
        let take = async |m2: i64| -> Value {
            let entered = gan.post(&losses, loss(m2, "2023-08-25")).await.created();
            let approval = format!("/api/v1/losses/{}/approval", entered["id"].as_str().unwrap());
            gan.post(&approval, json!({})).await.refused(403, "not-allowed");
            let taken = liang.post(&approval, json!({})).await.created();
            liang.post(&approval, json!({})).await.refused(409, "loss-decided");
            taken
        };
        use CreditBucket::{Available, Cancelled, Reserved};
        let first = take(9_000).await;
        let moved = |loss: &Value| -> Vec<(String, i64)> {
            loss["moves"].as_array().unwrap().iter()
                .map(|one| (one["bucket"].as_str().unwrap().to_owned(), one["m2"].as_i64().unwrap()))
                .collect()
        };
        let expected = |all: &[(&str, i64)]| -> Vec<(String, i64)> {
            all.iter().map(|(bucket, m2)| ((*bucket).to_owned(), *m2)).collect()
        };
        // 4,080 unreleased, 1,133 buffer, 3,120 available; the listing gives 667 of its 2,900.
        assert_eq!(moved(&first), expected(&[
            ("unreleased", 4_080), ("buffer", 1_133), ("available", 3_120), ("reserved", 667),
        ]));
        assert_eq!(first["duty_m2"], 0);
        assert_eq!(buckets(&fair).await, [(Available, 100), (Reserved, 2_233), (Cancelled, 9_000)]);
        let shown = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        assert_eq!(town.stranger().get(&shown).await.ok()["left_m2"], 2_233);
        buyer.post(&purchases(&listing), json!({ "m2": 33 })).await.created();

        let second = take(2_333).await;
        assert_eq!((moved(&second), &second["duty_m2"]), (expected(&[("reserved", 2_200)]), &json!(133)));
        assert_eq!(town.stranger().get(&shown).await.ok()["state"], "withdrawn");
        // The buyer keeps what it bought.
        assert_eq!(buckets(&fair).await, [(Available, 133), (Cancelled, 11_200)]);
        town.verify().await;
    }

    async fn r38_the_buffer_goes_to_its_owner_after_the_post_assessment(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let batch = certify(&wuli).await;
        let path = format!("/api/v1/batches/{}/buffer-return", batch["id"].as_str().unwrap());
        let liang = town.user("liang.wenbo").await;
        wuli.enter("monitoring").await;
        liang.post(&path, json!({})).await.refused(409, "project-not-closed");
        town.on("2028-09-01");
        let tu = town.user("tu.mingyuan").await;
        let closure = json!({
            "keeper": "五里垦殖场湿地管护站",
            "post_assessment": {
                "assessor": "ASR01", "report_no": "JY-2028-031", "date": "2028-08-20",
                "author": "裴若兰", "no_interest_declared": true,
            },
        });
        tu.post(&wuli.path("closure"), closure.clone()).await.refused(409, "report-overdue");
        for year in 2024..2028 {
            wuli.report(&format!("{year}-08-04")).await;
        }
        tu.post(&wuli.path("closure"), closure).await.created();
        liang.post(&path, json!({})).await.created();
        liang.post(&path, json!({})).await.refused(409, "no-buffer");
        let holdings = town.user("fu.guoping").await.get("/api/v1/holdings").await.ok();
        assert!(holdings.to_string().contains("1133"), "{holdings:#}");
        // Closed, it owes no more reports and is never frozen.
        town.on("2028-12-01");
        due::run(&town.db).await.unwrap();
        assert_eq!(tu.get("/api/v1/freezes").await.ok()["items"], json!([]));
        town.verify().await;
    }
}
