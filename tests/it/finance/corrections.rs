//! Bookings that two people undo, and what is owed since (R66, R67).

use serde_json::{Value, json};

use super::desk::Row;
use crate::market::fair::{Fair, PAID_IN_FEN, purchases};
use crate::support::Reply;

async fn buy(fair: &Fair, buyer: usize, listing: &Value, m2: i64) -> Value {
    let user = fair.town().user(&fair.buyers[buyer].0).await;
    user.post(&purchases(listing), json!({ "m2": m2 })).await.created()
}

async fn enter(fair: &Fair, kind: &str, subject: &Value) -> Reply {
    let body = json!({ "kind": kind, "subject_id": subject["id"], "reason": "双方书面同意撤销" });
    fair.town().user("peng.haoran").await.post("/api/v1/corrections", body).await
}

async fn decide(fair: &Fair, username: &str, correction: &Value, noun: &str) -> Reply {
    let path = format!("/api/v1/corrections/{}/{noun}", correction["id"].as_str().unwrap());
    let body = if noun == "approval" { json!({}) } else { json!({ "reason": "买方不同意" }) };
    fair.town().user(username).await.post(&path, body).await
}

/// Enters a correction and approves it.
async fn undo(fair: &Fair, kind: &str, subject: &Value) -> Value {
    let correction = enter(fair, kind, subject).await.created();
    decide(fair, "shen.yutong", &correction, "approval").await.ok()
}

/// A share is paid out, and the bank has done it.
async fn paid_out(fair: &Fair, share: &str, code: &'static str, fen: i64, opening: i64) -> Value {
    let amount = wetland_exchange::kernel::money::cny(fen);
    let payout = fair.desk.enter_share(share, code, &amount).await.created();
    fair.desk.approve("shen.yutong", &payout).await.ok();
    let number = payout["number"].as_str().unwrap();
    let account = payout["account"].as_str().unwrap().to_owned();
    let row = Row {
        from: Box::leak(account.into_boxed_str()),
        ..Row::new(&format!("OUT{number}"), -fen, number)
    };
    fair.desk.import(fair.desk.file(opening, &[row])).await;
    payout
}

async fn holds(fair: &Fair) {
    let shen = fair.town().user("shen.yutong").await;
    let told = shen.get(&fair.desk.path("balances")).await.ok();
    assert_eq!(told["identity"]["holds"], true, "{told:#}");
}

on_both_engines! {
    async fn r67_a_trade_is_undone_by_two_people_in_a_mirror_that_names_it(town: Town) {
        let fair = Fair::open(town, 1).await;
        let buyer = fair.buyers[0].1;
        let listing = fair.list(1_000, "94200.00").await;
        let trade = buy(&fair, 0, &listing, 100).await;
        assert_eq!(fair.cash_fen(buyer).await, PAID_IN_FEN - 1_413_000);
        let correction = enter(&fair, "trade", &trade).await.created();
        enter(&fair, "trade", &trade).await.refused(409, "already-corrected");
        decide(&fair, "peng.haoran", &correction, "approval").await.refused(403, "not-allowed");
        assert_eq!(fair.cash_fen(buyer).await, PAID_IN_FEN - 1_413_000, "nothing moved yet");
        let done = decide(&fair, "shen.yutong", &correction, "approval").await.ok();
        assert_eq!((&done["state"], &done["receivable"]), (&json!("approved"), &json!("0.00")));
        decide(&fair, "shen.yutong", &correction, "approval").await.refused(409, "correction-decided");
        assert_eq!(fair.cash_fen(buyer).await, PAID_IN_FEN);
        assert_eq!(fair.credits_m2(buyer).await, 0);
        for (code, share) in
            [("T360124500", "township_share"), ("CENTRE", "centre_share"), ("FINANCE", "treasury_share")]
        {
            assert_eq!(fair.desk.balance(code, share).await, "0.00");
        }
        let path = format!("/api/v1/corrections/{}", correction["id"].as_str().unwrap());
        let told = fair.town().user("aud01.desk").await.get(&path).await.ok();
        assert_ne!(told["journal_id"], told["original_journal_id"]);
        let path = format!("/api/v1/trades/{}", trade["id"].as_str().unwrap());
        let kept = fair.town().user("shen.yutong").await.get(&path).await.ok();
        assert_eq!(kept["amount"], trade["amount"], "R72: the trade itself stays as it was");
        holds(&fair).await;
        fair.town().verify().await;
    }

    async fn r67_what_was_paid_out_becomes_a_receivable_that_later_shares_settle(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(1_000, "94200.00").await;
        let trade = buy(&fair, 0, &listing, 100).await;
        // 20 % of 14,130.00; half of it is paid out, a quarter is on its way.
        paid_out(&fair, "township_share", "T360124500", 141_300, PAID_IN_FEN).await;
        let open = fair.desk.enter_share("township_share", "T360124500", "706.50").await.created();
        let done = undo(&fair, "trade", &trade).await;
        assert_eq!(done["receivable"], "2119.50", "paid out, and on its way");
        assert_eq!(fair.cash_fen(fair.buyers[0].1).await, PAID_IN_FEN, "the buyer has it all back");
        holds(&fair).await;
        let peng = fair.town().user("peng.haoran").await;
        let owed = peng.get(&fair.desk.path("receivables")).await.ok();
        assert_eq!((&owed[0]["organisation_code"], &owed[0]["owed"]), (&json!("T360124500"), &json!("2119.50")));
        let township = fair.desk.organisation("T360124500").await;
        let pay = |amount: &str| {
            json!({ "organisation_id": township, "amount": amount, "reason": "以后续份额抵扣" })
        };
        let path = fair.desk.path("receivable-payments");
        peng.post(&path, pay("2119.51")).await.refused(409, "exceeds-owed");
        peng.post(&path, pay("1.00")).await.refused(409, "exceeds-held");
        fair.desk.approve("shen.yutong", &open).await.ok();

        // A later trade brings 1,413.00; all of it is owed.
        buy(&fair, 0, &listing, 50).await;
        fair.desk.enter_share("township_share", "T360124500", "0.01").await.refused(409, "exceeds-payable");
        peng.post(&path, pay("1000.00")).await.created();
        let owed = peng.get(&fair.desk.path("receivables")).await.ok();
        assert_eq!(owed[0]["owed"], "1119.50");
        // The next brings more than is owed: it settles itself before anything is paid out.
        buy(&fair, 0, &listing, 50).await;
        let batch = json!({ "from": "2023-08-01", "to": "2023-12-31" });
        let batch = peng.post(&fair.desk.path("payout-batches"), batch).await.created();
        assert_eq!(batch["payouts"][0]["amount"], "706.50", "{batch:#}");
        assert_eq!(peng.get(&fair.desk.path("receivables")).await.ok(), json!([]));
        let paid = peng.get(&path).await.ok();
        assert_eq!(paid["items"].as_array().unwrap().len(), 2);
        holds(&fair).await;
        fair.town().verify().await;
    }

    async fn r67_a_receivable_is_paid_by_a_line_of_the_bank(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(1_000, "94200.00").await;
        let trade = buy(&fair, 0, &listing, 100).await;
        paid_out(&fair, "centre_share", "CENTRE", 141_300, PAID_IN_FEN).await;
        undo(&fair, "trade", &trade).await;
        let back = Row::new("BACK1", 150_000, "退回管理经费");
        fair.desk.import(fair.desk.file(PAID_IN_FEN - 141_300, &[back])).await;
        let line = fair.desk.line("BACK1").await;
        let centre = fair.desk.organisation("CENTRE").await;
        let pay = |amount: &str| {
            json!({ "organisation_id": centre, "amount": amount, "line_id": line, "reason": "中心退款" })
        };
        let path = fair.desk.path("receivable-payments");
        let peng = fair.town().user("peng.haoran").await;
        peng.post(&path, pay("1413.01")).await.refused(409, "exceeds-owed");
        peng.post(&path, pay("1413.00")).await.created();
        assert_eq!(peng.get(&fair.desk.path("receivables")).await.ok(), json!([]));
        assert_eq!(fair.desk.reconciliation().await["exceptions_sum"], "87.00", "the rest waits on");
        fair.town().verify().await;
    }

    async fn r67_credits_go_back_only_if_the_buyer_still_has_them(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(1_000, "94200.00").await;
        let trade = buy(&fair, 0, &listing, 100).await;
        let buyer = fair.buyers[0].1;
        let (batch, id) = (fair.batch, uuid::Uuid::now_v7());
        use wetland_exchange::kernel::{actor::Doing, db::Event};
        use wetland_exchange::ledger::{self, Account, CreditBucket, NewJournal, NewTransfer};
        let retire = fair.town().db.write(Doing::system("retire"), move |tx| {
            let account = |bucket| Account::credits(buyer, batch, bucket);
            let (from, to) = (account(CreditBucket::Available), account(CreditBucket::Retired));
            let journal = NewJournal {
                id: id.into(), event: "retirement", subject: id, effective_at: tx.now(),
                reverses: None, transfers: vec![NewTransfer { from, to, amount: 1 }],
            };
            ledger::post(tx, journal)?;
            tx.record(Event { subject: "retirement:test".into(), ..Event::default() });
            Ok(())
        });
        retire.await.unwrap();
        let correction = enter(&fair, "trade", &trade).await.created();
        let refused = decide(&fair, "shen.yutong", &correction, "approval").await;
        let refused = refused.refused(409, "credits-gone");
        assert!(refused["detail"].as_str().unwrap().contains("99 m²"), "{refused:#}");
        assert_eq!(fair.credits_m2(buyer).await, 99);
        assert_eq!(fair.cash_fen(buyer).await, PAID_IN_FEN - 1_413_000, "nothing moved");
        decide(&fair, "shen.yutong", &correction, "rejection").await.ok();
        holds(&fair).await;
    }

    async fn r67_a_deposit_and_a_payout_that_were_booked_wrongly_wait_again(town: Town) {
        let fair = Fair::open(town, 2).await;
        let peng = fair.town().user("peng.haoran").await;
        let deposits = peng.get(&fair.desk.path("deposits")).await.ok();
        let (wrong, owner) = (deposits["items"][0].clone(), fair.buyers[1].1);
        assert_eq!(wrong["organisation_id"], json!(owner));
        let done = undo(&fair, "deposit", &wrong).await;
        assert_eq!(done["receivable"], "0.00");
        assert_eq!(fair.cash_fen(owner).await, 0);
        assert_eq!(fair.desk.exceptions().await[0].1, "deposit_reversed");
        let parts = json!([{ "organisation_id": fair.buyers[0].1, "amount": "100000.00" }]);
        fair.desk.assign("20230825000001", parts).await.created();
        assert_eq!(fair.cash_fen(fair.buyers[0].1).await, 2 * PAID_IN_FEN);
        let listed = peng.get(&fair.desk.path("deposits")).await.ok();
        assert!(listed["items"].as_array().unwrap().iter().any(|one| one["undone"] == true));

        let listing = fair.list(1_000, "94200.00").await;
        buy(&fair, 0, &listing, 100).await;
        let payout = paid_out(&fair, "centre_share", "CENTRE", 100, 2 * PAID_IN_FEN).await;
        enter(&fair, "payout", &json!({ "id": wrong["id"] })).await.refused(404, "not-found");
        undo(&fair, "payout", &payout).await;
        let path = format!("/api/v1/payouts/{}", payout["id"].as_str().unwrap());
        assert_eq!(peng.get(&path).await.ok()["state"], "approved", "on its way again");
        assert_eq!(fair.desk.exceptions().await[0].1, "payout_reversed");
        let number = payout["number"].as_str().unwrap();
        let parts = json!([{ "payout": number, "amount": "1.00" }]);
        fair.desk.assign(&format!("OUT{number}"), parts).await.created();
        assert_eq!(peng.get(&path).await.ok()["state"], "paid");
        undo(&fair, "payout", &payout).await;
        assert_eq!(fair.desk.reconciliation().await["exceptions_sum"], "-1.00");
        fair.town().verify().await;
    }

    async fn r66_a_later_schedule_restates_no_earlier_trade(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(1_000, "94200.00").await;
        let trade = buy(&fair, 0, &listing, 100).await;
        let schedule = json!({
            "valid_from": "2099-07-23", "valid_to": "2102-07-22", "township_percent": "50",
            "centre_percent": "25", "label": "下一版",
        });
        let (peng, shen) =
            (fair.town().user("peng.haoran").await, fair.town().user("shen.yutong").await);
        let later = peng.post("/api/v1/fee-schedules", schedule).await.created();
        let path = format!("/api/v1/fee-schedules/{}/approval", later["id"].as_str().unwrap());
        shen.post(&path, json!({})).await.created();
        fair.town().on("2099-07-23");
        let path = format!("/api/v1/trades/{}", trade["id"].as_str().unwrap());
        let shen = fair.town().user("shen.yutong").await;
        assert_eq!(shen.get(&path).await.ok(), trade, "not a fen of it changes");
        let next = buy(&fair, 0, &listing, 100).await;
        assert_eq!((&next["township_share"], &next["centre_share"]), (&json!("7065.00"), &json!("3532.50")));
        undo(&fair, "trade", &trade).await;
        assert_eq!(fair.desk.balance("T360124500", "township_share").await, "7065.00", "its own split went back");
        fair.town().verify().await;
        fair.town().on("2102-07-23");
        let user = fair.town().user(&fair.buyers[0].0).await;
        user.post(&purchases(&listing), json!({ "m2": 1 })).await.refused(409, "no-fee-schedule");
    }
}
