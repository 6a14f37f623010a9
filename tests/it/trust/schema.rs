//! What schemathesis makes of the API's own description and sends: no answer of 500, no status and
//! no body that the description does not know.

use std::process::Command;

use crate::support::{Town, tool};

/// One of each kind that may do much, a stranger's view being in each of them.
const PEOPLE: [&str; 3] = ["fu.guoping", "dev01.trader", "peng.haoran"];

const CHECKS: &str = "--checks=not_a_server_error,status_code_conformance,\
                      content_type_conformance,response_schema_conformance";

/// A stream has no end, and a new password ends the session with which all others are asked.
const LEFT_OUT: [&str; 2] = ["list_events", "create_own_password"];

/// Sends what is made up in these phases as each person, and returns how many cases it was.
async fn send_all(town: &Town, phases: &str, examples: usize) -> Option<usize> {
    tool("schemathesis", &["--version"], &[]).await?;
    let mut cases = 0;
    for person in PEOPLE {
        let token = town.log_in(person).await;
        let mut schemathesis = Command::new("schemathesis");
        schemathesis
            .arg("run")
            .arg(format!("{}/openapi.json", town.url))
            .arg(format!("--header=Authorization: Bearer {token}"))
            .arg(format!("--phases={phases}"))
            .arg(format!("--max-examples={examples}"))
            .args([CHECKS, "--continue-on-failure", "--generation-database=none"])
            .args(["--seed=1", "--suppress-health-check=all", "--no-color"])
            .args(LEFT_OUT.map(|id| format!("--exclude-operation-id={id}")))
            .current_dir(town.data_dir())
            .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
            .env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"))
            .env("no_proxy", "*");
        let output = actix_web::rt::task::spawn_blocking(move || schemathesis.output());
        let output = output.await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let end: Vec<&str> = said.lines().rev().take(60).collect();
        let end: String = end.into_iter().rev().map(|line| format!("{line}\n")).collect();
        let count = said.lines().find_map(|line| line.trim().split_once(" generated,"));
        let count: usize = count.unwrap_or_else(|| panic!("{person}: {said}")).0.parse().unwrap();
        assert!(output.status.success(), "{person}: {end}");
        cases += count;
    }
    Some(cases)
}

on_both_engines! {
    async fn what_the_description_allows_and_forbids_is_answered_as_it_says(town: Town) {
        let Some(cases) = send_all(&town, "fuzzing", 2).await else { return };
        assert!(cases >= 1_500, "{cases} cases");
        town.verify().await;
    }

    #[ignore = "takes minutes; the sample of it runs always"]
    async fn thirty_thousand_requests_of_the_description_are_answered_as_it_says(town: Town) {
        let phases = "examples,coverage,fuzzing";
        let Some(cases) = send_all(&town, phases, 10).await else { return };
        assert!(cases >= 30_000, "{cases} cases");
        eprintln!("{cases} cases");
        town.verify().await;
    }
}
