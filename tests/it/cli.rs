//! The program on the terminal: what is wrong is said in one line, with status 1 and no panic.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn exchange(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
        .args(args)
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .env_remove("EXCHANGE_DATA_DIR")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap()
}

#[track_caller]
fn fails(folder: &Path, args: &[&str], expected: &str) {
    let output = exchange(folder, args);
    let (said, complained) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{args:?}: {said}{complained}");
    assert_eq!(complained.lines().count(), 1, "{args:?}: {complained}");
    assert!(complained.starts_with("error: "), "{args:?}: {complained}");
    assert!(complained.contains(expected), "{args:?}: {complained}");
    assert!(!complained.contains("panicked"), "{args:?}: {complained}");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_start_that_cannot_succeed_says_why_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("--listen={}", taken.local_addr().unwrap());
    fails(folder, &["serve", &taken], "already in use");

    let free = "--listen=127.0.0.1:0";
    for (url, expected) in [
        ("postgers://localhost/x", "must begin with sqlite:// or postgres://"),
        ("exchange.db", "must begin with sqlite:// or postgres://"),
        ("sqlite://", "names no file"),
        ("sqlite://no/such/folder/x.db", "cannot be opened"),
        ("postgres://exchange@127.0.0.1:1/x", "PostgreSQL cannot be reached"),
    ] {
        let url = format!("--database-url={url}");
        fails(folder, &["serve", free, &url], expected);
        fails(folder, &["migrate", &url], expected);
    }
    std::fs::write(folder.join("a-file"), "").unwrap();
    fails(folder, &["serve", free, "--data-dir=a-file/data"], "data folder");
    fails(folder, &["serve", free, "--config=missing.toml"], "cannot be read");
    std::fs::write(folder.join("bad.toml"), "listne = \"127.0.0.1:0\"").unwrap();
    fails(folder, &["serve", free, "--config=bad.toml"], "no setting is called listne");
    fails(folder, &["serve", free, "--log=[[["], "no log filter");
}

#[test]
fn a_data_folder_that_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o500)).unwrap();
    // Root may write everywhere.
    if std::fs::write(data.join("probe"), "").is_ok() {
        eprintln!("not run: an unwritable folder, as root");
        return;
    }
    fails(folder.path(), &["serve", "--listen=127.0.0.1:0"], "data");
}

#[test]
fn a_wrong_setting_is_refused_with_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    for (flag, expected) in [
        ("--workers=0", "1..=256"),
        ("--json-bytes-max=99999999999", "1024..=16777216"),
        ("--listen=here", "invalid socket address"),
        ("--nonsense", "unexpected argument"),
    ] {
        let output = exchange(folder.path(), &["serve", flag]);
        assert_eq!(output.status.code(), Some(2), "{flag}");
        assert!(text(&output.stderr).contains(expected), "{flag}: {}", text(&output.stderr));
    }
}

#[test]
fn help_names_every_setting_with_its_variable_and_default() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&exchange(folder.path(), &["serve", "--help"]).stdout);
    for expected in ["--database-url", "DATABASE_URL", "sqlite://data/exchange.db", "--listen"] {
        assert!(help.contains(expected), "{expected} is missing:\n{help}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 110), "{help}");
}

#[test]
fn the_tables_are_made_once_and_migrating_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = "--database-url=sqlite://exchange.db";
    for _ in 0..2 {
        let output = exchange(folder.path(), &["migrate", url]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

#[test]
fn what_is_due_can_be_done_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let output = exchange(folder.path(), &["run-due", "--database-url=sqlite://exchange.db"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).lines().any(|line| line == "listings ended: 0"));
}

/// Adds a user with the password on standard input.
fn add_user(folder: &Path, password: &str, flags: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
        .args(["user", "add", "--database-url=sqlite://exchange.db"])
        .args(flags)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn the_first_administrator_is_added_at_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let good = "a password of one's own";
    for (password, flags, expected) in [
        (good, vec!["--username=ada"], "error: there is no organisation with this code"),
        ("short", vec!["--username=ada", "--region=36"], "error: a password has 12 to 128"),
        (good, vec!["--username=A B", "--region=36"], "error: a username is"),
        (good, vec!["--username=ada", "--region=36"], "ada is added to OPERATOR as administrator"),
        (
            good,
            vec!["--username=ada", "--display-name=Another"],
            "error: somebody has this username",
        ),
        (good, vec!["--username=bob", "--role=auditor"], "error: the role auditor"),
        (
            good,
            vec!["--username=bob", "--role=security_administrator"],
            "bob is added to OPERATOR as security_administrator",
        ),
        (
            good,
            vec!["--username=eve", "--display-name=bob", "--role=audit_administrator"],
            "error: somebody of this name is security_administrator already",
        ),
        (
            good,
            vec!["--username=eve", "--role=audit_administrator"],
            "eve is added to OPERATOR as audit_administrator",
        ),
    ] {
        let output = add_user(folder.path(), password, &flags);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.starts_with(expected), "{flags:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{flags:?}: {said}");
        assert_eq!(output.status.code(), Some(i32::from(expected.starts_with("error"))));
    }
}
