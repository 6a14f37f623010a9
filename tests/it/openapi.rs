//! The checked-in API document is the one that the code gives.

use wetland_exchange::{app, openapi};

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    let same = checked_in == openapi::text(&app::operations());
    assert!(same, "openapi/openapi.json is stale; run: cargo run -- openapi --write");
}

#[test]
fn everything_that_the_document_refers_to_is_in_it() {
    fn look(document: &serde_json::Value, at: &serde_json::Value, missing: &mut Vec<String>) {
        match at {
            serde_json::Value::Object(fields) => {
                let target = fields.get("$ref").and_then(|target| target.as_str());
                let pointer = target.and_then(|target| target.strip_prefix('#'));
                if pointer.is_some_and(|pointer| document.pointer(pointer).is_none()) {
                    missing.push(target.unwrap_or_default().to_owned());
                }
                fields.values().for_each(|value| look(document, value, missing));
            }
            serde_json::Value::Array(items) => {
                items.iter().for_each(|value| look(document, value, missing));
            }
            _ => {}
        }
    }
    let document = openapi::document(&app::operations());
    let mut missing = Vec::new();
    look(&document, &document, &mut missing);
    assert!(missing.is_empty(), "{missing:?}");
}
