//! From bytes to text: byte order mark, then UTF-8, then GB18030, which knows the four-byte
//! characters of rare names that GBK lacks.

use encoding_rs::GB18030;

use super::FILE_BYTES_MAX;
use super::unreadable::{Fault, Unreadable};

pub(super) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Fault::TooLarge.at(0));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Fault::Utf16.at(0));
    }
    let marked = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]);
    let text = match (marked, std::str::from_utf8(marked.unwrap_or(bytes))) {
        (_, Ok(text)) => text.to_owned(),
        (Some(marked), Err(cause)) => {
            return Err(Fault::NotText.at(row_of(marked, cause.valid_up_to())));
        }
        (None, Err(_)) => GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| Fault::NotText.at(0))?
            .into_owned(),
    };
    if text.trim().is_empty() {
        return Err(Fault::Empty.at(0));
    }
    match text.find(|c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
        Some(at) => Err(Fault::ControlCharacter.at(row_of(text.as_bytes(), at))),
        None => Ok(text),
    }
}

fn row_of(bytes: &[u8], at: usize) -> u64 {
    let newlines = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    u64::try_from(newlines).map_or(0, |newlines| newlines + 1)
}
