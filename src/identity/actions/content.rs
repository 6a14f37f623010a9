//! The exact content of an act, as one hash.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::kernel::problem::{Answer, Failure};

/// The hash that binds an approval to its content.
pub(super) fn hash_of(content: &impl Serialize) -> Answer<String> {
    let content = serde_json::to_value(content).map_err(|cause| Failure::Broken(cause.into()))?;
    Ok(content_hash(&content))
}

/// SHA-256 in hex of the content as JSON without spaces and with the keys of objects in order.
fn content_hash(content: &Value) -> String {
    let mut canonical = String::new();
    write_canonical(content, &mut canonical);
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (n, (name, value)) in fields.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_fields_is_no_part_of_the_content_and_all_else_is() {
        let of = |text: &str| content_hash(&serde_json::from_str(text).unwrap());
        let one = of(r#"{"b":[1,{"y":null,"x":"ü\""}],"a":true}"#);
        assert_eq!(one, of(r#"{ "a": true, "b": [1, {"x": "ü\"", "y": null}] }"#));
        for other in [
            r#"{"b":[{"y":null,"x":"ü\""},1],"a":true}"#,
            r#"{"b":[1,{"y":null,"x":"ü"}],"a":true}"#,
            r#"{"b":["1",{"y":null,"x":"ü\""}],"a":true}"#,
        ] {
            assert_ne!(one, of(other), "{other}");
        }
        let mut canonical = String::new();
        write_canonical(&json!({"b": [1, "x"], "a": null}), &mut canonical);
        assert_eq!(canonical, r#"{"a":null,"b":[1,"x"]}"#);
    }
}
