//! The order of a table's rows, chosen by its reader: each heading is a link that sorts by its column,
//! and once more the other way round. It sorts what the page shows; where a list goes on, its filters
//! are what finds the first of all.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::say::{MONTHS, NOTHING};
use super::sheet::{Block, Cell, Sheet, Table, encoded};

/// Fewer rows are seen at a glance.
const ROWS_MIN: usize = 3;

/// A column, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    table: usize,
    column: usize,
    down: bool,
}

/// The heading of a column.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) text: String,
    /// Where it leads: empty where there is nothing to sort.
    pub(super) href: String,
    /// As `aria-sort` says it; empty where the rows are in another order.
    pub(super) sorted: &'static str,
    pub(super) number: bool,
}

impl Order {
    /// `1-2` is the third column of the second table, `1-2-down` the same the other way round.
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (table, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let down = match (parts.next(), parts.next()) {
            (None, _) => false,
            (Some("down"), None) => true,
            _ => return None,
        };
        Some(Self { table, column, down })
    }

    fn text(self) -> String {
        format!("{}-{}{}", self.table, self.column, if self.down { "-down" } else { "" })
    }
}

/// Sorts the table that `here`, a path with its query, asks to be sorted, and writes all headings.
pub(super) fn sort(sheet: &mut Sheet, here: &str) {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let pairs = || query.split('&').filter(|pair| !pair.is_empty());
    let asked = pairs().find_map(|pair| pair.strip_prefix("sort=")).and_then(Order::of);
    let others: Vec<_> = pairs().filter(|pair| !pair.starts_with("sort=")).collect();
    let address = |order: Order| {
        let sort = format!("sort={}", encoded(&order.text()));
        format!("{path}?{}", [others.as_slice(), &[sort.as_str()]].concat().join("&"))
    };
    let tables = sheet.blocks.iter_mut().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    for (at, table) in tables.enumerate() {
        let order = asked.filter(|order| order.table == at);
        if let Some(order) = order {
            sort_rows(&mut table.rows, order);
            if let Some(next) = &mut table.next {
                next.href = format!("{}&sort={}", next.href, encoded(&order.text()));
            }
        }
        table.heads = heads(table, at, order, &address);
    }
}

fn sort_rows(rows: &mut [Vec<Cell>], order: Order) {
    let key = |row: &Vec<Cell>| row.get(order.column).map_or(Key::Nothing, key_of);
    match order.down {
        false => rows.sort_by_cached_key(key),
        // What has no value stands last both ways.
        true => rows.sort_by_cached_key(|row| {
            let key = key(row);
            (key == Key::Nothing, Reverse(key))
        }),
    }
}

fn heads(
    table: &Table,
    at: usize,
    order: Option<Order>,
    address: &impl Fn(Order) -> String,
) -> Vec<Head> {
    let sortable = table.rows.len() >= ROWS_MIN;
    let head = |(column, text): (usize, &String)| {
        let now = order.filter(|order| order.column == column);
        let next = Order { table: at, column, down: now.is_some_and(|order| !order.down) };
        Head {
            text: text.clone(),
            href: if sortable && !text.is_empty() { address(next) } else { String::new() },
            sorted: match now {
                Some(Order { down: true, .. }) => "descending",
                Some(_) => "ascending",
                None => "",
            },
            number: table.is_number(&column),
        }
    };
    table.columns.iter().enumerate().map(head).collect()
}

/// What a text is sorted by: numbers by their value, days by the calendar, words piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(Decimal),
    Words(Vec<Piece>),
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Digits(u128),
    Letters(String),
}

fn key_of(cell: &Cell) -> Key {
    let text = cell.text.trim();
    if text.is_empty() || text == NOTHING {
        return Key::Nothing;
    }
    let number = if cell.number { number_in(text) } else { None };
    match number {
        Some(number) => Key::Number(number),
        None => Key::Words(pieces(&day_first_turned(text))),
    }
}

/// The first number of a text: `CNY -1,601.50` is -1601.50.
fn number_in(text: &str) -> Option<Decimal> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = text.split_at_checked(start)?;
    let digits: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .filter(|&c| c != ',')
        .collect();
    let number: Decimal = digits.trim_end_matches('.').parse().ok()?;
    Some(if before.ends_with('-') { -number } else { number })
}

/// Runs of digits count as numbers, so that 第9号 stands before 第10号.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        pieces.push(match piece.parse() {
            Ok(number) if digits => Piece::Digits(number),
            _ => Piece::Letters(piece.to_lowercase()),
        });
        rest = behind;
    }
    pieces
}

/// `4 Sep 2026 10:05` with the year first; any other text as it is.
fn day_first_turned(text: &str) -> String {
    let mut words = text.splitn(4, ' ');
    let (day, month, year) = (words.next(), words.next(), words.next());
    let at = month.and_then(|month| MONTHS.iter().position(|name| *name == month));
    match (day, at, year) {
        (Some(day), Some(month), Some(year)) => {
            format!("{year} {month:02} {day} {}", words.next().unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::cell;

    #[track_caller]
    fn sorted(cells: &[Cell], down: bool) -> Vec<String> {
        let mut rows: Vec<_> = cells.iter().map(|cell| vec![cell.clone()]).collect();
        sort_rows(&mut rows, Order { table: 0, column: 0, down });
        rows.concat().into_iter().map(|cell| cell.text).collect()
    }

    fn words(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|&text| cell(text)).collect()
    }

    fn numbers(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|&text| cell(text).number()).collect()
    }

    #[test]
    fn numbers_are_sorted_by_value_whatever_stands_around_them() {
        let yuan = numbers(&["9,100.00 元", "—", "-0.05 元", "94,200.00 元", "10.00 元"]);
        let up = ["-0.05 元", "10.00 元", "9,100.00 元", "94,200.00 元", "—"];
        assert_eq!(sorted(&yuan, false), up);
        let down = ["94,200.00 元", "9,100.00 元", "10.00 元", "-0.05 元", "—"];
        assert_eq!(sorted(&yuan, true), down);
        let cny = numbers(&["CNY 94,200.00 per mu", "CNY 9.00 per mu"]);
        assert_eq!(sorted(&cny, false), ["CNY 9.00 per mu", "CNY 94,200.00 per mu"]);
    }

    #[test]
    fn days_are_sorted_by_the_calendar_in_both_languages() {
        let chinese = words(&["2026年10月1日 09:00", "2026年9月30日 10:05", "2025年12月31日"]);
        let up = ["2025年12月31日", "2026年9月30日 10:05", "2026年10月1日 09:00"];
        assert_eq!(sorted(&chinese, false), up);
        let english =
            words(&["4 Sep 2026 10:05", "31 Dec 2025", "12 Feb 2026", "4 Sep 2026 09:59"]);
        let up = ["31 Dec 2025", "12 Feb 2026", "4 Sep 2026 09:59", "4 Sep 2026 10:05"];
        assert_eq!(sorted(&english, false), up);
    }

    #[test]
    fn numbers_within_words_count_as_numbers() {
        let numbered = words(&["L-10", "L-9", "", "l-1"]);
        assert_eq!(sorted(&numbered, false), ["l-1", "L-9", "L-10", ""]);
    }

    #[test]
    fn a_heading_sorts_by_its_column_and_then_the_other_way() {
        let table = |caption: &str| {
            let rows = ["b", "a", "c"].map(|text| vec![cell(text), cell("")]);
            Table::of(caption, &["name", ""]).rows(rows.to_vec())
        };
        let mut sheet = Sheet::new("lists").table(table("one")).table(table("two"));
        sort(&mut sheet, "/lists?county=1&sort=1-0");
        let tables: Vec<_> = sheet
            .blocks
            .iter()
            .map(|block| match block {
                Block::Table(table) => {
                    let texts: String = table.rows.iter().map(|row| row[0].text.as_str()).collect();
                    let head = &table.heads[0];
                    assert_eq!(table.heads[1].href, "", "a column without a name is not sorted");
                    (texts, head.href.clone(), head.sorted)
                }
                _ => panic!("a table"),
            })
            .collect();
        let expected = [
            ("bac".to_owned(), "/lists?county=1&sort=0-0".to_owned(), ""),
            ("abc".to_owned(), "/lists?county=1&sort=1-0-down".to_owned(), "ascending"),
        ];
        assert_eq!(tables, expected);
    }

    #[test]
    fn an_order_that_makes_no_sense_is_none() {
        for text in ["", "price", "0", "0-", "0-1-up", "0-1-down-2", "-1-1"] {
            assert_eq!(Order::of(text), None, "{text}");
        }
        assert_eq!(Order::of("0-12-down").unwrap().text(), "0-12-down");
    }
}
