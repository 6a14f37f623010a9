//! The cells of a row and the labels of a title line: dates, amounts, long numbers, texts.

use chrono::{Duration, NaiveDate, NaiveTime};

use super::unreadable::Fault;
use super::{CELL_CHARS_MAX, NUMBER_CHARS_MAX};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

const DATE: &str = "交易日期";
const TIME: &str = "交易时间";
const DEBIT: &str = "借方发生额";
const CREDIT: &str = "贷方发生额";
const BALANCE: &str = "余额";
const NAME: &str = "对方户名";
const ACCOUNT: &str = "对方账号";
const TEXT: &str = "摘要";
const SERIAL: &str = "流水号";
/// Columns that may carry a reference beside 摘要; where there are several they are joined.
const MORE_TEXTS: [&str; 3] = ["用途", "附言", "备注"];

/// Where each column stands, by the header row; columns of other names are not read.
pub(super) struct Columns {
    width: usize,
    date: usize,
    time: Option<usize>,
    debit: usize,
    credit: usize,
    balance: usize,
    name: Option<usize>,
    account: Option<usize>,
    texts: Vec<usize>,
    serial: Option<usize>,
}

impl Columns {
    pub(super) fn are_in(record: &csv::StringRecord) -> bool {
        record.iter().any(|cell| clean(cell) == DATE)
    }

    pub(super) fn of(header: &csv::StringRecord) -> Result<Self, Fault> {
        let find = |name: &'static str| -> Result<Option<usize>, Fault> {
            let mut places =
                header.iter().enumerate().filter(|(_, cell)| clean(cell) == name).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(Fault::ColumnTwice { name }),
                (place, None) => Ok(place),
            }
        };
        let need = |name| find(name)?.ok_or(Fault::ColumnMissing { name });
        let mut texts = Vec::new();
        for name in [TEXT].into_iter().chain(MORE_TEXTS) {
            texts.extend(find(name)?);
        }
        Ok(Self {
            width: header.len(),
            date: need(DATE)?,
            time: find(TIME)?,
            debit: need(DEBIT)?,
            credit: need(CREDIT)?,
            balance: need(BALANCE)?,
            name: find(NAME)?,
            account: find(ACCOUNT)?,
            texts,
            serial: find(SERIAL)?,
        })
    }

    /// A row must be as wide as the header; what stands beyond it must be empty.
    pub(super) fn cells<'a>(&'a self, record: &'a csv::StringRecord) -> Result<Cells<'a>, Fault> {
        let beyond = record.iter().skip(self.width).any(|cell| !clean(cell).is_empty());
        if record.len() < self.width || beyond {
            return Err(Fault::CellCount { found: record.len(), expected: self.width });
        }
        Ok(Cells { columns: self, record })
    }
}

/// One row under its header.
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl Cells<'_> {
    fn at(&self, place: Option<usize>) -> &str {
        place.and_then(|place| self.record.get(place)).map_or("", clean)
    }

    pub(super) fn credit(&self) -> Result<Fen, Fault> {
        amount_or_none(CREDIT, self.at(Some(self.columns.credit)))
    }

    pub(super) fn debit(&self) -> Result<Fen, Fault> {
        amount_or_none(DEBIT, self.at(Some(self.columns.debit)))
    }

    pub(super) fn balance(&self) -> Result<Fen, Fault> {
        match self.at(Some(self.columns.balance)) {
            "" => Err(Fault::NoBalance),
            text => amount_or_none(BALANCE, text),
        }
    }

    /// The bank's local time; midnight where it tells none.
    pub(super) fn time(&self) -> Result<Time, Fault> {
        let date = self.at(Some(self.columns.date));
        let day = read_date(date).ok_or_else(|| Fault::BadDate { text: short(date) })?;
        let time = self.at(self.columns.time);
        let of_day = match time {
            "" => NaiveTime::MIN,
            time => read_time(time).ok_or_else(|| Fault::BadTime { text: short(time) })?,
        };
        Ok(Time::of(day.and_time(of_day) - Duration::hours(8)))
    }

    pub(super) fn serial(&self) -> Result<Option<String>, Fault> {
        number(SERIAL, self.at(self.columns.serial))
    }

    pub(super) fn counterparty_account(&self) -> Result<String, Fault> {
        number(ACCOUNT, self.at(self.columns.account)).map(Option::unwrap_or_default)
    }

    pub(super) fn counterparty_name(&self) -> Result<String, Fault> {
        text(NAME, self.at(self.columns.name).to_owned())
    }

    pub(super) fn text(&self) -> Result<String, Fault> {
        let texts = self.columns.texts.iter().map(|place| self.at(Some(*place)));
        let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        text(TEXT, texts.join(" "))
    }
}

/// Takes the blanks and tabs off a cell, and the `="…"` with which spreadsheets keep long digits.
pub(super) fn clean(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).map_or(cell, str::trim)
}

fn number(column: &'static str, cell: &str) -> Result<Option<String>, Fault> {
    let plain = cell.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match cell {
        "" => Ok(None),
        cell if plain && cell.len() <= NUMBER_CHARS_MAX => Ok(Some(cell.to_owned())),
        cell => Err(Fault::BadNumber { column, text: short(cell) }),
    }
}

fn text(column: &'static str, text: String) -> Result<String, Fault> {
    if text.chars().count() > CELL_CHARS_MAX { Err(Fault::TooLong { column }) } else { Ok(text) }
}

fn amount_or_none(column: &'static str, cell: &str) -> Result<Fen, Fault> {
    if cell.is_empty() {
        return Ok(Fen::ZERO);
    }
    if cell.starts_with(['-', '−', '－']) {
        return Err(Fault::NegativeAmount { column, text: short(cell) });
    }
    read_amount(cell).ok_or_else(|| Fault::BadAmount { column, text: short(cell) })
}

/// Reads "1500000.00" and "1,500,000.00"; separators must stand before three digits each.
fn read_amount(text: &str) -> Option<Fen> {
    let (whole, places) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
    if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
        if !first || !groups.all(|group| group.len() == 3) {
            return None;
        }
    }
    let whole = whole.replace(',', "");
    match places {
        Some(places) => format!("{whole}.{places}").parse().ok(),
        None => whole.parse().ok(),
    }
}

fn read_date(text: &str) -> Option<NaiveDate> {
    let digits = digits_between(text, &[4, 2, 2], ['-', '/'])?;
    NaiveDate::parse_from_str(&digits, "%Y%m%d").ok()
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let digits = digits_between(text, &[2, 2, 2], [':', '：'])
        .or_else(|| digits_between(text, &[2, 2], [':', '：']).map(|digits| digits + "00"))?;
    NaiveTime::parse_from_str(&digits, "%H%M%S").ok().filter(|_| !digits.ends_with("60"))
}

/// Returns the digits of groups of those lengths, all together or all with a separator.
fn digits_between(text: &str, lengths: &[usize], separators: [char; 2]) -> Option<String> {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = text.split(separators).collect();
    let together = groups.len() == 1 && text.len() == lengths.iter().sum::<usize>();
    let apart = groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| group.len() == *length);
    let digits = groups.concat();
    ((together || apart) && all_digits(&digits)).then_some(digits)
}

/// Returns what follows `label` and its colon in a title line.
pub(super) fn after_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(label)?;
    rest.trim_start().strip_prefix(['：', ':']).map(str::trim_start)
}

pub(super) fn leading_number(text: &str) -> Option<String> {
    let number: String = text.chars().take_while(char::is_ascii_alphanumeric).collect();
    ((1..=NUMBER_CHARS_MAX).contains(&number.len())).then_some(number)
}

/// Reads "0.00,…" and "1,500,000.00": a comma belongs to the amount while digits follow.
pub(super) fn leading_amount(text: &str) -> Option<Fen> {
    let amount: String =
        text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
    read_amount(amount.trim_end_matches(','))
}

pub(super) fn leading_period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let end = text.find([',', '，', '\t']).unwrap_or(text.len());
    let period = text.get(..end)?.trim();
    let (from, to) = period.split_once('至').or_else(|| period.split_once('~'))?;
    Some((read_date(from.trim())?, read_date(to.trim())?))
}

pub(super) fn is_cny(text: &str) -> bool {
    ["人民币", "CNY", "RMB"].iter().any(|name| text.starts_with(name))
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
