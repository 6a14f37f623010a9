//! `cargo run --release --manifest-path benches/book/Cargo.toml`: the pure book on one thread beside
//! two published ones, all on the same stream of asks, orders and cancellations over 100,000 asks that
//! rest. The exit status is 1 when a ratio misses its target.
//!
//! A package of its own: the published books would change the features of what the exchange is built
//! from. The book is pure, so the very same file is measured here beside a few words that it needs.

mod inventory;
mod kernel;
#[expect(dead_code, reason = "the exchange needs more of the book than the bench")]
mod market;
#[expect(dead_code, reason = "shared with the bench of settlement, which takes samples")]
#[path = "../settlement/figures.rs"]
mod figures;

use std::process::ExitCode;
use std::time::Instant;

use matchcore::{
    CancelCmd, Command, CommandKind, CommandMeta, CommandOutcome, CommandReport, LimitOrder,
    NewOrder, OrderBook as Matchcore, OrderFlags, OrderId, OrderKind, Price, Quantity,
    QuantityPolicy, SequenceNumber, Side, SubmitCmd, TimeInForce, Timestamp,
};
use orderbook_rs::DefaultOrderBook;
use orderbook_rs::prelude::Id;
use uuid::Uuid;

use figures::{Targets, load_average, median, per_second, say};
use inventory::WetlandType;
use market::book::{Ask, Bid, Book, Kind, Party, Turn};
use market::model::Execution;

const RESTING: u64 = 100_000;
const STEPS: u64 = 400_000;
const ROUNDS: usize = 5;
const COUNTY: u32 = 360_124;

/// One step of the stream; asks are known by the step that added them.
#[derive(Debug, Clone, Copy)]
enum Step {
    Ask { price: u64, m2: u64 },
    Order { m2: u64 },
    Cancel { ask: u64 },
}

/// Above all prices of asks, so that an order takes the cheapest there are.
const LIMIT: u64 = 50_000;

struct Dice(u64);

impl Dice {
    fn upto(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

/// First the asks that rest, then the stream.
fn stream() -> Vec<Step> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let ask =
        |dice: &mut Dice| Step::Ask { price: 30_000 + dice.upto(10_000), m2: 1 + dice.upto(20) };
    let mut steps: Vec<Step> = (0..RESTING).map(|_| ask(&mut dice)).collect();
    for n in RESTING..RESTING + STEPS {
        steps.push(match dice.upto(10) {
            0..4 => ask(&mut dice),
            4..7 => Step::Order { m2: 1 + dice.upto(20) },
            _ => Step::Cancel { ask: dice.upto(n) },
        });
    }
    steps
}

/// What one run of the stream gave: how many steps a second, and how much was traded.
#[derive(Debug, Clone, Copy)]
struct Run {
    rate: f64,
    traded: u64,
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(n) + 1)
}

enum Ours {
    List(Ask),
    Place(Bid),
    Take(Uuid),
}

fn ours(steps: &[Step]) -> anyhow::Result<Run> {
    let (seller, buyer, assessor) = (id(1), id(2), id(3));
    let party = |id: Uuid| Party { id: id.into(), related_to: None };
    let turn = |n: u64| Turn { at_micros: i64::try_from(n).unwrap_or_default(), id: id(n) };
    let kind = Kind { county: COUNTY, wetland_type: WetlandType::Marsh, grade: 2 };
    let step = |(n, step): (u64, &Step)| {
        anyhow::Ok(match *step {
            Step::Ask { price, m2 } => Ours::List(Ask {
                listing: id(n).into(),
                turn: turn(n),
                kind,
                seller: seller.into(),
                assessor: party(assessor),
                price_fen: i64::try_from(price)?,
                left_m2: i64::try_from(m2)?,
            }),
            Step::Order { m2 } => Ours::Place(Bid {
                order: id(n).into(),
                turn: turn(n),
                buyer: party(buyer),
                counties: vec![COUNTY],
                wetland_type: WetlandType::Marsh,
                grade_max: 3,
                limit_fen: i64::try_from(LIMIT)?,
                left_m2: i64::try_from(m2)?,
                fills: 0,
            }),
            Step::Cancel { ask } => Ours::Take(id(ask)),
        })
    };
    let steps: Vec<Ours> = (0..).zip(steps).map(step).collect::<anyhow::Result<_>>()?;
    let (mut book, mut traded, mut began) = (Book::default(), 0, Instant::now());
    for (n, step) in (0..).zip(&steps) {
        if n == RESTING {
            began = Instant::now();
        }
        match step {
            Ours::List(ask) => drop(book.list(ask, usize::MAX)),
            Ours::Place(bid) => {
                let placed = book.place(bid, Execution::GoodTillDate);
                traded += placed.fills.iter().map(|fill| fill.m2).sum::<i64>();
            }
            Ours::Take(listing) => drop(book.take_ask((*listing).into())),
        }
    }
    let rate = per_second(usize::try_from(STEPS)?, began.elapsed());
    Ok(Run { rate, traded: u64::try_from(traded)? })
}

fn matchcore(steps: &[Step]) -> anyhow::Result<Run> {
    let submit = |price, quantity, side| {
        let policy = QuantityPolicy::Standard { quantity: Quantity(quantity) };
        let flags = OrderFlags::new(side, false, TimeInForce::Gtc);
        let order = NewOrder::Limit(LimitOrder::new(Price(price), policy, flags));
        CommandKind::Submit(SubmitCmd { order })
    };
    let command = |(n, step): (u64, &Step)| Command {
        meta: CommandMeta { sequence_number: SequenceNumber(n), timestamp: Timestamp(n) },
        kind: match *step {
            Step::Ask { price, m2 } => submit(price, m2, Side::Sell),
            Step::Order { m2 } => submit(LIMIT, m2, Side::Buy),
            Step::Cancel { ask } => CommandKind::Cancel(CancelCmd {
                order_id: OrderId(ask),
                order_kind: OrderKind::Limit,
            }),
        },
    };
    let commands: Vec<Command> = (0..).zip(steps).map(command).collect();
    let (mut book, mut traded, mut began) = (Matchcore::new("credits"), 0, Instant::now());
    for (n, command) in (0..).zip(&commands) {
        if n == RESTING {
            began = Instant::now();
        }
        if let CommandOutcome::Applied(CommandReport::Submit(effects)) = book.execute(command)
            && let Some(matched) = effects.target_order().match_result()
        {
            traded += matched.executed_quantity().0;
        }
    }
    Ok(Run { rate: per_second(usize::try_from(STEPS)?, began.elapsed()), traded })
}

fn orderbook_rs(steps: &[Step]) -> anyhow::Result<Run> {
    use orderbook_rs::prelude::{Side, TimeInForce};
    let book: DefaultOrderBook = DefaultOrderBook::new("credits");
    let (mut left, mut began) = (0_i64, Instant::now());
    for (n, step) in (0..).zip(steps) {
        if n == RESTING {
            began = Instant::now();
        }
        let known = Id::Uuid(id(n));
        match *step {
            Step::Ask { price, m2 } => {
                let added = book.add_limit_order(
                    known,
                    u128::from(price),
                    m2,
                    Side::Sell,
                    TimeInForce::Gtc,
                    None,
                );
                added.map_err(|cause| anyhow::anyhow!("{cause}"))?;
            }
            Step::Order { m2 } => {
                let (_, result) = book
                    .add_limit_order_with_result(
                        known,
                        u128::from(LIMIT),
                        m2,
                        Side::Buy,
                        TimeInForce::Gtc,
                        None,
                    )
                    .map_err(|cause| anyhow::anyhow!("{cause}"))?;
                if result.is_some() {
                    left += i64::try_from(m2)?;
                }
            }
            // What is gone already is no error here.
            Step::Cancel { ask } => drop(book.cancel_order(Id::Uuid(id(ask)))),
        }
    }
    let rate = per_second(usize::try_from(STEPS)?, began.elapsed());
    Ok(Run { rate, traded: u64::try_from(left)? })
}

fn main() -> ExitCode {
    let mut targets = Targets::default();
    say(&format!("load average {}", load_average()));
    match measure(&mut targets) {
        Ok(()) if targets.report() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(cause) => {
            say(&format!("error: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs all three in turn; the same is traded by each.
fn measure(targets: &mut Targets) -> anyhow::Result<()> {
    let steps = stream();
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let runs = [ours(&steps)?, matchcore(&steps)?, orderbook_rs(&steps)?];
        anyhow::ensure!(runs.iter().all(|run| run.traded == runs[0].traded), "{runs:?}");
        for (rates, run) in rates.iter_mut().zip(runs) {
            rates.push(run.rate);
        }
    }
    let [ours, matchcore, orderbook_rs] = rates.map(median);
    for (name, rate) in
        [("our book", ours), ("matchcore", matchcore), ("orderbook-rs", orderbook_rs)]
    {
        say(&format!("{name:<20} {:>8.2} million steps/s", rate / 1e6));
    }
    targets.at_least("book: ours / matchcore", ours / matchcore, 1.0);
    targets.at_least("book: ours / orderbook-rs", ours / orderbook_rs, 10.0);
    Ok(())
}
