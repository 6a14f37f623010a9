//! Random histories: whatever people try, no approval has less retired for it than it occupies.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::site::{Site, application, grading};

/// How many things people try.
const STEPS: usize = 240;

/// A generator that gives the same history each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// What was retired for each application, by the retirements themselves.
async fn retired_for(site: &Site) -> HashMap<String, i64> {
    let list = site.trader().await.get("/api/v1/retirements?limit=200").await.ok();
    let mut sums = HashMap::new();
    for it in list["items"].as_array().unwrap() {
        if it["state"] == "effective" {
            *sums.entry(it["serves_id"].as_str().unwrap().to_owned()).or_default() +=
                it["m2"].as_i64().unwrap();
        }
    }
    sums
}

async fn attempt(site: &Site, dice: &mut Dice, paths: &[String], retired: &mut Vec<Value>) -> bool {
    let path = &paths[dice.below(paths.len())];
    let (gan, trader) = (site.forestry().await, site.trader().await);
    let answer = match dice.below(9) {
        0 => gan.post(&format!("{path}/acceptance"), json!({})).await,
        1 => {
            gan.post(
                &format!("{path}/gradings"),
                grading(2 + i64::try_from(dice.below(3)).unwrap()),
            )
            .await
        }
        2..=4 => {
            let m2 = [1, 40, 59, 100][dice.below(4)];
            let asked = site.ask(path, json!([{ "batch_id": site.fair.batch, "m2": m2 }])).await;
            if asked.status != 201 {
                return false;
            }
            let asked = asked.created();
            let done = site.confirm(&asked).await;
            if done.status == 201 {
                retired.push(asked);
            }
            done
        }
        5 if dice.below(3) == 0 => {
            gan.post(&format!("{path}/rejection"), json!({ "reason": "选址未充分避让" })).await
        }
        6 if !retired.is_empty() => {
            let id = retired[dice.below(retired.len())]["id"].as_str().unwrap().to_owned();
            let to = json!({ "occupation_id": path.rsplit('/').next().unwrap() });
            trader.post(&format!("/api/v1/retirements/{id}/assignments"), to).await;
            let director = site.director().await;
            director
                .post(&format!("/api/v1/retirements/{id}/assignment-confirmation"), json!({}))
                .await
        }
        _ => site.approve(path).await,
    };
    assert_ne!(answer.status.as_u16(), 500, "{}", answer.text);
    answer.status == 201
}

on_both_engines! {
    async fn r78_r79_no_history_reaches_an_approval_with_less_retired_than_occupied(town: Town) {
        let site = Site::open(town, 700).await;
        let (mut dice, mut retired, mut paths, mut done) = (Dice(2_026), Vec::new(), Vec::new(), 0);
        for place in 0..5 {
            let m2 = ["40.50", "100.00", "60.00", "99.99", "141.00"][usize::try_from(place).unwrap()];
            paths.push(match place {
                0 => site.apply(application(place, m2)).await,
                _ => site.ready(place, m2).await,
            });
        }
        for _ in 0..STEPS {
            done += usize::from(attempt(&site, &mut dice, &paths, &mut retired).await);
        }
        let (sums, mut approved) = (retired_for(&site).await, 0);
        let list = site.trader().await.get("/api/v1/occupations?state=approved").await.ok();
        for it in list["items"].as_array().unwrap() {
            let area: f64 = it["area_m2"].as_str().unwrap().parse().unwrap();
            let m2: f64 = sums[it["id"].as_str().unwrap()].to_string().parse().unwrap();
            assert!(m2 >= area, "{it:#}");
            approved += 1;
        }
        let (available, gone) = site.credits().await;
        assert_eq!((available + gone, gone), (700, sums.values().sum::<i64>()));
        assert!(done > 12 && approved > 0, "{done} steps, {approved} approvals");
        site.town().verify().await;
    }
}
