//! Purchases while a large bank statement is taken in.

use std::time::{Duration, Instant};

use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::money::cny;

use crate::figures::Sample;
use crate::load::{self, Request};
use crate::server::Served;
use crate::world::{ACCOUNT, World};

const CONNECTIONS: usize = 8;
const ROWS: usize = 5_000;

/// Purchases alone, and while statements of thousands of lines come in one after the other.
pub(crate) async fn measure(
    world: &World,
    server: &Served,
    window: Duration,
) -> anyhow::Result<(Sample, Sample)> {
    let buys = crate::requests(world, &world.path())?;
    let alone = load::run(server.address, &buys, CONNECTIONS, window).await?;
    let until = Instant::now() + window;
    let importing = tokio::spawn(import(world.clone(), server.address, until));
    let beside = load::run(server.address, &buys, CONNECTIONS, window).await?;
    let imported = importing.await??;
    anyhow::ensure!(imported > 0, "a statement was taken in");
    Ok((alone, beside))
}

async fn import(
    world: World,
    address: std::net::SocketAddr,
    until: Instant,
) -> anyhow::Result<usize> {
    let mut files = 0;
    while Instant::now() < until {
        let request = Request {
            path: format!("/api/v1/fee-accounts/{}/statements", world.fee_account),
            token: world.token(&world.officer)?,
            kind: "text/csv",
            body: statement(files),
        };
        load::once(address, &request).await?;
        files += 1;
    }
    Ok(files)
}

/// A bank file that continues the one before; nobody knows who paid.
fn statement(file: usize) -> Vec<u8> {
    let day = Clock::Machine.now().date_in_shanghai();
    let lines_before = file * ROWS;
    let fen = |lines: usize| i64::try_from(lines).unwrap_or(0) * 100;
    let mut lines = String::with_capacity(ROWS * 96);
    for n in lines_before + 1..=lines_before + ROWS {
        lines += &format!(
            "{},00:00:01,0.00,1.00,{},甲,1502999909000000101\t,来款,{n:014}\t\r\n",
            day.format("%Y%m%d"),
            cny(fen(n)),
        );
    }
    format!(
        "账户明细\r\n账号：{ACCOUNT}\t,币种：人民币\r\n查询区间：{day}至{day},\
         期初余额：{},期末余额：{}\r\n交易日期,交易时间,借方发生额,贷方发生额,余额,对方户名,\
         对方账号,摘要,流水号\r\n{lines}",
        cny(fen(lines_before)),
        cny(fen(lines_before + ROWS)),
    )
    .into_bytes()
}
