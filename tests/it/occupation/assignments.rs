//! What becomes of credits whose application ends without approval, and what to buy.

use serde_json::json;
use wetland_exchange::kernel::money::cny;

use super::site::{Site, application, grading};

on_both_engines! {
    async fn r79_r80_what_was_retired_for_an_application_that_ended_serves_the_next_one(town: Town) {
        let site = Site::open(town, 2_000).await;
        let first = site.ready(1, "1000.00").await;
        let done = site.retire(&first, 1_000).await;
        let id = done["id"].as_str().unwrap();
        let next = site.ready(2, "1000.00").await;
        let next_id = next.rsplit('/').next().unwrap();
        let trader = site.trader().await;
        let assign = format!("/api/v1/retirements/{id}/assignments");
        let to = json!({ "occupation_id": next_id });
        trader.post(&assign, to.clone()).await.refused(409, "still-serving");
        let reason = json!({ "reason": "选址未充分避让" });
        site.forestry().await.post(&format!("{first}/rejection"), reason).await.created();
        assert_eq!(site.credits().await, (1_000, 1_000), "nothing leaves retired");

        let unknown = json!({ "occupation_id": uuid::Uuid::now_v7() });
        trader.post(&assign, unknown).await.refused(422, "not-the-next-application");
        let ungraded = site.apply(application(3, "1000.00")).await;
        let ungraded = json!({ "occupation_id": ungraded.rsplit('/').next().unwrap() });
        trader.post(&assign, ungraded).await.refused(409, "not-graded");
        trader.post(&assign, to.clone()).await.created();
        trader.post(&assign, to).await.refused(409, "assignment-waits");
        assert_eq!(site.missing(&next).await, ["area-short"]);
        let confirm = format!("/api/v1/retirements/{id}/assignment-confirmation");
        trader.post(&confirm, json!({})).await.expect(reqwest::StatusCode::FORBIDDEN);
        let director = site.director().await;
        let moved = director.post(&confirm, json!({})).await.created();
        assert_eq!(moved["serves_id"], next_id);
        assert_eq!(moved["certificates"][0]["state"], "valid");
        assert_eq!(moved["certificates"][1]["state"], "void");
        director.post(&confirm, json!({})).await.refused(409, "no-assignment-waits");
        assert_eq!(site.gate(&next).await["open"], true);
        site.approve(&next).await.created();
        let again = site.ready(4, "1000.00").await;
        let again = json!({ "occupation_id": again.rsplit('/').next().unwrap() });
        trader.post(&assign, again).await.refused(409, "still-serving");
        site.town().verify().await;
    }

    async fn r82_the_proposal_is_the_cheapest_set_of_listings_against_the_fee(town: Town) {
        let site = Site::open(town, 500).await;
        for (m2, price) in [(2_000, "500.00"), (1_000, "300.00"), (700, "400.00")] {
            site.fair.list(m2, price).await;
        }
        let trader = site.trader().await;
        let path = site.apply(application(1, "3000.00")).await;
        let proposal = format!("{path}/purchase-proposal");
        trader.get(&proposal).await.refused(409, "not-graded");
        site.forestry().await.post(&format!("{path}/gradings"), grading(3)).await.created();
        let told = trader.get(&proposal).await.ok();
        assert_eq!((&told["in_hand_m2"], &told["to_buy_m2"], &told["short_m2"]),
            (&json!(500), &json!(2_500), &json!(0)));
        let picks: Vec<_> = told["purchases"].as_array().unwrap().iter()
            .map(|it| format!("{} {}", it["m2"], it["price_per_mu"]).replace('"', ""))
            .collect();
        assert_eq!(picks, ["1000 300.00", "700 400.00", "800 500.00"]);
        let amount = 1_000 * 45 + 700 * 60 + 800 * 75;
        assert_eq!(told["amount"], cny(amount));
        assert_eq!(told["restoration_fee"], "600000.00");

        let large = site.apply(application(2, "5000.00")).await;
        site.forestry().await.post(&format!("{large}/gradings"), grading(3)).await.created();
        let told = trader.get(&format!("{large}/purchase-proposal")).await.ok();
        assert_eq!((&told["bought_m2"], &told["short_m2"]), (&json!(3_700), &json!(800)));
        let better = site.apply(application(3, "100.00")).await;
        site.forestry().await.post(&format!("{better}/gradings"), grading(1)).await.created();
        let told = trader.get(&format!("{better}/purchase-proposal")).await.ok();
        assert_eq!((&told["purchases"], &told["short_m2"]), (&json!([]), &json!(100)));
    }
}
