//! What was lost of the township's restored land, and what it gives for it.

use serde_json::Value;

use super::ROLES;
use crate::site::casework::{Case, Deed, Entry};
use crate::site::centre::LOSS;
use crate::web::pages::{Facts, Figure};

/// A loss as its owner sees it: with what it could be replaced by.
pub(in crate::site) const DUTY: Case = Case {
    also: &[
        ("replacements", "/api/v1/losses/{id}/replacements?limit=50"),
        ("held", "/api/v1/holdings"),
        ("batches", "/api/v1/batches?limit=200"),
        ("applications", "/api/v1/certification-applications?limit=200"),
    ],
    lead: (
        "灭失后尚需补建的面积，可以用本单位可用的指标或已具备认定条件的土地补建。",
        "What is still owed after a loss is replaced by credits at hand, or by land that could be certified.",
    ),
    deeds: &[OFFER],
    ..LOSS
};

const OFFER: Deed = Deed::new(
    "replacement",
    "/api/v1/losses/{loss_id}/replacements",
    ROLES,
    ("提出补建", "Offer a replacement"),
    (
        "须同县、同类型、等级不低。由运营中心主任批准；以指标补建的，批准时注销，不能撤回。",
        "In the same county, of the same type and no worse grade. The centre's director takes it; \
         credits are cancelled then, for good.",
    ),
)
.when(|it| it.whole("owed_m2") > 0, ("仍有待补建的面积时办理", "while something is owed"))
.moving(|say, it| vec![Figure::of(say.t("尚需补建", "Still owed"), say.m2_mu(it.whole("owed_m2")))])
.with(&[
    Entry::of("source_id", sources, ("以什么补建", "What is given")),
    Entry::whole("m2", ("面积（m²）", "Area (m²)"))
        .first("owed_m2")
        .hint(("以土地补建的，为该申请的全部面积。", "Of land: all that its application is for.")),
    Entry::text("reference", ("依据文号", "Document")),
    Entry::long("reason", ("说明", "Why")),
])
.mend(of_kind)
.makes("replacements");

/// Credits that are at hand, and land that waits for its certification.
fn sources(thing: &Facts) -> Vec<(String, String)> {
    let batches = thing.items("batches/items");
    let number = |id: &str| {
        let batch = batches.iter().find(|one| one.text("id") == id);
        batch.map_or_else(|| id.to_owned(), |one| one.text("number"))
    };
    let mut sources = Vec::new();
    for one in thing.items("held") {
        if one.text("bucket") == "available" && one.whole("m2") > 0 {
            let id = one.text("batch_id");
            let text = format!("{} · {} m²", number(&id), one.whole("m2"));
            sources.push((format!("credits:{id}"), text));
        }
    }
    for one in thing.items("applications/items") {
        if !one.has("decision") {
            let text = format!("{} · {} m²", one.text("project_number"), one.whole("m2"));
            sources.push((format!("area:{}", one.text("id")), text));
        }
    }
    sources
}

/// `credits:ID` is credits of that batch, `area:ID` the land of that application.
fn of_kind(mut body: Value) -> Value {
    let Some(object) = body.as_object_mut() else { return body };
    let source = object.get("source_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some((kind, id)) = source.split_once(':') {
        object.insert("kind".to_owned(), kind.into());
        object.insert("source_id".to_owned(), id.into());
    }
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_chosen_says_its_kind() {
        let check = |source: &str, expected: Value| {
            assert_eq!(of_kind(json!({ "source_id": source, "m2": 5 })), expected);
        };
        check("credits:7", json!({ "kind": "credits", "source_id": "7", "m2": 5 }));
        check("area:8", json!({ "kind": "area", "source_id": "8", "m2": 5 }));
        check("7", json!({ "source_id": "7", "m2": 5 }));
    }

    #[test]
    fn credits_at_hand_and_land_before_its_decision_can_be_given() {
        let thing = Facts::from(json!({
            "held": [
                { "batch_id": "b", "bucket": "available", "m2": 40 },
                { "batch_id": "b", "bucket": "frozen", "m2": 9 },
            ],
            "batches": { "items": [{ "id": "b", "number": "360124-2023-B0001" }] },
            "applications": { "items": [
                { "id": "x", "project_number": "P1", "m2": 7 },
                { "id": "y", "project_number": "P2", "m2": 8, "decision": { "outcome": "certified" } },
            ] },
        }));
        let expected = [("credits:b", "360124-2023-B0001 · 40 m²"), ("area:x", "P1 · 7 m²")];
        assert_eq!(sources(&thing), expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    }
}
