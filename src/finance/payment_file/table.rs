//! A bank's own table of payments, as CSV: which columns, under which titles, is data.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::{Payment, PaymentOrder};
use crate::finance::model::{PaymentColumn, PaymentField, TableEncoding};
use crate::finance::rules::OutgoingRefusal;
use crate::web::paper::harmless;

/// Columns of a bank's table.
const COLUMNS_MAX: usize = 30;
const TITLE_CHARS_MAX: usize = 40;

/// The columns where no template is named.
pub(in crate::finance) const STANDARD: [(&str, PaymentField); 8] = [
    ("序号", PaymentField::Sequence),
    ("付款账号", PaymentField::PayerAccount),
    ("收款账号", PaymentField::PayeeAccount),
    ("收款户名", PaymentField::PayeeName),
    ("收款银行", PaymentField::PayeeBank),
    ("金额", PaymentField::Amount),
    ("币种", PaymentField::Currency),
    ("用途", PaymentField::Purpose),
];

/// Whether a bank could pay by a table of these columns.
pub(in crate::finance) fn check_columns(columns: &[PaymentColumn]) -> Result<(), OutgoingRefusal> {
    let needed = [PaymentField::PayeeAccount, PaymentField::PayeeName, PaymentField::Amount];
    let complete = needed.iter().all(|field| columns.iter().any(|one| one.field == *field));
    let said = |title: &str| {
        let length = title.trim().chars().count();
        (1..=TITLE_CHARS_MAX).contains(&length) && !title.chars().any(char::is_control)
    };
    let titled = columns.iter().all(|one| said(&one.title));
    if complete && titled && columns.len() <= COLUMNS_MAX {
        Ok(())
    } else {
        Err(OutgoingRefusal::BadTemplate)
    }
}

/// Writes the table; a cell that a spreadsheet would take for a formula begins with an apostrophe.
pub(in crate::finance) fn table(
    order: &PaymentOrder,
    columns: &[PaymentColumn],
    encoding: TableEncoding,
) -> Vec<u8> {
    let titles: Vec<String> = columns.iter().map(|column| cell(&column.title)).collect();
    let mut text = titles.join(",") + "\r\n";
    for (sequence, payment) in (1_usize..).zip(&order.payments) {
        let cells =
            columns.iter().map(|column| cell(&value(column.field, order, sequence, payment)));
        text += &cells.collect::<Vec<_>>().join(",");
        text += "\r\n";
    }
    match encoding {
        TableEncoding::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        TableEncoding::Gb18030 => GB18030.encode(&text).0.into_owned(),
    }
}

fn value<'a>(
    field: PaymentField,
    order: &'a PaymentOrder,
    sequence: usize,
    payment: &'a Payment,
) -> Cow<'a, str> {
    match field {
        PaymentField::Sequence => sequence.to_string().into(),
        PaymentField::Number => payment.number.as_str().into(),
        PaymentField::PayerAccount => order.payer_account.as_str().into(),
        PaymentField::PayerName => order.payer_name.as_str().into(),
        PaymentField::PayeeAccount => payment.payee_account.as_str().into(),
        PaymentField::PayeeName => payment.payee_name.as_str().into(),
        PaymentField::PayeeBank => payment.payee_bank.as_deref().unwrap_or_default().into(),
        PaymentField::Amount => payment.amount.to_string().into(),
        PaymentField::Currency => "CNY".into(),
        PaymentField::Purpose => payment.purpose.as_str().into(),
    }
}

fn cell(value: &str) -> String {
    let value = harmless(value);
    if value.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::example;
    use super::*;

    fn columns(all: &[(&str, PaymentField)]) -> Vec<PaymentColumn> {
        let column =
            |(title, field): &(&str, _)| PaymentColumn { title: (*title).into(), field: *field };
        all.iter().map(column).collect()
    }

    #[test]
    fn a_table_is_read_back_by_a_reader_of_csv() {
        let bytes = table(&example(), &columns(&STANDARD), TableEncoding::Utf8Bom);
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let titles: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(titles, STANDARD.map(|(title, _)| title));
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][3], "五里垦殖场 <A&B> \"湿地\"");
        assert_eq!((&rows[0][0], &rows[0][5], &rows[0][6]), ("1", "288252.00", "CNY"));
        assert_eq!(&rows[1][3], "'=HYPERLINK(1)", "never a formula");
        assert_eq!((rows.len(), &rows[1][5]), (2, "0.01"));
    }

    #[test]
    fn a_bank_may_want_other_columns_in_its_own_encoding() {
        let wanted = columns(&[
            ("收款账号", PaymentField::PayeeAccount),
            ("户名", PaymentField::PayeeName),
            ("金额", PaymentField::Amount),
            ("附言", PaymentField::Number),
        ]);
        assert_eq!(check_columns(&wanted), Ok(()));
        let bytes = table(&example(), &wanted, TableEncoding::Gb18030);
        let (text, _, broken) = GB18030.decode(&bytes);
        assert!(!broken);
        assert_eq!(text.lines().next(), Some("收款账号,户名,金额,附言"));
        assert!(text.lines().nth(1).unwrap().ends_with(",288252.00,PO-2023-0001"));
    }

    #[test]
    fn a_template_names_payee_and_amount_under_titles() {
        let refused = |all: &[(&str, PaymentField)]| {
            assert_eq!(check_columns(&columns(all)), Err(OutgoingRefusal::BadTemplate));
        };
        refused(&[]);
        refused(&STANDARD[..5]);
        let mut untitled = STANDARD;
        untitled[3].0 = " ";
        refused(&untitled);
        refused(&[STANDARD; 4].concat());
    }
}
