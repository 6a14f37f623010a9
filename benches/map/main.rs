//! How the map of a county grows: with 100,000 parcels it may take ten times as long as with 1,000,
//! not a hundred times. The real server draws both from one database and is asked over HTTP in turn;
//! the median of each counts. Ends with status 1 when the ratio is missed.
//!
//! `cargo bench --bench map`; `MAP_PARCELS=10000` for a shorter run.
#![expect(clippy::print_stdout, reason = "the report of a bench is what it prints")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

const RATIO_MAX: f64 = 10.0;
const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
const ROUNDS: usize = 15;
/// Two counties side by side.
const COUNTIES: [(&str, f64); 2] = [("360124", 116.0), ("360121", 117.0)];

fn main() -> anyhow::Result<()> {
    let many = std::env::var("MAP_PARCELS").ok().map(|n| n.parse()).transpose()?.unwrap_or(MANY);
    let folder = std::env::temp_dir().join(format!("map-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&folder, many);
    std::fs::remove_dir_all(&folder)?;
    let [few, many_took] = measured?;
    let ratio = many_took.as_secs_f64() / few.as_secs_f64();
    println!("map of {FEW} parcels: {few:?}; of {many}: {many_took:?}; ratio {ratio:.2}");
    ensure!(ratio <= RATIO_MAX, "a ratio of at most {RATIO_MAX} is wanted");
    Ok(())
}

fn measure(folder: &Path, many: u32) -> anyhow::Result<[Duration; 2]> {
    let database = folder.join("exchange.db");
    let url = format!("sqlite://{}", database.display());
    let program = env!("CARGO_BIN_EXE_wetland-exchange");
    let made = Command::new(program)
        .args(["migrate", &format!("--database-url={url}")])
        .arg(format!("--data-dir={}", folder.display()))
        .status()?;
    ensure!(made.success(), "the tables were not made");
    fill(&database, many)?;
    let server = Served::start(program, &url, folder)?;
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut took: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
        for round in 0..=ROUNDS {
            for ((county, _), took) in COUNTIES.iter().zip(&mut took) {
                let address = format!("{}/api/v1/public/maps/{county}.svg", server.url);
                let began = Instant::now();
                let map = http.get(&address).send().await?.error_for_status()?.text().await?;
                ensure!(map.ends_with("</svg>"), "no map came");
                // The first round warms up.
                if round > 0 {
                    took.push(began.elapsed());
                }
            }
        }
        let [few, many] = took.map(median);
        Ok([few.context("no round")?, many.context("no round")?])
    })
}

fn median(mut all: Vec<Duration>) -> Option<Duration> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

/// Saves two counties full of wetlands, without an audit log: nothing here is proved.
fn fill(database: &Path, many: u32) -> anyhow::Result<()> {
    let path = database.to_str().context("a path in UTF-8")?;
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(
        "INSERT INTO regions VALUES
             ('00000000-0000-7000-8000-000000000036', '36', '江西省', NULL),
             ('00000000-0000-7000-8000-000000003601', '3601', '南昌市', '36');
         INSERT INTO parcel_imports VALUES ('00000000-0000-7000-8000-000000000001', 1, 'wetland',
             'reject', printf('%064d', 1), 1, 0, 100, '{}', '36',
             '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000003',
             '2026-01-01 00:00:00.000000');",
    )?;
    for ((county, west), parcels) in COUNTIES.into_iter().zip([FEW, many]) {
        let side = f64::from(parcels).sqrt().ceil();
        let (step, east) = (0.5 / side, west + 0.5);
        conn.batch_execute(&format!(
            "INSERT INTO regions VALUES
                 ('00000000-0000-7000-8000-000000{county}', '{county}', '示例县{county}', '3601'),
                 ('00000000-0000-7000-8000-00100{county}1', '{county}100', '示例镇', '{county}');
             INSERT INTO county_boundaries VALUES ('00000000-0000-7000-8000-00200{county}1', '{county}',
                 '{{\"type\":\"Polygon\",\"coordinates\":[[[{west},28],[{east},28],[{east},28.5],
                 [{west},28.5],[{west},28]]]}}', printf('%064d', 1), '2026-01-01 00:00:00.000000');
             CREATE TEMP TABLE plots AS
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {parcels})
             SELECT i, printf('{county}00-0000-7000-8000-%012d', i) AS id,
                 {west} + (i % {side}) * {step} AS x, 28.0 + (i / {side}) * {step} AS y FROM n;
             INSERT INTO parcels SELECT id, 'W{county}-' || i, 'wetland', '示例湿地', '{county}100',
                 '{county}', '示例调查', 2025, '1106', 10000, NULL, '1106', '示例监测', 2025,
                 'general', 'river', NULL, i % 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 10000,
                 '00000000-0000-7000-8000-000000000001', '2026-01-01 00:00:00.000000' FROM plots;
             INSERT INTO parcel_polygons SELECT id, 'wetland', CAST(x * 1e7 AS INTEGER),
                 CAST(y * 1e7 AS INTEGER), CAST((x + {step} * 0.8) * 1e7 AS INTEGER),
                 CAST((y + {step} * 0.8) * 1e7 AS INTEGER), printf('{{\"type\":\"Polygon\",\"coordinates\":[[[%.7f,%.7f],
                 [%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]}}', x, y, x + {step} * 0.8, y,
                 x + {step} * 0.8, y + {step} * 0.8, x, y + {step} * 0.8, x, y) FROM plots;
             INSERT INTO parcel_places SELECT id, kind, 1, south / 131072, west, south, east, north,
                 NULL FROM parcel_polygons WHERE id LIKE '{county}%';
             DROP TABLE plots;"
        ))?;
    }
    Ok(())
}

/// A server that is killed when dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(program: &str, database_url: &str, folder: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--listen=127.0.0.1:0", "--account-rate=0", "--address-rate=0"])
            .arg(format!("--database-url={database_url}"))
            .arg(format!("--data-dir={}", folder.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("a pipe")?).read_line(&mut line)?;
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.ok_or_else(|| anyhow!("the server did not start: {line}"))?.to_owned();
        Ok(Self { child, url })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
