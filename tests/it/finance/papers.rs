//! The files of a period: the same bytes each time, sums that are formulas, and texts that are not.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::json;
use wetland_exchange::kernel::money::cny;

use super::desk::Desk;
use super::periods::{closed_september, directly};
use super::readers::developer;
use crate::market::fair::{Fair, purchases};

const SEPTEMBER: &str = "from=2026-09-01&to=2026-09-30";

/// What a GET gives, byte by byte.
pub(super) async fn file(desk: &Desk, rest: &str) -> Vec<u8> {
    let shen = desk.town.user("shen.yutong").await;
    let answer = shen.request(Method::GET, &desk.path(rest)).await.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{rest}: {}", answer.text().await.unwrap());
    answer.bytes().await.unwrap().to_vec()
}

fn workbook(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The rows of a sheet as people see them.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let shown = |cell: &Data| match cell {
        Data::Float(number) => format!("{number:.2}"),
        other => other.to_string(),
    };
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(shown).collect()).collect()
}

fn formulas(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<String> {
    let range = book.worksheet_formula(sheet).unwrap();
    range.used_cells().map(|(_, _, formula)| formula.clone()).filter(|f| !f.is_empty()).collect()
}

on_both_engines! {
    async fn r70_the_same_period_gives_the_same_bytes_and_sums_that_are_formulas(town: Town) {
        let desk = closed_september(town).await;
        let all = [
            format!("period-statement-file?{SEPTEMBER}&format=xlsx"),
            format!("period-statement-file?{SEPTEMBER}&format=pdf"),
            format!("period-statement-file?{SEPTEMBER}&format=csv"),
            format!("vouchers?{SEPTEMBER}"),
            "books?format=hledger&through=2026-09-30".into(),
            "books?format=beancount&through=2026-09-30".into(),
        ];
        desk.town.on("2026-10-03");
        let mut first = Vec::new();
        for rest in &all {
            first.push(file(&desk, rest).await);
        }
        desk.town.on("2026-10-09");
        let dev02 = desk.organisation("DEV02").await;
        let parts = json!([{ "organisation_id": dev02, "amount": "5.00" }]);
        desk.assign("S2", parts).await.created();
        for (rest, first) in all.iter().zip(first) {
            assert_eq!(file(&desk, rest).await, first, "{rest}");
        }
        let mut book = workbook(file(&desk, &format!("period-statement-file?{SEPTEMBER}&format=xlsx")).await);
        assert_eq!(book.sheet_names(), ["汇总", "科目余额", "按批次", "成交", "拨付", "凭证"]);
        let summary = rows(&mut book, "汇总");
        let find = |name: &str| summary.iter().find(|row| row[0] == name).unwrap().clone();
        assert_eq!(find("期末银行余额")[1..], ["105.00", "壹佰零伍元整"]);
        assert_eq!(find("暂存款（可用）")[1..], ["90.00", "玖拾元整"]);
        assert_eq!(find("差额")[1], "0.00");
        assert_eq!(find("未处理差异合计")[1], "5.00");
        assert!(formulas(&mut book, "汇总").iter().any(|one| one.starts_with("SUMIF(")));
        assert_eq!(formulas(&mut book, "科目余额")[0], "D2+E2-F2");
        let vouchers = rows(&mut book, "凭证");
        assert_eq!(vouchers.len(), 1 + 5 + 1, "{vouchers:?}");
        assert_eq!(vouchers[1][..4], ["202609-00001", "2026-09-03", "收款", "银行存款"]);
        assert_eq!(formulas(&mut book, "凭证"), ["SUBTOTAL(109,H2:H6)"]);
    }

    async fn a_name_that_looks_like_a_formula_is_a_text_in_every_export(town: Town) {
        let desk = closed_september(town).await;
        developer(&desk, "TRICK", "=HYPERLINK(\"http://example.invalid\",\"点此\")").await;
        let trick = desk.organisation("TRICK").await;
        desk.assign("S2", json!([{ "organisation_id": trick, "amount": "5.00" }])).await.created();
        let october = "from=2026-10-01&to=2026-10-31";
        let csv = file(&desk, &format!("period-statement-file?{october}&format=csv")).await;
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.starts_with("\u{feff}科目,"), "{csv}");
        assert!(csv.contains("\"'=HYPERLINK("), "{csv}");
        let vouchers = String::from_utf8(file(&desk, &format!("vouchers?{october}")).await).unwrap();
        assert!(vouchers.contains("\"'=HYPERLINK("), "{vouchers}");
        let mut book = workbook(file(&desk, &format!("period-statement-file?{october}&format=xlsx")).await);
        let accounts = rows(&mut book, "科目余额");
        assert!(accounts.iter().any(|row| row[2].starts_with("=HYPERLINK(")), "{accounts:?}");
        for sheet in ["科目余额", "凭证"] {
            let found = formulas(&mut book, sheet);
            assert!(!found.iter().any(|one| one.contains("HYPERLINK")), "{found:?}");
        }
    }

    async fn r72_trades_stand_in_the_statement_by_batch_and_cannot_be_removed(town: Town) {
        let fair = Fair::open(town, 1).await;
        fair.town().on("2026-09-05");
        let listing = fair.list(1_000, "94200.00").await;
        let buyer = fair.town().user("buyer.00").await;
        let mut amount = 0;
        for m2 in [100, 300] {
            buyer.post(&purchases(&listing), json!({ "m2": m2 })).await.created();
            amount += m2 * 9_420_000 * 3 / 2000;
        }
        drop(buyer);
        let path = fair.desk.path(&format!("period-statement?{SEPTEMBER}"));
        let told = fair.town().user("shen.yutong").await.get(&path).await.ok();
        let batch = &told["batches"][0];
        assert_eq!(
            (&batch["trades"], &batch["m2"], &batch["amount"]),
            (&json!(2), &json!(400), &json!(cny(amount)))
        );
        let mut book = workbook(file(&fair.desk, &format!("period-statement-file?{SEPTEMBER}&format=xlsx")).await);
        let trades = rows(&mut book, "成交");
        assert_eq!(trades.len(), 4, "{trades:?}");
        assert_eq!(trades[3][5], cny(amount));
        assert_eq!(formulas(&mut book, "成交")[0], "SUM(F2:F3)");
        assert!(directly(fair.town(), "DELETE FROM trades").is_err(), "trades let their rows go");
        assert!(directly(fair.town(), "DELETE FROM lot_moves").is_err(), "lot moves let their rows go");
        fair.town().verify().await;
    }
}
