//! The checked-in API document is the one that the code gives.

use wetland_exchange::{app, openapi};

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    let same = checked_in == openapi::text(&app::operations());
    assert!(same, "openapi/openapi.json is stale; run: cargo run -- openapi --write");
}
