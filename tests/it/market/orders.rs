//! Orders: filled at once as far as they can be, then waiting with their cash reserved.

use serde_json::{Value, json};

use super::fair::{Fair, PAID_IN_FEN, order, purchases};

const ORDERS: &str = "/api/v1/orders";

fn path_of(order: &Value) -> String {
    format!("{ORDERS}/{}", order["id"].as_str().unwrap())
}

/// How much was filled at which price, in the order of the fills.
fn fills(order: &Value) -> Vec<(i64, String)> {
    let fills = order["fills"].as_array().unwrap().iter();
    fills.map(|f| (f["m2"].as_i64().unwrap(), f["price_per_mu"].as_str().unwrap().into())).collect()
}

fn fen(text: &Value) -> i64 {
    text.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// What the fills of an order cost.
fn paid(order: &Value) -> i64 {
    order["fills"].as_array().unwrap().iter().map(|fill| fen(&fill["amount"])).sum()
}

on_both_engines! {
    async fn r5_r48_an_order_is_filled_from_the_cheapest_and_its_rest_waits_with_its_cash(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        fair.list(100, "337.00").await;
        fair.list(100, "300.00").await;
        fair.list(100, "300.00").await;
        fair.list(100, "338.00").await;
        let buyer = fair.town().user(&name).await;
        let placed = buyer.post(ORDERS, order(350, "337.00")).await.created();
        let first = [(100, "300.00".into()), (100, "300.00".into()), (100, "337.00".into())];
        assert_eq!(fills(&placed), first);
        assert_eq!((&placed["left_m2"], &placed["state"]), (&json!(50), &json!("open")));
        // ceil(50 × 337.00 × 3 / 2000) and a fen for each of 46 further fills.
        assert_eq!(placed["reserved"], json!({ "360124": "25.74" }));
        assert_eq!(fair.reserved_fen(id).await, 2_528 + 46);
        assert_eq!(fair.cash_fen(id).await, PAID_IN_FEN - paid(&placed) - 2_574);

        // A new listing meets the order that waits, at the order's price.
        let listing = fair.list(30, "200.00").await;
        assert_eq!((&listing["left_m2"], &listing["state"]), (&json!(0), &json!("sold")));
        let later = buyer.get(&path_of(&placed)).await.ok();
        assert_eq!(fills(&later)[3], (30, "337.00".into()));
        assert_eq!((fen(&later["reserved"]["360124"]), later["left_m2"].as_i64()), (1_011 + 19, Some(20)));
        assert_eq!(fair.reserved_fen(id).await, 1_030);
        fair.town().verify().await;

        let reason = json!({ "reason": "项目推迟" });
        let cancelled = buyer.post_on(&path_of(&placed), "cancellation", reason.clone()).await.created();
        assert_eq!((&cancelled["state"], &cancelled["left_m2"]), (&json!("cancelled"), &json!(0)));
        assert_eq!((fair.reserved_fen(id).await, fair.cash_fen(id).await), (0, PAID_IN_FEN - paid(&later)));
        assert_eq!(fair.credits_m2(id).await, 330);
        let again = buyer.post(&format!("{}/cancellation", path_of(&placed)), reason).await;
        again.refused(409, "order-not-open");
        fair.town().verify().await;
    }

    async fn r5_three_fills_of_one_square_metre_cost_a_fen_more_than_one_of_three(town: Town) {
        let fair = Fair::open(town, 2).await;
        let buyer = fair.town().user("buyer.00").await;
        let placed = buyer.post(ORDERS, order(3, "337.00")).await.created();
        assert_eq!(placed["reserved"], json!({ "360124": "1.54" }));
        for _ in 0..3 {
            fair.list(1, "337.00").await;
        }
        let filled = buyer.get(&path_of(&placed)).await.ok();
        assert_eq!((paid(&filled), &filled["state"]), (153, &json!("filled")));
        let other = fair.town().user("buyer.01").await;
        let placed = other.post(ORDERS, order(3, "337.00")).await.created();
        fair.list(3, "337.00").await;
        assert_eq!(paid(&other.get(&path_of(&placed)).await.ok()), 152);
        for (_, id) in &fair.buyers {
            assert_eq!(fair.reserved_fen(*id).await, 0);
        }
        fair.town().verify().await;
    }

    async fn the_highest_order_goes_first_and_of_equal_ones_the_earlier(town: Town) {
        let fair = Fair::open(town, 3).await;
        let mut placed = Vec::new();
        for (n, limit) in ["300.00", "337.00", "337.00"].into_iter().enumerate() {
            let buyer = fair.town().user(&fair.buyers[n].0).await;
            placed.push(buyer.post(ORDERS, order(10, limit)).await.created());
        }
        assert_eq!(fair.list(15, "250.00").await["left_m2"], 0);
        let mut left = Vec::new();
        for (n, order) in placed.iter().enumerate() {
            let buyer = fair.town().user(&fair.buyers[n].0).await;
            left.push(buyer.get(&path_of(order)).await.ok()["left_m2"].as_i64().unwrap());
        }
        assert_eq!(left, [10, 0, 5]);
        fair.town().verify().await;
    }

    async fn all_or_nothing_is_refused_without_a_trace_and_at_once_keeps_no_rest(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        let listing = fair.list(100, "300.00").await;
        let buyer = fair.town().user(&name).await;
        let mut whole = order(101, "337.00");
        whole["execution"] = json!("fill_or_kill");
        let refused = buyer.post(ORDERS, whole.clone()).await.refused(409, "not-filled");
        assert_eq!(refused["detail"], "all of 101 m² or nothing was asked, 100 m² are to be had");
        assert_eq!((fair.cash_fen(id).await, fair.credits_m2(id).await), (PAID_IN_FEN, 0));
        whole["m2"] = json!(60);
        assert_eq!(buyer.post(ORDERS, whole).await.created()["state"], "filled");

        let mut at_once = order(100, "337.00");
        at_once["execution"] = json!("immediate_or_cancel");
        let cut = buyer.post(ORDERS, at_once.clone()).await.created();
        assert_eq!((&cut["state"], fills(&cut)), (&json!("unfilled"), vec![(40, "300.00".into())]));
        let none = buyer.post(ORDERS, at_once).await.created();
        assert_eq!((&none["state"], fills(&none).len()), (&json!("unfilled"), 0));
        assert_eq!(fair.reserved_fen(id).await, 0);
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        assert_eq!(fair.town().stranger().get(&path).await.ok()["state"], "sold");
        fair.town().verify().await;
    }

    async fn after_fifty_fills_the_rest_of_an_order_is_cancelled(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        let buyer = fair.town().user(&name).await;
        for _ in 0..49 {
            fair.list(1, "300.00").await;
        }
        let placed = buyer.post(ORDERS, order(60, "337.00")).await.created();
        assert_eq!((&placed["left_m2"], fills(&placed).len()), (&json!(11), 49));
        fair.list(1, "300.00").await;
        let ended = buyer.get(&path_of(&placed)).await.ok();
        assert_eq!((&ended["state"], fills(&ended).len()), (&json!("exhausted"), 50));
        assert_eq!((fair.reserved_fen(id).await, fair.cash_fen(id).await), (0, PAID_IN_FEN - paid(&ended)));
        fair.town().verify().await;
    }

    async fn an_order_that_waits_ends_with_its_last_day(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        let mut body = order(10, "337.00");
        body["valid_to"] = json!("2023-09-30");
        let buyer = fair.town().user(&name).await;
        let placed = buyer.post(ORDERS, body.clone()).await.created();
        assert!(fair.reserved_fen(id).await > 0);
        fair.town().on("2023-10-01");
        // It is over though nobody has ended it yet.
        assert_eq!(fair.list(5, "300.00").await["left_m2"], 5);
        wetland_exchange::due::run(&fair.town().db).await.unwrap();
        let buyer = fair.town().user(&name).await;
        assert_eq!(buyer.get(&path_of(&placed)).await.ok()["state"], "expired");
        assert_eq!((fair.reserved_fen(id).await, fair.cash_fen(id).await), (0, PAID_IN_FEN));
        buyer.post(ORDERS, body).await.refused(422, "already-expired");
        fair.town().verify().await;
    }

    async fn r3_an_order_past_the_limits_or_beyond_the_cash_is_refused(town: Town) {
        let fair = Fair::open(town, 1).await;
        let buyer = fair.town().user("buyer.00").await;
        for bad in [json!(0), json!(-1), json!(1.5), json!(1_000_000_001)] {
            let mut body = order(1, "337.00");
            body["m2"] = bad;
            assert_eq!(buyer.post(ORDERS, body).await.status, 422);
        }
        buyer.post(ORDERS, order(1, "3.33")).await.refused(422, "amount-rounds-to-zero");
        let dear = buyer.post(ORDERS, order(1_000_000_000, "1000000000.00")).await;
        dear.refused(422, "amount-too-large");
        let short = buyer.post(ORDERS, order(1_000, "94200.00")).await;
        let short = short.refused(409, "not-enough-cash");
        assert_eq!(
            short["detail"],
            "the order reserves 141300.49 CNY in 360124, 100000.00 CNY are available: 41300.49 CNY short"
        );
        // What is reserved is not there twice.
        buyer.post(ORDERS, order(700, "94200.00")).await.created();
        buyer.post(ORDERS, order(10, "94200.00")).await.refused(409, "not-enough-cash");
        let listing = fair.list(10, "95000.00").await;
        let spent = buyer.post(&purchases(&listing), json!({ "m2": 10 })).await;
        spent.refused(409, "not-enough-cash");
        fair.town().verify().await;
    }

    async fn r46_an_order_is_filled_no_further_than_credits_may_go(town: Town) {
        let fair = Fair::open(town, 1).await;
        fair.list(100, "300.00").await;
        let far = fair.town().user("dev02.trader").await;
        far.post(ORDERS, order(1, "337.00")).await.refused(409, "nobody-sells-there");
        let mut wider = order(1, "337.00");
        wider["trading_area"] = json!("3601");
        far.post(ORDERS, wider.clone()).await.refused(422, "outside-trading-area");
        wider["counties"] = json!(["360124"]);
        far.post(ORDERS, wider.clone()).await.refused(422, "outside-trading-area");
        wider["trading_area"] = json!("35");
        far.post(ORDERS, wider.clone()).await.refused(422, "area-too-wide");
        wider["trading_area"] = json!("360121");
        far.post(ORDERS, wider).await.refused(422, "county-outside-area");

        let buyer = fair.town().user("buyer.00").await;
        let mut narrow = order(1, "337.00");
        narrow["trading_area"] = json!("36");
        narrow["counties"] = json!(["360124"]);
        assert_eq!(buyer.post(ORDERS, narrow).await.created()["state"], "filled");
        fair.town().verify().await;
    }

    async fn r94_an_order_is_seen_by_its_buyer_and_the_auditor_alone(town: Town) {
        let fair = Fair::open(town, 2).await;
        let buyer = fair.town().user("buyer.00").await;
        let placed = buyer.post(ORDERS, order(10, "337.00")).await.created();
        let other = fair.town().user("buyer.01").await;
        other.get(&path_of(&placed)).await.refused(404, "not-found");
        let cancellation = format!("{}/cancellation", path_of(&placed));
        other.post(&cancellation, json!({ "reason": "…" })).await.refused(404, "not-found");
        assert_eq!(other.get(ORDERS).await.ok()["items"], json!([]));
        assert_eq!(buyer.get(ORDERS).await.ok()["items"][0]["id"], placed["id"]);
        let auditor = fair.town().user("aud01.desk").await;
        assert_eq!(auditor.get(&path_of(&placed)).await.ok()["id"], placed["id"]);
        let filled = buyer.get("/api/v1/orders?state=filled").await.ok();
        assert_eq!(filled["items"], json!([]));
    }

    async fn a_dry_run_says_what_it_would_cost_and_from_whom_and_moves_nothing(town: Town) {
        let fair = Fair::open(town, 1).await;
        let (name, id) = fair.buyers[0].clone();
        let first = fair.list(1_000, "94200.00").await;
        fair.list(500, "90000.00").await;
        let buyer = fair.town().user(&name).await;
        let path = "/api/v1/order-quote?m2=12000&wetland_type=marsh&grade_max=3";
        let quote = buyer.get(path).await.ok();
        assert_eq!((&quote["filled_m2"], &quote["short_m2"]), (&json!(1_500), &json!(10_500)));
        assert_eq!((&quote["amount"], &quote["average_price_per_mu"]), (&json!("208800.00"), &json!("92800.00")));
        assert_eq!(quote["fills"][1]["listing_id"], first["id"]);
        assert_eq!(quote["fills"][0]["m2"], 500);
        assert_eq!(
            quote["cash"],
            json!([{ "county": "360124", "cost": "208800.00", "available": "100000.00", "short": "108800.00" }])
        );
        let limited = buyer.get(&format!("{path}&price_per_mu=90000.00")).await.ok();
        assert_eq!((&limited["filled_m2"], &limited["cash"][0]["short"]), (&json!(500), &json!("0.00")));
        assert_eq!(limited["cash"][0]["reserve"], "1620000.49");
        assert_eq!((fair.cash_fen(id).await, fair.reserved_fen(id).await), (PAID_IN_FEN, 0));
        assert_eq!(buyer.get(ORDERS).await.ok()["items"], json!([]));
    }

    async fn a_listing_that_meets_more_orders_than_one_command_fills_goes_on_by_itself(town: Town) {
        let fair = Fair::open(town, 2).await;
        let (name, id) = fair.buyers[0].clone();
        let buyer = fair.town().user(&name).await;
        for n in 0..230 {
            let key = format!("order-{n}");
            buyer.post_once(ORDERS, order(1, "337.00"), &key).await.created();
        }
        let listing = fair.list(1_000, "300.00").await;
        assert_eq!(listing["left_m2"], 800);
        wetland_exchange::due::run(&fair.town().db).await.unwrap();
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        assert_eq!(fair.town().stranger().get(&path).await.ok()["left_m2"], 770);
        assert_eq!((fair.reserved_fen(id).await, fair.credits_m2(id).await), (0, 230));
        wetland_exchange::due::run(&fair.town().db).await.unwrap();
        fair.town().verify().await;
    }
}
