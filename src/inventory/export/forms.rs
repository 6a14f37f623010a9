//! The form in which townships enter plots: a workbook with drop-downs, and the same workbook back
//! with what is wrong beside each row.

use rust_xlsxwriter::{DataValidation, Format, Formula, Workbook, Worksheet, XlsxError};

use crate::inventory::import::{BOUNDARY, NAMES, Rows, WORDS};
use crate::inventory::land_class::LandClass;
use crate::inventory::report::ParcelReport;
use crate::kernel::problem::{Answer, Failure};

/// The columns of the form, in the order in which people fill them in.
const COLUMNS: [&str; 20] = [
    "parcel_no",
    "name",
    "township_code",
    "land_class",
    "declared_area_m2",
    "tenure",
    "level",
    "wetland_type",
    "survey_year",
    "water_regime",
    "restorable.conclusion",
    "restorable.basis",
    "restorable.author",
    "restorable.date",
    "submitted_by",
    "pond_check.result",
    "pond_check.evidence",
    "pond_check.verified_by",
    "pond_check.date",
    "",
];
/// So many rows of the form have drop-downs.
const ROWS: u32 = 2_000;
const WIDTH: u16 = 16;

/// Returns the empty form; `townships` are the codes and names that may be chosen.
pub fn form(townships: &[(String, String)]) -> Answer<Vec<u8>> {
    let mut book = Workbook::new();
    let codes = lists(townships);
    let sheet = book.add_worksheet();
    sheet.set_name("地块").map_err(broken)?;
    heads(sheet, &[]).map_err(broken)?;
    for (column, name) in (0_u16..).zip(COLUMNS) {
        if let Some((at, list)) = (0_u16..).zip(&codes).find(|(_, (of, _))| *of == name) {
            choices(sheet, column, at, list.1.len()).map_err(broken)?;
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name("代码").map_err(broken)?;
    for (column, (name, values)) in (0_u16..).zip(&codes) {
        sheet.write_string(0, column * 2, head_of(name)).map_err(broken)?;
        for (row, (value, meaning)) in (1_u32..).zip(values) {
            sheet.write_string(row, column * 2, value).map_err(broken)?;
            sheet.write_string(row, column * 2 + 1, meaning).map_err(broken)?;
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name("说明").map_err(broken)?;
    for (row, line) in (0_u32..).zip(NOTES) {
        sheet.write_string(row, 0, line).map_err(broken)?;
    }
    book.save_to_buffer().map_err(broken)
}

/// Returns a table as it was handed in, with what is wrong beside each row.
pub fn with_findings(rows: &Rows, report: &ParcelReport) -> Answer<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("地块").map_err(broken)?;
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = u16::try_from(width).unwrap_or(u16::MAX - 2);
    let bold = Format::new().set_bold();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell).map_err(broken)?;
        }
    }
    for (column, head) in [(width, "结果"), (width + 1, "错误")] {
        sheet.write_string_with_format(0, column, head, &bold).map_err(broken)?;
    }
    for (row, feature) in (1_u32..).zip(&report.features) {
        let said: Vec<String> = feature
            .findings
            .iter()
            .map(|it| match &it.rule {
                Some(rule) => format!("{rule} {}", it.message_zh),
                None => it.message_zh.clone(),
            })
            .collect();
        let result = if feature.accepted { "通过" } else { "退回" };
        sheet.write_string(row, width, result).map_err(broken)?;
        sheet.write_string(row, width + 1, said.join("；")).map_err(broken)?;
    }
    book.save_to_buffer().map_err(broken)
}

const NOTES: [&str; 5] = [
    "每行一个地块；第一行为列名，不得修改。",
    "界址坐标为 WKT，如 POLYGON((116.23 28.35, 116.2315 28.35, 116.2315 28.351, 116.23 28.35))，CGCS2000 经纬度（EPSG:4490），经度在前；也可用三度带平面坐标。",
    "申报面积单位为平方米，保留两位小数；日期写作 2025-08-18。",
    "坑塘（1104、1104A、1104K）须有核实结果、证据、核实人和日期，核实人不得是报送人。",
    "下拉列表中的代码见“代码”页。",
];

/// The closed lists, each value with its meaning.
fn lists(townships: &[(String, String)]) -> Vec<(&'static str, Vec<(String, String)>)> {
    let words = |name: &'static str| {
        let of_it = WORDS.iter().filter(|(of, _, _)| *of == name);
        (name, of_it.map(|(_, word, code)| ((*word).to_owned(), (*code).to_owned())).collect())
    };
    let class = |class: LandClass| (class.as_str().to_owned(), class.name().to_owned());
    vec![
        ("township_code", townships.to_vec()),
        ("land_class", LandClass::all().map(class).collect()),
        words("level"),
        words("wetland_type"),
        words("water_regime"),
        words("restorable.conclusion"),
        words("pond_check.result"),
    ]
}

/// Lets the cells of a column be chosen from a column of the sheet of codes.
fn choices(sheet: &mut Worksheet, column: u16, at: u16, values: usize) -> Result<(), XlsxError> {
    if values == 0 {
        return Ok(());
    }
    let letter = column_name(at * 2);
    let list = Formula::new(format!("=代码!${letter}$2:${letter}${}", values + 1));
    let validation = DataValidation::new().allow_list_formula(list);
    sheet.add_data_validation(1, column, ROWS, column, &validation)?;
    Ok(())
}

fn heads(sheet: &mut Worksheet, more: &[&str]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let names = COLUMNS.iter().map(|name| head_of(name)).chain(more.iter().copied());
    for (column, name) in (0_u16..).zip(names) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, WIDTH)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

/// The name of a column in Chinese; the one without a name is the boundary.
fn head_of(name: &str) -> &'static str {
    let known = NAMES.iter().find(|(of, _)| *of == name);
    let chinese = known.and_then(|(_, others)| others.iter().find(|other| !other.is_ascii()));
    chinese.copied().unwrap_or_else(|| BOUNDARY.first().copied().unwrap_or_default())
}

fn column_name(at: u16) -> char {
    u8::try_from(at).ok().and_then(|at| b'A'.checked_add(at)).map_or('A', char::from)
}

fn broken(cause: XlsxError) -> Failure {
    Failure::Broken(cause.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::import::workbook_rows;

    #[test]
    fn the_form_has_a_column_for_everything_and_is_read_again() {
        let form = form(&[("360124500".into(), "五里垦殖场".into())]).unwrap();
        let rows = workbook_rows(&form).unwrap();
        assert_eq!(rows.len(), 1, "an empty form has its heads alone");
        assert_eq!(rows[0].len(), COLUMNS.len());
        assert_eq!((&*rows[0][0], &*rows[0][19]), ("地块编号", "界址坐标"));
        assert!(rows[0].iter().all(|head| !head.is_empty() && !head.is_ascii() || head == "WKT"));
    }
}
