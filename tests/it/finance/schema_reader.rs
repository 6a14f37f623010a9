//! xmllint reads payment orders by a schema of the part of pain.001.001.09 that they use.

use std::process::Command;

/// Fails unless the schema-aware reader accepts the document; without the reader it says so, and
/// fails where tools are required.
#[track_caller]
pub(crate) fn accepts(xml: &str) {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pain_001_001_09_part.xsd");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.xml");
    std::fs::write(&file, xml).unwrap();
    let told = Command::new("xmllint").args(["--noout", "--schema", schema]).arg(&file).output();
    match told {
        Ok(told) => {
            assert!(told.status.success(), "{}\n{xml}", String::from_utf8_lossy(&told.stderr))
        }
        Err(_) if std::env::var("REQUIRE_TOOLS").as_deref() != Ok("1") => {
            #[expect(clippy::print_stderr, reason = "the run says what it left out")]
            {
                eprintln!("not run: xmllint");
            }
        }
        Err(cause) => panic!("xmllint is needed: {cause}"),
    }
}
