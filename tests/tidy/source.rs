//! Files as the checks see them: their code, their comments, and what is only there for tests.

use std::path::{Path, PathBuf};

/// One file of the repository.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// From the root of the repository, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The code alone: comments and the insides of strings are blanked, lines stay where they are.
    pub(super) fn code(&self) -> String {
        split(&self.text).0
    }

    /// The code that ships: without what stands below a `#[cfg(test)] mod … {`, since tests come
    /// last.
    pub(super) fn shipped(&self) -> String {
        let code = self.code();
        let mut modules = test_modules(&code).into_iter();
        let end = modules.find(|(_, line)| line.contains('{')).map_or(code.len(), |(at, _)| at);
        code[..end].to_owned()
    }

    /// The folder of the files that its `mod` lines name.
    fn inside(&self) -> String {
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        match name {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
        }
    }

    /// The comments alone, lines where they are.
    pub(super) fn comments(&self) -> String {
        split(&self.text).1
    }

    /// The name of the file without folder.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where each `#[cfg(test)]` stands that makes a module a test's own, with the module's line.
fn test_modules(code: &str) -> Vec<(usize, &str)> {
    let module = |at: usize| {
        let mut below = code[at..].lines().skip(1).map(str::trim);
        let line = below.find(|line| !line.starts_with("#["))?;
        has_word(line.split('{').next().unwrap_or_default(), "mod").then_some((at, line))
    };
    code.match_indices("#[cfg(test)]\n").filter_map(|(at, _)| module(at)).collect()
}

/// The files of the crate that ship: without those that only tests name.
pub(super) fn shipping() -> Vec<Source> {
    let mut files = sources("src", ".rs");
    let for_tests = |file: &Source| -> Vec<String> {
        let code = file.code();
        let names = test_modules(&code).into_iter().filter_map(|(_, line)| {
            let name = line.strip_suffix(';')?.rsplit(' ').next()?;
            Some(format!("{}/{name}", file.inside()))
        });
        names.collect()
    };
    let for_tests: Vec<String> = files.iter().flat_map(for_tests).collect();
    files.retain(|file| {
        let is_for = |path: &String| {
            file.path == format!("{path}.rs") || file.path.starts_with(&format!("{path}/"))
        };
        !file.name().ends_with("_tests.rs") && !for_tests.iter().any(is_for)
    });
    files
}

/// All files below the folder whose name ends so, in the order of their paths.
pub(super) fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let relative = path.strip_prefix(root()).expect("below the root");
        let relative = relative.to_str().expect("a readable name").replace('\\', "/");
        if relative.ends_with(ending) {
            let text = std::fs::read_to_string(path).expect("a readable file");
            found.push(Source { path: relative, text });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Every `.rs` file of the repository.
pub(super) fn rust_files() -> Vec<Source> {
    ["src", "tests", "benches"].iter().flat_map(|folder| sources(folder, ".rs")).collect()
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let Ok(inside) = std::fs::read_dir(folder) else { return };
    for entry in inside {
        let path = entry.expect("a readable folder").path();
        // What npm installed is not ours.
        if path.ends_with("node_modules") {
            continue;
        }
        if path.is_dir() { walk(&path, visit) } else { visit(&path) }
    }
}

/// Fails with everything that was found, a line each.
#[track_caller]
pub(super) fn report(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

/// `path:line: message` for every line of the text on which the test says so.
pub(super) fn on_lines(
    path: &str,
    text: &str,
    mut wrong: impl FnMut(&str) -> Option<String>,
) -> Vec<String> {
    let lines = (1..).zip(text.lines());
    lines.filter_map(|(n, line)| wrong(line).map(|why| format!("{path}:{n}: {why}"))).collect()
}

/// Whether the word stands in the text, not as a part of a longer one.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[derive(Clone, Copy, PartialEq)]
enum In {
    Code,
    Line,
    Block(usize),
    Text,
    Raw(usize),
}

/// Splits Rust into code and comments of the same shape.
fn split(text: &str) -> (String, String) {
    let (mut code, mut comments) = (String::new(), String::new());
    let chars: Vec<char> = text.chars().collect();
    let ahead = |at: usize, what: &str| {
        what.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c))
    };
    let (mut at, mut state) = (0, In::Code);
    while at < chars.len() {
        let start = at;
        let before = state;
        match state {
            In::Code if ahead(at, "//") => state = In::Line,
            In::Code if ahead(at, "/*") => {
                state = In::Block(1);
                at += 1;
            }
            In::Code if chars[at] == '"' => state = In::Text,
            In::Code
                if chars[at] == 'r' && !at.checked_sub(1).is_some_and(|b| is_word(chars[b])) =>
            {
                let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
                if chars.get(at + 1 + hashes) == Some(&'"') {
                    state = In::Raw(hashes);
                    at += hashes + 1;
                }
            }
            In::Code if chars[at] == '\'' => at = end_of_char(&chars, at),
            In::Line if chars[at] == '\n' => state = In::Code,
            In::Block(depth) if ahead(at, "/*") => {
                state = In::Block(depth + 1);
                at += 1;
            }
            In::Block(depth) if ahead(at, "*/") => {
                state = if depth == 1 { In::Code } else { In::Block(depth - 1) };
                at += 1;
            }
            In::Text if chars[at] == '\\' => at += 1,
            In::Text if chars[at] == '"' => state = In::Code,
            In::Raw(hashes) if ahead(at, &format!("\"{}", "#".repeat(hashes))) => {
                state = In::Code;
                at += hashes;
            }
            _ => {}
        }
        at += 1;
        for c in &chars[start..at.min(chars.len())] {
            let comment = matches!(before, In::Line | In::Block(_))
                || matches!(state, In::Line | In::Block(_));
            let quiet = before != In::Code && !matches!(state, In::Code);
            code.push(if *c == '\n' || !(comment || quiet) { *c } else { ' ' });
            comments.push(if *c == '\n' || comment { *c } else { ' ' });
        }
    }
    (code, comments)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The last character of a literal such as 'x' or '\n'; a lifetime ends where it begins.
fn end_of_char(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let end = chars[at + 3..].iter().position(|c| *c == '\'');
            end.map_or(at, |length| at + 3 + length)
        }
        (Some(_), Some('\'')) => at + 2,
        _ => at,
    }
}

#[test]
fn code_comments_and_strings_are_told_apart() {
    let source = Source::new(
        "a.rs",
        "let a = \"x // y\"; // why\nlet b = '\"'; /* z */ let c: &'a str = r#\"w\"#;\n",
    );
    let code = source.code();
    assert!(has_word(&code, "a") && has_word(&code, "b") && has_word(&code, "c"), "{code}");
    for inside in ["x", "y", "z", "w", "why"] {
        assert!(!has_word(&code, inside), "{inside} in {code}");
    }
    assert_eq!(
        source.comments().split_whitespace().collect::<Vec<_>>(),
        ["//", "why", "/*", "z", "*/"]
    );
    assert_eq!(code.lines().count(), 2);
}

#[test]
fn what_stands_below_the_tests_is_not_shipped() {
    let source = Source::new("a.rs", "use a;\n\n#[cfg(test)]\nmod tests {\n    use b;\n}\n");
    assert!(source.shipped().contains("use a") && !source.shipped().contains("use b"));
    let text =
        "use a;\n#[cfg(test)]\nmod x;\nuse c;\n#[cfg(test)]\n#[expect(y)]\npub(crate) mod z {\n}\n";
    let source = Source::new("src/a.rs", text);
    let shipped = source.shipped();
    assert!(shipped.contains("use c") && !shipped.contains("mod z"), "{shipped}");
    let modules: Vec<&str> = test_modules(text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(modules, ["mod x;", "pub(crate) mod z {"]);
    assert_eq!(source.inside(), "src/a");
}
