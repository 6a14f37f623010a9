//! Batches of payouts: what is due, who decides, the files for the bank, what comes back; and
//! accounts that change (R69, R71).

use serde_json::{Value, json};
use wetland_exchange::kernel::money::Fen;

use super::desk::{ACCOUNT, Desk, Row, trust};
use super::schema_reader;
use crate::support::{Reply, Town};

const TOWNSHIP_ACCOUNT: &str = "1502999909000000021";

/// DEV01 has paid 100.00, of which 10.00 became shares on 4 September.
async fn paid_in(town: Town) -> Desk {
    let desk = Desk::of(town).await;
    desk.town.on("2026-09-03");
    let reference = desk.notice("dev01.trader", "100.00").await;
    desk.import(desk.file(0, &[Row::new("S1", 10_000, &reference)])).await;
    desk.town.on("2026-09-04");
    desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
    desk
}

async fn enter(desk: &Desk, body: Value) -> Reply {
    desk.town.user("peng.haoran").await.post(&desk.path("payout-batches"), body).await
}

fn september() -> Value {
    json!({ "from": "2026-09-01", "to": "2026-09-30" })
}

async fn decide(desk: &Desk, username: &str, batch: &Value, noun: &str) -> Reply {
    let path = format!("/api/v1/payout-batches/{}/{noun}", batch["id"].as_str().unwrap());
    let reason = if noun == "approval" { json!({}) } else { json!({ "reason": "金额有误" }) };
    desk.town.user(username).await.post(&path, reason).await
}

async fn file(desk: &Desk, batch: &Value, noun: &str) -> Reply {
    let path = format!("/api/v1/payout-batches/{}/{noun}", batch["id"].as_str().unwrap());
    desk.town.user("peng.haoran").await.get(&path).await
}

async fn change_account(desk: &Desk, code: &'static str, number: &str) -> Reply {
    let id = desk.organisation(code).await;
    let body = json!({
        "bank": { "number": number, "bank_name": "赣鄱示例银行城关支行" }, "reason": "五里〔2026〕7号函",
    });
    let path = format!("/api/v1/organisations/{id}/account-changes");
    desk.town.user("peng.haoran").await.post(&path, body).await
}

async fn approve_change(desk: &Desk, change: &Value) -> Reply {
    let path = format!("/api/v1/account-changes/{}/approval", change["id"].as_str().unwrap());
    desk.town.user("shen.yutong").await.post(&path, json!({})).await
}

/// The bank's lines that pay these payouts.
fn paid_by_the_bank(batch: &Value) -> Vec<Row> {
    let payouts = batch["payouts"].as_array().unwrap();
    let row = |(n, payout): (usize, &Value)| {
        let text = |field: &str| payout[field].as_str().unwrap();
        let amount: Fen = text("amount").parse().unwrap();
        let row = Row::new(&format!("P{n}"), -amount.get(), text("number"));
        // A row of a file lives as long as the test.
        Row { from: Box::leak(text("account").to_owned().into_boxed_str()), ..row }
    };
    payouts.iter().enumerate().map(row).collect()
}

on_both_engines! {
    async fn r69_a_batch_pays_what_is_due_and_the_bank_confirms_it(town: Town) {
        let desk = paid_in(town).await;
        let peng = desk.town.user("peng.haoran").await;
        let due = peng.get(&desk.path("due-shares?to=2026-09-30")).await.ok();
        let dues: Vec<_> = due.as_array().unwrap().iter().map(|one| one["due"].as_str().unwrap()).collect();
        assert_eq!(dues, ["2.00", "1.00", "7.00"], "{due:#}");
        assert_eq!(due[0]["account"], TOWNSHIP_ACCOUNT);
        let none = peng.get(&desk.path("due-shares?to=2026-09-03")).await.ok();
        assert_eq!(none[0]["due"], "0.00", "the trade was later");

        let batch = enter(&desk, september()).await.created();
        assert_eq!((&batch["count"], &batch["total"]), (&json!(3), &json!("10.00")));
        assert_eq!(batch["number"], "PB-2026-0001");
        assert_eq!(batch["payouts"][0]["account"], TOWNSHIP_ACCOUNT, "{batch:#}");
        enter(&desk, september()).await.refused(409, "nothing-due");
        desk.enter_share("township_share", "T360124500", "0.01").await.refused(409, "exceeds-payable");
        file(&desk, &batch, "payment-order").await.refused(409, "batch-not-approved");
        desk.approve("shen.yutong", &batch["payouts"][0]).await.refused(409, "payout-in-batch");
        let approved = decide(&desk, "shen.yutong", &batch, "approval").await.ok();
        assert_eq!(approved["state"], "approved");
        assert!(approved["payouts"].as_array().unwrap().iter().all(|one| one["state"] == "approved"));
        decide(&desk, "shen.yutong", &batch, "rejection").await.refused(409, "batch-decided");
        assert_eq!(desk.reconciliation().await["ledger_only_payouts"].as_array().unwrap().len(), 3);
        assert_eq!(desk.balance("T360124500", "township_share").await, "2.00", "until the bank pays");

        desk.import(desk.file(10_000, &paid_by_the_bank(&batch))).await;
        let told = desk.reconciliation().await;
        assert_eq!((&told["paid_out"], &told["exceptions"]), (&json!("10.00"), &json!([])));
        assert_eq!(desk.balance("FINANCE", "treasury_share").await, "0.00");
        let path = format!("/api/v1/payout-batches/{}", batch["id"].as_str().unwrap());
        let paid = peng.get(&path).await.ok();
        assert!(paid["payouts"].as_array().unwrap().iter().all(|one| one["state"] == "paid"), "{paid:#}");
    }

    async fn r71_a_batch_is_decided_by_a_second_person_who_posts_no_receipts(town: Town) {
        let desk = paid_in(town).await;
        let batch = enter(&desk, september()).await.created();
        for (username, code) in [("peng.haoran", "not-allowed"), ("luo.jingyi", "not-allowed")] {
            decide(&desk, username, &batch, "approval").await.refused(403, code);
        }
        let luo = desk.town.user("luo.jingyi").await;
        let path = format!("/api/v1/payout-batches/{}/cancellation", batch["id"].as_str().unwrap());
        luo.post(&path, json!({ "reason": "金额有误" })).await.refused(403, "not-who-entered");
        let shen = desk.town.user("shen.yutong").await;
        let import = desk.file(10_000, &[Row::new("S2", 5, "无")]);
        shen.post_file(&desk.path("statements"), "text/csv", import).await.created();
        decide(&desk, "shen.yutong", &batch, "approval").await.refused(403, "posts-receipts");
        let rejected = decide(&desk, "shen.yutong", &batch, "rejection").await.ok();
        assert!(rejected["payouts"].as_array().unwrap().iter().all(|one| one["state"] == "rejected"));
        let again = enter(&desk, september()).await.created();
        assert_eq!(again["total"], "10.00", "what was rejected is due again");
        decide(&desk, "peng.haoran", &again, "cancellation").await.ok();
    }

    async fn a_batch_of_nonsense_is_refused_and_moves_nothing(town: Town) {
        let desk = paid_in(town).await;
        let township = desk.organisation("T360124500").await;
        let item = |amount: &str| {
            json!({ "share": "township_share", "organisation_id": township, "amount": amount })
        };
        let batch = |items: Value| {
            json!({ "from": "2026-09-01", "to": "2026-09-30", "payouts": items })
        };
        enter(&desk, batch(json!([item("2.01")]))).await.refused(409, "exceeds-payable");
        enter(&desk, batch(json!([item("1.00"), item("1.00")]))).await.refused(422, "payout-twice");
        enter(&desk, batch(json!([item("0.00")]))).await.refused(422, "amount-is-zero");
        enter(&desk, batch(json!([item("-1.00")]))).await.refused(422, "unreadable-values");
        enter(&desk, batch(json!([]))).await.refused(409, "nothing-due");
        enter(&desk, json!({ "from": "2026-09-30", "to": "2026-09-01" })).await
            .refused(422, "period-backwards");
        let mut foreign = item("1.00");
        foreign["organisation_id"] = json!("0191e4c8-7b1a-7000-8000-000000000001");
        enter(&desk, batch(json!([foreign]))).await.refused(404, "not-found");
        let batches = desk.town.user("peng.haoran").await.get(&desk.path("payout-batches")).await.ok();
        assert_eq!(batches["items"], json!([]));
        assert_eq!(desk.balance("T360124500", "township_share").await, "2.00");
        let path = desk.path("due-shares?to=2026-09-30");
        let due = desk.town.user("shen.yutong").await.get(&path).await.ok();
        assert_eq!(due[0]["payable"], "2.00", "nothing is on its way");
    }

    async fn r69_payment_files_are_read_by_others_and_the_same_bytes_each_time(town: Town) {
        for code in ["T360124500", "CENTRE", "FINANCE"] {
            trust(&town, code).await;
        }
        let desk = paid_in(town).await;
        let batch = enter(&desk, september()).await.created();
        decide(&desk, "shen.yutong", &batch, "approval").await.ok();
        let order = file(&desk, &batch, "payment-order").await;
        assert_eq!(order.header("content-type"), "application/xml; charset=utf-8");
        assert!(order.header("content-disposition").contains("360124-PB-2026-0001.xml"));
        let again = file(&desk, &batch, "payment-order").await;
        assert_eq!(order.text, again.text);
        assert!(order.text.contains("<NbOfTxs>3</NbOfTxs><CtrlSum>10.00</CtrlSum>"), "{}", order.text);
        assert!(order.text.contains(&format!("<Othr><Id>{ACCOUNT}</Id></Othr>")));
        schema_reader::accepts(&order.text).await;
        let table = file(&desk, &batch, "payment-table").await;
        assert!(table.text.starts_with("\u{feff}序号,付款账号,收款账号"), "{}", table.text);
        assert!(table.text.contains(&format!(",{TOWNSHIP_ACCOUNT},")), "{}", table.text);

        let peng = desk.town.user("peng.haoran").await;
        let mut template = json!({
            "bank": "赣鄱示例银行", "encoding": "gb18030",
            "columns": [
                { "title": "账号", "field": "payee_account" },
                { "title": "户名", "field": "payee_name" },
                { "title": "金额", "field": "amount" },
            ],
        });
        let made = peng.post(&desk.path("payment-templates"), template.clone()).await.created();
        let noun = format!("payment-table?template_id={}", made["id"].as_str().unwrap());
        let table = file(&desk, &batch, &noun).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=gb18030");
        let unknown = "payment-table?template_id=0191e4c8-7b1a-7000-8000-000000000001";
        file(&desk, &batch, unknown).await.refused(422, "no-such-template");
        template["columns"] = json!([{ "title": "账号", "field": "payee_account" }]);
        peng.post(&desk.path("payment-templates"), template).await.refused(422, "bad-template");
        let listed = peng.get(&desk.path("payment-templates")).await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    }

    async fn r69_a_new_account_waits_until_noon_of_the_next_working_day(town: Town) {
        for code in ["T360124500", "CENTRE", "FINANCE"] {
            trust(&town, code).await;
        }
        let desk = paid_in(town).await;
        let registered = change_account(&desk, "T360124500", TOWNSHIP_ACCOUNT).await;
        registered.refused(422, "account-is-registered");
        change_account(&desk, "T360124500", "=1+1").await.refused(422, "not-a-bank-account");
        let change = change_account(&desk, "T360124500", "622848000000001").await.created();
        let path = format!("/api/v1/account-changes/{}/approval", change["id"].as_str().unwrap());
        desk.town.user("peng.haoran").await.post(&path, json!({})).await.refused(403, "not-allowed");
        // 4 September 2026 is a Friday; the next working day is Monday the 7th.
        let approved = approve_change(&desk, &change).await.ok();
        assert_eq!(approved["trusted_from"], "2026-09-07T04:00:00.000000Z");
        approve_change(&desk, &change).await.refused(409, "account-change-decided");

        let batch = enter(&desk, september()).await.created();
        assert_eq!(batch["payouts"][0]["account"], "622848000000001");
        assert_eq!(batch["payouts"][0]["waits_until"], "2026-09-07T04:00:00.000000Z");
        decide(&desk, "shen.yutong", &batch, "approval").await.ok();
        desk.town.on("2026-09-07");
        file(&desk, &batch, "payment-order").await.refused(409, "account-not-trusted");
        let path = format!("/api/v1/payouts/{}/cancellation", batch["payouts"][0]["id"].as_str().unwrap());
        let reason = json!({ "reason": "账户存疑" });
        let luo = desk.town.user("luo.jingyi").await;
        luo.post(&path, reason.clone()).await.refused(403, "not-who-entered");
        desk.town.user("peng.haoran").await.post(&path, reason.clone()).await.ok();
        let order = file(&desk, &batch, "payment-order").await;
        assert!(order.text.contains("<NbOfTxs>2</NbOfTxs>"), "without the cancelled one");
        let other = format!("/api/v1/payouts/{}/cancellation", batch["payouts"][1]["id"].as_str().unwrap());
        desk.town.user("peng.haoran").await.post(&other, reason).await.refused(409, "payout-decided");

        let again = desk.enter_share("township_share", "T360124500", "2.00").await.created();
        assert_eq!(again["waits_until"], "2026-09-07T04:00:00.000000Z");
        desk.town.on("2026-09-08");
        desk.approve("shen.yutong", &again).await.ok();
        let third = change_account(&desk, "CENTRE", "622848000000002").await.created();
        desk.trade("DEV01", "T360124500", [20, 10, 70]).await;
        let waiting = desk.enter_share("centre_share", "CENTRE", "0.10").await.created();
        approve_change(&desk, &third).await.ok();
        desk.approve("shen.yutong", &waiting).await.refused(409, "account-changed");
    }

    async fn r69_a_payout_that_the_bank_returns_is_due_again(town: Town) {
        let desk = paid_in(town).await;
        let payout = desk.enter_share("township_share", "T360124500", "2.00").await.created();
        desk.approve("shen.yutong", &payout).await.ok();
        let number = payout["number"].as_str().unwrap();
        let out = Row { from: TOWNSHIP_ACCOUNT, ..Row::new("S2", -200, number) };
        desk.import(desk.file(10_000, &[out])).await;
        assert_eq!(desk.balance("T360124500", "township_share").await, "0.00");
        let back = Row { from: TOWNSHIP_ACCOUNT, ..Row::new("S3", 200, &format!("退汇 {number}")) };
        let less = Row::new("S4", 199, "退汇");
        desk.import(desk.file(9_800, &[back, less])).await;
        let path = format!("/api/v1/payouts/{}/return", payout["id"].as_str().unwrap());
        let peng = desk.town.user("peng.haoran").await;
        let body = |line: String| json!({ "line_id": line, "reason": "账号有误" });
        let less = body(desk.line("S4").await);
        peng.post(&path, less).await.refused(422, "return-does-not-fit");
        let back = body(desk.line("S3").await);
        let returned = peng.post(&path, back.clone()).await.created();
        assert!(returned["returned_at"].is_string(), "{returned:#}");
        peng.post(&path, back).await.refused(409, "payout-returned");
        assert_eq!(desk.balance("T360124500", "township_share").await, "2.00");
        assert_eq!(desk.exceptions().await.len(), 1, "only the odd line waits");
        let batch = enter(&desk, september()).await.created();
        assert_eq!(batch["payouts"][0]["amount"], "2.00", "due again");
        let open = desk.enter_share("centre_share", "CENTRE", "1.00").await;
        open.refused(409, "exceeds-payable");
    }

    async fn r8_the_calendar_is_data_that_an_administrator_enters(town: Town) {
        let desk = paid_in(town).await;
        let administrator = desk.town.user(crate::support::ADMINISTRATOR).await;
        let days = json!({ "days": [{ "day": "2026-09-07", "kind": "holiday", "name": "示例假日" }] });
        administrator.post("/api/v1/calendar-days", days.clone()).await.created();
        let twice = json!({ "days": [days["days"][0], days["days"][0]] });
        administrator.post("/api/v1/calendar-days", twice).await.refused(422, "day-count");
        let path = "/api/v1/calendar-days?from=2026-09-01&to=2026-09-20";
        let listed = administrator.get(path).await.ok();
        assert_eq!(listed[0]["day"], "2026-09-07", "{listed:#}");
        let change = change_account(&desk, "T360124500", "622848000000001").await.created();
        let approved = approve_change(&desk, &change).await.ok();
        assert_eq!(approved["trusted_from"], "2026-09-08T04:00:00.000000Z");
        let ordinary = json!({ "days": [{ "day": "2026-09-07", "kind": "ordinary", "name": "更正" }] });
        administrator.post("/api/v1/calendar-days", ordinary).await.created();
        let listed = administrator.get(path).await.ok();
        assert!(listed.as_array().unwrap().iter().all(|one| one["day"] != "2026-09-07"));
    }
}
