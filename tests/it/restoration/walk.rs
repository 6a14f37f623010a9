//! Random people do random things to a project, and a small model says beforehand whether they may.

use chrono::{Days, Months, NaiveDate};
use reqwest::StatusCode;
use serde_json::{Value, json};
use wetland_exchange::due;

use super::works::{Works, acceptance};
use crate::support::{Reply, Town};

const STEPS: usize = 150;
const PEOPLE: [&str; 6] =
    ["fu.guoping", "hu.xiaoqiu", "zhou.jianing", "tu.mingyuan", "liang.wenbo", "gan.zhiqiang"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Wait,
    WaitLong,
    SchemeNotice,
    Review,
    Approve,
    Build,
    Complete,
    Accept,
    Plan,
    ResultNotice,
    Monitor,
    Object,
    Dismiss,
    Apply,
    Certify,
    Release,
    Report,
    Freeze,
    Thaw,
}

const ACTS: [Act; 19] = [
    Act::Wait,
    Act::WaitLong,
    Act::SchemeNotice,
    Act::Review,
    Act::Approve,
    Act::Build,
    Act::Complete,
    Act::Accept,
    Act::Plan,
    Act::ResultNotice,
    Act::Monitor,
    Act::Object,
    Act::Dismiss,
    Act::Apply,
    Act::Certify,
    Act::Release,
    Act::Report,
    Act::Freeze,
    Act::Thaw,
];

/// A notice as the model knows it: its last day and whether an objection is open.
#[derive(Debug, Clone, Copy)]
struct Notice {
    to: NaiveDate,
    objected: bool,
}

/// Twenty lines of state: what the rules say, told once more and plainly.
#[derive(Debug)]
struct Model {
    today: NaiveDate,
    /// 0 proposed … 6 monitoring.
    stage: usize,
    scheme: Option<Notice>,
    result: Option<Notice>,
    accepted_on: Option<NaiveDate>,
    planned: bool,
    reports: usize,
    applied: Option<usize>,
    certified: bool,
    releases: usize,
    frozen: bool,
}

impl Model {
    fn over(&self, notice: Option<Notice>) -> bool {
        notice.is_some_and(|notice| self.today > notice.to && !notice.objected)
    }

    fn overdue(&self) -> bool {
        let next = u32::try_from(self.reports + 1).unwrap() * 12;
        let due = self.accepted_on.filter(|_| self.planned && self.reports < 5);
        due.is_some_and(|day| self.today > day + Months::new(next) + Days::new(30))
    }

    /// The notice that somebody may object to now: the newest.
    fn open_notice(&mut self) -> Option<&mut Notice> {
        let today = self.today;
        let newest = if self.result.is_some() { &mut self.result } else { &mut self.scheme };
        newest.as_mut().filter(|notice| today <= notice.to)
    }

    fn may(&mut self, act: Act, person: usize) -> bool {
        let (township, officer) = (person == 0, person == 2 || person == 3);
        let director = person == 4;
        let has = self.stage >= 5;
        match act {
            Act::Wait | Act::WaitLong => true,
            // Who publishes is an officer here, so that the director may decide on objections.
            Act::SchemeNotice => officer && self.stage <= 1 && self.scheme.is_none(),
            Act::Review => {
                let objected = self.scheme.is_some_and(|notice| notice.objected);
                officer && self.stage == 0 && !objected
            }
            Act::Approve => director && self.stage == 1 && self.over(self.scheme),
            Act::Build => township && self.stage == 2,
            Act::Complete => township && self.stage == 3,
            Act::Accept => officer && self.stage == 4,
            Act::Plan => (township || officer) && has && !self.planned,
            Act::ResultNotice => officer && has && self.result.is_none(),
            Act::Monitor => {
                let objected = self.result.is_some_and(|notice| notice.objected);
                officer && self.stage == 5 && self.planned && !objected
            }
            Act::Object => self.open_notice().is_some(),
            Act::Dismiss => {
                director && [self.scheme, self.result].iter().flatten().any(|one| one.objected)
            }
            Act::Apply => officer && self.applied.is_none() && self.certifiable(),
            Act::Certify => {
                director && self.applied.is_some() && !self.certified && self.certifiable()
            }
            Act::Release => {
                let wait = Months::new([0, 12, 36].get(self.releases).copied().unwrap_or(0));
                let met = self.accepted_on.is_some_and(|day| self.today >= day + wait);
                let free = !self.frozen && !self.overdue();
                director && self.certified && self.releases < 3 && met && free
            }
            Act::Report => township && has && self.planned && self.reports < 5,
            Act::Freeze => (director || person == 5) && has && !self.frozen,
            Act::Thaw => self.frozen && !self.overdue(),
        }
    }

    fn certifiable(&self) -> bool {
        let notices = self.over(self.scheme) && self.over(self.result);
        self.stage >= 5 && self.planned && notices && !self.frozen
    }

    fn after(&mut self, act: Act, person: usize) {
        let notice = Notice { to: self.today + Days::new(6), objected: false };
        match act {
            Act::SchemeNotice => self.scheme = Some(notice),
            Act::ResultNotice => self.result = Some(notice),
            Act::Review | Act::Approve | Act::Build | Act::Complete | Act::Monitor => {
                self.stage += 1;
            }
            Act::Accept => (self.stage, self.accepted_on) = (5, Some(self.today)),
            Act::Plan => self.planned = true,
            Act::Object => self.open_notice().unwrap().objected = true,
            Act::Dismiss => {
                for notice in [&mut self.scheme, &mut self.result].into_iter().flatten() {
                    notice.objected = false;
                }
            }
            Act::Apply => self.applied = Some(person),
            Act::Certify => self.certified = true,
            Act::Release => self.releases += 1,
            Act::Report => self.reports += 1,
            Act::Freeze => self.frozen = true,
            Act::Thaw => self.frozen = false,
            Act::Wait | Act::WaitLong => {}
        }
    }
}

/// Numbers that look random and are the same in every run of one seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

struct Walk<'t> {
    works: Works<'t>,
    model: Model,
    application: Option<String>,
    batch: Option<String>,
}

impl Walk<'_> {
    async fn post(&self, person: usize, path: &str, body: Value) -> Reply {
        self.works.town.user(PEOPLE[person]).await.post(path, body).await
    }

    /// Does it, whether it is allowed or not; returns whether it was done.
    async fn act(&mut self, act: Act, person: usize) -> bool {
        let town = self.works.town;
        let (noun, body) = match act {
            Act::Wait | Act::WaitLong => {
                let days = if act == Act::Wait { 4 } else { 250 };
                self.model.today = self.model.today + Days::new(days);
                town.on(&self.model.today.to_string());
                due::run(&town.db).await.unwrap();
                let freezes = self.model.overdue() && matches!(self.model.stage, 5 | 6);
                self.model.frozen |= freezes;
                return true;
            }
            Act::SchemeNotice => ("scheme-notice", json!({})),
            Act::ResultNotice => ("result-notice", json!({})),
            Act::Review => ("scheme-review", json!({})),
            Act::Approve => ("approval", json!({})),
            Act::Build => ("construction", json!({})),
            Act::Complete => ("completion", json!({})),
            Act::Monitor => ("monitoring", json!({})),
            Act::Plan => ("monitoring-plan", json!({ "years": 5 })),
            Act::Accept => {
                let mut body = acceptance(&self.works.it);
                body["third_party_report"]["date"] = json!(self.model.today);
                body["inspection"]["date"] = json!(self.model.today);
                ("acceptance", body)
            }
            Act::Report => return self.report(person).await,
            Act::Object => return self.object().await,
            Act::Dismiss => return self.dismiss(person).await,
            Act::Freeze => return self.freeze(person).await,
            Act::Thaw => return self.thaw().await,
            Act::Apply => {
                let path = "/api/v1/certification-applications";
                let reply = self.post(person, path, self.works.application()).await;
                let done = reply.status == StatusCode::CREATED;
                if done {
                    self.application = reply.json()["id"].as_str().map(str::to_owned);
                }
                return done;
            }
            Act::Certify => {
                let Some(id) = &self.application else { return false };
                let path = format!("/api/v1/certification-applications/{id}/certification");
                let reply = self.post(person, &path, json!({})).await;
                let done = reply.status == StatusCode::CREATED;
                if done {
                    self.batch = reply.json()["id"].as_str().map(str::to_owned);
                }
                return done;
            }
            Act::Release => {
                let Some(id) = &self.batch else { return false };
                let milestones = ["acceptance", "year_1", "year_3"];
                let milestone = milestones.get(self.model.releases).unwrap_or(&"year_3");
                let path = format!("/api/v1/batches/{id}/releases");
                let reply = self.post(person, &path, json!({ "milestone": milestone })).await;
                return reply.status == StatusCode::CREATED;
            }
        };
        let reply = self.post(person, &self.works.path(noun), body).await;
        assert!(reply.status.as_u16() < 500, "{}", reply.text);
        reply.status == StatusCode::CREATED
    }

    async fn report(&self, person: usize) -> bool {
        let years = u32::try_from(self.model.reports + 1).unwrap() * 12;
        let due = self.model.accepted_on.unwrap_or(self.model.today) + Months::new(years);
        let body = json!({
            "due_on": due, "report_no": format!("JC-{due}"), "date": self.model.today,
            "author": "裴若兰", "restored_area_m2": "11333.00", "findings": "良好",
        });
        let reply = self.post(person, &self.works.path("monitoring-reports"), body).await;
        reply.status == StatusCode::CREATED
    }

    async fn object(&self) -> bool {
        let stranger = self.works.town.stranger();
        let list = stranger
            .get(&format!("/api/v1/public-notices?subject_id={}", self.works.id))
            .await
            .ok();
        let Some(newest) = list["items"].get(0) else { return false };
        let path = format!("/api/v1/public-notices/{}/objections", newest["id"].as_str().unwrap());
        stranger.post(&path, json!({ "text": "有异议" })).await.status == StatusCode::CREATED
    }

    /// Accepts every open objection for examination, by the director, and dismisses it.
    async fn dismiss(&self, person: usize) -> bool {
        let list = self.works.town.user("liang.wenbo").await.get("/api/v1/objections").await.ok();
        let open: Vec<String> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["state"] == "filed")
            .map(|one| format!("/api/v1/objections/{}", one["id"].as_str().unwrap()))
            .collect();
        let mut done = !open.is_empty();
        for path in open {
            let reason = json!({ "reason": "经复核不成立" });
            if PEOPLE[person] == "liang.wenbo" {
                self.post(person, &format!("{path}/acceptance"), reason.clone()).await.created();
            }
            let reply = self.post(person, &format!("{path}/dismissal"), reason).await;
            done &= reply.status == StatusCode::CREATED;
        }
        done
    }

    /// One person enters an order, another of the two who may lets it happen.
    async fn freeze(&self, person: usize) -> bool {
        let order =
            json!({ "authority": "centre", "document": "示例〔2024〕11号", "reason": "待查" });
        let entered = self.post(person, &self.works.path("freeze-orders"), order).await;
        if entered.status != StatusCode::CREATED {
            return false;
        }
        let id = entered.json()["id"].as_str().unwrap().to_owned();
        let other = if PEOPLE[person] == "liang.wenbo" { 5 } else { 4 };
        let path = format!("/api/v1/freeze-orders/{id}/approval");
        self.post(other, &path, json!({})).await.status == StatusCode::CREATED
    }

    async fn thaw(&self) -> bool {
        let tu = self.works.town.user("tu.mingyuan").await;
        let freezes = tu.get("/api/v1/freezes").await.ok();
        let open =
            freezes["items"].as_array().unwrap().iter().find(|one| one.get("thawed_at").is_none());
        let Some(open) = open else { return false };
        let path = format!("/api/v1/freezes/{}/thaw-requests", open["id"].as_str().unwrap());
        let asked =
            tu.post(&path, json!({ "reason": "已整改", "document": "示例〔2024〕12号" })).await;
        if asked.status != StatusCode::CREATED {
            return false;
        }
        let requests = asked.json()["thaw_requests"].as_array().unwrap().clone();
        let request = requests.last().unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/thaw-requests/{request}/approval");
        self.post(4, &path, json!({})).await.status == StatusCode::CREATED
    }

    /// R40: the buckets of the batch add up to what was issued, whatever was done.
    async fn adds_up(&self) {
        let page = self.works.town.stranger().get("/api/v1/public/batches").await.ok();
        for batch in page["items"].as_array().unwrap() {
            let buckets = batch["buckets"].as_object().unwrap();
            let sum: i64 = buckets.values().map(|m2| m2.as_i64().unwrap()).sum();
            assert_eq!(batch["issued_m2"], sum, "R40: {batch:#}");
        }
    }
}

async fn walk(town: Town, seed: u64) {
    let works = Works::propose(&town, "P360124-001").await;
    let today: NaiveDate = "2022-03-07".parse().unwrap();
    let model = Model {
        today,
        stage: 0,
        scheme: None,
        result: None,
        accepted_on: None,
        planned: false,
        reports: 0,
        applied: None,
        certified: false,
        releases: 0,
        frozen: false,
    };
    let mut walk = Walk { works, model, application: None, batch: None };
    let mut dice = Dice(seed);
    let mut path = Vec::new();
    for step in 0..STEPS {
        let (mut act, mut person) = (ACTS[dice.roll(ACTS.len())], dice.roll(PEOPLE.len()));
        // Half of the time something that leads on, so that the walk gets far.
        if dice.roll(2) == 0 {
            let mut open: Vec<(Act, usize)> = Vec::new();
            for one in ACTS.into_iter().skip(2) {
                open.extend(
                    (0..PEOPLE.len()).filter(|n| walk.model.may(one, *n)).map(|n| (one, n)),
                );
            }
            if !open.is_empty() {
                (act, person) = open[dice.roll(open.len())];
            }
        }
        if matches!(act, Act::SchemeNotice | Act::ResultNotice) && person == 4 {
            person = 2;
        }
        let expected = walk.model.may(act, person);
        let done = walk.act(act, person).await;
        path.push((act, PEOPLE[person]));
        assert_eq!(done, expected, "step {step} of seed {seed}: {path:?}\n{:#?}", walk.model);
        if done {
            walk.model.after(act, person);
        }
        walk.adds_up().await;
    }
    assert!(walk.model.certified, "seed {seed} got nowhere: {:#?}", walk.model);
    town.verify().await;
}

on_both_engines! {
    async fn r24_r28_r32_r37_r40_r45_no_walk_of_random_people_leaves_the_rules(town: Town) {
        walk(town, 20_260_901).await;
    }

    async fn r24_r28_r32_r37_r40_r45_another_walk_does_not_leave_them_either(town: Town) {
        walk(town, 19_491_001).await;
    }
}
