//! What people make of lines that wait: proposals, owners, history, money that went back, and the
//! three lists.

use serde_json::{Value, json};

use super::desk::{Desk, Row};

/// The open exception of the line with that serial.
async fn exception(desk: &Desk, serial: &str) -> Value {
    let peng = desk.town.user("peng.haoran").await;
    let list = peng.get(&desk.path("statement-exceptions?state=open")).await.ok();
    let items = list["items"].as_array().unwrap().clone();
    items.into_iter().find(|one| one["line"]["serial"] == serial).unwrap()
}

async fn proposals(desk: &Desk, serial: &str) -> Value {
    let id = exception(desk, serial).await["id"].as_str().unwrap().to_owned();
    let peng = desk.town.user("peng.haoran").await;
    peng.get(&format!("/api/v1/statement-exceptions/{id}/proposals")).await.ok()
}

async fn items(desk: &Desk, query: &str) -> Vec<Value> {
    let peng = desk.town.user("peng.haoran").await;
    let page = peng.get(&desk.path(&format!("reconciliation-items?{query}"))).await.ok();
    page["items"].as_array().unwrap().clone()
}

async fn user_id(desk: &Desk, username: &str) -> Value {
    let me = desk.town.user(username).await.get("/api/v1/me").await.ok();
    me.get("id").or_else(|| me.pointer("/user/id")).unwrap().clone()
}

on_both_engines! {
    async fn r70_a_proposal_rests_on_amount_payer_and_day_and_a_person_confirms_it(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let first = desk.notice("dev01.trader", "10.00").await;
        let second = desk.notice("dev01.trader", "7.00").await;
        let third = desk.notice("dev02.trader", "7.00").await;
        let other = "622848000000000001";
        let rows = [
            Row::new("S1", 1_000, &first),
            Row::new("S2", 700, "货款"),
            Row { from: other, ..Row::new("S3", 700, "货款") },
            Row { from: other, ..Row::new("S4", 1_400, &format!("{second}和{third}")) },
        ];
        desk.import(desk.file(0, &rows)).await;
        let told = proposals(&desk, "S2").await;
        assert_eq!(told[0]["parts"], json!([{ "reference": second, "amount": "7.00" }]));
        assert_eq!(told[0]["grounds"], json!(["known_account", "same_amount", "in_window"]));
        assert_eq!(told.as_array().unwrap().len(), 1, "{told:#}");
        assert_eq!(proposals(&desk, "S3").await, json!([]), "an amount alone is no ground");
        let told = proposals(&desk, "S4").await;
        assert_eq!(told[0]["grounds"], json!(["named_reference", "sum_of_named"]), "{told:#}");
        assert_eq!(told[0]["parts"].as_array().unwrap().len(), 2);
        desk.assign("S4", told[0]["parts"].clone()).await.created();
        assert_eq!(desk.balance("DEV02", "available").await, "7.00");
        assert_eq!(desk.balance("DEV01", "available").await, "17.00");
        desk.reconciliation().await;
    }

    async fn r70_an_exception_has_an_owner_an_age_and_a_history(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "4.00").await;
        desk.import(desk.file(0, &[Row::new("S1", 1_000, "货款")])).await;
        desk.town.on("2026-09-10");
        let found = exception(&desk, "S1").await;
        assert_eq!((&found["age_days"], &found["owner_id"]), (&json!(7), &json!(null)));
        let path = format!("/api/v1/statement-exceptions/{}", found["id"].as_str().unwrap());
        let shen = desk.town.user("shen.yutong").await;
        let peng_id = user_id(&desk, "peng.haoran").await;
        let body = json!({ "owner_id": peng_id, "said": "请联系付款人" });
        let told = shen.post(&format!("{path}/owners"), body).await.created();
        assert_eq!(told["owner_id"], peng_id);
        let stranger = json!({ "owner_id": user_id(&desk, "zhou.jianing").await });
        shen.post(&format!("{path}/owners"), stranger).await.refused(422, "not-an-owner");
        let peng = desk.town.user("peng.haoran").await;
        peng.post(&format!("{path}/notes"), json!({ "said": "已去函" })).await.created();
        let query = format!("statement-exceptions?owner_id={}", peng_id.as_str().unwrap());
        assert_eq!(peng.get(&desk.path(&query)).await.ok()["items"].as_array().unwrap().len(), 1);
        let before = desk.path("statement-exceptions?raised_before=2026-09-03");
        assert_eq!(peng.get(&before).await.ok()["items"], json!([]));
        desk.assign("S1", json!([{ "reference": reference, "amount": "4.00" }])).await.created();
        let dev01 = desk.organisation("DEV01").await;
        desk.assign("S1", json!([{ "organisation_id": dev01, "amount": "6.00" }])).await.created();
        let told = peng.get(&path).await.ok();
        let kinds: Vec<&str> =
            told["history"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["owner", "note", "assignment", "assignment"]);
        assert_eq!(told["history"][2]["amount"], "4.00");
        assert_eq!(told["history"][2]["rest"], "6.00");
        assert_eq!(told["history"][3]["rest"], "0.00");
        peng.post(&format!("{path}/notes"), json!({ "said": "完" })).await
            .refused(409, "exception-resolved");
        desk.town.verify().await;
    }

    async fn r70_a_debit_that_returns_money_in_takes_it_from_where_it_is(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "10.00").await;
        let rows = [
            Row::new("S1", 1_000, &reference),
            Row::new("S2", 500, "货款"),
            Row::new("S3", -500, "退回"),
            Row::new("S4", -1_000, &format!("冲正 {reference}")),
        ];
        desk.import(desk.file(0, &rows)).await;
        let kinds: Vec<String> = desk.exceptions().await.into_iter().map(|one| one.1).collect();
        assert_eq!(kinds, ["unknown_payer", "unknown_debit", "deposit_returned"]);
        let told = proposals(&desk, "S3").await;
        let (first, second) = (desk.line("S1").await, desk.line("S2").await);
        assert_eq!(told[0]["parts"], json!([{ "returned_line": second, "amount": "5.00" }]));
        let back = |line: &str, amount: &str| json!([{ "returned_line": line, "amount": amount }]);
        desk.assign("S3", back(&second, "4.00")).await.refused(422, "return-is-whole");
        desk.assign("S3", back(&desk.line("S4").await, "5.00")).await
            .refused(409, "line-not-returnable");
        desk.assign("S3", back(&second, "5.00")).await.created();
        let told = desk.reconciliation().await;
        assert_eq!((&told["identity"]["suspense"], &told["identity"]["receivable"]),
            (&json!("0.00"), &json!("10.00")));
        desk.assign("S4", back(&first, "10.00")).await.created();
        let told = desk.reconciliation().await;
        assert_eq!((&told["identity"]["cash"], &told["identity"]["receivable"]),
            (&json!("0.00"), &json!("0.00")));
        assert_eq!(told["exceptions"], json!([]));
        let dev01 = desk.town.user("dev01.trader").await;
        let notices = dev01.get("/api/v1/payment-notices").await.ok();
        assert_eq!(notices["items"][0]["state"], "open", "the reference waits again");
        let body = json!({ "county": "360124", "amount": "0.01" });
        dev01.post("/api/v1/refund-requests", body).await.refused(409, "exceeds-cash");
        let placed = items(&desk, "list=matched&contains=S4").await;
        assert_eq!(placed[0]["placed"][0]["of"], first);
        desk.town.verify().await;
    }

    async fn r70_three_lists_are_paged_filtered_and_exported(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "10.00").await;
        let rows = [
            Row::new("S1", 1_000, &reference),
            Row::new("S2", 500, "货款"),
            Row::new("S3", 300, "-1+cmd"),
            Row::new("S4", -100, "手续费_甲"),
        ];
        desk.import(desk.file(0, &rows)).await;
        desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
        let payout = desk.enter_share("township_share", "T360124500", "2.00").await.created();
        desk.approve("shen.yutong", &payout).await.ok();
        let serials = |items: Vec<Value>| -> Vec<String> {
            items.iter().map(|item| item["serial"].as_str().unwrap().to_owned()).collect()
        };
        let matched = items(&desk, "list=matched").await;
        assert_eq!(matched[0]["placed"][0]["of"], reference);
        assert_eq!(serials(matched), ["S1"]);
        assert_eq!(serials(items(&desk, "list=bank_only").await), ["S4", "S3", "S2"]);
        assert_eq!(serials(items(&desk, "list=ledger_only").await), ["PO-2026-0001"]);
        assert_eq!(serials(items(&desk, "list=bank_only&amount=5.00").await), ["S2"]);
        assert_eq!(serials(items(&desk, "list=bank_only&contains=%25").await), [""; 0]);
        assert_eq!(serials(items(&desk, "list=bank_only&contains=_").await), ["S4"]);
        assert!(items(&desk, "list=bank_only&from=2026-09-04").await.is_empty());
        assert_eq!(items(&desk, "list=ledger_only&contains=PO-2026&to=2026-09-03").await.len(), 1);
        let peng = desk.town.user("peng.haoran").await;
        let path = desk.path("reconciliation-items?list=bank_only&limit=2");
        let page = peng.get(&path).await.ok();
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = items(&desk, &format!("list=bank_only&limit=2&cursor={cursor}")).await;
        assert_eq!(serials(rest), ["S2"]);
        let csv = peng.get(&desk.path("reconciliation-items.csv?list=bank_only")).await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert!(csv.text.starts_with('\u{feff}'), "{}", csv.text);
        assert!(csv.text.contains(",'-1+cmd,"), "{}", csv.text);
        assert!(csv.text.contains("2026-09-03 10:00:00,S4\t,-1.00,甲,"), "{}", csv.text);
        assert_eq!(csv.text.lines().count(), 4);
        let backwards = desk.path("reconciliation-items?list=matched&from=2026-09-02&to=2026-09-01");
        peng.get(&backwards).await.refused(422, "period-backwards");
    }
}
