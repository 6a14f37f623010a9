//! The guard against overlaps beside a naive one that shares no code with it: whatever the order in
//! which random polygons enter, are corrected, are taken by a project and are withdrawn, no two
//! active ones share more than 1 m² (R12, R19).

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::files::{KIND, RESERVE, WETLAND, bytes};
use crate::restoration::works::{described, proposal};
use crate::support::Town;

const CASES: u32 = 12;
const ACTS: usize = 12;
/// What the two measures may differ by, in m².
const SLACK: f64 = 0.05;

/// Corners in whole 10⁻⁷ degree from the case's own place.
type Corners = Vec<(f64, f64)>;

#[derive(Debug, Clone)]
enum Act {
    Enter { wetland: bool, year: i64, corners: Corners },
    Correct { which: usize, corners: Corners },
    Propose { which: usize },
    Withdraw { which: usize },
}

/// A ring around a middle, so that it never meets itself.
fn corners() -> impl Strategy<Value = Corners> {
    let spokes = proptest::collection::vec(3_000.0..14_000.0, 4..9);
    (0.0..30_000.0, 0.0..30_000.0, spokes).prop_map(|(lon, lat, spokes): (f64, f64, Vec<f64>)| {
        let turn = std::f64::consts::TAU / spokes.iter().map(|_| 1.0).sum::<f64>();
        let at = |(n, spoke): (u32, &f64)| {
            let (sin, cos) = (f64::from(n) * turn).sin_cos();
            ((lon + spoke * cos).round(), (lat + spoke * sin).round())
        };
        (0..).zip(&spokes).map(at).collect()
    })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (any::<bool>(), 2024_i64..2026, corners())
            .prop_map(|(wetland, year, corners)| Act::Enter { wetland, year, corners }),
        3 => (0_usize..8, corners()).prop_map(|(which, corners)| Act::Correct { which, corners }),
        1 => (0_usize..8).prop_map(|which| Act::Propose { which }),
        2 => (0_usize..8).prop_map(|which| Act::Withdraw { which }),
    ]
}

/// A parcel as the naive guard knows it.
#[derive(Debug, Clone)]
struct Known {
    path: String,
    number: String,
    wetland: bool,
    year: i64,
    corners: Corners,
    in_project: bool,
    active: bool,
}

/// Metres of 10⁻⁷ degree at 28.4°, east and north.
const EAST: f64 = 0.009_801_5;
const NORTH: f64 = 0.011_082_6;

fn metres(corners: &Corners) -> Vec<(f64, f64)> {
    corners.iter().map(|(x, y)| (x * EAST, y * NORTH)).collect()
}

fn twice(ring: &[(f64, f64)]) -> f64 {
    (0..ring.len())
        .map(|n| {
            let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
            a.0 * b.1 - a.1 * b.0
        })
        .sum()
}

/// The part of a convex ring to the left of a line.
fn left_of(ring: &[(f64, f64)], from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
    let side = |p: (f64, f64)| (to.0 - from.0) * (p.1 - from.1) - (to.1 - from.1) * (p.0 - from.0);
    let mut kept = Vec::new();
    for n in 0..ring.len() {
        let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
        let (sa, sb) = (side(a), side(b));
        if sa >= 0.0 {
            kept.push(a);
        }
        if sa * sb < 0.0 {
            let t = sa / (sa - sb);
            kept.push((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)));
        }
    }
    kept
}

/// Both as fans of triangles, each triangle cut with each, with the signs of both.
fn naive_overlap(one: &Corners, other: &Corners) -> f64 {
    let fan = |corners: &Corners| -> Vec<(f64, [(f64, f64); 3])> {
        let ring = metres(corners);
        let triangle = |n: usize| {
            let mut it = [ring[0], ring[n], ring[n + 1]];
            let sign = twice(&it).signum();
            if sign < 0.0 {
                it.swap(1, 2);
            }
            (sign, it)
        };
        (1..ring.len() - 1).map(triangle).collect()
    };
    let mut m2 = 0.0;
    for (sign, a) in fan(one) {
        for (other_sign, b) in fan(other) {
            let mut cut = a.to_vec();
            for n in 0..3 {
                cut = left_of(&cut, b[n], b[(n + 1) % 3]);
            }
            if cut.len() > 2 {
                m2 += sign * other_sign * twice(&cut).abs() / 2.0;
            }
        }
    }
    m2.abs()
}

/// Whether the two may not lie on each other.
fn in_question(a: &Known, b: &Known) -> bool {
    match (a.wetland, b.wetland) {
        (true, true) => false,
        (false, false) => true,
        _ => a.year == b.year,
    }
}

/// The most that a parcel shares with an active one.
fn worst(all: &[Known], it: &Known) -> f64 {
    all.iter()
        .filter(|other| other.active && other.path != it.path && in_question(it, other))
        .map(|other| naive_overlap(&it.corners, &other.corners))
        .fold(0.0, f64::max)
}

struct Case<'t> {
    town: &'t Town,
    number: u32,
    known: Vec<Known>,
}

impl Case<'_> {
    fn polygon(&self, corners: &Corners) -> Value {
        // Each case has its own place, 3 km from the next.
        let (column, row) = (f64::from(self.number % 6), f64::from(self.number / 6));
        let place = (1_161_500_000.0 + column * 300_000.0, 283_500_000.0 + row * 300_000.0);
        let at = |(x, y): &(f64, f64)| json!([(place.0 + x) / 1e7, (place.1 + y) / 1e7]);
        let mut ring: Vec<Value> = corners.iter().map(at).collect();
        ring.push(ring[0].clone());
        json!({ "type": "Polygon", "coordinates": [ring] })
    }

    fn area(corners: &Corners) -> String {
        format!("{:.2}", twice(&metres(corners)).abs() / 2.0)
    }

    async fn enter(&mut self, wetland: bool, year: i64, corners: Corners) {
        let n = 100 * usize::try_from(self.number).unwrap() + self.known.len();
        let letter = if wetland { 'W' } else { 'R' };
        let number = format!("{letter}360124-{n:06}");
        let mut properties = json!({
            "name": "示例", "township_code": "360124500", "land_class": "1106", "level": "general",
            "wetland_type": "marsh", "survey_year": year,
        });
        let own = if wetland {
            json!({ "wetland_no": number, "area_m2": Self::area(&corners), "source": "调查",
                "protected": false })
        } else {
            json!({ "parcel_no": number, "declared_area_m2": Self::area(&corners),
                "tenure": "国有", "submitted_by": "fu.guoping", "water_regime": "seasonal",
                "restorable": {"conclusion": "restorable", "basis": "低洼", "author": "裴若兰",
                    "date": "2022-02-22"} })
        };
        properties.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        let file = json!({
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "features": [{"type": "Feature", "properties": properties,
                "geometry": self.polygon(&corners)}],
        });
        let zhou = self.town.user("zhou.jianing").await;
        let path = if wetland { WETLAND } else { RESERVE };
        let answer = zhou.post_file(path, KIND, bytes(&file)).await;
        let entered = answer.status == 201;
        let mut it = Known {
            path: String::new(),
            number: number.clone(),
            wetland,
            year,
            corners,
            in_project: false,
            active: true,
        };
        self.agrees(worst(&self.known, &it), entered, &answer.text);
        if entered {
            let list = zhou.get(&format!("/api/v1/parcels?number={number}")).await.ok();
            it.path = format!("/api/v1/parcels/{}", list["items"][0]["id"].as_str().unwrap());
            self.known.push(it);
        }
    }

    async fn correct(&mut self, which: usize, corners: Corners) {
        let Some(mut it) = self.known.get(which).cloned() else { return };
        let body = json!({
            "reason": "界址有误", "source": "调查", "survey_year": it.year, "name": "示例",
            "land_class": "1106", "declared_area_m2": Self::area(&corners),
            "polygon": self.polygon(&corners),
        });
        let zhou = self.town.user("zhou.jianing").await;
        let answer = zhou.post(&format!("{}/land-corrections", it.path), body).await;
        if !it.active || it.in_project {
            assert_eq!(answer.status, 409, "{}", answer.text);
            return;
        }
        it.corners = corners;
        self.agrees(worst(&self.known, &it), answer.status == 201, &answer.text);
        if answer.status == 201 {
            self.known[which] = it;
        }
    }

    async fn propose(&mut self, which: usize) {
        let Some(it) = self.known.get_mut(which) else { return };
        let mut body = proposal(&described("P360124-001"));
        body["parcels"] = json!([it.number]);
        let fu = self.town.user("fu.guoping").await;
        let made = fu.post("/api/v1/projects", body).await.status == 201;
        assert_eq!(made, it.active && !it.in_project && !it.wetland);
        it.in_project |= made;
    }

    async fn withdraw(&mut self, which: usize) {
        let Some(it) = self.known.get_mut(which) else { return };
        let zhou = self.town.user("zhou.jianing").await;
        let body = json!({ "reason": "不再修复" });
        let answer = zhou.post(&format!("{}/withdrawal", it.path), body).await;
        let gone = answer.status == 201;
        assert_eq!(gone, it.active && !it.in_project, "{}", answer.text);
        it.active &= !gone;
    }

    /// The server refuses what the naive guard would, but for what lies at the limit itself.
    #[track_caller]
    fn agrees(&self, m2: f64, accepted: bool, text: &str) {
        assert!(!accepted || m2 <= 1.0 + SLACK, "{m2} m² were let in: {:#?}", self.known);
        assert!(accepted || m2 >= 1.0 - SLACK, "{m2} m² were refused: {text}");
    }

    /// All pairs of what the server says is active now.
    async fn all_pairs(&self) {
        let zhou = self.town.user("zhou.jianing").await;
        for it in &self.known {
            let shown = zhou.get(&it.path).await.ok();
            assert_eq!(
                shown["polygon"]["coordinates"][0].as_array().unwrap().len(),
                it.corners.len() + 1
            );
            assert_eq!(shown["withdrawn_at"].is_null(), it.active);
        }
        for (n, one) in self.known.iter().enumerate() {
            if one.active {
                let m2 = worst(&self.known[n + 1..], one);
                assert!(m2 <= 1.0 + SLACK, "{m2} m² in common: {:#?}", self.known);
            }
        }
    }
}

on_both_engines! {
    async fn r12_r19_no_order_of_entry_correction_and_withdrawal_lets_active_land_overlap(town: Town) {
        town.on("2025-08-18");
        let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[19; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), seed);
        let acts = proptest::collection::vec(act(), ACTS);
        let mut refused = 0_u32;
        for number in 0..CASES {
            let acts = acts.new_tree(&mut runner).unwrap().current();
            let mut case = Case { town: &town, number, known: Vec::new() };
            for act in acts {
                let before = case.known.len();
                let entering = matches!(act, Act::Enter { .. });
                match act {
                    Act::Enter { wetland, year, corners } => case.enter(wetland, year, corners).await,
                    Act::Correct { which, corners } => case.correct(which, corners).await,
                    Act::Propose { which } => case.propose(which).await,
                    Act::Withdraw { which } => case.withdraw(which).await,
                }
                refused += u32::from(entering && case.known.len() == before);
            }
            case.all_pairs().await;
        }
        // Some were refused, or the polygons prove nothing.
        assert!(refused > CASES / 2, "only {refused} refused");
    }
}
