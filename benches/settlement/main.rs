//! `cargo bench --bench settlement`: purchases that settle (credits, three shares of the money, the
//! trade, its audit entry, durable) through the real server on loopback, on SQLite and PostgreSQL,
//! beside the same purchases as one plain transaction each, an echo, an import, a long history and
//! `verify`. Ratios are of one run; the exit status is 1 when one of them misses its target.
//!
//! `--quick` measures for shorter times, `--full` lets a million purchases go before instead of a
//! million entries; `sqlite` or `postgres` measures only that engine.

mod cluster;
mod figures;
mod import;
#[expect(dead_code, reason = "shared with the bench of the market")]
mod load;
mod plain;
mod proving;
mod rows;
#[expect(dead_code, reason = "shared with the bench of the market")]
mod server;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use cluster::Cluster;
use figures::{Sample, Targets, load_average, median, say};
use load::Request;
use server::Served;
use world::{ENTRIES_PER_TRADE, World};

const ROUNDS: usize = 3;
const WARM_UP: usize = 4;
const CONNECTIONS: [usize; 3] = [1, 8, 64];
const MOST: usize = 64;
const FEW_ENTRIES: usize = 10_000;
const MANY_ENTRIES: usize = 1_000_000;

/// How long and how much.
struct Extent {
    window: Duration,
    history_trades: usize,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let echo = args.iter().skip_while(|arg| *arg != server::ECHO).nth(1).map(PathBuf::from);
    if let Some(folder) = echo {
        let served = actix_web::rt::System::new().block_on(server::serve_echo(&folder));
        return served.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
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
    let extent = Extent {
        window: Duration::from_millis(if asked("--quick") { 700 } else { 2_000 }),
        history_trades: match (asked("--full"), asked("--quick")) {
            (true, _) => MANY_ENTRIES,
            (false, true) => MANY_ENTRIES / ENTRIES_PER_TRADE / 8,
            (false, false) => MANY_ENTRIES / ENTRIES_PER_TRADE,
        },
    };
    let (sqlite, postgres) = (asked("sqlite"), asked("postgres"));
    let mut targets = Targets::default();
    if sqlite || !postgres {
        let folder = tempfile::tempdir()?;
        let place = Place::Sqlite(folder.path().to_owned());
        engine(&place, &extent, (2.0, 3.0), &mut targets).await?;
    }
    if postgres || !sqlite {
        let folder = tempfile::tempdir()?;
        match Cluster::start()? {
            Some(cluster) => {
                let place = Place::Postgres(folder.path().to_owned(), cluster);
                engine(&place, &extent, (6.0, 8.0), &mut targets).await?;
            }
            None => say("not run: postgres"),
        }
    }
    Ok(targets.report())
}

/// Where an engine keeps its databases.
enum Place {
    Sqlite(PathBuf),
    Postgres(PathBuf, Cluster),
}

impl Place {
    fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(..) => "postgres",
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) | Self::Postgres(folder, _) => folder,
        }
    }

    fn empty(&self, name: &str) -> anyhow::Result<String> {
        match self {
            Self::Sqlite(folder) => {
                Ok(format!("sqlite://{}", folder.join(format!("{name}.db")).display()))
            }
            Self::Postgres(_, cluster) => cluster.create_database(name, "template0"),
        }
    }

    /// A copy of a world that nobody uses at the moment.
    fn copy(&self, of: &World, from: &str, name: &str) -> anyhow::Result<World> {
        let url = match self {
            Self::Sqlite(folder) => {
                let file = |name: &str| folder.join(format!("{name}.db"));
                std::fs::copy(file(from), file(name))?;
                format!("sqlite://{}", file(name).display())
            }
            Self::Postgres(_, cluster) => cluster.create_database(name, from)?,
        };
        Ok(World { url, ..of.clone() })
    }

    fn discard(&self, name: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(folder) => {
                for file in
                    [format!("{name}.db"), format!("{name}.db-wal"), format!("{name}.db-shm")]
                {
                    // The log is gone after a clean stop.
                    let _ = std::fs::remove_file(folder.join(file));
                }
                Ok(())
            }
            Self::Postgres(_, cluster) => cluster.drop_database(name),
        }
    }
}

fn requests(world: &World, path: &str) -> anyhow::Result<Vec<Request>> {
    let request = |buyer: &world::Person| {
        Ok(Request {
            path: path.to_owned(),
            token: world.token(buyer)?,
            kind: "application/json",
            body: b"{\"m2\":1}".to_vec(),
        })
    };
    world.buyers.iter().map(request).collect()
}

/// What the rounds of one engine gave, by number of connections.
#[derive(Default)]
struct Rounds {
    bought: [Vec<Sample>; 3],
    plain: [Vec<Sample>; 3],
    echo: Vec<Sample>,
    bare: Vec<Sample>,
    with_history: Vec<Sample>,
    history_ratio: Vec<f64>,
    alone: Vec<f64>,
    importing: Vec<f64>,
    memory_mb: Vec<f64>,
}

async fn engine(
    place: &Place,
    extent: &Extent,
    (target, aim): (f64, f64),
    targets: &mut Targets,
) -> anyhow::Result<()> {
    let name = place.engine();
    let folder = place.folder().join("keys");
    say(&format!("\n== {name}: load average {}", load_average()));
    let small = World::found(&place.empty("small")?, &folder).await?;
    small.live_on(FEW_ENTRIES / ENTRIES_PER_TRADE).await?;
    let large = place.copy(&small, "small", "large")?;
    let batched = large.live_on(extent.history_trades).await?;
    say(&format!(
        "history of {} purchases in batches of 1024 without HTTP: {batched:.0}/s",
        extent.history_trades
    ));
    let served = Served::exchange(&large.url, &large.folder)?;
    // The database's cache fills up to its bound; from there on memory stays.
    for _ in 0..WARM_UP {
        load::run(served.address, &requests(&large, &large.path())?, MOST, extent.window).await?;
    }
    let mut rounds = Rounds { memory_mb: vec![served.memory_mb()?], ..Rounds::default() };
    for n in 0..ROUNDS {
        round(place, extent, (&small, &large), (n, &served), &mut rounds).await?;
    }
    report(name, (target, aim), &rounds, targets);
    let memory: Vec<String> = rounds.memory_mb.iter().map(|mb| format!("{mb:.0}")).collect();
    say(&format!("server memory after each load, MB: {}", memory.join(" ")));
    served.stop()?;
    let proved = proving::measure(&large)?;
    say(&format!(
        "verify of {} audit entries, {} rows: {:.2} s, {:.1} µs an entry; reading: {:.2} s",
        proved.entries,
        proved.rows,
        proved.verify_s,
        proved.verify_s * 1e6 / i32::try_from(proved.entries).map_or(1.0, f64::from),
        proved.read_s
    ));
    targets.at_least(&format!("{name}: verify / reading"), proved.read_s / proved.verify_s, 0.25);
    say(&format!("load average {}", load_average()));
    Ok(())
}

/// One round: everything once, so that what disturbs the machine disturbs all of it.
async fn round(
    place: &Place,
    extent: &Extent,
    (small, large): (&World, &World),
    (n, of_large): (usize, &Served),
    rounds: &mut Rounds,
) -> anyhow::Result<()> {
    let name = format!("round{n}");
    let world = place.copy(small, "small", &name)?;
    let server = Served::exchange(&world.url, &world.folder)?;
    let (path, window) = (world.path(), extent.window);
    for (connections, into) in CONNECTIONS.into_iter().zip(&mut rounds.bought) {
        let buys = requests(&world, &path)?;
        into.push(load::run(server.address, &buys, connections, window).await?);
    }
    let with = load::run(of_large.address, &requests(large, &path)?, MOST, window).await?;
    let without = rounds.bought[2].last().copied().unwrap_or_default();
    rounds.history_ratio.push(with.rate / without.rate);
    rounds.with_history.push(with);
    rounds.memory_mb.push(of_large.memory_mb()?);
    for (connections, into) in CONNECTIONS.into_iter().zip(&mut rounds.plain) {
        into.push(plain::run(&world, connections, window)?);
    }
    let echo = Served::echo(&world.folder)?;
    rounds.echo.push(load::run(echo.address, &requests(&world, "/echo")?, MOST, window).await?);
    rounds.bare.push(load::run(echo.address, &requests(&world, "/bare")?, MOST, window).await?);
    drop(echo);
    let (alone, importing) = import::measure(&world, &server, window).await?;
    rounds.alone.push(alone.p99_ms);
    rounds.importing.push(importing.p99_ms);
    server.stop()?;
    place.discard(&name)
}

fn report(name: &str, (target, aim): (f64, f64), rounds: &Rounds, targets: &mut Targets) {
    let show = |what: &str, sample: Sample| {
        let Sample { rate, p50_ms, p99_ms } = sample;
        say(&format!("{what:<34} {rate:>8.0}/s  p50 {p50_ms:>8.2} ms  p99 {p99_ms:>8.2} ms"));
    };
    let (mut best, mut best_plain) = (0.0_f64, 0.0_f64);
    for (n, connections) in CONNECTIONS.into_iter().enumerate() {
        for (what, all, best) in [
            ("purchases", &rounds.bought, &mut best),
            ("one transaction each", &rounds.plain, &mut best_plain),
        ] {
            let sample = Sample::median(all.get(n).cloned().unwrap_or_default());
            show(&format!("{what}, {connections} connections"), sample);
            *best = best.max(sample.rate);
        }
    }
    let echo = Sample::median(rounds.echo.clone());
    let bare = Sample::median(rounds.bare.clone());
    show("echo behind the same door", echo);
    show("actix's bare echo", bare);
    show("purchases, 64, long history", Sample::median(rounds.with_history.clone()));
    let (alone, importing) = (median(rounds.alone.clone()), median(rounds.importing.clone()));
    say(&format!("p99 at 8 connections: {alone:.2} ms, during an import {importing:.2} ms"));
    let most = Sample::median(rounds.bought[2].clone());
    targets.at_least(&format!("{name}: purchases / plain (aim {aim})"), best / best_plain, target);
    targets.at_least(&format!("{name}: purchases / echo"), best / echo.rate, 0.1);
    targets.at_least(&format!("{name}: echo / bare actix"), echo.rate / bare.rate, 0.5);
    let kept = median(rounds.history_ratio.clone());
    targets.at_least(&format!("{name}: rate with long history / short"), kept, 0.8);
    targets.at_most(&format!("{name}: p99 / p50 at 64"), most.p99_ms / most.p50_ms, 10.0);
    targets.at_most(&format!("{name}: p99 during an import / without"), importing / alone, 3.0);
    let (first, last) = (rounds.memory_mb.first(), rounds.memory_mb.last());
    let (first, last) = (first.copied().unwrap_or(1.0), last.copied().unwrap_or(1.0));
    targets.at_most(&format!("{name}: memory in MB"), last, 200.0);
    targets.at_most(&format!("{name}: memory at the end / start"), last / first, 1.25);
}
