//! Workbooks, camt.053 and layouts other than the standard one.

use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Formula, Workbook};

use super::super::*;

const XLSX: &[u8] = include_bytes!("../../../../tests/fixtures/jinxian/statement.xlsx");
const CAMT: &str = include_str!("../../../../tests/fixtures/jinxian/statement_camt053.xml");

fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}

#[test]
fn the_workbook_of_the_story_reads_to_the_fen() {
    let it = read(XLSX).unwrap();
    assert_eq!(kind_of(XLSX), (Format::Xlsx, Encoding::None));
    assert_eq!(it.account, "1502999909000000001");
    assert_eq!((it.opening, it.closing), (fen("3875107.45"), fen("1719955.52")));
    assert_eq!(
        (it.from.to_string(), it.to.to_string()),
        ("2026-10-12".into(), "2026-10-12".into())
    );
    let amounts: Vec<i64> = it.lines.iter().map(Line::signed_fen).collect();
    assert_eq!(amounts, [8_000_000, 123_456, -12_000_000, -16_496_149, -195_142_500]);
    assert_eq!(it.lines[0].serial.as_deref(), Some("2026101200001201"));
    assert_eq!(it.lines[0].effective_at.to_string(), "2026-10-12T01:08:30.000000Z");
    assert_eq!(it.lines[0].row, 5);
}

#[test]
fn the_message_of_the_story_has_five_entries_and_six_transactions() {
    let it = read(CAMT.as_bytes()).unwrap();
    assert_eq!(kind_of(CAMT.as_bytes()).0, Format::Camt053);
    assert_eq!((it.lines.len(), it.transactions()), (5, 6));
    assert_eq!((it.opening, it.closing), (fen("4091457.45"), fen("3875107.45")));
    assert_eq!(it.account, "1502999909000000001");
    let batch = &it.lines[1];
    assert_eq!(batch.serial.as_deref(), Some("2026100900000902"));
    assert_eq!((batch.credit, batch.balance), (fen("350000.00"), fen("4791557.45")));
    let parts: Vec<(i64, &str)> =
        batch.parts.iter().map(|part| (part.amount.get(), part.text.as_str())).collect();
    assert_eq!(
        parts,
        [(20_000_000, "购买款 SD360124-2026-0009"), (15_000_000, "购买款 SD360124-2026-0010"),]
    );
    assert_eq!(it.lines[3].counterparty_name, "余㳇水");
    assert_eq!(it.lines[3].counterparty_account, "6217999900010002345");
    assert_eq!(it.lines[0].effective_at.to_string(), "2026-10-09T01:20:10.000000Z");
}

#[test]
fn a_message_that_is_wrong_is_refused_with_its_entry() {
    let refused = |from: &str, to: &str| {
        assert!(CAMT.contains(from), "{from}");
        read(CAMT.replacen(from, to, 1).as_bytes()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(">200000.00<", ">200000.01<"),
        "line 16: the batch entry is 350000.00, its transactions add to 350000.01"
    );
    assert_eq!(
        refused(">3875107.45<", ">3875107.46<"),
        "opening + credits − debits is 3875107.45, the closing balance 3875107.46"
    );
    assert_eq!(refused("<Ccy>CNY</Ccy>", "<Ccy>USD</Ccy>"), "the currency is not CNY");
    assert_eq!(
        refused("<BookgDt><DtTm>2026-10-09T09", "<BookgDt><DtTm>2026-10-08T09"),
        "line 12: the date is outside the period of the title lines"
    );
    assert!(refused("</Stmt>", "").starts_with("the XML is not a camt.053 statement"));
    assert!(refused("?>", "?><!DOCTYPE a>").starts_with("the XML is not a camt.053 statement"));
    let pending = CAMT.replacen("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>", 1);
    assert!(read(pending.as_bytes()).is_err(), "what is not booked is not in the balance");
}

#[test]
fn r70_an_entry_of_a_message_that_comes_again_is_a_repeat() {
    let begin = CAMT.find("<Ntry>").unwrap();
    let end = CAMT.find("</Ntry>").unwrap() + "</Ntry>".len();
    let again = format!("{}{}", &CAMT[begin..end], &CAMT[begin..]);
    let it = read([&CAMT[..begin], &again].concat().as_bytes()).unwrap();
    assert_eq!((it.lines.len(), it.repeats.len()), (5, 1));
    assert_eq!(it.repeats[0].of, "serial:2026100900000901");
}

/// A workbook with the titles of our layout and one row that `write` fills (row 4 from 0).
fn workbook(write: impl Fn(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let merged = CellFormat::new();
    sheet.merge_range(0, 0, 0, 8, "示例银行 账户明细", &merged).unwrap();
    sheet.write(1, 0, "账号：A1  币种：人民币").unwrap();
    sheet.write(2, 0, "查询区间：2026-09-01至2026-09-30  期初余额：0.00  期末余额：0.30").unwrap();
    let header = [
        "交易日期",
        "交易时间",
        "借方发生额",
        "贷方发生额",
        "余额",
        "对方户名",
        "对方账号",
        "摘要",
        "流水号",
    ];
    for (column, name) in (0..).zip(header) {
        sheet.write(3, column, name).unwrap();
    }
    let day = CellFormat::new().set_num_format("yyyy-mm-dd");
    let date = ExcelDateTime::from_ymd(2026, 9, 3).unwrap();
    sheet.write_with_format(4, 0, &date, &day).unwrap();
    sheet.write(4, 3, 0.3).unwrap();
    sheet.write(4, 4, 0.3).unwrap();
    sheet.write(4, 8, "S1").unwrap();
    write(sheet);
    book.save_to_buffer().unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn numbers_of_a_workbook_are_rounded_to_fen_and_a_remainder_is_refused() {
    assert_eq!(read(&workbook(|_| ())).unwrap().lines[0].credit, fen("0.30"));
    let summed = workbook(|sheet| {
        sheet.write(4, 3, 0.1 + 0.2).unwrap();
    });
    assert_eq!(read(&summed).unwrap().lines[0].credit, fen("0.30"));
    let remainder = workbook(|sheet| {
        sheet.write(4, 3, 0.305).unwrap();
    });
    assert_eq!(
        refusal(&remainder),
        "line 5, column D: 贷方发生额 \"0.305\" is not an amount with at most two places"
    );
}

#[test]
fn a_formula_in_any_cell_is_refused_with_its_place() {
    let formula = workbook(|sheet| {
        sheet.write_formula(4, 3, Formula::new("=0.1+0.2").set_result("0.3")).unwrap();
    });
    assert_eq!(
        refusal(&formula),
        "line 5, column D: the cell holds a formula; save the file with values only"
    );
    let elsewhere = workbook(|sheet| {
        sheet
            .write_formula(4, 7, Formula::new("=HYPERLINK(\"http://a\")").set_result("x"))
            .unwrap();
    });
    assert!(refusal(&elsewhere).starts_with("line 5, column H: the cell holds a formula"));
    let csv = super::file("0", "1", &["20260903,,,1,1,甲,,=1+1,S1"]);
    assert!(refusal(csv.as_bytes()).starts_with("line 5, column H: the cell holds a formula"));
}

#[test]
fn long_digits_that_a_workbook_keeps_as_a_number_are_refused() {
    let short = workbook(|sheet| {
        sheet.write(4, 8, 202_609_030_001_f64).unwrap();
    });
    assert_eq!(read(&short).unwrap().lines[0].serial.as_deref(), Some("202609030001"));
    let long = workbook(|sheet| {
        sheet.write(4, 6, 6_217_999_900_010_002_345_f64).unwrap();
    });
    assert!(refusal(&long).starts_with("line 5, column G: 对方账号 is kept as a number"));
}

#[test]
fn every_row_that_is_wrong_is_told_at_once() {
    let rows = ["2026,,,1,1,,,,S1", "20260903,,,1,1,,,,S2", "20260903,,-1,,1,,,,S3"];
    let unreadable = read(super::file("0", "1", &rows).as_bytes()).unwrap_err();
    assert_eq!(unreadable.pointer(), "/rows/5/columns/A");
    let more: Vec<String> = unreadable.more.iter().map(Unreadable::pointer).collect();
    assert_eq!(more, ["/rows/7/columns/C"]);
}

const SIGNED: &str = "账号,A1\n\
    日期,金额,余额,对方名称,摘要,流水号\n\
    2026/9/3,100.00,100.00,甲,货款,1\n\
    2026/9/4,-30.00,70.00,乙,\"付款, 一\",2\n\
    合计,70.00,,,,\n";

#[test]
fn a_layout_is_guessed_by_the_names_that_banks_use() {
    let it = preview(SIGNED.as_bytes(), 2).unwrap();
    assert_eq!((it.format, it.encoding, it.rows.len()), (Format::Csv, Encoding::Utf8, 2));
    let guess = it.guess.unwrap();
    guess.check().unwrap();
    assert_eq!(guess.columns.amount.as_deref(), Some("金额"));
    assert_eq!(guess.titles.account.as_deref(), Some("账号"));
    let read = read_with(SIGNED.as_bytes(), &guess).unwrap();
    assert_eq!(read, super::super::read(SIGNED.as_bytes()).unwrap());
    assert_eq!((read.opening, read.closing), (Fen::ZERO, fen("70.00")));
    let signed: Vec<i64> = read.lines.iter().map(Line::signed_fen).collect();
    assert_eq!(signed, [10_000, -3_000]);
    assert_eq!(
        (read.from.to_string(), read.to.to_string()),
        ("2026-09-03".into(), "2026-09-04".into())
    );
}

#[test]
fn a_file_without_an_opening_is_read_in_either_order() {
    let newest_first = "账号：A1\n日期,金额,余额,摘要,流水号\n\
        2026-09-04,-30,70,b,2\n2026-09-03,100,100,a,1\n";
    let it = read(newest_first.as_bytes()).unwrap();
    assert_eq!((it.opening, it.closing), (Fen::ZERO, fen("70")));
    assert_eq!(it.lines[0].serial.as_deref(), Some("1"));
}

#[test]
fn a_direction_beside_the_amount_tells_the_side() {
    let marked = "账号：A1\n交易时间,借贷标志,交易金额,账户余额,摘要\n\
        2026-09-03 10:00:00,贷,100,100,a\n2026-09-03 10:00:01,借方,30,70,b\n";
    let it = read(marked.as_bytes()).unwrap();
    assert_eq!(it.lines.iter().map(Line::signed_fen).collect::<Vec<_>>(), [10_000, -3_000]);
    assert_eq!(it.lines[1].effective_at.to_string(), "2026-09-03T02:00:01.000000Z");
    let neither = marked.replace("借方", "冲");
    assert!(refusal(neither.as_bytes()).starts_with("line 4, column B: \"冲\" tells neither"));
}

#[test]
fn a_layout_that_names_too_little_or_a_column_twice_is_not_kept() {
    let standard = Layout::standard();
    assert_eq!(standard.check(), Ok(()));
    let mut it = standard.clone();
    it.columns.debit = None;
    assert_eq!(it.check(), Err(BadLayout::Money));
    let mut it = standard.clone();
    it.titles.account = None;
    assert_eq!(it.check(), Err(BadLayout::Account));
    let mut it = standard.clone();
    it.columns.serial = Some("余额".into());
    assert_eq!(it.check(), Err(BadLayout::Twice));
    let mut it = standard;
    it.columns.balance = String::new();
    assert_eq!(it.check(), Err(BadLayout::Name));
}

#[test]
fn a_missing_column_is_named() {
    let layout = Layout::standard();
    let without = super::file("0", "0", &[]).replace("余额,对方户名", "结余,对方户名");
    let fault = read_with(without.as_bytes(), &layout).unwrap_err();
    assert_eq!(fault.to_string(), "line 4: the column 余额 is missing");
    let nowhere = Layout { header_row: Some(9), ..layout };
    assert!(read_with(without.as_bytes(), &nowhere).is_err());
}

#[test]
fn an_old_workbook_reads_like_the_new_one() {
    let old = include_bytes!("../../../../tests/fixtures/banks/statement.xls");
    assert_eq!(kind_of(old), (Format::Xls, Encoding::None));
    let it = read(old).unwrap();
    assert_eq!((it.opening, it.closing), (Fen::ZERO, fen("1234.56")));
    assert_eq!(it.lines[0].serial.as_deref(), Some("2026090300000301"));
    assert_eq!(it.lines[0].effective_at.to_string(), "2026-09-03T02:12:45.000000Z");
}
