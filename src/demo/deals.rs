//! Acts between those who have credits and those who want them, other than at a listing: auctions,
//! negotiated transfers, pledges.

use anyhow::Context;
use chrono::{DateTime, Months, Utc};
use serde_json::{Value, json};

use super::look::text;
use super::people::Reply;
use super::player::Player;
use super::story::Act;
use crate::kernel::clock::Time;

/// A sale is open to bids for an hour; the story names its beginning only.
const OPEN_S: i64 = 3_600;
/// Between two bids of the story, and from the end to the moment at which all is decided.
const PAUSE_S: i64 = 60;
/// What a bidder pays to bid, of what the lot costs at its starting price.
const DEPOSIT_PERCENT: u32 = 10;
/// Days in which anybody may object to the result.
const RESULT_DAYS: u32 = 3;

/// The loan that the story does not tell more of.
const LOAN: &str = "300000.00";
const LOAN_MONTHS: u32 = 12;

impl Player {
    pub(super) async fn announce_auction(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let opens = time_of(act.text("opens")?)?;
        let new = json!({
            "batch_id": self.world.ids.id(act.text("batch")?)?, "kind": "open",
            "m2": act.data.get("m2"), "start_price_per_mu": act.text("start_price_per_mu")?,
            "step_per_mu": act.text("step_per_mu")?, "deposit_percent": DEPOSIT_PERCENT,
            "notice_days": RESULT_DAYS, "opens_at": opens, "closes_at": opens.plus_seconds(OPEN_S),
        });
        let reply = self.people.post(&act.by, "/api/v1/auctions", new).await?;
        if reply.is_done() {
            // Auctions are numbered in another way here than in the story.
            let auction = act.text("auction")?;
            self.world.ids.keep(auction, &reply.body)?;
            let deposit = act.data.get("deposit").unwrap_or(&Value::Null);
            self.checks.same(&format!("{auction} deposit"), deposit, &reply.body["deposit"]);
        }
        Ok(reply)
    }

    /// Each bidder pays in what it takes to bid.
    pub(super) async fn reserve_bid_deposits(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let path = format!("{}/deposits", self.auction(act)?);
        let mut last = None;
        for who in act.by.split(", ") {
            let new = json!({"amount": act.text("each")?});
            let reply = self.people.post(who, &path, new).await?;
            if !reply.is_done() {
                return Ok(reply);
            }
            last = Some(reply);
        }
        last.context("nobody pays a deposit")
    }

    /// The sale from its opening to its result: bids a minute apart, and the clock ends it.
    pub(super) async fn run_auction(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let path = self.auction(act)?;
        let auction = self.people.read(&path).await?;
        let opens = time_of(text(&auction, "opens_at"))?;
        let bids = act.data.get("bids").and_then(Value::as_array).cloned().unwrap_or_default();
        for (n, bid) in (0..).zip(&bids) {
            self.go_to(opens.plus_seconds(n * PAUSE_S)).await?;
            let bidder = self.world.person_of(text(bid, "bidder"), "developer")?;
            let new = json!({"price_per_mu": bid["price_per_mu"]});
            let reply = self.people.post(&bidder, &format!("{path}/bids"), new).await?;
            let found = if reply.is_done() { "valid" } else { reply.code() };
            let expected = match text(bid, "rule") {
                "R50" => "bid-off-step",
                _ => text(bid, "outcome"),
            };
            self.checks.same(&format!("bid {}", n + 1), &json!(expected), &json!(found));
        }
        let ends = time_of(text(&self.people.read(&path).await?, "ends_at"))?;
        self.go_to(ends.plus_seconds(PAUSE_S)).await?;
        let ended = self.people.ask(&self.world.person_of("AUD01", "auditor")?, &path).await?;
        let wanted = |name: &str| act.data.get(name).cloned().unwrap_or(Value::Null);
        let price = wanted("price_per_mu");
        self.checks.same("highest bid", &price, &ended.body["highest_price_per_mu"]);
        self.checks.same("notice to", &wanted("result_notice")[1], &ended.body["notice_to"]);
        let winner = self.world.person_of(act.text("winner")?, "developer")?;
        let award = self.award(&winner, act).await?;
        self.checks.same("winner's price", &price, &award["price_per_mu"]);
        Ok(ended)
    }

    /// The winner completes the purchase.
    pub(super) async fn settle_auction(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let award = self.award(&act.by, act).await?;
        let path = format!("/api/v1/auction-awards/{}/completion", text(&award, "id"));
        let reply = self.people.post(&act.by, &path, Value::Null).await?;
        if reply.is_done() {
            self.answers.trade = reply.body.clone();
        }
        Ok(reply)
    }

    /// One side offers and the other accepts.
    pub(super) async fn negotiated_transfer(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let (buyer, seller) = act.by.split_once(", ").context("two sides negotiate")?;
        let new = json!({
            "batch_id": self.world.ids.id(act.text("batch")?)?,
            "counterparty_id": self.world.ids.id(act.text("seller")?)?,
            "m2": act.data.get("m2"), "price_per_mu": act.text("price_per_mu")?,
        });
        let path = "/api/v1/negotiated-transfers";
        let offered = self.people.post(buyer, path, new).await?.done()?;
        let path = format!("{path}/{}/acceptance", text(&offered, "id"));
        let round = json!({"round": offered["round"]});
        let reply = self.people.post(seller, &path, round).await?;
        if reply.is_done() {
            let trade = format!("/api/v1/trades/{}", text(&reply.body, "trade_id"));
            self.answers.trade = self.people.get(buyer, &trade).await?;
        }
        Ok(reply)
    }

    /// The holder asks, and the lender registers; the credits secure a loan of a year.
    pub(super) async fn pledge(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let (holder, lender) = act.by.split_once(", ").context("two sides make a pledge")?;
        let ends_on = act.date.checked_add_months(Months::new(LOAN_MONTHS));
        let new = json!({
            "lender_id": self.world.ids.id(act.text("lender")?)?,
            "batch_id": self.world.ids.id(act.text("batch")?)?, "m2": act.data.get("m2"),
            "amount": LOAN, "contract_no": "示例质借〔2026〕1号", "starts_on": act.date,
            "ends_on": ends_on, "shares": ["township_share"],
        });
        let asked = self.people.post(holder, "/api/v1/pledges", new).await?.done()?;
        let path = format!("/api/v1/pledges/{}/registration", text(&asked, "id"));
        self.people.post(lender, &path, json!({})).await
    }

    /// The path of the auction that an act names.
    fn auction(&self, act: &Act) -> anyhow::Result<String> {
        Ok(format!("/api/v1/auctions/{}", self.world.ids.id(act.text("auction")?)?))
    }

    /// What that person's organisation has won of the auction that an act names.
    async fn award(&mut self, who: &str, act: &Act) -> anyhow::Result<Value> {
        let auction = self.world.ids.id(act.text("auction")?)?.to_owned();
        let won = self.people.get(who, "/api/v1/auction-awards").await?;
        let mut won = won["items"].as_array().into_iter().flatten();
        let award = won.find(|award| text(award, "auction_id") == auction);
        award.cloned().with_context(|| format!("{who} has won nothing of {}", act.action))
    }
}

fn time_of(text: &str) -> anyhow::Result<Time> {
    let time: DateTime<Utc> = text.parse().with_context(|| format!("{text} is no moment"))?;
    Ok(Time::of(time.naive_utc()))
}
