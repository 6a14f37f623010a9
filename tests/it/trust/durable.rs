//! Nothing is answered before it is on the disk: read from a trace of what the process really asked
//! the system for.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::support::{ADMINISTRATOR, Engine, Served, TRACED, Town, send, text, tool};

const ANSWERS: usize = 1_000;

/// Commits two hundred rows and answers after each, with SQLite's promise as it is told.
const SMALL_PROGRAM: &str = "
import os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute('PRAGMA journal_mode = WAL')
conn.execute('PRAGMA synchronous = ' + sys.argv[2])
conn.execute('CREATE TABLE t (n)')
for n in range(200):
    conn.execute('INSERT INTO t VALUES (?)', (n,))
    os.write(1, b'HTTP/1.1 201 Created')
";

/// What a trace says: how many answers went out, and how many of them while something that was
/// written to the log of the database had not been synced.
fn read(trace: &Path) -> (usize, usize) {
    let lines = std::fs::read_to_string(trace).unwrap();
    let (mut writes, mut synced) = (0_u64, 0_u64);
    let mut syncing: HashMap<&str, u64> = HashMap::new();
    let (mut answers, mut early) = (0, 0);
    for line in lines.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let of_log = call.contains("-wal>");
        let sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if call.starts_with("pwrite64(") && of_log {
            writes += 1;
        } else if sync && of_log && call.ends_with("= 0") {
            synced = writes;
        } else if sync && of_log && call.contains("<unfinished") {
            syncing.insert(process, writes);
        } else if call.contains("sync resumed>") && call.ends_with("= 0") {
            // It is worth what had been written when it began.
            synced = syncing.remove(process).unwrap_or_default().max(synced);
        } else if call.contains("\"HTTP/1.1 201") && !call.contains("resumed>") {
            answers += 1;
            early += usize::from(synced < writes);
        }
    }
    (answers, early)
}

#[actix_web::test]
async fn r93_no_answer_leaves_before_its_commit_is_synced() {
    if tool("strace", &["--version"], &[]).await.is_none() {
        return;
    }
    let town = Town::new(Engine::Sqlite).await;
    town.clock.let_go();
    let token = town.log_in(ADMINISTRATOR).await;
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let served = Served::start_traced(town.database_url(), town.data_dir(), &trace);
    let first = chrono::NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    for day in first.iter_days().take(ANSWERS) {
        let request = town.http.post(format!("{}/api/v1/calendar-days", served.url));
        let request = request.bearer_auth(&token);
        let body = json!({ "days": [{ "day": day, "kind": "holiday", "name": "停电" }] });
        send(request.json(&body)).await.created();
    }
    served.end_traced(&trace);
    assert_eq!(read(&trace), (ANSWERS, 0));
}

#[actix_web::test]
async fn a_trace_tells_a_promise_that_is_kept_from_one_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let trace = |level: &str| {
        let (trace, db) = (folder.path().join(level), folder.path().join(format!("{level}.db")));
        let mut strace = Command::new("strace");
        strace.args(TRACED).arg(&trace).args(["python3", "-c", SMALL_PROGRAM, text(&db), level]);
        assert!(strace.output().unwrap().status.success());
        read(&trace)
    };
    if tool("strace", &["--version"], &[]).await.is_none()
        || tool("python3", &["--version"], &[]).await.is_none()
    {
        return;
    }
    assert_eq!(trace("FULL"), (200, 0));
    let (answers, early) = trace("NORMAL");
    assert!(answers == 200 && early > 150, "{early} of {answers}");
}
