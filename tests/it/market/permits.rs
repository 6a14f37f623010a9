//! What one person alone commits: up to their organisation's limit, and beyond it by a permit of two
//! people, once.

use serde_json::{Value, json};
use wetland_exchange::identity::{self, CreateUser};
use wetland_exchange::kernel::actor::{Doing, Role};
use wetland_exchange::kernel::ids::UserId;

use super::auctions::{Sale, announcement};
use super::fair::{Fair, order, purchases};
use crate::support::{Reply, Town, password_of, send};
use crate::tampering::hand::Hand;

const LIMITS: &str = "/api/v1/single-person-limits";
const PERMITS: &str = "/api/v1/commitment-permits";
const ONE: &str = "buyer.00";
pub(crate) const OTHER: &str = "buyer.partner";

/// A fair with two buyers, of whom the first has two people.
pub(crate) async fn fair(town: Town) -> Fair {
    let fair = Fair::open(town, 2).await;
    let partner = CreateUser {
        id: UserId::new(),
        username: OTHER.into(),
        display_name: "买方负责人".into(),
        organisation_id: fair.buyers[0].1,
        role: Role::DeveloperDirector,
        password_hash: fair.town().hash_of(&password_of(OTHER)),
    };
    let doing = Doing::system("open_fair");
    let write = fair.town().db.write(doing, move |tx| identity::create_user(tx, &partner));
    write.await.unwrap();
    fair
}

async fn say(fair: &Fair, by: &str, path: &str, body: Value) -> Reply {
    fair.town().user(by).await.post(path, body).await
}

async fn set(fair: &Fair, by: &str, limit: Value) -> Reply {
    say(fair, by, LIMITS, json!({ "limit": limit, "reason": "授权调整" })).await
}

async fn limit(fair: &Fair) -> Value {
    fair.town().user(ONE).await.get("/api/v1/single-person-limit").await.ok()["limit"].clone()
}

fn path_of(list: &str, one: &Value) -> String {
    format!("{list}/{}", one["id"].as_str().unwrap())
}

/// Asks for a permit of these terms; returns its path.
async fn asked(fair: &Fair, mut terms: Value) -> String {
    terms["reason"] = json!("公路项目");
    path_of(PERMITS, &say(fair, ONE, PERMITS, terms).await.created())
}

/// The same, approved by the other.
async fn permit(fair: &Fair, terms: Value) -> String {
    let path = asked(fair, terms).await;
    let approved = say(fair, OTHER, &format!("{path}/approval"), json!({})).await.ok();
    assert_eq!(approved["state"], "approved");
    path
}

async fn shown(fair: &Fair, permit: &str) -> Value {
    fair.town().user(ONE).await.get(permit).await.ok()
}

async fn buy(fair: &Fair, listing: &Value, m2: i64) -> Reply {
    say(fair, ONE, &purchases(listing), json!({ "m2": m2 })).await
}

on_both_engines! {
    async fn a_limit_is_lowered_at_once_by_one_person_and_raised_by_two(town: Town) {
        let fair = fair(town).await;
        assert_eq!(limit(&fair).await, Value::Null);
        let first = set(&fair, ONE, json!("100.00")).await.created();
        assert_eq!((&first["state"], &first["decided_by"]), (&json!("effective"), &Value::Null));
        assert_eq!(limit(&fair).await, "100.00");
        set(&fair, ONE, json!("100.00")).await.refused(409, "same-limit");
        set(&fair, OTHER, json!("50.00")).await.created();
        assert_eq!(limit(&fair).await, "50.00");

        let raise = set(&fair, ONE, json!("50.01")).await.created();
        assert_eq!((&raise["state"], &raise["previous"]), (&json!("entered"), &json!("50.00")));
        let path = path_of(LIMITS, &raise);
        let approval = format!("{path}/approval");
        say(&fair, ONE, &approval, json!({})).await.refused(403, "same-person");
        say(&fair, "buyer.01", &approval, json!({})).await.refused(404, "not-found");
        let unknown = format!("{LIMITS}/{}/approval", uuid::Uuid::now_v7());
        say(&fair, OTHER, &unknown, json!({})).await.refused(404, "not-found");
        assert_eq!(limit(&fair).await, "50.00");
        // A lower one takes the place of the one that waits.
        set(&fair, ONE, json!("40.00")).await.created();
        say(&fair, OTHER, &approval, json!({})).await.refused(409, "limit-decided");
        assert_eq!(limit(&fair).await, "40.00");

        let raise = set(&fair, ONE, json!("80.00")).await.created();
        let approval = format!("{}/approval", path_of(LIMITS, &raise));
        let token = fair.town().log_in(OTHER).await;
        fair.town().clock.set(fair.town().now().plus_seconds(301));
        let stale = fair.town().http.post(format!("{}{approval}", fair.town().url));
        let stale = stale.header("idempotency-key", "stale").bearer_auth(token).json(&json!({}));
        send(stale).await.refused(403, "fresh-code-needed");
        assert_eq!(limit(&fair).await, "40.00");
        let done = say(&fair, OTHER, &approval, json!({})).await.ok();
        assert!(done["decided_by"] != done["entered_by"], "{done:#}");
        assert_eq!(limit(&fair).await, "80.00");
        say(&fair, OTHER, &approval, json!({})).await.refused(409, "limit-decided");

        let removal = set(&fair, OTHER, Value::Null).await.created();
        let path = path_of(LIMITS, &removal);
        let no = json!({ "reason": "不需要" });
        let turned = say(&fair, ONE, &format!("{path}/rejection"), no).await.ok();
        assert_eq!((&turned["state"], limit(&fair).await), (&json!("rejected"), json!("80.00")));
        let removal = set(&fair, OTHER, Value::Null).await.created();
        say(&fair, ONE, &format!("{}/approval", path_of(LIMITS, &removal)), json!({})).await.ok();
        assert_eq!(limit(&fair).await, Value::Null);
        let list = fair.town().user(OTHER).await.get(LIMITS).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 7);
        let none = fair.town().user("buyer.01").await.get(LIMITS).await.ok();
        assert_eq!(none["items"], json!([]), "others see none of it");
        fair.town().verify().await;
    }

    async fn one_person_alone_buys_up_to_the_limit_and_beyond_it_by_a_permit_once(town: Town) {
        let fair = fair(town).await;
        let (_, id) = fair.buyers[0].clone();
        let listing = fair.list(1_000, "337.00").await;
        // 100 m² at 337.00 a mu are 50.55.
        set(&fair, ONE, json!("50.55")).await.created();
        buy(&fair, &listing, 100).await.created();
        set(&fair, ONE, json!("50.54")).await.created();
        let before = (fair.cash_fen(id).await, fair.credits_m2(id).await);
        let refused = buy(&fair, &listing, 100).await.refused(409, "permit-needed");
        let told = refused["detail"].as_str().unwrap().to_owned();
        assert!(told.contains("50.55 CNY") && told.contains("at most 50.54 CNY"), "{told}");
        assert_eq!((fair.cash_fen(id).await, fair.credits_m2(id).await), before);

        let terms = json!({ "kind": "purchase", "subject_id": listing["id"], "amount": "50.55" });
        let path = asked(&fair, terms.clone()).await;
        buy(&fair, &listing, 100).await.refused(409, "permit-needed");
        let approval = format!("{path}/approval");
        say(&fair, ONE, &approval, json!({})).await.refused(403, "same-person");
        say(&fair, "buyer.01", &approval, json!({})).await.refused(404, "not-found");
        fair.town().user("buyer.01").await.get(&path).await.refused(404, "not-found");
        say(&fair, OTHER, &approval, json!({})).await.ok();
        say(&fair, OTHER, &approval, json!({})).await.refused(409, "permit-decided");
        // What is not over the limit uses none up, and what costs more is not covered.
        buy(&fair, &listing, 99).await.created();
        buy(&fair, &listing, 101).await.refused(409, "permit-needed");
        let trade = buy(&fair, &listing, 100).await.created();
        let used = shown(&fair, &path).await;
        assert_eq!((&used["state"], &used["used_amount"]), (&json!("used"), &json!("50.55")));
        assert_eq!(used["used_for"], format!("trade:{}", trade["id"].as_str().unwrap()));
        buy(&fair, &listing, 100).await.refused(409, "permit-needed");

        // Of another listing, of another kind, taken back, or a day old, it is of no use.
        let other = fair.list(10, "337.00").await;
        let mut elsewhere = terms.clone();
        elsewhere["subject_id"] = other["id"].clone();
        permit(&fair, elsewhere).await;
        permit(&fair, json!({ "kind": "order", "amount": "1000.00" })).await;
        let back = permit(&fair, terms.clone()).await;
        let no = json!({ "reason": "项目推迟" });
        let turned = say(&fair, ONE, &format!("{back}/rejection"), no.clone()).await.ok();
        assert_eq!(turned["state"], "rejected");
        let old = permit(&fair, terms).await;
        fair.town().clock.set(fair.town().now().plus_seconds(86_400));
        buy(&fair, &listing, 100).await.refused(409, "permit-needed");
        assert_eq!(shown(&fair, &old).await["is_over"], true);
        let late = say(&fair, ONE, &format!("{path}/rejection"), no).await;
        late.refused(409, "permit-decided");
        fair.town().verify().await;
    }

    async fn of_sixty_four_purchases_side_by_side_with_one_permit_one_succeeds(town: Town) {
        let fair = fair(town).await;
        let (_, id) = fair.buyers[0].clone();
        let listing = fair.list(1_000, "337.00").await;
        set(&fair, ONE, json!("0.00")).await.created();
        // 1 m² is 0.51.
        permit(&fair, json!({ "amount": "0.51" })).await;
        let token = fair.town().log_in(ONE).await;
        let url = format!("{}{}", fair.town().url, purchases(&listing));
        let asking = (0..64).map(|n: i32| {
            let request = fair.town().http.post(&url).bearer_auth(&token);
            let request = request.header("idempotency-key", n.to_string());
            tokio::spawn(send(request.json(&json!({ "m2": 1 }))))
        });
        let mut won = 0;
        for one in asking.collect::<Vec<_>>() {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                201 => won += 1,
                _ => drop(answer.refused(409, "permit-needed")),
            }
        }
        assert_eq!((won, fair.credits_m2(id).await), (1, 1));
        fair.town().verify().await;
    }

    async fn orders_bids_and_terms_take_permits_like_purchases(town: Town) {
        let fair = fair(town).await;
        set(&fair, ONE, json!("0.00")).await.created();
        // 3 m² at 337.00 are 1.52 at most; what is refused for another reason uses no permit up.
        let place = async |body: Value| say(&fair, ONE, "/api/v1/orders", body).await;
        place(order(3, "337.00")).await.refused(409, "permit-needed");
        let path = permit(&fair, json!({ "kind": "order", "amount": "1.52" })).await;
        let mut at_once = order(3, "337.00");
        at_once["execution"] = json!("fill_or_kill");
        place(at_once).await.refused(409, "not-filled");
        place(order(3, "340.00")).await.refused(409, "permit-needed");
        let placed = place(order(3, "337.00")).await.created();
        let used = shown(&fair, &path).await;
        assert_eq!(used["used_for"], format!("order:{}", placed["id"].as_str().unwrap()));
        place(order(3, "337.00")).await.refused(409, "permit-needed");

        // 100 m² at 90,000.00 are 13,500.00. The buyer's own terms bind it, as its acceptance does.
        let talks = "/api/v1/negotiated-transfers";
        let seller = fair.desk.organisation("T360124500").await;
        let terms = json!({
            "batch_id": fair.batch, "counterparty_id": seller, "m2": 100, "price_per_mu": "90000.00",
        });
        say(&fair, ONE, talks, terms.clone()).await.refused(409, "permit-needed");
        permit(&fair, json!({ "kind": "negotiated_transfer", "amount": "13500.00" })).await;
        let talk = path_of(talks, &say(&fair, ONE, talks, terms).await.created());
        let counter = json!({ "round": 1, "m2": 80, "price_per_mu": "95000.00" });
        say(&fair, "fu.guoping", &format!("{talk}/counter-offers"), counter).await.created();
        let accept = async || say(&fair, ONE, &format!("{talk}/acceptance"), json!({ "round": 2 })).await;
        accept().await.refused(409, "permit-needed");
        let subject = talk.rsplit('/').next().unwrap();
        let terms = json!({
            "kind": "negotiated_transfer", "subject_id": subject, "amount": "11400.00",
        });
        permit(&fair, terms).await;
        assert_eq!(accept().await.created()["state"], "settled");

        // A deposit comes back unless a bid wins: it needs no permit.
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.put_down(ONE, Some("2000.00")).await.created();
        sale.at(sale.opens_at);
        sale.bid(0, "94200.00").await.refused(409, "permit-needed");
        let terms = json!({ "kind": "bid", "subject_id": sale.id, "amount": "14130.00" });
        permit(&fair, terms).await;
        sale.bid(0, "94300.00").await.refused(409, "permit-needed");
        sale.bid(0, "94200.00").await.created();
        fair.town().verify().await;
    }

    async fn a_permit_names_something_that_can_be_committed(town: Town) {
        let fair = fair(town).await;
        let ask = async |body: Value| say(&fair, ONE, PERMITS, body).await;
        let id = uuid::Uuid::now_v7();
        ask(json!({ "amount": "0.00", "reason": "…" })).await.refused(422, "permit-for-nothing");
        let unsaid = json!({ "subject_id": id, "amount": "1.00", "reason": "…" });
        ask(unsaid).await.refused(422, "permit-subject-odd");
        let of_order = json!({ "kind": "order", "subject_id": id, "amount": "1.00", "reason": "…" });
        ask(of_order).await.refused(422, "permit-subject-odd");
        assert!(ask(json!({ "amount": "-1.00", "reason": "…" })).await.status.is_client_error());
        let path = asked(&fair, json!({ "amount": "1.00" })).await;
        fair.town().clock.set(fair.town().now().plus_seconds(7 * 86_400));
        let late = say(&fair, OTHER, &format!("{path}/approval"), json!({})).await;
        late.refused(409, "permit-expired");
        let list = fair.town().user(OTHER).await.get(&format!("{PERMITS}?state=asked")).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        fair.town().verify().await;
    }

    async fn a_limit_or_permit_that_was_altered_is_named(town: Town) {
        let fair = fair(town).await;
        set(&fair, ONE, json!("10.00")).await.created();
        permit(&fair, json!({ "amount": "20.00" })).await;
        let mut hand = Hand::of(fair.town());
        hand.run("BEGIN");
        assert!(hand.look().is_clean());
        hand.run("ROLLBACK");
        for change in [
            "UPDATE organisations SET single_person_limit_fen = 2000 WHERE single_person_limit_fen = 1000",
            "UPDATE organisations SET single_person_limit_fen = NULL WHERE single_person_limit_fen = 1000",
            "UPDATE single_person_limits SET limit_fen = 2000",
            "UPDATE commitment_permits SET amount_fen = 200000",
        ] {
            hand.run("BEGIN");
            hand.run(change);
            assert!(!hand.look().is_clean(), "not found: {change}");
            hand.run("ROLLBACK");
        }
    }
}
