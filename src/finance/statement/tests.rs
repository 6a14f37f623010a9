use proptest::prelude::*;

use super::*;

mod formats;

const HEADER: &str =
    "交易日期,交易时间,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,流水号\r\n";

fn file(opening: &str, closing: &str, rows: &[&str]) -> String {
    let rows: String = rows.iter().map(|row| format!("{row}\r\n")).collect();
    format!(
        "示例银行 账户明细\r\n户名：交易费用管理账户,账号：1502999909000000001\t,币种：人民币\r\n\
         查询区间：2026-09-01至2026-09-30,期初余额：{opening},期末余额：{closing}\r\n{HEADER}{rows}"
    )
}

const FIRST: &str = "20260903,10:12:45,,\"1,500.00\",\"1,500.00\",余㳇水,15029999\t,货款,S01\t";
const SECOND: &str = "20260904,101245,500,,1000,甲,,乙,S02";

#[track_caller]
fn refused(text: &str, expected: &str) {
    let fault = read(text.as_bytes()).expect_err("it was taken");
    assert_eq!(fault.to_string(), expected);
    assert!(!fault.chinese().is_ascii(), "{}", fault.chinese());
}

#[test]
fn amounts_past_64_bits_do_not_add_up() {
    let read = read(file("0.00", "1,500.00", &[FIRST]).as_bytes()).unwrap();
    let line = Line { credit: Fen::of(Fen::MAX).unwrap(), ..read.lines[0].clone() };
    let opening = line.credit;
    let many = Statement { opening, lines: vec![line; 20_000], ..read };
    assert!(many.that_adds_up().is_err());
}

#[test]
fn a_file_reads_the_same_in_every_encoding_of_a_bank() {
    let text = file("0.00", "1,000.00", &[FIRST, SECOND]);
    let plain = read(text.as_bytes()).unwrap();
    let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    assert!(std::str::from_utf8(&gb18030).is_err());
    assert_eq!(read(&marked).unwrap(), plain);
    assert_eq!(read(&gb18030).unwrap(), plain);
    let [first, second] = &plain.lines[..] else { panic!("two lines") };
    assert_eq!(plain.account, "1502999909000000001");
    assert_eq!(first.counterparty_name, "余㳇水");
    assert_eq!(first.counterparty_account, "15029999");
    assert_eq!(first.serial.as_deref(), Some("S01"));
    assert_eq!(first.effective_at.to_string(), "2026-09-03T02:12:45.000000Z");
    assert_eq!((first.credit.get(), first.debit.get()), (150_000, 0));
    assert_eq!((second.credit.get(), second.debit.get()), (0, 50_000));
}

#[test]
fn r70_a_repeated_row_is_kept_apart_and_not_added_up() {
    let text = file("0.00", "1000.00", &[FIRST, SECOND, FIRST]);
    let statement = read(text.as_bytes()).unwrap();
    assert_eq!(statement.lines.len(), 2);
    assert_eq!(statement.repeats, [Repeat { row: 7, of: "serial:S01".into() }]);
    assert_eq!(statement.rows(), 3);
}

#[test]
fn a_file_with_the_newest_line_first_is_read_from_its_end() {
    let oldest_first = read(file("0.00", "1000.00", &[FIRST, SECOND]).as_bytes()).unwrap();
    let newest_first = read(file("0.00", "1000.00", &[SECOND, FIRST]).as_bytes()).unwrap();
    let serials = |it: &Statement| it.lines.iter().map(|l| l.known_by.clone()).collect::<Vec<_>>();
    assert_eq!(serials(&oldest_first), serials(&newest_first));
}

#[test]
fn r70_a_line_without_a_serial_is_known_by_its_facts() {
    let row = "20260903,,,1.00,1.00,甲,1,乙,";
    let again = "2026-09-04,08:00,,1.00,2.00,甲,1,乙,";
    let statement = read(file("0", "2", &[row, again, row]).as_bytes()).unwrap();
    assert_eq!(statement.lines.len(), 2);
    assert_eq!(statement.repeats[0].of, statement.lines[0].known_by);
    assert!(statement.lines[0].known_by.starts_with("facts:"));
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let one = |row: &str| file("0.00", "1500.00", &[row]);
    refused("", "the file is empty");
    refused("a,b\n", "there is no header row with 交易日期, 借方发生额, 贷方发生额 and 余额");
    refused(
        &one("\r\n20260931,,,1500,1500,,,,S1"),
        "line 6, column A: the date \"20260931\" cannot be read",
    );
    refused(
        &one("20260931,,,1500,1500,,,,S1"),
        "line 5, column A: the date \"20260931\" cannot be read",
    );
    refused(
        &one("20260930,24:00:00,,1500,1500,,,,S1"),
        "line 5, column B: the time \"24:00:00\" cannot be read",
    );
    refused(
        &one("20260930,,,\"15,00\",1500,,,,S1"),
        "line 5, column D: 贷方发生额 \"15,00\" is not an amount with at most two places",
    );
    refused(
        &one("20260930,,,1500.001,1500,,,,S1"),
        "line 5, column D: 贷方发生额 \"1500.001\" is not an amount with at most two places",
    );
    refused(
        &one("20260930,,,-1500,1500,,,,S1"),
        "line 5, column D: 贷方发生额 \"-1500\" is negative; a reversal by the bank is to be entered by hand",
    );
    refused(&one("20260930,,1,1500,1500,,,,S1"), "line 5: the row is both a debit and a credit");
    refused(&one("20260930,,,0.00,1500,,,,S1"), "line 5: the row is neither a debit nor a credit");
    refused(&one("20260930,,,1500,,,,,S1"), "line 5, column E: the balance is missing");
    refused(
        &one("20260930,,,1500,1499.99,,,,S1"),
        "line 5: the balance is 1499.99, by the lines before it should be 1500.00",
    );
    refused(&one("20260930,,,1500,1500"), "line 5: the row has 5 cells, the header 9");
    refused(
        &one("20261001,,,1500,1500,,,,S1"),
        "line 5: the date is outside the period of the title lines",
    );
    refused(
        &one("20260930,,,1500,1500,,,,S 1"),
        "line 5, column I: 流水号 \"S 1\" is not a number of at most 64 digits or letters",
    );
    refused(&one("合计,,,1500,1500,,,,"), "line 5, column A: the date \"合计\" cannot be read");
    refused(
        &file("0.00", "1500.01", &["20260930,,,1500,1500,,,,S1"]),
        "opening + credits − debits is 1500.00, the closing balance 1500.01",
    );
    refused(
        &file("0.00", "3000", &["20260930,,,1500,1500,,,,S1", "20260930,,,1500,3000,,,,S1"]),
        "line 6: the serial number is that of line 5, with other figures",
    );
    refused(&one("20260930,,,1500,1500,,,\u{7},S1"), "line 5: there is a control character");
    refused(&file("0.00", "x", &[]), "line 3: 期末余额 in the title lines cannot be read");
    refused(&file("0", "0", &[]).replace("人民币", "美元"), "line 2: the currency is not CNY");
    refused(&file("0", "0", &[]).replace("账号", "卡号"), "the title lines do not tell 账号");
    assert_eq!(read(&[0xFF, 0xFE, 0x41, 0x00]).unwrap_err().fault, Fault::Utf16);
    assert_eq!(read(&[0x81, 0x20, 0xFF]).unwrap_err().fault, Fault::NotText);
}

#[test]
fn a_file_is_bounded_in_bytes_and_rows() {
    assert_eq!(read(&vec![b'a'; FILE_BYTES_MAX + 1]).unwrap_err().fault, Fault::TooLarge);
    let row = "20260903,,,1,1,,,,S";
    let text = file("0", "1", &vec![row; ROWS_MAX + 1]);
    assert_eq!(read(text.as_bytes()).unwrap_err().fault, Fault::TooManyRows);
    assert!(read(file("0", "1", &vec![row; ROWS_MAX]).as_bytes()).is_ok());
}

#[test]
fn a_file_without_lines_is_a_statement_of_its_balance() {
    let statement = read(file("5.00", "5.00", &[]).as_bytes()).unwrap();
    assert_eq!((statement.opening, statement.closing), (statement.closing, statement.opening));
    assert_eq!(statement.rows(), 0);
}

/// Writes an amount as a bank does.
fn separated(fen: i64) -> String {
    let (whole, places) = (fen / 100, fen % 100);
    let digits = whole.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("\"{out}.{places:02}\"")
}

proptest! {
    /// What was written comes back, in UTF-8 and GB18030, with characters of four bytes.
    #[test]
    fn a_written_statement_reads_back(
        opening in 0_i64..1_000_000_000,
        amounts in prop::collection::vec((1_i64..10_000_000_000, any::<bool>()), 0..20),
        text in "[a-zA-Z0-9 \u{4e00}-\u{9fa5}\u{3400}-\u{4db5}\u{20000}-\u{20010},，]{0,20}",
    ) {
        let mut balance = opening;
        let mut rows = Vec::new();
        let mut expected = Vec::new();
        for (at, (amount, out)) in amounts.into_iter().enumerate() {
            let signed = if out && amount <= balance { -amount } else { amount };
            balance += signed;
            let (debit, credit) =
                if signed < 0 { (separated(-signed), String::new()) } else { (String::new(), separated(signed)) };
            rows.push(format!("20260903,10:00:00,{debit},{credit},{},名,12\t,\"{text}\",S{at}\t", separated(balance)));
            expected.push((signed, balance));
        }
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let text_file = file(&separated(opening).replace('"', ""), &separated(balance).replace('"', ""), &rows);
        let (gb18030, _, lost) = encoding_rs::GB18030.encode(&text_file);
        prop_assert!(!lost);
        for bytes in [text_file.as_bytes(), &gb18030] {
            let statement = read(bytes).unwrap();
            let found: Vec<(i64, i64)> =
                statement.lines.iter().map(|line| (line.signed_fen(), line.balance.get())).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert!(statement.lines.iter().all(|line| line.text == text.trim()));
        }
    }

    /// Whatever the bytes are, the answer is a statement or a fault.
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let with_header = [file("0", "0", &[]).as_bytes(), &bytes].concat();
        let _ = read(&with_header);
    }
}
