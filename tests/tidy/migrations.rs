//! Every step of the database exists for both engines and goes both ways, with the same tables,
//! columns and named constraints, and reads as prose.

use std::collections::BTreeMap;

use super::source::{Source, report, root, sources};

/// A table as `CREATE TABLE` declares it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) constraints: Vec<String>,
    unnamed: Vec<String>,
    has_comment: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) nullable: bool,
}

/// The tables of some SQL; a view or a trigger is none.
pub(super) fn tables(sql: &str) -> Vec<Table> {
    let mut found = Vec::new();
    for (at, _) in sql.match_indices("CREATE TABLE ") {
        if !sql[..at].ends_with('\n') && at > 0 {
            continue;
        }
        let rest = &sql[at + "CREATE TABLE ".len()..];
        let Some((name, body)) = rest.split_once('(') else { continue };
        let mut table = Table {
            name: name.trim().to_owned(),
            has_comment: sql[..at].lines().last().is_some_and(|line| line.starts_with("--")),
            ..Table::default()
        };
        for item in items(body) {
            read_item(&item, &mut table);
        }
        found.push(table);
    }
    found
}

/// Splits at the commas of the outermost parentheses, until they close.
fn items(body: &str) -> Vec<String> {
    let (mut depth, mut item, mut found) = (0, String::new(), Vec::new());
    for line in body.lines() {
        for c in line.split("--").next().unwrap_or_default().chars() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => {
                    found.push(item);
                    return found;
                }
                ')' => depth -= 1,
                ',' if depth == 0 => {
                    found.push(std::mem::take(&mut item));
                    continue;
                }
                _ => {}
            }
            item.push(c);
        }
        item.push(' ');
    }
    found
}

fn read_item(item: &str, table: &mut Table) {
    let words: Vec<&str> = item.split_whitespace().collect();
    match words.as_slice() {
        [] => {}
        ["CONSTRAINT", name, ..] => table.constraints.push((*name).to_owned()),
        [first @ ("UNIQUE" | "CHECK" | "FOREIGN" | "PRIMARY"), ..] => {
            table.unnamed.push((*first).to_owned());
        }
        [name, kind, rest @ ..] => {
            let rest = rest.join(" ");
            for needs_name in ["UNIQUE", "CHECK", "REFERENCES"] {
                if rest.contains(needs_name) && !rest.contains("CONSTRAINT") {
                    table.unnamed.push(format!("{needs_name} of {name}"));
                }
            }
            table.columns.push(Column {
                name: (*name).to_owned(),
                kind: kind_of(kind),
                nullable: !rest.contains("NOT NULL") && !rest.contains("PRIMARY KEY"),
            });
        }
        [other] => table.unnamed.push((*other).to_owned()),
    }
}

/// The types of both engines in one word; ids are text on SQLite.
fn kind_of(sql: &str) -> &'static str {
    match sql {
        "UUID" | "TEXT" => "text",
        "BIGINT" => "bigint",
        "INTEGER" => "integer",
        "BOOLEAN" => "bool",
        "DATE" => "date",
        "TIMESTAMP" => "timestamp",
        "BYTEA" | "BLOB" => "binary",
        _ => "unknown",
    }
}

/// Each `CREATE [UNIQUE] INDEX` by name.
fn indexes(sql: &str) -> Vec<String> {
    let lines = sql
        .lines()
        .filter(|line| line.starts_with("CREATE INDEX") || line.starts_with("CREATE UNIQUE INDEX"));
    let name = |line: &str| {
        line.split("INDEX ")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next())
            .map(str::to_owned)
    };
    lines.filter_map(name).collect()
}

fn prose(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables(&source.text) {
        let at = format!("{}: {}", source.path, table.name);
        if !table.has_comment {
            found.push(format!("{at}: open it with a comment that says what a row is"));
        }
        for unnamed in &table.unnamed {
            found.push(format!(
                "{at}: {unnamed} has no name; write CONSTRAINT {}_<columns>_<kind>",
                table.name
            ));
        }
        for name in &table.constraints {
            let kind = name.rsplit('_').next().unwrap_or_default();
            if !name.starts_with(&format!("{}_", table.name))
                || !["key", "check", "fkey"].contains(&kind)
            {
                found.push(format!(
                    "{at}: {name}; name it {}_<columns>_<key|check|fkey>",
                    table.name
                ));
            }
        }
        for column in table.columns.iter().filter(|column| column.kind == "unknown") {
            found.push(format!("{at}.{}: a type that kernel/db does not have", column.name));
        }
    }
    found
}

/// What differs between one step for SQLite and the same for PostgreSQL.
fn unlike(step: &str, sqlite: &str, postgres: &str) -> Vec<String> {
    let mut found = Vec::new();
    let [left, right] = [sqlite, postgres].map(|sql| {
        tables(sql).into_iter().map(|table| (table.name.clone(), table)).collect::<BTreeMap<_, _>>()
    });
    for name in left.keys().chain(right.keys()) {
        let (Some(a), Some(b)) = (left.get(name), right.get(name)) else {
            found.push(format!("{step}: {name} exists for one engine only"));
            continue;
        };
        let [mut of_a, mut of_b] = [a.constraints.clone(), b.constraints.clone()];
        of_a.sort();
        of_b.sort();
        if of_a != of_b {
            found.push(format!("{step}: {name} has other constraints: {of_a:?} and {of_b:?}"));
        }
        if a.columns != b.columns {
            found.push(format!(
                "{step}: {name} has other columns: {:?} and {:?}",
                a.columns, b.columns
            ));
        }
    }
    let columns = |sql: &str| -> Vec<(String, Vec<Column>)> {
        let read = |(name, item): (String, String)| {
            let mut table = Table::default();
            read_item(&item, &mut table);
            (name, table.columns)
        };
        added(sql).into_iter().map(read).collect()
    };
    if columns(sqlite) != columns(postgres) {
        found.push(format!("{step}: other columns are added"));
    }
    let [mut of_a, mut of_b] = [indexes(sqlite), indexes(postgres)];
    of_a.sort();
    of_b.sort();
    if of_a != of_b {
        found.push(format!("{step}: other indexes: {of_a:?} and {of_b:?}"));
    }
    found.dedup();
    found
}

/// The steps of an engine: folder name → up.sql.
fn steps(engine: &str) -> BTreeMap<String, Source> {
    let files = sources(&format!("migrations/{engine}"), "up.sql");
    let folder = |path: &str| path.split('/').nth(2).unwrap_or_default().to_owned();
    files.into_iter().map(|file| (folder(&file.path), file)).collect()
}

/// All tables of an engine after all steps.
pub(super) fn all_tables(engine: &str) -> Vec<Table> {
    let steps = steps(engine);
    let mut all: Vec<Table> = steps.values().flat_map(|step| tables(&step.text)).collect();
    for (name, item) in steps.values().flat_map(|step| added(&step.text)) {
        if let Some(table) = all.iter_mut().find(|table| table.name == name) {
            read_item(&item, table);
        }
    }
    all
}

/// The columns that a step adds to tables of earlier ones: table and column.
fn added(sql: &str) -> Vec<(String, String)> {
    let lines = sql.lines().filter_map(|line| line.strip_prefix("ALTER TABLE "));
    let added = lines.filter_map(|line| line.trim_end_matches(';').split_once(" ADD COLUMN "));
    added.map(|(table, column)| (table.to_owned(), column.to_owned())).collect()
}

#[test]
fn every_step_has_a_twin_and_a_way_back() {
    let (sqlite, postgres) = (steps("sqlite"), steps("postgres"));
    let mut found = Vec::new();
    for name in sqlite.keys().chain(postgres.keys()) {
        let number = name.split('_').next().unwrap_or_default();
        if number.len() != 4 || number.parse::<u32>().is_err() {
            found.push(format!("{name}: name a step NNNN_noun_verb"));
        }
        match (sqlite.get(name), postgres.get(name)) {
            (Some(a), Some(b)) => found.extend(unlike(name, &a.text, &b.text)),
            _ => found.push(format!("{name} exists for one engine only; write its twin")),
        }
        for engine in ["sqlite", "postgres"] {
            if !root().join(format!("migrations/{engine}/{name}/down.sql")).is_file() {
                found.push(format!("migrations/{engine}/{name} has no down.sql"));
            }
        }
    }
    let mut numbers: Vec<&str> = sqlite.keys().filter_map(|name| name.split('_').next()).collect();
    numbers.dedup();
    if numbers.len() != sqlite.len() {
        found.push("two steps have the same number; give the later one the next".to_owned());
    }
    found.dedup();
    report(&found);
}

#[test]
fn tables_read_as_prose_and_constraints_have_names() {
    let steps = [steps("sqlite"), steps("postgres")];
    report(&steps.iter().flat_map(|engine| engine.values()).flat_map(prose).collect::<Vec<_>>());
}

#[test]
fn steps_that_differ_are_found() {
    let sqlite = "-- A row is a.\nCREATE TABLE a (\n    id TEXT NOT NULL PRIMARY KEY,\n    b BIGINT,\n    CONSTRAINT a_b_check CHECK (b IN (1, 2))\n);\nCREATE INDEX a_b_idx ON a (b);\n";
    let postgres = sqlite.replace("TEXT", "UUID");
    assert_eq!(unlike("1", sqlite, &postgres), Vec::<String>::new());
    assert_eq!(unlike("1", sqlite, &postgres.replace("a_b_check", "a_c_check")).len(), 1);
    assert_eq!(unlike("1", sqlite, &postgres.replace("b BIGINT,", "b BIGINT NOT NULL,")).len(), 1);
    assert_eq!(unlike("1", sqlite, &postgres.replace("TABLE a", "TABLE c")).len(), 2);
    assert_eq!(unlike("1", sqlite, &postgres.replace("a_b_idx", "a_idx")).len(), 1);
    let [one, other] = ["c TEXT", "c BIGINT"]
        .map(|column| format!("{sqlite}ALTER TABLE a ADD COLUMN {column};\n"));
    assert_eq!(unlike("1", &one, &one.replace("TEXT", "UUID")), Vec::<String>::new());
    assert_eq!(unlike("1", &one, &other).len(), 1);
    assert_eq!(prose(&Source::new("up.sql", sqlite)), Vec::<String>::new());
    assert_eq!(prose(&Source::new("up.sql", &sqlite.replace("-- A row is a.", ""))).len(), 1);
    assert_eq!(
        prose(&Source::new("up.sql", &sqlite.replace("CONSTRAINT a_b_check ", ""))).len(),
        1
    );
    assert_eq!(prose(&Source::new("up.sql", &sqlite.replace("a_b_check", "b_check"))).len(), 1);
    assert_eq!(prose(&Source::new("up.sql", &sqlite.replace("b BIGINT", "b NUMERIC"))).len(), 1);
}
