//! What each role of a capability must never see.

use super::source::{Source, has_word, on_lines, report, shipping};

/// A role, the words it must not use, and what to do instead.
struct Role {
    names: &'static [&'static str],
    never: &'static [&'static str],
    instead: &'static str,
}

const ROLES: [Role; 6] = [
    Role {
        names: &["rules", "fees", "book", "auction"],
        never: &["serde", "serde_json", "Serialize", "Deserialize"],
        instead: "a rule takes values; JSON belongs to api.rs",
    },
    Role {
        names: &["rules", "fees", "model", "book", "auction"],
        never: &[
            "diesel",
            "schema::",
            "actix_web",
            "async",
            "await",
            "tracing",
            "Clock",
            "Tx",
            "Conn",
        ],
        instead: "hand the value in as an argument",
    },
    Role {
        names: &["rules", "fees", "model", "book", "auction"],
        never: &["f32", "f64"],
        instead: "money and areas are integers; rust_decimal or a ratio does the rest",
    },
    Role {
        names: &["store"],
        never: &["actix_web", "HttpResponse", "HttpRequest"],
        instead: "a store answers in domain types; HTTP belongs to api.rs",
    },
    Role {
        names: &["actions"],
        never: &["actix_web", "HttpResponse", "schema::", "diesel"],
        instead: "an action asks its store",
    },
    Role {
        names: &["api", "pages"],
        never: &["diesel", "schema::"],
        instead: "a read goes through the store inside db.read, a write through an action",
    },
];

/// `src/market/rules.rs` and everything in `src/market/rules/` have the role `rules`.
fn role_of(path: &str) -> Option<&str> {
    let mut parts = path.strip_prefix("src/")?.split('/');
    let folder = parts.next()?;
    let role = parts.next()?;
    (!["kernel", "web"].contains(&folder)).then(|| role.trim_end_matches(".rs"))
}

/// How a noun lies in a column stands beside the noun; what is computed from coordinates is a float
/// until it is rounded to an area.
fn may(source: &Source, line: &str, word: &str) -> bool {
    let column = ["FromSqlRow", "AsExpression", "#[diesel(sql_type"];
    match word {
        "diesel" => column.iter().any(|part| line.contains(part)),
        "f64" => source.path.starts_with("src/inventory/rules"),
        _ => false,
    }
}

/// Words stand alone; a path is one however it goes on.
fn uses(line: &str, word: &str) -> bool {
    if word.ends_with("::") {
        line.contains(&format!("crate::{word}"))
    } else {
        has_word(line, word)
    }
}

fn check(source: &Source) -> Vec<String> {
    let Some(role) = role_of(&source.path) else { return Vec::new() };
    let shipped = source.shipped();
    let mut found = Vec::new();
    for rule in ROLES.iter().filter(|rule| rule.names.contains(&role)) {
        found.extend(on_lines(&source.path, &shipped, |line| {
            let word = rule.never.iter().find(|word| uses(line, word))?;
            if may(source, line, word) {
                return None;
            }
            Some(format!("{role} never uses {word}: {}", rule.instead))
        }));
    }
    if ["rules", "fees", "model"].contains(&role) {
        found.extend(on_lines(&source.path, &shipped, |line| {
            (line.contains("Utc::now") || line.contains("Local::now") || has_word(line, "Instant"))
                .then(|| "time is an argument".to_owned())
        }));
    }
    found
}

#[test]
fn each_role_keeps_to_what_it_may_use() {
    report(&shipping().iter().flat_map(check).collect::<Vec<_>>());
}

#[test]
fn a_role_that_reaches_too_far_is_found() {
    let found = |path: &str, text: &str| check(&Source::new(path, text)).len();
    assert_eq!(found("src/market/rules.rs", "use diesel::prelude::*;\n"), 1);
    assert_eq!(found("src/market/rules/split.rs", "#[derive(serde::Serialize)]\n"), 1);
    assert_eq!(found("src/market/rules.rs", "fn f(x: f64) {}\n"), 1);
    assert_eq!(found("src/market/model.rs", "#[derive(diesel::FromSqlRow)]\n"), 0);
    assert_eq!(found("src/market/api.rs", "#[schema(example = 1)]\n"), 0);
    assert_eq!(found("src/market/model.rs", "#[derive(serde::Serialize)]\n"), 0);
    assert_eq!(found("src/market/model.rs", "let now = chrono::Utc::now();\n"), 1);
    assert_eq!(found("src/market/api.rs", "use crate::schema::trades;\n"), 1);
    assert_eq!(found("src/market/store.rs", "use actix_web::HttpResponse;\n"), 1);
    assert_eq!(found("src/market/actions.rs", "use crate::schema::trades;\n"), 1);
    assert_eq!(found("src/market/actions.rs", "use crate::kernel::db::Tx;\n"), 0);
    assert_eq!(found("src/kernel/db/record.rs", "use diesel::prelude::*;\n"), 0);
    assert_eq!(
        found(
            "src/market/rules.rs",
            "// diesel\n#[cfg(test)]\nmod tests { use serde::Serialize; }\n"
        ),
        0
    );
}
