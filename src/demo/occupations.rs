//! Acts of who must occupy wetland: the application, the retirement of credits for it, the decision.

use anyhow::Context;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::look::text;
use super::people::Reply;
use super::player::Player;
use super::story::Act;

/// The corners of the land: west, south, east and north of a square of 9,876.40 m² on which nothing
/// of the fixtures lies.
const LAND: [f64; 4] = [116.24, 28.4, 116.241_014_1, 28.400_896_7];
/// The papers that the law asks for with an application.
const PAPERS: [(&str, &str); 4] = [
    ("form", "占用湿地申请表"),
    ("legal_person", "法人证明"),
    ("project_approval", "项目批准文件"),
    ("feasibility_report", "可行性研究报告"),
];

impl Player {
    /// A developer applies; the forestry bureau accepts the application and grades the land.
    pub(super) async fn apply_occupation(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let [west, south, east, north] = LAND;
        let paper = |(kind, title): &(&str, &str)| json!({"kind": kind, "title": title, "sha256": hex::encode(Sha256::digest(title))});
        let given = |name: &str| act.data.get(name).cloned().unwrap_or(Value::Null);
        let new = json!({
            "county": given("region"), "project_name": given("name"), "term": "permanent",
            "ground": "other", "legal_basis": "湿地保护法第十九条",
            "wetland_type": given("wetland_type"), "level": given("level"),
            "area_m2": given("occupied_m2"),
            "polygon": {"type": "Polygon", "coordinates": [[
                [west, south], [east, south], [east, north], [west, north], [west, south],
            ]]},
            "avoidance_statement": given("avoidance_statement"),
            "impact_measures": given("impact_measures"), "permanent_building": true,
            "documents": PAPERS.iter().map(paper).collect::<Vec<_>>(),
        });
        let reply = self.people.post(&act.by, "/api/v1/occupations", new).await?;
        if !reply.is_done() {
            return Ok(reply);
        }
        // Applications are numbered in another way here than in the story.
        let occupation = act.text("occupation")?;
        self.world.ids.keep(occupation, &reply.body)?;
        let path = self.occupation(act)?;
        let reviewer = self.world.person_of("FORESTRY", "forestry_officer")?;
        self.people.post(&reviewer, &format!("{path}/acceptance"), json!({})).await?.done()?;
        let assessor = self.world.person_of("ASR01", "assessor")?;
        let assessor = self.world.people.iter().find(|person| person.username == assessor);
        let grading = json!({
            "grade": given("grade"), "assessor": "ASR01",
            "report_number": format!("JY-{occupation}"), "reported_on": act.date,
            "author": assessor.context("the assessor has people")?.display_name,
            "no_interest_declared": true,
        });
        self.people.post(&reviewer, &format!("{path}/gradings"), grading).await?.done()?;
        self.answers.gate = self.people.get(&act.by, &format!("{path}/gate")).await?;
        Ok(reply)
    }

    /// A developer retires credits for an application, and its director confirms.
    pub(super) async fn retire(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let batch = self.world.ids.id(act.text("batch")?)?;
        let new = json!({
            "parts": [{"batch_id": batch, "m2": act.data.get("m2")}],
            "reason": act.text("reason")?,
        });
        let path = format!("{}/retirements", self.occupation(act)?);
        let asked = self.people.post(&act.by, &path, new).await?.done()?;
        let path = format!("/api/v1/retirements/{}/confirmation", text(&asked, "id"));
        self.people.post(act.text("confirmed_by")?, &path, json!({})).await
    }

    pub(super) async fn approve_occupation(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let document = json!({"document": "示例林湿许〔2026〕8号"});
        let path = format!("{}/approval", self.occupation(act)?);
        let reply = self.people.post(&act.by, &path, document).await?;
        if reply.is_done() {
            self.answers.occupation = reply.body.clone();
        }
        Ok(reply)
    }

    /// The path of the application that an act names.
    fn occupation(&self, act: &Act) -> anyhow::Result<String> {
        Ok(format!("/api/v1/occupations/{}", self.world.ids.id(act.text("occupation")?)?))
    }
}
