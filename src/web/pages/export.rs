//! Any table of a page as a file for a spreadsheet: `?export=0` is the first one, with all its rows,
//! those of the next pages too. The file says what the page says; numbers stand without their units,
//! which go into the heading, so that they can be added up.

use std::borrow::Cow;
use std::collections::HashMap;

use super::ask::Ask;
use super::say::Say;
use super::sheet::{Block, Cell, Sheet, Table, decoded};
use super::sorting::{ROWS_MIN, number_at};
use super::{Page, Shown};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::paper::{harmless, table};

/// Whoever needs more takes the exports of the API, which are streamed.
const ROWS_MAX: usize = 10_000;

/// Whether a table is worth a file of its own and has none made for it.
pub(super) fn offered(table: &Table) -> bool {
    table.exports.is_empty() && (table.rows.len() >= ROWS_MIN || table.next.is_some())
}

/// A table of a page with the rows of all its pages, as a file.
pub(super) async fn of_page(
    page: &Page,
    number: usize,
    mut query: HashMap<String, String>,
    say: Say,
    asking: impl Fn(HashMap<String, String>) -> Ask,
) -> Answer<Shown> {
    let (mut columns, mut rows, mut name) = (Vec::new(), Vec::new(), String::new());
    let cut = loop {
        let picked = match (page.shape)(asking(query)).await? {
            Shown::Sheet(sheet) => picked(*sheet, number),
            _ => None,
        };
        let Some((title, table)) = picked else { break None };
        if name.is_empty() {
            (name, columns) = (title, table.columns);
        }
        rows.extend(table.rows);
        let Some(next) = table.next else { break None };
        if rows.len() >= ROWS_MAX {
            break Some(
                say.t("还有更多行，请先筛选再下载。", "There are more rows; filter first."),
            );
        }
        query = query_of(&next.href);
    };
    if rows.is_empty() {
        return Err(Failure::Refused(Problem::not_found()));
    }
    let bytes = written(&columns, &rows, cut)?;
    Ok(Shown::File { bytes, kind: "text/csv; charset=utf-8".into(), name: format!("{name}.csv") })
}

/// The table of a sheet with that number, unless it has a file of its own.
fn picked(sheet: Sheet, number: usize) -> Option<(String, Table)> {
    let tables = sheet.blocks.into_iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let table = tables.into_iter().nth(number).filter(|table| table.exports.is_empty())?;
    let name = if table.caption.is_empty() { sheet.title } else { table.caption.clone() };
    Some((name, table))
}

/// What the address of the next page asks for.
fn query_of(href: &str) -> HashMap<String, String> {
    let query = href.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), decoded(value))).collect()
}

/// The rows as a file; `cut` says that there are more.
fn written(columns: &[String], rows: &[Vec<Cell>], cut: Option<&str>) -> Answer<Vec<u8>> {
    let units: Vec<_> = (0..columns.len()).map(|column| unit_of(rows, column)).collect();
    let heads: Vec<_> = columns
        .iter()
        .zip(&units)
        .map(|(column, unit)| match unit.as_deref() {
            Some(unit) if !unit.is_empty() => format!("{column} ({unit})"),
            _ => column.clone(),
        })
        .collect();
    let heads: Vec<_> = heads.iter().map(String::as_str).collect();
    table(&heads, |out| {
        for row in rows {
            let cells = row.iter().zip(&units).map(|(cell, unit)| match (unit, split(cell)) {
                (Some(_), Some((number, _))) => Cow::Owned(number.to_string()),
                _ => harmless(&cell.text),
            });
            out.cells(&cells.collect::<Vec<_>>())?;
        }
        match cut {
            Some(cut) => out.texts(&[cut]),
            None => Ok(()),
        }
    })
}

/// The unit that all numbers of a column have; `None` where a cell holds none, or another one.
fn unit_of(rows: &[Vec<Cell>], column: usize) -> Option<String> {
    let mut unit = None;
    for cell in rows.iter().filter_map(|row| row.get(column)) {
        if cell.is_nothing() {
            continue;
        }
        let (_, its) = split(cell)?;
        if unit.get_or_insert_with(|| its.clone()) != &its {
            return None;
        }
    }
    unit
}

/// `CNY 94,200.00 per mu` is 94200.00 and `CNY per mu`. What stands in brackets is said in another unit
/// and left out.
fn split(cell: &Cell) -> Option<(rust_decimal::Decimal, String)> {
    if !cell.number {
        return None;
    }
    let text = cell.text.split(['（', '(']).next().unwrap_or_default();
    let (number, before, after) = number_at(text)?;
    let words = [before, after].map(|part| part.trim().trim_end_matches('-').trim());
    // A second number means that it is more than an amount.
    if words.iter().any(|part| part.contains(|c: char| c.is_ascii_digit())) {
        return None;
    }
    Some((number, words.join(" ").trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::cell;

    #[track_caller]
    fn file(columns: &[&str], rows: &[&[Cell]]) -> String {
        let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
        let rows: Vec<_> = rows.iter().map(|row| row.to_vec()).collect();
        String::from_utf8(written(&columns, &rows, None).unwrap()).unwrap()
    }

    #[test]
    fn numbers_can_be_added_up_and_their_unit_stands_in_the_heading() {
        let rows = [
            [
                cell("L-1"),
                cell("11,333 m²（16.9995 亩）").number(),
                cell("94,200.00 元/亩").number(),
            ],
            [cell("L-2"), cell("—").number(), cell("-0.05 元/亩").number()],
        ];
        assert_eq!(
            file(&["编号", "面积", "单价"], &[&rows[0], &rows[1]]),
            "\u{feff}编号,面积 (m²),单价 (元/亩)\r\nL-1,11333,94200.00\r\nL-2,—,-0.05\r\n"
        );
        let english = [cell("CNY 94,200.00 per mu").number()];
        assert_eq!(file(&["Price"], &[&english]), "\u{feff}Price (CNY per mu)\r\n94200.00\r\n");
    }

    #[test]
    fn a_column_of_several_units_stays_as_it_is_shown() {
        let rows = [[cell("5 m²").number()], [cell("5.00 元").number()]];
        assert_eq!(file(&["数量"], &[&rows[0], &rows[1]]), "\u{feff}数量\r\n5 m²\r\n5.00 元\r\n");
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        let row = [cell("=1+1"), cell("-2+3").number()];
        assert_eq!(file(&["a", "b"], &[&row]), "\u{feff}a,b\r\n'=1+1,'-2+3\r\n");
    }

    #[test]
    fn the_next_page_is_asked_as_its_link_asks() {
        let query = query_of("/listings?county=360124&cursor=a%2Fb%E6%B9%BF");
        assert_eq!(query.get("county").unwrap(), "360124");
        assert_eq!(query.get("cursor").unwrap(), "a/b湿");
        assert!(query_of("/listings").is_empty());
    }
}
