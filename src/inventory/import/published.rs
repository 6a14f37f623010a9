//! A published table of totals: CSV in UTF-8, kept to the letter.

use crate::inventory::model::Figures;
use crate::inventory::rules::{BadTable, TableFault, figures};

/// A province's table has some ten thousand characters.
pub(crate) const PUBLISHED_BYTES_MAX: usize = 200_000;

/// Reads a file into its text and its figures, or says what is wrong with each line.
pub(crate) fn read_published(file: &[u8]) -> Result<(String, Figures), Vec<BadTable>> {
    let wrong = |line: usize, fault| vec![BadTable { line, fault }];
    if file.len() > PUBLISHED_BYTES_MAX {
        return Err(wrong(1, TableFault::TooManyUnits));
    }
    let text = std::str::from_utf8(file).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| wrong(1, TableFault::Encoding))?;
    let figures = figures_of(text)?;
    Ok((text.to_owned(), figures))
}

/// Reads the figures of a text that was kept.
pub(crate) fn figures_of(text: &str) -> Result<Figures, Vec<BadTable>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut lines: Vec<Vec<String>> = Vec::new();
    for (line, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| vec![BadTable { line, fault: TableFault::Cells }])?;
        lines.push(record.iter().map(str::to_owned).collect());
    }
    figures(&lines)
}
