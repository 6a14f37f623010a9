//! Nothing is answered before it is on the disk: read from a trace of what the process really asked
//! the system for.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::support::{ADMINISTRATOR, Engine, Served, TRACED, Town, send, text, tool};

/// The answers of all clients together.
const ANSWERS: usize = 1_000;
const CLIENTS: usize = 8;

/// What each request writes into its row and reads in its answer: this and four figures, so that
/// the trace tells whose row is written and whose answer leaves, whatever else goes on.
const MARK: &str = "mark-";

/// Commits two hundred rows and answers after each, with SQLite's promise as it is told.
const SMALL_PROGRAM: &str = "
import os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute('PRAGMA journal_mode = WAL')
conn.execute('PRAGMA synchronous = ' + sys.argv[2])
conn.execute('CREATE TABLE t (mark TEXT)')
for n in range(200):
    mark = f'mark-{n:04}'
    conn.execute('INSERT INTO t VALUES (?)', (mark,))
    os.write(1, f'HTTP/1.1 201 Created {mark}'.encode())
";

/// The marks that a line of the trace shows.
fn marks(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(MARK).map(|(at, _)| &line[at..at + MARK.len() + 4])
}

/// What a trace says: how many answers went out, and how many of them before the thread that had
/// written their row to the log of the database had synced it.
fn read(trace: &Path) -> (usize, usize) {
    let lines = std::fs::read_to_string(trace).unwrap();
    let mut written = HashSet::new();
    let mut unsynced: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut syncing = HashSet::new();
    let mut synced = HashSet::new();
    let (mut answers, mut early) = (0, 0);
    for line in lines.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let of_log = call.contains("-wal>");
        let sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if call.starts_with("pwrite64(") && of_log {
            // A page is written again with what stood in it before.
            let new = marks(call).filter(|mark| written.insert(*mark));
            unsynced.entry(thread).or_default().extend(new);
        } else if sync && of_log && call.contains("<unfinished") {
            syncing.insert(thread);
        } else if (sync && of_log) || (call.contains("sync resumed>") && syncing.remove(thread)) {
            if call.ends_with("= 0") {
                synced.extend(unsynced.remove(thread).unwrap_or_default());
            }
        } else if call.contains("\"HTTP/1.1 201") && !call.contains("resumed>") {
            let mark = marks(call).next().unwrap();
            answers += 1;
            early += usize::from(!synced.contains(mark));
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
    let days: Vec<_> = first.iter_days().zip(0..ANSWERS).collect();
    let clients: Vec<_> = days
        .chunks(ANSWERS / CLIENTS)
        .map(|days| {
            let (http, token, days) = (town.http.clone(), token.clone(), days.to_vec());
            let url = format!("{}/api/v1/calendar-days", served.url);
            actix_web::rt::spawn(async move {
                for (day, n) in days {
                    let name = format!("{MARK}{n:04}");
                    let body = json!({ "days": [{ "day": day, "kind": "holiday", "name": name }] });
                    send(http.post(&url).bearer_auth(&token).json(&body)).await.created();
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
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
