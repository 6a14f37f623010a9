//! xmllint reads payment orders by a schema of the part of pain.001.001.09 that they use.

use crate::support::tool;

/// Fails unless the schema-aware reader accepts the document.
pub(crate) async fn accepts(xml: &str) {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pain_001_001_09_part.xsd");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.xml");
    std::fs::write(&file, xml).unwrap();
    tool("xmllint", &["--noout", "--schema", schema, file.to_str().unwrap()], &[]).await;
}
