//! A folder uses only folders above it in the list; what stands at the top may use all.

use super::source::{Source, report, shipping};

const ORDER: [&str; 19] = [
    "kernel",
    "web",
    "audit",
    "ledger",
    "identity",
    "documents",
    "inventory",
    "census",
    "notices",
    "experts",
    "restoration",
    "certification",
    "settlement",
    "market",
    "occupation",
    "encumbrance",
    "finance",
    "disclosure",
    "site",
];

fn place(folder: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == folder)
}

/// The names that follow `crate::`, also inside braces, with the line each stands on.
fn names_of_crate(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group).into_iter().map(|head| (line, head))),
            None => found.push((line, head(rest))),
        }
    }
    found
}

fn head(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first name of each path of a group of imports.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(head(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(head(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn check(source: &Source) -> Vec<String> {
    let mut parts = source.path.split('/').skip(1);
    let folder = parts.next().unwrap_or_default();
    let Some(own) = place(folder) else { return Vec::new() };
    let code = source.shipped();
    let mut found = Vec::new();
    for (line, name) in names_of_crate(&code) {
        let at = format!("{}:{line}: ", source.path);
        match place(&name) {
            Some(used) if used > own => found.push(format!(
                "{at}{folder} uses {name}, which stands below it; let {name} ask {folder}, or hand the value in"
            )),
            Some(_) => {}
            None if name == "schema" => {}
            None => found.push(format!(
                "{at}{folder} uses crate::{name}, which stands at the top; take what you need as an argument"
            )),
        }
    }
    found.extend(climbs(source, &code));
    found
}

/// `super::` that leaves the folder would escape the check above.
fn climbs(source: &Source, code: &str) -> Vec<String> {
    let inner = source.path.split('/').skip(1).count();
    let depth = if source.name() == "mod.rs" { inner - 1 } else { inner };
    let too_far = "super::".repeat(depth);
    let lines = (1..).zip(code.lines()).filter(|(_, line)| line.contains(&too_far));
    lines
        .map(|(n, _)| format!("{}:{n}: super:: leaves the folder; write crate::…", source.path))
        .collect()
}

#[test]
fn a_folder_uses_only_folders_above_it() {
    report(&shipping().iter().flat_map(check).collect::<Vec<_>>());
}

/// Reading the tables of others is the privilege of one file.
#[test]
fn only_disclosure_reads_the_tables_of_others() {
    let schema =
        std::fs::read_to_string(super::source::root().join("src/schema.rs")).expect("schema.rs");
    let owners = owners(&schema);
    report(&shipping().iter().flat_map(|s| foreign_tables(s, &owners)).collect::<Vec<_>>());
}

/// Each table with the capability in whose section of schema.rs it stands.
fn owners(schema: &str) -> Vec<(String, String)> {
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in schema.lines() {
        if let Some(name) = line.strip_prefix("// ") {
            section = name.trim().to_owned();
        } else if line.starts_with("    ") && !line.starts_with("     ") && line.ends_with('{') {
            found.push((head(line), section.clone()));
        }
    }
    found
}

fn foreign_tables(source: &Source, owners: &[(String, String)]) -> Vec<String> {
    let folder = source.path.split('/').nth(1).unwrap_or_default();
    if place(folder).is_none() || source.path.starts_with("src/disclosure/store") {
        return Vec::new();
    }
    let code = source.shipped();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("schema::") {
        let rest = &code[at + "schema::".len()..];
        let names = rest.strip_prefix('{').map_or_else(|| vec![head(rest)], heads);
        for name in names {
            let Some((table, owner)) = owners.iter().find(|(table, _)| *table == name) else {
                continue;
            };
            // The kernel looks up who may act.
            let standing = folder == "kernel" && table == "users";
            // The chain's tables are written by the kernel and read by audit.
            let chain = folder == "audit" && table.starts_with("audit_");
            if owner != folder && !standing && !chain {
                found.push(format!(
                    "{}: {folder} reads {table} of {owner}; call a function of {owner}",
                    source.path
                ));
            }
        }
    }
    found
}

/// What a page shows and does is decided by the operations that it asks.
fn reaches_inside(source: &Source) -> Vec<String> {
    let names = names_of_crate(&source.shipped());
    let inside =
        names.into_iter().filter(|(_, name)| !["kernel", "web", "site"].contains(&name.as_str()));
    inside
        .map(|(line, name)| {
            format!("{}:{line}: a page uses {name}; ask its operation instead", source.path)
        })
        .collect()
}

#[test]
fn the_site_asks_operations_alone() {
    let site = shipping();
    let site = site.iter().filter(|source| source.path.starts_with("src/site/"));
    report(&site.flat_map(reaches_inside).collect::<Vec<_>>());
    let found = |text: &str| reaches_inside(&Source::new("src/site/desk.rs", text)).len();
    assert_eq!(found("use crate::{kernel::a, web::b, market::c};\n"), 1);
    assert_eq!(found("use crate::site::words::word;\n"), 0);
}

#[test]
fn an_import_from_below_is_found() {
    let found = |path: &str, text: &str| check(&Source::new(path, text)).len();
    assert_eq!(found("src/ledger/store.rs", "use crate::kernel::db::Conn;\n"), 0);
    assert_eq!(found("src/ledger/store.rs", "use crate::market::Listing;\n"), 1);
    assert_eq!(
        found("src/ledger/store.rs", "use crate::{kernel::{a, b}, market::c, finance};\n"),
        2
    );
    assert_eq!(found("src/ledger/store.rs", "fn f() { crate::app::build() }\n"), 1);
    assert_eq!(found("src/ledger/store.rs", "// use crate::market;\n"), 0);
    assert_eq!(found("src/ledger/store.rs", "use super::super::market;\n"), 1);
    assert_eq!(found("src/ledger/store.rs", "use super::model;\n"), 0);
    assert_eq!(found("src/ledger/mod.rs", "use super::market;\n"), 1);
    assert_eq!(found("src/app.rs", "use crate::market;\n"), 0);
}

#[test]
fn a_query_of_anothers_table_is_found() {
    let owners =
        owners("// ledger\ndiesel::table! {\n    accounts (id) {\n        id -> Text,\n    }\n}\n");
    assert_eq!(owners, [("accounts".to_owned(), "ledger".to_owned())]);
    let found = |path: &str, text: &str| foreign_tables(&Source::new(path, text), &owners).len();
    assert_eq!(found("src/market/store.rs", "use crate::schema::accounts;\n"), 1);
    assert_eq!(found("src/market/store.rs", "use crate::schema::{accounts, users};\n"), 1);
    assert_eq!(found("src/ledger/store.rs", "use crate::schema::accounts;\n"), 0);
    assert_eq!(found("src/disclosure/store.rs", "use crate::schema::accounts;\n"), 0);
}
