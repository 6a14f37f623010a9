//! Whole examples of bodies, put together from the examples of their fields.

use serde_json::{Map, Value, json};

/// Deeper than any body of ours; a schema that refers to itself ends here.
const DEPTH_MAX: usize = 16;

/// Gives every JSON body an example where its description has none. A body with a text of which no
/// example is known stays without one, and the coverage test names it.
pub(super) fn complete(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    for_each_content(document, &mut |content| {
        let Some(schema) = content.get("schema") else { return };
        if content.contains_key("example") || content.contains_key("examples") {
            return;
        }
        if let Some(example) = example(schema, &schemas, 0) {
            content.insert("example".into(), example);
        }
    });
}

/// Visits the media types of every request and answer.
fn for_each_content(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(contents)) = fields.get_mut("content") {
                contents.values_mut().filter_map(Value::as_object_mut).for_each(&mut *visit);
            }
            fields.values_mut().for_each(|field| for_each_content(field, visit));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_content(item, visit)),
        _ => {}
    }
}

fn example(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next()?;
        return example(schemas.get(name)?, schemas, depth + 1);
    }
    let given =
        schema.get("example").or_else(|| schema.get("const")).or_else(|| first(schema, "examples"));
    if let Some(given) = given.or_else(|| first(schema, "enum")).or_else(|| schema.get("default")) {
        return Some(given.clone());
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema.get(choice).and_then(Value::as_array) {
            let mut choices = choices.iter().filter(|one| type_of(one) != "null");
            return choices.find_map(|one| example(one, schemas, depth + 1));
        }
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts {
            whole.extend(example(part, schemas, depth + 1)?.as_object()?.clone());
        }
        return Some(Value::Object(whole));
    }
    of_type(schema, schemas, depth)
}

fn of_type(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    match type_of(schema) {
        "object" => {
            let mut whole = Map::new();
            for (name, field) in
                schema.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                whole.insert(name.clone(), example(field, schemas, depth + 1)?);
            }
            Some(Value::Object(whole))
        }
        "array" => Some(json!([example(schema.get("items")?, schemas, depth + 1)?])),
        "string" => match schema.get("format").and_then(Value::as_str)? {
            "uuid" => Some(json!("0191e4c8-7b1a-7000-8000-000000000001")),
            "date" => Some(json!("2026-09-14")),
            "date-time" => Some(json!("2026-09-14T02:00:00.000000Z")),
            _ => None,
        },
        "integer" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "boolean" => Some(json!(true)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

/// The type of a schema; the first that is not null where it names several.
fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}

fn first<'a>(schema: &'a Value, list: &str) -> Option<&'a Value> {
    schema.get(list)?.as_array()?.first()
}
