//! A project of the fixtures on its way through the stages, with the people of its county.

use serde_json::{Value, json};

use crate::support::Town;

const PROJECTS: &str = include_str!("../../fixtures/jinxian/projects.json");
const PARCELS: &str = include_str!("../../fixtures/jinxian/parcels.geojson");

/// Takes parcels of the fixtures into the reserve.
pub(crate) async fn enter_parcels(town: &Town, numbers: &[&str]) {
    let mut file: Value = serde_json::from_str(PARCELS).unwrap();
    let wanted = |feature: &Value| {
        numbers.contains(&feature["properties"]["parcel_no"].as_str().unwrap_or_default())
    };
    file["features"].as_array_mut().unwrap().retain(wanted);
    let officer = town.user("zhou.jianing").await;
    let path = "/api/v1/parcel-imports?kind=reserve&mode=reject";
    officer.post_file(path, "application/geo+json", file.to_string().into_bytes()).await.created();
}

/// A project as the fixtures describe it.
pub(crate) fn described(number: &str) -> Value {
    let all: Value = serde_json::from_str(PROJECTS).unwrap();
    let all = all["projects"].as_array().unwrap();
    all.iter().find(|project| project["project_no"] == number).unwrap().clone()
}

/// What the township sends to propose it.
pub(crate) fn proposal(it: &Value) -> Value {
    let mut bill = it["bill_of_quantities"].clone();
    bill.as_object_mut().unwrap().remove("approved_on");
    json!({
        "name": it["name"],
        "parcels": [it["parcel_no"]],
        "mode": it["mode"],
        "contractor": it["contractor"],
        "right_holder_consent": it["right_holder_consent"],
        "legal_duty": it["legal_duty"],
        "bill_of_quantities": bill,
        "species": it["species"],
    })
}

/// What the centre sends to accept it.
pub(crate) fn acceptance(it: &Value) -> Value {
    let mut report = it["third_party_report"].clone();
    report.as_object_mut().unwrap().remove("kind");
    json!({"third_party_report": report, "inspection": it["inspection"]})
}

/// The officer of a township.
pub(crate) fn officer_of(township: &str) -> &'static str {
    match township {
        "360124500" => "fu.guoping",
        "360124102" => "cai.yumei",
        "360124108" => "rao.zhiyuan",
        "360124200" => "hu.xiaoqiu",
        "360124203" => "xiong.lihua",
        "360124202" => "deng.shuisheng",
        "360124201" => "wan.chunsheng",
        other => panic!("nobody plays in {other}"),
    }
}

/// A proposed project and the town that it lies in.
pub(crate) struct Works<'t> {
    pub(crate) town: &'t Town,
    /// As the fixtures describe it.
    pub(crate) it: Value,
    pub(crate) id: String,
}

impl<'t> Works<'t> {
    /// Enters the project's parcel and proposes the project on its day.
    pub(crate) async fn propose(town: &'t Town, number: &str) -> Self {
        Self::propose_as(town, described(number), |_| ()).await
    }

    /// The same with another proposal than the fixtures'.
    pub(crate) async fn propose_as(
        town: &'t Town,
        it: Value,
        change: impl FnOnce(&mut Value),
    ) -> Self {
        town.on(it["stages"]["proposed"].as_str().unwrap());
        enter_parcels(town, &[it["parcel_no"].as_str().unwrap()]).await;
        let mut body = proposal(&it);
        change(&mut body);
        let township = town.user(officer_of(it["township_code"].as_str().unwrap())).await;
        let project = township.post("/api/v1/projects", body).await.created();
        Self { town, it, id: project["id"].as_str().unwrap().to_owned() }
    }

    pub(crate) fn path(&self, noun: &str) -> String {
        format!("/api/v1/projects/{}/{noun}", self.id)
    }

    pub(crate) fn township(&self) -> &'static str {
        officer_of(self.it["township_code"].as_str().unwrap())
    }

    /// Brings the project into a stage on the stage's day.
    pub(crate) async fn enter(&self, stage: &str) -> Value {
        let (noun, username, body) = match stage {
            "scheme_reviewed" => ("scheme-review", "zhou.jianing", json!({})),
            "approved" => ("approval", "liang.wenbo", json!({})),
            "under_construction" => ("construction", self.township(), json!({})),
            "completed" => ("completion", self.township(), json!({})),
            "accepted" => ("acceptance", "tu.mingyuan", acceptance(&self.it)),
            "monitoring" => ("monitoring", "tu.mingyuan", json!({})),
            other => panic!("{other} is no stage that somebody enters so"),
        };
        if stage == "scheme_reviewed" {
            self.notify("scheme").await;
        }
        self.from(self.it["stages"][stage].as_str().unwrap());
        self.town.user(username).await.post(&self.path(noun), body).await.created()
    }

    /// Goes on to that day, unless it has passed in this town.
    pub(crate) fn from(&self, day: &str) {
        if self.town.now().date_in_shanghai() < day.parse().unwrap() {
            self.town.on(day);
        }
    }

    /// Puts the scheme or the result before everybody on its day, and lets the period pass.
    pub(crate) async fn notify(&self, kind: &str) -> Value {
        let all = self.it["notices"].as_array().unwrap();
        let notice = all.iter().find(|notice| notice["kind"] == kind).unwrap();
        self.town.on(notice["from"].as_str().unwrap());
        let zhou = self.town.user("zhou.jianing").await;
        let published = zhou.post(&self.path(&format!("{kind}-notice")), json!({})).await.created();
        // Where another project of the same town was ahead of its day, it is later.
        if published["from"] == notice["from"] {
            assert_eq!(published["to"], notice["to"]);
        }
        let to: chrono::NaiveDate = published["to"].as_str().unwrap().parse().unwrap();
        self.town.on(&to.succ_opt().unwrap().to_string());
        published
    }

    /// Delivers the monitoring report that is due on that day, dated today.
    pub(crate) async fn report(&self, due_on: &str) -> Value {
        let body = json!({
            "due_on": due_on, "report_no": format!("WL-JC-{due_on}"),
            "date": self.town.now().date_in_shanghai(), "author": "裴若兰",
            "restored_area_m2": "11333.00", "findings": "植被盖度稳定，水文连通良好",
        });
        let township = self.town.user(self.township()).await;
        township.post(&self.path("monitoring-reports"), body).await.created()
    }

    /// Brings the project to its completion.
    pub(crate) async fn complete(&self) {
        for stage in ["scheme_reviewed", "approved", "under_construction", "completed"] {
            self.enter(stage).await;
        }
    }

    /// Files the monitoring plan.
    pub(crate) async fn plan(&self) -> Value {
        let years = json!({"years": self.it["monitoring_plan"]["years"]});
        let township = self.town.user(self.township()).await;
        township.post(&self.path("monitoring-plan"), years).await.created()
    }

    /// Brings the project to its acceptance, files the monitoring plan, and lets the notice of the
    /// result pass.
    pub(crate) async fn accept(&self) {
        self.complete().await;
        self.enter("accepted").await;
        self.plan().await;
        self.notify("result").await;
    }

    /// What the centre sends to apply for its certification.
    pub(crate) fn application(&self) -> Value {
        let it = &self.it["certification"];
        json!({
            "project_id": self.id,
            "m2": it["certified_m2"],
            "wetland_type": it["wetland_type"],
            "grade": it["grade"],
            "grade_method": it["grade_method"],
            "grade_indicators": it["grade_indicators"],
        })
    }
}
