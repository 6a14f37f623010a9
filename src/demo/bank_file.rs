//! The bank's file as it looked on an earlier day: it grows, and repeats what it had.

use anyhow::Context;
use encoding_rs::GB18030;

/// Three title lines and the names of the columns.
const HEAD_LINES: usize = 4;

/// Returns the file with its first rows only, and the period and balance that the bank then showed.
pub(super) fn cut(
    file: &[u8],
    rows: usize,
    through: &str,
    closing: &str,
) -> anyhow::Result<Vec<u8>> {
    let (text, _, broken) = GB18030.decode(file);
    anyhow::ensure!(!broken, "the bank's file is not in GB18030");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    anyhow::ensure!(lines.len() >= HEAD_LINES + rows, "the bank's file has less than {rows} rows");
    let mut cut = String::new();
    for (number, line) in (1..).zip(lines.into_iter().take(HEAD_LINES + rows)) {
        if number == 3 {
            cut += &period(line, through, closing).context("the third line names no period")?;
        } else {
            cut += line;
        }
        cut += "\r\n";
    }
    let (bytes, _, lost) = GB18030.encode(&cut);
    anyhow::ensure!(!lost, "the bank's file cannot be written in GB18030");
    Ok(bytes.into_owned())
}

/// `查询区间：2026-09-01至2026-09-30,期初余额：0.00,期末余额：3700557.45` with another end.
fn period(line: &str, through: &str, closing: &str) -> Option<String> {
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
        let whole = file("statement_main_job_gbk.csv").unwrap();
        let one = cut(whole, 1, "2026-09-03", "1500000.00").unwrap();
        let (text, _, _) = GB18030.decode(&one);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(
            lines[2],
            "查询区间：2026-09-01至2026-09-03,期初余额：0.00,期末余额：1500000.00"
        );
        assert!(lines[4].contains("2026090300000301"));
        assert_eq!(cut(whole, 10, "2026-09-30", "3700557.45").unwrap(), whole);
        assert!(cut(whole, 11, "2026-09-30", "3700557.45").is_err());
        assert!(cut(b"\r\n\r\n\r\n\r\n", 0, "2026-09-30", "0.00").is_err());
    }
}
