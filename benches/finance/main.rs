//! `cargo bench --bench finance`: a bank statement against as many open references, taken in by the
//! real server on loopback, beside the time of only parsing the same file. Ratios are of one run;
//! the exit status is 1 when one of them misses its target.
//!
//! The statement of a month beside a long history, and a large workbook, are measured too; `--quick`
//! does that with a tenth of the rows.
//!
//! `--lines=N` measures other sizes than 100,000; `sqlite` or `postgres` only that engine.

#[path = "../settlement/cluster.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which drops databases")]
mod cluster;
#[path = "../settlement/figures.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which takes samples")]
mod figures;
#[path = "../settlement/load.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which sends many requests")]
mod load;
mod periods;
#[macro_use]
#[path = "../settlement/rows.rs"]
mod rows;
#[path = "../settlement/server.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which serves an echo")]
mod server;
mod statement;
#[path = "../settlement/world.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which buys")]
mod world;

use std::process::ExitCode;

use cluster::Cluster;
use figures::{Targets, load_average, median, say};
use world::World;

const LINES: usize = 100_000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    match actix_web::rt::System::new().block_on(measure(&args)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(cause) => {
            say(&format!("error: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn measure(args: &[String]) -> anyhow::Result<bool> {
    let asked = |word: &str| args.iter().any(|arg| arg == word);
    let lines = args.iter().find_map(|arg| arg.strip_prefix("--lines=")?.parse().ok());
    let lines: usize = lines.unwrap_or(LINES);
    let (sqlite, postgres) = (asked("sqlite"), asked("postgres"));
    let mut targets = Targets::default();
    let folder = tempfile::tempdir()?;
    if sqlite || !postgres {
        let url = |name: &str| {
            Ok(format!("sqlite://{}", folder.path().join(format!("{name}.db")).display()))
        };
        engine("sqlite", url, folder.path(), lines, &mut targets).await?;
    }
    if postgres || !sqlite {
        match Cluster::start()? {
            Some(cluster) => {
                let url = |name: &str| cluster.create_database(name, "template0");
                engine("postgres", url, folder.path(), lines, &mut targets).await?;
            }
            None => say("not run: postgres"),
        }
    }
    if !sqlite && !postgres {
        periods::measure(asked("--quick"), &mut targets).await?;
    }
    Ok(targets.report())
}

async fn engine(
    name: &str,
    url: impl Fn(&str) -> anyhow::Result<String>,
    folder: &std::path::Path,
    lines: usize,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    say(&format!("\n== {name}: load average {}", load_average()));
    let mut took = Vec::new();
    for lines in [lines / 10, lines] {
        let keys = folder.join(format!("keys-{name}-{lines}"));
        let world = World::found(&url(&format!("lines{lines}"))?, &keys).await?;
        let measured = statement::measure(&world, lines).await?;
        say(&format!(
            "{lines} lines, {lines} open references: parsing {:.3} s, import {:.3} s \
             ({:.0} lines/s), server {:.0} MB at most",
            measured.parse_s,
            measured.import_s,
            measured.lines_per_s(),
            measured.memory_mb
        ));
        took.push(measured);
    }
    if let [small, large] = took.as_slice() {
        let ratio = large.import_s / large.parse_s;
        targets.at_most(&format!("{name}: import / parsing alone"), ratio, 5.0);
        targets.at_most(&format!("{name}: memory in MB"), large.memory_mb, 300.0);
        let grown = large.import_s / small.import_s;
        let by_n_log_n = large.n_log_n() / small.n_log_n();
        // A fifth is left to the noise of the machine.
        targets.at_most(&format!("{name}: growth / n log n"), grown / by_n_log_n, 1.2);
    }
    Ok(())
}
