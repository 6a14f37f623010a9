//! Many at once want the same credits.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use super::site::Site;

/// How many projects want the same lot.
const AT_ONCE: i64 = 32;

on_both_engines! {
    async fn r80_of_thirty_two_that_retire_the_same_lot_exactly_one_succeeds(town: Town) {
        let site = Site::open(town, 500).await;
        let parts = json!([{ "batch_id": site.fair.batch, "first_serial": 101, "last_serial": 200 }]);
        let mut confirmations = Vec::new();
        for place in 0..AT_ONCE {
            let path = site.ready(place, "100.00").await;
            let asked = site.ask(&path, parts.clone()).await.created();
            let id = asked["id"].as_str().unwrap().to_owned();
            confirmations.push(format!("{}/api/v1/retirements/{id}/confirmation", site.town().url));
        }
        let token = Arc::new(site.town().log_in("buyer.director").await);
        let mut race = JoinSet::new();
        for url in confirmations {
            let (http, token) = (site.town().http.clone(), Arc::clone(&token));
            race.spawn(async move {
                let request = http.post(url).bearer_auth(&token);
                let key = uuid::Uuid::now_v7().to_string();
                request.header("idempotency-key", key).json(&json!({})).send().await.unwrap().status()
            });
        }
        let statuses = race.join_all().await;
        let created = statuses.iter().filter(|status| status.as_u16() == 201).count();
        let refused = statuses.iter().filter(|status| status.as_u16() == 409).count();
        assert_eq!((created, refused), (1, 31), "{statuses:?}");
        assert_eq!(site.credits().await, (400, 100));
        site.town().verify().await;
    }
}
