//! What secures a loan is worth what the index says, and an alert tells when it is too little.

use serde_json::json;
use wetland_exchange::due;

use super::{ask, lend, request};
use crate::market::fair::{Fair, purchases};

on_both_engines! {
    async fn a_lien_is_valued_by_the_index_and_alerts_below_the_agreed_cover(town: Town) {
        let fair = Fair::open(town, 2).await;
        let listing = fair.list(100, "94200.00").await;
        // 100,000.00 secured by a fifth of what 5,000 m² bring: 141,300.00, less 30 % 98,910.00.
        let mut body = request(&fair).await;
        body["cover_percent"] = json!(98);
        let path = ask(&fair, body).await;
        lend(&fair, &path, "registration", json!({})).await.created();
        let (fu, bnk02) = (fair.town().user("fu.guoping").await, fair.town().user("bnk02.desk").await);
        let value = format!("{path}/valuation");
        let nothing = fu.get(&value).await.ok();
        assert_eq!((&nothing["value"], &nothing["is_covered"]), (&json!(null), &json!(null)), "nobody traded");
        due::run(&fair.town().db).await.unwrap();
        let buyer = fair.town().user("buyer.00").await;
        buyer.post(&purchases(&listing), json!({ "m2": 50 })).await.created();
        let valued = bnk02.get(&value).await.ok();
        assert_eq!((&valued["index_per_mu"], &valued["secured_bp"]), (&json!("94200.00"), &json!(2_000)));
        assert_eq!((&valued["gross_value"], &valued["value"]), (&json!("141300.00"), &json!("98910.00")));
        assert_eq!((&valued["cover_percent"], &valued["is_covered"]), (&json!(98), &json!(true)));
        assert_eq!(valued["basis"][0]["m2"], 50);
        let trades = fair.town().stranger().get(valued["trades"].as_str().unwrap()).await.ok();
        assert_eq!(trades["items"].as_array().unwrap().len(), 1);
        fair.town().user("hu.xiaoqiu").await.get(&value).await.refused(404, "not-found");

        // The next day somebody pays less, and then half of it is released.
        fair.town().on("2023-08-26");
        due::run(&fair.town().db).await.unwrap();
        assert_eq!(fu.get(&path).await.ok()["below_cover_since"], json!(null));
        let cheap = fair.list(50, "90000.00").await;
        let other = fair.town().user("buyer.01").await;
        other.post(&purchases(&cheap), json!({ "m2": 50 })).await.created();
        fair.town().on("2023-08-27");
        due::run(&fair.town().db).await.unwrap();
        due::run(&fair.town().db).await.unwrap();
        for side in [&fu, &bnk02] {
            let shown = side.get("/api/v1/pledges").await.ok();
            assert!(shown["items"][0]["below_cover_since"].is_string(), "{shown:#}");
        }
        assert_eq!(bnk02.get(&value).await.ok()["is_covered"], false);
        let before = bnk02.get(&format!("{value}?on=2023-08-25")).await.ok();
        assert_eq!((&before["value"], &before["is_covered"]), (&json!("98910.00"), &json!(true)));
        let earlier = bnk02.get(&format!("{value}?on=2023-08-24")).await.ok();
        assert_eq!(earlier["pledged_m2"], 0);
        lend(&fair, &path, "releases", json!({ "m2": 2_500, "reason": "部分清偿" })).await.created();
        assert_eq!(bnk02.get(&value).await.ok()["pledged_m2"], 2_500);
        fair.town().verify().await;
    }
}
