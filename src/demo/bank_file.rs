//! The bank's file as it looked on an earlier day: it grows, and repeats what it had.

use std::collections::BTreeSet;

use anyhow::Context;
use chrono::NaiveDate;
use encoding_rs::GB18030;
use rust_decimal::Decimal;

/// Three title lines and the names of the columns.
const HEAD_LINES: usize = 4;

/// The bank's file on one day.
pub(super) struct Cut {
    pub(super) bytes: Vec<u8>,
    /// The balance with which it ended.
    pub(super) closing: String,
}

/// Returns the file with its rows up to a day, and the period and balance that the bank then showed.
pub(super) fn cut(file: &[u8], through: NaiveDate) -> anyhow::Result<Cut> {
    let (text, _, broken) = GB18030.decode(file);
    anyhow::ensure!(!broken, "the bank's file is not in GB18030");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let (head, rows) = lines.split_at_checked(HEAD_LINES).context("the file has no head")?;
    let mut closing = opening(head.get(2).context("the third line names the period")?)?;
    let (mut kept, mut known) = (Vec::new(), BTreeSet::new());
    for row in rows {
        let Row { day, change, serial } = Row::of(row)?;
        if day > through {
            continue;
        }
        kept.push(*row);
        // A row that is repeated moves nothing.
        if known.insert(serial) {
            closing = closing.checked_add(change).context("a balance stays within its limits")?;
        }
    }
    let closing = format!("{closing:.2}");
    let mut cut = String::new();
    for (number, line) in (1..).zip(head.iter().copied().chain(kept)) {
        if number == 3 {
            cut += &period(line, through, &closing).context("the third line names no period")?;
        } else {
            cut += line;
        }
        cut += "\r\n";
    }
    let (bytes, _, lost) = GB18030.encode(&cut);
    anyhow::ensure!(!lost, "the bank's file cannot be written in GB18030");
    Ok(Cut { bytes: bytes.into_owned(), closing })
}

/// What a row says that matters for the balance.
struct Row {
    day: NaiveDate,
    /// Money in less money out.
    change: Decimal,
    serial: String,
}

impl Row {
    fn of(line: &str) -> anyhow::Result<Self> {
        let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let row = reader.into_records().next().context("a row of the bank is empty")??;
        let field = |n: usize| row.get(n).map(str::trim).unwrap_or_default();
        let amount = |n: usize| match field(n).replace(',', "").as_str() {
            "" => Ok(Decimal::ZERO),
            digits => digits.parse().with_context(|| format!("{digits} is no amount")),
        };
        let day = NaiveDate::parse_from_str(field(0), "%Y%m%d")?;
        let (out, money_in): (Decimal, Decimal) = (amount(2)?, amount(3)?);
        let change = money_in.checked_sub(out).context("an amount stays within its limits")?;
        Ok(Self { day, change, serial: field(8).to_owned() })
    }
}

/// `查询区间：2026-09-01至2026-09-30,期初余额：0.00,期末余额：3700557.45`: the 0.00.
fn opening(line: &str) -> anyhow::Result<Decimal> {
    let (_, rest) = line.split_once("期初余额：").context("the bank names no opening balance")?;
    let (opening, _) = rest.split_once(',').context("the opening balance has an end")?;
    Ok(opening.replace(',', "").parse()?)
}

/// The same line with another end.
fn period(line: &str, through: NaiveDate, closing: &str) -> Option<String> {
    let (from, rest) = line.split_once('至')?;
    let (_, rest) = rest.split_once(',')?;
    let (opening, _) = rest.rsplit_once("期末余额：")?;
    Some(format!("{from}至{through},{opening}期末余额：{closing}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::story::file;

    #[test]
    fn a_cut_file_ends_as_the_bank_would_have_ended_it() {
        let day = |text: &str| text.parse().unwrap();
        let whole = file("statement_main_job_gbk.csv").unwrap();
        let one = cut(whole, day("2026-09-03")).unwrap();
        let (text, _, _) = GB18030.decode(&one.bytes);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(
            lines[2],
            "查询区间：2026-09-01至2026-09-03,期初余额：0.00,期末余额：1500000.00"
        );
        assert!(lines[4].contains("2026090300000301"));
        // The row that the bank repeated counts once.
        assert_eq!(cut(whole, day("2026-09-16")).unwrap().closing, "5053817.44");
        for name in ["statement_main_job_gbk.csv", "statement_icbc_gbk.csv"] {
            let whole = file(name).unwrap();
            assert_eq!(cut(whole, day("2026-09-30")).unwrap().bytes, whole, "{name}");
        }
        assert!(cut(b"\r\n\r\n\r\n\r\n", day("2026-09-30")).is_err());
    }
}
