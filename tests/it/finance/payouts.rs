//! Who may be paid, by whom, and who sees it.

use serde_json::json;
use wetland_exchange::kernel::clock::Time;

use super::desk::{Desk, Row};
use super::schema_reader;
use crate::support::Town;

/// DEV01 has paid 100.00, of which 10.00 became shares.
async fn paid_in(town: Town) -> Desk {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-03");
    let reference = desk.notice("dev01.trader", "100.00").await;
    desk.import(desk.file(0, &[Row::new("S1", 10_000, &reference)])).await;
    desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
    desk
}

on_both_engines! {
    async fn r69_payable_is_the_share_less_open_payouts(town: Town) {
        let desk = paid_in(town).await;
        desk.enter_share("township_share", "T360124500", "2.01").await.refused(409, "exceeds-payable");
        let first = desk.enter_share("township_share", "T360124500", "1.50").await.created();
        desk.enter_share("township_share", "T360124500", "0.51").await.refused(409, "exceeds-payable");
        let path = format!("/api/v1/payouts/{}/cancellation", first["id"].as_str().unwrap());
        let body = json!({ "reason": "金额有误" });
        let luo = desk.town.user("luo.jingyi").await;
        luo.post(&path, body.clone()).await.refused(403, "not-who-entered");
        desk.town.user("peng.haoran").await.post(&path, body.clone()).await.ok();
        desk.approve("shen.yutong", &first).await.refused(409, "payout-decided");
        desk.enter_share("township_share", "T360124500", "2.00").await.created();
        assert_eq!(desk.balance("T360124500", "township_share").await, "2.00");
    }

    async fn r69_reserved_cash_is_not_spent_twice_and_comes_back_when_rejected(town: Town) {
        let desk = paid_in(town).await;
        let refund = desk.refund("60.00").await;
        assert_eq!(refund["account"], "1502999909000000101");
        assert_eq!(desk.balance("DEV01", "available").await, "30.00");
        let dev01 = desk.town.user("dev01.trader").await;
        let ask = |amount: &str| json!({ "county": "360124", "amount": amount });
        let path = "/api/v1/refund-requests";
        dev01.post(path, ask("30.01")).await.refused(409, "exceeds-cash");
        let mut elsewhere = ask("1.00");
        elsewhere["account"] = json!("622848");
        dev01.post(path, elsewhere).await.refused(422, "not-a-source-account");
        let path = format!("/api/v1/payouts/{}/rejection", refund["id"].as_str().unwrap());
        let shen = desk.town.user("shen.yutong").await;
        shen.post(&path, json!({ "reason": "材料不全" })).await.ok();
        assert_eq!(desk.balance("DEV01", "available").await, "90.00");
        assert_eq!(desk.balance("DEV01", "reserved").await, "0.00");
        desk.reconciliation().await;
    }

    async fn r71_a_payout_needs_a_second_person_who_posts_no_receipts(town: Town) {
        let desk = paid_in(town).await;
        let payout = desk.enter_share("centre_share", "CENTRE", "1.00").await.created();
        desk.approve("luo.jingyi", &payout).await.refused(403, "posts-receipts");
        let own = desk.approve("peng.haoran", &payout).await;
        assert_eq!(own.status.as_u16(), 403, "{}", own.text);
        desk.approve("shen.yutong", &payout).await.ok();
        let wrong = [Row { from: "1502999909000000021", ..Row::new("S2", -100, "PO-2026-0001") }];
        desk.import(desk.file(10_000, &wrong)).await;
        assert_eq!(desk.exceptions().await[0].1, "payout_mismatch");
        let parts = json!([{ "payout": "PO-2026-0001", "amount": "1.00" }]);
        desk.assign("S2", parts).await.created();
        assert_eq!(desk.balance("CENTRE", "centre_share").await, "0.00");
        assert_eq!(desk.reconciliation().await["paid_out"], "1.00");
    }

    async fn r69_a_refund_goes_out_by_a_payment_order_of_its_own(town: Town) {
        let desk = paid_in(town).await;
        let refund = desk.refund("60.00").await;
        let path = format!("/api/v1/payouts/{}", refund["id"].as_str().unwrap());
        let peng = desk.town.user("peng.haoran").await;
        let order = format!("{path}/payment-order");
        peng.get(&order).await.refused(409, "payout-not-approved");
        desk.approve("shen.yutong", &refund).await.ok();
        // 3 September 2026 is a Thursday; nobody trusts the account of DEV01.
        peng.get(&order).await.refused(409, "account-not-trusted");
        desk.town.clock.set(Time::in_shanghai("2026-09-04".parse().unwrap(), 12));
        let first = peng.get(&order).await;
        assert!(first.header("content-disposition").contains("360124-PO-2026-0001.xml"));
        assert!(first.text.contains("<NbOfTxs>1</NbOfTxs><CtrlSum>60.00</CtrlSum>"), "{}", first.text);
        schema_reader::accepts(&first.text).await;
        let account = refund["account"].as_str().unwrap().to_owned();
        let paid = Row { from: Box::leak(account.into_boxed_str()), ..Row::new("S2", -6_000, "PO-2026-0001") };
        desk.import(desk.file(10_000, &[paid])).await;
        assert_eq!(peng.get(&order).await.text, first.text, "paid or not, the same bytes");
        let table = peng.get(&format!("{path}/payment-table")).await;
        assert!(table.text.contains(",1502999909000000101,"), "{}", table.text);
        desk.town.user("dev01.trader").await.get(&order).await.refused(403, "not-allowed");
    }

    async fn a_payout_is_approved_as_it_was_seen_or_not_at_all(town: Town) {
        let desk = paid_in(town).await;
        let payout = desk.enter_share("township_share", "T360124500", "1.00").await.created();
        let path = format!("/api/v1/payouts/{}", payout["id"].as_str().unwrap());
        let shen = desk.town.user("shen.yutong").await;
        let seen = shen.get(&path).await.header("etag").to_owned();
        shen.post_on_version(&path, "approval", json!({}), "\"other\"").await.refused(412, "version-stale");
        shen.post_on_version(&path, "approval", json!({}), &seen).await.ok();
        let reason = json!({ "reason": "账号有误" });
        shen.post_on_version(&path, "rejection", reason, &seen).await.refused(412, "version-stale");
        let unknown = format!("/api/v1/payouts/{}", uuid::Uuid::now_v7());
        shen.post_on_version(&unknown, "approval", json!({}), &seen).await.refused(404, "not-found");
    }

    async fn r94_everyone_sees_their_own_money_only(town: Town) {
        let desk = paid_in(town).await;
        let payout = desk.enter_share("township_share", "T360124500", "1.00").await.created();
        let path = format!("/api/v1/payouts/{}", payout["id"].as_str().unwrap());
        desk.town.user("fu.guoping").await.get(&path).await.ok();
        desk.town.user("rao.zhiyuan").await.get(&path).await.refused(404, "not-found");
        let shares = desk.town.user("fu.guoping").await.get("/api/v1/share-balances").await.ok();
        assert_eq!((&shares[0]["balance"], &shares[0]["payable"]), (&json!("2.00"), &json!("1.00")));
        let cash = desk.town.user("dev01.trader").await.get("/api/v1/cash-balances").await.ok();
        assert_eq!(cash[0]["available"], "90.00");
        let dev02 = desk.town.user("dev02.trader").await;
        assert_eq!(dev02.get("/api/v1/cash-balances").await.ok(), json!([]));
        let notices = dev02.get("/api/v1/payment-notices").await.ok();
        assert_eq!(notices["items"], json!([]));
        dev02.get(&desk.path("balances")).await.refused(403, "not-allowed");
        desk.town.user("aud01.desk").await.get(&desk.path("balances")).await.ok();
    }
}
