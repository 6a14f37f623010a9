//! Auctions, told as stories on both engines.

mod last_second;
mod races;
mod results;
mod sealed;
mod unhappy;

use serde_json::{Value, json};
use wetland_exchange::kernel::clock::Time;
use wetland_exchange::kernel::ids::OrganisationId;
use wetland_exchange::ledger::{self, Account, CreditBucket, MoneyBucket};

use super::fair::{Fair, PAID_IN_FEN};
use crate::support::Reply;

/// 100 m² at 94,200.00 are 14,130.00, and a tenth of that is the deposit.
const M2: i64 = 100;
const START: &str = "94200.00";
const DEPOSIT_FEN: i64 = 141_300;

/// An auction of the fair.
pub(crate) struct Sale<'f> {
    pub(crate) fair: &'f Fair,
    pub(crate) id: String,
    pub(crate) opens_at: Time,
    pub(crate) closes_at: Time,
}

/// What is announced where a story says nothing else: an open auction that opens in eight days.
pub(crate) fn announcement(fair: &Fair, kind: &str) -> Value {
    let opens_at = fair.town().now().plus_seconds(8 * 86_400);
    let mut body = json!({
        "batch_id": fair.batch, "kind": kind, "m2": M2, "start_price_per_mu": START,
        "opens_at": opens_at, "closes_at": opens_at.plus_seconds(3_600),
    });
    if kind == "open" {
        body["step_per_mu"] = json!("100.00");
    }
    body
}

fn time(value: &Value) -> Time {
    serde_json::from_value(value.clone()).unwrap()
}

impl<'f> Sale<'f> {
    pub(crate) async fn announce(fair: &'f Fair, body: Value) -> Self {
        let fu = fair.town().user("fu.guoping").await;
        let auction = fu.post("/api/v1/auctions", body).await.created();
        assert_eq!(auction["state"], "announced");
        Self {
            fair,
            id: auction["id"].as_str().unwrap().to_owned(),
            opens_at: time(&auction["opens_at"]),
            closes_at: time(&auction["closes_at"]),
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/auctions/{}{rest}", self.id)
    }

    pub(crate) async fn shown(&self) -> Value {
        self.fair.town().stranger().get(&self.path("")).await.ok()
    }

    /// Every buyer puts down that much; without an amount the least.
    pub(crate) async fn all_put_down(&self, amount: Option<&str>) {
        for (username, _) in &self.fair.buyers {
            self.put_down(username, amount).await.created();
        }
    }

    pub(crate) async fn put_down(&self, username: &str, amount: Option<&str>) -> Reply {
        let body = amount.map_or(json!({}), |amount| json!({ "amount": amount }));
        self.fair.town().user(username).await.post(&self.path("/deposits"), body).await
    }

    pub(crate) async fn bid(&self, n: usize, price: &str) -> Reply {
        let user = self.fair.town().user(&self.fair.buyers[n].0).await;
        user.post(&self.path("/bids"), json!({ "price_per_mu": price })).await
    }

    pub(crate) fn at(&self, time: Time) {
        self.fair.town().clock.set(time);
    }

    /// Lets the clock do what it asks for.
    pub(crate) async fn due(&self) {
        wetland_exchange::due::run(&self.fair.town().db).await.unwrap();
    }

    /// Goes to that moment and lets the clock do its work.
    pub(crate) async fn pass(&self, time: Time) -> Value {
        self.at(time);
        self.due().await;
        self.shown().await
    }

    /// Goes to nine in the morning of that day.
    pub(crate) async fn on(&self, day: &Value) -> Value {
        let day = day.as_str().unwrap().parse().unwrap();
        self.pass(Time::in_shanghai(day, 9)).await
    }

    /// The deposits of the buyer as (amount, outcome).
    pub(crate) async fn deposit(&self, n: usize) -> (String, String) {
        let user = self.fair.town().user(&self.fair.buyers[n].0).await;
        let list = user.get("/api/v1/auction-deposits").await.ok();
        let items = list["items"].as_array().unwrap().clone();
        let own: Vec<_> = items.iter().filter(|one| one["auction_id"] == *self.id).collect();
        let [own] = own[..] else { panic!("one deposit: {list:#}") };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&own["deposit"]), text(&own["outcome"]))
    }

    pub(crate) async fn award_of(&self, n: usize) -> Value {
        let user = self.fair.town().user(&self.fair.buyers[n].0).await;
        let list = user.get("/api/v1/auction-awards").await.ok();
        list["items"][0].clone()
    }

    pub(crate) async fn complete(&self, n: usize) -> Reply {
        let award = self.award_of(n).await;
        let path = format!("/api/v1/auction-awards/{}/completion", award["id"].as_str().unwrap());
        self.fair.town().user(&self.fair.buyers[n].0).await.post(&path, json!({})).await
    }
}

/// The bid came after the end, whether or not the clock has closed the auction since.
#[track_caller]
pub(crate) fn too_late(answer: &Reply) {
    assert_eq!(answer.status, 409, "{}", answer.text);
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    assert!(["/problems/auction-closed", "/problems/auction-state"].contains(&&*kind), "{kind}");
}

pub(crate) async fn reserved_fen(fair: &Fair, of: OrganisationId) -> i64 {
    let reserved = Account::money(of, fair.desk.account, MoneyBucket::Reserved);
    fair.town().db.read(None, move |c| ledger::balance(c, &reserved)).await.unwrap()
}

pub(crate) async fn reserved_m2(fair: &Fair) -> i64 {
    let seller = fair.desk.organisation("T360124500").await;
    let reserved = Account::credits(seller, fair.batch, CreditBucket::Reserved);
    fair.town().db.read(None, move |c| ledger::balance(c, &reserved)).await.unwrap()
}

/// Checks that all that the buyers have is theirs again, to the fen, and all credits the seller's.
pub(crate) async fn all_is_free(fair: &Fair) {
    for (_, id) in &fair.buyers {
        assert_eq!((fair.cash_fen(*id).await, reserved_fen(fair, *id).await), (PAID_IN_FEN, 0));
    }
    let seller = fair.desk.organisation("T360124500").await;
    assert_eq!((fair.credits_m2(seller).await, reserved_m2(fair).await), (6_120, 0));
    fair.town().verify().await;
}

on_both_engines! {
    async fn r49_r50_r51_r54_r55_r56_r57_an_auction_from_its_announcement_to_its_trade(town: Town) {
        let fair = Fair::open(town, 3).await;
        let fu = fair.town().user("fu.guoping").await;
        let mut early = announcement(&fair, "open");
        let soon = fair.town().now().plus_seconds(7 * 86_400 - 1);
        (early["opens_at"], early["closes_at"]) = (json!(soon), json!(soon.plus_seconds(3_600)));
        fu.post("/api/v1/auctions", early).await.refused(422, "announced-too-late");

        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        assert_eq!(sale.shown().await["deposit"], "1413.00");
        assert_eq!(reserved_m2(&fair).await, M2);
        sale.put_down("buyer.00", Some("1412.99")).await.refused(422, "deposit-too-small");
        sale.all_put_down(None).await;
        for (_, id) in &fair.buyers {
            assert_eq!(fair.cash_fen(*id).await, PAID_IN_FEN - DEPOSIT_FEN);
        }
        // With more behind them two of them may bid more.
        sale.put_down("buyer.00", Some("100.00")).await.created();
        let more = sale.put_down("buyer.01", Some("200.00")).await.created();
        assert_eq!((&more["deposit"], &more["bidder"]), (&json!("1613.00"), &json!(2)));

        sale.bid(0, START).await.refused(409, "auction-not-yet-open");
        sale.at(sale.opens_at);
        sale.bid(0, "94199.99").await.refused(422, "bid-below-start");
        sale.bid(2, START).await.created();
        sale.bid(2, "942100.00").await.refused(422, "bid-over-deposit");
        sale.bid(0, START).await.refused(409, "bid-off-step");
        sale.bid(0, "94250.00").await.refused(409, "bid-off-step");
        sale.bid(0, "94500.00").await.created();
        sale.due().await;
        // The free stage ends, and the timed one begins.
        sale.at(sale.closes_at.plus_seconds(179));
        let bid = sale.bid(1, "94600.00").await.created();
        assert_eq!((&bid["n"], &bid["bidder"], &bid["own"]), (&json!(3), &json!(2), &json!(true)));
        let ends_at = sale.closes_at.plus_seconds(179 + 180);
        let shown = sale.pass(ends_at.just_before()).await;
        assert_eq!((&shown["state"], time(&shown["ends_at"])), (&json!("open"), ends_at));

        // Nobody has closed it yet, and still it is too late.
        sale.at(ends_at);
        too_late(&sale.bid(0, "94700.00").await);
        let shown = sale.pass(ends_at).await;
        assert_eq!((&shown["state"], &shown["bids"]), (&json!("noticed"), &json!(3)));
        assert_eq!(shown["awards"][0]["amount"], "14190.00");
        assert_eq!(shown["awards"][0]["bidder_name"], "示例建设单位01");
        sale.bid(0, "94700.00").await.refused(409, "auction-state");
        assert_eq!(sale.deposit(0).await, ("1513.00".into(), "freed".into()));
        assert_eq!(sale.deposit(1).await, ("1613.00".into(), "held".into()));
        assert_eq!(fair.cash_fen(fair.buyers[2].1).await, PAID_IN_FEN);
        sale.complete(1).await.refused(409, "award-not-open");

        // Three calendar days, then the next working day.
        let closed_on = ends_at.date_in_shanghai();
        let notice_to = closed_on + chrono::Days::new(3);
        assert_eq!(shown["notice_to"], json!(notice_to));
        let shown = sale.pass(Time::in_shanghai(notice_to, 23)).await;
        assert_eq!(shown["state"], "noticed");
        let calendar = wetland_exchange::kernel::calendar::Calendar::published();
        let day = calendar.next_working_day(notice_to).unwrap();
        let shown = sale.pass(Time::in_shanghai(day, 0)).await;
        assert_eq!(shown["state"], "confirmed");
        let award = sale.award_of(1).await;
        assert_eq!(award["confirmed_on"], json!(day));
        assert_eq!(award["complete_by"], json!(calendar.term_end(day, 5).unwrap()));

        let trade = sale.complete(1).await.created();
        assert_eq!((&trade["source"], &trade["amount"]), (&json!("auction"), &json!("14190.00")));
        let winner = fair.buyers[1].1;
        assert_eq!(fair.cash_fen(winner).await, PAID_IN_FEN - 1_419_000);
        assert_eq!((reserved_fen(&fair, winner).await, fair.credits_m2(winner).await), (0, M2));
        assert_eq!(sale.deposit(1).await.1, "part_payment");
        let shown = sale.shown().await;
        assert_eq!((&shown["state"], reserved_m2(&fair).await), (&json!("ended"), 0));
        sale.complete(1).await.refused(409, "award-not-open");
        fair.town().verify().await;
    }

    async fn r55_who_does_not_complete_in_time_forfeits_its_deposit_to_the_treasury(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.all_put_down(None).await;
        sale.at(sale.opens_at);
        sale.bid(0, START).await.created();
        sale.pass(sale.closes_at.plus_seconds(180)).await;
        let notice_to = sale.shown().await["notice_to"].clone();
        sale.on(&notice_to).await;
        let day: chrono::NaiveDate = notice_to.as_str().unwrap().parse().unwrap();
        for later in 1..=5 {
            sale.on(&json!(day + chrono::Days::new(later))).await;
        }
        let award = sale.award_of(0).await;
        assert_eq!(award["state"], "confirmed");
        let last: chrono::NaiveDate = award["complete_by"].as_str().unwrap().parse().unwrap();
        let shown = sale.pass(Time::in_shanghai(last.succ_opt().unwrap(), 0).just_before()).await;
        assert_eq!(shown["state"], "confirmed");
        sale.at(Time::in_shanghai(last.succ_opt().unwrap(), 0));
        let late = sale.complete(0).await;
        late.refused(409, "award-not-open");
        sale.due().await;
        let shown = sale.shown().await;
        assert_eq!(shown["state"], "ended");
        assert_eq!(shown["awards"][0]["state"], "defaulted");
        assert_eq!(sale.deposit(0).await.1, "forfeited");
        let loser = fair.buyers[0].1;
        assert_eq!(fair.cash_fen(loser).await, PAID_IN_FEN - DEPOSIT_FEN);
        assert_eq!(fair.desk.balance("FINANCE", "treasury_share").await, "1413.00");
        assert_eq!(fair.cash_fen(fair.buyers[1].1).await, PAID_IN_FEN);
        assert_eq!(reserved_m2(&fair).await, 0);
        fair.town().verify().await;
    }
}
