//! Figures that were expected beside those that were found.

use std::collections::BTreeSet;

use serde_json::Value;

/// Longer values are cut where a difference is shown.
const SHOWN_CHARS_MAX: usize = 300;

/// How many figures were compared, and which of them differ.
#[derive(Debug, Default)]
pub(super) struct Checks {
    place: String,
    figures: usize,
    differences: Vec<String>,
}

impl Checks {
    /// Says where the next figures stand.
    pub(super) fn begin(&mut self, place: String) {
        self.place = place;
    }

    pub(super) fn figures(&self) -> usize {
        self.figures
    }

    pub(super) fn differences(&self) -> &[String] {
        &self.differences
    }

    /// Compares every figure of two values; a name that only one of them has is a difference.
    pub(super) fn same(&mut self, what: &str, expected: &Value, found: &Value) {
        match (expected, found) {
            (Value::Object(wanted), Value::Object(there)) if !wanted.is_empty() => {
                let names: BTreeSet<&String> = wanted.keys().chain(there.keys()).collect();
                for name in names {
                    let wanted = wanted.get(name).unwrap_or(&Value::Null);
                    let there = there.get(name).unwrap_or(&Value::Null);
                    self.same(&format!("{what} {name}"), wanted, there);
                }
            }
            (Value::Array(wanted), Value::Array(there))
                if wanted.len() == there.len() && !wanted.is_empty() =>
            {
                for (number, (wanted, there)) in (1..).zip(wanted.iter().zip(there)) {
                    self.same(&format!("{what} {number}"), wanted, there);
                }
            }
            _ => self.figure(what, expected, found),
        }
    }

    fn figure(&mut self, what: &str, expected: &Value, found: &Value) {
        self.figures += 1;
        if expected != found {
            let (expected, found) = (shown(expected), shown(found));
            let difference =
                format!("{}, {what}: 应为 expected {expected}, 实为 found {found}", self.place);
            self.differences.push(difference);
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text.chars().count() <= SHOWN_CHARS_MAX {
        return text;
    }
    text.chars().take(SHOWN_CHARS_MAX).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(expected: Value, found: Value, figures: usize, differences: &[&str]) {
        let mut checks = Checks::default();
        checks.begin("step 1".into());
        checks.same("cash", &expected, &found);
        assert_eq!(checks.figures(), figures);
        assert_eq!(checks.differences().len(), differences.len(), "{checks:?}");
        for (difference, part) in checks.differences().iter().zip(differences) {
            assert!(difference.contains(part), "{difference}");
        }
    }

    #[test]
    fn every_leaf_is_a_figure_and_what_is_missing_differs() {
        let cash = json!({"DEV01": {"available": "1.00", "reserved": "0.00"}});
        check(cash.clone(), cash.clone(), 2, &[]);
        let less = json!({"DEV01": {"available": "1.00"}});
        check(cash.clone(), less.clone(), 2, &["step 1, cash DEV01 reserved"]);
        check(less, cash, 2, &["found 0.00"]);
        check(json!([]), json!([]), 1, &[]);
        check(json!([]), json!(["a"]), 1, &["expected []"]);
        check(json!(["a", "b"]), json!(["a", "c"]), 2, &["cash 2"]);
        check(json!({}), json!({"DEV01": "1.00"}), 1, &["cash"]);
    }
}
