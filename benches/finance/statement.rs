//! A statement of many lines, each of which pays one open reference.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use uuid::Uuid;
use wetland_exchange::finance::statement;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::{Db, Event, Limits};
use wetland_exchange::kernel::money::cny;

use crate::load::{self, Request};
use crate::rows::{Row, Table, Value};
use crate::server::Served;
use crate::world::{ACCOUNT, World, cause};

const AMOUNT_FEN: i64 = 100;
const ROWS_PER_COMMAND: usize = 1_000;
const PARSES: usize = 3;
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
struct Notices;

impl Table for Notices {
    const NAME: &'static str = "payment_notices";
}

/// What one size came to.
pub(crate) struct Measured {
    lines: usize,
    pub(crate) parse_s: f64,
    pub(crate) import_s: f64,
    pub(crate) memory_mb: f64,
}

impl Measured {
    pub(crate) fn lines_per_s(&self) -> f64 {
        self.n() / self.import_s
    }

    pub(crate) fn n_log_n(&self) -> f64 {
        self.n() * self.n().log2()
    }

    fn n(&self) -> f64 {
        f64::from(u32::try_from(self.lines).unwrap_or(u32::MAX))
    }
}

/// Parses the file alone, and then has the server take it in.
pub(crate) async fn measure(world: &World, lines: usize) -> anyhow::Result<Measured> {
    issue(world, lines).await?;
    let file = file(lines);
    let mut parse_s = f64::INFINITY;
    for _ in 0..PARSES {
        let began = Instant::now();
        let read = statement::read(&file).map_err(|cause| anyhow!("{cause}"))?;
        parse_s = parse_s.min(began.elapsed().as_secs_f64());
        ensure!(read.lines.len() == lines, "every line is read");
    }
    let server = Served::exchange(&world.url, &world.folder)?;
    let request = |path: String, body: Vec<u8>| -> anyhow::Result<Request> {
        Ok(Request { path, token: world.token(&world.officer)?, kind: "text/csv", body })
    };
    let path = format!("/api/v1/fee-accounts/{}/statements?background=true", world.fee_account);
    let began = Instant::now();
    let begun = load::once(server.address, &request(path, file)?).await?;
    let begun: serde_json::Value = serde_json::from_slice(&begun)?;
    let id = begun.get("id").and_then(|id| id.as_str()).context("an id")?.to_owned();
    let token = world.token(&world.officer)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut memory_mb = server.memory_mb()?;
    loop {
        let url = format!("http://{}/api/v1/statements/{id}", server.address);
        let answer = client.get(url).bearer_auth(&token).send().await?.text().await?;
        let told: serde_json::Value = serde_json::from_str(&answer)?;
        let state = told.pointer("/progress/state").and_then(|state| state.as_str());
        memory_mb = memory_mb.max(server.memory_mb()?);
        match state {
            Some("running") => tokio::time::sleep(LOOK_EVERY).await,
            Some("done") => break,
            _ => anyhow::bail!("the import ended otherwise: {answer}"),
        }
    }
    let import_s = began.elapsed().as_secs_f64();
    server.stop()?;
    Ok(Measured { lines, parse_s, import_s, memory_mb })
}

fn reference(n: usize) -> String {
    format!("SD360124-{}-{:04}", 1_000 + n / 10_000, n % 10_000)
}

/// Open references, as many as lines, spread over the developers.
async fn issue(world: &World, notices: usize) -> anyhow::Result<()> {
    let db = Db::open(&world.url.parse()?, Clock::Machine, Limits::default())?;
    let developers: Vec<Uuid> =
        world.buyers.iter().map(|buyer| buyer.actor.organisation_id.uuid()).collect();
    let (account, officer) = (world.fee_account.uuid(), world.officer.actor.user_id.uuid());
    for from in (0..notices).step_by(ROWS_PER_COMMAND) {
        let until = (from + ROWS_PER_COMMAND).min(notices);
        let developers = developers.clone();
        let write = db.write(Doing::system("issue_many"), move |tx| {
            let text = |text: &str| Value::Text(text.into());
            let now = tx.now();
            let row = |n: usize| {
                let developer = developers.get(n % developers.len()).copied().unwrap_or_default();
                let rest = vec![
                    Value::Id(account),
                    text("360124"),
                    Value::Text(reference(n)),
                    Value::Id(developer),
                    Value::Whole(AMOUNT_FEN),
                    Value::Whole(0),
                    text("bench"),
                    text("open"),
                    Value::Id(officer),
                    Value::Time(now),
                    Value::Null,
                ];
                Row::<Notices>::new(Uuid::now_v7(), rest)
            };
            let rows: Vec<Row<Notices>> = (from..until).map(row).collect();
            tx.insert_all(&rows)?;
            tx.record(Event { subject: "bench:notices".into(), ..Event::default() });
            Ok(())
        });
        write.await.map_err(cause)?;
    }
    db.close().await;
    Ok(())
}

fn file(lines: usize) -> Vec<u8> {
    let day = Clock::Machine.now().date_in_shanghai();
    let fen = |lines: usize| i64::try_from(lines).unwrap_or(0) * AMOUNT_FEN;
    let mut rows = String::with_capacity(lines * 128);
    for n in 0..lines {
        rows += &format!(
            "{},00:00:01,,1.00,\"{}\",赣鄱示例公路建设有限公司,1502999909000000101\t,\
             湿地指标购买款 {},{:016}\t\r\n",
            day.format("%Y%m%d"),
            cny(fen(n + 1)),
            reference(n),
            n + 1,
        );
    }
    format!(
        "账户明细\r\n账号：{ACCOUNT}\t,币种：人民币\r\n查询区间：{day}至{day},\
         期初余额：0.00,期末余额：{}\r\n交易日期,交易时间,借方发生额,贷方发生额,余额,对方户名,\
         对方账号,摘要,流水号\r\n{rows}",
        cny(fen(lines)),
    )
    .into_bytes()
}
