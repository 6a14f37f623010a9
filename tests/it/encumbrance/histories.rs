//! Random histories of pledges, sales, retirements, freezes and losses: after every step the buckets
//! add up to what was issued (R40), and what is pledged is what the liens hold, serial by serial (R44).

use serde_json::{Value, json};
use wetland_exchange::ledger::{self, CreditBucket, Lot};

use super::{PATH, held, request};
use crate::afterwards::freeze_by_order;
use crate::market::fair::purchases;
use crate::occupation::site::Site;
use crate::support::{Reply, Town};

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

struct History {
    site: Site,
    dice: Dice,
    /// The path of an application that credits are retired for.
    application: String,
    project: String,
    freeze: Option<Value>,
    /// What was done, by kind.
    done: std::collections::BTreeMap<&'static str, usize>,
}

impl History {
    async fn open(town: Town, seed: u64) -> Self {
        let site = Site::open(town, 500).await;
        let application = site.ready(1, "2000.00").await;
        let list = site.town().user("zhou.jianing").await.get("/api/v1/projects").await.ok();
        let project = list["items"][0]["id"].as_str().unwrap().to_owned();
        let (dice, done) = (Dice(seed), std::collections::BTreeMap::new());
        Self { site, dice, application, project, freeze: None, done }
    }

    async fn post(&self, by: &str, path: &str, body: Value) -> Reply {
        let reply = self.site.town().user(by).await.post(path, body).await;
        assert!(reply.status.as_u16() < 500, "{path}: {}", reply.text);
        reply
    }

    /// Some item of a list, if there is one.
    async fn some(&mut self, by: &str, path: &str, fits: fn(&Value) -> bool) -> Option<Value> {
        let list = self.site.town().user(by).await.get(path).await.ok();
        let fitting: Vec<&Value> =
            list["items"].as_array().unwrap().iter().filter(|one| fits(one)).collect();
        let at = self.dice.below(i64::try_from(fitting.len()).unwrap());
        fitting.get(usize::try_from(at).unwrap()).map(|one| (*one).clone())
    }

    async fn step(&mut self) {
        let m2 = 1 + self.dice.below(400);
        let (what, done) = match self.dice.below(12) {
            0 | 1 => ("list", self.list(m2).await),
            2 => ("withdraw", self.withdraw().await),
            3 => ("buy", self.buy(m2).await),
            4..=6 => ("pledge", self.pledge(m2).await),
            7 | 8 => ("release", self.release(m2).await),
            9 => ("retire", self.retire(m2).await),
            10 => ("freeze or thaw", self.freeze().await),
            _ => ("lose", self.lose(m2).await),
        };
        *self.done.entry(what).or_default() += usize::from(done);
    }

    async fn list(&self, m2: i64) -> bool {
        let body = json!({ "batch_id": self.site.fair.batch, "m2": m2, "price_per_mu": "337.00" });
        self.post("fu.guoping", "/api/v1/listings", body).await.status == 201
    }

    async fn withdraw(&mut self) -> bool {
        let open = |one: &Value| one["state"] == "open";
        let Some(listing) = self.some("fu.guoping", "/api/v1/listings", open).await else {
            return false;
        };
        let path = format!("/api/v1/listings/{}/withdrawal", listing["id"].as_str().unwrap());
        self.post("fu.guoping", &path, json!({ "reason": "…" })).await.status == 201
    }

    async fn buy(&mut self, m2: i64) -> bool {
        let open = |one: &Value| one["state"] == "open";
        let Some(listing) = self.some("fu.guoping", "/api/v1/listings", open).await else {
            return false;
        };
        self.post("buyer.00", &purchases(&listing), json!({ "m2": m2 })).await.status == 201
    }

    async fn pledge(&mut self, m2: i64) -> bool {
        let mut body = request(&self.site.fair).await;
        let holder = if self.dice.below(3) == 0 { "buyer.00" } else { "fu.guoping" };
        if holder == "buyer.00" {
            body["shares"] = json!([]);
        }
        if self.dice.below(3) == 0 {
            let first = 1 + self.dice.below(6_000);
            body.as_object_mut().unwrap().remove("m2");
            body["ranges"] = json!([{ "first_serial": first, "last_serial": first + m2 - 1 }]);
        } else {
            body["m2"] = json!(m2);
        }
        let asked = self.post(holder, PATH, body).await;
        if asked.status != 201 {
            return false;
        }
        let path = format!("{PATH}/{}/registration", asked.json()["id"].as_str().unwrap());
        self.post("bnk02.desk", &path, json!({})).await.status == 201
    }

    async fn release(&mut self, m2: i64) -> bool {
        let path = format!("{PATH}?state=registered&limit=200");
        let Some(pledge) = self.some("bnk02.desk", &path, |_| true).await else { return false };
        let path = format!("{PATH}/{}/releases", pledge["id"].as_str().unwrap());
        let mut body = json!({ "reason": "部分清偿" });
        if self.dice.below(2) == 0 {
            body["m2"] = json!(m2);
        }
        self.post("bnk02.desk", &path, body).await.status == 201
    }

    async fn retire(&self, m2: i64) -> bool {
        let parts = json!([{ "batch_id": self.site.fair.batch, "m2": m2.min(100) }]);
        let asked = self.site.ask(&self.application, parts).await;
        asked.status == 201 && self.site.confirm(&asked.json()).await.status == 201
    }

    async fn freeze(&mut self) -> bool {
        let town = self.site.town();
        let Some(freeze) = self.freeze.take() else {
            let orders = format!("/api/v1/projects/{}/freeze-orders", self.project);
            self.freeze = Some(freeze_by_order(town, &orders).await);
            return true;
        };
        let path = format!("/api/v1/freezes/{}/thaw-requests", freeze["id"].as_str().unwrap());
        let body = json!({ "reason": "已查清", "document": "示例〔2023〕12号" });
        let asked = town.user("tu.mingyuan").await.post(&path, body).await.created();
        let request = asked["thaw_requests"][0]["id"].as_str().unwrap();
        let path = format!("/api/v1/thaw-requests/{request}/approval");
        town.user("liang.wenbo").await.post(&path, json!({})).await.created();
        true
    }

    async fn lose(&self, m2: i64) -> bool {
        let path = format!("/api/v1/projects/{}/losses", self.project);
        let body = json!({
            "m2": m2, "found_on": "2023-08-25", "reason": "洪水", "reference": "示例〔2023〕9号",
        });
        let loss = self.post("gan.zhiqiang", &path, body).await;
        if loss.status != 201 {
            return false;
        }
        let path = format!("/api/v1/losses/{}/approval", loss.json()["id"].as_str().unwrap());
        self.post("liang.wenbo", &path, json!({})).await.status == 201
    }

    async fn check(&self) {
        let (town, batch) = (self.site.town(), self.site.fair.batch);
        let lots = town.db.read(None, move |c| ledger::lots_of_batch(c, batch)).await.unwrap();
        let of = |lots: &mut dyn Iterator<Item = &Lot>| -> i64 {
            lots.map(|lot| lot.last - lot.first + 1).sum()
        };
        assert_eq!(of(&mut lots.iter()), 11_333, "R40");
        let bank = town.user("bnk02.desk").await;
        let list = bank.get(&format!("{PATH}?state=registered&limit=200")).await.ok();
        let (mut liens, mut seen) = (0, std::collections::BTreeSet::new());
        for pledge in list["items"].as_array().unwrap() {
            let path = format!("{PATH}/{}", pledge["id"].as_str().unwrap());
            let pledge = bank.get(&path).await.ok();
            for run in pledge["serials"].as_array().unwrap() {
                let serial = |name: &str| run[name].as_i64().unwrap();
                for serial in serial("first_serial")..=serial("last_serial") {
                    assert!(seen.insert(serial), "R44: {serial} is under two liens");
                    let lot = lots.iter().find(|lot| (lot.first..=lot.last).contains(&serial));
                    assert_eq!(lot.unwrap().bucket, CreditBucket::Pledged, "R44: {serial}");
                }
            }
            liens += pledge["pledged_m2"].as_i64().unwrap();
        }
        let pledged = of(&mut lots.iter().filter(|lot| lot.bucket == CreditBucket::Pledged));
        assert_eq!(liens, pledged, "R44: what is pledged is what the liens hold");
        if self.freeze.is_none() && held(&self.site.fair, CreditBucket::Pledged).await > 0 {
            let over = held(&self.site.fair, CreditBucket::Available).await + 1;
            let body = json!({ "batch_id": batch, "m2": over, "price_per_mu": "337.00" });
            let refused = self.post("fu.guoping", "/api/v1/listings", body).await;
            refused.refused(409, "credits-pledged");
        }
    }
}

async fn play(town: Town, seed: u64, steps: usize) {
    let mut history = History::open(town, seed).await;
    for _ in 0..steps {
        history.step().await;
        history.check().await;
    }
    eprintln!("seed {seed}: {:?}", history.done);
    assert!(history.done.get("pledge").is_some_and(|times| *times > 0));
    history.site.town().verify().await;
}

on_both_engines! {
    async fn r40_r44_hold_after_every_step_of_a_random_history(town: Town) {
        play(town, 7, 60).await;
    }

    async fn r40_r44_hold_after_every_step_of_another_history(town: Town) {
        play(town, 20_260_923, 60).await;
    }
}
