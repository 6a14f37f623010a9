//! Orders over HTTP that are filled and settled at once, beside purchases of the same square metre,
//! with few and with many other orders that wait.

use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;
use wetland_exchange::inventory::WetlandType;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::{Db, Limits};
use wetland_exchange::market::{self, Execution, OrderId, PlaceOrder, Wanted};

use crate::figures::{Sample, Targets, median, say};
use crate::load::{self, Request};
use crate::server::Served;
use crate::world::{World, cause};

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;
const FEW: usize = 100;
const MANY: usize = 100_000;

pub(crate) async fn measure(
    name: &str,
    empty: &impl Fn(&str) -> anyhow::Result<String>,
    keys: &Path,
    window: Duration,
    targets: &mut Targets,
) -> anyhow::Result<()> {
    let few = World::found(&empty("few")?, keys).await?;
    wait(&few, FEW).await?;
    let many = World::found(&empty("many")?, &keys.with_extension("many")).await?;
    let began = std::time::Instant::now();
    wait(&many, MANY).await?;
    say(&format!("{name}: {MANY} orders placed in {:.1} s", began.elapsed().as_secs_f64()));
    let (of_few, of_many) =
        (Served::exchange(&few.url, &few.folder)?, Served::exchange(&many.url, &many.folder)?);
    let order =
        "{\"m2\":1,\"price_per_mu\":\"94200.00\",\"wetland_type\":\"marsh\",\"grade_max\":5}";
    let (mut bought, mut ordered, mut ordered_many) = (Vec::new(), Vec::new(), Vec::new());
    // The first load warms up both.
    for n in 0..=ROUNDS {
        let buys = requests(&few, &few.path(), "{\"m2\":1}")?;
        let purchases = load::run(of_few.address, &buys, CONNECTIONS, window).await?;
        let orders = requests(&few, "/api/v1/orders", order)?;
        let with_few = load::run(of_few.address, &orders, CONNECTIONS, window).await?;
        let orders = requests(&many, "/api/v1/orders", order)?;
        let with_many = load::run(of_many.address, &orders, CONNECTIONS, window).await?;
        if n > 0 {
            bought.push(purchases);
            ordered.push(with_few);
            ordered_many.push(with_many);
        }
    }
    of_few.stop()?;
    of_many.stop()?;
    let ratio = |one: &[Sample], other: &[Sample]| {
        median(one.iter().zip(other).map(|(one, other)| one.rate / other.rate).collect())
    };
    let (to_purchases, to_few) = (ratio(&ordered, &bought), ratio(&ordered_many, &ordered));
    for (what, samples) in [
        ("purchases".to_owned(), bought),
        (format!("orders, {FEW} wait"), ordered),
        (format!("orders, {MANY} wait"), ordered_many),
    ] {
        let Sample { rate, p50_ms, p99_ms } = Sample::median(samples);
        say(&format!(
            "{name}: {what:<24} {rate:>8.0}/s  p50 {p50_ms:>8.2} ms  p99 {p99_ms:>8.2} ms"
        ));
    }
    targets.at_least(&format!("{name}: orders / purchases"), to_purchases, 0.8);
    // Two loads of the same kind differ by a few percent.
    targets.at_least(&format!("{name}: orders, many waiting / few"), to_few, 0.95);
    Ok(())
}

fn requests(world: &World, path: &str, body: &str) -> anyhow::Result<Vec<Request>> {
    let request = |buyer: &crate::world::Person| {
        Ok(Request {
            path: path.to_owned(),
            token: world.token(buyer)?,
            kind: "application/json",
            body: body.as_bytes().to_vec(),
        })
    };
    world.buyers.iter().map(request).collect()
}

/// Lets that many orders wait, all below what is asked.
async fn wait(world: &World, orders: usize) -> anyhow::Result<()> {
    const AT_ONCE: usize = 1_000;
    let limits = Limits { batch_max: AT_ONCE, ..Limits::default() };
    let db = Db::open(&world.address()?, Clock::Machine, limits)?;
    for first in (0..orders).step_by(AT_ONCE) {
        let mut lanes = Vec::with_capacity(AT_ONCE);
        for n in first..orders.min(first + AT_ONCE) {
            let limit = format!("{}.{:02}", 100 + n % 900, n % 100);
            let wanted = Wanted {
                area: 1_i64.try_into().map_err(|_| anyhow!("one square metre"))?,
                limit: limit.parse()?,
                wetland_type: WetlandType::Marsh,
                grade_max: 1 + i64::try_from(n % 5)?,
                trading_area: None,
                counties: Vec::new(),
                occupation: None,
                execution: Execution::GoodTillDate,
                valid_to: None,
            };
            let order = PlaceOrder { order: OrderId::new(), wanted, shows_buyer: false };
            let doing = Doing { once: None, ..world.doing(n) };
            let db = db.clone();
            lanes.push(tokio::spawn(async move {
                db.write_together(doing, order, market::place_orders).await.map(|_| ())
            }));
        }
        for lane in lanes {
            lane.await?.map_err(cause)?;
        }
    }
    db.close().await;
    Ok(())
}
