//! The table of a Shapefile (DBF). Read by hand, so that numbers keep the digits that the file has
//! and that texts in GBK without any mark are told from UTF-8.

use encoding_rs::{Encoding, GB18030, UTF_8};
use serde_json::{Map, Value};

/// Rows of named values; the encoding of their texts.
pub(super) struct Table<'b> {
    columns: Vec<Column>,
    rows: &'b [u8],
    row_bytes: usize,
    row_count: usize,
    encoding: &'static Encoding,
}

struct Column {
    name: String,
    kind: u8,
    start: usize,
    length: usize,
}

/// More columns than any planner's table has.
const COLUMNS_MAX: usize = 255;
/// The mark of GBK in the head of the file.
const MARK_OF_GBK: u8 = 0x4d;

impl<'b> Table<'b> {
    /// Reads the head; `named` is what the file beside it (`.cpg`) says of the encoding.
    pub(super) fn open(file: &'b [u8], named: Option<&str>) -> Option<Self> {
        let at = |place: usize| file.get(place..place + 2)?.try_into().ok().map(u16::from_le_bytes);
        let row_count = u32::from_le_bytes(file.get(4..8)?.try_into().ok()?);
        let (head_bytes, row_bytes) = (usize::from(at(8)?), usize::from(at(10)?));
        let head = file.get(32..head_bytes)?;
        let rows = file.get(head_bytes..)?;
        let fields = head.chunks_exact(32).take_while(|field| field.first() != Some(&0x0d));
        let fields: Vec<&[u8]> = fields.take(COLUMNS_MAX).collect();
        let names: Vec<u8> = fields.iter().flat_map(|it| name_of(it).to_vec()).collect();
        let encoding = match named.and_then(encoding_named) {
            Some(encoding) => encoding,
            None if file.get(29) == Some(&MARK_OF_GBK) => GB18030,
            // A text cut in the middle of a character is no UTF-8 either way; names never are.
            None if is_utf8(&names) && rows.chunks(row_bytes.max(1)).all(is_utf8_but_for_cuts) => {
                UTF_8
            }
            None => GB18030,
        };
        let mut start = 1;
        let mut columns = Vec::with_capacity(fields.len());
        for field in fields {
            let length = usize::from(*field.get(16)?);
            let name = encoding.decode_without_bom_handling(name_of(field)).0.trim().to_owned();
            columns.push(Column { name, kind: *field.get(11)?, start, length });
            start += length;
        }
        let row_count = usize::try_from(row_count).ok()?;
        (start <= row_bytes && !columns.is_empty()).then_some(Self {
            columns,
            rows,
            row_bytes,
            row_count,
            encoding,
        })
    }

    pub(super) fn encoding(&self) -> &'static str {
        if self.encoding == UTF_8 { "UTF-8" } else { "GB18030" }
    }

    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    /// The row with that number, from 0; `None` where the file ends before it.
    pub(super) fn row(&self, number: usize) -> Option<Map<String, Value>> {
        let start = number.checked_mul(self.row_bytes)?;
        let row = self.rows.get(start..start.checked_add(self.row_bytes)?)?;
        let value = |column: &Column| {
            let bytes = row.get(column.start..column.start + column.length)?;
            Some((column.name.clone(), self.value(column.kind, bytes)))
        };
        self.columns.iter().map(value).collect()
    }

    fn value(&self, kind: u8, bytes: &[u8]) -> Value {
        let text = self.encoding.decode_without_bom_handling(bytes).0;
        // Cut in the middle of its last character.
        let text = text.trim_end_matches(['\0', ' ', '\u{fffd}']).trim();
        match (kind, text) {
            (_, "") => Value::Null,
            (b'L', "T" | "t" | "Y" | "y") => Value::Bool(true),
            (b'L', "F" | "f" | "N" | "n") => Value::Bool(false),
            (b'L', _) => Value::Null,
            (b'D', day) if day.len() == 8 && day.is_ascii() => {
                let (year, rest) = day.split_at(4);
                let (month, day) = rest.split_at(2);
                Value::String(format!("{year}-{month}-{day}"))
            }
            (_, text) => Value::String(text.to_owned()),
        }
    }
}

/// The name of a column: up to ten bytes, ended by a zero.
fn name_of(field: &[u8]) -> &[u8] {
    let name = field.get(..11).unwrap_or_default();
    name.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().trim_start_matches('\u{feff}').to_ascii_uppercase();
    match name.as_str() {
        "UTF-8" | "UTF8" | "65001" => Some(UTF_8),
        "GBK" | "GB2312" | "GB18030" | "936" | "CP936" | "ANSI 936" | "54936" => Some(GB18030),
        _ => None,
    }
}

fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// Writers cut a text at the end of its column, in UTF-8 sometimes within a character: what follows
/// is blank.
fn is_utf8_but_for_cuts(row: &[u8]) -> bool {
    let mut rest = row;
    loop {
        match std::str::from_utf8(rest) {
            Ok(_) => return true,
            Err(fault) => {
                let bad = fault.valid_up_to() + fault.error_len().unwrap_or(rest.len());
                let cut = rest.get(bad..).and_then(|after| after.first());
                let is_cut = fault.error_len().is_some() && cut.is_none_or(|next| *next == b' ');
                if !is_cut && fault.error_len().is_some() {
                    return false;
                }
                rest = rest.get(bad..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with one column and one row.
    fn table(mark: u8, name: &[u8], value: &[u8]) -> Vec<u8> {
        let mut file = vec![0; 32];
        file[0] = 3;
        file[4] = 1;
        file[8] = 32 + 32 + 1;
        file[10] = 1 + 20;
        file[29] = mark;
        let mut field = vec![0; 32];
        field[..name.len()].copy_from_slice(name);
        field[11] = b'C';
        field[16] = 20;
        file.extend(field);
        file.push(0x0d);
        file.push(b' ');
        let mut value = value.to_vec();
        value.resize(20, b' ');
        file.extend(value);
        file
    }

    fn read(file: &[u8], cpg: Option<&str>) -> (String, String) {
        let table = Table::open(file, cpg).unwrap();
        let row = table.row(0).unwrap();
        let (name, value) = row.iter().next().unwrap();
        (name.clone(), value.as_str().unwrap().to_owned())
    }

    #[test]
    fn a_table_in_gbk_or_utf_8_is_read_with_and_without_a_mark() {
        let gbk = |text: &str| GB18030.encode(text).0.into_owned();
        let expected = ("名称".to_owned(), "余㳇水退养塘".to_owned());
        let plain = table(0, &gbk("名称"), &gbk("余㳇水退养塘"));
        assert_eq!(read(&plain, None), expected);
        assert_eq!(read(&plain, Some("GBK\r\n")), expected);
        assert_eq!(read(&table(MARK_OF_GBK, &gbk("名称"), &gbk("余㳇水退养塘")), None), expected);
        let utf8 = table(0, "名称".as_bytes(), "余㳇水退养塘".as_bytes());
        assert_eq!(read(&utf8, None), expected);
        assert_eq!(read(&utf8, Some("UTF-8")), expected);
        // Twenty bytes hold six characters and a part of the seventh.
        let cut = "五里垦殖场示例退养塘".as_bytes();
        let cut = table(0, "名称".as_bytes(), &cut[..20]);
        assert_eq!(read(&cut, None).1, "五里垦殖场示");
    }

    #[test]
    fn a_table_that_is_none_is_not_read() {
        for file in [&b""[..], &[0; 32], &[255; 64]] {
            assert!(Table::open(file, None).is_none());
        }
        let mut cut = table(0, b"NAME", b"x");
        cut.truncate(70);
        assert_eq!(Table::open(&cut, None).unwrap().row(0), None);
    }
}
