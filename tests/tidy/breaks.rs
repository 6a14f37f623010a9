//! The faults that tests must find (`tests/breaks.sh`) still fit the code that they are put into.

use super::source::{report, root};

/// What a patch expects to find: the file, and the lines of one hunk as they are before it.
fn expected(patch: &str) -> Vec<(String, Vec<String>)> {
    let (mut file, mut hunks) = (String::new(), Vec::<(String, Vec<String>)>::new());
    for line in patch.lines() {
        if let Some(path) = line.strip_prefix("--- ") {
            path.trim_start_matches("a/").clone_into(&mut file);
        } else if line.starts_with("@@") {
            hunks.push((file.clone(), Vec::new()));
        } else if let Some((_, lines)) = hunks.last_mut()
            && !line.starts_with("diff ")
            && let Some(before) = line.strip_prefix(' ').or_else(|| line.strip_prefix('-'))
        {
            lines.push(before.to_owned());
        }
    }
    hunks
}

/// The hunks that have no place in what `read` finds in their files.
fn misfits(patch: &str, read: impl Fn(&str) -> String) -> Vec<String> {
    let misfit = |(path, before): (String, Vec<String>)| {
        if before.is_empty() {
            return None;
        }
        let text = read(&path);
        let lines: Vec<&str> = text.lines().collect();
        let is_there = lines.windows(before.len()).any(|found| found == before);
        let first = before.iter().find(|line| !line.trim().is_empty())?;
        (!is_there).then(|| {
            format!(
                "{path}: the fault around `{}` has no place; renew tests/breaks.patch",
                first.trim()
            )
        })
    };
    expected(patch).into_iter().filter_map(misfit).collect()
}

#[test]
fn every_fault_can_still_be_put_in() {
    let patch = std::fs::read_to_string(root().join("tests/breaks.patch")).expect("the patch");
    assert!(expected(&patch).len() > 10, "it has a hunk for each fault");
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap_or_default();
    report(&misfits(&patch, read));
}

#[test]
fn a_fault_without_a_place_is_found() {
    let patch = "--- a/x.rs\n+++ b/x.rs\n@@ -1,2 +1,3 @@\n one\n-two\n+three\n";
    assert_eq!(misfits(patch, |_| "one\ntwo\n".to_owned()), Vec::<String>::new());
    assert_eq!(misfits(patch, |_| "one\n2\n".to_owned()).len(), 1);
}
