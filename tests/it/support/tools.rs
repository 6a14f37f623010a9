//! Programs that others wrote, asked whether they understand what we write.

use std::path::Path;
use std::process::Command;

/// Runs a program and returns what it writes; `None` where it is not installed, which fails with
/// REQUIRE_TOOLS=1.
pub(crate) async fn tool(program: &str, args: &[&str], env: &[(&str, &str)]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).env("no_proxy", "*").envs(env.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
    let Ok(output) = output else {
        assert!(!required, "{program} is not installed, and REQUIRE_TOOLS=1");
        eprintln!("not run: {program}");
        return None;
    };
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() && err.contains("No module named") {
        assert!(!required, "{program} lacks a module, and REQUIRE_TOOLS=1: {err}");
        eprintln!("not run: {program} {err}");
        return None;
    }
    assert!(output.status.success(), "{program} {args:?}: {out}{err}");
    Some(out.into_owned())
}

/// How many a long run makes: what the environment says, or what it is meant to make.
pub(crate) fn long_count(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |count| count.parse().unwrap())
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
