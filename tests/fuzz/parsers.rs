//! The parsers of what strangers send. None of them ends but by an answer or a refusal, and what one
//! of them took is as it promises.

use wetland_exchange::audit::Checkpoint;
use wetland_exchange::encumbrance::{Run, check_runs};
use wetland_exchange::finance::statement;
use wetland_exchange::inventory::{FileFormat, ParcelKind, open_file};
use wetland_exchange::kernel::page::PageQuery;

type Parser = fn(&[u8]);

/// Each parser, by the name of its folder in the corpus.
pub(crate) const PARSERS: [(&str, Parser); 6] = [
    ("statement_csv", statement_csv),
    ("camt_053", camt_053),
    ("geojson", geojson),
    ("serial_ranges", serial_ranges),
    ("cursor", cursor),
    ("checkpoint", checkpoint),
];

fn read_statement(bytes: &[u8]) {
    let _ = statement::preview(bytes, 20);
    if let Ok(read) = statement::read(bytes) {
        let moved = read.credits_fen() - read.debits_fen();
        assert_eq!(read.opening.get() + moved, read.closing.get(), "it adds up");
    }
}

fn statement_csv(bytes: &[u8]) {
    // Other first bytes are those of workbooks and of XML.
    let is_text = statement::kind_of(bytes).0 == statement::Format::Csv;
    if is_text {
        read_statement(bytes);
    }
}

fn camt_053(bytes: &[u8]) {
    if bytes.starts_with(b"<") {
        read_statement(bytes);
    } else {
        read_statement(&[b"<", bytes].concat());
    }
}

fn geojson(bytes: &[u8]) {
    for kind in [ParcelKind::Wetland, ParcelKind::Reserve] {
        if let Ok(file) = open_file(FileFormat::GeoJson, kind, None, bytes) {
            let _ = file.townships();
            let _ = file.read(kind, &[]);
        }
    }
}

fn serial_ranges(bytes: &[u8]) {
    let Ok(runs) = serde_json::from_slice::<Vec<Run>>(bytes) else { return };
    if let Ok(sorted) = check_runs(&runs) {
        assert_eq!(sorted.len(), runs.len(), "none is lost");
        assert!(
            sorted.iter().all(|run| 1 <= run.first_serial && run.first_serial <= run.last_serial)
        );
        let apart = |pair: &[Run]| pair[0].last_serial < pair[1].first_serial;
        assert!(sorted.windows(2).all(apart), "in order and apart: {sorted:?}");
    }
}

fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let query: PageQuery = serde_json::from_value(serde_json::json!({ "cursor": text })).unwrap();
    let _ = query.after::<uuid::Uuid>();
}

fn checkpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(note) = text.parse::<Checkpoint>() {
        let again: Checkpoint = note.to_string().parse().unwrap();
        assert_eq!(again, note, "it is written as it was read");
    }
}
