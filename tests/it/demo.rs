//! The demo as it is run: the whole story with all its figures on both engines.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::{empty_postgres, http, send};

const STORY: &str = include_str!("../fixtures/jinxian/story.json");
/// The main job alone, told from the first pond on.
const MAIN_JOB: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/jinxian/story_main_job.json");

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_wetland-exchange"));
    program.args(args).current_dir(folder).env_remove("EXCHANGE_DATA_DIR");
    // A database that is named for `serve` is none of the demo's business.
    program.env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/theirs");
    program
}

fn run(folder: &Path, args: &[&str]) -> (Output, String, String) {
    let output = program(folder, args).output().unwrap();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let complained = String::from_utf8(output.stderr.clone()).unwrap();
    (output, said, complained)
}

/// What the long story shows beside the main job: its last step and the refusals of R38, R44, R45,
/// R61, R68, R71 and R78.
const LONG: [&str; 8] = [
    "[38/38]",
    "R38 not-enough-to-list",
    "R44 credits-pledged",
    "R45 listing-suspended",
    "R61 not-enough-cash",
    "R68 unreadable-values",
    "R71 posts-receipts",
    "R78 gate-closed",
];

#[track_caller]
fn the_story_agrees(folder: &Path, args: &[&str], parts: &[&str]) {
    let (output, said, complained) = run(folder, args);
    assert_eq!(output.status.code(), Some(0), "{said}{complained}");
    assert_eq!(complained, "", "{said}");
    let result = said.lines().find(|line| line.contains("figures checked")).unwrap();
    assert!(result.contains("0 differ"), "{said}");
    let figures: Vec<u32> =
        result.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert!(figures[0] >= 600, "{result}");
    let always =
        ["CJ360124-2026-000003", "1441260.00", "nothing is wrong", "\n— wetland-exchange/"];
    for part in always.iter().chain(parts) {
        assert!(said.contains(part), "{part} is missing: {said}");
    }
}

#[test]
fn the_demo_tells_the_whole_story_on_sqlite_and_makes_its_database_anew_each_time() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        the_story_agrees(folder.path(), &["demo", "--exit"], &LONG);
        assert!(folder.path().join("data/demo.db").is_file());
    }
}

#[test]
fn the_demo_tells_the_main_job_alone_on_both_engines() {
    let folder = tempfile::tempdir().unwrap();
    the_story_agrees(folder.path(), &["demo", "--exit", "--story", MAIN_JOB], &["[27/27]"]);
    let Some(place) = empty_postgres() else { return };
    let args = ["demo", "--exit", "--story", MAIN_JOB, "--on", &place.url];
    the_story_agrees(place.folder.path(), &args, &["[27/27]"]);
}

#[test]
fn the_demo_tells_the_whole_story_on_postgres() {
    let Some(place) = empty_postgres() else { return };
    the_story_agrees(place.folder.path(), &["demo", "--exit", "--on", &place.url], &LONG);
    let (output, _, complained) = run(place.folder.path(), &["demo", "--exit", "--on", &place.url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complained.contains("is left alone"), "{complained}");
}

#[test]
fn a_figure_that_differs_is_shown_and_ends_the_demo_with_status_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut story: Value = serde_json::from_str(STORY).unwrap();
    story["steps"][5]["expect"]["split"]["centre_share"] = json!("144126.01");
    story["steps"][5]["expect"]["never_heard_of"] = json!(1);
    let path = folder.path().join("story.json");
    std::fs::write(&path, story.to_string()).unwrap();

    let (output, said, complained) =
        run(folder.path(), &["demo", "--exit", "--story", "story.json"]);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(complained, "error: 2 figures differ from the story\n");
    let difference = said.lines().find(|line| line.contains("centre_share:")).unwrap();
    for part in ["step 6,", "expected 144126.01", "found 144126.00"] {
        assert!(difference.contains(part), "{difference}");
    }
    assert!(said.contains("never_heard_of"), "{said}");
}

#[test]
fn the_demo_leaves_a_database_alone_that_it_did_not_make() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let url = "--database-url=sqlite://data/demo.db";
    assert!(run(folder.path(), &["migrate", url]).0.status.success());
    let theirs = folder.path().join("data/demo.db");
    let before = std::fs::read(&theirs).unwrap();

    let (output, said, complained) = run(folder.path(), &["demo", "--exit"]);
    assert_eq!((output.status.code(), said.as_str()), (Some(1), ""));
    assert_eq!(complained.lines().count(), 1, "{complained}");
    assert!(complained.contains("was not made by the demo"), "{complained}");
    assert_eq!(std::fs::read(&theirs).unwrap(), before);
}

/// A demo that serves on, ended with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[actix_web::test]
async fn after_its_report_the_demo_serves_on_and_its_people_log_in() {
    let folder = tempfile::tempdir().unwrap();
    let child = program(folder.path(), &["demo", "--listen=127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut demo = Serving(child);
    let mut lines = BufReader::new(demo.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (mut password, mut officer) = (None, None);
    let health = lines.find(|line| {
        if line.starts_with("aud01.desk") {
            password = line.split_whitespace().nth(1).map(str::to_owned);
        }
        if line.starts_with("fu.guoping") {
            officer = Some(line.clone());
        }
        line.contains("/healthz")
    });
    let url = health.unwrap().split_whitespace().next().unwrap().replace("/healthz", "");
    let http = http();
    assert_eq!(send(http.get(format!("{url}/healthz"))).await.status, 200);
    let body = json!({"username": "aud01.desk", "password": password.unwrap()});
    let session = send(http.post(format!("{url}/api/v1/sessions")).json(&body)).await.created();
    let token = session["access_token"].as_str().unwrap();
    let trades = send(http.get(format!("{url}/api/v1/trades")).bearer_auth(token)).await.ok();
    assert_eq!(trades["items"].as_array().unwrap().len(), 3);

    // Who moves value logs in with the code of the secret that was printed.
    let officer = officer.unwrap();
    let words: Vec<&str> = officer.split_whitespace().collect();
    let code = run(folder.path(), &["code", words[2]]).1;
    let body = json!({"username": words[0], "password": words[1]});
    let sessions = format!("{url}/api/v1/sessions");
    let without = send(http.post(&sessions).json(&body)).await;
    without.refused(401, "wrong-credentials");
    let body = json!({"username": words[0], "password": words[1], "code": code.trim()});
    send(http.post(&sessions).json(&body)).await.created();

    let second = run(folder.path(), &["demo", "--exit"]);
    assert_eq!(second.0.status.code(), Some(1));
    assert!(second.2.contains("is in use"), "{}", second.2);
}
