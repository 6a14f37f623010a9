//! Every file is part of the program, and every capability has only the known roles.

use std::collections::BTreeSet;

use super::source::{Source, report, root, rust_files};

const ROOTS: [&str; 12] = [
    "src/lib.rs",
    "src/build.rs",
    "src/main.rs",
    "tests/tidy.rs",
    "tests/it/main.rs",
    "tests/fuzz/target.rs",
    "benches/book/main.rs",
    "benches/finance/main.rs",
    "benches/land/main.rs",
    "benches/map/main.rs",
    "benches/market/main.rs",
    "benches/settlement/main.rs",
];

/// The files that a file names by `mod`, also through inline modules.
fn children(source: &Source) -> Vec<[String; 2]> {
    let (folder, stem) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let own = if ROOTS.contains(&source.path.as_str()) || stem == "mod.rs" {
        folder.to_owned()
    } else {
        format!("{folder}/{}", stem.trim_end_matches(".rs"))
    };
    let (mut inline, mut found) = (Vec::new(), Vec::new());
    // Strings are blanked in the code, so a path is looked for in the text.
    for line in source.text.lines() {
        let named =
            line.trim().strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]"));
        found.extend(named.map(|name| [format!("{folder}/{name}"), String::new()]));
    }
    for line in source.code().lines() {
        let line = line.trim();
        let words = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
        let words = words.trim_start_matches("pub ");
        if let Some(name) = words.strip_prefix("mod ") {
            if let Some(name) = name.strip_suffix(';') {
                let inside: String = inline.iter().map(|name| format!("/{name}")).collect();
                found.push([
                    format!("{own}{inside}/{name}.rs"),
                    format!("{own}{inside}/{name}/mod.rs"),
                ]);
            } else if let Some(name) = name.strip_suffix(" {") {
                inline.push(name.to_owned());
            }
        } else if line == "}" {
            inline.pop();
        }
    }
    found
}

fn unreachable(files: &[Source]) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = ROOTS.iter().map(|&root| root.to_owned()).collect();
    while let Some(path) = open.pop() {
        if let Some(file) = files.iter().find(|file| file.path == path)
            && reached.insert(path)
        {
            open.extend(children(file).into_iter().flatten());
        }
    }
    let lost = files.iter().filter(|file| !reached.contains(&file.path));
    lost.map(|file| format!("{}: no `mod` leads here; name it or remove it", file.path)).collect()
}

#[test]
fn every_file_is_reached_by_a_mod() {
    report(&unreachable(&rust_files()));
}

#[test]
fn the_files_of_the_house_are_there() {
    let needed = [
        "README.md",
        "LICENSE",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "NOTICE",
        "Cargo.lock",
        "migrations/README.md",
        "tests/rules.md",
        ".ci/run",
        ".clippy.toml",
        ".rustfmt.toml",
    ];
    let missing = needed.iter().filter(|name| !root().join(name).is_file());
    report(&missing.map(|name| format!("{name} is missing")).collect::<Vec<_>>());
}

/// The first thing a reader meets is short enough to be read.
#[test]
fn the_architecture_document_is_short() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let lines = lib.lines().filter(|line| line.starts_with("//!")).count();
    assert!(
        (40..150).contains(&lines),
        "src/lib.rs opens with {lines} lines of `//!`, 40 to 149 are wanted"
    );
    let main = std::fs::read_to_string(root().join("src/main.rs")).expect("src/main.rs");
    assert!(main.lines().count() < 60, "src/main.rs holds subcommands only, under 60 lines");
}

#[test]
fn a_lost_file_is_found() {
    let files = [
        Source::new("src/lib.rs", "pub mod a;\nmod inner {\n    mod deep;\n}\n"),
        Source::new("src/a/mod.rs", "pub(crate) mod b;\n// mod lost;\n"),
        Source::new("src/a/b.rs", "mod c;\n#[path = \"b_tests.rs\"]\nmod tests;\n"),
        Source::new("src/a/b_tests.rs", ""),
        Source::new("src/a/b/c.rs", ""),
        Source::new("src/inner/deep.rs", ""),
        Source::new("src/a/lost.rs", ""),
    ];
    let found = unreachable(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("src/a/lost.rs"));
}
