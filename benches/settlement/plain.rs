//! The baseline: the same purchases, each as one plain transaction on a connection of its own, in
//! threads of this process. It pays for no HTTP, no token and no other process, which is in its
//! favour.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::Plain;
use wetland_exchange::market;

use crate::figures::Sample;
use crate::world::{World, cause};

pub(crate) fn run(world: &World, connections: usize, time: Duration) -> anyhow::Result<Sample> {
    let address = world.address()?;
    let mut conns = Vec::with_capacity(connections);
    for _ in 0..connections {
        conns.push(Plain::open(&address)?);
    }
    let began = Instant::now();
    let until = began + time;
    let micros = std::thread::scope(|scope| {
        let threads: Vec<_> = conns
            .into_iter()
            .enumerate()
            .map(|(buyer, conn)| scope.spawn(move || drive(world, buyer, conn, until)))
            .collect();
        let mut micros = Vec::new();
        for thread in threads {
            micros.extend(thread.join().map_err(|_| anyhow!("a buyer panicked"))??);
        }
        anyhow::Ok(micros)
    })?;
    Ok(Sample::of(micros, began.elapsed()))
}

fn drive(world: &World, buyer: usize, mut conn: Plain, until: Instant) -> anyhow::Result<Vec<u64>> {
    let mut micros = Vec::new();
    while Instant::now() < until {
        let (doing, purchase) = (world.doing(buyer), world.purchase());
        let began = Instant::now();
        conn.write(&Clock::Machine, doing, purchase, market::buy).map_err(cause)?;
        micros.push(u64::try_from(began.elapsed().as_micros())?);
    }
    Ok(micros)
}
