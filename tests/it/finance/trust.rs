//! What leaves for an account that is not trusted waits; what goes to one on hold does not leave (R69).

use serde_json::{Value, json};
use wetland_exchange::kernel::clock::Time;

use super::desk::{Desk, Row, decide_trust, enter_trust, trust};
use crate::support::{Reply, Town};
use crate::tampering::hand::Hand;

const TOWNSHIP_ACCOUNT: &str = "1502999909000000021";

/// DEV01 has paid 100.00, of which 10.00 became shares: a Thursday before two holidays.
async fn paid_in(town: Town) -> Desk {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-24");
    let reference = desk.notice("dev01.trader", "100.00").await;
    desk.import(desk.file(0, &[Row::new("S1", 10_000, &reference)])).await;
    desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
    desk
}

/// 0.50 of the township's share, entered and approved.
async fn approved(desk: &Desk) -> Value {
    let payout = desk.enter_share("township_share", "T360124500", "0.50").await.created();
    desk.approve("shen.yutong", &payout).await.ok()
}

fn path(payout: &Value, noun: &str) -> String {
    format!("/api/v1/payouts/{}/{noun}", payout["id"].as_str().unwrap())
}

async fn order(desk: &Desk, payout: &Value) -> Reply {
    desk.town.user("peng.haoran").await.get(&path(payout, "payment-order")).await
}

async fn cancel(desk: &Desk, username: &str, payout: &Value) -> Reply {
    let reason = json!({ "reason": "账户存疑" });
    desk.town.user(username).await.post(&path(payout, "cancellation"), reason).await
}

fn goes_out(order: &Reply, account: &str) {
    assert_eq!(order.status.as_u16(), 200, "{}", order.text);
    assert!(order.text.contains(account), "{}", order.text);
}

/// The list of the township's trusted accounts, newest first.
async fn listed(desk: &Desk) -> Value {
    let id = desk.organisation("T360124500").await;
    let path = format!("/api/v1/organisations/{id}/trusted-accounts");
    desk.town.user("aud01.desk").await.get(&path).await.ok()["items"].clone()
}

async fn register(desk: &Desk, number: &str) {
    let id = desk.organisation("T360124500").await;
    let body = json!({
        "bank": { "number": number, "bank_name": "赣鄱示例银行城关支行" }, "reason": "来函",
    });
    let path = format!("/api/v1/organisations/{id}/account-changes");
    let change = desk.town.user("peng.haoran").await.post(&path, body).await.created();
    let path = format!("/api/v1/account-changes/{}/approval", change["id"].as_str().unwrap());
    desk.town.user("shen.yutong").await.post(&path, json!({})).await.ok();
}

async fn hold(desk: &Desk, username: &str, number: &str) -> Reply {
    let body = json!({ "number": number, "reason": "密码疑似泄露" });
    desk.town.user(username).await.post(&desk.path("account-holds"), body).await
}

async fn lift(desk: &Desk, username: &str, hold: &Value, noun: &str) -> Reply {
    let path = format!("/api/v1/account-holds/{}/{noun}", hold["id"].as_str().unwrap());
    let body = if noun == "lift" { json!({}) } else { json!({ "reason": "已当面核实" }) };
    desk.town.user(username).await.post(&path, body).await
}

on_both_engines! {
    async fn r69_an_addition_acts_on_the_fourth_working_day_and_a_removal_at_once(town: Town) {
        let desk = paid_in(town).await;
        let entry = enter_trust(&desk.town, "T360124500").await.created();
        assert_eq!((&entry["state"], &entry["acts_from"]), (&json!("entered"), &json!(null)));
        let approval = decide_trust(&desk.town, "shen.yutong", &entry, "approval").await.ok();
        // The 25th is a holiday and so are the first seven days of October.
        assert_eq!(approval["acts_from"], "2026-10-08T01:00:00.000000Z");

        let morning = Time::in_shanghai("2026-10-08".parse().unwrap(), 9);
        desk.town.clock.set(morning.just_before());
        let early = approved(&desk).await;
        assert_eq!(early["waits_until"], "2026-10-09T04:00:00.000000Z");
        order(&desk, &early).await.refused(409, "account-not-trusted");
        desk.town.clock.set(morning);
        let at_once = approved(&desk).await;
        assert_eq!(at_once["waits_until"], json!(null));
        goes_out(&order(&desk, &at_once).await, TOWNSHIP_ACCOUNT);
        cancel(&desk, "peng.haoran", &at_once).await.refused(409, "payout-decided");

        let removed = decide_trust(&desk.town, "luo.jingyi", &entry, "removal").await.ok();
        assert_eq!(removed["state"], "removed");
        let late = approved(&desk).await;
        assert_eq!(late["waits_until"], "2026-10-09T04:00:00.000000Z");
        // What was approved before waits too, but its file may be at the bank: it is not cancelled.
        order(&desk, &at_once).await.refused(409, "account-not-trusted");
        cancel(&desk, "peng.haoran", &at_once).await.refused(409, "payout-decided");
        cancel(&desk, "luo.jingyi", &late).await.refused(403, "not-who-entered");
        assert_eq!(cancel(&desk, "peng.haoran", &late).await.ok()["state"], "cancelled");
        desk.town.clock.set(Time::in_shanghai("2026-10-09".parse().unwrap(), 12));
        for payout in [&early, &at_once] {
            goes_out(&order(&desk, payout).await, TOWNSHIP_ACCOUNT);
        }
        cancel(&desk, "peng.haoran", &early).await.refused(409, "payout-decided");
        desk.town.verify().await;
    }

    async fn r69_an_account_is_trusted_by_two_people_and_once(town: Town) {
        let desk = paid_in(town).await;
        let id = desk.organisation("T360124500").await;
        let add = format!("/api/v1/organisations/{id}/trusted-accounts");
        let body = |number: &str| json!({ "number": number, "reason": "每月拨付" });
        let peng = desk.town.user("peng.haoran").await;
        peng.post(&add, body("622848000000001")).await.refused(409, "account-not-registered");
        let shen = desk.town.user("shen.yutong").await;
        shen.post(&add, body(TOWNSHIP_ACCOUNT)).await.refused(403, "not-allowed");
        let entry = enter_trust(&desk.town, "T360124500").await.created();
        enter_trust(&desk.town, "T360124500").await.refused(409, "account-on-list");
        for username in ["peng.haoran", "luo.jingyi"] {
            let own = decide_trust(&desk.town, username, &entry, "approval").await;
            own.refused(403, "not-allowed");
        }
        // What is not on the list yet is turned down, not removed.
        let removal = decide_trust(&desk.town, "shen.yutong", &entry, "removal").await;
        removal.refused(409, "account-not-on-list");
        let rejected = decide_trust(&desk.town, "shen.yutong", &entry, "rejection").await.ok();
        assert_eq!((&rejected["state"], &rejected["decision"]), (&json!("rejected"), &json!("账户存疑")));
        let late = decide_trust(&desk.town, "shen.yutong", &entry, "approval").await;
        late.refused(409, "trust-decided");

        let again = trust(&desk.town, "T360124500").await;
        assert_eq!(again["state"], "approved");
        enter_trust(&desk.town, "T360124500").await.refused(409, "account-on-list");
        assert_eq!(listed(&desk).await.as_array().unwrap().len(), 2);
    }

    async fn r69_a_changed_account_is_on_no_list_and_neither_is_the_former_one_again(town: Town) {
        trust(&town, "T360124500").await;
        let desk = paid_in(town).await;
        let payout = approved(&desk).await;
        assert_eq!(payout["waits_until"], json!(null));
        register(&desk, "622848000000001").await;
        assert_eq!(listed(&desk).await[0]["state"], "removed");
        let entry = enter_trust(&desk.town, "T360124500").await.created();
        register(&desk, TOWNSHIP_ACCOUNT).await;
        let list = listed(&desk).await;
        assert_eq!((&list[0]["id"], &list[0]["state"]), (&entry["id"], &json!("rejected")));
        let late = decide_trust(&desk.town, "shen.yutong", &entry, "approval").await;
        late.refused(409, "trust-decided");
        // Friday to Sunday is a holiday.
        let payout = approved(&desk).await;
        assert_eq!(payout["waits_until"], "2026-09-28T04:00:00.000000Z");
        desk.town.verify().await;
    }

    async fn r69_a_refund_to_a_trusted_account_leaves_at_once_and_any_other_can_be_cancelled(town: Town) {
        trust(&town, "DEV01").await;
        let desk = paid_in(town).await;
        let refund = desk.refund("10.00").await;
        let at_once = desk.approve("shen.yutong", &refund).await.ok();
        assert_eq!(at_once["waits_until"], json!(null));
        goes_out(&order(&desk, &at_once).await, "1502999909000000101");
        let id = desk.organisation("DEV01").await;
        let path = format!("/api/v1/organisations/{id}/trusted-accounts");
        let list = desk.town.user("peng.haoran").await.get(&path).await.ok();
        decide_trust(&desk.town, "peng.haoran", &list["items"][0], "removal").await.ok();
        let refund = desk.refund("20.00").await;
        let waiting = desk.approve("shen.yutong", &refund).await.ok();
        assert_eq!(waiting["waits_until"], "2026-09-28T04:00:00.000000Z");
        cancel(&desk, "peng.haoran", &waiting).await.ok();
        assert_eq!(desk.balance("DEV01", "available").await, "80.00");
        assert_eq!(desk.balance("DEV01", "reserved").await, "10.00");
    }

    async fn r69_an_account_on_hold_is_in_no_payment_file_until_two_people_lift_it(town: Town) {
        for code in ["T360124500", "CENTRE", "FINANCE"] {
            trust(&town, code).await;
        }
        let desk = paid_in(town).await;
        let single = approved(&desk).await;
        let body = json!({ "from": "2026-09-01", "to": "2026-09-30" });
        let peng = desk.town.user("peng.haoran").await;
        let batch = peng.post(&desk.path("payout-batches"), body).await.created();
        let batch = format!("/api/v1/payout-batches/{}", batch["id"].as_str().unwrap());
        desk.town.user("shen.yutong").await.post(&format!("{batch}/approval"), json!({})).await.ok();
        let before = peng.get(&format!("{batch}/payment-order")).await;
        goes_out(&before, TOWNSHIP_ACCOUNT);

        let held = hold(&desk, "luo.jingyi", TOWNSHIP_ACCOUNT).await.created();
        hold(&desk, "shen.yutong", TOWNSHIP_ACCOUNT).await.refused(409, "account-held-already");
        for noun in ["payment-order", "payment-table"] {
            peng.get(&format!("{batch}/{noun}")).await.refused(409, "account-held");
            peng.get(&path(&single, noun)).await.refused(409, "account-held");
        }
        let shown = format!("/api/v1/payouts/{}", single["id"].as_str().unwrap());
        let shown = peng.get(&shown).await.ok();
        assert_eq!(shown["held_since"], held["held_at"]);
        // Its file may be at the bank already.
        cancel(&desk, "peng.haoran", &single).await.refused(409, "payout-decided");

        lift(&desk, "shen.yutong", &held, "lift").await.refused(409, "lift-not-asked");
        lift(&desk, "shen.yutong", &held, "lift-request").await.refused(403, "not-allowed");
        let asked = lift(&desk, "luo.jingyi", &held, "lift-request").await.ok();
        assert_eq!(asked["state"], "lift_asked");
        lift(&desk, "luo.jingyi", &held, "lift").await.refused(403, "not-allowed");
        peng.get(&path(&single, "payment-order")).await.refused(409, "account-held");
        assert_eq!(lift(&desk, "shen.yutong", &held, "lift").await.ok()["state"], "lifted");
        for noun in ["lift", "lift-request"] {
            let username = if noun == "lift" { "shen.yutong" } else { "peng.haoran" };
            lift(&desk, username, &held, noun).await.refused(409, "hold-lifted");
        }
        assert_eq!(peng.get(&format!("{batch}/payment-order")).await.text, before.text);
        hold(&desk, "shen.yutong", TOWNSHIP_ACCOUNT).await.created();
        let holds = peng.get(&desk.path("account-holds")).await.ok();
        assert_eq!(holds["items"].as_array().unwrap().len(), 2);
        desk.town.verify().await;
    }

    async fn r69_a_trust_a_wait_or_a_hold_that_was_altered_is_named(town: Town) {
        let desk = paid_in(town).await;
        trust(&desk.town, "T360124500").await;
        approved(&desk).await;
        hold(&desk, "peng.haoran", TOWNSHIP_ACCOUNT).await.created();
        let mut hand = Hand::of(&desk.town);
        for change in [
            "UPDATE trusted_accounts SET acts_from = '2026-09-01 01:00:00'",
            "UPDATE trusted_accounts SET number = '622848000000001'",
            "UPDATE payout_waits SET waits_until = '2026-09-01 04:00:00'",
            "DELETE FROM payout_waits",
            "UPDATE account_holds SET state = 'lifted'",
            "DELETE FROM account_holds",
        ] {
            let report = hand.attempt(&[change.to_owned()]);
            assert!(!report.unwrap_or_else(|| panic!("{change}")).is_clean(), "not found: {change}");
        }
        assert!(hand.attempt(&[]).unwrap().is_clean());
    }
}
