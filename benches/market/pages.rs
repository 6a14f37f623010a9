//! The public pages of the demo beside static files of the same server, and with a hundred thousand
//! listings and a million trades stored.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::figures::{Sample, Targets, median, say};
use crate::load;
use crate::server::Served;

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 5;
const LISTINGS: u64 = 100_000;
const TRADES: u64 = 1_000_000;
/// A page asked for as nobody asked before is written anew.
const FRESH: usize = 20_000;

pub(crate) async fn measure(
    folder: &Path,
    window: Duration,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    let grown = folder.with_extension("grown");
    std::fs::create_dir_all(folder)?;
    std::fs::create_dir_all(&grown)?;
    let (url, keys) = Served::demo(folder)?;
    let (grown_url, grown_keys) = Served::demo(&grown)?;
    grow(&grown.join("demo.db"))?;
    let served = Served::exchange(&url, &keys)?;
    let served_grown = Served::exchange(&grown_url, &grown_keys)?;
    beside_files(&served, window, targets).await?;
    for (what, path) in [("home", "/"), ("listings", "/listings")] {
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            for (served, rates) in [(&served, &mut few), (&served_grown, &mut many)] {
                let paths: Vec<_> =
                    (0..FRESH).map(|n| format!("{path}?fresh={round}-{n}")).collect();
                let sample = load::read(served.address, &paths, 1, window).await?;
                // The first load warms up both.
                if round > 0 {
                    rates.push(sample);
                }
            }
        }
        let cost = median(few.iter().zip(&many).map(|(few, many)| few.rate / many.rate).collect());
        tell(&format!("{what}, written anew, demo"), few);
        tell(&format!("{what}, written anew, {LISTINGS} listings, {TRADES} trades"), many);
        targets.at_most(&format!("pages: {what}, many / demo"), cost, 3.0);
    }
    served.stop()?;
    served_grown.stop()
}

/// The rate of the home page beside that of a static file as large, which lies between those of a
/// smaller and a larger one.
async fn beside_files(
    served: &Served,
    window: Duration,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    let base = format!("http://{}", served.address);
    let http = reqwest::Client::builder().no_proxy().build()?;
    let home = http.get(format!("{base}/")).send().await?.error_for_status()?.text().await?;
    let style = home.split('"').find(|part| part.ends_with(".css")).context("a style")?;
    let files = [style, "/docs/swagger-ui.css"];
    let mut sizes = Vec::new();
    for file in files {
        let answer = http.get(format!("{base}{file}")).send().await?.error_for_status()?;
        sizes.push(answer.bytes().await?.len());
    }
    let (mut ratios, mut homes) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let mut rates = Vec::new();
        for path in ["/", files[0], files[1]] {
            rates.push(load::read(served.address, &[path.to_owned()], CONNECTIONS, window).await?);
        }
        if let ([page, small, large], [less, more], true) =
            (rates.as_slice(), sizes.as_slice(), round > 0)
        {
            let share = size(home.len().saturating_sub(*less)) / size(more.saturating_sub(*less));
            let seconds = (1.0 - share) / small.rate + share / large.rate;
            ratios.push(page.rate * seconds);
            homes.push(*page);
        }
    }
    say(&format!("pages: home {} bytes, between files of {sizes:?} bytes", home.len()));
    tell("home", homes);
    targets.at_least("pages: home / static file of its size", median(ratios), 0.25);
    Ok(())
}

fn size(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX))
}

fn tell(what: &str, samples: Vec<Sample>) {
    let Sample { rate, p50_ms, p99_ms } = Sample::median(samples);
    say(&format!("pages: {what:<60} {rate:>8.0}/s  p50 {p50_ms:>8.2} ms  p99 {p99_ms:>8.2} ms"));
}

/// Stores copies of the demo's listings and trades, and what follows from them, as rows: reading asks
/// for no more.
fn grow(database: &Path) -> anyhow::Result<()> {
    let mut conn = SqliteConnection::establish(database.to_str().context("a path in UTF-8")?)?;
    conn.batch_execute(&format!(
        "CREATE TEMP TABLE numbers AS WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {TRADES}) SELECT n FROM numbers; \
         CREATE TEMP TABLE days AS SELECT n, DATE('2022-01-01', '+' || (n * 1000 / {TRADES}) || ' days') \
             AS day, printf('0191e4c8-7b1a-7000-8000-%012x', n) AS id FROM numbers; \
         INSERT INTO listings \
         SELECT id, 'GROWN-' || n, batch_id, batch_number, county, seller_id, seller_name, \
             wetland_type, grade, m2, price_fen_per_mu + n % 1000, listed_by, \
             day || ' 00:00:00.000000', NULL \
         FROM days CROSS JOIN (SELECT * FROM listings LIMIT 1) l \
             WHERE n <= {LISTINGS}; \
         INSERT INTO listing_remainders \
         SELECT id, m2, 'open', NULL, county, wetland_type, grade, price_fen_per_mu, listed_at \
         FROM listings WHERE number LIKE 'GROWN-%'; \
         INSERT INTO trades \
         SELECT days.id, 'GROWN-' || n, days.id, source, source_id, county, fee_account_id, \
             schedule_id, batch_id, seller_id, buyer_id, related, 1, 9420000, 14130, 2826, 1413, \
             9891, day, day || ' 00:00:00.000000' \
         FROM days CROSS JOIN (SELECT * FROM trades LIMIT 1) t; \
         INSERT INTO price_days (region, wetland_type, grade, day, trades, m2, turnover) \
         SELECT SUBSTR(county, 1, r.digits), 'marsh', 2, traded_on, COUNT(*), COUNT(*), \
             COUNT(*) * 9420000 FROM trades \
         CROSS JOIN (SELECT 2 AS digits UNION ALL SELECT 4 UNION ALL SELECT 6) r \
         WHERE number LIKE 'GROWN-%' GROUP BY SUBSTR(county, 1, r.digits), traded_on; \
         ANALYZE"
    ))?;
    Ok(())
}
