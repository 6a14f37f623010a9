//! Every rule of the domain has a row in `tests/rules.md`, which names tests that exist.

use std::collections::BTreeSet;

use super::source::{Source, report, root, rust_files};

const RULES: usize = 94;

/// The cells of each row of the table whose first cell is a rule's number.
fn rows(table: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| -> Option<Vec<String>> {
        let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
        Some(inside.split('|').map(|cell| cell.trim().to_owned()).collect())
    };
    let is_rule = |cell: &str| {
        cell.strip_prefix('R')
            .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    let rows =
        table.lines().filter_map(cells).filter(|row| row.first().is_some_and(|cell| is_rule(cell)));
    rows.map(|row| (row[0].clone(), row)).collect()
}

/// The names in backticks.
fn names(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All functions that a file declares, those of macros such as `proptest!` too.
fn functions(source: &Source) -> Vec<String> {
    let code = source.code();
    let name = |rest: &str| {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    code.match_indices("fn ").map(|(at, found)| name(&code[at + found.len()..])).collect()
}

fn check(table: &str, functions: &BTreeSet<String>) -> Vec<String> {
    let rows = rows(table);
    let mut found = Vec::new();
    for n in 1..=RULES {
        let with_number = rows.iter().filter(|(number, _)| *number == format!("R{n}")).count();
        if with_number != 1 {
            found.push(format!("tests/rules.md has {with_number} rows for R{n}; give it one"));
        }
    }
    for (number, row) in &rows {
        let last = row.last().map(String::as_str).unwrap_or_default();
        let names = names(last);
        if row.len() != 3 {
            found.push(format!(
                "{number}: {} cells; write | {number} | the rule | tests |",
                row.len()
            ));
        }
        if names.is_empty() && last != "open" {
            found.push(format!("{number}: name its tests in backticks, or write open"));
        }
        for name in names.iter().filter(|name| !functions.contains(*name)) {
            found.push(format!(
                "{number}: there is no test {name}; name one that exists, or write open"
            ));
        }
    }
    found
}

/// The rules that a test names: `r62_r63_the_vectors_hold` proves two.
fn proves(name: &str) -> Vec<&str> {
    let number = |part: &&str| {
        part.strip_prefix('r')
            .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    name.split('_').take_while(number).map(|part| &part[1..]).collect()
}

/// A test that names a rule must be found under it.
fn not_listed(table: &str, functions: &BTreeSet<String>) -> Vec<String> {
    let rows = rows(table);
    let mut found = Vec::new();
    for name in functions {
        for rule in proves(name) {
            let listed = rows.iter().any(|(number, row)| {
                number[1..] == *rule && row.last().is_some_and(|cell| names(cell).contains(name))
            });
            if !listed {
                found.push(format!(
                    "{name} proves R{rule}, but its row in tests/rules.md does not name it; add it"
                ));
            }
        }
    }
    found
}

fn all_functions() -> BTreeSet<String> {
    rust_files()
        .iter()
        .filter(|file| !file.path.starts_with("tests/tidy"))
        .flat_map(functions)
        .collect()
}

fn table() -> String {
    std::fs::read_to_string(root().join("tests/rules.md")).expect("tests/rules.md")
}

#[test]
fn every_rule_has_a_row_whose_tests_exist() {
    report(&check(&table(), &all_functions()));
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let page =
        std::fs::read_to_string(root().join("tests/security.md")).expect("tests/security.md");
    let functions = all_functions();
    let tests = page.lines().filter(|line| line.starts_with("| ")).skip(1).flat_map(|line| {
        let last = line.trim_end_matches(['|', ' ']).rsplit(" | ").next();
        names(last.unwrap_or_default())
    });
    let missing = tests.filter(|name| !functions.contains(name));
    report(&missing.map(|name| format!("tests/security.md names {name}")).collect::<Vec<_>>());
}

#[test]
fn every_test_that_names_a_rule_stands_in_its_row() {
    report(&not_listed(&table(), &all_functions()));
}

#[test]
fn a_rule_without_a_test_is_found() {
    let table: String = (1..=RULES).map(|n| format!("| R{n} | a rule (D) | open |\n")).collect();
    let functions = BTreeSet::from(["r5_a".to_owned()]);
    assert_eq!(check(&table, &functions), Vec::<String>::new());
    assert_eq!(check(&table.replace("| R7 |", "| 7 |"), &functions).len(), 1);
    assert_eq!(
        check(&table.replace("R5 | a rule (D) | open", "R5 | a rule (D) | `r5_a`"), &functions)
            .len(),
        0
    );
    assert_eq!(
        check(&table.replace("R5 | a rule (D) | open", "R5 | a rule (D) | `r5_b`"), &functions)
            .len(),
        1
    );
    assert_eq!(
        check(&table.replace("R5 | a rule (D) | open", "R5 | a rule (D) | later"), &functions)
            .len(),
        1
    );
    assert_eq!(not_listed(&table, &functions).len(), 1);
    assert_eq!(
        not_listed(
            &table.replace("R5 | a rule (D) | open", "R5 | a rule (D) | `r5_a`"),
            &functions
        )
        .len(),
        0
    );
    assert_eq!(proves("r62_r63_the_vectors"), ["62", "63"]);
    assert_eq!(proves("rows_r5"), Vec::<&str>::new());
    assert_eq!(super::rules::functions(&Source::new("a.rs", "fn b() {}\n// fn c() {}\n")), ["b"]);
}
