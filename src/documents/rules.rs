//! What a file is by its bytes, and whether it is taken.

use crate::documents::model::FileKind;

/// The longest document: a scanned report of two hundred pages.
pub(crate) const DOCUMENT_BYTES_MAX: usize = 20 * 1024 * 1024;
/// So many documents belong to one thing at most.
pub(crate) const DOCUMENTS_MAX: i64 = 500;
/// How much of the end of a file is looked at for what marks its end.
const TAIL_BYTES: usize = 2_048;

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotAttach {
    #[error("a document has 1 to {max} bytes, this file has {bytes}")]
    Size { bytes: usize, max: usize },
    #[error("only PDF, PNG, JPEG, DOCX, XLSX and OFD are taken, by their content")]
    UnknownKind,
    #[error("the file is {is} by its content, but its name ends otherwise: {name}")]
    NameDiffers { is: FileKind, name: String },
    #[error("a file name has no path in it")]
    PathInName,
    #[error("nothing more can be attached here: {max} documents are")]
    Full { max: i64 },
}

/// Decides whether a file is taken, and as what: its content decides, and its name must agree.
pub(crate) fn check(name: &str, bytes: &[u8], attached: i64) -> Result<FileKind, CannotAttach> {
    if bytes.is_empty() || bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(CannotAttach::Size { bytes: bytes.len(), max: DOCUMENT_BYTES_MAX });
    }
    if name.contains(['/', '\\']) {
        return Err(CannotAttach::PathInName);
    }
    let is = kind_of(bytes).ok_or(CannotAttach::UnknownKind)?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if !ending.is_some_and(|ending| endings(is).contains(&ending.as_str())) {
        return Err(CannotAttach::NameDiffers { is, name: name.to_owned() });
    }
    if attached >= DOCUMENTS_MAX {
        return Err(CannotAttach::Full { max: DOCUMENTS_MAX });
    }
    Ok(is)
}

/// Returns what a file is by the marks at its beginning and end.
pub(crate) fn kind_of(bytes: &[u8]) -> Option<FileKind> {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
    if bytes.starts_with(b"%PDF-") && holds(tail, b"%%EOF") {
        return Some(FileKind::Pdf);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") && holds(tail, b"IEND") {
        return Some(FileKind::Png);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) && holds(tail, &[0xff, 0xd9]) {
        return Some(FileKind::Jpeg);
    }
    // The names of the members of a ZIP stand in the directory at its end.
    if bytes.starts_with(b"PK\x03\x04") && holds(bytes, b"PK\x05\x06") {
        let of_office = holds(bytes, b"[Content_Types].xml");
        if of_office && holds(bytes, b"word/document.xml") {
            return Some(FileKind::Docx);
        }
        if of_office && holds(bytes, b"xl/workbook.xml") {
            return Some(FileKind::Xlsx);
        }
        return holds(bytes, b"OFD.xml").then_some(FileKind::Ofd);
    }
    None
}

fn endings(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Pdf => &["pdf"],
        FileKind::Png => &["png"],
        FileKind::Jpeg => &["jpg", "jpeg"],
        FileKind::Docx => &["docx"],
        FileKind::Xlsx => &["xlsx"],
        FileKind::Ofd => &["ofd"],
    }
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82";

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(kind_of(PDF), Some(FileKind::Pdf));
        assert_eq!(kind_of(PNG), Some(FileKind::Png));
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0JFIF\xff\xd9"), Some(FileKind::Jpeg));
        let docx = b"PK\x03\x04[Content_Types].xml word/document.xml PK\x05\x06";
        assert_eq!(kind_of(docx), Some(FileKind::Docx));
        assert_eq!(kind_of(b"PK\x03\x04OFD.xml PK\x05\x06"), Some(FileKind::Ofd));
        for bad in [
            &b"<html><script>"[..],
            b"MZ\x90\x00",
            b"PK\x03\x04evil.exe PK\x05\x06",
            b"%PDF-1.7 cut off",
            b"<svg xmlns=",
            b"",
        ] {
            assert_eq!(kind_of(bad), None);
        }
    }

    #[test]
    fn a_name_that_says_something_else_is_refused() {
        assert_eq!(check("同意书.pdf", PDF, 0), Ok(FileKind::Pdf));
        assert_eq!(check("同意书.PDF", PDF, 0), Ok(FileKind::Pdf));
        let is = FileKind::Pdf;
        for name in ["同意书.png", "同意书", "同意书.pdf.exe"] {
            let name = name.to_owned();
            assert_eq!(check(&name, PDF, 0), Err(CannotAttach::NameDiffers { is, name }));
        }
        assert_eq!(check("../a.pdf", PDF, 0), Err(CannotAttach::PathInName));
        assert_eq!(check("a.pdf", b"MZ", 0), Err(CannotAttach::UnknownKind));
        assert!(matches!(check("a.pdf", b"", 0), Err(CannotAttach::Size { .. })));
        let long = vec![0; DOCUMENT_BYTES_MAX + 1];
        assert!(matches!(check("a.pdf", &long, 0), Err(CannotAttach::Size { .. })));
        assert!(matches!(check("a.pdf", PDF, DOCUMENTS_MAX), Err(CannotAttach::Full { .. })));
    }
}
