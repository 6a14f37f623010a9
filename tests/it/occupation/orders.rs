//! Orders that are placed for an application.

use serde_json::json;

use super::site::{Site, application};
use crate::market::fair::order;
use crate::support::username_of;

on_both_engines! {
    async fn r46_an_order_for_an_application_stands_where_its_land_lies(town: Town) {
        let site = Site::open(town, 0).await;
        site.fair.list(1_000, "300.00").await;
        let path = site.ready(1, "1000.00").await;
        let trader = site.trader().await;
        let orders = format!("{path}/orders");
        let placed = trader.post(&orders, order(1_200, "300.00")).await.created();
        assert_eq!(placed["occupation_id"], path.rsplit('/').next().unwrap());
        assert_eq!((&placed["place"], &placed["left_m2"]), (&json!("360124"), &json!(200)));
        let shown = trader.get(&format!("/api/v1/orders/{}", placed["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["occupation_id"], placed["occupation_id"]);
        // Of another buyer, and of nobody.
        let other = site.town().user(username_of("developer").unwrap()).await;
        other.post(&orders, order(1, "300.00")).await.refused(404, "not-found");
        let ended = site.apply(application(2, "1000.00")).await;
        trader.post(&format!("{ended}/withdrawal"), json!({ "reason": "项目取消" })).await.created();
        let late = trader.post(&format!("{ended}/orders"), order(1, "300.00")).await;
        late.refused(409, "occupation-state");
        site.town().verify().await;
    }
}
