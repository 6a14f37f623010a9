//! The bank file of the story, cut as a bank's export grows day by day.

use encoding_rs::GB18030;
use serde_json::{Value, json};

use super::desk::Desk;

const FILE: &[u8] = include_bytes!("../../fixtures/jinxian/statement_main_job_gbk.csv");

/// The first rows of the file as the bank would have exported it on that day.
fn cut(rows: usize, through: &str, closing: &str) -> Vec<u8> {
    let (text, _, _) = GB18030.decode(FILE);
    let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
    lines[2] = lines[2].replace("2026-09-30", through).replace("3700557.45", closing);
    lines.truncate(4 + rows);
    let text = lines.join("\r\n") + "\r\n";
    let (bytes, _, lost) = GB18030.encode(&text);
    assert!(!lost);
    bytes.into_owned()
}

async fn imported(desk: &Desk, rows: usize, through: &str, closing: &str) -> (i64, i64) {
    desk.town.on(through);
    let told = desk.import(cut(rows, through, closing)).await;
    (told["imported"].as_i64().unwrap(), told["already_known"].as_i64().unwrap())
}

async fn check(desk: &Desk, bank: &str, suspense: &str, cash: &[(&str, &str)]) {
    let told = desk.reconciliation().await;
    assert_eq!(told["identity"]["bank_balance"], bank);
    assert_eq!(told["identity"]["suspense"], suspense);
    assert_eq!(told["identity"]["receivable"], "0.00");
    assert_eq!(told["exceptions_sum"], suspense);
    for code in ["DEV01", "DEV02", "DEV03", "DEV04"] {
        let expected = cash.iter().find(|(one, _)| *one == code).map_or("0.00", |(_, fen)| fen);
        assert_eq!(desk.balance(code, "available").await, expected, "{code}");
        assert_eq!(desk.balance(code, "reserved").await, "0.00", "{code}");
    }
}

fn open(serial: &str, kind: &str, by: &str) -> (String, String, String) {
    (serial.into(), kind.into(), by.into())
}

on_both_engines! {
    async fn r70_the_september_of_the_story_is_booked_and_reconciled_to_the_fen(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-02");
        assert_eq!(desk.notice("dev01.trader", "1500000.00").await, "SD360124-2026-0001");

        assert_eq!(imported(&desk, 1, "2026-09-03", "1500000.00").await, (1, 0));
        check(&desk, "1500000.00", "0.00", &[("DEV01", "1500000.00")]).await;
        assert_eq!(desk.exceptions().await, []);
        desk.town.on("2026-09-04");
        desk.trade("DEV01", "T360124500", [28_825_200, 14_412_600, 100_888_200]).await;

        desk.town.on("2026-09-14");
        assert_eq!(desk.notice("dev02.trader", "2787750.00").await, "SD360124-2026-0002");
        assert_eq!(desk.notice("dev04.trader", "824807.45").await, "SD360124-2026-0003");
        desk.town.on("2026-09-15");
        let refund = desk.refund("58740.00").await;
        assert_eq!(refund["number"], "PO-2026-0001");
        desk.approve("shen.yutong", &refund).await.ok();
        assert_eq!(desk.balance("DEV01", "reserved").await, "58740.00");

        assert_eq!(imported(&desk, 5, "2026-09-16", "5053817.44").await, (3, 1));
        check(&desk, "5053817.44", "2787749.99", &[("DEV04", "824807.45")]).await;
        let duplicate = open("2026091500001507", "duplicate", "");
        let short = open("2026091600001604", "short", "0.01");
        let mut found = desk.exceptions().await;
        found.sort();
        assert_eq!(found, [duplicate.clone(), short]);
        desk.trade("DEV04", "T360124200", [16_496_149, 8_248_075, 57_736_521]).await;

        let part = json!([{ "reference": "SD360124-2026-0002", "amount": "2787749.99" }]);
        desk.assign("2026091600001604", part).await.created();
        check(&desk, "5053817.44", "0.00", &[("DEV02", "2787749.99")]).await;
        assert_eq!(desk.exceptions().await, std::slice::from_ref(&duplicate));

        desk.town.on("2026-09-17");
        assert_eq!(desk.notice("dev02.trader", "0.01").await, "SD360124-2026-0004");
        assert_eq!(imported(&desk, 7, "2026-09-18", "5141817.45").await, (2, 4));
        check(&desk, "5141817.45", "88000.00", &[("DEV02", "2787750.00")]).await;
        let unknown = open("2026091800001809", "unknown_payer", "");
        assert_eq!(desk.exceptions().await, [duplicate.clone(), unknown.clone()]);
        desk.trade("DEV02", "T360124108", [55_755_000, 27_877_500, 195_142_500]).await;

        desk.town.on("2026-09-21");
        let mut payouts = Vec::new();
        for (share, code, amount) in [
            ("township_share", "T360124500", "288252.00"),
            ("centre_share", "CENTRE", "144126.00"),
            ("treasury_share", "FINANCE", "1008882.00"),
        ] {
            let payout = desk.enter_share(share, code, amount).await.created();
            desk.approve("luo.jingyi", &payout).await.refused(403, "posts-receipts");
            payouts.push(payout);
        }
        for payout in &payouts {
            desk.approve("shen.yutong", payout).await.ok();
        }
        assert_eq!(desk.balance("CENTRE", "centre_share").await, "505381.75");
        let under_way = desk.reconciliation().await["ledger_only_payouts"].clone();
        assert_eq!(under_way.as_array().unwrap().len(), 3);

        assert_eq!(imported(&desk, 10, "2026-09-22", "3700557.45").await, (3, 6));
        check(&desk, "3700557.45", "88000.00", &[]).await;
        for (code, bucket, expected) in [
            ("T360124500", "township_share", "0.00"),
            ("CENTRE", "centre_share", "361255.75"),
            ("FINANCE", "treasury_share", "2528790.21"),
            ("T360124200", "township_share", "164961.49"),
            ("T360124108", "township_share", "557550.00"),
        ] {
            assert_eq!(desk.balance(code, bucket).await, expected, "{code}");
        }

        desk.town.on("2026-09-30");
        let again = desk.import(FILE.to_vec()).await;
        assert_eq!((&again["imported"], &again["already_known"]), (&json!(0), &json!(9)));
        assert_eq!(desk.exceptions().await, [duplicate, unknown]);
        let told = desk.reconciliation().await;
        for (field, expected) in [
            ("opening", "0.00"),
            ("total_credits", "5200557.45"),
            ("total_debits", "1500000.00"),
            ("closing", "3700557.45"),
            ("ledger_bank", "3700557.45"),
            ("exceptions_sum", "88000.00"),
            ("paid_out", "1441260.00"),
            ("refunded", "58740.00"),
        ] {
            assert_eq!(told[field], expected, "{field}");
        }
        assert_eq!(told["ledger_only_payouts"], Value::Array(vec![]));
    }
}
