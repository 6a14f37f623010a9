//! Nothing unfinished, nothing of the machine it was written on, nothing too long.

use super::source::{Source, has_word, on_lines, report, root, rust_files, shipping, sources};

const LINES_MAX: usize = 400;

/// Needles are put together here so that this file does not find itself.
fn unfinished() -> [(String, &'static str); 6] {
    [
        (["to", "do!"].concat(), "finish it, or refuse with a problem"),
        (["unimple", "mented!"].concat(), "finish it, or refuse with a problem"),
        (["TO", "DO"].concat(), "do it, or say in the module's doc what is open"),
        (["FIX", "ME"].concat(), "mend it"),
        (["db", "g!"].concat(), "remove it; the log is tracing"),
        (["#[al", "low"].concat(), "write #[expect(lint, reason = \"…\")]"),
    ]
}

fn of_the_machine() -> [String; 4] {
    [
        ["../sha", "red"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ho", "me/"].concat(),
        ["/ro", "ot/"].concat(),
    ]
}

fn unfinished_in(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (needle, instead) in unfinished() {
        found.extend(on_lines(&source.path, &source.text, |line| {
            line.contains(&needle).then(|| format!("{needle}: {instead}"))
        }));
    }
    found
}

fn machine_in(source: &Source) -> Vec<String> {
    let needles = of_the_machine();
    on_lines(&source.path, &source.text, |line| {
        let needle = needles.iter().find(|needle| line.contains(*needle))?;
        Some(format!("{needle} is a place on one machine; name files from the repository's root"))
    })
}

/// A comment that reads as a statement was code once.
fn commented_out(source: &Source) -> Vec<String> {
    on_lines(&source.path, &source.comments(), |line| {
        let inside = line.trim().strip_prefix("//")?;
        if inside.starts_with(['/', '!']) {
            return None;
        }
        let inside = inside.trim();
        let starts = ["let ", "use ", "fn ", "pub ", "if ", "return ", "match ", "for ", "impl "];
        let code = (inside.ends_with(';') || inside.ends_with('{'))
            && (starts.iter().any(|start| inside.starts_with(start)) || inside.contains("::"))
            || inside.starts_with("#[");
        code.then(|| "commented-out code; remove it, git keeps it".to_owned())
    })
}

/// A banner says what the next lines are; a file or a function's name should.
fn banners(source: &Source) -> Vec<String> {
    on_lines(&source.path, &source.comments(), |line| {
        let line = line.trim();
        ["// ---", "// ===", "// ***", "/////"]
            .iter()
            .any(|banner| line.starts_with(banner))
            .then(|| "a banner; give the section a file of its own".to_owned())
    })
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > LINES_MAX && source.path != "src/schema.rs").then(|| {
        format!(
            "{}: {lines} lines, at most {LINES_MAX}; make it a folder of the same name",
            source.path
        )
    })
}

fn prose() -> Vec<Source> {
    let mut files: Vec<Source> = ["migrations", "tests"]
        .iter()
        .flat_map(|folder| [".sql", ".md"].iter().flat_map(move |ending| sources(folder, ending)))
        .collect();
    for name in ["README.md", "NOTICE", "Cargo.toml", ".ci/run"] {
        let text = std::fs::read_to_string(root().join(name)).unwrap_or_default();
        files.push(Source::new(name, &text));
    }
    files
}

#[test]
fn nothing_is_left_unfinished() {
    let files: Vec<Source> = rust_files().into_iter().chain(prose()).collect();
    report(&files.iter().flat_map(unfinished_in).collect::<Vec<_>>());
}

#[test]
fn nothing_names_a_place_on_one_machine() {
    let files: Vec<Source> = rust_files().into_iter().chain(prose()).collect();
    report(&files.iter().flat_map(machine_in).collect::<Vec<_>>());
}

#[test]
fn no_code_is_commented_out_and_no_banner_stands() {
    let files = rust_files();
    report(
        &files
            .iter()
            .flat_map(|file| [commented_out(file), banners(file)].concat())
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_longer_than_it_reads_well() {
    report(&rust_files().iter().filter_map(too_long).collect::<Vec<_>>());
}

/// Code outside tests says what it does not expect; the lints see it too, where they run.
#[test]
fn nothing_that_ships_unwraps() {
    let wrong = |source: &Source| {
        on_lines(&source.path, &source.shipped(), |line| {
            let word = [".unwrap()", ".expect(", "panic!(", "unreachable!("]
                .iter()
                .find(|word| line.contains(*word))?;
            Some(format!("{word}: use let … else, or Failure::broken with the invariant's name"))
        })
    };
    report(&shipping().iter().flat_map(wrong).collect::<Vec<_>>());
}

#[test]
fn leftovers_are_found() {
    let marks = unfinished().map(|(needle, _)| needle).join("\n");
    assert_eq!(unfinished_in(&Source::new("a.rs", &marks)).len(), 6);
    assert_eq!(machine_in(&Source::new("a.rs", &of_the_machine().join("\n"))).len(), 4);
    let comments = |text: &str| commented_out(&Source::new("a.rs", text)).len();
    assert_eq!(comments("// let a = b;\n"), 1);
    assert_eq!(comments("// store::load(tx)?;\n"), 1);
    assert_eq!(comments("// #[test]\n"), 1);
    assert_eq!(comments("// Let it be, since the rest goes to the seller; no more.\n"), 0);
    assert_eq!(comments("/// let a = b;\n"), 0);
    assert_eq!(banners(&Source::new("a.rs", "// --- rows ---\n")).len(), 1);
    assert!(too_long(&Source::new("src/a.rs", &"x\n".repeat(401))).is_some());
    assert!(too_long(&Source::new("src/a.rs", &"x\n".repeat(400))).is_none());
    assert!(too_long(&Source::new("src/schema.rs", &"x\n".repeat(401))).is_none());
    assert!(has_word("a b", "b") && !has_word("ab", "b"));
}
