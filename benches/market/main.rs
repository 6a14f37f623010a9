//! `cargo bench --bench market`: orders that are filled at once over HTTP beside plain purchases, with
//! few and with 100,000 orders waiting; what everybody may read with ten thousand and with a million
//! trades; and the public pages beside static files, and with a hundred thousand listings. Ratios are of one run; the exit status is 1 when one of them misses its target. The
//! pure book is measured in `benches/book`.
//!
//! `orders`, `tape` and `pages` measure only that part, `sqlite` and `postgres` only that engine; `--quick`
//! measures for shorter times.

#[expect(dead_code, reason = "shared with the bench of settlement, which drops databases")]
#[path = "../settlement/cluster.rs"]
mod cluster;
#[path = "../settlement/figures.rs"]
mod figures;
#[path = "../settlement/load.rs"]
mod load;
mod orders;
mod pages;
#[macro_use]
#[path = "../settlement/rows.rs"]
mod rows;
#[expect(dead_code, reason = "shared with the bench of settlement")]
#[path = "../settlement/server.rs"]
mod server;
mod tape;
#[expect(dead_code, reason = "shared with the bench of settlement")]
#[path = "../settlement/world.rs"]
mod world;

use std::process::ExitCode;
use std::time::Duration;

use cluster::Cluster;
use figures::{Targets, load_average, say};

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
    let part = |word: &str| asked(word) || !["orders", "tape", "pages"].into_iter().any(asked);
    let engine = |word: &str| asked(word) || !["sqlite", "postgres"].into_iter().any(asked);
    let window = Duration::from_millis(if asked("--quick") { 700 } else { 2_000 });
    let mut targets = Targets::default();
    say(&format!("load average {}", load_average()));
    if engine("sqlite") {
        let folder = tempfile::tempdir()?;
        let url = |name: &str| {
            Ok(format!("sqlite://{}", folder.path().join(format!("{name}.db")).display()))
        };
        both("sqlite", &url, folder.path(), (&part, window), &mut targets).await?;
        if part("pages") {
            pages::measure(&folder.path().join("demo"), window, &mut targets).await?;
        }
    }
    if engine("postgres") {
        let folder = tempfile::tempdir()?;
        match Cluster::start()? {
            Some(cluster) => {
                let url = |name: &str| cluster.create_database(name, "template0");
                both("postgres", &url, folder.path(), (&part, window), &mut targets).await?;
            }
            None => say("not run: postgres"),
        }
    }
    say(&format!("load average {}", load_average()));
    Ok(targets.report())
}

/// Measures what needs a database on one engine.
async fn both(
    name: &str,
    empty: &impl Fn(&str) -> anyhow::Result<String>,
    folder: &std::path::Path,
    (part, window): (&impl Fn(&str) -> bool, Duration),
    targets: &mut Targets,
) -> anyhow::Result<()> {
    if part("orders") {
        orders::measure(name, empty, &folder.join("keys"), window, targets).await?;
    }
    if part("tape") {
        tape::measure(name, empty, &folder.join("keys"), targets).await?;
    }
    Ok(())
}
