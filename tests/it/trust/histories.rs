//! Random histories of everything that moves credits and money, played on the product and on a naive
//! model that shares no function with it: after each step both refuse for the same reason, and
//! everybody has the same, serial by serial and fen by fen.

mod lane;
mod model;
mod op;

use std::collections::BTreeMap;
use std::time::Instant;

use sha2::{Digest, Sha256};

use self::lane::Lane;
use self::model::Model;
use self::op::{Plan, wound_up};
use crate::support::{Engine, Town, long_count};

/// Histories of an ordinary run, on each engine.
const SAMPLE: u64 = 300;
/// So many are played on both engines in long runs too.
const FIRST: usize = 2_000;
/// A town begins anew after so many histories, so that its database stays small: each leaves an
/// application to occupy at most, of which a developer may have 200 that wait.
const HISTORIES_PER_TOWN: usize = 200;
const STEPS_MAX: usize = 60;
/// Histories that go on side by side, each in a town of its own.
const LANES: u64 = 2;

/// What became of many histories.
#[derive(Default)]
struct Told {
    /// The hash of each history's end, by its seed.
    ends: BTreeMap<u64, [u8; 32]>,
    steps: usize,
    refused: usize,
}

impl Told {
    /// The hash of the ends of the first so many histories, in the order of their seeds.
    fn hash(&self, count: usize) -> String {
        let mut hash = Sha256::new();
        self.ends.values().take(count).for_each(|end| hash.update(end));
        hex::encode(hash.finalize())
    }
}

/// Plays one history on both; nothing waits any more at its end.
async fn play(lane: &mut Lane<'_>, seed: u64, told: &mut Told) {
    let mut plan = Plan::of(seed, STEPS_MAX);
    lane.begin(plan.certified, plan.cash).await;
    let mut model = Model::new(plan.certified, plan.cash);
    for step in 0.. {
        let op = if step < plan.steps { plan.next(&model) } else { wound_up(&model) };
        let Some(op) = op else {
            if step < plan.steps {
                continue;
            }
            break;
        };
        let (expected, done) = (model.apply(&op), lane.apply(&op).await);
        let what = || format!("seed {seed}, step {step}: {op:?}");
        assert_eq!(done, expected.map_err(str::to_owned), "{}", what());
        model.check();
        assert_eq!(lane.view().await, model.view, "{}", what());
        told.steps += 1;
        told.refused += usize::from(expected.is_err());
    }
    let end = format!("{seed} {:?}", lane.view().await);
    told.ends.insert(seed, Sha256::digest(end.as_bytes()).into());
}

/// Plays the seeds of one lane, in one town after the other.
async fn go_on(engine: Engine, seeds: Vec<u64>) -> Told {
    let mut told = Told::default();
    for seeds in seeds.chunks(HISTORIES_PER_TOWN) {
        let site = lane::open(Town::in_memory(engine).await).await;
        let mut lane = Lane::of(&site).await;
        for seed in seeds {
            play(&mut lane, *seed, &mut told).await;
        }
        lane.verify().await;
        eprintln!("{engine:?}: a lane has played {} histories", told.ends.len());
    }
    told
}

/// Plays so many histories on an engine, side by side; `None` where it is not installed.
fn histories(engine: Engine, count: u64) -> Option<Told> {
    if !engine.is_here() {
        return None;
    }
    let began = Instant::now();
    let lane = |n: u64| {
        let seeds: Vec<u64> = (n..count).step_by(usize::try_from(LANES).unwrap()).collect();
        std::thread::spawn(move || actix_web::rt::System::new().block_on(go_on(engine, seeds)))
    };
    let lanes: Vec<_> = (0..LANES).map(lane).collect();
    let mut told = Told::default();
    for lane in lanes {
        let other = lane.join().unwrap();
        told.ends.extend(other.ends);
        told.steps += other.steps;
        told.refused += other.refused;
    }
    let (steps, refused, seconds) = (told.steps, told.refused, began.elapsed().as_secs());
    let first = told.hash(FIRST);
    let all = told.hash(told.ends.len());
    eprintln!(
        "histories on {engine:?}: {count}, {steps} steps, {refused} of them refused, in {seconds} s; \
         the first {FIRST} end in {first}, all in {all}"
    );
    Some(told)
}

#[test]
fn random_histories_end_as_those_of_a_naive_model_on_sqlite() {
    histories(Engine::Sqlite, SAMPLE);
}

#[test]
fn random_histories_end_as_those_of_a_naive_model_on_postgres() {
    histories(Engine::Postgres, SAMPLE);
}

#[test]
fn both_engines_end_random_histories_alike() {
    let ends = |engine| histories(engine, 10).map(|told| told.hash(10));
    if let (Some(sqlite), Some(postgres)) = (ends(Engine::Sqlite), ends(Engine::Postgres)) {
        assert_eq!(sqlite, postgres);
    }
}

#[test]
#[ignore = "takes an hour; the sample of it runs always"]
fn a_hundred_thousand_random_histories_end_as_those_of_a_naive_model_on_sqlite() {
    histories(Engine::Sqlite, long_count("HISTORIES", 100_000));
}

#[test]
#[ignore = "takes minutes; the sample of it runs always"]
fn two_thousand_random_histories_end_alike_on_both_engines() {
    let count = long_count("HISTORIES_POSTGRES", 2_000);
    let of_all = usize::try_from(count).unwrap();
    let postgres = histories(Engine::Postgres, count).unwrap().hash(of_all);
    assert_eq!(histories(Engine::Sqlite, count).unwrap().hash(of_all), postgres);
}
