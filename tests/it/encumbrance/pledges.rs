//! Pledges from their request to their release, and all that is refused.

use serde_json::{Value, json};
use wetland_exchange::due;
use wetland_exchange::ledger::CreditBucket::{Available, Frozen, Pledged};

use super::{PATH, ask, held, lend, pledged, request};
use crate::afterwards::freeze_by_order;
use crate::market::fair::Fair;

fn ranges(body: &Value, runs: &[(i64, i64)]) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().remove("m2");
    let run = |run: &(i64, i64)| json!({ "first_serial": run.0, "last_serial": run.1 });
    body["ranges"] = runs.iter().map(run).collect();
    body
}

on_both_engines! {
    async fn r44_pledged_credits_are_not_listed_sold_or_pledged_again_until_they_are_released(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (fu, bnk02) = (fair.town().user("fu.guoping").await, fair.town().user("bnk02.desk").await);
        let path = ask(&fair, request(&fair).await).await;
        assert_eq!((held(&fair, Available).await, held(&fair, Pledged).await), (6_120, 0), "a request moves nothing");
        // Both sides see the terms; others know of nothing.
        assert_eq!(bnk02.get(&path).await.ok(), fu.get(&path).await.ok());
        for stranger in ["hu.xiaoqiu", "bnk01.desk", "buyer.00"] {
            fair.town().user(stranger).await.get(&path).await.refused(404, "not-found");
        }
        let registration = format!("{path}/registration");
        fu.post(&registration, json!({})).await.refused(403, "not-allowed");
        let other = fair.town().user("bnk01.desk").await;
        other.post(&registration, json!({})).await.refused(404, "not-found");
        let registered = bnk02.post_once(&registration, json!({}), "once").await.created();
        assert_eq!(bnk02.post_once(&registration, json!({}), "once").await.created(), registered);
        assert_eq!((&registered["state"], &registered["pledged_m2"]), (&json!("registered"), &json!(5_000)));
        assert_eq!(registered["serials"], json!([{
            "first_serial": 1, "last_serial": 5_000, "serials": "WL-360124-2023-B0001-000001-005000",
        }]));
        assert_eq!((held(&fair, Available).await, held(&fair, Pledged).await), (1_120, 5_000));
        bnk02.post(&registration, json!({})).await.refused(409, "pledge-state");

        let listing = json!({ "batch_id": fair.batch, "m2": 2_000, "price_per_mu": "94200.00" });
        let refused = fu.post("/api/v1/listings", listing).await.refused(409, "credits-pledged");
        assert_eq!(refused["detail"], "R44: 1120 m² available, 5000 m² pledged; 2000 m² were asked for");
        let mut auction = crate::market::auctions::announcement(&fair, "sealed");
        auction["m2"] = json!(1_121);
        fu.post("/api/v1/auctions", auction).await.refused(409, "credits-pledged");
        let transfer = json!({
            "batch_id": fair.batch, "counterparty_id": fair.buyers[0].1, "m2": 1_121,
            "price_per_mu": "94200.00",
        });
        fu.post("/api/v1/negotiated-transfers", transfer).await.refused(409, "credits-pledged");
        fu.post(PATH, request(&fair).await).await.refused(409, "credits-pledged");
        let second = ranges(&request(&fair).await, &[(5_000, 5_001)]);
        fu.post(PATH, second).await.refused(409, "second-lien");
        fair.list(1_120, "94200.00").await;
        // The public sees that there is a lien, and not on which terms.
        let batches = fair.town().stranger().get("/api/v1/public/batches").await;
        assert!(!batches.text.contains("质借") && !batches.text.contains("BNK02"), "{}", batches.text);
        let batches = batches.ok();
        assert_eq!((&batches["items"][0]["lien"], &batches["items"][0]["buckets"]["pledged"]), (&json!(true), &json!(5_000)));
        fair.town().verify().await;

        let reason = |body: Value| { let mut body = body; body["reason"] = json!("部分清偿"); body };
        let all = reason(json!({}));
        let releases = format!("{path}/releases");
        other.post(&releases, all.clone()).await.refused(404, "not-found");
        fu.post(&releases, all.clone()).await.refused(403, "not-allowed");
        lend(&fair, &path, "releases", reason(json!({ "m2": 5_001 }))).await.refused(409, "more-than-pledged");
        let run = |first: i64, last: i64| {
            reason(json!({ "ranges": [{ "first_serial": first, "last_serial": last }] }))
        };
        lend(&fair, &path, "releases", run(5_000, 5_001)).await.refused(409, "serials-not-pledged");
        lend(&fair, &path, "releases", run(2, 1)).await.refused(422, "serials-backwards");
        let part = lend(&fair, &path, "releases", run(101, 200)).await.created();
        assert_eq!((&part["pledged_m2"], part["serials"].as_array().unwrap().len()), (&json!(4_900), 2));
        lend(&fair, &path, "releases", run(150, 150)).await.refused(409, "serials-not-pledged");
        let part = lend(&fair, &path, "releases", reason(json!({ "m2": 150 }))).await.created();
        assert_eq!(part["serials"][0]["first_serial"], 251);
        fair.town().verify().await;

        let extension = json!({ "ends_on": "2025-08-24", "contract_no": "质借〔2023〕1号展期" });
        let longer = lend(&fair, &path, "extensions", extension.clone()).await.created();
        assert_eq!((&longer["ends_on"], longer["extensions"].as_array().unwrap().len()), (&json!("2025-08-24"), 1));
        lend(&fair, &path, "extensions", extension).await.refused(422, "not-longer");

        let notice = fu.get(&format!("{path}/notice.pdf")).await;
        assert!(notice.text.starts_with("%PDF-") && notice.status == 200);
        assert!(notice.header("content-disposition").contains("ZYD360124-2023-0001.pdf"));
        let departure = part["departures"][1]["id"].as_str().unwrap();
        let notice = bnk02.get(&format!("/api/v1/pledge-departures/{departure}/notice.pdf")).await;
        assert!(notice.text.starts_with("%PDF-"));

        let ended = lend(&fair, &path, "releases", all.clone()).await.created();
        assert_eq!((&ended["state"], &ended["pledged_m2"], &ended["serials"]), (&json!("ended"), &json!(0), &json!([])));
        lend(&fair, &path, "releases", all).await.refused(409, "pledge-state");
        assert_eq!((held(&fair, Available).await, held(&fair, Pledged).await), (5_000, 0));
        fair.town().verify().await;
    }

    async fn r44_what_is_not_available_or_named_badly_is_not_pledged_and_nothing_moves(town: Town) {
        let fair = Fair::open(town, 1).await;
        let fu = fair.town().user("fu.guoping").await;
        fair.list(100, "94200.00").await;
        let body = request(&fair).await;
        let refused = async |body: Value, status: u16, code: &str| {
            drop(fu.post(PATH, body).await.refused(status, code));
        };
        // Reserved, half reserved, one beyond what was released, not released, in the buffer.
        for (first, last) in [(1, 100), (100, 101), (6_000, 6_121), (7_000, 7_000), (11_333, 11_333)] {
            refused(ranges(&body, &[(first, last)]), 409, "serials-not-available").await;
        }
        refused(ranges(&body, &[(101, 200), (200, 300)]), 422, "serials-overlap").await;
        refused(ranges(&body, &[(0, 200)]), 422, "serials-backwards").await;
        refused(ranges(&body, &[(200, 199)]), 422, "serials-backwards").await;
        refused(ranges(&body, &[]), 422, "run-count").await;
        let change = |field: &str, value: Value| {
            let mut body = body.clone();
            body[field] = value;
            body
        };
        let mut both = ranges(&body, &[(101, 200)]);
        both["m2"] = json!(100);
        refused(both, 422, "run-count").await;
        refused(change("m2", json!(6_021)), 409, "not-enough-to-pledge").await;
        refused(change("lender_id", json!(fair.buyers[0].1)), 422, "not-a-lender").await;
        refused(change("ends_on", json!("2023-08-25")), 422, "term-odd").await;
        refused(change("shares", json!(["township_share", "township_share"])), 422, "share-twice").await;
        refused(change("batch_id", json!(uuid::Uuid::now_v7())), 404, "not-found").await;
        assert_eq!((held(&fair, Available).await, held(&fair, Pledged).await), (6_020, 0));

        // The last of what was released, to the serial.
        let path = ask(&fair, ranges(&body, &[(101, 200), (6_020, 6_120)])).await;
        let registered = lend(&fair, &path, "registration", json!({})).await.created();
        assert_eq!((&registered["pledged_m2"], &registered["serials"][1]["first_serial"]), (&json!(201), &json!(6_020)));
        // A buyer has no share to secure a loan, and pledges what it bought for the lien alone.
        let listing = fair.list(300, "94200.00").await;
        let buyer = fair.town().user("buyer.00").await;
        buyer.post(&crate::market::fair::purchases(&listing), json!({ "m2": 50 })).await.created();
        buyer.post(PATH, change("m2", json!(50))).await.refused(422, "share-not-yours");
        let mut bought = change("m2", json!(50));
        bought["shares"] = json!([]);
        let asked = buyer.post(PATH, bought).await.created();
        let path = format!("{PATH}/{}", asked["id"].as_str().unwrap());
        lend(&fair, &path, "registration", json!({})).await.created();
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 0);
        fair.town().verify().await;
    }

    async fn a_request_is_withdrawn_refused_or_runs_out(town: Town) {
        let fair = Fair::open(town, 0).await;
        let (fu, reason) = (fair.town().user("fu.guoping").await, json!({ "reason": "另有安排" }));
        let path = ask(&fair, request(&fair).await).await;
        lend(&fair, &path, "withdrawal", reason.clone()).await.refused(403, "not-allowed");
        let ended = fu.post(&format!("{path}/withdrawal"), reason.clone()).await.created();
        assert_eq!(ended["state"], "withdrawn");
        lend(&fair, &path, "registration", json!({})).await.refused(409, "pledge-state");
        let path = ask(&fair, request(&fair).await).await;
        fu.post(&format!("{path}/refusal"), reason.clone()).await.refused(403, "not-allowed");
        let ended = lend(&fair, &path, "refusal", reason).await.created();
        assert_eq!((&ended["state"], &ended["end_reason"]), (&json!("refused"), &json!("另有安排")));
        let path = ask(&fair, request(&fair).await).await;
        fair.town().on("2023-09-24");
        due::run(&fair.town().db).await.unwrap();
        assert_eq!(fu.get(&path).await.ok()["state"], "requested");
        fair.town().on("2023-09-25");
        lend(&fair, &path, "registration", json!({})).await.refused(409, "pledge-state");
        due::run(&fair.town().db).await.unwrap();
        due::run(&fair.town().db).await.unwrap();
        assert_eq!(fu.get(&path).await.ok()["state"], "expired");
        let of_state = fu.get(&format!("{PATH}?state=expired")).await.ok();
        assert_eq!(of_state["items"].as_array().unwrap().len(), 1);
        assert_eq!(held(&fair, Available).await, 6_120);
        fair.town().verify().await;
    }

    async fn r45_what_is_pledged_stays_pledged_while_its_project_is_frozen(town: Town) {
        let fair = Fair::open(town, 0).await;
        let path = pledged(&fair, 1_000).await;
        let mut body = request(&fair).await;
        body["m2"] = json!(500);
        let waiting = ask(&fair, body.clone()).await;
        let projects = fair.town().user("zhou.jianing").await.get("/api/v1/projects").await.ok();
        let id = projects["items"][0]["id"].as_str().unwrap();
        freeze_by_order(fair.town(), &format!("/api/v1/projects/{id}/freeze-orders")).await;
        assert_eq!((held(&fair, Pledged).await, held(&fair, Frozen).await), (1_000, 5_120));
        lend(&fair, &waiting, "registration", json!({})).await.refused(409, "project-frozen");
        lend(&fair, &path, "releases", json!({ "reason": "清偿" })).await.refused(409, "project-frozen");
        let fu = fair.town().user("fu.guoping").await;
        fu.post(PATH, body).await.refused(409, "credits-pledged");
        fair.town().verify().await;
    }
}
