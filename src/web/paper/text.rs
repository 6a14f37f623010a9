//! Comma-separated text for spreadsheets: UTF-8 with its mark, and no cell that becomes a formula.

use std::borrow::Cow;
use std::io::Write;

use crate::kernel::problem::Answer;

/// Excel reads UTF-8 only when a file begins with this.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Rows of cells that are being written.
pub struct Table<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> Table<W> {
    /// Begins with the mark and a row of heads.
    pub fn new(mut out: W, heads: &[&str]) -> Answer<Self> {
        out.write_all(MARK).map_err(anyhow::Error::from)?;
        let out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut table = Self { out };
        table.texts(heads)?;
        Ok(table)
    }

    /// A row of texts.
    pub fn texts(&mut self, cells: &[&str]) -> Answer<()> {
        self.row(cells, &[])
    }

    /// A row of cells that are as they should be: our own numbers among texts made harmless.
    pub fn cells(&mut self, cells: &[Cow<'_, str>]) -> Answer<()> {
        let cells = cells.iter().map(|cell| cell.as_bytes());
        Ok(self.out.write_record(cells).map_err(anyhow::Error::from)?)
    }

    /// A row of texts and then numbers that we wrote ourselves.
    pub fn row(&mut self, texts: &[&str], numbers: &[String]) -> Answer<()> {
        let texts = texts.iter().map(|text| harmless(text));
        let cells = texts.chain(numbers.iter().map(|number| Cow::Borrowed(number.as_str())));
        self.cells(&cells.collect::<Vec<_>>())
    }

    pub fn finish(mut self) -> Answer<()> {
        Ok(self.out.flush().map_err(anyhow::Error::from)?)
    }
}

/// A table that fits into memory.
pub fn table(
    heads: &[&str],
    write: impl FnOnce(&mut Table<&mut Vec<u8>>) -> Answer<()>,
) -> Answer<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut table = Table::new(&mut bytes, heads)?;
    write(&mut table)?;
    table.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_others_becomes_a_formula_and_our_numbers_stay_numbers() {
        let bytes = table(&["名称", "金额"], |table| {
            let mut texts = ["=1+1", "+86", "-x", "@SUM(A1)", "\t=1", "平常, \"引号\""].into_iter();
            texts.try_for_each(|text| table.row(&[text], &["-5.00".into()]))
        });
        let bytes = bytes.unwrap();
        let expected = "\u{feff}名称,金额\r\n'=1+1,-5.00\r\n'+86,-5.00\r\n'-x,-5.00\r\n'@SUM(A1),-5.00\r\n\
                        '\t=1,-5.00\r\n\"平常, \"\"引号\"\"\",-5.00\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
