//! `cargo bench --bench land`: a file of plots taken in, beside the time of only parsing and storing
//! it; the check of one plot against a hundred times as many; the features that touch a box beside
//! as many by key, through the real server on loopback. Ratios are of one run; the exit status is 1
//! when one of them misses its target.
//!
//! `--few=N` and `--many=N` measure other sizes than 10,000 and 1,000,000, `--file=N` another file
//! than one of 100,000 plots; `sqlite` or `postgres` measures only that engine.

#[path = "../settlement/cluster.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which drops databases")]
mod cluster;
mod county;
#[path = "../settlement/figures.rs"]
#[expect(dead_code, reason = "shared with the bench of settlement, which takes samples")]
mod figures;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use cluster::Cluster;
use county::County;
use figures::{Targets, load_average, median, say};

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

/// How many plots.
#[derive(Clone, Copy)]
struct Sizes {
    few: usize,
    many: usize,
    file: usize,
}

async fn measure(args: &[String]) -> anyhow::Result<bool> {
    let asked = |word: &str| args.iter().any(|arg| arg == word);
    let number = |name: &str, otherwise: usize| {
        let given = args.iter().find_map(|arg| arg.strip_prefix(name)?.parse().ok());
        given.unwrap_or(otherwise)
    };
    let sizes = Sizes {
        few: number("--few=", 10_000),
        many: number("--many=", 1_000_000),
        file: number("--file=", 100_000),
    };
    let (sqlite, postgres) = (asked("sqlite"), asked("postgres"));
    let mut targets = Targets::default();
    if sqlite || !postgres {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("land.db").display());
        engine("sqlite", &url, folder.path(), sizes, &mut targets).await?;
    }
    if postgres || !sqlite {
        let folder = tempfile::tempdir()?;
        match Cluster::start()? {
            Some(cluster) => {
                let url = cluster.create_database("land", "template0")?;
                engine("postgres", &url, folder.path(), sizes, &mut targets).await?;
            }
            None => say("not run: postgres"),
        }
    }
    Ok(targets.report())
}

/// What one file took.
#[derive(Debug, Clone, Copy, Default)]
struct Took {
    parsed: Duration,
    checked: Duration,
    stored: Duration,
}

impl Took {
    fn all(self) -> f64 {
        (self.parsed + self.checked + self.stored).as_secs_f64()
    }
}

async fn engine(
    name: &str,
    url: &str,
    folder: &std::path::Path,
    sizes: Sizes,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    say(&format!("\n== {name}: load average {}", load_average()));
    let mut county = County::found(url, folder).await?;
    let small = county.take_in(sizes.few).await?;
    let few = checks(&county).await?;
    let large = county.take_in(sizes.file).await?;
    say(&format!("{} plots: {small:?}\n{} plots: {large:?}", sizes.few, sizes.file));
    let alone = (large.parsed + large.stored).as_secs_f64();
    targets.at_most(&format!("{name}: import / parsing and storing"), large.all() / alone, 4.0);
    let n_log_n = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX)).ln();
    let times = f64::from(u32::try_from(sizes.file / sizes.few.max(1)).unwrap_or(u32::MAX));
    let allowed = times * n_log_n(sizes.file) / n_log_n(sizes.few);
    targets.at_most(&format!("{name}: larger file / smaller"), large.all() / small.all(), allowed);
    targets.at_most(&format!("{name}: memory in MB"), memory_mb()?, 500.0);
    while county.plots < sizes.many {
        county.take_in((sizes.many - county.plots).min(sizes.file)).await?;
    }
    let many = checks(&county).await?;
    say(&format!("one plot checked: {:.2} ms, {:.2} ms", few * 1e3, many * 1e3));
    targets.at_most(&format!("{name}: overlap of many / few"), many / few, 3.0);
    let (by_box, by_key) = county.pages().await?;
    say(&format!("a page by box {:.2} ms, by key {:.2} ms", by_box * 1e3, by_key * 1e3));
    targets.at_most(&format!("{name}: items by box / by key"), by_box / by_key, 2.0);
    county.close().await;
    Ok(())
}

/// The middle time of checking one plot against all that are there.
async fn checks(county: &County) -> anyhow::Result<f64> {
    let mut took = Vec::new();
    for n in 0..200 {
        let began = Instant::now();
        county.check_one(n).await?;
        took.push(began.elapsed().as_secs_f64());
    }
    Ok(median(took))
}

/// The most memory that this process ever held, in MB.
fn memory_mb() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line.unwrap_or("0 kB").trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib / 1_024.0)
}
