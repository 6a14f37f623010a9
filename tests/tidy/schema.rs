//! `src/schema.rs` is written by hand; it says the same as the migrations.

use super::migrations::{Column, all_tables};
use super::source::{report, root, sources};

/// The tables of schema.rs, with their columns in the words of the migrations' reader.
fn declared(schema: &str) -> Vec<(String, Vec<Column>)> {
    let mut found: Vec<(String, Vec<Column>)> = Vec::new();
    let mut inside = false;
    for line in schema.lines().map(str::trim) {
        if line.starts_with("diesel::table!") {
            inside = true;
        } else if line == "}" || line.starts_with("diesel::") {
            continue;
        } else if inside && line.ends_with(") {") {
            let name = line.split([' ', '(']).next().unwrap_or_default();
            found.push((name.to_owned(), Vec::new()));
        } else if let Some((name, kind)) = line.split_once(" -> ") {
            let kind = kind.trim_end_matches(',');
            let inner = kind.strip_prefix("Nullable<").map(|rest| rest.trim_end_matches('>'));
            let column = Column {
                name: name.to_owned(),
                kind: kind_of(inner.unwrap_or(kind)),
                nullable: inner.is_some(),
            };
            if let Some((_, columns)) = found.last_mut() {
                columns.push(column);
            }
        }
    }
    found
}

fn kind_of(diesel: &str) -> &'static str {
    match diesel.rsplit("::").next().unwrap_or_default() {
        "Id" | "Text" => "text",
        "BigInt" => "bigint",
        "Integer" => "integer",
        "Bool" => "bool",
        "Date" => "date",
        "Timestamp" => "timestamp",
        "Binary" => "binary",
        _ => "unknown",
    }
}

#[test]
fn the_schema_says_what_the_migrations_say() {
    let schema = std::fs::read_to_string(root().join("src/schema.rs")).expect("src/schema.rs");
    let declared = declared(&schema);
    let migrated = all_tables("sqlite");
    let mut found = Vec::new();
    for table in &migrated {
        match declared.iter().find(|(name, _)| *name == table.name) {
            None => {
                found.push(format!("schema.rs has no table! {}; add it to its section", table.name))
            }
            Some((name, columns)) if *columns != table.columns => found.push(format!(
                "schema.rs, {name}: {columns:?}\n    but its migration has {:?}",
                table.columns
            )),
            Some(_) => {}
        }
    }
    for (name, _) in &declared {
        if !migrated.iter().any(|table| table.name == *name) && !is_view(name) {
            found.push(format!("schema.rs has {name}, which no migration creates; remove it"));
        }
    }
    report(&found);
}

/// A view is declared for queries, but is no table of rows.
fn is_view(name: &str) -> bool {
    let view = format!("CREATE VIEW {name} AS");
    sources("migrations/sqlite", "up.sql").iter().any(|step| step.text.contains(&view))
}

#[test]
fn the_declarations_of_diesel_are_read() {
    let schema = "// a\ndiesel::table! {\n    a (id) {\n        id -> crate::kernel::db::Id,\n        b -> Nullable<BigInt>,\n    }\n}\n";
    let found = declared(schema);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "a");
    assert_eq!(
        found[0].1,
        [
            Column { name: "id".into(), kind: "text", nullable: false },
            Column { name: "b".into(), kind: "bigint", nullable: true },
        ]
    );
}
