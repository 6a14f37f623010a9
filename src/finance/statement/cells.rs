//! The cells of a row and the labels of a title line: dates, amounts, long numbers, texts.

use std::borrow::Cow;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::layout::Layout;
use super::sheet::{Cell, is_time_of_day};
use super::unreadable::Fault;
use super::{CELL_CHARS_MAX, NUMBER_CHARS_MAX};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

const IN: [&str; 7] = ["贷", "收", "转入", "C", "CR", "CRDT", "CREDIT"];
const OUT: [&str; 7] = ["借", "支", "转出", "D", "DR", "DBIT", "DEBIT"];

/// A fault and the place of its cell in the row.
pub(super) type Misread = (Option<usize>, Fault);

/// A column: its place in the row and its name.
#[derive(Debug, Clone)]
pub(super) struct Place {
    at: usize,
    name: String,
}

/// How a row tells its amount.
enum Money {
    Sides { credit: Place, debit: Place },
    Signed(Place),
    Marked { amount: Place, direction: Place },
}

/// Where each column stands, by the header row; columns of other names are not read.
pub(super) struct Columns {
    width: usize,
    date: Place,
    time: Option<Place>,
    money: Money,
    balance: Place,
    name: Option<Place>,
    account: Option<Place>,
    texts: Vec<Place>,
    serial: Option<Place>,
    own_account: Option<Place>,
}

impl Columns {
    pub(super) fn of(layout: &Layout, header: &[Cell<'_>]) -> Result<Self, Misread> {
        let find = |name: &str| -> Result<Option<Place>, Misread> {
            let named = |(_, cell): &(usize, &Cell<'_>)| cell.text() == name;
            let mut places = header.iter().enumerate().filter(named).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (_, Some(at)) => Err((Some(at), Fault::ColumnTwice { name: name.to_owned() })),
                (place, None) => Ok(place.map(|at| Place { at, name: name.to_owned() })),
            }
        };
        let need = |name: &str| {
            find(name)?.ok_or_else(|| (None, Fault::ColumnMissing { name: name.to_owned() }))
        };
        let may = |name: &Option<String>| name.as_deref().map_or(Ok(None), find);
        let it = &layout.columns;
        let money = match (&it.credit, &it.debit, &it.amount, &it.direction) {
            (Some(credit), Some(debit), ..) => {
                Money::Sides { debit: need(debit)?, credit: need(credit)? }
            }
            (_, _, Some(amount), Some(direction)) => {
                Money::Marked { amount: need(amount)?, direction: need(direction)? }
            }
            (_, _, amount, _) => Money::Signed(need(amount.as_deref().unwrap_or("金额"))?),
        };
        let mut texts = Vec::new();
        for name in &it.texts {
            texts.extend(find(name)?);
        }
        Ok(Self {
            width: header.len(),
            date: need(&it.date)?,
            time: may(&it.time)?,
            money,
            balance: need(&it.balance)?,
            name: may(&it.counterparty_name)?,
            account: may(&it.counterparty_account)?,
            texts,
            serial: may(&it.serial)?,
            own_account: may(&it.own_account)?,
        })
    }

    /// A row must be as wide as the header; what stands beyond it must be empty, and none of it may
    /// be a formula, whether the column is read or not.
    pub(super) fn cells<'a>(&'a self, cells: &'a [Cell<'a>]) -> Result<Cells<'a>, Misread> {
        if let Some(at) = cells.iter().position(|cell| *cell == Cell::Formula) {
            return Err((Some(at), Fault::Formula));
        }
        let beyond = cells.iter().skip(self.width).any(|cell| !cell.is_blank());
        if cells.len() < self.width || beyond {
            return Err((None, Fault::CellCount { found: cells.len(), expected: self.width }));
        }
        Ok(Cells { columns: self, cells })
    }
}

/// One row under its header.
pub(super) struct Cells<'a> {
    columns: &'a Columns,
    cells: &'a [Cell<'a>],
}

impl Cells<'_> {
    fn at(&self, place: &Place) -> Result<&Cell<'_>, Misread> {
        match self.cells.get(place.at) {
            Some(Cell::Wrong) | None => Err((Some(place.at), Fault::WrongCell)),
            Some(cell) => Ok(cell),
        }
    }

    fn text_at(&self, place: &Place) -> Result<Cow<'_, str>, Misread> {
        Ok(self.at(place)?.text())
    }

    /// Money in as positive fen, money out as negative.
    pub(super) fn signed_fen(&self) -> Result<i64, Misread> {
        match &self.columns.money {
            Money::Sides { credit, debit } => match (self.amount(credit)?, self.amount(debit)?) {
                (credit, debit) if !credit.is_zero() && !debit.is_zero() => {
                    Err((None, Fault::BothSides))
                }
                (credit, debit) => self.not_nothing(credit.get() - debit.get()),
            },
            Money::Signed(place) => {
                let text = self.text_at(place)?;
                let (sign, plain) = match text.strip_prefix(MINUS) {
                    Some(rest) => (-1, rest),
                    None => (1, text.strip_prefix('+').unwrap_or(&text)),
                };
                self.not_nothing(sign * amount_or_none(place, plain)?.get())
            }
            Money::Marked { amount, direction } => {
                let (fen, word) = (self.amount(amount)?.get(), self.text_at(direction)?);
                let upper = word.to_uppercase();
                let is = |words: [&str; 7]| {
                    words
                        .iter()
                        .any(|one| upper == *one || !one.is_ascii() && upper.starts_with(one))
                };
                match (is(IN), is(OUT)) {
                    (true, false) => self.not_nothing(fen),
                    (false, true) => self.not_nothing(-fen),
                    _ => Err((Some(direction.at), Fault::NoDirection { text: short(&word) })),
                }
            }
        }
    }

    fn not_nothing(&self, signed: i64) -> Result<i64, Misread> {
        if signed == 0 { Err((None, Fault::NeitherSide)) } else { Ok(signed) }
    }

    fn amount(&self, place: &Place) -> Result<Fen, Misread> {
        amount_or_none(place, &self.text_at(place)?)
    }

    pub(super) fn balance(&self) -> Result<Fen, Misread> {
        let place = &self.columns.balance;
        match &*self.text_at(place)? {
            "" => Err((Some(place.at), Fault::NoBalance)),
            text => amount_or_none(place, text),
        }
    }

    /// The bank's local time; midnight where it tells none.
    pub(super) fn time(&self) -> Result<Time, Misread> {
        let (date, time) = (&self.columns.date, &self.columns.time);
        let moment = match self.at(date)? {
            Cell::Moment(moment) if !is_time_of_day(moment) => *moment,
            cell => {
                let text = cell.text();
                let bad = || (Some(date.at), Fault::BadDate { text: short(&text) });
                read_moment(&text).ok_or_else(bad)?
            }
        };
        let Some(place) = time else { return Ok(in_shanghai(moment)) };
        let of_day = match self.at(place)? {
            Cell::Moment(moment) => moment.time(),
            cell => match &*cell.text() {
                "" => moment.time(),
                text => read_time(text)
                    .ok_or_else(|| (Some(place.at), Fault::BadTime { text: short(text) }))?,
            },
        };
        Ok(in_shanghai(moment.date().and_time(of_day)))
    }

    pub(super) fn serial(&self) -> Result<Option<String>, Misread> {
        self.columns.serial.as_ref().map_or(Ok(None), |place| self.number(place))
    }

    pub(super) fn counterparty_account(&self) -> Result<String, Misread> {
        let number = self.columns.account.as_ref().map_or(Ok(None), |place| self.number(place));
        number.map(Option::unwrap_or_default)
    }

    pub(super) fn own_account(&self) -> Result<Option<String>, Misread> {
        self.columns.own_account.as_ref().map_or(Ok(None), |place| self.number(place))
    }

    fn number(&self, place: &Place) -> Result<Option<String>, Misread> {
        let cell = self.at(place)?;
        if matches!(cell, Cell::Number(_)) {
            let long = || (Some(place.at), Fault::LongNumber { column: place.name.clone() });
            return cell.whole_number().ok_or_else(long).map(Some);
        }
        let text = cell.text();
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        match &*text {
            "" => Ok(None),
            number if plain && number.len() <= NUMBER_CHARS_MAX => Ok(Some(number.to_owned())),
            other => {
                let (column, text) = (place.name.clone(), short(other));
                Err((Some(place.at), Fault::BadNumber { column, text }))
            }
        }
    }

    pub(super) fn counterparty_name(&self) -> Result<String, Misread> {
        let Some(place) = &self.columns.name else { return Ok(String::new()) };
        text(place, self.text_at(place)?.into_owned())
    }

    pub(super) fn text(&self) -> Result<String, Misread> {
        let mut joined = String::new();
        for place in &self.columns.texts {
            let cell = self.text_at(place)?;
            if !joined.is_empty() && !cell.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&cell);
        }
        self.columns.texts.first().map_or(Ok(String::new()), |place| text(place, joined))
    }
}

/// Takes the blanks and tabs off a cell, and the `="…"` with which spreadsheets keep long digits.
pub(super) fn clean(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).map_or(cell, str::trim)
}

fn in_shanghai(local: NaiveDateTime) -> Time {
    Time::of(local - Duration::hours(8))
}

fn text(place: &Place, text: String) -> Result<String, Misread> {
    if text.len() > CELL_CHARS_MAX && text.chars().count() > CELL_CHARS_MAX {
        return Err((Some(place.at), Fault::TooLong { column: place.name.clone() }));
    }
    Ok(text)
}

const MINUS: [char; 3] = ['-', '−', '－'];

fn amount_or_none(place: &Place, cell: &str) -> Result<Fen, Misread> {
    if cell.is_empty() {
        return Ok(Fen::ZERO);
    }
    let named = || (place.name.clone(), short(cell));
    if cell.starts_with(MINUS) {
        let (column, text) = named();
        return Err((Some(place.at), Fault::NegativeAmount { column, text }));
    }
    let bad = || {
        let (column, text) = named();
        (Some(place.at), Fault::BadAmount { column, text })
    };
    read_amount(cell).ok_or_else(bad)
}

/// Reads "1500000.00" and "1,500,000.00"; separators must stand before three digits each.
pub(super) fn read_amount(text: &str) -> Option<Fen> {
    if !text.contains(',') {
        return text.parse().ok();
    }
    let (whole, places) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    if !first || !groups.all(|group| group.len() == 3) {
        return None;
    }
    let whole = whole.replace(',', "");
    match places {
        Some(places) => format!("{whole}.{places}").parse().ok(),
        None => whole.parse().ok(),
    }
}

/// Reads a day, and the time of day where it stands behind it.
fn read_moment(text: &str) -> Option<NaiveDateTime> {
    if let Some(day) = read_date(text) {
        return Some(day.and_time(NaiveTime::MIN));
    }
    let (day, time) = text.split_once(' ')?;
    Some(read_date(day)?.and_time(read_time(time.trim())?))
}

pub(super) fn read_date(text: &str) -> Option<NaiveDate> {
    if text.contains('年') {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        return date_of(year, month, rest.strip_suffix('日')?);
    }
    let mut parts = text.split(['-', '/', '.']);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(all), None, None, None) if all.len() == 8 => {
            date_of(all.get(..4)?, all.get(4..6)?, all.get(6..)?)
        }
        (Some(year), Some(month), Some(day), None) => date_of(year, month, day),
        _ => None,
    }
}

fn date_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    if year.len() != 4 {
        return None;
    }
    let number = |text: &str| digits(text, 4).then(|| text.parse::<u32>().ok()).flatten();
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let parts: Vec<&str> = text.split([':', '：']).collect();
    let number =
        |text: &str| (text.len() == 2 && digits(text, 2)).then(|| text.parse().ok()).flatten();
    let (hour, minute, second) = match parts[..] {
        [all] if all.len() == 6 && all.is_ascii() => {
            (number(all.get(..2)?)?, number(all.get(2..4)?)?, number(all.get(4..)?)?)
        }
        [all] if all.len() == 4 && all.is_ascii() => {
            (number(all.get(..2)?)?, number(all.get(2..)?)?, 0)
        }
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

fn digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what follows `label` and its colon in a title line, or stands in the next filled cell.
pub(super) fn after_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(label)?;
    let rest = rest.trim_start().strip_prefix(['：', ':', ','])?;
    Some(rest.trim_start_matches([',', ' ', '\t', '　']))
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
    let (from, to) = text.split_once('至').or_else(|| text.split_once(['~', '～']))?;
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '，');
    let to = to.trim_start();
    let to = to.get(..to.find(ends).unwrap_or(to.len()))?;
    Some((read_date(from.trim())?, read_date(to)?))
}

pub(super) fn is_cny(text: &str) -> bool {
    ["人民币", "CNY", "RMB"].iter().any(|name| text.starts_with(name))
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
