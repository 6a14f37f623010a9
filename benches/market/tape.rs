//! What everybody may read (listings, the tape, the index) with ten thousand and with a million
//! trades stored.

use std::path::Path;
use std::time::Instant;

use diesel::connection::SimpleConnection;
use wetland_exchange::kernel::db::Conn;

use crate::figures::{Targets, median, say};
use crate::server::Served;
use crate::world::World;

const FEW: u64 = 10_000;
const MANY: u64 = 1_000_000;
const REQUESTS: usize = 200;

/// Of the million trades some are recent and some long ago.
const QUERIES: [(&str, &str); 8] = [
    ("listings", "/api/v1/listings?limit=50"),
    ("open listings of a county", "/api/v1/listings?state=open&county=360124&limit=50"),
    ("tape", "/api/v1/public/trades?limit=50"),
    ("tape of a county", "/api/v1/public/trades?county=360124&limit=50"),
    ("tape of a kind", "/api/v1/public/trades?wetland_type=marsh&grade=2&limit=50"),
    ("tape of a kind that is not", "/api/v1/public/trades?wetland_type=lake&limit=50"),
    ("tape of some days", "/api/v1/public/trades?from=2024-02-01&to=2024-02-03&limit=50"),
    ("index of a year", "/api/v1/public/price-index?region=360124&from=2024-01-01&to=2024-12-31"),
];

pub(crate) async fn measure(
    name: &str,
    empty: &impl Fn(&str) -> anyhow::Result<String>,
    keys: &Path,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    let small = World::found(&empty("small")?, &keys.with_extension("small")).await?;
    let large = World::found(&empty("large")?, &keys.with_extension("large")).await?;
    store(&small, FEW)?;
    store(&large, MANY)?;
    let of_small = Served::exchange(&small.url, &small.folder)?;
    let of_large = Served::exchange(&large.url, &large.folder)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    for (what, path) in QUERIES {
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..REQUESTS {
            for (served, took) in [&of_small, &of_large].into_iter().zip(&mut took) {
                let began = Instant::now();
                let answer = http.get(format!("http://{}{path}", served.address)).send().await?;
                anyhow::ensure!(answer.status() == 200, "{path}: {}", answer.status());
                answer.bytes().await?;
                took.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
        }
        let [few, many] = took.map(median);
        say(&format!(
            "{name}: {what:<28} {few:>7.2} ms with {FEW} trades, {many:>7.2} ms with {MANY}"
        ));
        targets.at_most(&format!("{name}: {what}, many / few"), many / few, 3.0);
    }
    of_small.stop()?;
    of_large.stop()?;
    Ok(())
}

/// Writes that many trades of the listing over a thousand days, and what follows from them, as rows:
/// reading asks for no more.
fn store(world: &World, trades: u64) -> anyhow::Result<()> {
    let mut conn = writing(world)?;
    let (id, day) = match &conn {
        Conn::Pg(_) => (
            "CAST('0191e4c8-7b1a-7000-8000-' || LPAD(TO_HEX(n), 12, '0') AS UUID)",
            "DATE '2022-01-01' + CAST(n * 1000 / total AS INTEGER)",
        ),
        Conn::Sqlite(_) => (
            "printf('0191e4c8-7b1a-7000-8000-%012x', n)",
            "DATE('2022-01-01', '+' || (n * 1000 / total) || ' days')",
        ),
    };
    let moment = match &conn {
        Conn::Pg(_) => format!("CAST({day} AS TIMESTAMP)"),
        Conn::Sqlite(_) => format!("{day} || ' 00:00:00.000000'"),
    };
    let buyer = world.buyers.first().map(|buyer| buyer.actor.organisation_id);
    let buyer = buyer.ok_or_else(|| anyhow::anyhow!("a buyer"))?;
    conn.batch_execute(&format!(
        "WITH RECURSIVE numbers (n, total) AS (\
             SELECT CAST(1 AS BIGINT), CAST({trades} AS BIGINT) \
             UNION ALL SELECT n + 1, total FROM numbers WHERE n < {trades}) \
         INSERT INTO trades \
         SELECT {id}, 'BENCH-' || CAST(n AS TEXT), {id}, 'listing', l.id, l.county, f.id, s.id, \
             l.batch_id, l.seller_id, CAST('{buyer}' AS {uuid}), {no}, 1, 9420000, 14130, 2826, 1413, \
             9891, {day}, {moment} \
         FROM numbers CROSS JOIN listings l CROSS JOIN fee_accounts f CROSS JOIN fee_schedules s; \
         INSERT INTO price_days (region, wetland_type, grade, day, trades, m2, turnover) \
         SELECT SUBSTR(county, 1, r.digits), 'marsh', 2, traded_on, COUNT(*), COUNT(*), \
             COUNT(*) * 9420000 FROM trades \
         CROSS JOIN (SELECT 2 AS digits UNION ALL SELECT 4 UNION ALL SELECT 6) r \
         GROUP BY SUBSTR(county, 1, r.digits), traded_on",
        uuid = if matches!(conn, Conn::Pg(_)) { "UUID" } else { "TEXT" },
        no = if matches!(conn, Conn::Pg(_)) { "FALSE" } else { "0" },
    ))?;
    conn.batch_execute("ANALYZE")?;
    Ok(())
}

/// A connection that writes rows as they stand.
fn writing(world: &World) -> anyhow::Result<Conn> {
    Ok(match world.url.strip_prefix("sqlite://") {
        Some(path) => Conn::Sqlite(diesel::Connection::establish(path)?),
        None => Conn::Pg(diesel::Connection::establish(&world.url)?),
    })
}
