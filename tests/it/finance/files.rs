//! The fixture statements in every format, layouts that a bureau keeps, and imports in the
//! background.

use encoding_rs::GB18030;
use serde_json::{Value, json};

use super::desk::{Desk, Row};
use crate::support::Reply;

const SEPTEMBER: &[u8] = include_bytes!("../../fixtures/jinxian/statement_icbc_gbk.csv");
const MESSAGE: &[u8] = include_bytes!("../../fixtures/jinxian/statement_camt053.xml");
const WORKBOOK: &[u8] = include_bytes!("../../fixtures/jinxian/statement.xlsx");
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The first bookings of September, as the bank would have exported them on the third.
fn until_the_third() -> Vec<u8> {
    let (text, _, _) = GB18030.decode(SEPTEMBER);
    let lines: Vec<&str> = text.split("\r\n").take(5).collect();
    let text = lines.join("\r\n").replace("2026-09-30", "2026-09-03");
    let text = text.replace("4091457.45", "1500000.00") + "\r\n";
    GB18030.encode(&text).0.into_owned()
}

async fn import(desk: &Desk, kind: &str, bytes: &[u8]) -> Value {
    let luo = desk.town.user("luo.jingyi").await;
    luo.post_file(&desk.path("statements"), kind, bytes.to_vec()).await.created()
}

async fn refund_of(desk: &Desk, username: &str, amount: &str, account: &str) -> Value {
    let body = json!({ "county": "360124", "amount": amount, "account": account });
    let request = desk.town.user(username).await.post("/api/v1/refund-requests", body).await;
    let path =
        format!("/api/v1/refund-requests/{}/payout", request.created()["id"].as_str().unwrap());
    desk.town.user("peng.haoran").await.post(&path, json!({})).await.created()
}

fn open(serial: &str, kind: &str, by: &str) -> (String, String, String) {
    (serial.into(), kind.into(), by.into())
}

async fn sorted(desk: &Desk) -> Vec<(String, String, String)> {
    let mut found = desk.exceptions().await;
    found.sort();
    found
}

/// The layout of a bank that writes one signed amount and no period.
fn other_layout() -> Value {
    json!({
        "columns": {
            "date": "记账日", "amount": "发生金额", "balance": "结余",
            "counterparty_name": "对手", "texts": ["说明"], "serial": "编号",
        },
        "titles": { "account": "账户" },
    })
}

const OTHER: &str = "账户：1502999909000000001\n\
    记账日,发生金额,结余,对手,说明,编号\n\
    2026-09-03,100.00,100.00,甲,货款,B1\n\
    2026-09-04,-30.00,70.00,乙,付款,B2\n";

async fn keep(desk: &Desk, username: &str, layout: Value) -> Reply {
    let body = json!({ "name": "网银明细", "bank": "示例银行", "layout": layout });
    desk.town.user(username).await.post("/api/v1/statement-mappings", body).await
}

on_both_engines! {
    async fn r70_the_fixture_statements_give_exactly_their_exceptions(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-02");
        for (username, amount) in [
            ("dev01.trader", "1500000.00"),
            ("dev02.trader", "270900.00"),
            ("dev03.trader", "270900.00"),
            ("dev02.trader", "2516850.00"),
            ("dev02.trader", "0.01"),
            ("dev04.trader", "824807.45"),
            ("dev04.trader", "120000.00"),
        ] {
            desk.notice(username, amount).await;
        }
        desk.town.on("2026-09-03");
        import(&desk, "text/csv", &until_the_third()).await;
        desk.trade("DEV01", "T360124500", [28_825_200, 14_412_600, 100_888_200]).await;
        let mut payouts = vec![desk.refund("58740.00").await];
        for (share, code, amount) in [
            ("township_share", "T360124500", "288252.00"),
            ("centre_share", "CENTRE", "144126.00"),
            ("treasury_share", "FINANCE", "1008882.00"),
        ] {
            payouts.push(desk.enter_share(share, code, amount).await.created());
        }
        for payout in &payouts {
            desk.approve("shen.yutong", payout).await.ok();
        }
        desk.town.on("2026-09-30");
        let told = import(&desk, "text/csv", SEPTEMBER).await;
        assert_eq!((&told["imported"], &told["already_known"]), (&json!(10), &json!(1)));
        assert_eq!((&told["format"], &told["encoding"]), (&json!("csv"), &json!("gb18030")));
        let duplicate = open("2026090800000815", "duplicate", "");
        assert_eq!(sorted(&desk).await, [
            duplicate.clone(),
            open("2026091500001507", "several_references", ""),
            open("2026091600001604", "short", "0.01"),
            open("2026091800001809", "unknown_payer", ""),
        ]);
        assert_eq!(desk.reconciliation().await["closing"], "4091457.45");

        let part = |reference: &str, amount: &str| json!({ "reference": reference, "amount": amount });
        let both = json!([
            part("SD360124-2026-0006", "824807.45"), part("SD360124-2026-0007", "120000.00"),
        ]);
        desk.assign("2026091500001507", both).await.created();
        let short = json!([part("SD360124-2026-0004", "2516849.99")]);
        desk.assign("2026091600001604", short).await.created();
        // The unknown payer turns out to have paid for DEV04, who wants it back.
        let dev04 = desk.organisation("DEV04").await;
        let unknown = json!([{ "organisation_id": dev04, "amount": "88000.00" }]);
        desk.assign("2026091800001809", unknown).await.created();
        assert_eq!(sorted(&desk).await, std::slice::from_ref(&duplicate));
        desk.trade("DEV04", "T360124200", [16_496_149, 8_248_075, 57_736_521]).await;
        desk.trade("DEV02", "T360124108", [55_755_000, 27_877_500, 195_142_500]).await;

        for (username, amount) in [
            ("dev03.trader", "350000.00"),
            ("dev01.trader", "200000.00"),
            ("dev04.trader", "150000.00"),
            ("dev01.trader", "80000.00"),
            ("dev02.trader", "1234.56"),
        ] {
            desk.notice(username, amount).await;
        }
        desk.town.on("2026-10-08");
        let payouts = [
            refund_of(&desk, "dev03.trader", "270900.00", "1502999909000000103").await,
            refund_of(&desk, "dev04.trader", "88000.00", "6217999900010002345").await,
            desk.enter_share("township_share", "T360124108", "557550.00").await.created(),
            refund_of(&desk, "dev04.trader", "120000.00", "1502999909000000104").await,
            desk.enter_share("township_share", "T360124200", "164961.49").await.created(),
            desk.enter_share("treasury_share", "FINANCE", "1951425.00").await.created(),
        ];
        for payout in &payouts {
            desk.approve("shen.yutong", payout).await.ok();
        }
        desk.town.on("2026-10-09");
        let told = import(&desk, "application/xml", MESSAGE).await;
        assert_eq!((&told["imported"], &told["transactions"]), (&json!(5), &json!(6)));
        let over = open("2026100900000901", "over", "100.00");
        assert_eq!(sorted(&desk).await, [duplicate.clone(), over]);
        let dev03 = desk.organisation("DEV03").await;
        let parts = json!([
            part("SD360124-2026-0008", "350000.00"),
            { "organisation_id": dev03, "amount": "100.00" },
        ]);
        desk.assign("2026100900000901", parts).await.created();

        desk.town.on("2026-10-12");
        let told = import(&desk, XLSX, WORKBOOK).await;
        assert_eq!((&told["imported"], &told["format"]), (&json!(5), &json!("xlsx")));
        assert_eq!(sorted(&desk).await, [duplicate]);
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["bank_balance"], "1719955.52");
        assert_eq!(told["identity"]["suspense"], "0.00");
        for (code, bucket, expected) in [
            ("DEV01", "available", "280000.00"),
            ("DEV02", "available", "1234.56"),
            ("DEV03", "available", "350100.00"),
            ("DEV04", "available", "150000.00"),
            ("CENTRE", "centre_share", "361255.75"),
            ("FINANCE", "treasury_share", "577365.21"),
            ("T360124108", "township_share", "0.00"),
        ] {
            assert_eq!(desk.balance(code, bucket).await, expected, "{code}");
        }
        for (kind, file) in [("text/csv", SEPTEMBER), ("application/xml", MESSAGE), (XLSX, WORKBOOK)] {
            assert_eq!(import(&desk, kind, file).await["imported"], 0);
        }
        desk.town.verify().await;
    }

    async fn r70_a_batch_entry_is_matched_transaction_by_transaction(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-10-08");
        let text = std::str::from_utf8(MESSAGE).unwrap();
        let (before, rest) = text.split_once("<Ntry>").unwrap();
        let batch = rest.split("<Ntry>").nth(1).unwrap();
        let before = before.replace("4091457.45", "0.00").replace("3875107.45", "350000.00");
        let message = format!("{before}<Ntry>{batch}</Stmt></BkToCstmrStmt></Document>");
        for _ in 0..9 {
            desk.notice("dev01.trader", "200000.00").await;
        }
        let message = message.replace("SD360124-2026-0010", "SD360124-2026-0099");
        import(&desk, "application/xml", message.as_bytes()).await;
        let told = desk.reconciliation().await;
        assert_eq!(told["identity"]["cash"], "200000.00");
        assert_eq!(told["identity"]["suspense"], "150000.00");
        assert_eq!(told["exceptions"][0]["kind"], "unknown_reference");
        assert_eq!(told["exceptions"][0]["rest"], "150000.00");
        desk.town.verify().await;
    }

    async fn r70_a_layout_is_looked_at_kept_and_read_by(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-05");
        let luo = desk.town.user("luo.jingyi").await;
        let shown =
            luo.post_file(&desk.path("statement-previews"), "text/csv", SEPTEMBER.to_vec()).await.ok();
        assert_eq!((&shown["format"], &shown["encoding"]), (&json!("csv"), &json!("gb18030")));
        assert_eq!(shown["rows"][3]["cells"][8], "流水号");
        assert_eq!(shown["guess"]["columns"]["credit"], "贷方发生额");
        let shown = luo
            .post_file(&desk.path("statement-previews"), "text/csv", OTHER.into()).await.ok();
        assert_eq!(shown["guess"], json!(null));
        luo.post_file(&desk.path("statements"), "text/csv", OTHER.into()).await
            .refused(422, "statement-unreadable");

        let first = keep(&desk, "luo.jingyi", other_layout()).await.created();
        let second = keep(&desk, "peng.haoran", other_layout()).await.created();
        assert_eq!((&first["version"], &second["version"]), (&json!(1), &json!(2)));
        let mut twice = other_layout();
        twice["columns"]["serial"] = json!("结余");
        keep(&desk, "luo.jingyi", twice).await.refused(422, "bad-layout");

        let path = format!("statements?mapping_id={}", second["id"].as_str().unwrap());
        let told = luo.post_file(&desk.path(&path), "text/csv", OTHER.into()).await.created();
        assert_eq!((&told["imported"], &told["closing"]), (&json!(2), &json!("70.00")));
        assert_eq!(told["mapping_id"], second["id"]);
        let missing = OTHER.replace("结余", "余下");
        let problem = luo.post_file(&desk.path(&path), "text/csv", missing.into()).await
            .refused(422, "statement-unreadable");
        assert_eq!(problem["detail"], "the file cannot be read: line 2: the column 结余 is missing");
        let path = desk.path(&format!("statements?mapping_id={}", desk.account));
        luo.post_file(&path, "text/csv", OTHER.into()).await.refused(422, "no-such-mapping");
        desk.town.verify().await;
    }

    async fn r70_a_bad_file_is_refused_with_rows_and_columns_and_nothing_is_booked(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-05");
        let good = String::from_utf8(desk.file(0, &[Row::new("S1", 100, "甲"), Row::new("S2", 50, "乙")]));
        let good = good.unwrap();
        let luo = desk.town.user("luo.jingyi").await;
        for (from, to, pointer) in [
            ("0.00,1.00,1.00", "0.00,-1.00,1.00", "/rows/5/columns/D"),
            ("0.00,0.50,1.50", "0.00,0.50,1.51", "/rows/6"),
            ("20260903,10:00:00,0.00,1.00", "20261003,10:00:00,0.00,1.00", "/rows/5"),
            ("20260903,10:00:00,0.00,0.50", "2026,10:00:00,0.00,0.50", "/rows/6/columns/A"),
            (",乙,S2", ",=1+1,S2", "/rows/6/columns/H"),
            ("余额,对方户名", "结余,对方户名", "/rows/4"),
            ("期末余额：1.50", "期末余额：1.51", ""),
        ] {
            assert!(good.contains(from), "{from}");
            let bad = good.replacen(from, to, 1);
            for path in ["statement-checks", "statements"] {
                let problem = luo.post_file(&desk.path(path), "text/csv", bad.clone().into()).await
                    .refused(422, "statement-unreadable");
                assert_eq!(problem["errors"][0]["pointer"], pointer, "{from}");
            }
        }
        let mut latin = good.clone().into_bytes();
        latin.extend([0x81, 0x20, 0xFF]);
        luo.post_file(&desk.path("statements"), "text/csv", latin).await
            .refused(422, "statement-unreadable");
        assert_eq!(desk.reconciliation().await["closing"], "0.00");
        let imports = luo.get(&desk.path("statements")).await.ok();
        assert_eq!(imports["items"], json!([]));
    }

    async fn r70_a_check_tells_every_row_and_the_file_that_came_before(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "1.00").await;
        let rows = [Row::new("S1", 100, &reference), Row::new("S2", 50, "货款")];
        let file = desk.file(0, &rows);
        let first = import(&desk, "text/csv", &desk.file(0, &rows[..1])).await;
        let luo = desk.town.user("luo.jingyi").await;
        let told = luo.post_file(&desk.path("statement-checks"), "text/csv", file.clone()).await.ok();
        assert_eq!(told["lines"][0]["result"], "already_known");
        assert_eq!(told["lines"][1]["result"], "new");
        assert_eq!(told["exceptions"], json!([{ "kind": "unknown_payer", "count": 1, "amount": "0.50" }]));
        assert_eq!(told["imported_as"], json!(null));
        let again = desk.file(0, &rows[..1]);
        let told = luo.post_file(&desk.path("statement-checks"), "text/csv", again).await.ok();
        assert_eq!(told["imported_as"], first["id"]);
        let path = desk.path("statement-checks?after_row=5");
        let told = luo.post_file(&path, "text/csv", file).await.ok();
        assert_eq!(told["lines"].as_array().unwrap().len(), 1);
    }

    async fn r70_a_large_file_is_booked_in_the_background_and_tells_how_far_it_is(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let rows: Vec<Row> = (0..400).map(|n| Row::new(&format!("S{n}"), 100 + n, "货款")).collect();
        let luo = desk.town.user("luo.jingyi").await;
        let path = desk.path("statements?background=true");
        let begun = luo.post_file(&path, "text/csv", desk.file(0, &rows)).await;
        assert_eq!(begun.status.as_u16(), 202, "{}", begun.text);
        let location = begun.header("location").to_owned();
        assert_eq!(begun.json()["progress"]["total"], 400);
        let mut told = json!(null);
        for _ in 0..6_000 {
            told = luo.get(&location).await.ok();
            if told["progress"]["state"] != "running" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(told["progress"]["state"], "done", "{told:#}");
        assert_eq!((&told["imported"], &told["progress"]["done"]), (&json!(400), &json!(400)));
        assert_eq!(desk.reconciliation().await["identity"]["suspense"], told["closing"]);
        desk.town.verify().await;
    }

    async fn an_import_is_cancelled_where_it_is_and_goes_on_with_the_same_file(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let rows: Vec<Row> = (0..4_000).map(|n| Row::new(&format!("S{n}"), 100, "货款")).collect();
        let (luo, path) = (desk.town.user("luo.jingyi").await, desk.path("statements?background=true"));
        let file = desk.file(0, &rows);
        let begun = luo.post_file(&path, "text/csv", file.clone()).await;
        let cancel = format!("{}/cancellation", begun.header("location"));
        let told = luo.post(&cancel, json!({ "reason": "选错了文件" })).await.ok();
        assert_eq!(
            (&told["state"], &told["progress"]["state"], &told["progress"]["problem"]),
            (&json!("importing"), &json!("stopped"), &json!("选错了文件")),
        );
        luo.post(&cancel, json!({ "reason": "再取消" })).await.refused(409, "import-ended");
        let booked = told["imported"].as_i64().unwrap();
        assert!((0..4_000).contains(&booked), "{told:#}");
        let closing = desk.reconciliation().await["identity"]["closing"].clone();
        assert_eq!(closing, wetland_exchange::kernel::money::cny(booked * 100), "the books are whole");
        let again = luo.post_file(&desk.path("statements"), "text/csv", file).await.created();
        assert_eq!((&again["imported"], &again["already_known"]), (&json!(4_000 - booked), &json!(booked)));
    }
}
